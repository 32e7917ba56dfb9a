"""Statements that cannot both hold, with those who made them on either side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.differential import Conflict, Side
from domain.evidence import ConceptRef, ImageRegion
from domain.findings import Finding, Observation, State


def stated_both(finding: Finding) -> Conflict:
    """One finding that is stated plainly as present and as absent."""
    said = [o for o in finding.observations if not decided(o)]
    return Conflict(
        kind="present and absent",
        findings=(ref(finding),),
        message=f"{finding.label} is stated as present and as absent: it was given no effect.",
        sides=_sides(finding, said),
    )


def child_and_ancestor(child: Finding, ancestor: Finding) -> Conflict:
    """A finding that is present, and a broader one that is said to be absent."""
    return Conflict(
        kind="present child, absent ancestor",
        findings=(ref(child), ref(ancestor)),
        message=f"{child.label} is present, {ancestor.label} is said to be absent: the exclusion "
        "was given no effect.",
        sides=(_side(child, child.observations), _side(ancestor, ancestor.observations)),
    )


def read_otherwise(finding: Finding) -> list[Conflict]:
    """Where what was decided of soft evidence disagrees with a plain statement, or with other
    soft evidence."""
    read = [o for o in finding.observations if decided(o)]
    if finding.probability is None and finding.state in (State.PRESENT, State.ABSENT):
        other = [o for o in read if o.state is not finding.state]
        if not other:
            return []
        said = [o for o in finding.observations if not decided(o)]
        message = (
            f"{finding.label} is stated to be {finding.state}, and {_origins(other)} was read as "
            f"{other[0].state}: the statement stands, what was read was given no effect."
        )
        sides: tuple[Side, ...] = (_side(finding, said, finding.state), _side(finding, other))
    elif opposed(o.state for o in read):
        message = (
            f"{finding.label} was read as present and as absent ({_origins(read)}): only the "
            "strongest evidence counts."
        )
        sides = _sides(finding, read)
    else:
        return []
    return [Conflict(kind="read otherwise", findings=(ref(finding),), message=message, sides=sides)]


def settles(stated: Finding, soft: Finding) -> Conflict:
    """A plain statement that implies or excludes what was read otherwise."""
    return Conflict(
        kind="read otherwise",
        findings=(ref(stated), ref(soft)),
        message=f"{stated.label} is stated to be {stated.state}, and {soft.label} was read as "
        f"{soft.state} ({_origins(soft.observations)}): the statement stands, what was read was "
        "given no effect.",
        sides=(_side(stated, stated.observations), _side(soft, soft.observations)),
    )


def decided(o: Observation) -> bool:
    """Whether a reader decided between there and not there, and gave how likely it is."""
    return o.probability is not None and o.state in (State.PRESENT, State.ABSENT)


def opposed(states: Iterable[State]) -> bool:
    """Whether something is said to be there and not to be there."""
    return {State.PRESENT, State.ABSENT} <= set(states)


def ref(finding: Finding) -> ConceptRef:
    """The concept of a finding."""
    return ConceptRef(id=finding.concept, label=finding.label)


def _sides(finding: Finding, said: Sequence[Observation]) -> tuple[Side, ...]:
    """Who says that it is there, and who that it is not."""
    return tuple(
        _side(finding, [o for o in said if o.state is state], state)
        for state in (State.PRESENT, State.ABSENT)
    )


def _side(
    finding: Finding, observations: Sequence[Observation], state: State | None = None
) -> Side:
    said = state or (observations[0].state if len(observations) == 1 else finding.state)
    return Side(finding=ref(finding), state=said, observations=tuple(observations))


def _origins(observations: Iterable[Observation]) -> str:
    """The images that something was read in, by name; else what it is."""
    images = {e.image: None for o in observations for e in o.evidence if isinstance(e, ImageRegion)}
    return ", ".join(images) or "other evidence"
