"""Urine by dipstick and sediment, in words: "Blood 4+", "Nitrites positive", "Protein: trace".

Read only where the text says that it is urine it speaks of (`nlp.values.setting`); numbers with
units are left to the measured values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.findings import State
from nlp.values.setting import fluid
from ontologies.lexicon import Lexicon, LexiconEntry
from ontologies.wordforms import words

#: What is looked for in urine, and the label of the finding that it is.
_TESTS = {
    "blood": "Hematuria",
    "protein": "Proteinuria",
    "glucose": "Glycosuria",
    "ketones": "Ketonuria",
    "ketone": "Ketonuria",
    "nitrite": "Nitrituria",
    "nitrites": "Nitrituria",
    "leukocyte esterase": "Pyuria",
    "bacteria": "Bacteriuria",
}
_LINE = re.compile(
    rf"\b(?P<test>{'|'.join(sorted(_TESTS, key=len, reverse=True))})\b"
    r"[^\S\n]{0,8}[:=]?[^\S\n]{0,8}"
    r"(?:(?P<there>[1-4]\s?\+|\+{1,4}|positive\b|present\b|large\b|moderate\b|many\b)"
    r"|(?P<not>negative\b|none\b|absent\b|nil\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Strip:
    """One test at characters `start` to `end` with what it says of its finding."""

    start: int
    end: int
    entry: LexiconEntry
    says: State


def dipstick(lexicon: Lexicon, text: str) -> Iterator[Strip]:
    """Tests of urine in the order of the text."""
    for found in _LINE.finditer(text):
        if fluid(text, found.start()) != "urine":
            continue
        entry = lexicon.find(" ".join(words(_TESTS[found["test"].lower()])))
        if entry is not None:
            says = State.PRESENT if found["there"] else State.ABSENT
            yield Strip(found.start(), found.end(), entry, says)
