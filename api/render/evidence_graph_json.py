"""The evidence graph as JSON: what the page's script draws."""

from __future__ import annotations

import json

from api.render import words
from api.render.evidence_graph import Edge, EvidenceGraph, Node
from api.render.evidence_graph_layout import WIDTH, Layout


def graph_json(graph: EvidenceGraph, drawn: Layout) -> dict[str, object]:
    """The graph with every place: nodes by column, edges with number, match and references."""
    return {
        "width": drawn.width,
        "height": drawn.height,
        "height_all": drawn.height_all,
        "node_width": WIDTH,
        "nodes": [_node(n, graph, drawn) for n in graph.nodes],
        "edges": [_edge(e) for e in graph.edges],
    }


def graph_text(graph: EvidenceGraph, drawn: Layout) -> str:
    """The same as one line of text, for an attribute of the page."""
    return json.dumps(graph_json(graph, drawn), ensure_ascii=False, separators=(",", ":"))


def _node(n: Node, graph: EvidenceGraph, drawn: Layout) -> dict[str, object]:
    place = drawn.places[n.id]
    finding = None if n.use is None else n.use.finding
    return {
        "id": n.id,
        "column": n.column.name.lower(),
        "kind": n.kind.value,
        "label": n.label,
        "concept": None if n.ref is None else str(n.ref.id),
        "state": None if finding is None else finding.state.value,
        "used": None if n.use is None else n.use.used,
        "aside": n.id in graph.aside,
        "why_not": None if n.use is None else n.use.why_not,
        "rank": None if n.ranked is None else n.ranked.rank,
        "score": None if n.ranked is None else n.ranked.hypothesis.score,
        "lines": place.lines,
        "x": place.x,
        "y": place.y,
        "height": place.height,
    }


def _edge(e: Edge) -> dict[str, object]:
    c = e.contribution
    return {
        "id": e.id,
        "link": e.link.value,
        "source": e.source,
        "target": e.target,
        "finding": e.finding or None,
        "state": None if e.state is None else e.state.value,
        "way": e.way or None,
        "nats": e.nats,
        "match": None if c is None else c.match.value,
        "references": [{"id": r, "link": words.link(r)} for r in e.references],
        "sources": e.sources,
    }
