"""Bytes of a PNG, JPEG or DICOM file become a film, or are refused: parts of `vision.decode`."""
