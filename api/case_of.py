"""One case of everything that is known of a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from api import phenopackets
from api.film_findings import film_findings
from api.films import film_card
from api.intake import CodedFinding
from api.labs import Lab, observe_labs
from api.patient_of import from_text
from domain.ages import age_in_years
from domain.assertions import Sex
from domain.case import Case, parse_sex
from domain.errors import EmptyInput
from domain.findings import Note, Observation
from nlp.values.person import Person

if TYPE_CHECKING:
    from api.service import Service
    from vision.reading import FilmReading


def case_of(
    service: Service,
    *,
    texts: Sequence[tuple[str, str]],
    findings: Sequence[CodedFinding],
    phenopacket: Mapping[str, Any] | None,
    images: Sequence[FilmReading],
    labs: Sequence[Lab],
    age: str | None,
    sex: str | None,
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
    notes: list[Note] = []
    if texts and (years is None or (sex is None and stated is Sex.UNKNOWN)):
        years, stated, notes = from_text(service.reader, texts, years, stated, sex is None)
    versions: Mapping[str, str] = {}
    for name, text in texts:
        read, noted = service.read(text, name, age=years, sex=stated)
        observations += read
        notes += noted
    if labs:
        person = Person.of(years, stated, None)
        for _, text in texts:
            person = service.reader.person(text, person)
        measured, noted = observe_labs(labs, service.knowledge, person)
        observations += measured
        notes += noted
    coded, noted = service.observe(findings, strict=True)
    observations += coded
    notes += noted
    if phenopacket is not None:
        coded, noted = service.observe(phenopackets.features(phenopacket), strict=False)
        observations += coded
        notes += noted
    if images:
        card = film_card(service.settings.image_model).card
        seen, noted, versions = film_findings(
            images, card, service.knowledge, age=years, sex=stated
        )
        observations += seen
        notes += noted
    return Case(
        id=case_id,
        observations=tuple(observations),
        age=years,
        sex=stated,
        references=phenopackets.references(packet),
        notes=tuple(notes),
        versions=versions,
    )
