"""What would change the answer, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.render import what_if, words
from domain.differential import Comparison, Differential


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its title, whether its cells are numbers, and its share of the width."""

    title: str
    number: bool = False
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows under one title, "" for none."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A titled part of the answer: notes, then tables that share their columns."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]


def blocks(d: Differential) -> Iterator[Block]:
    """What to look for next, and what was asked for beside it."""
    if d.next_findings:
        yield _next(d)
    if d.counterfactuals:
        yield _counterfactuals(d)


def comparison_blocks(d: Differential, c: Comparison) -> Iterator[Block]:
    """Two diseases side by side, and what would part them."""
    one, other = c.one.hypothesis, c.other.hypothesis
    rows = tuple(
        (
            what_if.row_name(r, d),
            *("" if s is None else words.signed(s.log_likelihood_ratio) for s in (r.one, r.other)),
            words.signed(r.difference),
        )
        for r in c.rows
    )
    ends = (
        _end("prior", one.prior_score, other.prior_score),
        _end("score", one.score, other.score),
    )
    yield Block(
        title=what_if.SEPARATES,
        notes=tuple(
            f"{name}: {r.rank}. {r.hypothesis.label} ({r.hypothesis.disease})"
            for name, r in (("A", c.one), ("B", c.other))
        ),
        columns=(
            Column(title="reason", width=1),
            Column(title="A", number=True),
            Column(title="B", number=True),
            Column(title="A less B", number=True),
        ),
        parts=(Part(title="", rows=(*rows, *ends)),),
    )
    if c.separators:
        yield Block(
            title=what_if.SEPARATORS,
            notes=(what_if.SEPARATORS_NOTE,),
            columns=(
                Column(title="finding", width=1),
                Column(title="in A", number=True),
                Column(title="in B", number=True),
                Column(title="if present", number=True),
                Column(title="if absent", number=True),
            ),
            parts=tuple(
                Part(
                    title=how,
                    rows=tuple(
                        (
                            f"{s.concept.label} ({s.concept.id})",
                            what_if.share_words(s.one),
                            what_if.share_words(s.other),
                            words.signed(s.if_present),
                            words.signed(s.if_absent),
                        )
                        for s in found
                    ),
                )
                for how, found in what_if.by_how(c.separators).items()
            ),
        )


def _end(name: str, one: float, other: float) -> tuple[str, ...]:
    return name, f"{one:.2f}", f"{other:.2f}", words.signed(one - other)


def _next(d: Differential) -> Block:
    told = what_if.telling(d.next_findings)
    return Block(
        title=what_if.NEXT,
        notes=(what_if.NEXT_NOTE, *(() if told else (what_if.NEXT_NOTHING,))),
        columns=(
            Column(title="finding", width=4),
            Column(title="gain", number=True),
            Column(title="if present", width=5),
            Column(title="if absent", width=4),
        ),
        parts=tuple(
            Part(
                title=how,
                rows=tuple(
                    (
                        f"{n.concept.label}\n{n.concept.id}",
                        f"{n.gain:.2f}",
                        what_if.outlook_words(n.if_present),
                        what_if.outlook_words(n.if_absent),
                    )
                    for n in found
                ),
            )
            for how, found in what_if.by_how(told).items()
        ),
    )


def _counterfactuals(d: Differential) -> Block:
    return Block(
        title=what_if.WITHOUT,
        notes=(what_if.WITHOUT_NOTE,),
        columns=(
            Column(title="rank"),
            Column(title="disease", width=4),
            Column(title="score", number=True),
            Column(title="parts", width=6),
        ),
        parts=tuple(
            Part(
                title=f"{what_if.supposition(c)}: {what_if.effect_words(c)}",
                rows=tuple(
                    (
                        what_if.shift_words(s),
                        s.disease.label,
                        words.signed(s.change),
                        what_if.parts_words(s),
                    )
                    for s in (c.shifts if what_if.moves_scores(c) else ())
                ),
            )
            for c in d.counterfactuals or ()
        ),
    )
