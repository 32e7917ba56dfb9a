"""From the bytes of a file to a film, or to the reason why it is not read."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from domain.errors import ImageRefused
from vision.decoding.limits import MAX_BYTES, check_bytes, check_contrast
from vision.decoding.raster import read_jpeg, read_png
from vision.decoding.sniff import DICOM, JPEG, PNG, kind_of
from vision.film import Film, Reason


def decode(data: bytes, name: str, *, allow_burned_in: bool = False) -> Film:
    """The film that a PNG, JPEG or DICOM file holds, as a radiologist would see it.

    The format is told by the content, never by `name`. `allow_burned_in` reads DICOM images that
    say that text is burned into their pixels. Raises ImageRefused with the reason; neither it nor
    the film holds anything of the patient beside the pixels and the name that the caller gave.
    """
    check_bytes(len(data))
    kind, view = kind_of(data), ""
    if kind == PNG:
        pixels, remarks = read_png(data)
    elif kind == JPEG:
        pixels, remarks = read_jpeg(data)
    elif kind == DICOM:
        from vision.decoding.dicom import read_dicom

        pixels, remarks, view = read_dicom(data, allow_burned_in=allow_burned_in)
    else:
        raise ImageRefused(
            Reason.NOT_AN_IMAGE,
            f"The file is {kind}, not a film.",
            mend="PNG, JPEG and DICOM are read.",
        )
    check_contrast(pixels)
    return Film(
        name=PurePosixPath(name.replace("\\", "/")).name,
        pixels=pixels,
        sha256=hashlib.sha256(data).hexdigest(),
        format=kind,
        view=view,
        remarks=remarks,
    )


def read_image(path: Path, *, allow_burned_in: bool = False) -> Film:
    """`decode` of a file on disk. Raises ImageRefused, also where it cannot be read."""
    try:
        with path.open("rb") as file:
            # One more than is read, so that a larger file shows without being read whole.
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageRefused(
            Reason.NOT_AN_IMAGE, f"The file cannot be read: {error.strerror}."
        ) from None
    return decode(data, path.name, allow_burned_in=allow_burned_in)
