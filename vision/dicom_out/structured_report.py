"""A reading of a DICOM film as a DICOM structured report: Comprehensive SR, TID 1500.

Each label that the model may judge is one measurement group: the finding, present or absent, and
the figures behind that. The others are listed as not judged, beside the statement of what such a
report is. It is preliminary and not verified: nobody has read it.
"""

from __future__ import annotations

import hashlib
import io
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

import pydicom
from highdicom.sr import (
    CodeContentItem,
    ComprehensiveSR,
    ContainerContentItem,
    ContentSequence,
    DeviceObserverIdentifyingAttributes,
    MeasurementReport,
    ObservationContext,
    ObserverContext,
    RelationshipTypeValues,
    TextContentItem,
)
from highdicom.uid import UID
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.sr.codedict import codes

from domain.errors import ImageRefused, InvalidField
from vision.card import ModelCard
from vision.decoding.quiet import FAULTS, quiet
from vision.dicom_out.report_codes import EVALUATIONS, NOT_JUDGED, code_of, scheme
from vision.dicom_out.report_groups import DIFFERENTIA, measurement_group
from vision.reading import PRESENT, FilmReading

__all__ = ["structured_report", "write_report"]

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
#: The group of the pixel data, which a report has no use for.
_PIXELS = 0x7FE0


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
            imaging_measurements=[measurement_group(one, image, card) for one in reading.judged],
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
            coding_schemes=[scheme()],
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
        image = Dataset({e.tag: e for e in source if e.tag.group < _PIXELS})
    else:
        try:
            file = io.BytesIO(source) if isinstance(source, bytes) else source
            image = pydicom.dcmread(file, stop_before_pixels=True)
        except (BytesLengthException, InvalidDicomError, zlib.error, *FAULTS):
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


def _evaluations(reading: FilmReading) -> ContainerContentItem:
    """The labels that were not judged, and what such a report is."""
    container = ContainerContentItem(
        name=EVALUATIONS, relationship_type=RelationshipTypeValues.CONTAINS
    )
    contains = RelationshipTypeValues.CONTAINS
    container.ContentSequence = ContentSequence()
    for one in reading.findings:
        if not one.supported:
            container.ContentSequence.append(
                CodeContentItem(
                    name=NOT_JUDGED, value=code_of(one.label), relationship_type=contains
                )
            )
    for text in (STATEMENT, *_summary(reading), *reading.remarks):
        container.ContentSequence.append(
            TextContentItem(name=codes.DCM.Comment, value=text, relationship_type=contains)
        )
    return container


def _summary(reading: FilmReading) -> Iterator[str]:
    """How many labels were judged, and what it means that none was seen."""
    judged = len(reading.judged)
    yield f"{judged} of {len(reading.findings)} labels were judged."
    if not any(one.decision == PRESENT for one in reading.judged):
        yield (
            f"None of the {judged} findings that this model can judge was seen; this is not a"
            " normal report."
        )
