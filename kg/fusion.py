"""Which diseases are one: mapping rows become `SAME_AS` and `XREF` links, or wait for a person.

One OMIM entry with one Orphanet entry, joined by an exact match (of one Mondo disease to both, or
of one to the other), is one disease with two witnesses. Any other cardinality, and any pair of
which one is said to be the broader, is a decision for a person. A row whose subject is obsolete is
listed and not used. Everything else only translates codes, one step from the disease that is in
the graph; nothing is closed transitively: only Mondo may stand between two entries.

A row of a reviewed source speaks for itself: its disease and the entry are one.

A mapping that was computed gives way: an entry that any other source matches exactly, to Mondo or
to one of the two, is that source's to join. A person's decision stands above both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from domain.assertions import CODE, SAME_AS, XREF, Concept, Link
from domain.identifiers import Curie
from kg.identifiers import Decision
from ontologies.content import DB_XREF, EXACT_MATCH
from ontologies.content import Mapping as Row

#: The two vocabularies whose entries may be one disease.
WITNESSES = ("OMIM", "ORPHA")
HUB = "MONDO"
#: The source of a link that only a person's decision makes.
DECISIONS = "decisions"

Pair = tuple[Curie, Curie]


@dataclass(frozen=True, slots=True)
class Joined:
    """Links, nodes for codes that are not concepts yet, and what was not joined, with why."""

    links: list[Link]
    codes: list[Concept]
    to_decide: list[dict[str, str]]
    left_out: list[dict[str, str | int]]
    notes: list[str]


def join(
    rows: Iterable[Row],
    concepts: Mapping[Curie, Concept],
    decisions: Sequence[Decision],
    computed: Collection[str] = (),
    reviewed: Collection[str] = (),
) -> Joined:
    """Judge mapping rows against the concepts of a graph; rows of the sources named in `computed`
    give way to those of others, exact ones of those in `reviewed` hold as they are."""
    rows = list(rows)
    certain = [r for r in rows if r.source in reviewed and r.predicate == EXACT_MATCH]
    rows = [r for r in rows if not (r.source in reviewed and r.predicate == EXACT_MATCH)]
    rows, notes = _give_way(rows, computed)
    left_out: list[dict[str, str | int]] = []
    groups: dict[Curie, list[Row]] = defaultdict(list)
    references: list[Row] = []
    wider: dict[Pair, str] = {}
    not_exact = 0
    for row in rows:
        if row.subject_obsolete:
            left_out.append(_left_out(row, "the mapping's subject is obsolete"))
        elif row.predicate == EXACT_MATCH:
            groups[row.subject].append(row)
        elif row.predicate == DB_XREF:
            references.append(row)
        else:
            not_exact += 1
            if row.broader is not None and _witnesses(row.subject, row.object):
                wider[_pair(row.subject, row.object)] = f"{row.broader} is the broader of the two"
    same, to_decide = _same(groups, wider, concepts, decisions)
    for row in certain:
        if row.subject in concepts and row.object in concepts:
            same.append(_link(row.subject, SAME_AS, row.object, row))
        else:
            left_out.append(_left_out(row, "the release lacks one of the two"))
    links = same + _translations(groups, references, concepts, {_pair(*_ends(x)) for x in same})
    labels: dict[Curie, str] = {}
    for row in (*references, *(r for found in groups.values() for r in found)):
        labels[row.object] = row.object_label or labels.get(row.object, "")
        labels[row.subject] = row.subject_label or labels.get(row.subject, "")
    named = {i for link in links for i in _ends(link)} - concepts.keys()
    codes = [Concept(id=i, label=labels.get(i) or i, category=CODE) for i in sorted(named)]
    if not_exact:
        notes.append(f"{not_exact:,} mapping rows are neither exact nor cross-references: not used")
    strange = sum(len(r) for hub, r in groups.items() if not _ids(hub, r) & concepts.keys())
    strange += sum(not {r.subject, r.object} & concepts.keys() for r in references)
    if strange:
        notes.append(f"{strange:,} mapping rows speak of no concept of this release")
    return Joined(links, codes, to_decide, left_out, notes)


def _give_way(rows: list[Row], computed: Collection[str]) -> tuple[list[Row], list[str]]:
    """The rows without those computed ones of which another source speaks, and notes on them."""
    spoken: dict[Curie, str] = {}
    for row in rows:
        matches = row.predicate == EXACT_MATCH and not row.subject_obsolete
        if matches and row.source not in computed and _witnesses(*_ends(row), or_hub=True):
            spoken |= dict.fromkeys(_ends(row), row.source)
    kept: list[Row] = []
    gone: Counter[tuple[str, str]] = Counter()
    for row in rows:
        others = {spoken[i] for i in _ends(row) if i in spoken} if row.source in computed else ()
        if others:
            gone[row.source, ", ".join(sorted(others))] += 1
        else:
            kept.append(row)
    return kept, [
        f"{source}: {n:,} mapping rows set aside for what {others} says of their diseases"
        for (source, others), n in sorted(gone.items())
    ]


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
    wider: Mapping[Pair, str],
    concepts: Mapping[Curie, Concept],
    decisions: Sequence[Decision],
) -> tuple[list[Link], list[dict[str, str]]]:
    """SAME_AS links of one OMIM with one Orphanet entry, and the pairs left to a person."""
    pairs: dict[Pair, Row] = {}
    doubts = dict(wider)
    for hub, rows in sorted(groups.items()):
        if hub.prefix != HUB and hub.prefix not in WITNESSES:
            continue
        members = sorted(i for i in _ids(hub, rows) if i.prefix in WITNESSES)
        for one, other in combinations(members, 2):
            pairs[one, other] = next(r for r in rows if other in _ends(r))
            if [m.prefix for m in members] != list(WITNESSES):
                doubts[one, other] = f"{hub} joins {', '.join(members)}"
    partners: dict[Curie, set[Curie]] = defaultdict(set)
    for one, other in pairs:
        partners[one].add(other)
        partners[other].add(one)
    decided = {
        _pair(d.subject, d.object)
        for d in decisions
        if d.polarity == "same_as" and d.object and _witnesses(Curie(d.subject), Curie(d.object))
    }
    settled = {i for pair in decided for i in pair}
    refused = {d.subject for d in decisions if d.polarity == "same_as" and d.object is None}
    links: list[Link] = []
    to_decide: list[dict[str, str]] = []
    for pair in sorted({*pairs, *wider, *decided}):
        one, other = pair
        if one not in concepts or other not in concepts or refused & {one, other}:
            continue
        alone = len(partners[one]) == 1 and len(partners[other]) == 1
        if pair in decided:
            links.append(_link(one, SAME_AS, other, pairs.get(pair) or _decision(pair)))
        elif settled & {one, other}:
            continue
        elif pair in pairs and alone and pair not in doubts:
            links.append(_link(one, SAME_AS, other, pairs[pair]))
        else:
            reason = doubts.get(pair) or f"{one} and {other} are not each other's only match"
            to_decide.append({"subject": one, "object": other, "reason": reason})
    return links, to_decide


def _decision(pair: Pair) -> Row:
    """A person's decision as a row: of no file, so on no line."""
    return Row(
        subject=pair[0],
        predicate=EXACT_MATCH,
        object=pair[1],
        source=DECISIONS,
        line=0,
        justification="semapv:ManualMappingCuration",
    )


def _translations(
    groups: Mapping[Curie, Sequence[Row]],
    references: Iterable[Row],
    concepts: Mapping[Curie, Concept],
    same: set[Pair],
) -> list[Link]:
    """XREF links from each disease of the graph to the codes that its hub matches exactly, and
    to those that are cross-referred to."""
    links: dict[Pair, Link] = {}

    def add(disease: Curie, code: Curie, row: Row) -> None:
        known = (disease, code) in links or _pair(disease, code) in same
        if disease in concepts and disease.prefix != code.prefix and not known:
            links[disease, code] = _link(disease, XREF, code, row)

    direct = list(references)
    for hub, rows in groups.items():
        if hub.prefix != HUB:
            direct += rows
            continue
        codes = {r.object: r for r in rows} | {hub: rows[0]}
        for disease in sorted(_ids(hub, rows)):
            for code, row in codes.items():
                add(disease, code, row)
    for row in direct:
        subject, object_ = _ends(row)
        add(*((subject, object_) if subject in concepts else (object_, subject)), row)
    return list(links.values())


def _link(subject: Curie, predicate: str, object_: Curie, row: Row) -> Link:
    return Link(
        subject=subject,
        predicate=predicate,
        object=object_,
        source=row.source,
        line=row.line,
        justification=row.justification,
    )


def _witnesses(*ids: Curie, or_hub: bool = False) -> bool:
    return all(i.prefix in WITNESSES or (or_hub and i.prefix == HUB) for i in ids)


def _ends(edge: Row | Link) -> Pair:
    return edge.subject, edge.object


def _pair(one: str, other: str) -> Pair:
    """Two ids in the order of their names, which puts OMIM before ORPHA."""
    first, second = sorted((one, other))
    return Curie(first), Curie(second)


def _ids(hub: Curie, rows: Sequence[Row]) -> set[Curie]:
    return {hub, *(r.object for r in rows)}
