"""The text reader of a release, with the models that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import InvalidField, SourceError
from kg.arrays import check_seal

if TYPE_CHECKING:
    from api.settings import Settings
    from nlp.reader import TextReader
    from nlp.text_model import TextModel
    from ontologies.lexicon import Lexicon

NONE = "none"
#: Makes a reader over a lexicon, with a trained component or without.
ReaderOver = Callable[["Lexicon", "TextModel | None"], "TextReader"]


def reader_over(settings: Settings, compiled: Path) -> ReaderOver:
    """Makes readers over what a release compiled; index and model are opened once. Raises
    ReleaseCorrupt, or InvalidField for a setting that names no model. Imports spaCy."""
    from nlp import mention_model, name_index
    from nlp.reader import TextReader

    named = settings.spacy_model
    names = name_index.NameIndex(check_seal(compiled / name_index.FILE))
    mentions = None if named == NONE else mention_model.load(named)

    def over(lexicon: Lexicon, model: TextModel | None) -> TextReader:
        return TextReader(
            lexicon,
            names=names,
            model=model,
            mention_model=mentions,
            max_chars=settings.max_text_chars,
        )

    return over


def open_model(named: str) -> TextModel | None:
    """The trained component that the setting `text_model` names. Raises InvalidField."""
    from nlp import text_model

    if named == NONE:
        return None
    try:
        return text_model.TextModel.from_disk(Path(named).expanduser())
    except SourceError as error:
        raise InvalidField(
            "text_model",
            f"{named!r} cannot be used: {error.message}",
            mend="Name a folder that `differentia train text` wrote, or none.",
        ) from None
