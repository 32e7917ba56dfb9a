"""Composed cases for `evaluate fusion`: our own texts, real films of the film reader's test part.

Declared synthetic: the film's labels decide only which film goes with which case, and nobody who
wrote a text knew a film. The recipe is `benchmarks/fusion/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import InvalidField, SourceError
from domain.findings import State
from ontologies.film_labels import film_labels
from ontologies.tables import Table
from vision.data.split import EXAMPLES, parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasoning.common.table import ShareTable
    from vision.card import ModelCard
    from vision.data.table import FilmTable
    from vision.reader import FilmReader
    from vision.reading import FilmReading

#: The recipe of the repository.
RECIPE = Path(__file__).resolve().parents[1] / "benchmarks" / "fusion"
#: Sentences that a text gets of those that its case offers.
DETAILS = 3
#: A label is a finding of a disease where at least such a share of its patients show it.
LEAST_SHARE = 0.15
#: The part of the patients that the reader's weights were trained without.
TEST_PART = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How the texts of one disease are made: `text` and some of the `details`. `shows` are the
    labels that are to be findings of it, none where no film shows the disease."""

    id: str
    disease: str
    shows: tuple[str, ...]
    text: str
    details: tuple[str, ...]

    def told(self, age: int, male: bool, random: np.random.Generator) -> str:
        """A text for a patient of this age (years) and sex."""
        picked = sorted(random.permutation(len(self.details))[:DETAILS].tolist())
        words = {"man": "man", "He": "He", "he": "he", "him": "him", "his": "his"}
        if not male:
            words = {"man": "woman", "He": "She", "he": "she", "him": "her", "his": "her"}
        written = " ".join([self.text, *(self.details[i] for i in picked)])
        return written.format(age=age, **words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All scripts, and what reports say of a film by label and state."""

    scripts: tuple[Script, ...]
    sentences: Mapping[tuple[str, State], tuple[str, ...]]

    def sentence(self, label: str, state: State, random: np.random.Generator) -> str:
        """One of the ways to tell of a label, as a report of the chest film."""
        ways = self.sentences[label, state]
        return f"Chest X-ray: {ways[int(random.integers(len(ways)))]}"


def read_recipe(folder: Path) -> Recipe:
    """The tables of a folder. Raises SourceError naming what cannot be used."""
    details: dict[str, list[str]] = {}
    for _, row in Table(folder / "details.tsv", ("id", "text")):
        details.setdefault(row["id"], []).append(row["text"])
    scripts = tuple(
        Script(
            id=row["id"],
            disease=row["disease"],
            shows=_labels(row["shows"], folder / "cases.tsv", line),
            text=row["text"],
            details=tuple(details.pop(row["id"], ())),
        )
        for line, row in Table(folder / "cases.tsv", ("id", "disease", "shows", "text"))
    )
    if details:
        raise SourceError(str(folder / "details.tsv"), f"{min(details)!r} is no case of cases.tsv.")
    sentences: dict[tuple[str, State], tuple[str, ...]] = {}
    path = folder / "sentences.tsv"
    for line, row in Table(path, ("label", "state", "text")):
        (label,) = _labels(row["label"], path, line) or ("",)
        if row["state"] not in (State.PRESENT, State.ABSENT):
            raise SourceError(str(path), "a state is present or absent.", line=line)
        key = (label, State(row["state"]))
        sentences[key] = (*sentences.get(key, ()), row["text"])
    return Recipe(scripts=scripts, sentences=sentences)


def _labels(text: str, path: Path, line: int) -> tuple[str, ...]:
    names = tuple(name for name in text.split(",") if name)
    for name in names:
        if name not in film_labels():
            raise SourceError(str(path), f"{name!r} is no label of films.", line=line)
    return names


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A script as the release and the reader bear it out. `number` is its disease, `findings` are
    the labels that are findings of it, `related` all labels that some figure of it speaks of;
    `refused` says of each other label of `shows` why it is none."""

    script: Script
    number: int
    findings: tuple[str, ...]
    related: frozenset[str]
    refused: Mapping[str, str]


def checked(script: Script, table: ShareTable, card: ModelCard) -> Checked:
    """Hold a script against the figures of a release. Raises InvalidField for an unknown disease,
    or for one that shows none of the labels by the script and shows one by the figures."""
    number = table.curated.numbers.get(script.disease)
    if number is None:
        raise InvalidField("recipe", f"{script.disease} is no common disease of the release.")
    supported = {c.label for c in card.labels if c.supported}
    shares = {label: _share(label, number, table) for label in film_labels()}
    refused = {}
    for label in script.shows:
        share = shares[label]
        if label not in supported:
            refused[label] = "the reader does not support it"
        elif share is None:
            refused[label] = "no figure of the release says how often the disease shows it"
        elif share < LEAST_SHARE:
            refused[label] = f"only {share:.0%} of patients show it"
    related = frozenset(label for label, share in shares.items() if share is not None)
    often = sorted(label for label in related & supported if (shares[label] or 0.0) >= LEAST_SHARE)
    if not script.shows and often:
        raise InvalidField(
            "recipe", f"{script.id} shows no label, and by the figures it shows {often[0]}."
        )
    return Checked(
        script=script,
        number=number,
        findings=tuple(label for label in script.shows if label not in refused),
        related=related,
        refused=refused,
    )


def _share(label: str, disease: int, table: ShareTable) -> float | None:
    """How often a disease shows a label's concept, None where nobody printed it."""
    concept = film_labels()[label].concept
    term = None if concept is None else table.terms.terms.number(concept)
    cell = None if term is None else table.cell(disease, term)
    return None if cell is None else float(table.drawn(cell, LEAST_SHARE))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutFilm:
    """A film that the reader was never trained on, as it was read. `labels` are those of its
    table: only which case it goes with follows from them."""

    patient: str
    age: int
    male: bool
    labels: frozenset[str]
    reading: FilmReading

    @property
    def decided(self) -> Mapping[str, State]:
        """What the reader decided of each label that it may judge."""
        return {f.label: State(f.decision) for f in self.reading.judged if f.decision}


def held_out_rows(table: FilmTable, card: ModelCard) -> NDArray[np.int64]:
    """Films of adults of the reader's test part, of whom age and sex are known: no patient it was
    trained on, none with a radiologist's box, no example."""
    split = card.sections.get("split")
    trained = str(split.get("trained_on", "")).split() if isinstance(split, Mapping) else []
    return np.flatnonzero(
        (parts(table) == TEST_PART)
        & ~table.child
        & ~table.boxed
        & ~np.isnan(table.age)
        & (table.sex != "")
        & ~np.isin(table.patient, [*sorted(EXAMPLES), *trained])
    )


def read_films(
    table: FilmTable,
    rows: Sequence[int],
    reader: FilmReader,
    done: Callable[[int], None],
) -> tuple[list[HeldOutFilm], int]:
    """The films that the reader does not refuse, and how many it does; `done` is told how many
    were read."""
    found: list[HeldOutFilm] = []
    refused = 0
    for count, row in enumerate(rows, start=1):
        images = table.images[int(table.set[row])]
        data = images.read(str(table.file[row]))
        reading = reader.read_bytes(data, str(table.image_index[row]))
        done(count)
        if reading.refused is not None:
            refused += 1
            continue
        there = np.flatnonzero(table.labels[row] == 1).tolist()
        found.append(
            HeldOutFilm(
                patient=str(table.patient[row]),
                age=int(table.age[row]),
                male=str(table.sex[row]) == "M",
                labels=frozenset(table.names[i] for i in there),
                reading=reading,
            )
        )
    return found, refused


def drawn(films: Sequence[HeldOutFilm], random: np.random.Generator) -> Iterator[HeldOutFilm]:
    """Films in turns of patients, so that one who has many stands no oftener than another."""
    by_patient: dict[str, list[HeldOutFilm]] = {}
    for i in random.permutation(len(films)).tolist():
        by_patient.setdefault(films[i].patient, []).append(films[i])
    queues = list(by_patient.values())
    while queues:
        for queue in queues:
            yield queue.pop()
        queues = [queue for queue in queues if queue]


def first_of(
    films: Sequence[HeldOutFilm],
    fits: Callable[[HeldOutFilm], bool],
    n: int,
    random: np.random.Generator,
) -> list[HeldOutFilm]:
    """Up to `n` films that fit, in turns of patients."""
    return list(islice(drawn([f for f in films if fits(f)], random), n))
