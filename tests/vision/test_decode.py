"""PNG and JPEG: every kind that a film comes in gives the same film; damage gives a reason."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from domain.errors import ImageRefused
from tests.vision.films import chest_like, colourful, dicom_bytes, jpeg_bytes, png_bytes, saved
from vision.decode import decode, read_image
from vision.decoding.sniff import kind_of
from vision.film import Reason

FILM = chest_like(72)
THREE = np.stack([FILM] * 3, -1)


def shown(data: bytes) -> NDArray[np.float32]:
    """The pixels of a file in grey levels of 255."""
    return decode(data, "film").pixels * 255


def refused(data: bytes) -> ImageRefused:
    with pytest.raises(ImageRefused) as caught:
        decode(data, "film")
    return caught.value


def _palette() -> bytes:
    return saved(Image.fromarray(FILM).convert("P"), "PNG")


def _with_alpha(opacity: int) -> bytes:
    return png_bytes(np.dstack([THREE, np.full_like(FILM, opacity)]))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(png_bytes(FILM), id="8 bits"),
        pytest.param(png_bytes(FILM.astype(np.uint16) * 257), id="16 bits"),
        pytest.param(png_bytes(THREE), id="RGB"),
        pytest.param(_with_alpha(255), id="RGBA"),
        pytest.param(saved(Image.fromarray(FILM).convert("LA"), "PNG"), id="grey and alpha"),
        pytest.param(_palette(), id="palette"),
    ],
)
def test_every_png_of_a_film_gives_its_pixels(data: bytes) -> None:
    film = decode(data, "film")
    assert film.pixels.dtype == np.float32
    assert np.abs(film.pixels * 255 - FILM).max() < 0.01
    assert (film.format, film.view, film.remarks) == ("PNG", "", ())


def test_an_interlaced_png_is_read() -> None:
    # Adam7 of a picture whose passes are equal by construction can't show an error: write one by
    # hand, pass after pass.
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2))  # fmt: skip
    rows = b"".join(b"\0" + row.tobytes() for x, y, dx, dy in passes for row in FILM[y::dy, x::dx])
    header = struct.pack(">IIBBBBB", 72, 72, 8, 0, 0, 0, 1)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    assert np.array_equal(shown(data).round(), FILM)


def test_transparent_parts_are_black() -> None:
    film = decode(_with_alpha(128), "film")
    assert film.remarks == ("transparent parts made black",)
    assert film.pixels.mean() == pytest.approx(FILM.mean() / 255 / 2, abs=0.01)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 60}])
@pytest.mark.parametrize("pixels", [FILM, THREE], ids=["grey", "RGB"])
def test_a_jpeg_is_read_within_its_noise(
    pixels: NDArray[np.uint8], options: dict[str, Any]
) -> None:
    assert np.abs(shown(jpeg_bytes(pixels, **options)) - FILM).mean() < 3


def test_a_cmyk_jpeg_is_read() -> None:
    data = saved(Image.fromarray(THREE).convert("CMYK"), "JPEG", quality=95)
    assert np.abs(shown(data) - FILM).mean() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_exif_orientation_is_followed(orientation: int, form: str) -> None:
    """Whatever way the film is stored, the tag that says so brings it upright."""
    stored = {
        1: FILM, 2: FILM[:, ::-1], 3: FILM[::-1, ::-1], 4: FILM[::-1], 5: FILM.T,
        6: np.rot90(FILM), 7: np.rot90(FILM, 2).T, 8: np.rot90(FILM, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(np.ascontiguousarray(stored)), form, exif=exif)
    film = decode(data, "film")
    assert np.abs(film.pixels * 255 - FILM).mean() < 4
    assert film.remarks == (() if orientation == 1 else ("turned as its EXIF orientation says",))


def test_the_name_is_without_folder_and_the_sum_is_of_the_file() -> None:
    data = png_bytes(FILM)
    assert decode(data, "/a/b/c.png").name == decode(data, r"C:\a\c.png").name == "c.png"
    assert decode(data, "c.png").sha256 == hashlib.sha256(data).hexdigest()


def test_the_name_does_not_tell_the_format(tmp_path: Path) -> None:
    (tmp_path / "film.dcm").write_bytes(jpeg_bytes(FILM))
    film = read_image(tmp_path / "film.dcm")
    assert (film.format, film.name, film.size) == ("JPEG", "film.dcm", (72, 72))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageRefused, match="The file cannot be read: No such file or directory"):
        read_image(tmp_path / "absent.png")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"II*\0\x08\0\0\0", "a TIFF image"),
        (b"GIF89a\x01\0", "a GIF image"),
        (b"\0\0\0\x18ftypheic\0\0", "a HEIC image"),
        (b"\0\0\0\x18ftypavif\0\0", "an AVIF image"),
        (b"\0\0\0\x18ftypisom\0\0", "a video"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"PK\x03\x04\x14\0", "a ZIP archive (or an office document)"),
        (b"BM is how this letter starts.\n", "a text file"),
        (b"BM\x36\0\x0c\0\0\0\0\0", "a BMP image"),
        ("Röntgen: kein Erguß.\n".encode(), "a text file"),
        ("\ufefffindings".encode("utf-16"), "a text file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b'{"resourceType": "ImagingStudy"}', "a JSON file"),
        (b"<?xml version='1.0'?><svg/>", "an SVG drawing"),
        (b"\x91\x02\xfe\x07\x00\x81", "of a kind that is not known here"),
    ],
)
def test_what_is_no_film_is_named(start: bytes, kind: str) -> None:
    assert kind_of(start) == kind
    assert refused(start).detail == f"The file is {kind}, not a film."


def test_a_text_cut_within_a_character_is_a_text() -> None:
    assert kind_of(("é" * 5000 + "x").encode()) == "a text file"
    assert kind_of(("x" + "é" * 5000).encode()) == "a text file"


def test_a_16_bit_image_of_12_bits_is_not_read_as_black() -> None:
    error = refused(png_bytes(FILM.astype(np.uint16) * 16))
    assert error.reason == Reason.NO_CONTRAST
    assert "no value above" in error.detail


def test_a_grey_image_with_a_coloured_mark_is_a_colour_image() -> None:
    marked = THREE.copy()
    marked[5:12, 5:12] = (220, 30, 30)
    assert refused(png_bytes(marked)).reason == Reason.COLOUR


def test_an_animation_holds_several_frames() -> None:
    frames = [Image.fromarray(FILM), Image.fromarray(255 - FILM)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert refused(data).reason == Reason.SEVERAL_FRAMES


def test_a_huge_declared_size_costs_nothing() -> None:
    data = bytearray(png_bytes(FILM))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    # The checksum is made good, so that nothing but the size can be at fault.
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    assert refused(bytes(data)).reason == Reason.TOO_LARGE


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_a_part_of_a_jpeg_is_truncated(share: float, options: dict[str, Any]) -> None:
    data = jpeg_bytes(FILM, **options)
    assert refused(data[: int(len(data) * share)]).reason == Reason.TRUNCATED


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_part_of_a_png_is_truncated(share: float) -> None:
    data = png_bytes(FILM)
    assert refused(data[: int(len(data) * share)]).reason == Reason.TRUNCATED


def test_a_flipped_bit_in_a_png_is_damage() -> None:
    data = bytearray(png_bytes(FILM))
    data[len(data) // 2] ^= 1
    assert refused(bytes(data)).reason == Reason.CANNOT_DECODE


FILES = (
    png_bytes(FILM),
    png_bytes(colourful(64)),
    jpeg_bytes(FILM),
    jpeg_bytes(THREE, progressive=True),
    dicom_bytes(FILM),
    dicom_bytes(FILM.astype(np.uint16) * 16, BitsStored=12, WindowCenter=2048, WindowWidth=4096),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid file with bytes changed, a part taken out, or its end missing."""
    data = bytearray(draw(st.sampled_from(FILES)))
    # Headers are short and matter most.
    reach = draw(st.sampled_from((64, 1500, len(data))))
    places = st.integers(0, min(reach, len(data)) - 1)
    for place, value in draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        data[place] = value
    if draw(st.booleans()):
        start = draw(places)
        del data[start : start + draw(st.integers(1, 12))]
    if draw(st.booleans()):
        del data[draw(st.integers(0, len(data))) :]
    return bytes(data)


@settings(max_examples=150, deadline=10_000)
@given(mutated())
def test_damage_is_refused_or_read_and_nothing_else(data: bytes) -> None:
    try:
        pixels = decode(data, "film").pixels
    except ImageRefused:
        return
    assert np.isfinite(pixels).all()
    assert pixels.min() >= 0
    assert pixels.max() <= 1


@settings(max_examples=100, deadline=10_000)
@given(st.binary(max_size=300), st.sampled_from((b"", b"\0" * 128 + b"DICM", b"\xff\xd8\xff")))
def test_any_bytes_are_refused(data: bytes, start: bytes) -> None:
    refused(start + data)
