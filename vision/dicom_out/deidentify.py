"""DICOM files without what names a person: the basic profile of PS3.15.

Pixels are not looked at and not cleaned: a file that says that its picture holds writing is
refused, and one that does not say is named in the report.
"""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.utils import get_expected_length
from pydicom.sr.codedict import codes
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID, MediaStorageDirectoryStorage

from domain.errors import ImageRefused
from vision.decoding.quiet import FAULTS, quiet
from vision.dicom_out.deidentify_profile import Action, Rules, Surrogates
from vision.film import Reason

__all__ = ["Change", "Cleaned", "DicomDeidentifier"]

#: What reading, changing or writing a damaged file raises.
_DAMAGED = (*FAULTS, BytesLengthException, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One attribute of one file, by keyword with the sequences that it lies in, never its value;
    `times` counts its occurrences in sequences of several items."""

    attribute: str
    action: Action
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A de-identified file: its name in the output. `burned_in` is what the file said of writing
    in its picture: "NO", "YES", or "not stated"."""

    file: str
    burned_in: str
    changes: tuple[Change, ...]


class DicomDeidentifier:
    """De-identifies files that belong together: a UID becomes the same new one in all of them.

    New UIDs and patient numbers come from `key` by HMAC; without one a random key is made, and
    they then agree only within this object. Nothing is kept between files.
    """

    def __init__(self, key: bytes | None = None, *, allow_burned_in: bool = False) -> None:
        self._surrogates = Surrogates(secrets.token_bytes(32) if key is None else key)
        self._allow_burned_in = allow_burned_in

    def read(self, source: Path) -> FileDataset:
        """A DICOM file that can be de-identified. Raises ImageRefused saying why one cannot."""
        with quiet():
            try:
                dataset = pydicom.dcmread(source)
                self._check(dataset)
            except InvalidDicomError:
                raise ImageRefused(Reason.NOT_AN_IMAGE, "It is no DICOM file.") from None
            except _DAMAGED as error:
                raise _damaged("read", error) from None
        return dataset

    def clean(self, dataset: FileDataset) -> tuple[str, tuple[Change, ...]]:
        """Applies the profile to a data set, in place: what it said of writing in its picture,
        and what was changed. Raises ImageRefused as `read`."""
        with quiet():
            try:
                stated = self._check(dataset)
                rules = Rules(self._surrogates)
                _clean_pixels(dataset)
                rules.apply(dataset)
                _declare(dataset)
            except _DAMAGED as error:
                raise _damaged("changed", error) from None
        changes = tuple(
            Change(attribute=attribute, action=action, times=times)
            for (attribute, action), times in sorted(rules.changes.items())
        )
        return stated, changes

    def write(self, dataset: FileDataset, target: Path) -> None:
        """Writes a data set to a new file, by way of a temporary one beside it. Raises
        ImageRefused where `target` exists or the data set cannot be written."""
        if target.exists():
            raise ImageRefused(
                "exists",
                "The output holds a file of its name or SOPInstanceUID already.",
                mend="Name another output; --keep-names takes two files of one SOPInstanceUID.",
            )
        temporary = target.with_name(f".{target.name}.part")
        with quiet():
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                dataset.save_as(temporary, enforce_file_format=True)
                temporary.replace(target)
            except _DAMAGED as error:
                raise _damaged("written", error) from None
            finally:
                temporary.unlink(missing_ok=True)

    def _check(self, dataset: FileDataset) -> str:
        """What a data set says of writing in its picture. Raises ImageRefused for what this
        profile cannot clean."""
        kind = dataset.get("SOPClassUID") or dataset.file_meta.get("MediaStorageSOPClassUID")
        if kind == MediaStorageDirectoryStorage or "DirectoryRecordSequence" in dataset:
            raise ImageRefused("index", "It is an index (DICOMDIR) of the original files.")
        if "ContentSequence" in dataset or "EncapsulatedDocument" in dataset:
            raise ImageRefused(
                "document",
                "It is a report or holds a document, whose words cannot be cleaned by a table.",
                mend="`differentia annotate --deidentify` takes the text of reports.",
            )
        if not dataset.get("SOPInstanceUID") or not dataset.get("StudyInstanceUID"):
            raise ImageRefused(
                Reason.CANNOT_DECODE, "It has no SOPInstanceUID or no StudyInstanceUID."
            )
        stated = str(dataset.get("BurnedInAnnotation") or "").strip().upper()
        if stated == "YES" and not self._allow_burned_in:
            raise ImageRefused(
                Reason.BURNED_IN_ANNOTATION,
                "It says that its picture holds writing (BurnedInAnnotation YES), and pixels are"
                " not cleaned.",
                mend="--allow-burned-in takes it as it is.",
            )
        return stated if stated in ("YES", "NO") else "not stated"


def _damaged(step: str, error: BaseException) -> ImageRefused:
    """A refusal that names the kind of error only: its words may hold values of the file."""
    why = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        why = error.strerror
    return ImageRefused(Reason.CANNOT_DECODE, f"It cannot be {step} ({why}).")


def _clean_pixels(dataset: FileDataset) -> None:
    """Takes away what lies in the pixel data beside the picture: bytes behind its end, and old
    overlays in unused bits. Raises ImageRefused where that cannot be done."""
    if "PixelData" not in dataset:
        return
    overlays = _overlay_bits(dataset)
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        if overlays:
            raise ImageRefused(
                Reason.BURNED_IN_ANNOTATION,
                "It keeps an overlay in bits of its compressed pixels, which are not cleaned.",
            )
        return
    pixels = dataset.PixelData
    length = get_expected_length(dataset)
    if len(pixels) < length:
        raise ImageRefused(Reason.TRUNCATED, "Its pixel data are shorter than the picture.")
    pixels = pixels[:length]
    if overlays:
        endian = ">" if not dataset.original_encoding[1] else "<"
        words = np.frombuffer(pixels, f"{endian}u{dataset.BitsAllocated // 8}")
        lowest = dataset.HighBit + 1 - dataset.BitsStored
        kept = ((1 << dataset.BitsStored) - 1) << lowest
        pixels = (words & words.dtype.type(kept)).astype(words.dtype).tobytes()
    dataset["PixelData"].value = pixels + b"\0" * (length % 2)


def _overlay_bits(dataset: Dataset) -> bool:
    """Whether an overlay lies in unused bits of the pixel data (as before the 2004 edition)."""
    return any(
        tag.group >> 8 == 0x60 and tag.element == 0x0010 and (tag.group, 0x3000) not in dataset
        for tag in dataset.keys()  # noqa: SIM118  a data set iterates over its elements
    )


def _declare(dataset: FileDataset) -> None:
    """Says that and how the patient's identity was removed; new file meta information."""
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = [
        "PS3.15 Basic Application Level Confidentiality Profile",
        f"Differentia {version('differentia')}, dicom-anonymizer {version('dicom-anonymizer')}",
    ]
    code = codes.DCM.BasicApplicationConfidentialityProfile
    item = Dataset()
    item.CodeValue = code.value
    item.CodingSchemeDesignator = code.scheme_designator
    item.CodeMeaning = code.meaning
    dataset.DeidentificationMethodCodeSequence = [item]
    dataset.LongitudinalTemporalInformationModified = "REMOVED"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
    dataset.file_meta = meta
    dataset.preamble = bytes(128)
