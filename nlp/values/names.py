"""Where analytes are named in a text, in linear time: longest name first, none overlapping."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ontologies.analytes import EXACT, Analyte, Kind

#: Letters and digits, words of a name; a decimal number is one word.
_WORD = re.compile(r"\d+[.,]\d+|[^\W_]+(?:\+(?![\w\d]))?")
#: What may stand between two words of one name.
_JOINT = re.compile(r"[ \t\u00a0]?[-‐‑–/.(]?[ \t\u00a0]?\)?[ \t\u00a0]?|:|[ \t]*\n[ \t]*")


@dataclass(frozen=True, slots=True)
class Named:
    """A name at characters `start` to `end`, and the analytes that it may mean."""

    start: int
    end: int
    analytes: tuple[Analyte, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    exact: bool
    analytes: tuple[Analyte, ...]


def words(name: str) -> tuple[str, ...]:
    """The words of a name, whatever stands between them."""
    return tuple(m[0] for m in _WORD.finditer(name))


class Names:
    """The names of analytes by their first word."""

    def __init__(self, analytes: Iterable[Analyte]) -> None:
        grouped: dict[tuple[tuple[str, ...], bool], list[Analyte]] = defaultdict(list)
        for analyte in analytes:
            for name in analyte.names:
                exact = name.startswith(EXACT)
                said = words(name.removeprefix(EXACT))
                grouped[said if exact else tuple(map(str.lower, said)), exact].append(analyte)
        self._by_first: dict[str, list[_Name]] = defaultdict(list)
        for (said, exact), group in grouped.items():
            self._by_first[said[0].lower()].append(_Name(said, exact, tuple(group)))
        for names in self._by_first.values():
            names.sort(key=lambda n: (-len(n.words), not n.exact))

    def starts(self, word: str) -> bool:
        """Whether a name begins with a word."""
        return word.lower() in self._by_first

    def find(self, text: str) -> Iterator[Named]:
        """Names in the order of the text; those that mean no measurement only hide others."""
        laid = [_Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text)]
        i = 0
        while i < len(laid):
            found = self._at(text, laid, i)
            if found is None:
                i += 1
                continue
            last = i + len(found.words) - 1
            kinds = {a.kind for a in found.analytes}
            if Kind.NONE not in kinds:
                yield Named(laid[i].start, laid[last].end, found.analytes)
            i = last + 1

    def _at(self, text: str, laid: Sequence[_Word], i: int) -> _Name | None:
        for name in self._by_first.get(laid[i].text.lower(), ()):
            size = len(name.words)
            if i + size > len(laid):
                continue
            these = laid[i : i + size]
            said = tuple(w.text if name.exact else w.text.lower() for w in these)
            if said == name.words and all(
                _JOINT.fullmatch(text, a.end, b.start) for a, b in pairwise(these)
            ):
                return name
        return None
