"""What travels with every export: which release it is, made from what, under which licences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A release's id, and for each of its sources name, title, version, licence and citation."""

    release: str
    sources: Sequence[Mapping[str, Any]] = ()

    def lines(self) -> Iterator[str]:
        """The same as sentences, one a line; files of one source are told once."""
        yield f"Differentia release {self.release}"
        told = set()
        for source in self.sources:
            version = f", version {source['version']}" if source.get("version") else ""
            line = (
                f"Made from {source['title']} (source {source['name']}){version}. "
                f"Licence: {source['licence']} {source.get('licence_url', '')}".rstrip()
            )
            if source.get("citation"):
                line += f". Citation: {source['citation']}"
            if line not in told:
                told.add(line)
                yield line
