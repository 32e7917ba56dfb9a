"""Every error that Differentia raises on purpose.

    DifferentiaError
    ├── InputError                 what the caller sent cannot be used        (exit 2, HTTP 4xx)
    │   ├── InvalidField           one named field has an unusable value
    │   ├── UnknownConcept         an id that the release does not have
    │   ├── EmptyInput             nothing to work on
    │   ├── ImageRefused           an image that must not be read, and why
    │   └── InputTooLarge          more than a stated limit
    ├── SourceError                a knowledge file is malformed: file, line  (exit 2)
    ├── ReleaseError               a release cannot be used                   (exit 1)
    │   ├── ReleaseNotFound
    │   └── ReleaseCorrupt
    ├── GateRefused                a load was stopped by a check              (exit 1)
    ├── StoreError                 the graph store did not answer             (exit 1)
    └── NotInstalled               an optional part is missing                (exit 1)

Each message says what is wrong; `mend` says what would do.
"""

from __future__ import annotations


class DifferentiaError(Exception):
    """Base of all errors raised on purpose; `mend` is a sentence saying what would do."""

    def __init__(self, message: str, *, mend: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return self.message if self.mend is None else f"{self.message} {self.mend}"


class InputError(DifferentiaError):
    """What the caller sent cannot be used."""


class InvalidField(InputError):
    """One named field holds a value that cannot be used."""

    def __init__(self, field: str, message: str, *, mend: str | None = None) -> None:
        super().__init__(f"{field}: {message}", mend=mend)
        self.field = field


class UnknownConcept(InputError):
    """An id that the release does not have; `suggestions` are (id, label) pairs close to it."""

    def __init__(
        self, concept: str, release: str, suggestions: tuple[tuple[str, str], ...] = ()
    ) -> None:
        if suggestions:
            mend = "Nearest: " + "; ".join(f"{i} {label}" for i, label in suggestions) + "."
        else:
            mend = "`differentia concepts search TEXT` finds ids."
        super().__init__(f"{concept!r} is not a concept of release {release}.", mend=mend)
        self.concept = concept
        self.suggestions = suggestions


class EmptyInput(InputError):
    """There is nothing to work on."""


class InputTooLarge(InputError):
    """More than a stated limit."""


class ImageRefused(InputError):
    """An image that must not be read: `reason` is a fixed word for programs (`lateral-view`),
    `detail` says what was seen. Neither holds anything of the patient."""

    def __init__(self, reason: str, detail: str, *, mend: str | None = None) -> None:
        super().__init__(detail, mend=mend)
        self.reason = reason
        self.detail = detail


class SourceError(DifferentiaError):
    """A knowledge file is malformed."""

    def __init__(
        self, file: str, message: str, *, line: int | None = None, mend: str | None = None
    ) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {message}", mend=mend)
        self.file = file
        self.line = line


class ReleaseError(DifferentiaError):
    """A release of the knowledge base cannot be used."""


class ReleaseNotFound(ReleaseError):
    """No such release, or none is active."""


class ReleaseCorrupt(ReleaseError):
    """A file of a release is missing or does not match its checksum."""


class GateRefused(DifferentiaError):
    """A load was stopped by one of its checks."""


class StoreError(DifferentiaError):
    """The graph store did not answer, or answered something unusable."""


class NotInstalled(DifferentiaError):
    """An optional part is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} is not installed.", mend=f"Install it with `pip install '.[{extra}]'`."
        )
