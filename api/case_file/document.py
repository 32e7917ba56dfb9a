"""A case file as data: YAML, or JSON, with the line of each value and the keys that stand twice.

Of YAML that is read which JSON can say too, in YAML 1.2's sense: 2026-03-02 and 1:160 are words.
Tags, anchors and several documents are refused, so that a file is no larger than it looks.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import InputError

#: Where something stands in a case: ("labs", 3, "unit").
Path = tuple[str | int, ...]
_DEEPEST = 60
_NUMBER = re.compile(r"[-+]?(?:\d+|(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)")
_WORDS: Mapping[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_MEND = "A case file is one object of fields: see docs/case-file.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDocument:
    """The fields of a case file called `name`; `lines` tells where each stands (1-based; JSON has
    none), `twice` which keys stand twice and on which lines."""

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Path, int]
    twice: tuple[tuple[Path, tuple[int, ...]], ...]

    def place(self, path: Path) -> str:
        """Where something stands, for people: `case.yaml:12`, of what is missing the line of what
        it would stand in."""
        for end in range(len(path), 0, -1):
            if (line := self.lines.get(path[:end])) is not None:
                return f"{self.name}:{line}"
        return self.name


def dotted(path: Path) -> str:
    """A place in a case as it is written over HTTP: `labs[3].unit`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def parse(data: bytes, name: str) -> CaseDocument:
    """The document of a file by its ending: JSON for `.json`, else YAML. Raises InputError with
    the line where it is neither, or no object."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{name}:{line}: this is not UTF-8.", mend="Save it as UTF-8.") from None
    made = _json(text, name) if name.lower().endswith(".json") else _Yaml(name).parse(text)
    if not isinstance(made.data, dict):
        raise InputError(f"{name} holds no object.", mend=_MEND)
    return made


def _json(text: str, name: str) -> CaseDocument:
    twice: dict[str, None] = {}

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.update(dict.fromkeys(k for k, n in Counter(k for k, _ in pairs).items() if n > 1))
        return dict(pairs)

    try:
        data = json.loads(text, object_pairs_hook=once) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: this is not JSON: {error.msg}.") from None
    except (ValueError, RecursionError):
        raise InputError(f"{name}: this is no JSON that can be read.") from None
    if twice:
        # Which value would stand depends on who reads it, and JSON has no lines to tell them by.
        raise InputError(
            f"{name}: in one object these keys stand twice: {', '.join(twice)}.",
            mend="Keep one of them.",
        )
    return CaseDocument(name=name, data=data, lines={}, twice=())


class _Yaml:
    """Makes data of YAML's events; the parser below has no depth to run out of."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: dict[Path, int] = {}
        self._twice: dict[Path, tuple[int, ...]] = {}

    def parse(self, text: str) -> CaseDocument:
        """The one document of a text. Raises InputError."""
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            self._events = iter(yaml.parse(text, Loader=loader))
            data = self._document(yaml)
        except yaml.MarkedYAMLError as error:
            line = 1 if error.problem_mark is None else error.problem_mark.line + 1
            raise InputError(
                f"{self._name}:{line}: this is not YAML: {error.problem}.",
                mend="Check the indentation, and put quotes around a value that holds ': ' or '#'.",
            ) from None
        except yaml.YAMLError:
            raise InputError(f"{self._name}: this is not YAML.") from None
        twice = tuple(self._twice.items())
        return CaseDocument(name=self._name, data=data, lines=self._lines, twice=twice)

    def _document(self, yaml: Any) -> Any:
        found: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if found:
                    raise self._refused(event, "a second document begins here")
                found.append(self._value(event, (), yaml))
        return found[0] if found and found[0] is not None else {}

    def _value(self, event: Any, path: Path, yaml: Any) -> Any:
        self._lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refused(event, "anchors and aliases are not read")
        if len(path) > _DEEPEST:
            raise self._refused(event, "this is nested too deeply")
        if event.tag is not None and event.tag not in ("!", "tag:yaml.org,2002:str"):
            raise self._refused(event, "tags are not read")
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and event.tag is None
            return _plain(event.value) if plain else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, yaml)
        return self._object(path, yaml)

    def _list(self, path: Path, yaml: Any) -> list[Any]:
        made: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            made.append(self._value(event, (*path, len(made)), yaml))
        return made

    def _object(self, path: Path, yaml: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, "the name of a field is a word")
            key, line = event.value, event.start_mark.line + 1
            here = (*path, key)
            if key in made:
                self._twice[here] = (*self._twice.get(here, (self._lines[here],)), line)
            self._lines.setdefault(here, line)
            made[key] = self._value(next(self._events), here, yaml)
        return made

    def _refused(self, event: Any, why: str) -> InputError:
        return InputError(
            f"{self._name}:{event.start_mark.line + 1}: {why}.", mend="Write it out plainly."
        )


def _plain(text: str) -> Any:
    """A word without quotes in YAML 1.2's core sense."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text) and len(text) < 100:
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    return text
