"""Which parts of a text are reports of chest imaging.

Radiologists say "effusion", "nodule" or "infiltrate" and mean the chest; elsewhere the same words
mean a knee, a thyroid, a drip. Names that hold only there carry the context `CHEST`
(`ontologies/curated/names/radiology.tsv`), and this says where that is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from itertools import islice

from nlp.sections import SectionIndex
from ontologies.curated_names import CHEST

#: Words that hardly any text but a report of chest imaging uses; one of them is enough.
_PLAIN = re.compile(
    r"\b(?:cardio-?\s?mediastin|costophrenic|cardiophrenic|hemi-?diaphragm|hemithora|retrocardiac"
    r"|(?:peri|supra|infra)hilar|bibasilar|cardiopulmonary|pneumothora|atelecta|air-?\s?space"
    r"|lingula|(?:upper|middle|lower|left|right) (?:lobe|lung|chest)\b|mid-?\s?lung"
    r"|lung (?:volume|base|field|zone|mark|apex|apices)"
    r"|lungs (?:are|appear|remain|grossly|otherwise)?\s*(?:\w+ly )?"
    r"(?:clear(?! to (?:auscult|percuss))|hyper|hypo|well)"
    r"|(?:cardiac|heart) (?:silhouette|shadow|contour)|heart size"
    r"|mediastinal (?:contour|silhouette)|pulmonary (?:vascul|opacit|infiltrat|consolidat|nodul)"
    r"|pleural (?:effusion|fluid|space|thick)"
    r"|chest[ -](?:x\b|x-?\s?ray|radiogra|film|ct\b|pa\b|ap\b|2v)|cxr\b"
    r"|(?:ct|scan|radiographs?|views?) (?:of )?(?:the )?(?:chest|thorax))",
    re.IGNORECASE,
)
#: In a sentence with one of these the same words tell of what was heard or felt, not of an image.
_BEDSIDE = re.compile(
    r"\b(?:crackl|crepit|rales\b|rhonch|wheez|breath sounds|auscult|percuss|pain|tender)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.;:!?](?=\s|\Z)|\n")
#: Words of the chest; two of them are enough under a heading that radiologists use.
_CHEST_WORDS = re.compile(
    r"\b(?:lungs?|pulmonary|pleura\w*|chest|thora\w+|mediastin\w*|diaphragm\w*|heart|cardiac"
    r"|cardiomegaly|pneumonia|effusions?|hil(?:um|ar|a)|apical|emphysema\w*)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\W*(?:findings?|impressions?|conclusions?|opinion|technique|comparisons?|procedure)\b",
    re.IGNORECASE,
)
#: Words for the image itself; in a note's history or plan only they make its words a radiologist's.
_IMAGE = re.compile(
    r"\b(?:x-?\s?rays?|radiograph\w*|cxr|ct|hrct|tomogra\w*|films?|imaging)\b", re.IGNORECASE
)
#: Words for the ways of imaging: the chest film, and what is none.
_FILM_OR_OTHER = re.compile(
    r"\b(?:(?P<film>x-?\s?rays?|(?:chest|plain|frontal|portable|lateral|pa|ap)[ -]"
    r"(?:radiograph\w*|films?|views?)|radiograph\w*|cxr)"
    r"|ct|cta|ctpa|hrct|tomogra\w*|mri?|magnetic|echocardio\w*|echo|ultraso\w*|sonogra\w*|pet)\b",
    re.IGNORECASE,
)
#: Where such a name has another word before it, or behind it, it means something else.
_OTHERWISE = re.compile(
    r"\b(?:cystic|thyroid|breast|mammary|nipple|adrenal|renal|kidney|liver|hepatic|spleen|splenic|skin"
    r"|subcutaneous|soft[- ]tissue|scalp|neck|bone|bony|muscle|body|lean|ventricular|pericardial"
    r"|cardiac|joint|knee|hip|elbow|ankle|subdural|corneal|lens|fatty|abdominal|pelvic|marrow)\s+\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s+(?:effect|index|number)\b", re.IGNORECASE)
_LOOK_BACK = 24
_IMAGING = frozenset(
    (None, "technique", "comparison", "findings", "impression", "indication", "investigations")
)
_BLANK = re.compile(r"\n[ \t\r]*\n")


class ChestImaging:
    """Tells, for a place in `text`, whether it is part of a report of chest imaging.

    What counts is the paragraph of the place and, in a report that has no parts of a clinical
    note, whatever stands before it; text that follows decides nothing.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = [m.start() for m in _PLAIN.finditer(text) if not self._bedside(m)]
        self._ends = [match.start() for match in _BLANK.finditer(text)]
        self._known: dict[int, bool] = {}

    def _bedside(self, match: re.Match[str]) -> bool:
        """Whether words that tell of imaging stand in a sentence of what was heard or felt, and
        name no image there: "crackles at both lung bases"."""
        stops = [0, *(m.end() for m in self._stops if m.end() <= match.start())]
        end = next((m.start() for m in self._stops if m.start() >= match.end()), len(self._text))
        heard = _BEDSIDE.search(self._text, stops[-1], end)
        return heard is not None and _IMAGE.search(self._text, stops[-1], end) is None

    @cached_property
    def _stops(self) -> list[re.Match[str]]:
        return list(_STOP.finditer(self._text))

    @cached_property
    def _sections(self) -> SectionIndex:
        return SectionIndex(self._text)

    @cached_property
    def _clinical(self) -> int:
        """Where the first part of a clinical note begins."""
        starts = (s.start for s in self._sections.sections if s.kind not in _IMAGING)
        return next(starts, len(self._text))

    def at(self, offset: int) -> str:
        """`CHEST` or an empty string, for the character at `offset`."""
        paragraph = bisect_left(self._ends, offset)
        if paragraph not in self._known:
            self._known[paragraph] = self._judge(paragraph, offset)
        return CHEST if self._known[paragraph] else ""

    def film_at(self, offset: int) -> bool:
        """Whether the character at `offset` is part of what is told of a chest film: of a report
        of chest imaging in which the way last named before it, if any, is no other."""
        if not self.at(offset):
            return False
        ways = [m for m in self._ways if m.start() <= offset]
        if ways:
            return ways[-1]["film"] is not None
        return not self._ways or self._ways[0]["film"] is not None

    @cached_property
    def _ways(self) -> list[re.Match[str]]:
        return list(_FILM_OR_OTHER.finditer(self._text))

    def otherwise(self, start: int, end: int) -> bool:
        """Whether a name at `start` to `end` means something else after all: "thyroid mass"."""
        before = self._text[max(0, start - _LOOK_BACK) : start]
        return _OTHERWISE.search(before) is not None or _AFTER.match(self._text, end) is not None

    def _judge(self, paragraph: int, offset: int) -> bool:
        start = self._ends[paragraph - 1] if paragraph else 0
        end = self._ends[paragraph] if paragraph < len(self._ends) else len(self._text)
        plain = bool(self._plain) and self._plain[0] < end
        if not plain and not _HEADING.match(self._text, start, end):
            return False  # most texts end here
        section = self._sections.at(offset)
        kind = section.kind if section is not None else None
        at = bisect_left(self._plain, start)
        own = at < len(self._plain) and self._plain[at] < end
        if kind not in _IMAGING:
            return own and _IMAGE.search(self._text, start, end) is not None
        if own or kind is None:
            return own or (plain and offset < self._clinical)
        headed = section is not None and _HEADING.match(self._text, section.start, section.body)
        words = _CHEST_WORDS.finditer(self._text, start, end)
        return plain or (bool(headed) and next(islice(words, 1, None), None) is not None)
