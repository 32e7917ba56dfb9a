"""What is written as DICOM: de-identified copies, structured reports."""
