"""One examination is one source, however many readers tell of it.

A film and the report of that film show the same shadows. Where the report speaks, it stands (a
plain statement settles what a reader thinks likely); what the reader adds to it is not new
evidence of its own, for a person has looked at the same film. It counts together at most
`BESIDE_REPORT`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.findings import Joint, Observation, State

#: What all that a reader says of a film may count, either way, where its report is here, nats.
#: Decided, not measured: about what a label counts whose likelihood ratio is 1.2.
BESIDE_REPORT = 0.2


def beside_report(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """The observations, with what a reader says of an examination that a report tells of cut to
    what it may count beside that."""
    told = {o.study for o in observations if o.study is not None and _plain(o)}
    return tuple(
        o
        if o.study is None or o.study not in told or o.joint is None
        else replace(o, joint=Joint(group=group(o.study), cap=min(o.joint.cap, BESIDE_REPORT)))
        for o in observations
    )


def group(study: str) -> str:
    """How all that readers say of one examination is named."""
    return f"readings of {study}, whose report is here"


def _plain(o: Observation) -> bool:
    """Whether somebody states something of it, be it there or not."""
    return (
        o.concept is not None and o.probability is None and o.state in (State.PRESENT, State.ABSENT)
    )
