"""Films for tests: a drawn chest, and the files that it can be written to."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate as encapsulated
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
)

Grey = NDArray[np.uint8]

#: What identifies the invented patient of `dicom_bytes`, by keyword: none of these values may be
#: told to anyone. (Sex, age and view are not among them.)
PHI = {
    "PatientName": "Quillfeather^Ottoline",
    "PatientID": "MRN-7734921",
    "PatientBirthDate": "19510217",
    "PatientAddress": "14 Nettlebed Row",
    "OtherPatientIDs": "OPI-55821",
    "AccessionNumber": "ACC-90317",
    "StudyDate": "20190823",
    "SeriesDate": "20190824",
    "AcquisitionDate": "20190825",
    "ContentDate": "20190826",
    "StudyTime": "103733.25",
    "InstitutionName": "Saint Wulfhilda Infirmary",
    "ReferringPhysicianName": "Brackenthwaite^Ivo",
    "OperatorsName": "Umfreville^Zelda",
    "StudyDescription": "thorax of Ms Quillfeather",
    "SeriesDescription": "Umfreville repeat view",
    "StationName": "WULF-RAD-3",
    "DeviceSerialNumber": "SN-448812",
    "PatientComments": "lodges at Cobbleswick",
    "ProtocolName": "protocol of Umfreville",
    "StudyID": "ST-60661",
    "SOPInstanceUID": "1.2.826.0.1.3680043.8.498.40417",
    "StudyInstanceUID": "1.2.826.0.1.3680043.8.498.51728",
    "SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.62839",
}


def chest_like(size: int = 128, *, seed: int = 0) -> Grey:
    """A drawn frontal chest, `size` by `size`: bright spine, heart, shoulders and belly, dark
    lungs crossed by ribs, air at both sides, a little noise."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float64) / size
    picture = np.full((size, size), 0.62)
    for side in (-1, 1):
        lung = ((x - 0.5 - side * 0.21) / 0.16) ** 2 + ((y - 0.47) / 0.33) ** 2
        inside = 1 / (1 + np.exp(12 * (lung - 1)))
        ribs = 0.07 * np.sin(2 * np.pi * (y * 9 + side * (x - 0.5) * 2.5))
        picture += inside * (-0.42 + ribs)
    spine = np.exp(-(((x - 0.5) / 0.05) ** 2))
    heart = 1 / (1 + np.exp(10 * (((x - 0.56) / 0.15) ** 2 + ((y - 0.66) / 0.17) ** 2 - 1)))
    belly = 1 / (1 + np.exp(-30 * (y - 0.82)))
    picture += 0.16 * spine + 0.28 * heart + 0.2 * belly
    beside = (np.abs(x - 0.5) > 0.47) | ((y < 0.09) & (np.abs(x - 0.5) > 0.16))
    picture[beside] = 0.03
    picture += np.random.default_rng(seed).normal(0, 0.01, picture.shape)
    drawn: Grey = np.round(picture.clip(0, 1) * 255).astype(np.uint8)
    return drawn


def colourful(size: int = 128) -> Grey:
    """A drawn colour picture, (size, size, 3): sky, meadow and a red sun."""
    y, x = np.mgrid[0:size, 0:size] / size
    picture = np.empty((size, size, 3), np.uint8)
    picture[..., :] = (90, 150, 230)
    picture[y > 0.6] = (60, 160, 40)
    picture[(x - 0.7) ** 2 + (y - 0.3) ** 2 < 0.03] = (240, 60, 30)
    return picture


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """The file that Pillow makes of an image."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def png_bytes(pixels: NDArray[Any], **options: Any) -> bytes:
    """A PNG of (height, width) uint8 or uint16, or of (height, width, 3 or 4) uint8 pixels."""
    return saved(Image.fromarray(pixels), "PNG", **options)


def jpeg_bytes(pixels: NDArray[Any], **options: Any) -> bytes:
    """A JPEG of (height, width) or (height, width, 3) uint8 pixels."""
    return saved(Image.fromarray(pixels), "JPEG", **{"quality": 95, **options})


def dataset(pixels: NDArray[Any], **tags: Any) -> FileDataset:
    """An uncompressed chest radiograph (CR, PA, 62 years) of (height, width) unsigned or signed
    integers, with every value of `PHI`. `tags` are by keyword and win; None takes one away."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    bits = pixels.dtype.itemsize * 8
    standard: dict[str, Any] = {
        "SOPClassUID": ComputedRadiographyImageStorage,
        "Modality": "CR",
        "BodyPartExamined": "CHEST",
        "ViewPosition": "PA",
        "PatientAge": "062Y",
        "PatientSex": "F",
        "SamplesPerPixel": 1 if pixels.ndim == 2 else pixels.shape[2],
        "PhotometricInterpretation": "MONOCHROME2" if pixels.ndim == 2 else "RGB",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "BitsAllocated": bits,
        "BitsStored": bits,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
    }
    if pixels.ndim == 3:
        standard["PlanarConfiguration"] = 0
    with warnings.catch_warnings():
        # Tests write what the standard does not allow, too.
        warnings.simplefilter("ignore")
        for keyword, value in {**PHI, **standard, **tags}.items():
            if value is not None:
                setattr(made, keyword, value)
    if "HighBit" not in tags:
        made.HighBit = made.BitsStored - 1
    meta.MediaStorageSOPClassUID = made.get("SOPClassUID")
    meta.MediaStorageSOPInstanceUID = made.get("SOPInstanceUID")
    raw = pixels.tobytes()
    made.PixelData = raw + b"\0" * (len(raw) % 2)
    made["PixelData"].VR = "OB" if bits == 8 else "OW"
    return made


def dicom_bytes(pixels: NDArray[Any], *, syntax: str | None = None, **tags: Any) -> bytes:
    """The DICOM file of `dataset(pixels, **tags)`. `syntax` is a transfer syntax that pydicom can
    encode (JPEG baseline by Pillow); uncompressed without one."""
    made = dataset(pixels, **tags)
    if syntax == JPEGBaseline8Bit:
        encapsulate(made, [jpeg_bytes(pixels)], syntax)
    elif syntax is not None:
        made.compress(syntax, generate_instance_uid=False)
    return written(made)


def encapsulate(made: FileDataset, frames: Sequence[bytes], syntax: str) -> None:
    """Puts encoded frames in the place of a data set's pixels, as transfer syntax `syntax`."""
    made.file_meta.TransferSyntaxUID = UID(syntax)
    made.PixelData = encapsulated(list(frames))
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True


def written(made: FileDataset) -> bytes:
    """The file of a data set, in the transfer syntax of its meta information."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()
