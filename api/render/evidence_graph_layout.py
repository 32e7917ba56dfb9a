"""Where the nodes of an evidence graph are drawn: columns from left to right, nothing on top of
another, what belongs together near each other. No physics: the same graph is drawn the same."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from api.render import words
from api.render.evidence_graph import Column, EvidenceGraph, Kind, Node
from domain.findings import State

#: Sizes in units of the drawing, which are CSS pixels at its natural size.
WIDTH, GAP_ACROSS, GAP_DOWN, MARGIN = 180, 88, 10, 12
_LINE, _PADDING = 15, 12
#: Letters to a line and lines to a node; what is longer ends in an ellipsis.
_LETTERS, _LINES = 24, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node's middle and size, and the lines that are written in it."""

    x: float
    y: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Places by node id. `height_all` is that of all nodes, `height` that without those which the
    graph sets aside: they stand below."""

    places: Mapping[str, Place]
    width: float
    height: float
    height_all: float


def lines(node: Node) -> tuple[str, ...]:
    """What is written in a node, at most three lines and one for its state or its score."""
    text = node.label
    last: list[str] = []
    if node.ranked is not None:
        text = f"{node.ranked.rank}. {text}"
        last = [f"score {node.ranked.hypothesis.score:.2f}".replace("-", "\N{MINUS SIGN}")]
    elif node.use is not None:
        state = node.use.finding.state
        said = "" if state is State.PRESENT else state.value
        note = ", ".join(filter(None, (said, words.who_and_when(node.use.finding))))
        last = textwrap.wrap(note, _LETTERS)[:1]
    wrapped = textwrap.wrap(text, _LETTERS, max_lines=_LINES, placeholder="\N{HORIZONTAL ELLIPSIS}")
    return (*wrapped, *last)


def layout(graph: EvidenceGraph) -> Layout:
    """Where everything is drawn. Findings stand by their effect, the strongest first; witnesses
    and terms beside what they are joined to; diseases in their order; what is set aside last."""
    texts = {n.id: lines(n) for n in graph.nodes}
    tall: Mapping[str, float] = {name: _LINE * len(text) + _PADDING for name, text in texts.items()}
    columns = [c for c in Column if graph.of(c)]
    middle: dict[str, float] = {}

    def pack(nodes: Iterable[Node], start: float) -> float:
        for n in nodes:
            middle[n.id] = start + tall[n.id] / 2
            start += tall[n.id] + GAP_DOWN
        return start

    shown = [n for n in _findings(graph) if n.id not in graph.aside]
    left = [n for n in _findings(graph) if n.id in graph.aside]
    pack(shown, MARGIN)
    joined = _joined(graph)
    seen = [n for n in graph.of(Column.WITNESS) if n.id not in graph.aside]
    unseen = [n for n in graph.of(Column.WITNESS) if n.id in graph.aside]
    near = _near(middle, joined)
    diseases = graph.of(Column.DISEASE)
    top = _bottom(middle, tall, shown)
    spread = [MARGIN + (top - MARGIN) * (i + 0.5) / len(diseases) for i in range(len(diseases))]
    _place(diseases, spread, tall, middle)
    for column in (seen, graph.of(Column.TERM)):
        ordered = sorted(column, key=lambda n: (near(n), n.id))
        _place(ordered, [near(n) for n in ordered], tall, middle)
    counted = [*shown, *seen, *graph.of(Column.TERM), *diseases]
    height = _bottom(middle, tall, counted) + MARGIN
    pack(left, height + GAP_DOWN)
    pack(sorted(unseen, key=lambda n: (near(n), n.id)), height + GAP_DOWN)
    across = {c: MARGIN + WIDTH / 2 + i * (WIDTH + GAP_ACROSS) for i, c in enumerate(columns)}
    return Layout(
        places={
            n.id: Place(
                x=across[n.column], y=round(middle[n.id], 1), height=tall[n.id], lines=texts[n.id]
            )
            for n in graph.nodes
        },
        width=2 * MARGIN + len(columns) * WIDTH + max(len(columns) - 1, 0) * GAP_ACROSS,
        height=height,
        height_all=_bottom(middle, tall, graph.nodes) + MARGIN,
    )


def _findings(graph: EvidenceGraph) -> list[Node]:
    """Findings and circumstances, the strongest effect on any of the diseases first."""
    best = {n.id: 0.0 for n in graph.of(Column.FINDING)}
    for e in graph.edges:
        if e.nats is not None:
            best[e.finding] = max(best[e.finding], abs(e.nats))
    order = {n.id: i for i, n in enumerate(graph.nodes)}
    found = graph.of(Column.FINDING)
    return sorted(found, key=lambda n: (n.kind is Kind.CIRCUMSTANCE, -best[n.id], order[n.id]))


def _joined(graph: EvidenceGraph) -> dict[str, set[str]]:
    joined: dict[str, set[str]] = {n.id: set() for n in graph.nodes}
    for e in graph.edges:
        joined[e.source].add(e.target)
        joined[e.target].add(e.source)
    return joined


def _near(middle: dict[str, float], joined: Mapping[str, set[str]]) -> Callable[[Node], float]:
    """The mean height of what a node is joined to and has its place already."""

    def near(node: Node) -> float:
        heights = [middle[name] for name in sorted(joined[node.id]) if name in middle]
        return sum(heights) / len(heights) if heights else inf

    return near


def _place(
    nodes: Sequence[Node],
    wanted: Sequence[float],
    tall: Mapping[str, float],
    middle: dict[str, float],
) -> None:
    """Puts nodes as near to the wanted heights as their order and size allow (the pooling of
    adjacent violators: least squares under an order)."""
    blocks: list[tuple[float, int, list[int]]] = []
    offset, offsets = 0.0, []
    for n in nodes:
        offsets.append(offset + tall[n.id] / 2)
        offset += tall[n.id] + GAP_DOWN
    for i, height in enumerate(wanted):
        mean, size, members = height - offsets[i], 1, [i]
        while blocks and blocks[-1][0] > mean:
            before, count, others = blocks.pop()
            mean = (before * count + mean * size) / (count + size)
            size, members = count + size, others + members
        blocks.append((mean, size, members))
    for mean, _, members in blocks:
        for i in members:
            middle[nodes[i].id] = max(mean, MARGIN) + offsets[i]


def _bottom(middle: dict[str, float], tall: Mapping[str, float], nodes: Iterable[Node]) -> float:
    return max((middle[n.id] + tall[n.id] / 2 for n in nodes if n.id in middle), default=MARGIN)
