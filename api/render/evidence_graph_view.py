"""What the page shows of an evidence graph: its drawing, and the same as a list in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.render.evidence_graph import Column, Edge, EvidenceGraph, Kind, Node, evidence_graph
from api.render.evidence_graph_json import graph_text
from api.render.evidence_graph_layout import Layout, layout
from api.render.witnesses import FindingRow, Place
from domain.differential import Differential

#: What the columns are called.
COLUMNS: Mapping[Column, str] = {
    Column.WITNESS: "Where it was seen",
    Column.FINDING: "What was found",
    Column.TERM: "Term it was met as",
    Column.DISEASE: "Diagnosis",
}
KINDS: Mapping[Kind, str] = {
    Kind.TEXT: "words of a report",
    Kind.FILM: "film",
    Kind.SIGNAL: "recording",
    Kind.VALUE: "value",
    Kind.CODE: "code",
    Kind.FINDING: "finding",
    Kind.CIRCUMSTANCE: "known of the patient",
    Kind.TERM: "term of the knowledge base",
    Kind.DISEASE: "diagnosis",
}
#: Figures and references of one edge that are named here; the reasons have them all.
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphView:
    """A graph, ready to be shown. `data` is what the script draws, `places` are those of each
    witness in the answer, `keys` the numbers of the findings that a node or an edge speaks of."""

    graph: EvidenceGraph
    drawn: Layout
    data: str
    places: Mapping[str, tuple[Place, ...]]
    keys: Mapping[str, tuple[int, ...]]

    @property
    def columns(self) -> tuple[tuple[Column, str], ...]:
        """The columns that have nodes, with their names."""
        return tuple((c, name) for c, name in COLUMNS.items() if self.graph.of(c))

    @property
    def left_out(self) -> int:
        """How many findings move none of the diseases drawn."""
        return sum(n.id in self.graph.aside for n in self.graph.of(Column.FINDING))

    def finding(self, edge: Edge) -> Node:
        """The finding whose effect an edge is."""
        return self.graph.node(edge.finding)


def graph_view(d: Differential, rows: Sequence[FindingRow]) -> GraphView | None:
    """The graph of an answer, with its findings as they stand in the table; None where no disease
    was ranked for a reason."""
    graph = evidence_graph(d)
    if not graph.of(Column.DISEASE):
        return None
    drawn = layout(graph)
    return GraphView(
        graph=graph,
        drawn=drawn,
        data=graph_text(graph, drawn),
        places={n.id: _places(n, rows) for n in graph.of(Column.WITNESS)},
        keys=_keys(graph),
    )


def _places(node: Node, rows: Sequence[FindingRow]) -> tuple[Place, ...]:
    """Each place of a witness once, for one may have an anchor for every finding."""
    places = []
    for evidence in node.evidence:
        found = [p for row in rows for p in row.places if p.evidence == evidence]
        places += [p for p in found if p.anchor is not None][:1] or found[:1]
    return tuple(places)


def _keys(graph: EvidenceGraph) -> dict[str, tuple[int, ...]]:
    own = {n.id: n.key for n in graph.nodes if n.key is not None}
    keys = {name: {key} for name, key in own.items()}
    for e in graph.edges:
        key = own.get(e.finding or (e.target if e.target in own else e.source))
        if key is not None:
            for name in (e.id, e.source, e.target):
                keys.setdefault(name, set()).add(key)
    diseases = {n.id for n in graph.of(Column.DISEASE)}
    return {name: tuple(sorted(some)) for name, some in keys.items() if name not in diseases}
