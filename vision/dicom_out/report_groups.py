"""The measurement groups of a structured report on a film: one a label, TID 1501 or 1410."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from highdicom.sr import (
    AlgorithmIdentification,
    CodedConcept,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    SourceImageForMeasurementGroup,
    SourceImageForRegion,
    TrackingIdentifier,
)
from highdicom.uid import UID
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from domain.evidence import Box
from vision.card import Figure, ModelCard
from vision.dicom_out.report_codes import (
    BASE_RATE,
    PROBABILITY,
    RATIO,
    RATIO_HIGH,
    RATIO_LOW,
    code_of,
)
from vision.reading import PRESENT, LabelReading

DIFFERENTIA = "Differentia"


def measurement_group(
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
            finding_type=code_of(one.label),
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
        finding_type=code_of(one.label),
        algorithm_id=algorithm,
        measurements=figures,
        qualitative_evaluations=evaluations,
    )


def _figures(one: LabelReading) -> Iterator[Measurement]:
    """Probability, base rate and likelihood ratio with its interval; none has a unit."""
    figures: list[tuple[CodedConcept, float | None]] = [
        (PROBABILITY, one.probability),
        (BASE_RATE, one.base_rate),
    ]
    ratio: Figure | None = one.likelihood_ratio
    if ratio is not None:
        figures += [(RATIO, ratio.value), (RATIO_LOW, ratio.low), (RATIO_HIGH, ratio.high)]
    for name, value in figures:
        if value is not None:
            yield Measurement(name=name, value=float(f"{value:.6g}"), unit=codes.UCUM.NoUnits)


def _corners(box: Box) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A closed line around a box, (5, 2): columns and rows, as DICOM counts them from the upper
    left corner of the first pixel."""
    x, y, width, height = box
    return np.array(
        [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]], np.float64
    )
