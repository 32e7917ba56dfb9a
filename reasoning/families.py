"""Families of subtypes in a ranking: shown together, each member with its own score.

Which diseases are a family is decided when a release is compiled (`reasoning/hierarchy.py`). A
family never changes a score or the order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.differential import Families, Family, FamilyMember, Ranked
from domain.evidence import ConceptRef
from kg.arrays import Array
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranking

_NO_HIERARCHY = (
    "This release holds no hierarchy of diseases. Load one with it: the Disease Ontology (source "
    "doid), whose terms and cross-references docs/data.md names."
)


def families_of(knowledge: Knowledge, disease: int) -> tuple[ConceptRef, ...]:
    """The families of a disease (by number), the smallest first; mostly one, or none."""
    return tuple(knowledge.families.ref(f) for f in knowledge.disease_families[disease].tolist())


def relatives(knowledge: Knowledge, disease: int) -> Array:
    """The numbers of a disease and of all members of its families, ascending."""
    rows = [knowledge.family_members[f] for f in knowledge.disease_families[disease].tolist()]
    return np.asarray(np.unique(np.concatenate([np.array([disease], dtype=np.int32), *rows])))


def family_rank(ranking: Ranking, disease: str) -> int | None:
    """Place of the best-ranked member of the families of `disease` (any of its ids), counting
    families: every other disease stands for its smallest family, or for itself if it has none.

    None where the disease is not ranked; the plain place where no hierarchy is loaded.
    """
    knowledge = ranking.view.knowledge
    number = knowledge.disease(disease)
    if number is None:
        return None
    places = np.flatnonzero(np.isin(ranking.order, relatives(knowledge, number)))
    if not len(places):
        return None
    place = int(places[0])
    starts = knowledge.disease_families.starts
    unit = len(knowledge.families) + np.arange(len(knowledge.diseases))
    grouped = np.flatnonzero(np.diff(starts))
    unit[grouped] = knowledge.disease_families.values[starts[grouped]]
    return 1 + len(np.unique(unit[ranking.order[:place]]))


def families(ranking: Ranking, listed: Sequence[Ranked]) -> Families:
    """The listed hypotheses by family. A family is left out if another, shown, groups the same
    of them or more."""
    knowledge = ranking.view.knowledge
    if not knowledge.family_vocabulary:
        return Families(reason=_NO_HIERARCHY)
    if not listed:
        return Families(reason="No disease was ranked.")
    numbers = {int(ranking.order[r.rank - 1]): r for r in listed}
    found = {f for n in numbers for f in knowledge.disease_families[n].tolist()}
    held = {f: {n for n in knowledge.family_members[f].tolist() if n in numbers} for f in found}
    size = {f: len(knowledge.family_members[f]) for f in found}
    shown = [f for f in found if not any(_hides(o, f, held, size) for o in found)]
    if not shown:
        reason = f"None of these diseases has a family in {knowledge.family_vocabulary}."
        return Families(reason=reason)
    grouped = set().union(*(held[f] for f in shown))
    groups = [_family(ranking, f, [numbers[n] for n in held[f]]) for f in shown]
    return Families(
        status="grouped",
        reason="",
        groups=tuple(sorted(groups, key=lambda g: (g.members[0].rank, g.id))),
        alone=tuple(_member(r) for n, r in numbers.items() if n not in grouped),
    )


def _hides(other: int, family: int, held: dict[int, set[int]], size: dict[int, int]) -> bool:
    """Whether `other` groups all listed members of `family`: more of them, or, if the same, in
    the smaller family."""
    if held[other] == held[family]:
        return (size[other], other) < (size[family], family)
    return held[other] > held[family]


def _family(ranking: Ranking, family: int, listed: Sequence[Ranked]) -> Family:
    knowledge = ranking.view.knowledge
    ref = knowledge.families.ref(family)
    members = np.setdiff1d(knowledge.family_members[family], ranking.known)
    return Family(
        id=ref.id,
        label=ref.label,
        source=knowledge.family_vocabulary,
        members=tuple(_member(r) for r in sorted(listed, key=lambda r: r.rank)),
        others=len(members) - len(listed),
        posterior=float(ranking.posterior[members].sum()),
    )


def _member(ranked: Ranked) -> FamilyMember:
    h = ranked.hypothesis
    return FamilyMember(
        rank=ranked.rank, disease=ConceptRef(id=h.disease, label=h.label), score=h.score
    )
