"""Bad images of every kind that the file tells, each with its exact message."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.uid import MPEG2MPML, HTJ2KLossless

from domain.errors import ImageRefused
from tests.vision.films import (
    chest_like,
    colourful,
    dataset,
    dicom_bytes,
    encapsulate,
    jpeg_bytes,
    png_bytes,
    written,
)
from vision.decode import decode

FILM = chest_like(96)
AGAIN = "Copy or export it again."
MODALITIES = "CR, DX and RG are read."


def pydicom_file(name: str) -> bytes:
    import pydicom

    return (Path(pydicom.__file__).parent / "data" / "test_files" / name).read_bytes()


def bomb() -> bytes:
    """A PNG of 69 bytes that says it is 60,000 pixels square."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 60_001))
        + chunk(b"IEND", b"")
    )


def dicom(**tags: Any) -> bytes:
    return dicom_bytes(FILM, **tags)


def compressed_as(syntax: str) -> bytes:
    made = dataset(FILM)
    encapsulate(made, [jpeg_bytes(FILM)], syntax)
    return written(made)


def without_pixels() -> bytes:
    made = dataset(FILM)
    del made.PixelData
    return written(made)


BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "not-an-image", "The file is empty."),
    "PDF": (
        b"%PDF-1.4\n1 0 obj\n",
        "not-an-image",
        "The file is a PDF document, not a film. PNG, JPEG and DICOM are read.",
    ),
    "truncated PNG": (
        png_bytes(FILM)[:-200],
        "truncated",
        f"The PNG ends before its image does: a part of it is missing. {AGAIN}",
    ),
    "truncated JPEG": (
        jpeg_bytes(FILM)[:-200],
        "truncated",
        f"The JPEG ends before its image does: a part of it is missing. {AGAIN}",
    ),
    "truncated DICOM": (
        dicom()[:-200],
        "truncated",
        f"The DICOM file ends before its image does: a part of it is missing. {AGAIN}",
    ),
    "damaged PNG": (
        png_bytes(FILM)[:200] + b"?" + png_bytes(FILM)[201:],
        "cannot-decode",
        f"The PNG is damaged: it breaks the rules of its format. {AGAIN}",
    ),
    "PNG bomb": (
        bomb(),
        "too-large",
        "The image says that it is 60000 x 60000 pixels; at most 100 megapixels are read.",
    ),
    "DICOM bomb": (
        dicom(Rows=65535, Columns=65535),
        "too-large",
        "The image says that it is 65535 x 65535 pixels; at most 100 megapixels are read.",
    ),
    "too small": (
        png_bytes(chest_like(48)),
        "too-small",
        "The image is 48 x 48 pixels; a film has at least 64 a side. Send the film as it was "
        "taken, not a thumbnail.",
    ),
    "colour photograph": (
        jpeg_bytes(colourful(96)),
        "colour",
        "This is a colour image; a film is grey. Export the film itself, in grey and without "
        "coloured marks.",
    ),
    "flat": (
        png_bytes(np.full((96, 96), 128, np.uint8)),
        "no-contrast",
        "The image is all but of one grey: 0.0 % of the range from black to white is used.",
    ),
    "several frames": (
        dicom(NumberOfFrames="2"),
        "several-frames",
        "The DICOM file holds 2 frames; a film is one image. Send the frame that is meant as a "
        "file of its own.",
    ),
    "CT": (
        pydicom_file("CT_small.dcm"),
        "wrong-modality",
        "The image is CT (computed tomography), CT Image Storage; only chest radiographs are "
        f"read. {MODALITIES}",
    ),
    "MR": (
        pydicom_file("MR_small.dcm"),
        "wrong-modality",
        "The image is MR (magnetic resonance), MR Image Storage; only chest radiographs are "
        f"read. {MODALITIES}",
    ),
    "structured report": (
        pydicom_file("test-SR.dcm"),
        "not-an-image",
        "The file is a structured report, not a film. Send the radiograph itself.",
    ),
    "no pixels": (
        without_pixels(),
        "not-an-image",
        "The DICOM file holds no pixels, only what is said about them. Send the file with its "
        "PixelData.",
    ),
    "lateral": (
        dicom(ViewPosition="LL"),
        "lateral-view",
        "The file says that the view is left lateral; only frontal views (PA, AP) can be judged. "
        "Send the frontal film.",
    ),
    "wrong body part": (
        dicom(BodyPartExamined="KNEE"),
        "wrong-body-part",
        "The file says that it shows another part of the body: knee. If it is a chest film, "
        "correct its BodyPartExamined and AnatomicRegionSequence.",
    ),
    "child": (
        dicom(PatientAge="004Y"),
        "child",
        "The patient is under 18; only films of adults can be judged.",
    ),
    "burned-in annotation": (
        dicom(BurnedInAnnotation="YES"),
        "burned-in-annotation",
        "Text is burned into the image (BurnedInAnnotation is YES): it may name the patient, and "
        "mislead the model. Send the image without it.",
    ),
    "undecodable syntax": (
        compressed_as(MPEG2MPML),
        "cannot-decode",
        "The pixels of the DICOM file are in a transfer syntax that cannot be decoded here: "
        "'MPEG2 Main Profile / Main Level'. Convert the file to an uncompressed transfer syntax "
        "(gdcmconv --raw).",
    ),
    "no photometric interpretation": (
        dicom(PhotometricInterpretation=None),
        "cannot-decode",
        "The pixels of the DICOM file cannot be read: PhotometricInterpretation is missing. "
        "Export the image again.",
    ),
}


@pytest.mark.parametrize(("data", "reason", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_image_is_refused_with_its_message(data: bytes, reason: str, message: str) -> None:
    with pytest.raises(ImageRefused) as caught:
        decode(data, "film")
    assert (caught.value.reason, str(caught.value)) == (reason, message)


def test_a_syntax_that_a_package_would_decode_names_the_package() -> None:
    from pydicom.pixels.decoders.base import get_decoder

    if get_decoder(HTJ2KLossless).is_available:
        pytest.skip("the package for High-Throughput JPEG 2000 is installed")
    with pytest.raises(ImageRefused, match=r"High-Throughput JPEG 2000") as caught:
        decode(compressed_as(HTJ2KLossless), "film")
    assert "Install pylibjpeg" in str(caught.value)


def test_a_file_beyond_the_limit_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(ImageRefused, match="larger than 64 MB"):
        decode(bytes(64_000_001), "film")
