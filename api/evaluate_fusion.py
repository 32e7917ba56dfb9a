"""Measure what a film adds to a report: composed cases, declared synthetic (`api.fusion_cases`).

Resamples take or leave whole patients: films of one patient resemble each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from api.evaluate_cases import Line
from api.films import film_card, film_reader
from api.fusion_cases import (
    Checked,
    HeldOutFilm,
    Recipe,
    checked,
    first_of,
    held_out_rows,
    read_films,
    read_recipe,
)
from api.fusion_lines import Added, Composed, Contradicted, Stand, lines
from api.parts import FilmPart, TextPart
from domain.case import Case
from domain.errors import EmptyInput
from domain.evidence import ImageRegion
from domain.figures import Setting
from domain.findings import Observation, State
from ontologies.film_labels import film_labels
from reasoning.common.beliefs import posterior
from reasoning.common.ranker import CommonRanking

if TYPE_CHECKING:
    from api.service import Service
    from vision.card import ModelCard

Done = Callable[[int], None]
SETTING = Setting.EMERGENCY
#: Films that are read at most, drawn by the seed.
MOST_FILMS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionEvaluation:
    """Everything that was measured. `films` were read, `refused` of those by the reader;
    `not_findings` are labels of a script that the release or the reader does not bear out."""

    versions: Mapping[str, str]
    seed: int
    films: int
    patients: int
    refused: int
    lines: tuple[Line, ...]
    composed: tuple[Composed, ...]
    added: tuple[Added, ...]
    contradicted: tuple[Contradicted, ...]
    not_findings: tuple[tuple[str, str, str], ...]
    seconds: float


class Material:
    """Recipe, films and service of one evaluation. Raises SourceError, EmptyInput or InvalidField
    for what cannot be used."""

    def __init__(self, service: Service, folders: Sequence[Path], recipe: Path, seed: int) -> None:
        from vision.data.table import read_table

        self.service, self.seed = service, seed
        self.recipe: Recipe = read_recipe(recipe)
        self.card: ModelCard = film_card(service.settings.image_model).card
        table = service.common.table(SETTING)
        self.scripts = [checked(script, table, self.card) for script in self.recipe.scripts]
        self.table = read_table(folders)
        rows = held_out_rows(self.table, self.card)
        if not len(rows):
            raise EmptyInput("The folders hold no film of the reader's test part.")
        self.rows = self.random("films").permutation(rows)[:MOST_FILMS].tolist()
        self.films: list[HeldOutFilm] = []
        self.refused = 0

    def random(self, *names: str) -> np.random.Generator:
        """Draws that depend on the seed and on what they are for."""
        return np.random.default_rng([self.seed, *"/".join(names).encode()])

    def read(self, done: Done) -> None:
        """Read the films; `done` is told how many."""
        reader = film_reader(self.service.settings.image_model)
        self.films, self.refused = read_films(self.table, self.rows, reader, done)

    def case(self, text: str, film: HeldOutFilm, *, with_film: bool) -> Case:
        """A case of the film's patient, with or without the film."""
        parts = [FilmPart(reading=film.reading)] if with_film else []
        return self.service.case(
            texts=[TextPart(name="report", text=text)],
            images=parts,
            age=f"P{film.age}Y",
            sex="MALE" if film.male else "FEMALE",
        )


def stand(service: Service, ranking: CommonRanking, number: int) -> Stand:
    """Where a disease stands; its share is that among all candidates and what is outside."""
    shares, _ = posterior(ranking, service.common.table(SETTING).parameters.outside)
    return Stand(
        score=float(ranking.scores[number]),
        log_share=log(max(float(shares[number]), 1e-12)),
        rank=int(np.flatnonzero(ranking.order == number)[0]) + 1,
    )


def compose(material: Material, n: int, done: Done) -> list[Composed]:
    """About `n` cases, as many of each disease that a film shows; `done` is told how many."""
    shown = [s for s in material.scripts if s.findings]
    found: list[Composed] = []
    for place, script in enumerate(shown):
        wanted = (n - len(found)) // (len(shown) - place)
        random = material.random("composed", script.script.id)
        fitting = first_of(material.films, _shows(script.findings), wanted, random)
        for film in fitting:
            found.append(_composed(material, script, film, random))
            done(len(found))
    return found


def _shows(labels: Sequence[str]) -> Callable[[HeldOutFilm], bool]:
    return lambda film: bool(film.labels.intersection(labels))


def _decides(label: str, decision: State) -> Callable[[HeldOutFilm], bool]:
    return lambda film: film.decided.get(label) is decision


def _composed(
    material: Material, script: Checked, film: HeldOutFilm, random: np.random.Generator
) -> Composed:
    service, number = material.service, script.number
    label = str(random.choice([n for n in script.findings if n in film.labels]))
    text = script.script.told(film.age, film.male, random)
    sentence = material.recipe.sentence(label, State.PRESENT, random)
    told = f"{text}\n\n{sentence}"

    def stands(words: str, with_film: bool) -> Stand:
        case = material.case(words, film, with_film=with_film)
        return stand(service, service.common.rank(case, SETTING), number)

    alone = stands(text, False)
    start = time.perf_counter()
    both = stands(text, True)
    seconds = time.perf_counter() - start
    return Composed(
        script=script.script.id,
        text=text,
        sentence=sentence,
        patient=film.patient,
        film=film.reading.file,
        label=label,
        called=film.decided.get(label) is State.PRESENT,
        report=alone,
        with_film=both,
        told=stands(told, False),
        told_with_film=stands(told, True),
        seconds=seconds,
    )


def add_unrelated(material: Material, n: int, done: Done) -> list[Added]:
    """Films that have nothing to do with the case, to about `n` clear ones (the truth first) of
    diseases that no film shows, and half as many of the others; `done` is told how many."""
    found: list[Added] = []
    quiet = [s for s in material.scripts if not s.script.shows]
    shown = [s for s in material.scripts if s.script.shows]
    for script in (*quiet, *shown):
        wanted = n // len(quiet) if script in quiet else n // (2 * len(shown))
        for film, kind, before, text in _clear(material, script, wanted):
            case = material.case(text, film, with_film=True)
            ranking = material.service.common.rank(case, SETTING)
            found.append(
                Added(
                    script=script.script.id,
                    patient=film.patient,
                    film=film.reading.file,
                    kind=kind,
                    before=before,
                    after=stand(material.service, ranking, script.number).rank,
                )
            )
            done(len(found))
    return found


def _clear(
    material: Material, script: Checked, wanted: int
) -> Iterator[tuple[HeldOutFilm, str, int, str]]:
    """Films for the texts of a disease that put it first. Half are without a finding where the
    disease shows none; all others show a finding, and none that the figures have of it."""
    random = material.random("unrelated", script.script.id)
    quiet = not script.script.shows

    def other(film: HeldOutFilm) -> bool:
        return bool(film.labels) and not film.labels & script.related

    kinds = [("another finding" if quiet else "instead", other)]
    if quiet:
        kinds.insert(0, ("no finding", lambda film: not film.labels))
    for at, (kind, fits) in enumerate(kinds):
        share = (wanted - at * (wanted // 2)) if at == len(kinds) - 1 else wanted // 2
        given = 0
        for film in first_of(material.films, fits, 4 * share, random):
            text = script.script.told(film.age, film.male, random)
            ranking = material.service.common.rank(
                material.case(text, film, with_film=False), SETTING
            )
            before = stand(material.service, ranking, script.number).rank
            if before == 1 and given < share:
                given += 1
                yield film, kind, before, text


def contradict(material: Material, n: int, done: Done) -> list[Contradicted]:
    """About `n` reports that say the contrary of the reader, for every label that it may judge
    both ways; `done` is told how many."""
    quiet = [s for s in material.scripts if not s.script.shows] or material.scripts
    labels = [c.label for c in material.card.labels if c.supported]
    labels = [name for name in labels if (name, State.PRESENT) in material.recipe.sentences]
    ways = [(name, d) for name in labels for d in (State.PRESENT, State.ABSENT)]
    found: list[Contradicted] = []
    for place, (label, decision) in enumerate(ways):
        wanted = max((n - len(found)) // (len(ways) - place), 1)
        random = material.random("contradicted", label, decision)
        films = first_of(material.films, _decides(label, decision), wanted, random)
        said = State.ABSENT if decision is State.PRESENT else State.PRESENT
        for film in films:
            script = quiet[int(random.integers(len(quiet)))].script
            sentence = material.recipe.sentence(label, said, random)
            text = f"{script.told(film.age, film.male, random)}\n\n{sentence}"
            case = material.case(text, film, with_film=True)
            ranking = material.service.common.rank(case, SETTING)
            relation = film_labels()[label].relation
            found.append(
                Contradicted(
                    label=label,
                    relation=str(relation or ""),
                    decision=decision,
                    patient=film.patient,
                    film=film.reading.file,
                    sentence=sentence,
                    reported=any(
                        _told(side.observations, label)
                        for conflict in ranking.conflicts
                        for side in conflict.sides
                    ),
                )
            )
            done(len(found))
    return found


def _told(observations: Sequence[Observation], label: str) -> bool:
    """Whether what a reader of films said of a label is among some observations."""
    return any(
        isinstance(e, ImageRegion) and e.label == label for o in observations for e in o.evidence
    )


def evaluate(
    material: Material,
    composed: Sequence[Composed],
    added: Sequence[Added],
    contradicted: Sequence[Contradicted],
) -> FusionEvaluation:
    """Everything that was measured, with its lines."""
    used = {c.patient for part in (composed, added, contradicted) for c in part}
    return FusionEvaluation(
        versions={**material.service.common.versions, "image_model": material.card.version},
        seed=material.seed,
        films=len(material.rows),
        patients=len(used),
        refused=material.refused,
        lines=tuple(lines(composed, added, contradicted, seed=material.seed)),
        composed=tuple(composed),
        added=tuple(added),
        contradicted=tuple(contradicted),
        not_findings=tuple(
            (s.script.id, label, why) for s in material.scripts for label, why in s.refused.items()
        ),
        seconds=float(np.median([c.seconds for c in composed])) if composed else 0.0,
    )
