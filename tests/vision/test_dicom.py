"""DICOM: what is shown is what the standard says, whatever the coding; nothing is told of the
patient."""

from __future__ import annotations

import logging
import re
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
    SecondaryCaptureImageStorage,
)

from domain.errors import ImageRefused
from tests.vision import films
from tests.vision.films import PHI, chest_like, dataset, dicom_bytes, written
from vision.decode import decode
from vision.film import Film, Reason

FILM = chest_like(96)
DEEP = FILM.astype(np.uint16) * 16
WINDOW: dict[str, Any] = {"BitsStored": 12, "WindowCenter": 2048, "WindowWidth": 4096}


def shown(data: bytes) -> NDArray[np.float32]:
    return decode(data, "film").pixels


def refused(data: bytes) -> ImageRefused:
    with pytest.raises(ImageRefused) as caught:
        decode(data, "film")
    return caught.value


def table(values: NDArray[Any], first: int, bits: int) -> list[Dataset]:
    item = Dataset()
    item.LUTDescriptor = [len(values) % 65536, first, bits]
    item.LUTData = values.astype("<u2").tobytes()
    item["LUTData"].VR = "OW"
    item.ModalityLUTType = "US"
    return [item]


def test_a_plain_film_is_its_stored_pixels() -> None:
    film = decode(dicom_bytes(FILM), "folder/film.dcm")
    assert np.abs(film.pixels * 255 - FILM).max() < 0.01
    assert (film.name, film.format, film.view, film.remarks) == ("film.dcm", "DICOM", "PA", ())


def test_monochrome1_is_inverted_to_the_same_film() -> None:
    made = decode(dicom_bytes(255 - FILM, PhotometricInterpretation="MONOCHROME1"), "film")
    assert np.abs(made.pixels * 255 - FILM).max() < 1
    assert made.remarks == ("MONOCHROME1 inverted",)


def test_monochrome1_with_its_presentation_shape_is_inverted_once() -> None:
    data = dicom_bytes(
        255 - FILM, PhotometricInterpretation="MONOCHROME1", PresentationLUTShape="INVERSE"
    )
    assert np.abs(shown(data) * 255 - FILM).max() < 1
    inverse = shown(dicom_bytes(255 - FILM, PresentationLUTShape="INVERSE"))
    assert np.abs(inverse * 255 - FILM).max() < 1


def test_the_two_real_films_are_each_others_negative(material: Path) -> None:
    plain, changed = (
        decode(path.read_bytes(), path.name)
        for path in sorted((material / "images" / "dicom").glob("*.dcm"))
    )
    assert np.abs(plain.pixels - (1 - changed.pixels)).max() * 255 < 1
    assert "MONOCHROME1 inverted" in changed.remarks
    assert plain.view == "PA"


def _encoded_j2k() -> bytes:
    from PIL import Image

    made = dataset(DEEP)
    stream = films.saved(Image.fromarray(DEEP), "JPEG2000", no_jp2=True)
    films.encapsulate(made, [stream], JPEG2000Lossless)
    return written(made)


def _big_endian() -> bytes:
    made = dataset(DEEP)
    made.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    made.PixelData = DEEP.astype(">u2").tobytes()
    made["PixelData"].VR = "OW"
    return written(made)


def _other(syntax: Any) -> bytes:
    made = dataset(DEEP)
    made.file_meta.TransferSyntaxUID = syntax
    return written(made)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: _other(ImplicitVRLittleEndian), id="implicit"),
        pytest.param(lambda: _other(DeflatedExplicitVRLittleEndian), id="deflated"),
        pytest.param(_big_endian, id="big endian"),
        pytest.param(lambda: dicom_bytes(DEEP, syntax=RLELossless), id="RLE"),
        pytest.param(_encoded_j2k, id="JPEG 2000"),
    ],
)
def test_every_lossless_syntax_gives_the_same_film(make: Any) -> None:
    assert np.array_equal(shown(make()), shown(dicom_bytes(DEEP)))


def test_jpeg_ls_gives_the_same_film() -> None:
    pytest.importorskip("jpeg_ls")
    assert np.array_equal(shown(dicom_bytes(DEEP, syntax=JPEGLSLossless)), shown(dicom_bytes(DEEP)))


def _lossless_jpeg(folder: Path, data: bytes) -> bytes:
    gdcm = pytest.importorskip("gdcm")
    (folder / "in").write_bytes(data)
    reader = gdcm.ImageReader()
    reader.SetFileName(str(folder / "in"))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(folder / "out"))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    return (folder / "out").read_bytes()


def test_lossless_jpeg_gives_the_same_film_and_damage_harms_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = _lossless_jpeg(tmp_path, dicom_bytes(DEEP, **WINDOW))
    assert np.array_equal(shown(data), shown(dicom_bytes(DEEP, **WINDOW)))
    # GDCM decodes it: without its tables of codes it writes to stderr, and may crash.
    capfd.readouterr()
    assert refused(data.replace(b"\xff\xc4", b"\xff\xfe")).reason == Reason.CANNOT_DECODE
    assert capfd.readouterr() == ("", "")


def test_jpeg_baseline_is_read_within_its_noise() -> None:
    data = dicom_bytes(FILM, syntax=JPEGBaseline8Bit)
    assert np.abs(shown(data) * 255 - FILM).mean() < 2


def test_a_file_without_preamble_or_meta_information_is_read() -> None:
    data = dicom_bytes(FILM)
    assert np.array_equal(shown(data[132:]), shown(data))
    length = int.from_bytes(data[140:144], "little")
    assert np.array_equal(shown(data[144 + length :]), shown(data))


def test_a_window_is_the_formula_of_the_standard() -> None:
    """PS3.3 C.11.2.1.2.1: x <= c - .5 - (w-1)/2 is black, > c - .5 + (w-1)/2 is white."""
    window: dict[str, Any] = {
        "BitsStored": 12,
        "WindowCenter": [1500, 10],
        "WindowWidth": [2001, 5],
    }
    made = decode(dicom_bytes(DEEP, **window), "film")
    wanted = (DEEP.astype(float) - 1499.5) / 2000 + 0.5
    assert np.abs(made.pixels - wanted.clip(0, 1)).max() < 1e-5
    assert made.remarks == ("window applied",)


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        ("LINEAR_EXACT", lambda x: ((x - 1500) / 2000 + 0.5).clip(0, 1)),
        ("SIGMOID", lambda x: 1 / (1 + np.exp(-4 * (x - 1500) / 2000))),
    ],
)
def test_other_functions_of_a_window(function: str, formula: Any) -> None:
    data = dicom_bytes(
        DEEP, BitsStored=12, WindowCenter=1500, WindowWidth=2000, VOILUTFunction=function
    )
    assert np.abs(shown(data) - formula(DEEP.astype(float))).max() < 1e-5


def test_a_rescale_comes_before_the_window() -> None:
    data = dicom_bytes(
        DEEP, BitsStored=12, RescaleSlope=2, RescaleIntercept=-1000, WindowCenter=2000.5,
        WindowWidth=4001,
    )  # fmt: skip
    assert np.abs(shown(data) - ((DEEP * 2.0 - 1000) / 4000).clip(0, 1)).max() < 1e-5


def test_a_voi_table_wins_over_a_window_and_holds_its_ends() -> None:
    values = np.round(1023 * np.linspace(0, 1, 2000) ** 2)
    data = dicom_bytes(DEEP, VOILUTSequence=table(values, 700, 10), **WINDOW)
    film = decode(data, "film")
    wanted = values[(DEEP.astype(int) - 700).clip(0, 1999)] / 1023
    assert np.abs(film.pixels - wanted).max() < 1e-6
    assert film.remarks == ("VOI LUT applied",)


def test_a_modality_table_is_applied() -> None:
    values = np.arange(4096)[::-1]
    data = dicom_bytes(DEEP, BitsStored=12, ModalityLUTSequence=table(values, 0, 12))
    assert np.abs(shown(data) - (4095 - DEEP.astype(float)) / 4095).max() < 1e-6


def test_signed_values_and_used_bits_are_told_apart() -> None:
    signed = (DEEP.astype(np.int32) - 2048).astype(np.int16)
    plain = shown(dicom_bytes(DEEP, BitsStored=12))
    assert np.abs(shown(dicom_bytes(signed, BitsStored=12)) - plain).max() < 1e-6
    assert np.array_equal(shown(dicom_bytes(DEEP << 4, BitsStored=12, HighBit=15)), plain)
    # Old systems keep an overlay in the bits above.
    overlaid = DEEP | np.uint16(0x4000)
    assert np.array_equal(shown(dicom_bytes(overlaid, BitsStored=12)), plain)


def test_values_that_use_little_of_their_bits_are_stretched() -> None:
    film = decode(dicom_bytes(DEEP), "film")
    assert film.remarks == ("no window in the file: stretched to its extremes",)
    assert (film.pixels.min(), film.pixels.max()) == (0, 1)


def test_padding_is_black_and_is_not_stretched_over() -> None:
    padded = DEEP.copy()
    padded[:, :20] = 60000
    film = decode(dicom_bytes(padded, PixelPaddingValue=60000), "film")
    assert film.pixels[:, :20].max() == 0
    assert film.pixels.max() == 1
    assert "padding made black" in film.remarks


def test_a_grey_film_in_colours_is_a_film_and_a_coloured_one_is_not() -> None:
    assert np.abs(shown(dicom_bytes(np.stack([FILM] * 3, -1))) * 255 - FILM).max() < 0.01
    assert refused(dicom_bytes(films.colourful(96))).reason == Reason.COLOUR


@pytest.mark.parametrize("red", [1.0, 0.4], ids=["grey", "coloured"])
def test_a_palette_is_looked_up(red: float) -> None:
    ramp = (np.arange(256) * 257).astype("<u2")
    tags: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour, factor in (("Red", red), ("Green", 1.0), ("Blue", 1.0)):
        tags[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        tags[f"{colour}PaletteColorLookupTableData"] = (ramp * factor).astype("<u2").tobytes()
    data = dicom_bytes(FILM, **tags)
    if red == 1:
        assert np.abs(shown(data) * 255 - FILM).max() < 0.01
    else:
        assert refused(data).reason == Reason.COLOUR


@pytest.mark.parametrize(
    ("tags", "view"),
    [
        ({"ViewPosition": "AP"}, "AP"),
        ({"ViewPosition": "POSTERO_ANTERIOR"}, "PA"),
        ({"ViewPosition": None}, ""),
        ({"ViewPosition": "AP", "SeriesDescription": "lateral"}, "AP"),
        ({"Modality": "RG", "BodyPartExamined": "PORT CHEST"}, "PA"),
        ({"Modality": None}, "PA"),
        ({"BodyPartExamined": "THORAX", "SOPClassUID": SecondaryCaptureImageStorage}, "PA"),
        ({"BodyPartExamined": "", "BurnedInAnnotation": "NO"}, "PA"),
        ({"PatientAge": "018Y"}, "PA"),
        ({"PatientAge": None}, "PA"),
        ({"PatientAge": None, "PatientBirthDate": "20010823"}, "PA"),
        ({"NumberOfFrames": "1", "PatientOrientation": ["L", "F"]}, "PA"),
    ],
)
def test_an_adult_frontal_chest_radiograph_is_read(tags: dict[str, Any], view: str) -> None:
    assert decode(dicom_bytes(FILM, **tags), "film").view == view


def coded(code: str, meaning: str) -> list[Dataset]:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "SCT", meaning
    return [item]


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"ViewPosition": "LL"}, Reason.LATERAL_VIEW),
        ({"ViewPosition": "RLO"}, Reason.LATERAL_VIEW),
        ({"ViewCodeSequence": coded("399198007", "")}, Reason.LATERAL_VIEW),
        ({"ViewCodeSequence": coded("x", "left lateral")}, Reason.LATERAL_VIEW),
        ({"PatientOrientation": ["A", "F"]}, Reason.LATERAL_VIEW),
        ({"BodyPartExamined": "CHESTABDOMEN"}, Reason.WRONG_BODY_PART),
        ({"BodyPartExamined": "CHEST ABDOMEN"}, Reason.WRONG_BODY_PART),
        ({"AnatomicRegionSequence": coded("72696002", "knee")}, Reason.WRONG_BODY_PART),
        ({"PatientAge": "017Y"}, Reason.CHILD),
        ({"PatientAge": "208M"}, Reason.CHILD),
        ({"PatientAge": "9"}, Reason.CHILD),
        ({"PatientAge": None, "PatientBirthDate": "20010824"}, Reason.CHILD),
        ({"Modality": "RF"}, Reason.WRONG_MODALITY),
        ({"Modality": "CR", "SOPClassUID": "1.2.3"}, Reason.WRONG_MODALITY),
        ({"PresentationIntentType": "FOR PROCESSING"}, Reason.WRONG_MODALITY),
        ({"Modality": None, "SOPClassUID": SecondaryCaptureImageStorage}, Reason.WRONG_MODALITY),
        ({"Rows": 60000, "Columns": 60000}, Reason.TOO_LARGE),
        ({"PhotometricInterpretation": "HSV"}, Reason.CANNOT_DECODE),
        ({"Columns": None}, Reason.CANNOT_DECODE),
        ({"BitsStored": 12}, Reason.CANNOT_DECODE),
        ({"Rows": 97}, Reason.TRUNCATED),
    ],
)
def test_anything_else_has_its_reason(tags: dict[str, Any], reason: Reason) -> None:
    assert refused(dicom_bytes(FILM, **tags)).reason == reason


def test_a_compressed_image_that_contradicts_its_header_is_not_decoded() -> None:
    made = dataset(FILM)
    films.encapsulate(made, [films.jpeg_bytes(chest_like(128))], JPEGBaseline8Bit)
    error = refused(written(made))
    assert error.reason == Reason.CANNOT_DECODE
    assert "96 x 96 pixels, the compressed image in it 128 x 128" in error.detail


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
@pytest.mark.parametrize("syntax", [None, RLELossless, JPEGBaseline8Bit])
def test_a_part_of_a_file_is_truncated(share: float, syntax: str | None) -> None:
    data = dicom_bytes(FILM, syntax=syntax)
    assert refused(data[: int(len(data) * share)]).reason == Reason.TRUNCATED


def test_a_deflated_bomb_stops_at_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vision.decoding.dicom_elements._MAX_INFLATED", 2_000_000)
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflater.compress(b"\0" * 3_000_000) + deflater.flush()
    data = _other(DeflatedExplicitVRLittleEndian)
    start = 144 + int.from_bytes(data[140:144], "little")
    assert refused(data[:start] + bomb).reason == Reason.TOO_LARGE


def test_burned_in_text_is_read_where_the_caller_allows_it() -> None:
    data = dicom_bytes(FILM, BurnedInAnnotation="YES")
    film = decode(data, "film", allow_burned_in=True)
    assert film.remarks == ("text burned into the image",)


#: Each puts the patient where a message might quote a value, or makes pydicom warn of one.
INDISCREET: tuple[dict[str, Any], ...] = (
    {},
    {"Modality": PHI["PatientName"][:12].upper()},
    {"BodyPartExamined": PHI["PatientName"].upper()},
    {"ViewPosition": PHI["PatientName"].upper()},
    {"PhotometricInterpretation": PHI["PatientName"].upper()},
    {"PatientAge": None, "PatientBirthDate": "2015-02-17"},
    {"PatientAge": None, "PatientBirthDate": "20150217"},
    {"PatientAge": PHI["PatientID"]},
    {"SOPClassUID": PHI["SOPInstanceUID"]},
    {"BodyPartExamined": "KNEE"},
    {"WindowCenter": "12", "WindowWidth": "77777"},
    {"ViewCodeSequence": coded("x", PHI["PatientName"] + " lateral")},
    {"AnatomicRegionSequence": coded("x", PHI["PatientName"])},
    {"NumberOfFrames": "12"},
    {"PixelData": b""},
)


@pytest.mark.parametrize("tags", INDISCREET, ids=lambda t: next(iter(t), "plain"))
@pytest.mark.parametrize("cut", [None, 900])
def test_nothing_of_the_patient_is_told(
    tags: dict[str, Any],
    cut: int | None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # A name where a number should be, which no writer would write.
    data = dicom_bytes(FILM, **tags).replace(b"77777", b"Quill")[:cut]
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    capfd.readouterr()
    told: ImageRefused | Film
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            told = decode(data, "film.dcm")
        except ImageRefused as error:
            told = error
    if isinstance(told, Film):
        said = repr((told.name, told.format, told.view, told.remarks))
    else:
        said = f"{told} {told.args} {told.detail} {told.mend} {told.__cause__} {told.reason}"
    said += caplog.text + "".join(capfd.readouterr()) + str([str(w.message) for w in warned])
    values = {*PHI.values(), "2015-02-17", "20150217"}
    values |= {part for v in values for part in re.split(r"[\^ ]", v) if len(part) > 4}
    assert [v for v in values if v.lower() in said.lower()] == []
    assert (caplog.records, warned) == ([], [])
