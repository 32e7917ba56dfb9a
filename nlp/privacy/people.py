"""People's names: by titles, labels, verbs and kin before them, by their form, by being known.

No model is needed. A name is found where something says so, or where two words stand together
that only a name explains; each of its parts is then looked for in the rest of the text. Words
that name diseases, signs and devices stay where they name those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from nlp.privacy.result import Category, Found
from nlp.privacy.tokens import PERSONAL, Tokens
from nlp.privacy.vocabulary import is_eponym, is_given, is_surname, is_word

#: Before a name only.
_TITLES = frozenset(
    "dr mr mrs ms miss mx prof professor rev reverend shri smt kumari mme messrs drs".split()  # noqa: SIM905
)
#: Before a name, or words of their own.
_RANKS = frozenset(
    "doctor master sir dame lady lord sister nurse father fr rabbi imam pastor sgt capt"  # noqa: SIM905
    " captain lt col colonel sergeant constable matron midwife cardinal brother".split()
)
#: Those that are written with a full stop.
_SHORT = _TITLES | frozenset("fr sgt capt lt col".split())  # noqa: SIM905
_PARTICLES = frozenset(
    "de la van der den von bin binti al el ibn mac dos da du le ter ten della di st".split()  # noqa: SIM905
)
_SUFFIXES = frozenset("jr sr ii iii iv snr jnr".split())  # noqa: SIM905
#: Ordinary words that are also names and often stand behind a name in capitals.
_FUNCTION = frozenset(
    "may will an in so my many more than see else has had is was are can do does did given seen"  # noqa: SIM905
    " he she it his her they we you i this that who not no yes son lay won grow tell treat wake sever long and or the on at by of to as".split()
)
_SPOKEN = (
    r"name|surname|forenames?|first name|last name|middle name|given names?|family name|full name"
    r"|patient(?:'s)?(?: name)?|pt(?: name)?|client name|mother(?:'s)?(?: name)?"
    r"|father(?:'s)?(?: name)?|next of kin|nok|emergency contact|contact(?: person)?|guardian"
    r"|spouse|wife|husband|partner|carer|gp|g\.p\.|pcp|primary care (?:physician|provider)"
    r"|consultant|attending(?: physician| md)?|(?:referring|ordering|requesting|admitting|primary"
    r"|treating|responsible|performing|reporting|reading|family)"
    r" (?:physician|doctor|clinician|provider|consultant|practitioner|radiologist|md)"
    r"|physician|provider|clinician|surgeon|assistant|anaesthetist|anesthesiologist|radiologist"
    r"|pathologist|nurse|care ?coordinator|key ?worker|social worker|author|dictated by|typed by"
    r"|transcribed by|(?:electronically |digitally )?signed(?: by)?|(?:reported|reviewed|verified"
    r"|authori[sz]ed|validated|checked|performed|requested|ordered|prepared|written|entered"
    r"|completed|referred|seen|approved|witnessed|interpreted|read|examined|collected|taken) by"
    r"|checked|cc|copy to|copies to|re|regarding|signature|s/n|rn|attn|fao|interpreter|doctor|dr"
)
_LABEL = re.compile(
    rf"(?<![\w-])(?:{_SPOKEN})[ ]?(?:\([^()\n]{{1,20}}\))?[ ]?(?:[:=|]|\t)[ \t|]{{0,12}}",
    re.IGNORECASE,
)
_DEAR = re.compile(r"(?<!\w)(?:dear|hello|hi)[ ]+", re.IGNORECASE)
_BY = re.compile(
    r"\b(?:(?:seen|reviewed|examined|assessed|referred|signed|dictated|verified|authori[sz]ed"
    r"|reported|accompanied|attended|performed|requested|ordered|informed|phoned|called"
    r"|telephoned|interpreted|read|operated(?: on)?|visited|written|typed|transcribed"
    r"|checked|supervised|consented|discussed|diagnosed|witnessed|brought in|escorted"
    r"|cared for|interviewed)(?: \w+){0,2}? by|r/v by|s/b|d/w|c/o|s/n"
    r"|discussed (?:him |her |them |this |the case )?with|spoke (?:to|with)|speaking (?:to|with)"
    r"|under the care of|patient of|according to|handover (?:taken )?from|taken from|given to"
    r"|informed|contacted|notified|telephoned to|phoned to|phoned|paged|bleeped|courtesy of"
    r"|on behalf of|meeting with|appointment with|saw|met|called|told|asked)[ ]+",
    re.IGNORECASE,
)
#: Less telling than those; only a likely name is taken behind them.
_NEAR = re.compile(r"\b(?:with|by|per|from|to|and|via|under|care of|for|attention of)[ ]+", re.I)
_KIN = re.compile(
    r"\b(?:mother|father|mum|mom|dad|wife|husband|partner|spouse|fianc[eé]e?|sons?|daughters?"
    r"|brothers?|sisters?|siblings?|parents?|child(?:ren)?|aunt|uncle|niece|nephew|cousins?"
    r"|grand(?:mother|father|son|daughter|dad|ma|pa)s?|neighbou?r|friend|roommate|flatmate|carer"
    r"|caregiver|girlfriend|boyfriend|guardian|twins?|girl|boy|baby|infant|teacher|interpreter"
    r"|named|nurse|registrar|fellow|resident|consultant|physician|surgeon|social worker|colleague"
    r"|physiotherapist|coordinator|midwife|therapist|radiologist|cardiologist|neurologist"
    r"|geneticist|paediatrician|pediatrician|psychiatrist|secretary|technician|officer|student"
    r"|contact|gp|pcp|dietitian|pharmacist)(?:[ ]?[,:(][ ]?|[ ])(?:(?:named|called|is|was) )?",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^[ \t]*(?:yours (?:sincerely|faithfully|truly)|(?:with )?(?:kind|best|warm)(?:est)?"
    r" (?:regards|wishes)|sincerely(?: yours)?|regards|(?:many )?thanks|respectfully)[,.]?[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
#: After a name.
_CREDENTIALS = frozenset(
    "md do rn mbbs mbchb frcp mrcp frcs mrcs frcr frcpath mrcpch phd np pa pa-c msc bsc dnp lpn lvn"  # noqa: SIM905
    " crna dds dpm dphil facc facs frcpch mrcgp mrcpsych bds arnp aprn cnm lcsw".split()
)
_HUMAN = frozenset(
    "phoned called lives lived works worked says said states stated reports reported denies denied"  # noqa: SIM905
    " agrees agreed asked noticed remembers remembered drove told attended feels felt slept ate"
    " settled declined refused enjoys smokes smoked drinks drank understood understands wishes"
    " visited wants wanted took began suggested moved married came went sat walked talked noted"
    " saw wrote prescribed explained thinks believes complains complained described describes recalls recalled did"
    " presented was is has had will and used looks retired".split()
)
_ADVERBS = frozenset(
    "also then again later subsequently now first initially always never still often has had"  # noqa: SIM905
    " kindly already recently".split()
)
_KINDRED = frozenset(
    "mother father mum mom dad wife husband partner son daughter brother sister aunt uncle cousin"  # noqa: SIM905
    " niece nephew grandmother grandfather neighbour neighbor friend carer girlfriend boyfriend"
    " guardian twin younger older elder eldest youngest".split()
)
_MODAL = frozenset("may can would could should might must needs".split())  # noqa: SIM905
#: What people are called by what they do: no names where they act.
_ROLES = frozenset(
    "he she they we it this who that one you nurse doctor physician surgeon patient person staff farmer driver painter teacher steward"  # noqa: SIM905
    " ranger guard officer man woman boy girl mother father parent wife husband son daughter child"
    " baby pastor parson priest bishop major sergeant porter cook elder senior junior".split()
)
_STAFF = frozenset(
    "consultant specialist registrar ward department clinical senior chief medical nursing team"  # noqa: SIM905
    " service unit clinic hospital general practice practitioner director professor associate"
    " locum trainee secretary office not none unknown stable alive well deceased same see as per"
    " nil self yes no date time page address phone number type status room bed sex age weight"
    " height history diagnosis emergency social family community district foundation".split()
)
#: What staff does; drugs and tests do some of it.
_ACTS = frozenset(
    "saw reviewed examined suggested wrote ordered prescribed performed recommended arranged"  # noqa: SIM905
    " referred diagnosed advised discussed operated assessed concluded proposed started initiated"
    " found removed repaired interpreted requested considered consented informed".split()
)
_SURE = _HUMAN - frozenset("was is has had will and did used presented".split())  # noqa: SIM905
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_FOLLOWS = frozenset("by with from to for and of per via saw see met".split())  # noqa: SIM905


class _Search:
    """The names of one text."""

    def __init__(self, text: str) -> None:
        self.tokens = Tokens(text)
        self.spans: list[tuple[int, int]] = []
        self.taken = bytearray(len(self.tokens.items))

    def run(self, at: int, *, comma: bool = False, firm: bool = True) -> bool:
        """Take the name that begins at a token, if one does.

        `comma` allows "Surname, Given name"; `firm` says that something announced a name, so
        that one word will do and an ordinary word that is also a name is one.
        """
        tokens = self.tokens
        first = at = self.behind_title(at)
        parts: list[int] = []
        commas = 0
        while len(parts) < 6:
            token = tokens.get(at)
            if token is None or (at > first and not tokens.joined(at)):
                break
            if token.form == "initial" or (token.form == "upper" and self._initials(at)):
                parts.append(at)
                at += 2 if tokens.word(at + 1) == "." else 1
            elif (
                (token.text.lower() in _PARTICLES and self._goes_on(at))
                or self._is_part(at, parts, firm=firm)
                or self._closes(at, parts, firm=firm)
                or (parts and token.text.lower().rstrip(".") in _SUFFIXES)
            ):
                parts.append(at)
                at += 1
            elif comma and token.text == "," and parts and not commas and self._given_next(at + 1):
                commas = 1
                at += 1
            else:
                break
        while parts and tokens.items[parts[-1]].text.lower() in _PARTICLES:
            if len(parts) > 1 and tokens.items[parts[-1]].form == "capital":
                break  # "Ashley Le"
            parts.pop()
        if not any(tokens.items[p].form in ("capital", "upper", "lower") for p in parts):
            return False
        self.take(parts[0], parts[-1] + 1)
        return True

    def take(self, first: int, last: int) -> None:
        """Mark tokens as a name."""
        self.spans.append((first, last))
        self.taken[first:last] = b"\1" * (last - first)

    def parts(self) -> set[str]:
        """Words of the names found so far, in one case; not initials."""
        return {
            piece
            for first, last in self.spans
            for token in self.tokens.items[first:last]
            if len(token.text) > 2 and token.text.lower() not in _PARTICLES | _SUFFIXES
            for piece in _pieces(token.text)
        }

    def behind_title(self, at: int) -> int:
        while self.tokens.word(at) in _TITLES | _RANKS:
            after = at + 2 if self.tokens.word(at + 1) == "." else at + 1
            if self.tokens.word(at) in _RANKS and not self.tokens.could_name(after):
                break
            at = after
        return at

    def _initials(self, at: int) -> bool:
        text = self.tokens.items[at].text
        return len(text) == 2 and not self.tokens.items[at].loud and not is_surname(text)

    def _goes_on(self, at: int) -> bool:
        following = at + 1
        while self.tokens.word(following) in _PARTICLES:
            following += 1
        return self.tokens.could_name(following) and self.tokens.joined(following)

    def _given_next(self, at: int) -> bool:
        token = self.tokens.get(at)
        if token is None or not self.tokens.could_name(at):
            return False
        gap = self.tokens.text[self.tokens.items[at - 1].end : token.start]
        return len(gap) <= 1 and (not is_word(token.text) or is_given(token.text))

    def _closes(self, at: int, parts: list[int], *, firm: bool) -> bool:
        """Whether an ordinary word with a capital is the surname of an announced name."""
        tokens = self.tokens
        token = tokens.items[at]
        if not firm or len(parts) != 1 or token.form not in ("capital", "upper"):
            return False
        first = tokens.items[parts[0]]
        if token.form != first.form or tokens.is_thing(parts[0]):
            return False
        if is_word(first.text) and not is_given(first.text):
            return False
        word = token.text.lower()
        if word in _CREDENTIALS | _HUMAN or len(word) < 3:
            return False
        if word in _FUNCTION and not is_surname(word):
            return False
        return tokens.ends(at) or (token.loud and tokens.word(at + 1) in _FOLLOWS | _HUMAN)

    def _is_part(self, at: int, parts: list[int], *, firm: bool) -> bool:
        tokens = self.tokens
        token = tokens.items[at]
        if token.form == "mark" or not tokens.could_name(at) or tokens.is_thing(at):
            return False
        text = token.text.lower()
        if text in _TITLES or text in _CREDENTIALS or text in _SUFFIXES:
            return False
        if is_word(token.text):
            if text in _FUNCTION and token.loud:
                return False
            if not parts:
                return firm
            # An ordinary word ends a name, unless it stands where a surname is missing.
            return len(parts) < 2 or (is_surname(text) and not token.loud)
        return True


def find_names(text: str) -> Iterator[Found]:
    """Names of patients, relatives and staff; titles and the 's of a genitive stay."""
    search = _Search(text)
    _announced(search)
    _formed(search)
    _repeated(search)
    items = search.tokens.items
    for first, last in search.spans:
        yield Found(start=items[first].start, end=items[last - 1].end, category=Category.NAME)


def _announced(search: _Search) -> None:
    """Names with something before them that says so."""
    tokens, text = search.tokens, search.tokens.text
    for match in _LABEL.finditer(text):
        at = tokens.at(match.end())
        token = tokens.get(at)
        heading = "\t" in match[0] and token is not None and is_word(token.text)
        # In the first line of a table, labels stand beside each other.
        if heading and match[0].rstrip().lower().endswith("by"):
            continue
        if not search.run(at, comma=True):
            _odd_name(search, at, typist="typed" in match[0].lower() or "crib" in match[0].lower())
    for match in _DEAR.finditer(text):
        search.run(tokens.at(match.end()))
    for match in _FAREWELL.finditer(text):
        at = tokens.skip_lines(tokens.at(match.end()))
        if not search.run(at):
            _odd_name(search, at)
    _titled(search)
    for pattern in (_BY, _KIN, _NEAR):
        for match in pattern.finditer(text):
            at = search.behind_title(tokens.at(match.end()))
            token = tokens.get(at)
            if token is None or token.start - match.end() > 12 or search.taken[at]:
                continue
            if not _abbreviation(search, at) and _introduced(search, at, sure=pattern is not _NEAR):
                if search.run(at):
                    _more(search)


def _odd_name(search: _Search, at: int, *, typist: bool = False) -> None:
    """A name of ordinary words where a name must stand: "DEEP, JACOB", "Veer Bora", initials."""
    tokens = search.tokens
    first, second = tokens.get(at), tokens.get(at + 1)
    if first is None or first.form not in ("capital", "upper"):
        return
    if first.form == "upper" and len(first.text) < 4:
        if typist:
            search.take(at, at + 1)
        return
    word = first.text.lower()
    if word in _ROLES | _FUNCTION | _STAFF or tokens.is_thing(at) or second is None:
        return
    comma = second.text == ","
    third = at + 2 if comma else at + 1
    name = tokens.get(third)
    if name is None or name.form != first.form or not tokens.joined(third):
        return
    known = tokens.could_name(third) and (tokens.unusual(third) or is_given(name.text))
    alone = not first.loud and not comma and _cell_ends(tokens, third) and not name.loud
    if (known or (alone and name.text.lower() not in _STAFF)) and not tokens.is_thing(third):
        search.take(at, third + 1)


def _titled(search: _Search) -> None:
    """Names behind "Dr", "Mrs", "Nurse"."""
    tokens = search.tokens
    said = search.parts()
    for at, token in enumerate(tokens.items):
        word = token.text.lower()
        if word not in _TITLES and (word not in _RANKS or token.form == "lower"):
            continue
        dotted = tokens.word(at + 1) == "." and word in _SHORT
        after = at + 2 if dotted else at + 1
        name = tokens.get(after)
        if name is None or not _near(tokens, after):
            continue
        repeated = not said.isdisjoint(_pieces(name.text))
        if token.text in ("MS", "MR") and not (token.loud and name.form == "upper"):
            continue  # multiple sclerosis, magnetic resonance
        if (word in _RANKS or token.text in ("MS", "MR")) and not repeated:
            verb = tokens.word(after + 1) in _HUMAN | {"\n", ",", "with"}
            if not (tokens.unusual(after) or (verb and tokens.could_name(after))):
                continue
        if search.run(after) or word not in _TITLES:
            continue
        if tokens.joined(after + 1) and tokens.unusual(after + 1) and search.run(after + 1):
            search.take(after, after + 1)
            continue
        if name.text.islower() and len(name.text) > 2 and not is_word(name.text):
            search.take(after, after + 1)  # "dr okafor"
        elif name.form in ("capital", "upper") and name.text.lower() not in _FUNCTION:
            if repeated or not name.loud or tokens.word(after + 1) in _HUMAN | {"with"}:
                search.take(after, after + 1)  # "Mrs Carton"


def _introduced(search: _Search, at: int, *, sure: bool) -> bool:
    """Whether a capital word behind a verb or a relative's word is a name."""
    tokens = search.tokens
    token = tokens.items[at]
    word = token.text.lower()
    if token.form not in ("capital", "upper") or word in _FUNCTION | _MONTHS - {"april", "june"}:
        return False
    after = tokens.get(at + 1)
    if word in _MONTHS and (not sure or (after is not None and after.form == "number")):
        return False
    known = is_given(token.text) or is_surname(token.text)
    pair = tokens.joined(at + 1) and tokens.unusual(at + 1) and not tokens.is_thing(at + 1)
    if not tokens.unusual(at):
        if token.loud or (is_eponym(token.text) and not known):
            return False
        if sure and pair:
            return True
        if tokens.ends(at):
            return known if sure else is_given(token.text)
        return (
            is_given(token.text)
            and tokens.joined(at + 1)
            and (tokens.could_name(at + 1) and tokens.ends(at + 1))
        )
    if is_eponym(token.text) and not (sure and known) and not (is_given(token.text) and pair):
        return False
    return (
        sure
        or known
        or pair
        or (
            tokens.word(at - 1) == "by"
            and tokens.joined(at + 1)
            and tokens.items[at + 1].form == "capital"
            and tokens.ends(at + 1)
            and not tokens.is_thing(at + 1)
        )
    )


def _abbreviation(search: _Search, at: int) -> bool:
    """Whether a word in capitals among others is more likely an abbreviation than a name."""
    token = search.tokens.items[at]
    short = len(token.text) < 4 or not is_given(token.text)
    return token.form == "upper" and not token.loud and short


def _more(search: _Search) -> None:
    """Names joined to the last one: "Amy, Tom and Jo"."""
    tokens = search.tokens
    while search.tokens.word(at := search.spans[-1][1]) in (",", "and", "&", "/", "or"):
        at += 2 if tokens.word(at) == "," and tokens.word(at + 1) == "and" else 1
        following = tokens.get(at)
        if following is None or search.taken[at] or not tokens.unusual(at):
            return
        if _abbreviation(search, at) or tokens.is_thing(at) or not search.run(at):
            return


def _near(tokens: Tokens, at: int) -> bool:
    token, before = tokens.get(at), tokens.get(at - 1)
    return (
        token is not None
        and before is not None
        and "\n" not in tokens.text[before.end : token.start]
        and token.start - before.end <= 3
    )


def _formed(search: _Search) -> None:
    """Names by their own form, where nothing announces them."""
    tokens = search.tokens
    at = 0
    while at < len(tokens.items):
        if not search.taken[at] and _forms_name(search, at):
            search.run(at, comma=True)
        at += 1
        while at < len(tokens.items) and search.taken[at]:
            at += 1


def _forms_name(search: _Search, at: int) -> bool:
    tokens = search.tokens
    token = tokens.items[at]
    if token.form == "initial":
        return _initial_and_name(search, at)
    if token.form not in ("capital", "upper") or tokens.is_thing(at):
        return False
    if token.text.lower() in _TITLES | _CREDENTIALS:
        return False
    plain = not is_word(token.text)
    given, surname = is_given(token.text), is_surname(token.text)
    if _abbreviation(search, at) and not (surname and tokens.unusual(at + 1)):
        return False
    following = at + 1
    while (n := tokens.get(following)) is not None and n.form == "initial" and n.text not in "AI":
        following += 2 if tokens.word(following + 1) == "." else 1
    beside = tokens.get(following)
    if beside is not None and beside.form in ("capital", "upper") and tokens.joined(following):
        if tokens.could_name(following) or tokens.word(following + 1) == ",":
            return _pair(search, at, following)
    if tokens.word(at + 1) == "," and plain and not is_eponym(token.text):
        then = tokens.get(at + 2)
        if then is not None and tokens.unusual(at + 2) and is_given(then.text):
            return surname or tokens.opens(at)
        if tokens.word(at + 2) in _CREDENTIALS:
            return True
    if tokens.word(following) == "," and tokens.word(following + 1) in _CREDENTIALS:
        return True
    if tokens.word(at + 1) == "," and tokens.word(at + 2) in ("his", "her", "their", "my", "a"):
        # "Conor, his brother"
        if plain and tokens.word(at + 3) in _KINDRED:
            return True
    after = tokens.after_genitive(at)
    if after > at + 1 and tokens.word(after) in PERSONAL and (plain or given or surname):
        return token.text.lower() not in _ROLES | _MONTHS and not token.loud
    if not plain:
        return (
            token.form == "capital"
            and not token.loud
            and (given or surname)
            and _follows(tokens, at) in (_ACTS | _SURE) - {"found", "started"}
            and token.text.lower() not in _ROLES | _FUNCTION | _MONTHS
        )
    if token.form == "upper" and not (token.loud and given):
        return False
    return _single(search, at, given=given, surname=surname)


def _pair(search: _Search, at: int, following: int) -> bool:
    """Two capital words together, of which at least one is known as a name."""
    tokens = search.tokens
    one, two = tokens.items[at], tokens.items[following]
    if tokens.is_thing(following) or one.form != two.form:
        return False
    if is_eponym(one.text) and is_eponym(two.text) and not is_given(one.text):
        return False
    plain = not is_word(one.text), not is_word(two.text)
    credited = following + (2 if tokens.word(following + 1) == "," else 1)
    if tokens.word(credited) in _CREDENTIALS and tokens.items[credited].form != "lower":
        return one.text.lower() not in _ROLES
    if two.text.lower() in _FUNCTION | _CREDENTIALS | _MONTHS:
        return False
    if is_given(one.text) and is_surname(two.text) and _is_cell(tokens, at, following):
        return True
    if is_given(one.text) and plain[0]:
        return plain[1] or (is_surname(two.text) and not two.loud)
    inside = not tokens.opens(at) and not one.loud and tokens.ends(following)
    if not plain[0]:
        if one.text.lower() in _FUNCTION | _MONTHS | _ROLES:
            return False
        if is_given(one.text) and (inside or (plain[1] and is_surname(two.text))):
            return True
        # "Harsh Ramakrishnan": not in the lists, and no other reason for the capitals.
        before = tokens.get(at - 1)
        return (
            inside
            and plain[1]
            and before is not None
            and (before.form == "lower" or before.text == ",")
            and not is_eponym(two.text)
        )
    if not plain[1]:
        return False
    known = is_surname(one.text) or is_surname(two.text) or is_given(two.text)
    return known or not (one.loud or is_eponym(one.text) or is_eponym(two.text))


def _is_cell(tokens: Tokens, first: int, last: int) -> bool:
    """Whether tokens fill a cell of a table."""
    start, end = tokens.items[first].start, tokens.items[last].end
    return (
        tokens.text[max(0, start - 1) : start] in "\t|"
        and (tokens.text[end : end + 1] in ("\t", "|", "\n", ""))
        and start > 0
    )


def _initial_and_name(search: _Search, at: int) -> bool:
    tokens = search.tokens
    dotted = tokens.word(at + 1) == "."
    following = at + 2 if dotted else at + 1
    while (n := tokens.get(following)) is not None and n.form == "initial":
        following += 2 if tokens.word(following + 1) == "." else 1
    if not tokens.joined(following) or tokens.is_thing(following):
        return False
    token = tokens.items[following]
    if token.form not in ("capital", "upper"):
        return False
    alone = dotted and token.form == "capital" and _cell_ends(tokens, following)
    if not tokens.unusual(following):
        return alone and is_surname(token.text)
    if alone:
        return True
    if token.form == "upper" and not token.loud:
        return dotted and is_surname(token.text)
    return is_surname(token.text) or (dotted and not tokens.opens(at))


def _follows(tokens: Tokens, at: int) -> str:
    """The word behind a token, an adverb aside: "Harding also noted"."""
    word = tokens.word(at + 1)
    return tokens.word(at + 2) if word in _ADVERBS else word


def _cell_ends(tokens: Tokens, at: int) -> bool:
    after = tokens.get(at + 1)
    return after is None or after.text in "\n,;|)." or not tokens.joined(at + 1)


def _single(search: _Search, at: int, *, given: bool, surname: bool) -> bool:
    """One capital word that is a name by itself."""
    tokens = search.tokens
    token = tokens.items[at]
    after = tokens.after_genitive(at)
    follows = tokens.word(after)
    opens = tokens.opens(at)
    acts = _follows(tokens, at)
    if acts in _SURE and after == at + 1:
        return True
    if surname and acts in _ACTS and after == at + 1:
        return True
    if is_eponym(token.text):
        return surname and not opens and follows in _HUMAN
    before = tokens.get(at - 1)
    beside_capital = any(
        n is not None and n.form in ("capital", "upper") and tokens.joined(max(i, at))
        for i, n in ((at - 1, before), (at + 1, tokens.get(at + 1)))
    )
    if beside_capital and not token.loud:
        return False
    if given:
        return not opens or follows in _HUMAN or after > at + 1
    if surname and not token.loud and len(token.text) > 3:
        return (opens and follows in ("was", "is", "has", "had") and len(token.text) > 3) or (
            not opens and (tokens.word(at - 1) in _FOLLOWS or follows in _HUMAN)
        )
    return False


def _repeated(search: _Search) -> None:
    """The parts of names that were found, wherever else they stand."""
    parts = search.parts()
    for at, token in enumerate(search.tokens.items):
        if not search.taken[at] and not parts.isdisjoint(_pieces(token.text)):
            if not search.tokens.is_thing(at) and _again(search, at):
                search.take(at, at + 1)


def _pieces(word: str) -> Iterable[str]:
    plain = word.casefold()
    return chain((plain,), plain.split("-")) if "-" in plain else (plain,)


def _again(search: _Search, at: int) -> bool:
    tokens = search.tokens
    token = tokens.items[at]
    if not is_word(token.text):
        return token.form != "lower" or len(token.text) > 4
    if token.form != "capital" or token.loud:
        return False
    acts = _follows(tokens, at) in _HUMAN | _ACTS | _MODAL
    owns = tokens.after_genitive(at) > at + 1
    return acts or owns or not (tokens.opens(at) or token.text.lower() in _MONTHS)
