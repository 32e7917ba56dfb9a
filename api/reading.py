"""The text reader of a release, with the models that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.arrays import check_seal

if TYPE_CHECKING:
    from api.settings import Settings
    from nlp.reader import TextReader
    from ontologies.lexicon import Lexicon

NONE = "none"


def open_reader(settings: Settings, compiled: Path, lexicon: Lexicon) -> TextReader:
    """A reader over what a release compiled. Raises ReleaseCorrupt, or InvalidField for a setting
    that names no model. The first use imports spaCy."""
    from nlp import mention_model, name_index
    from nlp.reader import TextReader

    named = settings.spacy_model
    return TextReader(
        lexicon,
        names=name_index.NameIndex(check_seal(compiled / name_index.FILE)),
        mention_model=None if named == NONE else mention_model.load(named),
        max_chars=settings.max_text_chars,
    )
