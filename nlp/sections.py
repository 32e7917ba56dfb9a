"""Sections of a report, by their headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

#: Kind of section: the headings it goes by (in lower case; "&" is read as "and").
HEADINGS: dict[str, tuple[str, ...]] = {
    "chief complaint": (
        "chief complaint", "chief complaints", "presenting complaint", "presenting complaints",
        "reason for visit", "reason for admission", "reason for referral", "complaint",
        "complaints",
    ),
    "present illness": (
        "history of present illness", "history of presenting complaint",
        "history of the present illness", "present illness", "hpi", "presentation",
        "case presentation", "case report", "history", "clinical history", "patient history",
        "interval history", "subjective",
    ),
    "past history": (
        "past medical history", "past history", "past surgical history", "pmh", "pmhx",
        "medical history", "previous medical history", "prior medical history",
        "past medical and surgical history", "past psychiatric history", "previous history",
        "surgical history", "previous illnesses", "background",
    ),
    "birth history": (
        "birth history", "perinatal history", "neonatal history", "prenatal history",
        "antenatal history", "pregnancy history", "pregnancy and birth", "gestational history",
    ),
    "family history": (
        "family history", "family hx", "fh", "fhx", "fam hx", "famhx", "family medical history",
        "family and social history", "familial history", "pertinent family history",
    ),
    "social history": (
        "social history", "social hx", "sh", "habits", "occupational history",
    ),
    "medication": (
        "medication", "medications", "current medications", "drugs", "treatment",
        "medications on admission", "discharge medications", "home medications",
    ),
    "allergies": (
        "allergies", "allergy", "drug allergies",
    ),
    "review of systems": (
        "review of systems", "ros", "systems review", "systemic enquiry",
    ),
    "examination": (
        "examination", "physical examination", "physical exam", "exam", "on examination",
        "clinical examination", "neurological examination", "neurologic examination",
        "objective", "vital signs", "vitals", "status", "physical findings",
    ),
    "investigations": (
        "investigations", "laboratory data", "laboratory", "labs", "laboratory results",
        "results", "studies", "diagnostic studies", "imaging", "tests", "laboratory findings",
        "radiology",
    ),
    "indication": (
        "indication", "indications", "clinical indication", "reason for exam",
        "reason for examination", "reason for study", "clinical information",
        "clinical details", "question", "clinical question",
    ),
    "technique": (
        "technique", "procedure", "procedures", "protocol", "examination performed",
    ),
    "comparison": (
        "comparison", "comparisons", "comparison study",
    ),
    "findings": (
        "findings", "finding", "report", "description", "observations",
    ),
    "impression": (
        "impression", "impressions", "conclusion", "conclusions", "summary", "interpretation",
        "assessment", "assessment and plan", "diagnosis", "diagnoses", "opinion",
        "final diagnosis", "discharge diagnosis", "admission diagnosis", "principal diagnosis",
        "problem list", "problems", "discussion",
    ),
    "differential diagnosis": (
        "differential diagnosis", "differential diagnoses", "differential", "ddx",
    ),
    "course": (
        "hospital course", "course", "clinical course", "follow-up", "follow up", "progress",
        "ed course", "evolution",
    ),
    "plan": (
        "plan", "recommendation", "recommendations", "management plan", "management",
        "next steps", "disposition", "follow-up plan",
    ),
    "instructions": (
        "discharge instructions", "instructions", "return precautions", "advice",
        "patient instructions", "safety net", "safety netting",
    ),
}  # fmt: skip
_KIND = {name: kind for kind, names in HEADINGS.items() for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Characters `start` to `end`, headed as `kind` by the words `heading` at `start`; `body` is
    where the text after the heading begins. `kind` is None outside any known heading."""

    kind: str | None
    heading: str
    start: int
    body: int
    end: int


@lru_cache(maxsize=1)
def _heading() -> re.Pattern[str]:
    names = "|".join(
        re.escape(name).replace(r"\ ", "[ \t]+").replace("and", "(?:and|&)")
        for name in sorted(_KIND, key=len, reverse=True)
    )
    # At the start of a line (perhaps numbered), or within one after a full stop or a wide space;
    # followed by a colon or a dash, or alone on its line. Other headings end a section only when
    # they shout, so that "Diabetes: yes" does not end a history.
    return re.compile(
        rf"(?:(?P<line>^)[ \t]*(?:[#*>-]+[ \t]*|\d{{1,2}}[.)][ \t]*)?(?:\*\*)?"
        rf"|(?<=[.;\]][ \t])|(?<=[ \t]{{2}}))"
        rf"(?:(?P<name>{names})(?:\*\*)?(?:[ \t]*:|[ \t]+[-–—](?=\s)|(?P<alone>[ \t]*\r?$))"
        rf"|(?<=\n)(?P<other>(?-i:[A-Z][A-Z /&-]{{2,50}}):))",
        re.IGNORECASE | re.MULTILINE,
    )


def find_sections(text: str) -> list[Section]:
    """Sections in the order of the text; they do not overlap and need not cover it.

    A heading alone on its line rules until the next heading; one with text beside it rules that
    paragraph. A heading inside a line needs a colon and its capital.
    """
    starts: list[tuple[int, int, str | None, str, bool]] = []
    for match in _heading().finditer(text):
        name: str | None = match["name"]
        if name is None:
            starts.append((match.start("other"), match.end(), None, match["other"][:-1], False))
            continue
        if match["line"] is None and (match["alone"] is not None or not name[0].isupper()):
            continue
        kind = _KIND[re.sub(r"\s+", " ", name.lower().replace("&", "and"))]
        rest = text[match.end() : match.end() + 200].split("\n", 1)[0]
        starts.append((match.start("name"), match.end(), kind, name, not rest.strip()))
    sections = []
    for i, (start, body, kind_, heading, alone) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        if not alone and (gap := _BLANK_LINE.search(text, body, end)):
            end = gap.start()
        sections.append(Section(kind=kind_, heading=heading, start=start, body=body, end=end))
    return sections


_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


class SectionIndex:
    """Finds the section of a character."""

    def __init__(self, text: str) -> None:
        self.sections = find_sections(text)
        self._starts = [s.start for s in self.sections]

    def at(self, offset: int) -> Section | None:
        """The section that `offset` lies in, heading included; None outside any."""
        i = bisect_right(self._starts, offset) - 1
        if i < 0 or offset >= self.sections[i].end:
            return None
        return self.sections[i]
