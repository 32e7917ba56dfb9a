"""The Basic Application Level Confidentiality Profile of DICOM PS3.15, as rules for one data set.

The table (PS3.15, Table E.1-1) is that of dicom-anonymizer, and so is the loop that applies it.
That library works on the top level of a file and leaves some values in place; what is added here:

- nested data sets, at any depth, and attributes of the file that no table can list: private ones,
  those that the data dictionary does not know, whole groups of overlays and curves;
- a date that the profile removes is removed, and a dummy date is one that checkers accept (the
  library writes the year 1);
- UIDs and the patient's number come from the value by HMAC, so that files of one run keep
  together and no table of originals exists;
- every value representation (the library stops at OW, OF, AT and others);
- names, dates, ages, addresses and UIDs in attributes that are not in the table, and all else that
  describes the patient.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections import Counter
from enum import StrEnum
from functools import cache, partial

from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from dicomanonymizer.simpledicomanonymizer import anonymize_dataset, replace_element
from pydicom.config import IGNORE
from pydicom.datadict import dictionary_has_tag, keyword_for_tag, repeater_has_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID

#: The edition of the standard whose table is applied; the newest that the library has.
EDITION = "2026c"

_NUMBERS = frozenset({"AT", "SV", "UV"})
_BYTES = frozenset({"OD", "OF", "OL", "OV", "OW"})
#: Representations that tell of a person, a time or a place by themselves, or of nobody knows what
#: (pydicom leaves a long sequence of unknown representation unread, with all that is in it).
_UNTOLD = frozenset({"AS", "DA", "DT", "TM", "UN", "UR"})
#: UIDs that name a kind of thing and not a thing.
_KINDS = ("ClassUID", "ClassesInStudy", "SyntaxUID", "SchemeUID", "ContextUID", "ResourceUID")
#: Dummies that the library has none for, or one that `dciodvfy` calls invalid.
_DUMMIES = {"DA": "19000101", "DT": "19000101000000", "TM": "000000"}
#: The group of what describes the patient: nothing of it stays that the table does not name.
_PATIENT = 0x0010
_PATIENT_ID = (_PATIENT, 0x0020)

Place = tuple[int, int]
Changes = Counter[tuple[str, "Action"]]


class Action(StrEnum):
    """What became of an attribute."""

    REMOVED = "removed"
    EMPTIED = "emptied"
    REPLACED = "replaced"
    REMAPPED = "remapped"


class Surrogates:
    """UIDs and patient numbers that stand for the original ones, by HMAC-SHA-256 under a key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def uid(self, original: str) -> str:
        """A UID of the root 2.25 (a UUID); those that DICOM itself defines stay as they are."""
        if not original or UID(original, validation_mode=IGNORE).type:
            return original
        made = uuid.UUID(bytes=self._digest("uid", original)[:16], version=4)
        return f"2.25.{made.int}"

    def patient(self, original: str, issuer: str) -> str:
        """A patient's number: 16 hexadecimal digits, the same in all files of this patient."""
        return self._digest("patient", issuer, original).hex()[:16].upper()

    def _digest(self, *what: str) -> bytes:
        message = "\0".join(("dicom", *what)).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).digest()


@cache
def table() -> dict[Place, str]:
    """The profile's action by attribute (group, element): D, Z, X, U, or alternatives as X/Z/D.

    Groups of overlays and curves, which the table writes as 60xx and 50xx, are not in it.
    """
    found = dicom_anonymization_database_selector(f"dicomfields_{EDITION}")
    return {
        (tag[0], tag[1]): category.removesuffix("_TAGS").replace("_STAR", "*").replace("_", "/")
        for category, tags in found.items()
        if category != "ALL_TAGS"
        for tag in tags
        if len(tag) == 2
    }


class Rules:
    """Applies the profile to a data set, in place, and counts what became of which attribute.

    `changes` names attributes by their keywords, from the outermost sequence on
    ("SourceImageSequence/ReferencedSOPInstanceUID"); private and unknown ones by their number.
    """

    def __init__(self, surrogates: Surrogates) -> None:
        self._surrogates = surrogates
        self._path = ""
        self.changes: Changes = Counter()
        self._actions = {tag: partial(self._act, code) for tag, code in table().items()}

    def apply(self, dataset: Dataset) -> None:
        """Everything that the profile asks, at every depth."""
        for tag in list(dataset.keys()):
            if _unlisted(tag):
                self._remove(dataset, tag)
        # Only the rows that this data set needs: an image of many frames has thousands of items.
        listed = {place_of(t): self._actions.get(place_of(t)) for t in dataset.keys()}  # noqa: SIM118
        anonymize_dataset(dataset, base_rules_gen=lambda: {t: a for t, a in listed.items() if a})
        for tag in list(dataset.keys()):
            self._remaining(dataset, tag)

    def _remaining(self, dataset: Dataset, tag: BaseTag) -> None:
        """What the table does not list: below sequences, and by the kind of value."""
        element = dataset[tag]
        if element.VR == "SQ":
            outer = self._path
            self._path = f"{outer}{name_of(tag)}/"
            for item in element.value:
                self.apply(item)
            self._path = outer
        elif place_of(tag) in table():
            return
        elif element.VR == "UI" and not name_of(tag).endswith(_KINDS):
            self._remap(element)
        elif element.VR == "PN":
            self._empty(element)
        elif tag.group == _PATIENT or element.VR in _UNTOLD:
            self._remove(dataset, tag)

    def _act(self, code: str, dataset: Dataset, place: Place) -> None:
        """One row of the table; alternatives are decided so that a required attribute stays."""
        tag = Tag(place)
        if tag not in dataset:
            return
        if code == "X":
            self._remove(dataset, tag)
            return
        element = dataset[tag]
        if element.VR == "UN":
            self._remove(dataset, tag)  # nobody can say what is in it
        elif element.VR == "UI":
            self._remap(element)
        elif element.VR == "SQ":
            self._act_on_sequence(code, dataset, element)
        elif code in ("Z", "X/Z"):
            self._empty(element)
        elif place == _PATIENT_ID and element.value:
            issuer = str(dataset.get("IssuerOfPatientID", "") or "")
            element.value = self._surrogates.patient(str(element.value), issuer)
            self._note(tag, Action.REPLACED)
        elif not element.is_empty:
            self._dummy(element)
            self._note(tag, Action.REPLACED)

    def _act_on_sequence(self, code: str, dataset: Dataset, element: DataElement) -> None:
        if code == "X/Z/U*":
            return  # the references in it are remapped with all nested UIDs
        if code in ("Z", "X/Z"):
            self._empty(element)
        elif code.startswith("X"):
            self._remove(dataset, element.tag)
        else:
            self._dummy(element)
            self._note(element.tag, Action.REPLACED)

    def _remove(self, dataset: Dataset, tag: BaseTag) -> None:
        del dataset[tag]
        self._note(tag, Action.REMOVED)

    def _empty(self, element: DataElement) -> None:
        if not element.is_empty:
            element.value = [] if element.VR == "SQ" else element.empty_value
            self._note(element.tag, Action.EMPTIED)

    def _remap(self, element: DataElement) -> None:
        before = element.value
        self._dummy(element)
        if element.value != before:
            self._note(element.tag, Action.REMAPPED)

    def _dummy(self, element: DataElement) -> None:
        """A value that means nothing, of the same representation."""
        if element.VR == "UI":
            uids = element.value if isinstance(element.value, MultiValue) else [element.value]
            made = [self._surrogates.uid(str(uid or "")) for uid in uids]
            element.value = made if len(made) > 1 else made[0]
        elif element.VR == "SQ":
            for item in element.value:
                for tag in list(item.keys()):
                    if _unlisted(tag):
                        del item[tag]
                    else:
                        self._dummy(item[tag])
        elif element.VR in _DUMMIES:
            element.value = _DUMMIES[element.VR]
        elif element.VR in _BYTES or "OW" in element.VR:
            element.value = bytes(8)
        elif element.VR in _NUMBERS or "US" in element.VR:
            element.value = 0  # also where "US or SS" was left open
        else:
            replace_element(element)

    def _note(self, tag: BaseTag, action: Action) -> None:
        self.changes[self._path + name_of(tag), action] += 1


def name_of(tag: BaseTag) -> str:
    """An attribute's keyword, or its number where it has none: (0009,1001)."""
    return keyword_for_tag(tag) or str(tag).upper()


def _unlisted(tag: BaseTag) -> bool:
    """Whether no table can say what an attribute holds: private, unknown, of a group of overlays
    or curves, the length of a group, or one that has no place in a data set."""
    if tag.is_private or tag.element == 0 or tag.group <= 0x0002:
        return True
    if tag.group >> 8 in (0x50, 0x60):
        return True
    return not (dictionary_has_tag(tag) or repeater_has_tag(tag) or place_of(tag) in table())


def place_of(tag: BaseTag) -> Place:
    """Group and element."""
    return tag.group, tag.element
