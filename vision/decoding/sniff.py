"""What a file is, by its content: a name says nothing."""

from __future__ import annotations

PNG, JPEG, DICOM = "PNG", "JPEG", "DICOM"

_START = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"II+\0", "a TIFF image"),
    (b"MM\0+", "a TIFF image"),
    (b"BM", "a BMP image"),
    (b"8BPS", "a Photoshop image"),
    (b"\0\0\x01\0", "an icon"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 image"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image"),
    (b"v/1\x01", "an OpenEXR image"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    (b"PK\x03\x04", "a ZIP archive (or an office document)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"NRRD000", "an NRRD volume"),
    (b"\x93NUMPY", "a numpy array"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"\x1aE\xdf\xa3", "a video"),
)
_RIFF = {b"WEBP": "a WebP image", b"WAVE": "a sound recording", b"AVI ": "a video"}
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
#: Value representations that the first element of a data set may have.
_FIRST_VRS = (b"UL", b"UI", b"OB", b"CS", b"SH", b"LO", b"DA", b"TM", b"IS", b"US", b"UN", b"SQ")


def kind_of(data: bytes) -> str:
    """`PNG`, `JPEG`, `DICOM`, or what else the file seems to be, in words with an article."""
    if data[128:132] == b"DICM":
        return DICOM
    for start, kind in _START:
        # A text may begin with letters that mean something else.
        if data.startswith(start) and not (start.isalnum() and _is_text(data)):
            return kind
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        return _RIFF[data[8:12]]
    if data[4:8] == b"ftyp":
        if data[8:12] in (b"avif", b"avis"):
            return "an AVIF image"
        return "a HEIC image" if data[8:12] in _HEIC else "a video"
    if b"%PDF-" in data[:1024]:
        return "a PDF document"
    if _is_bare_dicom(data):
        return DICOM
    if data[257:262] == b"ustar":
        return "a tar archive"
    if data[344:348] in (b"n+1\0", b"ni1\0"):
        return "a NIfTI volume"
    return _text_or_unknown(data)


def _is_bare_dicom(data: bytes) -> bool:
    """Whether a data set starts without preamble and prefix, as older systems write them: with an
    element of group 2 or 8."""
    if len(data) < 16:
        return False
    if data[4:6] in _FIRST_VRS:
        return data[:4] in (b"\x02\0\0\0", b"\x02\0\x01\0", b"\x02\0\x02\0", b"\x02\0\x10\0") or (
            (data[:2] == b"\x08\0" and data[3] == 0) or (data[:2] == b"\0\x08" and data[2] == 0)
        )
    length = int.from_bytes(data[4:8], "little")
    return data[:2] == b"\x08\0" and data[3] == 0 and length <= min(1024, len(data) - 8)


def _is_text(data: bytes) -> bool:
    start = data[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut may go through a character.
        if error.start < len(start) - 3 or len(data) <= len(start):
            return False
        text = start[: error.start].decode("utf-8")
    return all(c.isprintable() or c in "\t\n\r\f\ufeff" for c in text)


def _text_or_unknown(data: bytes) -> str:
    if not _is_text(data):
        return "of a kind that is not known here"
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if b"<svg" in start and start.startswith(b"<"):
        return "an SVG drawing"
    if start.startswith(b"<"):
        return "an XML file"
    return "a JSON file" if start.startswith((b"{", b"[")) else "a text file"
