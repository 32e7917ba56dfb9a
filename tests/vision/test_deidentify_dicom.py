"""De-identification of DICOM: nothing that names a person is left, and the file stays usable."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from pydicom.data import get_testdata_file
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID, RLELossless

from domain.errors import EmptyInput, ImageRefused, InvalidField
from tests.vision.films import PHI, chest_like, dataset, dicom_bytes, written
from vision.dicom_out.deidentify import Cleaned, DicomDeidentifier
from vision.dicom_out.deidentify_files import NotCopied, deidentify, plan
from vision.dicom_out.deidentify_profile import EDITION, Surrogates

FILM = chest_like(32)
KEY = b"a key of the tests"
SECRET_UID = "1.2.826.0.1.3680043.8.498.77331199"
#: Attributes that make a file a document, which is refused as a whole.
DOCUMENT = {"ContentSequence", "EncapsulatedDocument"}
#: By representation: a value that tells, and the bytes by which it is found again.
TELLING: dict[str, tuple[Any, bytes]] = {
    **dict.fromkeys(("LO", "LT", "PN", "SH", "ST", "UC", "UT"), ("Tattlecombe", b"Tattlecombe")),
    **dict.fromkeys(("AE", "CS"), ("TATTLECOMBE", b"TATTLECOMBE")),
    **dict.fromkeys(("OB", "UN"), (b"Tattlecombe!", b"Tattlecombe")),
    "UR": ("https://tattlecombe.example", b"tattlecombe"),
    "UI": (SECRET_UID, SECRET_UID.encode()),
    "AS": ("077Y", b"077Y"),
    "DA": ("19680413", b"19680413"),
    "DT": ("19680413173155", b"19680413"),
    "TM": ("173155.77", b"173155.77"),
    "DS": ("7351924.5", b"7351924.5"),
    "IS": ("73519246", b"73519246"),
    "US": (51966, b""),
}


def profile_tags() -> list[BaseTag]:
    """Every attribute of the table that is one attribute and that the dictionary knows."""
    tags = dicom_anonymization_database_selector(f"dicomfields_{EDITION}")["ALL_TAGS"]
    return [Tag(tag) for tag in tags if len(tag) == 2 and dictionary_has_tag(tag)]


def plant(target: Dataset, *, leave: Collection[str] = ()) -> int:
    """A telling value in every attribute of the table, private ones and unknown ones."""
    planted = 0
    for tag in profile_tags():
        keyword, vr = keyword_for_tag(tag), dictionary_VR(tag)
        if keyword in leave or tag.group <= 0x0002:
            continue
        if vr == "SQ":
            item = Dataset()
            item.InstitutionName, item.PatientName = "Tattlecombe", "Tattlecombe"
            item.ReferencedSOPInstanceUID = SECRET_UID
            value: Any = [item]
        else:
            value = TELLING[vr][0]
        target[tag] = DataElement(tag, vr, value)
        planted += 1
    block = target.private_block(0x0009, "Tattlecombe Medical", create=True)
    block.add_new(0x01, "LO", "Tattlecombe")
    nested = Dataset()
    nested.PatientName = "Tattlecombe"
    block.add_new(0x02, "SQ", [nested])
    target.add_new(0x00080999, "LO", "Tattlecombe")
    return planted


def cleaned(made: FileDataset, folder: Path, **options: Any) -> tuple[bytes, Cleaned]:
    """The bytes of the de-identified file, and what was said of it."""
    folder.mkdir(exist_ok=True)
    source, target = folder / "in.dcm", folder / "out.dcm"
    source.write_bytes(written(made))
    (result,) = deidentify(source, target, DicomDeidentifier(KEY, **options))
    assert isinstance(result, Cleaned), result
    return target.read_bytes(), result


def raw(tag: BaseTag, vr: str, value: bytes) -> RawDataElement:
    """An element as it stands in a file, not understood yet."""
    return RawDataElement(tag, vr, len(value), value, 0, False, True)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Cleaned, FileDataset]:
    """A film with telling values everywhere, cleaned."""
    made = dataset(FILM)
    assert plant(made, leave=DOCUMENT) > 600
    deep, deeper = Dataset(), Dataset()
    plant(deep)
    plant(deeper)
    inner = Dataset()
    inner.CodeValue = "112233"
    inner.ReferencedSeriesSequence = [deeper]
    deep.PerformedProtocolCodeSequence = [inner]
    made.ViewCodeSequence = [deep]  # a sequence that the table does not list
    made.SourceImageSequence = [deep]  # one whose references are remapped
    made.RequestAttributesSequence = [deep]  # one that is removed
    made.PixelDataProviderURL = "https://tattlecombe.example"  # told by its representation
    made.PatientDeathDateInAlternativeCalendar = "Tattlecombe"
    for group in (0x6000, 0x6002):
        made.add_new((group, 0x0010), "US", 2)
        made.add_new((group, 0x0011), "US", 8)
        made.add_new((group, 0x0022), "LO", "Tattlecombe")
        made.add_new((group, 0x3000), "OW", b"Tattlecombe!")
        made.add_new((group, 0x4000), "LT", "Tattlecombe")
    made.add_new((0x5000, 0x0022), "LO", "Tattlecombe")
    made.add_new((0x5000, 0x3000), "OW", b"Tattlecombe!")
    made.preamble = b"Tattlecombe".ljust(128, b"\0")
    made.file_meta.SourceApplicationEntityTitle = "TATTLECOMBE"
    made.file_meta.SendingApplicationEntityTitle = "TATTLECOMBE"
    made.file_meta.ImplementationVersionName = "TATTLECOMBE"
    made.file_meta.PrivateInformationCreatorUID = UID(SECRET_UID)
    made.file_meta.PrivateInformation = b"Tattlecombe!"
    made.PixelData = made.PixelData + b"Tattlecombe!"
    data, result = cleaned(made, tmp_path_factory.mktemp("planted"))
    return data, result, made


def test_a_telling_value_is_found_nowhere(planted: tuple[bytes, Cleaned, FileDataset]) -> None:
    data, _, made = planted
    before = written(made)
    assert {dictionary_VR(tag) for tag in profile_tags()} - {"SQ"} == TELLING.keys()
    for vr, (_, needle) in TELLING.items():
        if needle:
            assert needle in before, vr
            assert needle not in data, vr
    for keyword, value in PHI.items():
        assert value.encode() not in data, keyword


def test_every_attribute_of_the_table_is_changed(
    planted: tuple[bytes, Cleaned, FileDataset], tmp_path: Path
) -> None:
    after = pydicom.dcmread(_saved(planted[0], tmp_path))
    levels = [after, after.ViewCodeSequence[0], after.SourceImageSequence[0]]
    levels += [
        level.PerformedProtocolCodeSequence[0].ReferencedSeriesSequence[0] for level in levels[1:]
    ]
    assert len(levels) == 5
    for level in levels:
        for tag in profile_tags():
            vr = dictionary_VR(tag)
            if tag in level and vr != "SQ":
                assert level[tag].value != TELLING[vr][0], keyword_for_tag(tag)
        assert not any(e.tag.is_private or 0x50 <= e.tag.group >> 8 <= 0x6F for e in level)


def test_what_was_done_follows_the_table(planted: tuple[bytes, Cleaned, FileDataset]) -> None:
    done = {c.attribute: c.action for c in planted[1].changes}
    assert done["PatientName"] == done["StudyDate"] == "emptied"  # Z
    assert done["OtherPatientIDs"] == done["StudyDescription"] == "removed"  # X
    assert done["RequestAttributesSequence"] == done["CurveDate"] == "removed"  # X
    assert done["VerifyingOrganization"] == done["PatientID"] == "replaced"  # D, Z/D
    assert done["SOPInstanceUID"] == done["FrameOfReferenceUID"] == "remapped"  # U
    assert done["SourceImageSequence/ReferencedSOPInstanceUID"] == "remapped"  # X/Z/U*
    assert done["(0009,1001)"] == done["(0008,0999)"] == done["OverlayData"] == "removed"
    assert "RequestAttributesSequence/PatientName" not in done


def test_the_report_holds_no_value(planted: tuple[bytes, Cleaned, FileDataset]) -> None:
    words = repr(planted[1]).lower()
    assert "tattle" not in words
    assert SECRET_UID not in words


def test_the_library_alone_leaves_values(tmp_path: Path) -> None:
    """Why its loop is applied at every depth: with it alone nested values stay."""
    from dicomanonymizer import anonymize_dataset

    made = dataset(FILM)
    item = Dataset()
    item.PatientName = "Tattlecombe"
    made.ViewCodeSequence = [item]
    anonymize_dataset(made)
    assert made.ViewCodeSequence[0].PatientName == "Tattlecombe"


@pytest.mark.parametrize("keyword", ["ViewCodeSequence", "SourceImageSequence"])
@pytest.mark.parametrize("length", [40, 70_000])
def test_a_sequence_of_unknown_representation_keeps_nothing(
    tmp_path: Path, keyword: str, length: int
) -> None:
    """pydicom reads the short one, and leaves the long one as it stands."""
    name = b"Tattlecombe".ljust(length)
    element = b"\x10\x00\x10\x00" + len(name).to_bytes(4, "little") + name
    item = b"\xfe\xff\x00\xe0" + len(element).to_bytes(4, "little") + element
    made = dataset(FILM)
    made[keyword] = raw(Tag(keyword), "UN", item)
    data, _ = cleaned(made, tmp_path)
    assert b"Tattlecombe" not in data


def test_a_damaged_file_does_not_stop_a_run(tmp_path: Path) -> None:
    made = dataset(FILM)
    data = written(made).replace(b"US\x02\x00\x08\x00", b"US\x0d\x00Tattlecombe!!")
    (tmp_path / "a.dcm").write_bytes(data)
    deflated = bytearray(Path(str(get_testdata_file("image_dfl.dcm"))).read_bytes())
    deflated[400:440] = bytes(40)
    (tmp_path / "b.dcm").write_bytes(deflated)
    out = tmp_path.with_name(f"{tmp_path.name}-out")
    results = list(deidentify(tmp_path, out, DicomDeidentifier(KEY)))
    assert [(r.file, type(r)) for r in results] == [("a.dcm", NotCopied), ("b.dcm", NotCopied)]
    assert "Tattlecombe" not in repr(results)
    assert not out.exists()


def test_the_file_says_what_was_done_and_keeps_the_picture(tmp_path: Path) -> None:
    data, _ = cleaned(dataset(FILM), tmp_path)
    after = pydicom.dcmread(_saved(data, tmp_path))
    assert after.PatientIdentityRemoved == "YES"
    assert after.DeidentificationMethodCodeSequence[0].CodeValue == "113100"
    assert "Basic Application Level" in after.DeidentificationMethod[0]
    assert after.LongitudinalTemporalInformationModified == "REMOVED"
    assert after.file_meta.MediaStorageSOPInstanceUID == after.SOPInstanceUID
    assert after.ViewPosition == "PA"
    assert after.Modality == "CR"
    np.testing.assert_array_equal(after.pixel_array, FILM)


def test_compressed_pixels_stay(tmp_path: Path) -> None:
    source = tmp_path / "a.dcm"
    source.write_bytes(dicom_bytes(FILM, syntax=RLELossless))
    (_,) = deidentify(source, tmp_path / "b.dcm", DicomDeidentifier(KEY))
    after = pydicom.dcmread(tmp_path / "b.dcm")
    assert after.file_meta.TransferSyntaxUID == RLELossless
    np.testing.assert_array_equal(after.pixel_array, FILM)


def test_files_of_one_run_keep_together(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    uids = ("1.2.3.4.1", "1.2.3.4.2")
    for own, other in (uids, uids[::-1]):
        made = dataset(FILM, SOPInstanceUID=own)
        reference = Dataset()
        reference.ReferencedSOPClassUID = made.SOPClassUID
        reference.ReferencedSOPInstanceUID = other
        made.ReferencedImageSequence = [reference]
        (folder / f"{own}.dcm").write_bytes(written(made))
    (folder / "third.dcm").write_bytes(
        dicom_bytes(FILM, SOPInstanceUID="1.2.3.4.3", PatientID="someone else")
    )
    results = list(deidentify(folder, tmp_path / "out", DicomDeidentifier()))
    assert all(isinstance(r, Cleaned) for r in results)
    a, b, c = (pydicom.dcmread(tmp_path / "out" / r.file) for r in results)
    assert a.ReferencedImageSequence[0].ReferencedSOPInstanceUID == b.SOPInstanceUID
    assert b.ReferencedImageSequence[0].ReferencedSOPInstanceUID == a.SOPInstanceUID
    assert a.ReferencedImageSequence[0].ReferencedSOPClassUID == a.SOPClassUID
    assert a.StudyInstanceUID == b.StudyInstanceUID
    assert a.PatientID == b.PatientID != c.PatientID
    again = next(iter(deidentify(folder, tmp_path / "again", DicomDeidentifier())))
    assert again.file != results[0].file  # another run, another random key


def test_surrogates_come_from_the_key_alone() -> None:
    one, same, other = Surrogates(KEY), Surrogates(KEY), Surrogates(b"another")
    assert one.uid(SECRET_UID) == same.uid(SECRET_UID) != other.uid(SECRET_UID)
    assert UID(one.uid(SECRET_UID)).is_valid
    assert one.uid(SECRET_UID).startswith("2.25.")
    assert one.uid(RLELossless) == RLELossless
    assert one.patient("7", "A") == same.patient("7", "A") != one.patient("7", "B")


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"BurnedInAnnotation": "YES"}, "burned-in-annotation"),
        ({"ContentSequence": [Dataset()]}, "document"),
        ({"DirectoryRecordSequence": [Dataset()]}, "index"),
        ({"StudyInstanceUID": None}, "cannot-decode"),
        ({"Rows": 33}, "truncated"),
    ],
)
def test_what_cannot_be_cleaned_is_refused(
    tmp_path: Path, tags: dict[str, Any], reason: str
) -> None:
    source = tmp_path / "in.dcm"
    source.write_bytes(dicom_bytes(FILM, **tags))
    (result,) = deidentify(source, tmp_path / "out.dcm", DicomDeidentifier(KEY))
    assert isinstance(result, NotCopied)
    assert result.reason == reason
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize(("says", "told"), [("YES", "YES"), ("NO", "NO"), (None, "not stated")])
def test_writing_in_the_picture_is_told(tmp_path: Path, says: str | None, told: str) -> None:
    _, result = cleaned(dataset(FILM, BurnedInAnnotation=says), tmp_path, allow_burned_in=True)
    assert result.burned_in == told


def test_an_overlay_in_unused_bits_is_cleared(tmp_path: Path) -> None:
    picture = FILM.astype(np.uint16) << 4
    made = dataset(picture | 0x8000, BitsStored=12)
    made.add_new((0x6000, 0x0010), "US", 32)
    made.add_new((0x6000, 0x0011), "US", 32)
    made.add_new((0x6000, 0x0100), "US", 16)
    made.add_new((0x6000, 0x0102), "US", 15)
    data, _ = cleaned(made, tmp_path)
    after = pydicom.dcmread(_saved(data, tmp_path))
    np.testing.assert_array_equal(np.frombuffer(after.PixelData, "<u2"), picture.ravel())


def test_a_damaged_file_is_refused_without_its_values(tmp_path: Path) -> None:
    source = tmp_path / "in.dcm"
    source.write_bytes(dicom_bytes(FILM)[:500])
    (result,) = deidentify(source, tmp_path / "out.dcm", DicomDeidentifier(KEY))
    assert isinstance(result, NotCopied)
    assert not any(value in repr(result) for value in PHI.values())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "in.dcm"
    source.write_bytes(dicom_bytes(FILM))
    held = tmp_path / "held.dcm"
    held.write_bytes(b"held")
    with pytest.raises(InvalidField, match="is the input"):
        plan(source, tmp_path / "x" / ".." / "in.dcm")
    link = tmp_path / "link.dcm"
    link.hardlink_to(source)
    with pytest.raises(InvalidField, match="is the input"):
        plan(source, link)
    with pytest.raises(InvalidField, match="in one another"):
        plan(tmp_path, tmp_path / "below")
    with pytest.raises(InvalidField, match="does not exist"):
        plan(tmp_path / "none", held)
    (result,) = deidentify(source, held, DicomDeidentifier(KEY))
    assert isinstance(result, NotCopied)
    assert result.reason == "exists"
    assert held.read_bytes() == b"held"
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmptyInput):
        plan(tmp_path / "empty", tmp_path.parent / "elsewhere")


def test_pydicom_says_nothing_of_a_files_values(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    source = get_testdata_file("badVR.dcm")
    deidentifier = DicomDeidentifier(KEY)
    with caplog.at_level(logging.DEBUG):
        read = deidentifier.read(Path(str(source)))
        with pytest.raises(ImageRefused):
            deidentifier.clean(read)
    assert not caplog.records
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm"])
def test_a_validator_finds_no_error(tmp_path: Path, name: str) -> None:
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy (Debian's dicom3tools) is not installed")
    source, target = Path(str(get_testdata_file(name))), tmp_path / "out.dcm"
    (result,) = deidentify(source, target, DicomDeidentifier(KEY))
    assert isinstance(result, Cleaned)
    assert not set(_errors(target)) - set(_errors(source))


def _errors(path: Path) -> Iterator[str]:
    said = subprocess.run(
        ["dciodvfy", str(path)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return (m[0] for m in re.finditer(r"^Error.*$", said.stderr + said.stdout, re.MULTILINE))


def _saved(data: bytes, folder: Path) -> Path:
    path = folder / "saved.dcm"
    path.write_bytes(data)
    return path
