"""What was read of a case file or folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.errors import EmptyInput, ImageRefused
from domain.findings import Note

if TYPE_CHECKING:
    from api.case_parts import PartsReader
    from api.intake import CodedFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRead:
    """What can be used of a case file or folder. Its texts, films and values, and all notes, are
    in `parts`; `tried` says what was looked at, for a case of which nothing is left."""

    name: str
    parts: PartsReader
    findings: tuple[CodedFinding, ...] = ()
    phenopacket: Mapping[str, Any] | None = None
    known: tuple[str, ...] = ()
    age: str | None = None
    sex: str | None = None
    day: date | None = None
    setting: str | None = None
    tried: str = ""

    @property
    def errors(self) -> list[Note]:
        """What cannot be used, films that are refused among it."""
        refused = [
            Note(
                level="error",
                code="image-refused",
                subject=one.name,
                message=f"Not used: {one.error.message}",
                mend=one.error.mend,
            )
            for one in self.parts.failed
            if isinstance(one.error, ImageRefused)
        ]
        return [*(n for n in self.parts.notes if n.level == "error"), *refused]

    @property
    def empty(self) -> bool:
        """Whether nothing is left to reason from."""
        return not (self.parts.usable or self.findings or self.phenopacket)

    def nothing(self) -> EmptyInput:
        """The error for a case that is empty: what was tried, and what became of it."""
        told = [f"{n.subject}: {n.message} {n.mend or ''}".strip() for n in self.errors]
        words = [f"{self.name} holds nothing to reason about.", self.tried, *told]
        mend = "Give a text, coded findings, values, a phenopacket or an image (docs/case-file.md)."
        return EmptyInput(" ".join(words), mend=None if told else mend)
