"""Which store the settings ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from api.settings import Settings
from domain.errors import InvalidField
from kg.release import Home

if TYPE_CHECKING:
    from kg.releases import Compile, Releases

FILE = "file"
_MEND = "Write `file`, `file:FOLDER`, or an address such as bolt://127.0.0.1:7687."


def open_releases(settings: Settings, compile_release: Compile) -> Releases:
    """Where releases live. Nothing is opened yet. Raises InvalidField or NotInstalled."""
    scheme, colon, rest = settings.store.partition(":")
    if scheme == FILE:
        if colon and not rest:
            raise InvalidField("store", "names no folder.", mend=_MEND)
        return Home(Path(rest).expanduser() if rest else settings.home, compile_release)

    from kg.bolt_connection import SCHEMES

    if scheme not in SCHEMES:
        raise InvalidField("store", f"{scheme!r} is no kind of store.", mend=_MEND)
    return _bolt(settings, compile_release)


def _bolt(settings: Settings, compile_release: Compile) -> Releases:
    from kg.bolt_releases import BoltReleases
    from kg.build import builder

    try:
        address = urlsplit(settings.store)
        _ = address.port
    except ValueError:
        raise InvalidField("store", "is no address.", mend=_MEND) from None
    if address.username is not None or address.password is not None:
        raise InvalidField(
            "store",
            "holds a user or a password.",
            mend="Set DIFFERENTIA_NEO4J_USER and DIFFERENTIA_NEO4J_PASSWORD.",
        )
    if not address.hostname or address.path not in ("", "/"):
        raise InvalidField("store", "is no address.", mend=_MEND)
    return BoltReleases(
        settings.store,
        (settings.neo4j_user, settings.neo4j_password),
        # What is compiled changes with the builder.
        settings.home / "compiled" / f"builder-{builder()}",
        compile_release,
    )
