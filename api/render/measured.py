"""A measured value in words: what was measured, and what it was held against."""

from __future__ import annotations

from domain.evidence import Measurement


def measured_words(m: Measurement) -> str:
    """ "C-reactive protein 187 mg/L, flag H, on day 3"."""
    flag = "" if m.flag is None else f"flag {m.flag}"
    return ", ".join(filter(None, (f"{m.name or m.code} {m.amount}", flag, m.time)))


def range_words(m: Measurement) -> str:
    """The range that it was held against and who gives it, or why it could not be judged."""
    if m.reference_range is None:
        return m.source or "no range is known"
    return f"range {m.reference_range} ({m.source})" if m.source else m.reference_range
