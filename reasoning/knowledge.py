"""The compiled index of one release: names, hierarchy, assertion rows. Read only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

import numpy as np

from domain.assertions import FREQUENCY_CLASSES, Aspect, Assertion, Frequency, Sex
from domain.evidence import ConceptRef
from domain.identifiers import Curie
from kg.arrays import Array, Rows, Strings
from kg.identifiers import Decision, Obsolete, Resolver

ASPECTS = tuple(Aspect)
CLASSES = ("", *FREQUENCY_CLASSES)
#: Everything that is a finding of a patient; inheritance, course and modifiers are beside it.
HPO_ROOT = Curie("HP:0000001")
PHENOTYPIC_ABNORMALITY = Curie("HP:0000118")
#: Past medical history with exposures, and what a complaint is like.
PAST_HISTORY, CHARACTER = Curie("HP:0032443"), Curie("HP:0012823")


class Ids:
    """Identifiers and labels of one kind of node; number is the position in the sorted ids."""

    def __init__(self, ids: Array, labels: Strings) -> None:
        self._ids = ids
        self._labels = labels

    def __len__(self) -> int:
        return len(self._labels)

    def number(self, identifier: str) -> int | None:
        """The number of an id, or None."""
        return self._numbers.get(identifier.encode())

    @cached_property
    def _numbers(self) -> dict[bytes, int]:
        return {identifier: number for number, identifier in enumerate(self._ids.tolist())}

    def id(self, number: int) -> Curie:
        """The id of a number."""
        return Curie(self._ids[number].decode())

    def label(self, number: int) -> str:
        """The label of a number."""
        return self._labels[number]

    def ref(self, number: int) -> ConceptRef:
        """Id and label of a number."""
        return ConceptRef(id=self.id(number), label=self.label(number))

    def near(self, identifier: str, count: int) -> list[tuple[str, str]]:
        """Ids (with labels) that differ least from a mistyped one: fewest edits, then by id."""
        wanted = identifier.encode()
        known = self._ids.tolist()
        same = [i for i in known if abs(len(i) - len(wanted)) <= 1]
        close = sorted(same, key=lambda i: (_differences(i, wanted), i))[:count]
        return [(i.decode(), self.label(int(np.searchsorted(self._ids, i)))) for i in close]


def _differences(one: bytes, other: bytes) -> int:
    """Positions at which two ids differ, from either end, whichever is fewer."""
    forward = sum(a != b for a, b in zip(one, other, strict=False))
    backward = sum(a != b for a, b in zip(reversed(one), reversed(other), strict=False))
    return min(forward, backward) + abs(len(one) - len(other))


def _families_of_none(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """No families, for a release that was compiled before there were any."""
    none, labels = np.empty(0, dtype=np.int32), Strings.pack(())
    return {
        "family_ids": np.array([b""]),
        "family_labels": labels[0],
        "family_label_offsets": labels[1],
        "family_vocabulary": np.empty(0, dtype=np.uint8),
        "family_member_starts": np.zeros(1, dtype=np.int64),
        "family_members": none,
        "disease_family_starts": np.zeros(len(arrays["disease_label_offsets"]), dtype=np.int64),
        "disease_families": none,
    }


class Knowledge:
    """Names, hierarchy and assertion rows as arrays; `arrays` as compiled or memory-mapped."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        arrays = _families_of_none(arrays) | dict(arrays)
        self.arrays = arrays
        self.terms = Ids(
            arrays["term_ids"], Strings(arrays["term_labels"], arrays["term_label_offsets"])
        )
        self.diseases = Ids(
            arrays["disease_ids"],
            Strings(arrays["disease_labels"], arrays["disease_label_offsets"]),
        )
        self._same_as = Strings(arrays["same_as"], arrays["same_as_offsets"])
        self._codes = Strings(arrays["codes"], arrays["code_offsets"])
        self.parents = Rows(arrays["parent_starts"], arrays["parents"])
        self.ancestors = Rows(arrays["ancestor_starts"], arrays["ancestors"])
        self._words = Strings(arrays["words"], arrays["word_offsets"])
        self._references = Strings(arrays["references"], arrays["reference_offsets"])
        self._row_references = Rows(arrays["row_reference_starts"], arrays["row_references"])
        self._citing = Rows(arrays["citing_starts"], arrays["citing"])
        self.families = Ids(
            arrays["family_ids"], Strings(arrays["family_labels"], arrays["family_label_offsets"])
        )
        self.family_members = Rows(arrays["family_member_starts"], arrays["family_members"])
        self.disease_families = Rows(arrays["disease_family_starts"], arrays["disease_families"])

    @cached_property
    def resolver(self) -> Resolver:
        """Alternative and obsolete identifiers of the release."""
        data = json.loads(self.arrays["identifiers"].tobytes())
        return Resolver(
            live=(i.decode() for i in self.arrays["term_ids"].tolist()),
            alternatives=data["alternatives"],
            obsolete={
                i: Obsolete(label=label, replaced_by=tuple(replaced), consider=tuple(consider))
                for i, (label, replaced, consider) in data["obsolete"].items()
            },
            decisions=(
                Decision(subject=s, polarity=p, object=o, reason=r)
                for s, p, o, r in data["decisions"]
            ),
        )

    @cached_property
    def _all(self) -> int | None:
        return self.terms.number(HPO_ROOT)

    @cached_property
    def _abnormality(self) -> int | None:
        return self.terms.number(PHENOTYPIC_ABNORMALITY)

    def is_phenotype(self, term: int) -> bool:
        """Whether a term is a finding: not one of HPO's branches beside HP:0000118."""
        above = self.ancestors[term]
        beside = self._all is not None and self._all in above
        return not beside or self._abnormality is None or self._abnormality in above

    def is_circumstance(self, term: int) -> bool:
        """Whether a term is of HPO's branches of past history and exposure, or of the character of
        a finding: no finding of rare diseases, but figures of common ones speak of them."""
        above = self.ancestors[term]
        return any(root is not None and root in above for root in self._circumstances)

    def is_character(self, term: int) -> bool:
        """Whether a term of HPO says what a finding is like ("acute"), and is none by itself."""
        root = self.terms.number(CHARACTER)
        own = not self.terms.id(term).startswith("HP:")
        return not own and root is not None and root in self.ancestors[term]

    @cached_property
    def _circumstances(self) -> tuple[int | None, ...]:
        return tuple(self.terms.number(root) for root in (PAST_HISTORY, CHARACTER))

    @cached_property
    def _above(self) -> dict[int, frozenset[int]]:
        """Ancestors as sets, of the terms that were asked for."""
        return {}

    def implies(self, term: int, other: int) -> bool:
        """Whether `other` is a term itself or one of its ancestors."""
        above = self._above.get(term)
        if above is None:
            above = self._above[term] = frozenset(self.ancestors[term].tolist())
        return other in above

    @cached_property
    def descendants(self) -> Rows:
        """By term, it and all below it, ascending."""
        above = self.ancestors
        order = np.argsort(above.values, kind="stable")
        starts = np.searchsorted(above.values[order], np.arange(len(self.terms) + 1))
        return Rows(starts, np.searchsorted(above.starts, order, side="right") - 1)

    def below(self, term: int) -> Array:
        """A term and all below it, ascending."""
        return self.descendants[term]

    def disease(self, identifier: str) -> int | None:
        """The number of a disease, by any of its ids, or None."""
        ids = self.arrays["alias_ids"]
        key = identifier.encode()
        at = int(np.searchsorted(ids, key))
        found = at < len(ids) and ids[at] == key
        return int(self.arrays["alias_numbers"][at]) if found else None

    def same_as(self, disease: int) -> tuple[Curie, ...]:
        """The other ids of a disease."""
        text = self._same_as[disease]
        return tuple(Curie(i) for i in text.split("|")) if text else ()

    def codes(self, disease: int, system: str) -> tuple[Curie, ...]:
        """Codes of a disease in another vocabulary, by its prefix (SNOMEDCT, MESH, DOID ...)."""
        found = (Curie(c) for c in self._codes[disease].split("|") if c)
        return tuple(c for c in found if c.prefix.casefold() == system.casefold())

    def code_systems(self) -> tuple[str, ...]:
        """The vocabularies that this release has codes of, sorted."""
        return tuple(self.arrays["code_systems"].tobytes().decode().split())

    @property
    def family_vocabulary(self) -> str:
        """The vocabulary whose hierarchy makes the families, "" where none is loaded."""
        return bytes(self.arrays["family_vocabulary"]).decode()

    def rows_of(self, disease: int) -> range:
        """The assertion rows of a disease."""
        starts = self.arrays["disease_rows"]
        return range(int(starts[disease]), int(starts[disease + 1]))

    @cached_property
    def _reference_numbers(self) -> dict[str, int]:
        return {text: number for number, text in enumerate(self._references)}

    def rows_citing(self, references: frozenset[str], *, any_of: bool = False) -> Array:
        """Rows all of whose references are among `references` (or one of them is)."""
        numbers = [n for r in references if (n := self._reference_numbers.get(r)) is not None]
        if not numbers:
            return np.empty(0, dtype=np.int64)
        rows = np.unique(np.concatenate([self._citing[n] for n in numbers]))
        if any_of:
            return np.asarray(rows)
        own = set(numbers)
        all_own = [own.issuperset(self._row_references[r].tolist()) for r in rows]
        return np.asarray(rows[np.array(all_own)])

    @cached_property
    def _publications(self) -> Array:
        """By reference number, whether it is a publication."""
        return np.array([text.startswith("PMID:") for text in self._references], dtype=bool)

    def rows_without_publication(self, disease: int) -> Array:
        """Rows of a disease none of whose references is a PMID: most cite only the source's own
        entry (OMIM, Orphanet), which may rest on any paper."""
        known = self._publications
        rows = (r for r in self.rows_of(disease) if not known[self._row_references[r]].any())
        return np.fromiter(rows, dtype=np.int64)

    def rows_of_sex(self, sex: Sex) -> Array:
        """Rows that speak of patients of one sex only."""
        return self._by_sex[sex]

    @cached_property
    def _by_sex(self) -> dict[Sex, Array]:
        number = {word: i for i, word in enumerate(self._words)}
        stated = self.arrays["row_sex"]
        return {sex: np.flatnonzero(stated == number.get(sex.value, -1)) for sex in Sex}

    def rows_modified(self, modifiers: AbstractSet[str]) -> Array:
        """Rows (ascending) that carry one of these modifiers."""
        words = [n for n, w in enumerate(self._words) if not modifiers.isdisjoint(w.split("|"))]
        return np.flatnonzero(np.isin(self.arrays["row_modifiers"], words))

    def seen(self, rows: Array) -> Array:
        """Which of some rows say that patients had it: neither excluded nor 0 of n."""
        a = self.arrays
        none = (a["row_count"][rows] == 0) | (a["row_percent"][rows] == 0)
        return np.asarray(~none & ~a["row_excluded"][rows])

    def onsets(self, rows: Array) -> list[str]:
        """The onset term that each row states, "" where it states none."""
        return [self._word("row_onset", int(row)) for row in rows]

    def assertion(self, row: int) -> Assertion:
        """One row as the graph's own edge."""
        a = self.arrays
        count, percent = int(a["row_count"][row]), float(a["row_percent"][row])
        frequency = None
        if count >= 0:
            frequency = Frequency(count=count, total=int(a["row_total"][row]))
        elif percent == percent:
            frequency = Frequency(percent=round(percent, 4))
        elif name := CLASSES[a["row_class"][row]]:
            frequency = Frequency(term=Curie(name))
        onset, sex = self._word("row_onset", row), self._word("row_sex", row)
        stated, modifiers = self._word("row_stated", row), self._word("row_modifiers", row)
        return Assertion(
            disease=self._said_of(row),
            concept=self.terms.id(int(a["row_term"][row])),
            aspect=ASPECTS[a["row_aspect"][row]],
            excluded=bool(a["row_excluded"][row]),
            frequency=frequency,
            onset=Curie(onset) if onset else None,
            sex=Sex(sex) if sex else None,
            modifiers=tuple(modifiers.split("|")) if modifiers else (),
            evidence_code=self._word("row_evidence", row),
            references=tuple(self._references[int(r)] for r in self._row_references[row]),
            source=self._word("row_source", row),
            line=int(a["row_line"][row]),
            stated_concept=Curie(stated) if stated else None,
        )

    def _said_of(self, row: int) -> Curie:
        """The id that the row itself names; another of the same disease's than the leading one."""
        said = self._word("row_said_of", row)
        return Curie(said) if said else self.diseases.id(int(self.arrays["row_disease"][row]))

    def _word(self, column: str, row: int) -> str:
        return self._words[int(self.arrays[column][row])]
