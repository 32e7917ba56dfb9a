"""The port behind which releases live: a folder (`kg/release.py`), or Neo4j (`kg/bolt.py`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from kg.cases import Cases, LookUp
from kg.graph import Graph
from kg.identifiers import Resolver
from kg.store import GraphStore

#: Writes what is compiled from a graph (index, lexicon) into a folder.
Compile = Callable[[Path, Graph, Resolver], None]


class Releases(Protocol):
    """Immutable releases side by side, one of them active, and a log of what was done."""

    @property
    def where(self) -> str:
        """The place, for messages: a path or an address, never a password."""

    def ids(self) -> list[str]:
        """Ids of the complete releases, sorted."""

    def manifest(self, release: str) -> dict[str, Any]:
        """A release's manifest. Raises ReleaseNotFound or ReleaseCorrupt."""

    def active_id(self) -> str | None:
        """Id of the active release, or None."""

    def add(self, manifest: dict[str, Any], graph: Graph, resolver: Resolver) -> None:
        """Write a release whole or not at all; one that is there stays as it is."""

    def activate(self, release: str) -> None:
        """Make a release the active one: one atomic switch, logged."""

    def remove(self, release: str) -> None:
        """Delete a release that is not active. Raises GateRefused for the active one."""

    def log(self, action: str, **facts: object) -> None:
        """Append what was done, with time and user."""

    def history(self) -> list[dict[str, Any]]:
        """The log, oldest first."""

    def store(self, release: str) -> GraphStore:
        """The graph of a release."""

    def compiled(self, release: str) -> Path:
        """A folder with the release's `index/` and `lexicon.tsv`, compiled from its graph."""

    def modified(self, release: str) -> bool:
        """Whether what `compiled` gives is of other content than what was loaded."""

    def sweep(self) -> list[str]:
        """Delete what interrupted loads and removals left behind; the ids of their releases.

        Not to be called while something is loaded or removed: that would be taken for a rest."""

    def cases(self, look_up: LookUp) -> Cases:
        """Where cases are kept beside the releases; `look_up` speaks for the active one."""

    def verify(self, release: str) -> None:
        """Check that a release is as it was written. Raises ReleaseCorrupt."""
