"""Whether a DICOM file is a frontal chest radiograph of an adult, by what its header says.

A value is repeated to nobody unless it is one of DICOM's defined terms below: a free text in the
wrong place may name a patient.
"""

from __future__ import annotations

import re

from domain.errors import ImageRefused
from vision.decoding.dicom_tags import Tags
from vision.film import Reason

ADULT_YEARS = 18

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_FOR_PROCESSING = _STORAGE + "1.1.1"
#: Classes that a radiograph comes in: CR, DX, Secondary Capture and its four of several frames.
_CLASSES = {_STORAGE + c for c in ("1", "1.1", "7", "7.1", "7.2", "7.3", "7.4")}
#: CR and DX: the class itself says that it is a radiograph.
_RADIOGRAPHS = {_STORAGE + "1", _STORAGE + "1.1"}
#: What is no image, by the start of its class.
_NO_IMAGES = (
    ("1.2.840.10008.1.3.10", "a DICOMDIR, the index of a medium"),
    (_STORAGE + "88.", "a structured report"),
    (_STORAGE + "104.1", "a PDF document in a DICOM file"),
    (_STORAGE + "104.", "a document in a DICOM file"),
    (_STORAGE + "11.", "a presentation state"),
    (_STORAGE + "9.", "a waveform"),
    (_STORAGE + "66.4", "a segmentation"),
    (_STORAGE + "481.", "a radiotherapy object"),
)
_ACCEPTED = ("CR", "DX", "RG")
#: Defined terms of PS3.3 C.7.3.1.1.1.
_MODALITIES = {
    "BDUS": "ultrasound bone densitometry",
    "BI": "biomagnetic imaging",
    "BMD": "bone densitometry",
    "CT": "computed tomography",
    "DMS": "dermoscopy",
    "DOC": "a document",
    "ECG": "electrocardiography",
    "ES": "endoscopy",
    "GM": "general microscopy",
    "IO": "intra-oral radiography",
    "IVUS": "intravascular ultrasound",
    "KO": "key object selection",
    "MG": "mammography",
    "MR": "magnetic resonance",
    "NM": "nuclear medicine",
    "OCT": "optical coherence tomography",
    "OP": "ophthalmic photography",
    "OPT": "ophthalmic tomography",
    "OT": "other",
    "PR": "presentation state",
    "PT": "positron emission tomography",
    "PX": "panoramic X-ray",
    "RF": "radiofluoroscopy",
    "RTDOSE": "radiotherapy dose",
    "RTIMAGE": "radiotherapy image",
    "RTPLAN": "radiotherapy plan",
    "RTSTRUCT": "radiotherapy structure set",
    "SEG": "segmentation",
    "SM": "slide microscopy",
    "SR": "structured report",
    "US": "ultrasound",
    "XA": "X-ray angiography",
    "XC": "external-camera photography",
}
_CHEST = {"CHEST", "CXR", "LUNG", "LUNGS", "THORAX", "TORAX", "TÓRAX", "TORACE", "BRUST"}
#: Words that go with it and change nothing.
_BESIDE = {"AP", "PA", "PORT", "PORTABLE", "FRONTAL", "ERECT", "SUPINE", "BED", "1", "1V", "VIEW"}
_UNSAID = {"", "UNKNOWN", "UNSPECIFIED", "OTHER", "NONE", "NA", "NOT SPECIFIED"}
#: Defined terms of PS3.16 annex L that a radiograph may show, and common words of systems.
_PARTS = {
    "ABDOMEN", "ABDOMENPELVIS", "ANKLE", "ARM", "BREAST", "CALCANEUS", "CHESTABDOMEN",
    "CHESTABDPELVIS", "CLAVICLE", "COCCYX", "CSPINE", "CTSPINE", "ELBOW", "EXTREMITY", "FEMUR",
    "FINGER", "FOOT", "FOREARM", "HAND", "HEAD", "HEADNECK", "HIP", "HUMERUS", "JAW", "KNEE",
    "LEG", "LSPINE", "LSSPINE", "MANDIBLE", "NECK", "NECKCHEST", "PELVIS", "RADIUS", "RIB", "RIBS",
    "SACRUM", "SCAPULA", "SHOULDER", "SINUS", "SKULL", "SPINE", "STERNUM", "THIGH", "THUMB",
    "TLSPINE", "TOE", "TSPINE", "ULNA", "WHOLEBODY", "WRIST",
}  # fmt: skip
#: Chest in SNOMED CT and its older codes, with its cavity and the lungs.
_CHEST_CODES = {"51185008", "816094009", "T-D3000", "43799004", "T-D3200", "39607008", "T-28000"}
#: View codes of PS3.16 CID 4010, in SNOMED CT and as they were before.
_FRONTAL_CODES = {"399348003": "AP", "R-10206": "AP", "272479007": "PA", "R-40888": "PA"}
_SIDE_CODES = {
    "399067008", "R-102CD", "399173006", "R-10236", "399198007", "R-10232", "30730003",
    "260427002", "399182000", "399184004", "399236003", "399135007", "399356000", "399006002",
    "399038007", "399312000", "399059000", "399160007",
}  # fmt: skip
_SIDE_VIEWS = {
    "LL": "left lateral", "RL": "right lateral", "LAT": "lateral", "LATERAL": "lateral",
    "LLAT": "left lateral", "RLAT": "right lateral", "ML": "lateral", "LM": "lateral",
    "LLD": "left decubitus", "RLD": "right decubitus", "DECUBITUS": "decubitus",
    "DECUB": "decubitus", "RLO": "right oblique", "LLO": "left oblique", "RAO": "right oblique",
    "LAO": "left oblique", "RPO": "right oblique", "LPO": "left oblique", "OBLIQUE": "oblique",
    "OBL": "oblique", "AXIAL": "axial", "LATERO": "lateral", "SEITLICH": "lateral",
}  # fmt: skip
_FRONTAL_WORDS = {"PA": "PA", "POSTEROANTERIOR": "PA", "AP": "AP", "ANTEROPOSTERIOR": "AP"}


def check_scope(tags: Tags, media: str, *, allow_burned_in: bool) -> tuple[str, tuple[str, ...]]:
    """The view ("PA", "AP" or "") and remarks of an image that may be read. `media` is the class
    that the meta information states. Raises ImageRefused with what the image is instead."""
    _check_kind(tags.text("SOPClassUID") or media)
    _check_modality(tags, tags.text("SOPClassUID") or media)
    frames = tags.whole("NumberOfFrames")
    if frames is not None and frames > 1:
        raise ImageRefused(
            Reason.SEVERAL_FRAMES,
            f"The DICOM file holds {frames} frames; a film is one image.",
            mend="Send the frame that is meant as a file of its own.",
        )
    _check_part(tags)
    view = _view(tags)
    years, bare = tags.age_years()
    if years is not None and years < ADULT_YEARS:
        raise ImageRefused(
            Reason.CHILD,
            f"The patient is under {ADULT_YEARS}; only films of adults can be judged.",
        )
    remarks = ["age without a unit taken as years"] if bare else []
    if tags.text("BurnedInAnnotation") == "YES":
        if not allow_burned_in:
            raise ImageRefused(
                Reason.BURNED_IN_ANNOTATION,
                "Text is burned into the image (BurnedInAnnotation is YES): it may name the "
                "patient, and mislead the model.",
                mend="Send the image without it.",
            )
        remarks.append("text burned into the image")
    return view, (*remarks, *_orientation(tags))


def _check_kind(sop_class: str) -> None:
    for start, kind in _NO_IMAGES:
        if sop_class.startswith(start):
            raise ImageRefused(
                Reason.NOT_AN_IMAGE,
                f"The file is {kind}, not a film.",
                mend="Send the radiograph itself.",
            )


def _check_modality(tags: Tags, sop_class: str) -> None:
    modality, named = tags.text("Modality"), _class_name(sop_class)
    if sop_class == _FOR_PROCESSING or tags.text("PresentationIntentType") == "FOR PROCESSING":
        raise ImageRefused(
            Reason.WRONG_MODALITY,
            "The file holds raw values of the detector (For Processing), not an image to look at.",
            mend="Send the image For Presentation.",
        )
    if sop_class in _CLASSES or not sop_class:
        if modality in _ACCEPTED or (not modality and sop_class in _RADIOGRAPHS):
            return
        if not modality:
            raise ImageRefused(
                Reason.WRONG_MODALITY,
                f"The file does not say how the image was made (Modality is missing; {named}).",
                mend="CR, DX and RG are read.",
            )
    if modality in _ACCEPTED:
        word = "a radiograph by its Modality, but not by its class"
    elif modality in _MODALITIES:
        word = f"{modality} ({_MODALITIES[modality]})"
    else:
        word = "of a modality that is not known here" if modality else "of no stated modality"
    raise ImageRefused(
        Reason.WRONG_MODALITY,
        f"The image is {word}, {named}; only chest radiographs are read.",
        mend="CR, DX and RG are read.",
    )


def _class_name(sop_class: str) -> str:
    """The registered name of a SOP class; never the identifier itself."""
    from pydicom.uid import UID

    if not sop_class:
        return "no SOP class stated"
    # Of an identifier that is not registered, pydicom gives the identifier as its name.
    name = UID(sop_class).name
    return name if name != sop_class else "an unknown SOP class"


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _check_part(tags: Tags) -> None:
    words = _words(tags.text("BodyPartExamined"))
    if " ".join(words) not in _UNSAID and not (
        _CHEST & set(words) and set(words) <= _CHEST | _BESIDE
    ):
        other = next((w for w in words if w in _PARTS), "")
        raise _wrong_part(other.lower() if other else "a part that is not the chest")
    codes = [t.text("CodeValue") for t in tags.items("AnatomicRegionSequence")]
    if any(codes) and not _CHEST_CODES & set(codes):
        raise _wrong_part("a coded region that is not the chest")


def _wrong_part(what: str) -> ImageRefused:
    return ImageRefused(
        Reason.WRONG_BODY_PART,
        f"The file says that it shows another part of the body: {what}.",
        mend="If it is a chest film, correct its BodyPartExamined and AnatomicRegionSequence.",
    )


def _view(tags: Tags) -> str:
    words = _words(tags.text("ViewPosition"))
    for word in words:
        if word in _SIDE_VIEWS:
            raise _side_view(_SIDE_VIEWS[word])
    found = _FRONTAL_WORDS.get("".join(words)) or next(
        (_FRONTAL_WORDS[w] for w in words if w in _FRONTAL_WORDS), ""
    )
    for item in tags.items("ViewCodeSequence"):
        code, meaning = item.text("CodeValue"), _words(item.text("CodeMeaning"))
        side = next((_SIDE_VIEWS[w] for w in meaning if w in _SIDE_VIEWS), "")
        if code in _SIDE_CODES or side:
            raise _side_view(side or "lateral or oblique")
        found = found or _FRONTAL_CODES.get(code, "")
    rows = tags.text("PatientOrientation")
    if rows[:1] in ("A", "P"):
        # Its rows run from back to front: the beam ran from side to side.
        raise _side_view("lateral")
    return found


def _side_view(what: str) -> ImageRefused:
    return ImageRefused(
        Reason.LATERAL_VIEW,
        f"The file says that the view is {what}; only frontal views (PA, AP) can be judged.",
        mend="Send the frontal film.",
    )


def _orientation(tags: Tags) -> tuple[str, ...]:
    """What the file says of its sides; it is shown as it is stored all the same."""
    sides = [str(v).strip().upper()[:1] for v in tags.values("PatientOrientation")]
    said = ("mirrored by its PatientOrientation",) if sides[:1] == ["R"] else ()
    return (*said, "upside down by its PatientOrientation") if sides[1:2] == ["H"] else said
