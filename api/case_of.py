"""One case of everything that is known of a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from api import phenopackets
from api.film_findings import film_findings
from api.films import film_card
from api.intake import CodedFinding
from api.known import known_conditions
from api.labs import Lab, observe_labs
from api.one_account import each_once, of_one_study
from api.parts import FilmPart, TextPart, earlier, read_day
from api.patient_of import from_text
from domain.ages import age_in_years
from domain.case import Case, parse_sex
from domain.errors import EmptyInput
from domain.findings import Note, Observation
from nlp.values.person import Person

if TYPE_CHECKING:
    from api.service import Service


def case_of(
    service: Service,
    *,
    texts: Sequence[TextPart],
    findings: Sequence[CodedFinding],
    phenopacket: Mapping[str, Any] | None,
    images: Sequence[FilmPart],
    labs: Sequence[Lab],
    known: Sequence[str],
    age: str | None,
    sex: str | None,
    day: date | None,
    notes: Sequence[Note],
    case_id: str,
) -> Case:
    """See `Service.case`, which this is."""
    if not texts and not findings and phenopacket is None and not images and not labs:
        raise EmptyInput(
            "There is nothing to reason about.",
            mend="Give a text, coded findings, values, a phenopacket or an image.",
        )
    packet = phenopacket or {}
    years = phenopackets.age(packet) if age is None else age_in_years(age)
    stated = phenopackets.sex(packet) if sex is None else parse_sex(sex)
    observations: list[Observation] = []
    noted = list(notes)
    texts, twice = each_once(texts)
    noted += twice
    day = day or _latest(texts, images, labs)
    current = [t for t in texts if earlier(t.day, day) is None]
    if current:
        years, stated, said = from_text(service.reader, current, years, stated, sex is None)
        noted += said
    for part in texts:
        read, said = service.read(part.text, part.name, age=years, sex=stated)
        observations += of_one_study(read, part, images, day)
        noted += said
    if labs:
        person = Person.of(years, stated, None)
        for part in current:
            person = service.reader.person(part.text, person)
        measured, said = observe_labs(labs, service.knowledge, person, day)
        observations += measured
        noted += said
    coded, said = service.observe(findings, strict=True)
    observations += coded
    noted += said
    if phenopacket is not None:
        coded, said = service.observe(phenopackets.features(phenopacket), strict=False)
        observations += coded
        noted += said
    versions: Mapping[str, str] = {}
    if images:
        card = film_card(service.settings.image_model).card
        seen, said, versions = film_findings(
            images, card, service.knowledge, age=years, sex=stated, day=day
        )
        observations += seen
        noted += said
    conditions, named, said = known_conditions(service, known)
    return Case(
        id=case_id,
        observations=(*observations, *named),
        age=years,
        sex=stated,
        references=phenopackets.references(packet),
        notes=(*noted, *said),
        versions=versions,
        known=conditions,
        day=day,
    )


def _latest(
    texts: Sequence[TextPart], images: Sequence[FilmPart], labs: Sequence[Lab]
) -> date | None:
    """The day of an illness that nobody gave: that of its latest part, None where none has one."""
    days = [*(text.day for text in texts), *(film.day for film in images)]
    days += [
        read_day(lab.time, f"{lab.field or f'labs[{i}]'}.time")
        for i, lab in enumerate(labs)
        if lab.time
    ]
    return max((day for day in days if day is not None), default=None)
