"""Values of the cerebrospinal fluid: "Leukocytes 2,300/mm3 (90% neutrophils)", "glucose 22 mg/dL".

Read only where the text says that it is this fluid it speaks of (`nlp.values.setting`). The limits
are those between normal and abnormal, and for glucose those of bacterial meningitis, in the table
of the UCSF Hospitalist Handbook, "CSF fluid diagnostics" (fewer than 5 cells, protein below 50
mg/dL, glucose below 40 mg/dL); what lies between normal and abnormal is left open. Which
cells lead says something of more cells than normal only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.findings import State
from nlp.dipstick import Strip
from nlp.values.setting import fluid
from ontologies.lexicon import Lexicon
from ontologies.wordforms import words

#: Cells in a microlitre, protein and glucose in mg/dL: absent up to the first (down to it, for
#: glucose), present beyond the second.
CELLS, PROTEIN, GLUCOSE = (5.0, 10.0), (50.0, 60.0), (50.0, 40.0)
#: Share of the cells in per cent from which one kind leads.
LEADS = 60.0
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
_BETWEEN = r"[^\d\n.;%]{0,28}?"
_WHITE = r"(?:leu[ck]ocytes?|white (?:blood )?cells?|wbcs?|cells?)"
_COUNT = re.compile(
    rf"(?:\b{_WHITE}(?: count)?\b{_BETWEEN})?(?<![\d.,]){_NUMBER}\s?(?:{_WHITE}\s?)?(?:/|per )\s?"
    r"(?:mm3|mm\^3|mm³|cubic millimeters?|µL|μL|uL|microliters?|cu mm)",
    re.IGNORECASE,
)
_RED = re.compile(r"\b(?:erythrocytes?|red (?:blood )?cells?|rbcs?)\b[^\n,;]{0,20}$", re.IGNORECASE)
_MASS = r"\s?(?P<unit>mg/dL|mg/100 ?mL|g/L|mmol/L)"
_PROTEIN = re.compile(rf"\bproteins?\b{_BETWEEN}{_NUMBER}{_MASS}", re.IGNORECASE)
_GLUCOSE = re.compile(rf"\b(?:glucose|sugar)\b{_BETWEEN}{_NUMBER}{_MASS}", re.IGNORECASE)
_KINDS = (
    (
        r"(?:neutrophils?|polymorphonuclear(?: cells| leu[ck]ocytes)?|pmns?|segmented)",
        "CSF polymorphonuclear pleocytosis",
    ),
    (r"(?:lymphocytes?|mononuclear(?: cells)?|lymphs)", "CSF lymphocytic pleiocytosis"),
)
#: Shares of one kind of cell, behind or before its name, and the finding where that kind leads.
_SHARES = tuple(
    (
        re.compile(
            rf"\b{cells}\b[^\d\n.;]{{0,12}}(?P<behind>\d{{1,3}})\s?%"
            rf"|\b(?P<before>\d{{1,3}})\s?%\s(?:\w+\s)?{cells}\b",
            re.IGNORECASE,
        ),
        label,
    )
    for cells, label in _KINDS
)
#: To mg/dL; of glucose where it is in mmol/L.
_FACTORS = {"g/l": 100.0, "mmol/l": 18.0156}


def spinal_fluid(lexicon: Lexicon, text: str) -> Iterator[Strip]:
    """Values of cerebrospinal fluid as findings, in the order of their kinds."""
    many = None
    for found in _COUNT.finditer(text):
        if not _of_red(text, found) and fluid(text, found.start()) == "csf":
            count = _number(found)
            many = found if count > CELLS[1] else many
            yield from _strip(lexicon, found, "CSF pleocytosis", count, CELLS)
    for pattern, label, limits in (
        (_PROTEIN, "Increased CSF protein concentration", PROTEIN),
        (_GLUCOSE, "Hypoglycorrhachia", GLUCOSE),
    ):
        for found in pattern.finditer(text):
            if fluid(text, found.start()) == "csf":
                value = _number(found) * _FACTORS.get(found["unit"].lower(), 1.0)
                yield from _strip(lexicon, found, label, value, limits)
    if many is None:
        return
    for share, label in _SHARES:
        for found in share.finditer(text, many.start()):
            leads = float(found["behind"] or found["before"]) >= LEADS
            if leads and fluid(text, found.start()) == "csf":
                yield from _strip(lexicon, found, label, 1.0, (0.0, 0.0))
                break


def _of_red(text: str, found: re.Match[str]) -> bool:
    """Whether a bare number counts red cells: "erythrocytes 3,000/mm3"."""
    bare = found[0][0].isdigit() and not re.search(_WHITE, found[0], re.IGNORECASE)
    return bare and _RED.search(text[max(0, found.start() - 40) : found.start()]) is not None


def _number(found: re.Match[str]) -> float:
    return float(found["number"].replace(",", ""))


def _strip(
    lexicon: Lexicon, found: re.Match[str], label: str, value: float, limits: tuple[float, float]
) -> Iterator[Strip]:
    """The finding of a value: present beyond the second limit, absent up to the first."""
    normal, abnormal = limits
    rising = abnormal >= normal
    there = value > abnormal if rising else value < abnormal
    not_there = value <= normal if rising else value >= normal
    entry = lexicon.find(" ".join(words(label)))
    if entry is not None and (there or not_there):
        says = State.PRESENT if there else State.ABSENT
        yield Strip(found.start(), found.end(), entry, says)
