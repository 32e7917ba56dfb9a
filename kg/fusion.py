"""Which diseases are one: mapping rows become `SAME_AS` and `XREF` links, or wait for a person.

One OMIM entry with one Orphanet entry, joined by an exact match (of one Mondo disease to both, or
of one to the other), is one disease with two witnesses. Any other cardinality is a decision for a
person. A row whose subject is obsolete is listed and not used. Everything else only translates
codes, one step from the disease that is in the graph; nothing is closed transitively.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.assertions import CODE, SAME_AS, XREF, Concept, Link
from domain.identifiers import Curie
from kg.identifiers import Decision
from ontologies.content import EXACT_MATCH
from ontologies.content import Mapping as Row

#: The two vocabularies whose entries may be one disease.
WITNESSES = ("OMIM", "ORPHA")
HUB = "MONDO"


@dataclass(frozen=True, slots=True)
class Joined:
    """Links, nodes for codes that are not concepts yet, and what was not joined, with why."""

    links: list[Link]
    codes: list[Concept]
    to_decide: list[dict[str, str]]
    left_out: list[dict[str, str | int]]
    notes: list[str]


def join(
    rows: Iterable[Row], concepts: Mapping[Curie, Concept], decisions: Sequence[Decision]
) -> Joined:
    """Judge mapping rows against the concepts of a graph."""
    left_out: list[dict[str, str | int]] = []
    exact: list[Row] = []
    not_exact = 0
    for row in rows:
        if row.subject_obsolete:
            left_out.append(_left_out(row, "the mapping's subject is obsolete"))
        elif row.predicate != EXACT_MATCH:
            not_exact += 1
        else:
            exact.append(row)
    groups: dict[Curie, list[Row]] = defaultdict(list)
    for row in exact:
        groups[row.subject].append(row)
    same, to_decide = _same(groups, concepts, decisions)
    links = same + _translations(groups, concepts, {(x.subject, x.object) for x in same})
    known = concepts.keys()
    labels = {r.object: r.object_label for r in exact} | {r.subject: r.subject_label for r in exact}
    named = {i for link in links for i in (link.subject, link.object)} - known
    codes = [Concept(id=i, label=labels.get(i) or i, category=CODE) for i in sorted(named)]
    notes = []
    if not_exact:
        notes.append(f"{not_exact:,} mapping rows are not exact matches: not used")
    unused = len(exact) - len({(x.source, x.line) for x in links})
    if unused > 0:
        notes.append(f"{unused:,} exact mapping rows speak of no disease of this release")
    return Joined(links, codes, to_decide, left_out, notes)


def _left_out(row: Row, reason: str) -> dict[str, str | int]:
    return {
        "source": row.source,
        "line": row.line,
        "disease": row.subject,
        "concept": row.object,
        "polarity": "mapping",
        "reason": reason,
        "kind": "obsolete",
    }


def _same(
    groups: Mapping[Curie, Sequence[Row]],
    concepts: Mapping[Curie, Concept],
    decisions: Sequence[Decision],
) -> tuple[list[Link], list[dict[str, str]]]:
    """SAME_AS links of one OMIM with one Orphanet entry, and the pairs left to a person."""
    pairs: dict[tuple[Curie, Curie], Row] = {}
    crowded: dict[tuple[Curie, Curie], str] = {}
    for hub, rows in sorted(groups.items()):
        members = {w: sorted({i for i in _ids(hub, rows) if i.prefix == w}) for w in WITNESSES}
        omim, orpha = (members[w] for w in WITNESSES)
        many = len(omim) > 1 or len(orpha) > 1
        for one in omim:
            for other in orpha:
                row = next(r for r in rows if other in (r.object, r.subject))
                pairs[one, other] = row
                if many:
                    crowded[one, other] = f"{hub} joins {', '.join((*omim, *orpha))}"
    partners: dict[Curie, set[Curie]] = defaultdict(set)
    for one, other in pairs:
        partners[one].add(other)
        partners[other].add(one)
    decided = {(d.subject, d.object) for d in decisions if d.polarity == "same_as" and d.object}
    refused = {d.subject for d in decisions if d.polarity == "same_as" and d.object is None}
    links: list[Link] = []
    to_decide: list[dict[str, str]] = []
    for (one, other), row in sorted(pairs.items()):
        if one not in concepts or other not in concepts or one in refused:
            continue
        alone = len(partners[one]) == 1 and len(partners[other]) == 1
        if (alone and (one, other) not in crowded) or (one, other) in decided:
            links.append(
                Link(
                    subject=one,
                    predicate=SAME_AS,
                    object=other,
                    source=row.source,
                    line=row.line,
                    justification=row.justification,
                )
            )
        elif not any(d[0] == one or d[1] == other for d in decided):
            reason = crowded.get((one, other)) or (
                f"{one} and {other} are not each other's only match"
            )
            to_decide.append({"subject": one, "object": other, "reason": reason})
    return links, to_decide


def _ids(hub: Curie, rows: Sequence[Row]) -> set[Curie]:
    return {hub, *(r.object for r in rows)}


def _translations(
    groups: Mapping[Curie, Sequence[Row]],
    concepts: Mapping[Curie, Concept],
    same: set[tuple[Curie, Curie]],
) -> list[Link]:
    """XREF links from each disease of the graph to the codes that its hub matches exactly."""
    links: dict[tuple[Curie, Curie], Link] = {}
    for hub, rows in groups.items():
        codes = {r.object: r for r in rows} | ({hub: rows[0]} if hub.prefix == HUB else {})
        here = [i for i in _ids(hub, rows) if i in concepts]
        for disease in here:
            for code, row in codes.items():
                taken = (disease, code) in same or (code, disease) in same
                if code != disease and not taken and code.prefix != disease.prefix:
                    links[disease, code] = Link(
                        subject=disease,
                        predicate=XREF,
                        object=code,
                        source=row.source,
                        line=row.line,
                        justification=row.justification,
                    )
    return list(links.values())
