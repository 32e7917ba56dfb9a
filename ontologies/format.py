"""File formats: one module each in `ontologies/formats/`, told apart by their first characters."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Protocol, cast

from domain.assertions import PHENOTYPE
from domain.errors import InvalidField, SourceError
from ontologies.content import Content
from ontologies.files import read_bytes

#: How many characters `sniff` is given.
HEAD = 8192


class Format(Protocol):
    """What a module of `ontologies/formats/` offers; importing it must be cheap."""

    def sniff(self, head: str, name: str) -> bool:
        """Whether a file of this name with these first characters is in this format."""

    def read(self, path: Path, source: str, category: str = PHENOTYPE) -> Content:
        """Read a file of the source called `source`; `category` is that of its concepts where
        the format doesn't say. Raises SourceError naming file and line or subject."""


def names() -> tuple[str, ...]:
    """Names of all formats, sorted; none is imported."""
    import ontologies.formats as folder

    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder.__path__)))


def load(name: str) -> Format:
    """The format called `name`. Raises InvalidField naming those there are."""
    if name not in names():
        raise InvalidField(
            "format", f"{name!r} is not known.", mend=f"Known: {', '.join(names())}."
        )
    return cast(Format, importlib.import_module(f"ontologies.formats.{name}"))


def read(path: Path, source: str, category: str = PHENOTYPE, name: str | None = None) -> Content:
    """Read a file in the format `name`, or in the one it looks like. Raises SourceError."""
    return load(name or sniff(path)).read(path, source, category)


def sniff(path: Path) -> str:
    """The name of the format that a file is in. Raises SourceError naming those there are."""
    head = read_bytes(path)[:HEAD].decode("utf-8", "replace").lstrip("\ufeff")
    plain_name = path.name.removesuffix(".gz")
    for name in names():
        if load(name).sniff(head, plain_name):
            return name
    raise SourceError(
        str(path), "is in no format known here.", mend=f"Known: {', '.join(names())}."
    )


def date_in(text: str) -> str:
    """The date (YYYY-MM-DD) that a version text holds, else the text itself."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", text)
    return found[0] if found else text
