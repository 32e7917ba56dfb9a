"""The catalogue's entry type, and how its files are found.

One source is one file in `ontologies/sources/`, exporting `SOURCE`. The file's name is the
source's name in settings, on the command line and over HTTP.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
import re
from dataclasses import dataclass, field
from pathlib import Path

from domain.assertions import PHENOTYPE
from domain.errors import InvalidField, SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """An installed Python distribution that carries the source's file: used as data only."""

    distribution: str
    version: str
    path: str

    def locate(self) -> Path:
        """Path of the carried file. Raises SourceError where the distribution is missing."""
        hint = f"Install {self.distribution}=={self.version}, or name a file with --source."
        try:
            distribution = importlib.metadata.distribution(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            raise SourceError(
                self.path, f"{self.distribution} is not installed.", mend=hint
            ) from None
        path = Path(str(distribution.locate_file(self.path)))
        if not path.is_file():
            raise SourceError(str(path), "is not in the installed package.", mend=hint)
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A file of our own, or a folder of them, in `ontologies/curated/`."""

    name: str

    def locate(self) -> Path:
        """Its path. Raises SourceError where the installation lacks it."""
        path = Path(__file__).parent / "curated" / self.name
        if not path.exists():
            raise SourceError(str(path), "is not installed.", mend="Install Differentia again.")
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where knowledge comes from. `sha256` maps a version to the hash of bytes we hashed.

    `computed` mappings give way to those of other sources that speak of the same entries;
    `reviewed` ones hold, row by row.
    """

    name: str
    title: str
    provides: str
    homepage: str
    url: str
    licence: str
    licence_url: str
    citation: str
    acknowledgement: str = ""
    category: str = PHENOTYPE
    carrier: Carrier | Shipped | None = None
    computed: bool = False
    reviewed: bool = False
    sha256: dict[str, str] = field(default_factory=dict)


def names() -> tuple[str, ...]:
    """Names of all sources in the catalogue, sorted; none is imported."""
    import ontologies.sources as folder

    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder.__path__)))


def find(name: str) -> Source:
    """The catalogue's entry, or one made up for a source of the user's own."""
    return load(name) if name in names() else _own(name)


def _own(name: str) -> Source:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{1,40}", name):
        raise InvalidField(
            "source",
            f"{name[:60]!r} is no source's name.",
            mend="Use 2 to 41 small letters, digits, - and _; it is shown beside every edge.",
        )
    return Source(
        name=name,
        title=name,
        provides="knowledge of your own",
        homepage="",
        url="",
        licence="as agreed with its owner",
        licence_url="",
        citation="",
    )


def load(name: str) -> Source:
    """The source called `name`. Raises InvalidField naming the sources there are."""
    if name not in names():
        raise InvalidField(
            "source", f"{name!r} is not known.", mend=f"Known: {', '.join(names())}."
        )
    source = importlib.import_module(f"ontologies.sources.{name}").SOURCE
    if not isinstance(source, Source):
        raise TypeError(f"ontologies/sources/{name}.py must export a Source called SOURCE")
    return source
