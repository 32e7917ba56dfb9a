"""Values of the few DICOM elements that decide whether and how an image is read.

An element that is missing, or holds what its type does not allow, has no value: nothing here
raises or warns, and nothing of a patient is among what is asked for but age and dates of birth
and study, which are turned into an age and go no further.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vision.decoding.quiet import FAULTS

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from vision.decoding.dicom_elements import Elements

#: Keywords of everything that is asked for.
ASKED = (
    "SpecificCharacterSet",
    "SOPClassUID",
    "StudyDate",
    "SeriesDate",
    "AcquisitionDate",
    "ContentDate",
    "Modality",
    "PresentationIntentType",
    "AnatomicRegionSequence",
    "PatientBirthDate",
    "PatientAge",
    "BodyPartExamined",
    "ViewPosition",
    "PatientOrientation",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "BurnedInAnnotation",
    "WindowCenter",
    "WindowWidth",
    "VOILUTFunction",
    "RescaleIntercept",
    "RescaleSlope",
    "RedPaletteColorLookupTableDescriptor",
    "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor",
    "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData",
    "SegmentedGreenPaletteColorLookupTableData",
    "SegmentedBluePaletteColorLookupTableData",
    "ModalityLUTSequence",
    "VOILUTSequence",
    "PresentationLUTShape",
    "ViewCodeSequence",
)
_AGE = re.compile(r"\s*(\d{1,3})\s*([DWMY]?)\s*", re.IGNORECASE)
_YEARS = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0, "": 1.0}


def tag_numbers() -> frozenset[int]:
    """The tags of `ASKED`."""
    from pydicom.datadict import tag_for_keyword

    return frozenset(t for t in map(tag_for_keyword, ASKED) if t is not None)


class Tags:
    """The elements of a data set (or of an item of a sequence in it)."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    @classmethod
    def of(cls, elements: Elements) -> Tags:
        """The asked elements of a file."""
        from pydicom.dataset import Dataset
        from pydicom.filereader import read_dataset

        try:
            return cls(
                read_dataset(io.BytesIO(elements.asked), elements.implicit, elements.little_endian)
            )
        except FAULTS:
            return cls(Dataset())

    def values(self, keyword: str) -> tuple[object, ...]:
        """All values of an element; empty where it has none that can be read."""
        try:
            value = self.dataset.get(keyword)
            if value is None or value == "":
                return ()
            if isinstance(value, str | bytes):
                return (value,)
            return tuple(value) if hasattr(value, "__iter__") else (value,)
        except FAULTS:
            return ()

    def text(self, keyword: str) -> str:
        """The first value of an element in upper case; "" for none."""
        values = self.values(keyword)
        return str(values[0]).strip().upper() if values else ""

    def number(self, keyword: str) -> float | None:
        """The first value of an element, where it is a finite number."""
        try:
            number = float(str(self.values(keyword)[0]))
        except (ValueError, IndexError):
            return None
        return number if math.isfinite(number) else None

    def whole(self, keyword: str) -> int | None:
        """The first value of an element, where it is a whole number."""
        number = self.number(keyword)
        return int(number) if number is not None and number == int(number) else None

    def items(self, keyword: str) -> Iterator[Tags]:
        """The items of a sequence."""
        from pydicom.dataset import Dataset

        for item in self.values(keyword):
            if isinstance(item, Dataset):
                yield Tags(item)

    def raw(self, keyword: str) -> bytes | None:
        """The bytes of an element whose value is not text or a number."""
        value = self.values(keyword)[:1]
        return value[0] if value and isinstance(value[0], bytes) else None

    def age_years(self) -> tuple[float | None, bool]:
        """Age at the study in years, None where it can't be told, and whether the file states it
        without a unit (years, then)."""
        if found := _AGE.fullmatch(self.text("PatientAge")):
            unit = found[2].upper()
            return int(found[1]) * _YEARS[unit], not unit
        born = _date(self.text("PatientBirthDate"))
        for keyword in ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate"):
            seen = _date(self.text(keyword))
            if born and seen and seen >= born:
                years = seen[0] - born[0] - (seen[1:] < born[1:])
                return float(years), False
        return None, False


def _date(text: str) -> tuple[int, int, int] | None:
    digits = text.replace(".", "")
    if not re.fullmatch(r"\d{8}", digits, re.ASCII):
        return None
    return int(digits[:4]), int(digits[4:6]), int(digits[6:])
