"""What changes from one graph to another: terms, names, places in the hierarchy, edges."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.assertions import Assertion, Concept, Link
from domain.figures import Figure
from domain.identifiers import Curie


class Readable(Protocol):
    """What a graph in memory and a store have in common, for comparing."""

    def concepts(self) -> Iterator[Concept]:
        """All nodes."""

    def assertions(self) -> Iterator[Assertion]:
        """All disease-finding edges."""

    def links(self) -> Iterator[Link]:
        """All links between ids of one thing."""

    def figures(self) -> Iterator[Figure]:
        """All figures of the literature."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change. `kind` is term, label, synonym, parent, assertion, frequency, polarity,
    link or figure; `action` is added, removed, changed or obsoleted."""

    kind: str
    action: str
    source: str
    subject: str
    object: str
    before: str
    after: str


#: Columns of a table of changes.
COLUMNS = ("kind", "action", "source", "subject", "object", "before", "after")


def compare(old: Readable, new: Readable) -> list[Change]:
    """All changes from `old` to `new`, sorted. Lines are not compared: a row that only moved
    within its file has not changed."""
    return sorted(
        (
            *_concepts({c.id: c for c in old.concepts()}, {c.id: c for c in new.concepts()}),
            *_assertions(old.assertions(), new.assertions()),
            *_links(old.links(), new.links()),
            *_figures(old.figures(), new.figures()),
        )
    )


def summary(changes: Iterable[Change]) -> dict[str, dict[str, int]]:
    """How many changes, by source, then by `kind action`."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for change in changes:
        counts[change.source][f"{change.kind} {change.action}"] += 1
    return {source: dict(sorted(found.items())) for source, found in sorted(counts.items())}


def _concepts(old: Mapping[Curie, Concept], new: Mapping[Curie, Concept]) -> Iterator[Change]:
    for identifier in sorted(old.keys() | new.keys()):
        one, other = old.get(identifier), new.get(identifier)
        source = identifier.prefix
        if one is None and other is not None:
            action = "added" if not other.obsolete else "obsoleted"
            yield Change("term", action, source, identifier, "", "", other.label)
        elif other is None and one is not None:
            yield Change("term", "removed", source, identifier, "", one.label, "")
        elif one is not None and other is not None:
            yield from _one_concept(one, other, source)


def _one_concept(one: Concept, other: Concept, source: str) -> Iterator[Change]:
    if one.obsolete != other.obsolete:
        action = "obsoleted" if other.obsolete else "added"
        followers = ", ".join(other.replaced_by or other.consider)
        yield Change("term", action, source, one.id, followers, one.label, other.label)
        return
    if one.label != other.label:
        yield Change("label", "changed", source, one.id, "", one.label, other.label)
    names = {s.text for s in one.synonyms}, {s.text for s in other.synonyms}
    for text in sorted(names[1] - names[0]):
        yield Change("synonym", "added", source, one.id, "", "", text)
    for text in sorted(names[0] - names[1]):
        yield Change("synonym", "removed", source, one.id, "", text, "")
    for parent in sorted(set(other.parents) - set(one.parents)):
        yield Change("parent", "added", source, one.id, parent, "", "")
    for parent in sorted(set(one.parents) - set(other.parents)):
        yield Change("parent", "removed", source, one.id, parent, "", "")


_Key = tuple[str, str, str, str, str, str]


def _key(a: Assertion) -> _Key:
    """What makes two rows statements of the same thing by the same authority."""
    return a.source, a.disease, a.concept, a.aspect, ";".join(a.references), a.sex or ""


def _said(a: Assertion) -> str:
    """What the statement says: polarity, frequency, onset, modifiers, evidence."""
    parts = ("excluded" if a.excluded else "", str(a.frequency or ""), a.onset or "",
             "|".join(a.modifiers), a.evidence_code)  # fmt: skip
    return " ".join(p for p in parts if p)


def _assertions(old: Iterable[Assertion], new: Iterable[Assertion]) -> Iterator[Change]:
    before, after = _by_key(old), _by_key(new)
    for key in before.keys() | after.keys():
        source, disease, concept = key[:3]
        gone = Counter(map(_said, before.get(key, ())))
        come = Counter(map(_said, after.get(key, ())))
        removed = sorted((gone - come).elements())
        added = sorted((come - gone).elements())
        for one, other in zip(removed, added, strict=False):
            turned = one.startswith("excluded") != other.startswith("excluded")
            kind = "polarity" if turned else "frequency"
            yield Change(kind, "changed", source, disease, concept, one, other)
        for one in removed[len(added) :]:
            said = f"{one} {key[4]}".strip()
            yield Change("assertion", "removed", source, disease, concept, said, "")
        for other in added[len(removed) :]:
            said = f"{other} {key[4]}".strip()
            yield Change("assertion", "added", source, disease, concept, "", said)


def _by_key(assertions: Iterable[Assertion]) -> dict[_Key, list[Assertion]]:
    grouped: dict[_Key, list[Assertion]] = defaultdict(list)
    for assertion in assertions:
        grouped[_key(assertion)].append(assertion)
    return grouped


def _figures(old: Iterable[Figure], new: Iterable[Figure]) -> Iterator[Change]:
    before, after = _by_meaning(old), _by_meaning(new)
    for key in before.keys() | after.keys():
        source, disease, concept, *rest = key
        said, says = before.get(key, ""), after.get(key, "")
        if said == says:
            continue
        action = "changed" if said and says else "added" if says else "removed"
        what = " ".join((rest[0], rest[-1]))
        yield Change(
            "figure", action, source, disease, concept,
            f"{what} {said}" if said else "", f"{what} {says}" if says else "",
        )  # fmt: skip


def _by_meaning(figures: Iterable[Figure]) -> dict[tuple[str, ...], str]:
    """What each figure says, by what it is a figure of."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for f in figures:
        key = (
            f.source, f.disease, f.concept, f.measure, f.kind, str(f.absent), f.words,
            f.threshold, f.population, f.reference,
        )  # fmt: skip
        found[key].append(_printed(f))
    return {key: " and ".join(sorted(said)) for key, said in found.items()}


def _printed(f: Figure) -> str:
    """All that a figure says, but for the day on which it was read and notes."""
    counts = ("" if n is None else str(n) for n in (f.count, f.total))
    parts = (
        f.printed or f.words, f.word or ("" if f.value is None else f"{f.value:g}"),
        "/".join(counts).strip("/") if f.total is not None or f.count is not None else "",
        f.interval, f.setting, f.comparator, f.against or "", "" if f.weighs else f.review.value,
    )  # fmt: skip
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _links(old: Iterable[Link], new: Iterable[Link]) -> Iterator[Change]:
    before = {(x.source, x.subject, x.object, x.predicate) for x in old}
    after = {(x.source, x.subject, x.object, x.predicate) for x in new}
    for source, one, other, predicate in after - before:
        yield Change("link", "added", source, one, other, "", predicate)
    for source, one, other, predicate in before - after:
        yield Change("link", "removed", source, one, other, predicate, "")
