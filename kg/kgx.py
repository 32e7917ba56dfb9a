"""KGX TSV, the exchange format of a release on disk. Columns follow Biolink.

Lists are joined by `|`. Ours beside Biolink's: `alt_id`, `replaced_by`, `consider`,
`synonym_scope` (parallel to `synonym`), and on edges `aspect`, `modifier`, `stated_object` and
`source_line`. `knowledge_source` follows Biolink's `primary_knowledge_source`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from domain.assertions import (
    SAME_AS,
    XREF,
    Aspect,
    Assertion,
    Concept,
    Frequency,
    Link,
    Sex,
    Synonym,
)
from domain.errors import ReleaseCorrupt
from domain.identifiers import Curie
from ontologies.formats import kgx_figures

if TYPE_CHECKING:
    from kg.graph import Graph

NODE_COLUMNS = (
    "id", "category", "name", "description", "synonym", "synonym_scope", "xref", "deprecated",
    "alt_id", "replaced_by", "consider",
)  # fmt: skip
EDGE_COLUMNS = (
    "id", "subject", "predicate", "object", "category", "negated", "frequency_qualifier",
    "has_count", "has_total", "has_percentage", "onset_qualifier", "sex_qualifier",
    "has_evidence", "publications", "primary_knowledge_source", "aspect", "modifier",
    "stated_object", "source_line",
)  # fmt: skip
SUBCLASS_OF = "biolink:subclass_of"
_PREDICATES = {
    Aspect.PHENOTYPE: "biolink:has_phenotype",
    Aspect.INHERITANCE: "biolink:has_mode_of_inheritance",
    Aspect.COURSE: "biolink:related_to",
    Aspect.MODIFIER: "biolink:related_to",
    Aspect.PAST_HISTORY: "biolink:related_to",
}
_LINKS = {SAME_AS: "biolink:same_as", XREF: "biolink:close_match"}
_LINK_OF = {predicate: name for name, predicate in _LINKS.items()}
_ASSOCIATION = "biolink:DiseaseToPhenotypicFeatureAssociation"


def clean(text: str) -> str:
    """One line without the list separator, as the format can hold it."""
    return " ".join(text.split()).replace("|", "/")


def _join(values: Iterable[str]) -> str:
    return "|".join(clean(v) for v in values)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def node_row(concept: Concept) -> str:
    """One line of nodes.tsv, without its line end."""
    scopes = (s.scope if s.type is None else f"{s.scope}:{s.type}" for s in concept.synonyms)
    return "\t".join(
        (
            concept.id, f"biolink:{concept.category}", clean(concept.label),
            clean(concept.definition or ""), _join(s.text for s in concept.synonyms),
            _join(scopes), _join(concept.xrefs), "true" if concept.obsolete else "",
            _join(concept.alt_ids), _join(concept.replaced_by), _join(concept.consider),
        )
    )  # fmt: skip


def node_rows(concepts: Iterable[Concept]) -> Iterator[str]:
    """All lines of nodes.tsv."""
    return map(node_row, concepts)


def edge_rows(graph: Graph) -> Iterator[str]:
    """All lines of edges.tsv: the hierarchy, the assertions, the links."""
    for concept in graph.concepts:
        for parent in sorted(concept.parents):
            yield _edge(
                id=f"{concept.id}-is_a-{parent}",
                subject=concept.id,
                predicate=SUBCLASS_OF,
                object=parent,
                category="biolink:Association",
            )
    yield from map(assertion_row, graph.assertions)
    for link in graph.links:
        yield _edge(
            id=f"{link.source}:{link.subject}-{link.predicate}-{link.object}",
            subject=link.subject,
            predicate=_LINKS[link.predicate],
            object=link.object,
            category="biolink:Association",
            primary_knowledge_source=f"infores:{link.source}",
            modifier=clean(link.justification),
            source_line=str(link.line),
        )


def _edge(**cells: str) -> str:
    return "\t".join(cells.get(column, "") for column in EDGE_COLUMNS)


def assertion_row(assertion: Assertion) -> str:
    """One disease-finding edge of edges.tsv."""
    f = assertion.frequency
    return "\t".join(
        (
            f"{assertion.source}:{assertion.line}", assertion.disease,
            _PREDICATES[assertion.aspect], assertion.concept, _ASSOCIATION,
            "true" if assertion.excluded else "false",
            "" if f is None or f.term is None else f.term,
            "" if f is None or f.count is None else str(f.count),
            "" if f is None or f.total is None else str(f.total),
            "" if f is None or f.percent is None else f"{f.percent:g}",
            assertion.onset or "", assertion.sex or "", assertion.evidence_code,
            _join(assertion.references), f"infores:{assertion.source}", assertion.aspect,
            _join(assertion.modifiers), assertion.stated_concept or "", str(assertion.line),
        )
    )  # fmt: skip


def write(path: Path, columns: tuple[str, ...], rows: Iterable[str]) -> int:
    """Write a table; returns the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("\t".join(columns) + "\n")
        for row in rows:
            out.write(row + "\n")
            count += 1
    return count


def write_graph(folder: Path, graph: Graph) -> tuple[str, ...]:
    """Write a whole graph into a folder; the files' names."""
    write(folder / "nodes.tsv", NODE_COLUMNS, node_rows(graph.concepts))
    write(folder / "edges.tsv", EDGE_COLUMNS, edge_rows(graph))
    write(folder / "figures.tsv", kgx_figures.COLUMNS, kgx_figures.rows(graph.figures))
    return "nodes.tsv", "edges.tsv", "figures.tsv"


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        if next(lines, "").rstrip("\n").split("\t") != list(columns):
            raise ReleaseCorrupt(f"{path} has other columns than this version writes.")
        for number, line in enumerate(lines, start=2):
            cells = line.rstrip("\n").split("\t")
            if len(cells) != len(columns):
                raise ReleaseCorrupt(f"{path}:{number} is cut.", mend="Build the release again.")
            yield number, cells


def read_nodes(path: Path) -> Iterator[Concept]:
    """Concepts of nodes.tsv, without their parents (those are edges)."""
    for _, cells in _rows(path, NODE_COLUMNS):
        (identifier, category, name, description, synonyms, scopes, xrefs, deprecated, alt,
         replaced, consider) = cells  # fmt: skip
        yield Concept(
            id=Curie(identifier),
            label=name,
            category=category.removeprefix("biolink:"),
            definition=description or None,
            synonyms=tuple(
                Synonym(
                    text=text, scope=scope.partition(":")[0], type=scope.partition(":")[2] or None
                )
                for text, scope in zip(_split(synonyms), _split(scopes), strict=True)
            ),
            xrefs=_split(xrefs),
            obsolete=deprecated == "true",
            alt_ids=tuple(Curie(i) for i in _split(alt)),
            replaced_by=tuple(Curie(i) for i in _split(replaced)),
            consider=tuple(Curie(i) for i in _split(consider)),
        )


def read_edges(path: Path) -> Iterator[tuple[Curie, Curie] | Assertion | Link]:
    """Edges of edges.tsv: (child, parent) pairs, assertions, links, in the file's order."""
    made: dict[str, Curie] = {}

    def curie(text: str) -> Curie:
        if text not in made:
            made[text] = Curie(text)
        return made[text]

    for _, cells in _rows(path, EDGE_COLUMNS):
        (_, subject, predicate, target, _, negated, qualifier, count, total, percentage, onset,
         sex, evidence, publications, source, aspect, modifier, stated, line) = cells  # fmt: skip
        if predicate == SUBCLASS_OF:
            yield curie(subject), curie(target)
            continue
        if predicate in _LINK_OF:
            yield Link(
                subject=curie(subject),
                predicate=_LINK_OF[predicate],
                object=curie(target),
                source=source.removeprefix("infores:"),
                line=int(line),
                justification=modifier,
            )
            continue
        frequency = None
        if count:
            frequency = Frequency(count=int(count), total=int(total))
        elif percentage:
            frequency = Frequency(percent=float(percentage))
        elif qualifier:
            frequency = Frequency(term=curie(qualifier))
        yield Assertion(
            disease=curie(subject),
            concept=curie(target),
            aspect=Aspect(aspect),
            excluded=negated == "true",
            frequency=frequency,
            onset=curie(onset) if onset else None,
            sex=Sex(sex) if sex else None,
            modifiers=_split(modifier),
            evidence_code=evidence,
            references=_split(publications),
            source=source.removeprefix("infores:"),
            line=int(line),
            stated_concept=curie(stated) if stated else None,
        )
