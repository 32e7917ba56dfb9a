"""What is measured of film and report together, beside what was to be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from api.evaluate_cases import Line
from domain.findings import State
from kg.arrays import Array
from ontologies.film_labels import Relation
from reasoning.measures import Bootstrap, Figure

#: (floor, goal) of the order, set before anything was measured.
LOSS_BOUNDS = (0.0, 0.0)
REPEATED_BOUNDS = (0.7, 0.2)
UNRELATED_BOUNDS = (3.0, 1.0)
CONFLICT_BOUNDS = (0.95, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where the truth stands: score and log of its share, in nats, and rank."""

    score: float
    log_share: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """One composed case of a disease. `label` is the finding that the film's labels give, and the
    report (`text`) leaves out; `called` says whether the reader decided that it is there. `told` is
    the report with `sentence`, which tells the finding."""

    script: str
    text: str
    sentence: str
    patient: str
    film: str
    label: str
    called: bool
    report: Stand
    with_film: Stand
    told: Stand
    told_with_film: Stand
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A film that has nothing to do with a clear case. `kind` says which: "no finding" or
    "another finding" beside a disease that shows none of the labels, "instead" where the disease
    shows another."""

    script: str
    patient: str
    film: str
    kind: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradicted:
    """A report that says the contrary of what the reader decided (`decision`) of a label."""

    label: str
    relation: str
    decision: State
    patient: str
    film: str
    sentence: str
    reported: bool


def lines(
    composed: Sequence[Composed],
    added: Sequence[Added],
    contradicted: Sequence[Contradicted],
    *,
    seed: int,
) -> list[Line]:
    """The table of the order: floors and goals are at most, of conflicts at least."""
    return [
        *_loss_lines(composed, seed),
        *_repeated_lines(composed, seed),
        *_unrelated_lines(added, seed),
        *_conflict_lines(contradicted, seed),
    ]


def _loss_lines(composed: Sequence[Composed], seed: int) -> Iterator[Line]:
    """Log-loss of the truth: minus the log of its share."""
    alone = np.array([-c.report.log_share for c in composed])
    both = np.array([-c.with_film.log_share for c in composed])
    called = [c for c in composed if c.called]
    missed = [c for c in composed if not c.called]
    for name, values in (("report alone", alone), ("report and film", both)):
        yield Line(
            name=f"log-loss of the truth, {name}", n=len(composed),
            figure=_mean(composed, values, seed), unit="nats",
        )  # fmt: skip
    floor, goal = LOSS_BOUNDS
    yield Line(
        name="log-loss, with the film less without", n=len(composed),
        figure=_mean(composed, both - alone, seed), unit="nats", floor=floor, goal=goal,
        beside="the floor is not worse, the goal an interval below 0",
    )  # fmt: skip
    for name, some in (("finding called by the reader", called), ("finding not called", missed)):
        change = np.array([c.report.log_share - c.with_film.log_share for c in some])
        yield Line(name=f"  {name}", n=len(some), figure=_mean(some, change, seed), unit="nats")


def _repeated_lines(composed: Sequence[Composed], seed: int) -> Iterator[Line]:
    """The film beside a report that tells its finding: how far the truth's score moves."""
    moved = np.array([abs(c.told_with_film.score - c.told.score) for c in composed])
    draws = Bootstrap([c.patient for c in composed], seed=seed)
    floor, goal = REPEATED_BOUNDS
    name = "film repeats its report, score moves"
    yield Line(
        name=f"{name}, at most", n=len(composed), unit="nats", floor=floor, goal=goal,
        figure=draws.statistic(_most(moved)),
    )  # fmt: skip
    for share in (0.5, 0.95):
        yield Line(
            name=f"{name}, {share:.0%} of cases", n=len(composed), unit="nats",
            figure=draws.statistic(_quantile(moved, share)),
        )  # fmt: skip


def _unrelated_lines(added: Sequence[Added], seed: int) -> Iterator[Line]:
    floor, goal = UNRELATED_BOUNDS
    names = {
        "no finding": "film without a finding, rank moves, at most",
        "another finding": "film of another finding, rank moves, at most",
        "instead": "  where the truth shows one, at most",
    }
    for kind, name in names.items():
        some = [a for a in added if a.kind == kind]
        moved = np.array([abs(a.after - a.before) for a in some], dtype=np.float64)
        draws = Bootstrap([a.patient for a in some], seed=seed)
        bounded = kind != "instead"
        yield Line(
            name=name, n=len(some), unit="ranks",
            figure=draws.statistic(_most(moved)),
            floor=floor if bounded else None, goal=goal if bounded else None,
            beside="" if bounded else "such a film speaks against the truth: no limit was set",
        )  # fmt: skip


def _conflict_lines(contradicted: Sequence[Contradicted], seed: int) -> Iterator[Line]:
    exact = [c for c in contradicted if c.relation == Relation.EXACT]
    other = [c for c in contradicted if c.relation != Relation.EXACT]
    floor, goal = CONFLICT_BOUNDS
    yield Line(
        name="film against report, conflict reported", n=len(exact),
        figure=_mean(exact, _reported(exact), seed), floor=floor, goal=goal,
    )  # fmt: skip
    for decision in (State.PRESENT, State.ABSENT):
        some = [c for c in exact if c.decision is decision]
        yield Line(name=f"  the film says {decision}", n=len(some),
                   figure=_mean(some, _reported(some), seed))  # fmt: skip
    yield Line(
        name="  labels that are not exact", n=len(other),
        figure=_mean(other, _reported(other), seed),
        beside=f"{', '.join(sorted({c.label for c in other}))}: no limit was set",
    )  # fmt: skip


def _reported(some: Sequence[Contradicted]) -> Array:
    return np.array([c.reported for c in some], dtype=np.float64)


def _mean(some: Sequence[Composed] | Sequence[Contradicted], values: Array, seed: int) -> Figure:
    return Bootstrap([c.patient for c in some], seed=seed).mean(values)


def _quantile(values: Array, share: float) -> Callable[[Array], float]:
    return lambda w: float(np.quantile(np.repeat(values, w.astype(np.int64)), share))


def _most(values: Array) -> Callable[[Array], float]:
    return lambda w: float(values[w > 0].max())
