"""People other than the patient whom a sentence names: relatives, donors, contacts, fetuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlp.context_words import listed

_FEMALE = listed(
    "mother mom mum mommy mummy mama sister sis daughter aunt auntie niece grandmother grandma"
    " granny grandniece granddaughter mgm pgm wife girlfriend stepmother stepsister stepdaughter"
    " fiancee"
)
_MALE = listed(
    "father dad daddy papa brother bro son uncle nephew grandfather grandpa granddad grandad"
    " grandnephew grandson mgf pgf husband boyfriend stepfather stepbrother stepson fiance"
)
#: People who are not of one blood with the patient, and fetuses, whose findings are their own.
_OTHERS = listed(
    "wife husband partner spouse roommate flatmate girlfriend boyfriend neighbour neighbor donor"
    " coworker colleague classmate schoolmate friend contact stepmother stepfather stepsister"
    " stepbrother stepson stepdaughter housemate caregiver carer babysitter playmate fetus foetus"
    " driver passenger bystander fiance fiancee nanny"
)
#: Of these, those as whom a case may present its patient.
_PRESENTED = listed("driver passenger caregiver carer babysitter nanny")
_FAMILY = ((_FEMALE | _MALE) - _OTHERS) | listed(
    "parent sibling sib twin cousin grandparent grandchild relative offspring ancestor"
)
_COUNTS = "one two three four five six seven several many some most all"
_POSSESSED = "his her their our my"
#: Words that name a person only behind certain others ("relative lucency", "eye contact").
_NEEDS = {
    "relative": listed(
        "a an the one another any every each degree affected close distant other maternal paternal"
        f" female male blood living deceased {_POSSESSED}"
    ),
    "contact": listed("sick close household family school classroom work infected ill home"),
    "child": listed(f"another other lost {_POSSESSED}"),
    "children": listed(f"other {_POSSESSED} {_COUNTS}"),
    "kids": listed(f"other {_POSSESSED} {_COUNTS}"),
    "grandchildren": listed(f"the other {_POSSESSED} {_COUNTS}"),
    "patient": listed("another other next"),
    "patients": listed("other previous previously"),
    "person": listed("another other infected sick ill"),
    "people": listed("other sick ill infected"),
    "member": listed("family household affected"),
    "members": listed(f"family household affected other {_COUNTS}"),
    "carrier": listed("one another obligate female heterozygous"),
    "carriers": listed("obligate female heterozygous other two three"),
    "dog": listed(f"the family pet {_POSSESSED}"),
    "cat": listed(f"family pet {_POSSESSED}"),
    "pet": listed(f"a the family {_POSSESSED}"),
}
_NEEDED_FAMILY = listed(
    "relative child children kids grandchildren member members carrier carriers"
)
#: Words that make of the word before them something else than a person.
_THINGS = listed(
    "lesion lesions cyst cysts cell cells chromatid chromatids site sites graft grafts marrow"
    " lymphocyte lymphocytes kidney liver lung heart organ egg sperm blood pregnancy pregnancies"
    " gestation gestations drug compound figure abuse psychiatry tongue language lens lenses"
    " dermatitis precautions birth births rivalry transplant transplantation cpr"
)
#: Words before the noun that belong to the kinship, as printed.
_SIDES = listed(
    "maternal paternal mat pat older younger elder eldest youngest oldest half great affected"
    " identical dizygotic monozygotic fraternal co step first second third 1st 2nd 3rd degree"
    f" other another foster adoptive adopted female male {_COUNTS}"
)
#: Words before the noun that do not.
_BESIDE = listed(
    "a an the any each every this that these those own late deceased previous next only surviving"
    " healthy unaffected normal unrelated consanguineous nonconsanguineous asymptomatic diabetic"
    " epileptic obese teenage young elderly biological sick close distant household family school"
    " classroom work infected ill home pet blood obligate heterozygous matched new single both"
    f" index living old year years month months week weeks day days {_POSSESSED}"
)
_POSSESSIVES = frozenset(("'s", "’s", "'", "’"))
#: What "maternal" and "paternal" may stand before without meaning a parent's own finding.
_NOT_A_PARENT = listed(
    "uniparental disomy isodisomy heterodisomy allele alleles chromosome chromosomes copy deletion"
    " duplication mutation variant variants haplotype methylation inheritance transmission origin"
    " imprinting imprint age side line lineage branch family relatives first second half great"
    " and or - upd genome gene genes dna uncle inherited germline mosaicism contribution expression"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody other than the patient: words `first` to `end` (half-open), the noun at `at`.

    `kinship` is as printed, with its side ("maternal aunt"); `family` says whether it is a
    relative. The noun phrase begins at word `starts`, with its article or owner; `owned` says that
    it has an owner ("his", "the patient's"), `owner_female` the owner's sex where that tells it.
    `female` is None where the noun does not tell. `side` marks "maternal" standing for the mother.
    """

    starts: int
    first: int
    at: int
    end: int
    kinship: str
    family: bool
    female: bool | None
    owned: bool
    owner_female: bool | None
    side: bool = False


def people(words: Sequence[str]) -> list[Person]:
    """People other than the patient in a sentence of lower-case words, in its order."""
    found: list[Person] = []
    letters = _LETTERS if _lists_letters(words) else {}
    for at, word in enumerate(words):
        name = _KNOWN.get(word)
        if name is None:
            if word in letters and words[at + 1 : at + 2] == [":"]:
                found.append(_plain(at, at, _LETTERS[word]))
            elif word in _GAVE_BIRTH or (word[0] == "g" and word[1:2].isdecimal()):
                starts, _ = _beginning(words, at)
                if words[starts - 1 : starts] == ["to"] and _BORN.intersection(
                    words[max(0, starts - 4) : starts]
                ):
                    found.append(_plain(starts, at, "mother"))
            continue
        person = _parent(words, at) if name in _PARENTS else _person(words, at, name)
        if person is not None:
            found.append(person)
    return found


#: Relatives in lists such as "M: asthma, F: none, B: well".
_LETTERS = {"m": "mother", "f": "father", "s": "sister", "b": "brother"}


def _lists_letters(words: Sequence[str]) -> bool:
    return words[:1] in (["m"], ["f"]) and {"m", "f"} <= {
        w for w, following in pairwise(words) if following == ":"
    }


#: Who has born the patient: "born to a 30-year-old woman with", "delivered to a G2P1 with".
_GAVE_BIRTH = listed("woman female lady primigravida multigravida primipara multipara gravida")
_BORN = listed("born delivered infant baby neonate newborn")


def _plain(starts: int, at: int, name: str) -> Person:
    return Person(
        starts=starts,
        first=at,
        at=at,
        end=at + 1,
        kinship=name,
        family=True,
        female=name in _FEMALE,
        owned=False,
        owner_female=None,
    )


_PARENTS = {"maternal": "mother", "paternal": "father"}
_NAMES = _FAMILY | _OTHERS | listed(" ".join(_NEEDS)) | frozenset(_PARENTS)
#: Words that may name a person, with their singular.
_KNOWN = (
    {name + "s": name for name in _NAMES - listed(" ".join(_PARENTS))}
    | {name: name for name in _NAMES}
    | {"fetuses": "fetus", "foetuses": "foetus", "wives": "wife"}
)


def _parent(words: Sequence[str], at: int) -> Person | None:
    """A parent for whom an adjective stands: "maternal fever", "paternal history of"."""
    following = words[at + 1] if at + 1 < len(words) else "-"
    if following in _NOT_A_PARENT or _KNOWN.get(following, "") in _FAMILY:
        return None
    kinship = _PARENTS[words[at]]
    return Person(
        starts=at,
        first=at,
        at=at,
        end=at + 1,
        kinship=kinship,
        family=True,
        female=kinship == "mother",
        owned=False,
        owner_female=None,
        side=True,
    )


def _person(words: Sequence[str], at: int, name: str) -> Person | None:
    following = words[at + 1] if at + 1 < len(words) else ""
    hyphened = following == "-" and words[at + 2 : at + 3] in (["donor"], ["to"])
    if following in _THINGS or hyphened or (words[at - 1 : at] == ["-"] and _bound(words, at)):
        return None
    family = name in _FAMILY or name in _NEEDED_FAMILY
    end = at + 1
    if words[end : end + 4] == ["-", "in", "-", "law"]:
        end, family = end + 4, False
    of_family = name in ("member", "members") and words[end : end + 1] == ["of"]
    if of_family:
        if "family" not in words[end : end + 3]:
            return None
        end += 3
    needs = _NEEDS.get(words[at], _NEEDS.get(name))
    plain = of_family or needs is None or words[at] == "relatives"
    if not plain and needs is not None and needs.isdisjoint(words[max(0, at - 2) : at]):
        return None
    if name in ("children", "kids", "child"):
        if _elsewhere(words, at):
            family = False
        elif name != "child" and _OWNERS_OR_OTHERS.isdisjoint(words[max(0, at - 3) : at]):
            return None  # "seven children with": the patients of a series
    if words[at] == "relative" and following and following not in _AFTER_RELATIVE:
        return None  # "the relative risk"
    first = at
    while first > 0 and (words[first - 1] in _SIDES or _hyphen(words, first - 1)):
        first -= 1
    if not {"foster", "adoptive", "adopted", "step"}.isdisjoint(words[first:at]):
        family = False
    starts, owned = _beginning(words, first)
    owners = words[starts:first]
    if starts == 0 and not owned and name in _PRESENTED and "old" in owners:
        return None  # "a 40-year-old driver": the patient, as a case begins
    return Person(
        starts=starts,
        first=first,
        at=at,
        end=end,
        kinship=" ".join(words[first:end]).replace(" - ", "-"),
        family=family,
        female=True if name in _FEMALE else False if name in _MALE else None,
        owned=owned,
        owner_female=True if "her" in owners else False if "his" in owners else None,
    )


def _hyphen(words: Sequence[str], at: int) -> bool:
    return words[at] == "-" and at > 0 and words[at - 1] in _SIDES


def _bound(words: Sequence[str], at: int) -> bool:
    """Whether a hyphen binds the word to what is no kinship: "c-sis", "father-to-son"."""
    return at > 1 and (words[at] == "sis" or words[at - 2] == "to")


def _elsewhere(words: Sequence[str], at: int) -> bool:
    """Whether children are those of a school: "several children at his daycare"."""
    if words[at - 1] in ("another", "other"):
        return True
    return words[at + 1 : at + 2] in (["at"], ["in"], ["from"])


def _beginning(words: Sequence[str], first: int) -> tuple[int, bool]:
    """Where the noun phrase begins that goes on at `first`, and whether it has an owner."""
    starts = first
    while starts > 0 and first - starts < 8:
        word = words[starts - 1]
        if word in _POSSESSIVES and starts > 1:
            back, _ = _beginning(words, starts - 2)
            return back, True
        joins = word == "-" and words[starts] in _HYPHENATED
        if not (word in _BESIDE or word in _SIDES or joins or word[0].isdigit()):
            break
        starts -= 1
        if word in _DETERMINERS and words[max(0, starts - 1)] not in ("all", "both"):
            break
    return starts, not _OWNERS.isdisjoint(words[starts:first])


_OWNERS = listed(_POSSESSED)
_OWNERS_OR_OTHERS = _OWNERS | listed("other has have had")
_AFTER_RELATIVE = listed(
    "with who whose had has have was is were are also died , . ; : ) ( / in on of and or suffered"
    " developed diagnosed known affected reported being to"
)
_DETERMINERS = listed(f"a an the this that these those each every any {_POSSESSED}")
_HYPHENATED = listed("year month week day old degree")
