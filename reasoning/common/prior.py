"""What stands before the findings: the printed share of a complaint's causes, else nothing.

Where patients with the complaint were counted by cause, a disease begins with its share; one that
nobody counted begins with the median of those that were, or less where all together would be more
than what the counted ones leave. That is an assumption, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from domain.figures import Figure
from domain.findings import Note
from kg.arrays import Array
from reasoning.common.heard import Heard
from reasoning.common.table import ShareTable

#: A complaint has a prior where at least so many of its causes were counted.
LEAST_CAUSES = 3
#: How often a disease is taken to show a complaint where nobody printed it, and the least share of
#: a complaint's causes that a disease begins with.
UNPRINTED, LEAST_SHARE = 0.05, 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonPrior:
    """Scores (diseases,) in nats, and the weights (diseases,) that they are the logs of; the term
    of the complaint whose causes were counted, None where all begin alike; the figures by
    disease."""

    scores: Array
    weights: Array
    complaint: int | None = None
    figures: Mapping[int, Figure] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def prior_of(table: ShareTable, heard: Sequence[Heard]) -> CommonPrior:
    """The prior of a case: by its chief complaint, else by the finding whose causes were counted
    for most diseases, of those that a text tells where there is one. The order of findings decides
    nothing. What a reader of films thinks likely is no complaint: as one it would move diseases
    past its cap."""
    n = len(table.curated.diseases)
    present = [h for h in heard if h.ratio > 1 and h.joint is None]
    told = [h for h in present if h.told] or present
    for one in (*(h for h in present if h.chief), *_most_counted_first(table, told)):
        term, found = _counted(table, one.term)
        if len(found) >= LEAST_CAUSES:
            break
    else:
        even = np.full(n, 1 / max(n, 1))
        return CommonPrior(scores=np.zeros(n), weights=even * n)
    complaint = table.terms.terms.ref(term)
    counted = {d: f.value or 0.0 for d, f in found.items()}
    rest = max(1 - sum(counted.values()), 0.05)
    usual = median(counted.values())
    left = _left(table, term, [d for d in range(n) if d not in counted], rest, usual)
    shares = np.array([max(counted.get(d, left.get(d, 0.0)), LEAST_SHARE) for d in range(n)])
    weight = table.parameters.complaint
    scores = weight * (np.log(shares) - np.log(shares).mean())
    return CommonPrior(
        scores=scores,
        weights=np.exp(scores),
        complaint=term,
        figures=found,
        notes=(
            Note(
                level="info",
                code="prior-of-complaint",
                subject=str(complaint.id),
                message=f"The order begins with the printed shares of causes of "
                f"{complaint.label.lower()}: {len(counted)} diseases were counted; what is left, "
                f"{rest:.0%}, is parted among the others by how often each shows it, at most "
                f"{usual:.1%} each, which is assumed.",
            ),
        ),
    )


def _most_counted_first(table: ShareTable, heard: Sequence[Heard]) -> list[Heard]:
    return sorted(heard, key=lambda h: (-len(_counted(table, h.term)[1]), h.ref.id))


def _left(
    table: ShareTable, term: int, others: Sequence[int], rest: float, most: float
) -> dict[int, float]:
    """What the counted causes leave, parted among the other diseases by how often each shows the
    complaint (as often as a rare finding is shown, where nobody printed it)."""
    cells = {d: table.cell(d, term) for d in others}
    shown = {d: UNPRINTED if c is None else table.drawn(c, UNPRINTED) for d, c in cells.items()}
    total = sum(shown.values())
    return {d: min(most, rest * share / total) for d, share in shown.items()}


def _counted(table: ShareTable, term: int) -> tuple[int, Mapping[int, Figure]]:
    """A finding or what it is a kind of, whichever has most causes counted; the finding itself
    of equals."""
    found = [(above, causes(table, above)) for above in table.terms.ancestors[term].tolist()]
    return max(found, key=lambda pair: len(pair[1]))


def causes(table: ShareTable, term: int) -> Mapping[int, Figure]:
    """The share of a complaint's causes by disease, of the nearest setting that is printed."""
    return table.causes.get(term, {})
