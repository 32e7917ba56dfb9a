"""Addresses: streets, post codes and what lies between them, labelled lines, and towns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlp.privacy.result import Category, Found
from nlp.privacy.tokens import Tokens
from nlp.privacy.vocabulary import is_country, is_eponym, is_given, is_surname, is_word

_SUFFIX = (
    "alley|arcade|avenue|ave|av|bazaar|beach|bend|boulevard|blvd|bridge|brook|burgs?|bypass"
    "|camp|canyon|cape|causeway|centers?|chase|chowk|circles?|cir|close|club|colony|common|corners?"
    "|course|court|ct|cove|creek|crescent|cres|crest|crossing|crossroad|dale|dam|divide|drives?|dr"
    "|elbow|end|entrance|esplanade|estates?|expressway|extensions?|falls|fare|ferry|fields?|flats?"
    "|fords?|forest|forges?|forks?|fort|freeway|ganj|gardens?|gates?|gateway|glens?|greens?|groves?"
    "|harbors?|haven|heights|highway|hwy|hills?|hollow|inlet|islands?|isle|junctions?|keys?|knolls?"
    "|lakes?|landing|lanes?|ln|lights?|link|locks?|lodge|loop|mall|manors?|marg|meadows?|mews|mills?"
    "|mission|motorway|mountains?|mount|nagar|neck|orchard|oval|overpass|parade|pde|parks?|parkways?"
    "|pkwy|pass|passage|path|pike|pines?|place|pl|plains?|plaza|points?|ports?|prairie|quay|radial"
    "|ramp|ranch|rapids?|rest|ridges?|rise|river|roads?|rd|route|row|rue|run|salai|sarani|shoals?"
    "|shores?|skyway|springs?|spurs?|square|sq|squares|station|stravenue|stream|streets?|st|summit"
    "|terrace|terr?|throughway|trace|track|trafficway|trail|tunnel|turnpike|underpass|unions?|vale"
    "|valleys?|viaduct|views?|villages?|ville|vista|walks?|walkway|walls?|ways?|wells|wharf|wynd"
    "|zila|circle|gully|brae|brow|circuit|cct|colonnade|concourse|copse|corso|cutting|distributor"
    "|entrance|frontage|gap|grange|ground|interchange|laneway|lees|line|mead|nook|outlook|pocket"
    "|quadrant|quays|reach|reserve|retreat|return|ridgeway|rotary|round|siding|steps|strip|subway"
    "|thoroughfare|tollway|towers|triangle|turn|waters|woods"
)
_UNIT = (
    r"(?:flat|apt\.?|apartment|unit|suite|ste\.?|studio|room|rm\.?|floor|block|plot|house|level|lot"
    r"|h\.? ?no\.?|door no\.?|no\.?|box|po box|p\.o\. box|#)[ ]?(?:no\.?[ ])?[0-9A-Z][\w/-]{0,6}"
)
_WORD = r"(?:[A-Z][\w'’.-]{0,25})"
_NUMBER = r"\d{1,6}[A-Za-z]?(?:[/-]\d{1,5}[A-Za-z]?)?"
_STREET = re.compile(
    rf"(?<![\w.,/-])(?:(?i:{_UNIT})[ ,\n]{{1,2}}(?:{_NUMBER},?[ \n])?|{_NUMBER}(?:,[ ]?|[ \n]))"
    rf"(?!(?i:by|to|for|from|with|and|on|at|in|of|was|is)\b)(?:{_WORD}[ ]){{1,4}}"
    rf"(?i:(?:{_SUFFIX})s?)\b\.?(?:[ ](?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b)?"
    rf"(?:[ ]?,?[ ](?i:{_UNIT})\b)?"
)
_NUMBERED = re.compile(rf"(?<![\w.,/-])(?i:{_UNIT})\b(?=[ ,\n])")
#: A dwelling whose street has no usual ending.
_DWELLING = re.compile(
    rf"(?<![\w.,/-])(?:(?i:flat|apt\.?|apartment|studio|unit|suite|h\.? ?no\.?|door no\.?)"
    rf"[ ]?\d\w{{0,5}}[ ,]{{1,2}}{_NUMBER}[ ](?:{_WORD}[ ]?){{1,3}})"
    rf"|(?<![\w.,/-]){_NUMBER},[ ]{_WORD}(?:[ ]{_WORD}){{0,2}},[ ]{_WORD}[ -]\d{{6}}(?!\d)"
)
#: Post of the forces of the United States.
_FORCES = re.compile(
    r"\b(?:PSC|CMR|Unit|USNS|USS|USNV|USCGC)[ ][^\n]{2,30}(?:\n|,[ ])"
    r"(?:APO|FPO|DPO)[ ]A[AEP][ ]\d{5}"
)
_PO_BOX = re.compile(r"\bp\.?\s?o\.?\s?box\s?\d{1,6}\b", re.IGNORECASE)
_STATES = (
    "A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|P[AR]|RI|S[CD]"
    "|T[NX]|UT|V[TA]|W[AVIY]|AS|FM|GU|MH|MP|PW|VI|A[AEP]"
)
_POST_CODE = re.compile(
    rf"""(?<![\w.])(?<!\d-)(?![CTLS]\d\d?[ ]\d(?:TH|ND|RD|ST))(?:
      [A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?[ ]?\d(?!MG|ML|CM|MM|KG|PM|AM|HR)
        [ABD-HJLNP-UW-Z]{{2}}
    | (?:[AC-FHKNPRTV-Y]\d{{2}}|D6W)[ ](?=[A-Z]*\d)(?=\d*[A-Z])(?![CLTS]\d[CLTS])
        [0-9AC-FHKNPRTV-Y]{{4}}
    | (?:{_STATES})[ ]{{1,2}}\d{{5}}(?:-\d{{4}})?
    | (?:NSW|VIC|QLD|SA|WA|TAS|NT|ACT|New[ ]South[ ]Wales|Victoria|Queensland|Tasmania),?[ ]\d{{4}}
    | (?<=[a-zA-Z]-)\d{{6}}
    )(?![\w%]|[-.]\d)""",
    re.VERBOSE,
)
#: Post codes that only an address before them tells.
_BARE_CODE = re.compile(r"(?<=[a-zA-Z][ ])(?:\d{4}|\d{6}|[A-Z]\d[\dW] [A-Z\d]{4})(?![\w%]|[-.]\d)")
#: A number with capital words, before a post code.
_LEFT = re.compile(
    rf"(?:(?i:{_UNIT})[ ,\n]{{1,3}})?(?<![\w.]){_NUMBER}(?:,[ ]?|[ \n])"
    rf"(?:{_WORD}(?:[ ]|,[ ]?\n?|\n|-)){{1,8}}$"
)
_CODE_LABEL = re.compile(
    r"\b(?:zip(?:[ ]?code)?|post[ ]?code|postal code|pin(?:[ ]?code)?|eircode)[ ]?"
    r"(?:[:=|.]|\t|is|[ ])[ \t|]{0,6}(?P<value>[A-Z0-9]{2,5}[ -]?[A-Z0-9]{2,4})\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:(?:home|current|postal|mailing|permanent|residential|work)[ ])?"
    r"(?:address|addr|residence|residing at|resident of|lives at|living at|staying at|home is)"
    r"(?:[ ]?[:=|]|\t|[ ])[ \t|]{0,8}(?=[\w#])",
    re.IGNORECASE,
)
#: Where a labelled address ends.
_LABEL_END = re.compile(
    r"[ ]{3,}|\t|\||;|\.(?:\s|$)|[ ,\n]{1,3}(?:tel|phone|ph|mobile|fax|e-?mail|dob|d\.o\.b|born|nhs"
    r"|mrn|with|and)\b|\n[ \t]*\n|\n(?=[^\n]{0,40}[:|])|\n[ \t]*(?=dear\b)|\Z",
    re.IGNORECASE,
)
#: What may lie between two pieces of one address.
_BETWEEN = re.compile(
    r"[ \t]*[,;]?[ \t]*\r?\n?[ \t]*"
    r"(?:(?:[A-Z][\w'’.()-]{0,25}|of|the|upon|on|le|de|in|and|\d{1,6}[A-Za-z]?)[ ]?(?:[,;-][ ]?)?"
    r"(?:\r?\n)?){0,9}[ ,-]{0,3}"
)
_LIVES = re.compile(
    r"\b(?:(?:lives?|lived|living|reside[sd]?|residing|resident|home|moved|moving|relocated|born"
    r"|grew up|raised|settled|stay(?:s|ed|ing)?|farms?|visit(?:s|ed|ing)?|retired|based|native"
    r"|house|fl(?:y|ies|ying)|com(?:es?|ing)|driv(?:es?|ing)|rehabilitation|taught|met|married"
    r"|holiday(?:ing)?|trip|travell?(?:ed|ing|s)|returned|returning|flew|works?|working|discharged?"
    r"|village|town|city|suburb|county|district)(?:[ ]\w+){0,6}?"
    r"[ ](?:in|at|to|from|near|of|outside|around)"
    r"|(?:man|woman|lady|gentleman|boy|girl|male|female|patient|farmer|teacher|student|clerk|nurse"
    r"|phoned|called|rang|came|come|comes|arrived|originally|originates|transferred|referred|driver"
    r"|worker|retiree|resident|engineer|he is|she is|driving|calling)[ ](?:in[ ])?from"
    r"|(?:visited|visiting|left))[ ]+(?:the[ ](?:town|city|village)[ ]of[ ])?",
    re.IGNORECASE,
)
#: Begin the names of towns.
_PREFIXES = frozenset(
    "port new north south east west lake saint st upper lower great little mount fort".split()  # noqa: SIM905
)
_SURE = (_FORCES, _STREET, _DWELLING, _POST_CODE, _PO_BOX)


def find_addresses(tokens: Tokens) -> Iterator[Found]:
    """Addresses as far as they can be followed, and towns where somebody lives or goes."""
    text = tokens.text
    sure = [m.span() for p in _SURE for m in p.finditer(text)]
    anchors = [m.span() for p in (_NUMBERED, _BARE_CODE) for m in p.finditer(text)]
    for match in _CODE_LABEL.finditer(text):
        sure += [match.span("value")] if any(map(str.isdigit, match["value"])) else []
    for match in _LABEL.finditer(text):
        closes = _LABEL_END.search(text, match.end(), match.end() + 200)
        if closes is not None and _like_address(text[match.end() : closes.start()]):
            sure.append((match.end(), closes.start()))
    for start, end in _joined(text, sorted({*anchors, *sure}), frozenset(sure)):
        yield Found(start=start, end=end, category=Category.ADDRESS)
    for match in _LIVES.finditer(text):
        at = tokens.at(match.end())
        while (span := _town(tokens, at)) is not None:
            start, end = tokens.items[span[0]].start, tokens.items[span[1] - 1].end
            yield Found(start=start, end=end, category=Category.ADDRESS)
            if tokens.word(span[1]) not in ("to", "and", "or", "near", "via"):
                break
            at = span[1] + 1


def _like_address(value: str) -> bool:
    """Whether what follows a label is an address and not a sentence."""
    words = re.findall(r"[^\W\d_]+", value)
    return 0 < len(value) < 160 and (
        any(c.isdigit() for c in value) or sum(w[0].isupper() for w in words) > len(words) / 2
    )


def _follows_on(text: str, end: int, start: int) -> bool:
    """Whether nothing but names of places lies between two pieces of an address."""
    return start <= end or (start - end < 150 and _BETWEEN.fullmatch(text, end, start) is not None)


def _joined(
    text: str, anchors: Iterable[tuple[int, int]], sure: frozenset[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Anchors as addresses: those with nothing but names of places between them are one."""
    start = end = -1
    certain = False
    for anchor in anchors:
        if start >= 0 and _follows_on(text, end, anchor[0]):
            end = max(end, anchor[1])
            certain = certain or anchor in sure
            continue
        if certain:
            yield _widened(text, start, end)
        start, end = anchor
        certain = anchor in sure
    if certain:
        yield _widened(text, start, end)


_BEHIND = re.compile(
    rf"(?:,[ ]?|\n|(?<=[A-Z\d]{{4}})[ ])(?:{_WORD}[ ]?){{1,3}}(?=[,\n.;|]|$)"
    rf"(?:,[ ](?:{_WORD}[ ]?){{1,2}}(?=[,\n.;|]|$))?"
)
_BEFORE = re.compile(rf"(?:{_WORD}[ ]){{0,2}}{_WORD}[ ]?[,\n-][ ]?$")


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """With the town before a post code or behind a street."""
    if left := _LEFT.search(text, max(0, start - 100), start):
        start = left.start()
    elif (before := _BEFORE.search(text, max(0, start - 60), start)) and not re.match(
        r"\d", text[start:end]
    ):
        start = before.start()
    if (behind := _BEHIND.match(text, end)) and re.match(r"\d|[A-Z]", text[start:end]):
        words = re.findall(r"[^\W\d_]+", behind[0])
        if any(not is_word(w) for w in words):
            end = behind.end()
    return start, end


def _town(tokens: Tokens, at: int) -> tuple[int, int] | None:
    """First and past-the-last token of the name of a place."""
    last = at
    proper = False
    while last - at < 5:
        token = tokens.get(last)
        if token is None or (last > at and not tokens.joined(last)):
            break
        word = token.text.lower()
        if token.text == "." and tokens.word(last - 1) in ("st", "mt", "ft"):
            last += 1
            continue
        saint = tokens.word(last - 1) == "." or tokens.word(last - 1) in ("st", "saint")
        if token.form not in ("capital", "upper") or (is_country(word) and not saint):
            break
        if token.form == "upper" and not token.loud:
            break
        if is_eponym(word) and not (is_given(word) or is_surname(word)):
            break
        if token.loud and is_word(word) and word not in _PREFIXES and proper:
            break
        compound = last > at and (saint or tokens.word(last - 1) in _PREFIXES)
        proper = proper or not is_word(word) or compound
        last += 1
    if not proper or (last > at and tokens.is_thing(last - 1)):
        return None
    return at, last
