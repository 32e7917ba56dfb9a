"""What a check found: one shape for SHACL, table checks and sanity gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
_ORDER: dict[str, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that a check found.

    An `error` stops a load; a `warning` is counted and compared with the active release; an
    `info` is only said. `code` names the rule (`frequency-total`), `subject` the id that it was
    found at, `source` the catalogue name or the file, `line` the source's line where there is
    one (1-based), `mend` what would do.
    """

    severity: Severity
    code: str
    subject: str
    source: str
    line: int | None
    message: str
    mend: str | None = None

    def __str__(self) -> str:
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        text = f"{self.severity} {self.code} [{where}] {self.subject}: {self.message}"
        return text if self.mend is None else f"{text} {self.mend}"


def ordered(issues: Iterable[Issue]) -> list[Issue]:
    """The same issues, each once: the gravest first, then by code, source, line and subject."""
    return sorted(
        dict.fromkeys(issues),
        key=lambda i: (_ORDER[i.severity], i.code, i.source, i.line or 0, i.subject, i.message),
    )


def counts(issues: Iterable[Issue]) -> dict[tuple[str, str, str], int]:
    """How many there are, by (severity, code, source)."""
    return dict(sorted(Counter((i.severity, i.code, i.source) for i in issues).items()))
