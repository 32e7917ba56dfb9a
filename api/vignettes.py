"""Examination vignettes: a text, what the right answer is called, and the choices."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import SourceError
from ontologies.files import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Vignette:
    """One vignette; `right` is found (whatever the case) in every name of the right answer."""

    id: str
    text: str
    right: re.Pattern[str]
    choices: tuple[str, ...]

    def is_right(self, names: tuple[str, ...]) -> bool:
        """Whether one of some names is the right answer's."""
        return any(self.right.search(name) for name in names)


def read_vignettes(path: Path) -> tuple[Vignette, ...]:
    """The vignettes of a file with a JSON object a line (`text`, `right`, perhaps `id` and
    `choices`), also gzipped. Raises SourceError with the line."""
    found = []
    for number, line in enumerate(read_text(path), start=1):
        if not line.strip():
            continue
        try:
            found.append(_vignette(json.loads(line), number))
        except (KeyError, TypeError, ValueError, re.error) as error:
            raise SourceError(
                str(path),
                f"holds no vignette ({type(error).__name__}).",
                line=number,
                mend="Each line needs text and right (a regular expression).",
            ) from None
    if not found:
        raise SourceError(str(path), "holds no vignette.")
    return tuple(found)


def _vignette(row: dict[str, Any], number: int) -> Vignette:
    text, choices = row["text"], row.get("choices") or ()
    if not isinstance(text, str) or not all(isinstance(c, str) for c in choices):
        raise TypeError
    return Vignette(
        id=str(row.get("id", number)),
        text=text,
        right=re.compile(row["right"], re.IGNORECASE),
        choices=tuple(choices),
    )
