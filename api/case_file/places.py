"""Files of a case lie below its folder: anything else is refused by name."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path, PurePosixPath, PureWindowsPath

from domain.errors import InputError, InputTooLarge

_SMALLER = "Name a smaller one."
_MEND = "Put the file into the case's folder, and name it by its path from there."


def below(folder: Path, name: str) -> Path:
    """The file that a case names. Raises InputError for an absolute path, for `..`, for a symbolic
    link that leaves the folder, for what is missing and for what is no file."""
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or name.startswith("\\"):
        raise InputError("This is no path from the case's folder.", mend=_MEND)
    if ".." in PureWindowsPath(name).parts:
        raise InputError("This path leaves the case's folder (`..`).", mend=_MEND)
    try:
        home = folder.resolve(strict=True)
        found = (home / name).resolve()
        if not found.is_relative_to(home):
            raise InputError("This is a symbolic link that leaves the case's folder.", mend=_MEND)
        kind = found.stat().st_mode
    except FileNotFoundError:
        raise InputError("There is no such file.", mend=_near(folder, name)) from None
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise InputError(f"The file cannot be read: {why}.") from None
    if not stat.S_ISREG(kind):
        what = "a folder" if stat.S_ISDIR(kind) else "no file"
        raise InputError(f"This is {what}.", mend="Name a file.")
    return found


def contents(path: Path, most: int, *, mend: str = _SMALLER) -> bytes:
    """The bytes of a file, which is looked at before it is read: InputTooLarge beyond `most`."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > most else file.read(most + 1)
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.") from None
    if size > most or len(data) > most:
        has = max(size, len(data))
        raise InputTooLarge(f"The file has {has:,} bytes; at most {most:,} are read.", mend=mend)
    return data


def _near(folder: Path, name: str) -> str:
    """What would do for a file that is missing: what lies beside it by a name like its."""
    beside = folder / PurePosixPath(name).parent
    names: list[str] = []
    with suppress(OSError):
        names = sorted(entry.name for entry in os.scandir(beside))
    close = get_close_matches(PurePosixPath(name).name, names, n=3, cutoff=0.75)
    return f"Nearest: {', '.join(close)}." if close else "Name it by its path from the folder."
