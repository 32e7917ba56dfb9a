"""Settings: from the environment (`DIFFERENTIA_*`), over an optional TOML file, over defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

from domain.errors import InvalidField

PREFIX = "DIFFERENTIA_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting. `DIFFERENTIA_HOME` is `home`, and so on; a TOML file names them in lower
    case at its top level. Its path is in `DIFFERENTIA_CONFIG`."""

    #: Folder of the releases; platformdirs' user data folder if unset.
    home: Path
    #: Release to answer from: `active`, an id, or a path.
    release: str = "active"
    #: Where releases live: `file` (in `home`), `file:FOLDER`, or Neo4j's `bolt://HOST:PORT`.
    store: str = "file"
    #: User of Neo4j.
    neo4j_user: str = "neo4j"
    #: Password of Neo4j; None where it asks for none.
    neo4j_password: str | None = field(default=None, repr=False)
    #: Scoring method, by its file's name in `reasoning/scorers/`.
    scorer: str = "coverage"
    #: Fitted parameters of the scoring method: `shipped`, or a file of `differentia fit ranking`.
    parameters: str = "shipped"
    #: Hypotheses in an answer where the caller names no number.
    top: int = 10
    #: Installed spaCy pipeline, or the folder of one, that finds further mentions; or `none`.
    spacy_model: str = "none"
    #: Trained component of the text reader: a folder of `train text`, or `none`.
    text_model: str = "none"
    #: Model that reads films: `shipped`, or a folder with a model card and its weights.
    image_model: str = "shipped"
    #: Longest text that is read, in characters.
    max_text_chars: int = 1_000_000
    #: `on`: annotations are always made on de-identified text; `off`: where that is asked for.
    #: Whatever is stored or logged holds no words of a text either way.
    deidentify: str = "off"
    #: Secret of the tags and shifted dates of de-identified text, and of the new UIDs of DICOM
    #: files; None: a random one a run.
    deidentify_key: str | None = field(default=None, repr=False)
    #: Address that `serve` binds.
    host: str = "127.0.0.1"
    #: Port that `serve` binds.
    port: int = 8350
    #: Worker processes of `serve`.
    workers: int = 2
    #: Whoever shows this token may load and switch knowledge over HTTP; None: nobody may.
    admin_token: str | None = field(default=None, repr=False)
    #: Largest upload of knowledge over HTTP, in millions of bytes.
    max_upload_mb: int = 500
    #: Largest upload of films in one request over HTTP, in millions of bytes.
    max_films_mb: int = 100

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings. Raises InvalidField naming the setting and what would do."""
        environ = os.environ if environ is None else environ
        stated: dict[str, object] = {}
        if config := environ.get(PREFIX + "CONFIG"):
            stated |= _read_toml(Path(config))
        known = {f.name for f in fields(cls)}
        for name, value in environ.items():
            if not name.startswith(PREFIX) or name == PREFIX + "CONFIG":
                continue
            setting = name.removeprefix(PREFIX).lower()
            if setting not in known:
                raise InvalidField(name, "is no setting.", mend=f"Known: {_names(known)}.")
            stated[setting] = value
        if unknown := stated.keys() - known:
            raise InvalidField(
                sorted(unknown)[0], "is no setting.", mend=f"Known: {', '.join(sorted(known))}."
            )
        home = stated.pop("home", None)
        values: dict[str, object] = {
            "home": _default_home() if home in (None, "") else Path(str(home)).expanduser()
        }
        values |= {name: _typed(name, value) for name, value in stated.items()}
        return cls(**values)  # type: ignore[arg-type]


def _names(known: set[str]) -> str:
    return ", ".join(sorted(PREFIX + n.upper() for n in known))


def _typed(name: str, value: object) -> object:
    """A number where the setting is one, positive; text otherwise."""
    if name not in ("top", "max_text_chars", "port", "workers", "max_upload_mb", "max_films_mb"):
        if not isinstance(value, str) or not value:
            raise InvalidField(name, "must be text and not empty.")
        if name == "deidentify" and value not in ("on", "off"):
            raise InvalidField(name, f"{value!r} is neither on nor off.")
        return value
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if number < 1:
        raise InvalidField(name, f"{value!r} is not a positive whole number.")
    return number


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidField(PREFIX + "CONFIG", f"{path}: no such file.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidField(PREFIX + "CONFIG", f"{path} is not TOML: {error}.") from None


def _default_home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("differentia", appauthor=False))
