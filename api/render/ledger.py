"""The ledger of an answer: who says what, by modality, and where two of them disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.render.ledger_films import FilmEntry, film_entries
from api.render.ledger_values import ValueRow, value_rows
from api.render.ordinal import ordinal
from api.render.witnesses import (
    Anchors,
    FindingRow,
    Modality,
    Told,
    Witness,
    told,
    witnesses,
)
from domain.differential import Conflict, Differential, KnownUse, Side
from domain.evidence import CodedEntry, ConceptRef, Evidence
from domain.findings import Note
from domain.identifiers import Curie

if TYPE_CHECKING:
    from vision.film import Film

#: Notes on what was given and moves nothing, beside findings that were not counted.
_WITHOUT_EFFECT = frozenset(
    {"value-not-judged", "film-label-not-counted", "known-condition-without-effect"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """A code that somebody entered, and what it says."""

    anchor: str
    entry: CodedEntry
    says: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRow:
    """A condition that the patient is known to have, with its place and the finding it is."""

    anchor: str | None
    use: KnownUse
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRow:
    """One side of a conflict: who says so, and what hearing only them would do."""

    side: Side
    who: str
    witnesses: tuple[Witness, ...]
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRow:
    """A conflict with its sides; none where nobody is known to have made it."""

    conflict: Conflict
    sides: tuple[SideRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the case is made of. `without_effect` are notes on what was given and moves nothing,
    `by_concept` the findings of each concept."""

    conflicts: tuple[ConflictRow, ...]
    films: tuple[FilmEntry, ...]
    values: tuple[ValueRow, ...]
    codes: tuple[CodeRow, ...]
    known: tuple[KnownRow, ...]
    without_effect: tuple[Note, ...]
    by_concept: Mapping[Curie, FindingRow]


def ledger(
    d: Differential, rows: Sequence[FindingRow], anchors: Anchors, pictures: Mapping[str, Film]
) -> Ledger:
    """The entries of an answer by modality. `pictures` are decoded films by the name that their
    findings bear."""
    places = {p.evidence: p.anchor for row in rows for p in row.places}
    by_concept = {row.use.finding.concept: row for row in reversed(rows) if not row.use.used}
    by_concept |= {row.use.finding.concept: row for row in reversed(rows) if row.use.used}
    return Ledger(
        conflicts=tuple(_conflict(c, places) for c in d.conflicts),
        films=film_entries(anchors, rows, d.data_quality, pictures),
        values=value_rows(anchors, rows),
        codes=tuple(
            CodeRow(anchor=f"code-{n}", entry=entry, says=told(rows, (entry,)))
            for n, entry in enumerate(anchors.codes)
        ),
        known=tuple(_known(use, anchors, rows) for use in d.known),
        without_effect=tuple(n for n in d.data_quality if n.code in _WITHOUT_EFFECT),
        by_concept=by_concept,
    )


def effect_words(side: Side) -> str:
    """Where the first diseases would stand if this side alone were heard: "pneumonia 1st (now
    3rd)"; "" where that was not tried."""
    if not side.moves:
        return ""
    moved = sorted((m for m in side.moves if m.before != m.after), key=lambda m: m.after)
    return (
        ", ".join(f"{m.disease.label} {ordinal(m.after)} (now {ordinal(m.before)})" for m in moved)
        or "the first diseases stay where they are"
    )


def who_words(made: Sequence[Witness]) -> str:
    """Who is on a side: "the letter", "the film chest.png and the code"."""
    named = {
        Modality.FILM: "the film {}",
        Modality.VALUE: "the value of {}",
        Modality.CODE: "the code {}",
        Modality.KNOWN: "the known condition {}",
        Modality.SIGNAL: "the recording {}",
    }
    who = dict.fromkeys(named.get(w.modality, _text(w.name)).format(w.name) for w in made)
    return " and ".join(who)


def _text(name: str) -> str:
    """ "the letter", but "the text letter.txt"."""
    plain = name.replace(" ", "").isalpha() and name.islower()
    return "the {}" if plain else "the text {}"


def _conflict(c: Conflict, places: Mapping[Evidence, str | None]) -> ConflictRow:
    return ConflictRow(conflict=c, sides=tuple(_side(s, places) for s in c.sides))


def _side(side: Side, places: Mapping[Evidence, str | None]) -> SideRow:
    made = witnesses(side.observations, places.get)
    return SideRow(side=side, who=who_words(made), witnesses=made, effect=effect_words(side))


def _known(use: KnownUse, anchors: Anchors, rows: Sequence[FindingRow]) -> KnownRow:
    entry = next((n for n, e in enumerate(anchors.known) if e.code == use.label), None)
    own = [row for row in rows if _is(row, use.finding)]
    return KnownRow(anchor=None if entry is None else f"known-{entry}", use=use, rows=tuple(own))


def _is(row: FindingRow, finding: ConceptRef | None) -> bool:
    return finding is not None and row.use.finding.concept == finding.id
