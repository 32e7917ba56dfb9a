"""What was read on films becomes observations of a case, and notes on what was not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from api.one_account import past, study_of
from api.parts import FilmPart
from api.render.film_words import conclusion, label_words, listed, present, refusal_words
from domain.assertions import Sex
from domain.errors import InvalidField
from domain.evidence import Estimate, ImageRegion
from domain.findings import Joint, Note, Observation, State
from ontologies.film_labels import Relation
from reasoning.knowledge import Knowledge

if TYPE_CHECKING:
    from vision.card import ModelCard
    from vision.reading import FilmReading, LabelReading, ModelUsed

#: What the versions of an answer call the model that read its films.
VERSION = "image_model"


def film_findings(
    films: Iterable[FilmPart],
    card: ModelCard,
    knowledge: Knowledge,
    *,
    age: float | None,
    sex: Sex,
    day: date | None = None,
) -> tuple[list[Observation], list[Note], Mapping[str, str]]:
    """Observations of the labels that the model may judge, notes, and the model's version.

    What a label counts follows from its likelihood ratio, whatever was decided. Of a label whose
    concept is not exactly what it means only evidence for it is passed on. A film shows one
    moment; all films that one model read of a patient are one origin, with the cap of the model's
    card. A refused film is a note, and so is an `age` (years) or `sex` that was not given, for
    neither is taken from a film. One taken before the illness of `day` is past. Raises
    InvalidField for readings of another model.
    """
    observations: list[Observation] = []
    notes: list[Note] = []
    versions: dict[str, str] = {}
    joint = Joint(group=f"films read by {card.name} {card.version}", cap=card.joint_cap)
    for film in sorted(films, key=lambda f: f.reading.file):
        reading = film.reading
        if reading.model.weights_sha256 != card.weights_sha256:
            raise InvalidField(
                "images", f"{reading.file} was read by other weights than those of the model card."
            )
        if reading.refused is not None:
            notes.append(
                Note(
                    level="error",
                    code="image-refused",
                    subject=reading.file,
                    message=refusal_words(reading.refused),
                )
            )
            continue
        versions = {VERSION: model_words(reading.model)}
        not_counted: list[str] = []
        for label in reading.judged:
            found = _observation(label, reading, joint, knowledge)
            if found is None:
                not_counted.append(label_words(label.label))
            else:
                found = replace(found, study=study_of(film))
                observations.append(past(found, film.day, day))
        notes += _notes(reading, not_counted)
    if observations and (age is None or sex is Sex.UNKNOWN):
        notes.append(_not_from_film(age=age is not None, sex=sex is not Sex.UNKNOWN))
    return observations, notes, versions


def model_words(model: ModelUsed) -> str:
    """Name, version and weights of a model in one line."""
    return f"{model.name} {model.version} (weights {model.weights_sha256[:12]})"


def _observation(
    label: LabelReading, reading: FilmReading, joint: Joint, knowledge: Knowledge
) -> Observation | None:
    """The observation, None for what no concept of the release can take over."""
    ratio = label.likelihood_ratio
    if label.concept is None or ratio is None or label.decision is None:
        return None
    if label.relation != Relation.EXACT and ratio.value <= 1:
        return None
    state = State(label.decision)
    concept = knowledge.resolver.resolve(label.concept, excluded=state is State.ABSENT).concept
    if concept is None:
        return None
    return Observation(
        label=label.label,
        concept=concept,
        link_score=1.0,
        state=state,
        probability=label.probability,
        base_rate=label.base_rate,
        joint=joint,
        momentary=True,
        evidence=(
            ImageRegion(
                image=reading.file,
                box=label.box,
                model=f"{reading.model.name} {reading.model.version}",
                weights=reading.model.weights_sha256,
                label=label.label,
                score=label.score,
                operating_point=label.operating_point,
                likelihood_ratio=Estimate(value=ratio.value, low=ratio.low, high=ratio.high),
            ),
        ),
    )


def _notes(reading: FilmReading, not_counted: list[str]) -> list[Note]:
    """What was seen and what nobody looked for; what was judged and cannot count; what had to
    be done to the file."""
    seen = bool(present(reading))
    notes = [
        Note(
            level="info" if seen else "warning",
            code="film-read" if seen else "nothing-seen-on-film",
            subject=reading.file,
            message=conclusion(reading),
        )
    ]
    if not_counted:
        notes.append(
            Note(
                level="info",
                code="film-label-not-counted",
                subject=reading.file,
                message=f"Judged, and given no effect: {listed(not_counted)}. The release has no "
                "concept for it, or one that its absence says nothing of.",
            )
        )
    if reading.remarks:
        notes.append(
            Note(
                level="info",
                code="film-decoded",
                subject=reading.file,
                message=f"{listed(reading.remarks)}.",
            )
        )
    return notes


def _not_from_film(*, age: bool, sex: bool) -> Note:
    """An age or sex that is not known, though the file of a film may state it."""
    lacking = listed([name for name, known in (("age", age), ("sex", sex)) if not known])
    return Note(
        level="info",
        code="patient-not-from-film",
        subject="images",
        message=f"Not given, and never taken from the file of a film: the patient's {lacking}.",
        mend="State it where it is known: it moves the ranking.",
    )
