"""What stands before the findings: the same for every disease, or the caller's own figures.

A caller states figures by disease or by group, each with its reference: how often each is met,
in any unit that is the same for all. A disease without a figure gets that of its group (stated,
or the median of those stated in it; of several groups the smallest), and without a group the
median of all that are stated: having a record is no advantage. The shares of all ranked diseases,
figure by sum of figures, are the prior.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, log
from statistics import median

import numpy as np

from domain.differential import PriorUse
from domain.errors import InvalidField
from domain.findings import Note
from domain.identifiers import Curie
from kg.arrays import Array
from reasoning.calibration import OUTSIDE_SHARE
from reasoning.knowledge import Knowledge

_UNIFORM = "Uniform: no referenced source of prevalence is loaded, and none was given."
_OF_ALL = "median of all that are stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorLine:
    """One line of a caller's prior: a disease with its figure, group or both, or a group with its
    figure. `group` is a name of the caller's, or the id of a family of the release. `line` names
    it in messages."""

    disease: Curie | None = None
    group: str | None = None
    figure: float | None = None
    reference: str = ""
    line: str = ""

    def __post_init__(self) -> None:
        if self.disease is None and self.group is None:
            raise self.wrong("disease", "names neither a disease nor a group.")
        if self.figure is None:
            if self.disease is None or self.group is None:
                raise self.wrong("figure", "is missing.")
            return
        if not isfinite(self.figure) or self.figure <= 0:
            raise self.wrong("figure", f"{self.figure:g} is not above 0.")
        if not self.reference.strip():
            raise self.wrong("reference", "is missing.", "Say where the figure comes from.")

    def wrong(self, field: str, message: str, mend: str | None = None) -> InvalidField:
        """An error that names the field of this line."""
        return InvalidField(f"{self.line}.{field}" if self.line else field, message, mend=mend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """A caller's figures, and in `source` where they come from. Without figures it is uniform."""

    source: str = ""
    figures: tuple[PriorLine, ...] = ()


UNIFORM = Prior()


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """The prior of every disease of a release, in nats: `scores` of shape (diseases,), and how
    each came about as a number into `reasons`."""

    use: PriorUse
    scores: Array
    reason_of: Array
    reasons: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def reason(self, disease: int) -> str:
        """How the prior of one disease came about."""
        return self.reasons[int(self.reason_of[disease])]


def priors(prior: Prior, knowledge: Knowledge) -> Priors:
    """The prior of every disease. Raises InvalidField where figures contradict each other, or
    speak of no disease of the release."""
    n = len(knowledge.diseases)
    if not prior.figures:
        return Priors(
            use=PriorUse(statement=_UNIFORM),
            scores=np.full(n, log((1 - OUTSIDE_SHARE) / n)),
            reason_of=np.zeros(n, dtype=np.int32),
            reasons=(f"the same for each of {n:,} diseases",),
        )
    own, unknown = _by_disease(prior.figures, knowledge)
    groups = list(_groups(prior.figures, own, knowledge))
    stated = [f.figure for f in own.values() if f.figure is not None]
    stated = stated or [figure for _, figure, _, _ in groups]
    if not stated:
        raise InvalidField("prior", "states no figure of a disease of this release.")
    values = np.full(n, median(stated))
    reason_of = np.zeros(n, dtype=np.int32)
    reasons = [f"no figure and no group: {_OF_ALL}, {median(stated):g}"]
    for name, figure, members, how in sorted(groups, key=lambda g: (-len(g[2]), g[0])):
        values[members], reason_of[members] = figure, len(reasons)
        reasons.append(f"no figure of its own: group {name}, {how} {figure:g}")
    for number, line in own.items():
        if line.figure is not None:
            values[number], reason_of[number] = line.figure, len(reasons)
            reasons.append(f"figure {line.figure:g} ({line.reference})")
    count = sum(f.figure is not None for f in own.values())
    return Priors(
        use=PriorUse(
            kind="caller",
            source=prior.source,
            figures=count,
            statement=f"The caller's own, from {prior.source}: {count:,} of {n:,} diseases have a "
            f"figure, {len(groups):,} groups; the others have the median of their group, or "
            "of all that are stated.",
        ),
        scores=np.log((1 - OUTSIDE_SHARE) * values / values.sum()),
        reason_of=reason_of,
        reasons=tuple(reasons),
        notes=_unknown(unknown),
    )


def _by_disease(
    figures: Sequence[PriorLine], knowledge: Knowledge
) -> tuple[dict[int, PriorLine], list[Curie]]:
    """Lines by disease number, and ids that the release does not rank."""
    own: dict[int, PriorLine] = {}
    unknown: list[Curie] = []
    for line in figures:
        if line.disease is None:
            continue
        number = knowledge.disease(line.disease)
        if number is None:
            unknown.append(line.disease)
        elif number not in own:
            own[number] = line
        elif (own[number].figure, own[number].group) != (line.figure, line.group):
            raise line.wrong("disease", f"{line.disease} was stated before, otherwise.")
    return own, unknown


def _groups(
    figures: Sequence[PriorLine], own: dict[int, PriorLine], knowledge: Knowledge
) -> Iterator[tuple[str, float, Array, str]]:
    """(name, figure, members, how it came about) of each group that has a figure."""
    named: dict[str, PriorLine] = {}
    for line in figures:
        if line.disease is None and line.group is not None:
            before = named.setdefault(line.group, line)
            if before.figure != line.figure:
                raise line.wrong("group", f"{line.group} was stated before, otherwise.")
    for name in sorted({line.group for line in figures if line.group is not None}):
        family = knowledge.families.number(name)
        members = {number for number, line in own.items() if line.group == name}
        if family is not None:
            members |= set(knowledge.family_members[family].tolist())
        known = [f.figure for m in members if (f := own.get(m)) is not None and f.figure]
        numbers = np.array(sorted(members), dtype=np.int64)
        if name in named and (figure := named[name].figure) is not None:
            yield name, figure, numbers, "stated as"
        elif known:
            yield name, median(known), numbers, "median"


def _unknown(ids: Sequence[Curie]) -> tuple[Note, ...]:
    if not ids:
        return ()
    shown = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
    return (
        Note(
            level="warning",
            code="prior-of-unknown-disease",
            subject="prior",
            message=f"Figures for {shown} were not used: the release does not rank them.",
        ),
    )
