"""De-identification of a file or a folder, into another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.errors import EmptyInput, ImageRefused, InvalidField
from vision.dicom_out.deidentify import Cleaned, DicomDeidentifier

__all__ = ["NotCopied", "deidentify", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCopied:
    """A file of the input that is not in the output: its path there, a fixed word for programs,
    what is the matter, and what would do."""

    file: str
    reason: str
    detail: str
    mend: str | None = None


def plan(source: Path, target: Path) -> list[Path]:
    """The files to go through, in order. Raises InvalidField or EmptyInput before anything is
    written: the output must not be the input, nor lie in it, nor hold it."""
    if not source.exists():
        raise InvalidField("IN", f"{source} does not exist.")
    here, there = source.resolve(), target.resolve()
    if here == there or (target.exists() and target.samefile(source)):
        raise InvalidField("OUT", "is the input.", mend="Name another file or folder.")
    if not source.is_dir():
        return [source]
    if target.exists() and not target.is_dir():
        raise InvalidField("OUT", f"{target} is a file and IN is a folder.")
    if here in there.parents or there in here.parents:
        raise InvalidField("OUT", "and IN must not lie in one another.")
    found = sorted(Path(parent, name) for parent, _, names in os.walk(source) for name in names)
    if not found:
        raise EmptyInput(f"{source} holds no file.")
    return found


def deidentify(
    source: Path, target: Path, deidentifier: DicomDeidentifier, *, keep_names: bool = False
) -> Iterator[Cleaned | NotCopied]:
    """De-identifies `source`, a file or a folder, into `target`; one value a file, as it goes.

    Names of files and folders can name a patient: in a folder the new files are called by their
    new SOPInstanceUID, unless `keep_names`. Raises as `plan`.
    """
    single = not source.is_dir()
    for path in plan(source, target):
        name = path.name if single else path.relative_to(source).as_posix()
        try:
            dataset = deidentifier.read(path)
            burned_in, changes = deidentifier.clean(dataset)
            if single and not target.is_dir():
                made = target
            else:
                made = target / (name if keep_names else f"{dataset.SOPInstanceUID}.dcm")
            deidentifier.write(dataset, made)
        except ImageRefused as error:
            yield NotCopied(
                file=name, reason=str(error.reason), detail=error.detail, mend=error.mend
            )
        else:
            written = made.name if single else made.relative_to(target).as_posix()
            yield Cleaned(file=written, burned_in=burned_in, changes=changes)
