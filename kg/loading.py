"""Loading knowledge safely: plan, check, write, switch, go back.

Nothing here changes the active release but `activate` and `rollback`, each one atomic switch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.assertions import Assertion, Concept, Link
from domain.errors import GateRefused, ReleaseNotFound, SourceError
from domain.figures import Figure
from kg import diff
from kg.build import Draft, Input, Progress, draft, find_inputs, id_of, publish, silent
from kg.checks import against
from kg.graph import Graph
from kg.issues import Issue
from kg.keep import Keep
from kg.releases import Releases

#: How many releases, besides the active one, `gc` keeps for going back to.
KEPT_FOR_ROLLBACK = 2


@dataclass(frozen=True, slots=True)
class InMemory:
    """A graph in memory, read like a store."""

    graph: Graph

    def concepts(self) -> Iterator[Concept]:
        """All nodes."""
        return iter(self.graph.concepts)

    def assertions(self) -> Iterator[Assertion]:
        """All disease-finding edges."""
        return iter(self.graph.assertions)

    def links(self) -> Iterator[Link]:
        """All links between ids of one thing."""
        return iter(self.graph.links)

    def figures(self) -> Iterator[Figure]:
        """All figures of the literature."""
        return iter(self.graph.figures)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a load would do: the draft, the changes against the active release, the errors that
    would stop it, and warnings. Nothing is written."""

    draft: Draft
    inputs: tuple[Input, ...]
    changes: tuple[diff.Change, ...]
    errors: tuple[Issue, ...]

    @property
    def obsoleted(self) -> frozenset[str]:
        """Terms that the new release makes obsolete or no longer has."""
        gone = ("obsoleted", "removed")
        return frozenset(c.subject for c in self.changes if c.kind == "term" and c.action in gone)


class Loader:
    """Plans and makes releases in one place."""

    def __init__(self, releases: Releases, keep: Keep) -> None:
        self.releases = releases
        self.keep = keep

    def inputs(
        self, add: Mapping[str, Sequence[Path]], remove: Sequence[str] = ()
    ) -> tuple[Input, ...]:
        """The active release's files with some sources added or replaced, others taken away;
        the default sources where nothing is active. Raises SourceError."""
        active = self.releases.active_id()
        if active is None:
            return tuple(i for i in find_inputs(add) if i.source.name not in remove)
        there = {s["name"] for s in self.releases.manifest(active)["sources"]}
        if missing := [name for name in remove if name not in there]:
            known = ", ".join(sorted(there))
            raise SourceError(missing[0], "is not in the active release.", mend=f"It has: {known}.")
        kept = [
            i
            for i in self.keep.inputs(self.releases.manifest(active))
            if i.source.name not in remove and i.source.name not in add
        ]
        new = [i for i in find_inputs(add) if i.source.name in add]
        return tuple(sorted((*kept, *new), key=lambda i: (i.source.name, i.sha256)))

    def plan(
        self,
        inputs: Sequence[Input],
        *,
        decisions: Path | None = None,
        against_release: str | None = None,
        progress: Progress = silent,
    ) -> Plan:
        """Read, assemble, check and compare with the active release (or another)."""
        made = draft(inputs, decisions, progress)
        base = against_release or self.releases.active_id()
        manifest = None if base is None else self.releases.manifest(base)
        errors = tuple(against(made.manifest, manifest))
        changes: Sequence[diff.Change] = ()
        if base is not None:
            changes = diff.compare(self.releases.store(base), InMemory(made.graph))
        return Plan(made, tuple(inputs), tuple(changes), errors)

    def load(
        self,
        inputs: Sequence[Input],
        *,
        decisions: Path | None = None,
        force: bool = False,
        progress: Progress = silent,
    ) -> tuple[str, bool]:
        """Make a release of `inputs`: (id, whether it is new). The active one stays active.

        Raises GateRefused with the errors, unless `force`; that is kept in the load log.
        """
        identifier = id_of(inputs, decisions)
        if identifier in self.releases.ids():
            self.releases.verify(identifier)
            return identifier, False
        made = draft(inputs, decisions, progress)
        active = self.releases.active_id()
        errors = against(made.manifest, None if active is None else self.releases.manifest(active))
        if errors and not force:
            raise refused(errors)
        self.keep.put(inputs)
        facts = {"forced": [str(e) for e in errors[:20]]} if errors else {}
        publish(self.releases, made, inputs, progress, **facts)
        return identifier, True

    def rollback(self) -> tuple[str, str]:
        """Make the release that was active before the active one: (left, now active).

        Raises ReleaseNotFound where there is none to go back to."""
        active = self.releases.active_id()
        before = previous(self.releases.history())
        if active is None or before is None or before not in self.releases.ids():
            raise ReleaseNotFound(
                "There is no earlier release to go back to.",
                mend="`differentia kg releases` lists those there are.",
            )
        self.releases.activate(before)
        self.releases.log("rollback", release=before, left=active)
        return active, before

    def gc(self, *, keep: int = KEPT_FOR_ROLLBACK) -> list[str]:
        """Delete releases that are neither active nor among the last `keep` to go back to, and
        source files that no release needs any more; the ids deleted. What an interrupted load
        left behind goes too."""
        self.releases.sweep()
        stack = activations(self.releases.history())
        needed = {self.releases.active_id(), *stack[-(keep + 1) :]}
        doomed = [identifier for identifier in self.releases.ids() if identifier not in needed]
        for identifier in doomed:
            self.releases.remove(identifier)
        self.keep.forget([self.releases.manifest(i) for i in self.releases.ids()])
        return doomed


def refused(errors: Sequence[Issue]) -> GateRefused:
    """The error that a load ends with: what stopped it."""
    shown = "; ".join(str(e) for e in errors[:3])
    more = f" (and {len(errors) - 3:,} more)" if len(errors) > 3 else ""
    return GateRefused(
        f"The load was stopped, the active release is as it was. {shown}{more}",
        mend="Mend the source, or load it with --force, which the load log keeps.",
    )


def activations(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """Releases in the order they became active, without those that were rolled back from."""
    stack: list[str] = []
    for line in history:
        if line["action"] == "activate" and (not stack or stack[-1] != line["release"]):
            stack.append(line["release"])
        elif line["action"] == "rollback":
            del stack[-2:]
            stack.append(line["release"])
            if len(stack) > 1 and stack[-2] == stack[-1]:
                stack.pop()
    return stack


def previous(history: Sequence[Mapping[str, Any]]) -> str | None:
    """The release to go back to, or None."""
    stack = activations(history)
    return stack[-2] if len(stack) > 1 else None
