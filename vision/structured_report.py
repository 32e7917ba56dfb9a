"""A reading of a DICOM film as a DICOM structured report: Comprehensive SR, TID 1500.

Each label that the model may judge is one measurement group: the finding, present or absent, and
the figures behind that. The others are listed as not judged, beside the statement of what such a
report is. It is preliminary and not verified: nobody has read it.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import (
    AlgorithmIdentification,
    CodeContentItem,
    CodedConcept,
    ComprehensiveSR,
    ContainerContentItem,
    ContentSequence,
    DeviceObserverIdentifyingAttributes,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    SourceImageForRegion,
    TextContentItem,
    TrackingIdentifier,
)
from highdicom.uid import UID
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from domain.errors import ImageRefused, InvalidField
from domain.evidence import Box
from ontologies.film_codes import PRIVATE, film_codes
from vision.card import Figure, ModelCard
from vision.quiet import FAULTS, quiet
from vision.reading import PRESENT, FilmReading, LabelReading

__all__ = ["structured_report", "write_report"]

DIFFERENTIA = "Differentia"
STATEMENT = (
    "Decision support made by a program, not a diagnosis and not a radiologist's report. Only the"
    " findings listed as present or absent were judged; that they are absent does not make the"
    " film normal. Each probability is calibrated for films like those that the model was measured"
    " on and holds their base rate; the likelihood ratio is odds(probability) / odds(base rate)."
)
#: Values that the report needs and the film may not have; DICOM lets them be empty.
_TYPE_2 = (
    "AccessionNumber",
    "PatientBirthDate",
    "PatientID",
    "PatientName",
    "PatientSex",
    "ReferringPhysicianName",
    "StudyDate",
    "StudyID",
    "StudyTime",
)
_TYPE_1 = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
_SERIES_NUMBER = 9300


def _private(code: str, meaning: str) -> CodedConcept:
    return CodedConcept(value=code, scheme_designator=PRIVATE, meaning=meaning)


_PROBABILITY = _private("PROBABILITY", "Calibrated probability")
_BASE_RATE = _private("BASERATE", "Base rate of the calibration set")
_RATIO = _private("LR", "Likelihood ratio")
_RATIO_LOW = _private("LRLOW", "Likelihood ratio, lower limit of 95 % interval")
_RATIO_HIGH = _private("LRHIGH", "Likelihood ratio, upper limit of 95 % interval")
_NOT_JUDGED = _private("NOTJUDGED", "Finding that was not judged")
_EVALUATIONS = CodedConcept(
    value="C0034375", scheme_designator="UMLS", meaning="Qualitative Evaluations"
)


def structured_report(
    source: Dataset | Path | bytes, reading: FilmReading, card: ModelCard
) -> ComprehensiveSR:
    """The report on a film: `source` is the DICOM file that `reading` was made from with the model
    of `card`. It belongs to the film's study, in a series of its own.

    Raises ImageRefused where the film was refused: a report would look as if it had been read.
    Raises InvalidField where `source` is no DICOM file or lacks the UIDs that a report refers to,
    or where `reading` is not of this model.
    """
    if reading.refused is not None:
        raise ImageRefused(
            reading.refused.reason, reading.refused.detail, mend=reading.refused.mend
        )
    if reading.model.weights_sha256 != card.weights_sha256:
        raise InvalidField("card", "is not of the model that made the reading.")
    if not reading.judged:
        raise InvalidField("card", "supports no label: there is nothing to report.")
    with quiet():
        image = _evidence(source)
        report = MeasurementReport(
            observation_context=ObservationContext(observer_device_context=_observer(card)),
            procedure_reported=codes.SCT.PlainRadiography,
            imaging_measurements=[_group(one, image, card) for one in reading.judged],
        )
        report[0].ContentSequence.append(_evaluations(reading))
        return ComprehensiveSR(
            evidence=[image],
            content=report[0],
            series_instance_uid=UID(),
            series_number=_SERIES_NUMBER,
            series_description=f"{DIFFERENTIA}: decision support, not a diagnosis",
            sop_instance_uid=UID(),
            instance_number=1,
            manufacturer=DIFFERENTIA,
            manufacturer_model_name=card.name,
            software_versions=card.version,
            device_serial_number=card.weights_sha256,
            is_complete=True,
            is_final=False,
            is_verified=False,
            coding_schemes=[
                CodingSchemeIdentificationItem(
                    designator=PRIVATE,
                    name="Differentia: findings on films and figures of their readers",
                    responsible_organization="The Differentia project",
                )
            ],
        )


def write_report(report: Dataset, target: Path) -> None:
    """Writes a report to a file, by way of a temporary one. Raises InvalidField."""
    temporary = target.with_name(f".{target.name}.part")
    try:
        with quiet():
            report.save_as(temporary, enforce_file_format=True)
        temporary.replace(target)
    except OSError as error:
        raise InvalidField("--sr", f"{target} cannot be written: {error.strerror}.") from None
    finally:
        temporary.unlink(missing_ok=True)


def _evidence(source: Dataset | Path | bytes) -> Dataset:
    """The film's data set without its pixels, with every attribute that the report takes over."""
    if isinstance(source, Dataset):
        image = Dataset({tag: source[tag] for tag in source.keys() if tag < 0x7FE00000})
    else:
        try:
            file = io.BytesIO(source) if isinstance(source, bytes) else source
            image = pydicom.dcmread(file, stop_before_pixels=True)
        except FAULTS:
            raise InvalidField(
                "source",
                "is no DICOM file, and a structured report refers to one.",
                mend="The other formats of the answer take any film.",
            ) from None
    for keyword in _TYPE_1:
        if not image.get(keyword):
            raise InvalidField("source", f"has no {keyword}, which a structured report refers to.")
    for keyword in _TYPE_2:
        if keyword not in image:
            setattr(image, keyword, "")
    return image


def _observer(card: ModelCard) -> ObserverContext:
    """The model as the observing device (TID 1004); its UID comes from the weights."""
    digest = hashlib.sha256(f"differentia model {card.weights_sha256}".encode()).digest()
    return ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
            uid=f"2.25.{uuid.UUID(bytes=digest[:16], version=4).int}",
            name=f"{card.name} {card.version}",
            manufacturer_name=DIFFERENTIA,
            model_name=card.name,
            serial_number=card.weights_sha256,
        ),
    )


def _group(
    one: LabelReading, image: Dataset, card: ModelCard
) -> MeasurementsAndQualitativeEvaluations | PlanarROIMeasurementsAndQualitativeEvaluations:
    """One judged label; with the region where the reading has one."""
    tracking = TrackingIdentifier(uid=UID(), identifier=one.label)
    algorithm = AlgorithmIdentification(
        name=card.name,
        version=card.version,
        parameters=[f"weights sha256 {card.weights_sha256}"],
        manufacturer=DIFFERENTIA,
    )
    decision = codes.SCT.Present if one.decision == PRESENT else codes.SCT.Absent
    evaluations = [QualitativeEvaluation(name=codes.DCM.PresenceOfProperty, value=decision)]
    figures = list(_figures(one))
    uids = {
        "referenced_sop_class_uid": image.SOPClassUID,
        "referenced_sop_instance_uid": image.SOPInstanceUID,
    }
    if one.box is None:
        return MeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking,
            finding_type=_code(one.label),
            algorithm_id=algorithm,
            measurements=figures,
            qualitative_evaluations=evaluations,
            source_images=[SourceImageForMeasurementGroup(**uids)],
        )
    return PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        referenced_region=ImageRegion(
            graphic_type=GraphicTypeValues.POLYLINE,
            graphic_data=_corners(one.box),
            source_image=SourceImageForRegion(**uids),
        ),
        finding_type=_code(one.label),
        algorithm_id=algorithm,
        measurements=figures,
        qualitative_evaluations=evaluations,
    )


def _figures(one: LabelReading) -> Iterator[Measurement]:
    """Probability, base rate and likelihood ratio with its interval; none has a unit."""
    figures: list[tuple[CodedConcept, float | None]] = [
        (_PROBABILITY, one.probability),
        (_BASE_RATE, one.base_rate),
    ]
    ratio: Figure | None = one.likelihood_ratio
    if ratio is not None:
        figures += [(_RATIO, ratio.value), (_RATIO_LOW, ratio.low), (_RATIO_HIGH, ratio.high)]
    for name, value in figures:
        if value is not None:
            yield Measurement(name=name, value=float(f"{value:.6g}"), unit=codes.UCUM.NoUnits)


def _evaluations(reading: FilmReading) -> ContainerContentItem:
    """The labels that were not judged, and what such a report is."""
    container = ContainerContentItem(
        name=_EVALUATIONS, relationship_type=RelationshipTypeValues.CONTAINS
    )
    contains = RelationshipTypeValues.CONTAINS
    container.ContentSequence = ContentSequence()
    for one in reading.findings:
        if not one.supported:
            container.ContentSequence.append(
                CodeContentItem(
                    name=_NOT_JUDGED, value=_code(one.label), relationship_type=contains
                )
            )
    texts = (STATEMENT, f"Of {len(reading.findings)} labels {len(reading.judged)} were judged.")
    for text in (*texts, *reading.remarks):
        container.ContentSequence.append(
            TextContentItem(name=codes.DCM.Comment, value=text, relationship_type=contains)
        )
    return container


def _code(label: str) -> CodedConcept:
    """A label's code; one that is in no table is declared under its own name."""
    known = film_codes().get(label)
    if known is None:
        return _private(label.upper()[:16], label[:64])
    return CodedConcept(value=known.code, scheme_designator=known.scheme, meaning=known.meaning)


def _corners(box: Box) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A closed line around a box, (5, 2): columns and rows, as DICOM counts them from the upper
    left corner of the first pixel."""
    x, y, width, height = box
    return np.array(
        [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]], np.float64
    )
