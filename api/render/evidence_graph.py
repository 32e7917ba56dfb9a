"""The graph of an answer's evidence: where something was seen, what was found, which term of the
knowledge base it met, and which diseases that moved, by how much.

Pure data: each edge to a disease holds the `Contribution` itself, so that its number, its reason
and its references are the answer's own. Ids and order follow from the answer alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from math import fsum

from api.render import words
from api.render.film_words import label_words
from domain.differential import Contribution, Differential, Match, Ranked
from domain.evidence import (
    CodedEntry,
    ConceptRef,
    Evidence,
    ImageRegion,
    Measurement,
    SignalWindow,
    TextSpan,
)
from domain.findings import FindingUse, Observation, State

#: How many diseases are drawn.
DISEASES = 5


class Column(IntEnum):
    """Where a node stands, from left to right."""

    WITNESS = 0
    FINDING = 1
    TERM = 2
    DISEASE = 3


class Kind(StrEnum):
    """What a node is. `circumstance` is what is known of the patient beside findings (age, sex),
    `term` a term of the knowledge base other than the finding."""

    TEXT = "text"
    FILM = "film"
    SIGNAL = "signal"
    VALUE = "value"
    CODE = "code"
    FINDING = "finding"
    CIRCUMSTANCE = "circumstance"
    TERM = "term"
    DISEASE = "disease"


class Link(StrEnum):
    """What an edge says: the finding was seen there, it is met as a term by way of the
    hierarchy, it moves a disease."""

    SEEN_IN = "seen_in"
    MET_AS = "met_as"
    MOVES = "moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node. What it stands for is in the field of its kind: `evidence` of a witness (a value
    with the words in which it stands), `key` (its number in the findings table) and `use` of a
    finding, `ref` of a finding, a term and a disease, `ranked` of a disease."""

    id: str
    column: Column
    kind: Kind
    label: str
    evidence: tuple[Evidence, ...] = ()
    key: int | None = None
    use: FindingUse | None = None
    ref: ConceptRef | None = None
    ranked: Ranked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One edge, from left to right.

    `state` is what a witness says of the finding; `way` are the steps of the hierarchy in words.
    `contribution` is the effect on a disease and `finding` the id of the node whose effect it is,
    which is not the edge's source where a term stands between.
    """

    id: str
    link: Link
    source: str
    target: str
    state: State | None = None
    way: str = ""
    finding: str = ""
    contribution: Contribution | None = None

    @property
    def nats(self) -> float | None:
        """The contribution's number, None of an edge that is no contribution."""
        c = self.contribution
        return None if c is None else c.log_likelihood_ratio

    @property
    def references(self) -> tuple[str, ...]:
        """Distinct references behind the number: of source rows, of figures, of figures behind
        the background."""
        c = self.contribution
        if c is None:
            return ()
        figures = (f.reference for f in (*c.figures, *c.background_figures))
        return tuple(dict.fromkeys((*words.references(c.assertions), *figures)))

    @property
    def sources(self) -> tuple[str, ...]:
        """The rows of the knowledge base behind the number: "phenotype.hpoa, line 12"."""
        c = self.contribution
        if c is None:
            return ()
        rows = [(a.source, a.line) for a in c.assertions]
        rows += [(f.source, f.line) for f in c.figures]
        return tuple(dict.fromkeys(f"{source}, line {line}" for source, line in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGraph:
    """Nodes by column and edges by where they begin. `not_drawn` says of each disease (by its id
    here) how many of its findings have next to no effect on it and have no edge; `aside` are the
    ids of findings that move none of the diseases drawn, and of witnesses of nothing else."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    not_drawn: Mapping[str, int]
    aside: frozenset[str]

    def of(self, column: Column) -> tuple[Node, ...]:
        """The nodes of one column."""
        return tuple(n for n in self.nodes if n.column == column)

    def into(self, node: Node) -> tuple[Edge, ...]:
        """The edges that end at a node, the largest number first."""
        found = [e for e in self.edges if e.target == node.id]
        return tuple(sorted(found, key=lambda e: -abs(e.nats or 0.0)))

    def out(self, node: Node) -> tuple[Edge, ...]:
        """The edges that begin at a node."""
        return tuple(e for e in self.edges if e.source == node.id)

    def node(self, name: str) -> Node:
        """The node of an id. Raises KeyError."""
        for n in self.nodes:
            if n.id == name:
                return n
        raise KeyError(name)

    def rest(self, node: Node) -> float:
        """What makes up a disease's score beside its prior and the edges drawn, in nats: the
        disease's whole picture, and findings with next to no effect."""
        if node.ranked is None:
            raise ValueError(f"{node.id} is no disease.")
        h = node.ranked.hypothesis
        drawn = fsum(e.nats or 0.0 for e in self.into(node))
        return h.score - h.prior_score - drawn


def evidence_graph(d: Differential, diseases: int = DISEASES) -> EvidenceGraph:
    """The graph of an answer with its first `diseases` diseases.

    Every finding is a node, whether it counted or not, and so is every place where one was seen.
    An edge to a disease stands for one contribution of a finding or a circumstance; those under
    half a hundredth of a nat have none, nor have terms that belong to the disease as a whole.
    """
    return _Build(d, diseases).graph()


class _Build:
    """Nodes and edges as they come up, each once."""

    def __init__(self, d: Differential, diseases: int) -> None:
        self._ranked = words.with_reasons(d)[:diseases]
        self._uses = tuple(enumerate(d.findings, 1))
        self._nodes: dict[object, Node] = {}
        self._edges: list[Edge] = []
        self._not_drawn: dict[str, int] = {}

    def graph(self) -> EvidenceGraph:
        for key, use in self._uses:
            self._finding(key, use)
        for ranked in self._ranked:
            self._disease(ranked)
        nodes = sorted(self._nodes.values(), key=lambda n: n.column)
        place = {n.id: i for i, n in enumerate(nodes)}
        edges = sorted(self._edges, key=lambda e: (place[e.source], place[e.target]))
        return EvidenceGraph(
            nodes=tuple(nodes),
            edges=tuple(replace(e, id=f"e{i}") for i, e in enumerate(edges, 1)),
            not_drawn=self._not_drawn,
            aside=self._aside(),
        )

    def _aside(self) -> frozenset[str]:
        moving = {e.finding for e in self._edges if e.link is Link.MOVES}
        findings = {n.id for n in self._nodes.values() if n.column is Column.FINDING}
        witnesses = {n.id for n in self._nodes.values() if n.column is Column.WITNESS}
        heard = {e.source for e in self._edges if e.target in moving}
        return frozenset((findings - moving) | (witnesses - heard))

    def _finding(self, key: int, use: FindingUse) -> None:
        f = use.finding
        ref = ConceptRef(id=f.concept, label=f.label)
        node = Node(
            id=f"f{key}",
            column=Column.FINDING,
            kind=Kind.FINDING,
            label=f.label,
            key=key,
            use=use,
            ref=ref,
        )
        self._nodes[node.id] = node
        for o in f.observations:
            for evidence in _witnesses(o):
                witness = self._witness(evidence)
                seen = Edge(
                    id="", link=Link.SEEN_IN, source=witness.id, target=node.id, state=o.state
                )
                self._joined(seen)

    def _witness(self, evidence: tuple[Evidence, ...]) -> Node:
        kind, label = _seen(evidence[0])
        return self._made(
            ("witness", evidence), "w", Column.WITNESS, kind, label, evidence=evidence
        )

    def _disease(self, ranked: Ranked) -> None:
        h = ranked.hypothesis
        disease = Node(
            id=f"d{ranked.rank}",
            column=Column.DISEASE,
            kind=Kind.DISEASE,
            label=h.label,
            ref=ConceptRef(id=h.disease, label=h.label),
            ranked=ranked,
        )
        self._nodes[disease.id] = disease
        self._not_drawn[disease.id] = 0
        for c in h.contributions:
            if c.finding is None and c.match is not Match.CIRCUMSTANCE:
                continue
            if abs(c.log_likelihood_ratio) < words.HALF_A_DIGIT:
                self._not_drawn[disease.id] += 1
                continue
            start = finding = self._origin(c)
            met = _met(c)
            if met is not None:
                start = self._made(
                    ("term", met.id), "t", Column.TERM, Kind.TERM, met.label, ref=met
                )
                self._joined(
                    Edge(
                        id="",
                        link=Link.MET_AS,
                        source=finding.id,
                        target=start.id,
                        way=words.way(c),
                    )
                )
            self._edges.append(
                Edge(
                    id="",
                    link=Link.MOVES,
                    source=start.id,
                    target=disease.id,
                    finding=finding.id,
                    contribution=c,
                )
            )

    def _origin(self, c: Contribution) -> Node:
        """Whose effect it is: the finding that counted, or what is known of the patient."""
        if c.finding is not None:
            for key, use in self._uses:
                if use.used and use.finding.concept == c.finding.id:
                    return self._nodes[f"f{key}"]
        name = words.reason(c, {})
        return self._made(
            ("patient", name), "p", Column.FINDING, Kind.CIRCUMSTANCE, name, ref=c.finding
        )

    def _made(
        self,
        identity: object,
        letter: str,
        column: Column,
        kind: Kind,
        label: str,
        *,
        evidence: tuple[Evidence, ...] = (),
        ref: ConceptRef | None = None,
    ) -> Node:
        """The node of an identity, made and numbered when it first comes up."""
        known = self._nodes.get(identity)
        if known is None:
            number = 1 + sum(n.id.startswith(letter) for n in self._nodes.values())
            known = self._nodes[identity] = Node(
                id=f"{letter}{number}",
                column=column,
                kind=kind,
                label=label,
                evidence=evidence,
                ref=ref,
            )
        return known

    def _joined(self, edge: Edge) -> None:
        """Adds an edge that says the same of its two nodes whenever it comes up."""
        if edge not in self._edges:
            self._edges.append(edge)


def _witnesses(o: Observation) -> list[tuple[Evidence, ...]]:
    """The places of an observation, each a witness; a value in a text is one with its words."""
    values = tuple(e for e in o.evidence if isinstance(e, Measurement))
    return (
        [(*values, *(e for e in o.evidence if e not in values))]
        if values
        else [(e,) for e in o.evidence]
    )


def _met(c: Contribution) -> ConceptRef | None:
    """The term of the knowledge base with which the disease is annotated, where it is another
    than the finding."""
    if c.finding is None or not words.way(c):
        return None
    last = c.path[-1]
    if words.predicate_words(last.predicate) != words.IS_A:
        return last.object if last.object.id != c.finding.id else None
    ends = (c.path[0].subject, last.object)
    return next((ref for ref in ends if ref.id != c.finding.id), None)


def _seen(evidence: Evidence) -> tuple[Kind, str]:
    """The kind of a witness, and the least words that name it."""
    match evidence:
        case TextSpan():
            return Kind.TEXT, _quoted(evidence.quote)
        case ImageRegion():
            label = label_words(evidence.label) if evidence.label else evidence.image
            ratio = evidence.likelihood_ratio
            said = "" if ratio is None else f", likelihood ratio {ratio.value:.2g}"
            return Kind.FILM, f"film: {label}{said}"
        case SignalWindow():
            return Kind.SIGNAL, f"{evidence.record}, {evidence.channel}"
        case Measurement():
            return Kind.VALUE, f"{evidence.name or evidence.code} {evidence.amount}"
        case CodedEntry():
            return Kind.CODE, f"{evidence.code} ({evidence.system})"


def _quoted(text: str) -> str:
    """Words between quotation marks, on one line."""
    return f"\u201c{' '.join(text.split())}\u201d"
