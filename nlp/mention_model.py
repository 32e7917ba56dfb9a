"""Mentions that an installed spaCy pipeline finds, as scispaCy's `en_core_sci_*` do."""

from __future__ import annotations

from spacy.language import Language

from domain.errors import InvalidField
from nlp.linker import Chunk
from nlp.mentions import Taken
from ontologies.wordforms import words

#: Labels by which a model says that a mention is a finding or a disease; others say less.
_FINDINGS = frozenset(("DISEASE", "DISORDER", "PROBLEM", "FINDING", "PHENOTYPE", "SIGN_OR_SYMPTOM"))
SETTING = "spacy_model"


def load(name: str) -> Language:
    """The installed pipeline of that name or path, with what finding mentions needs.

    Raises InvalidField where there is none, or it has no entity recogniser.
    """
    import spacy

    try:
        model = spacy.load(name, exclude=["lemmatizer"])
    except (OSError, ValueError, ImportError) as error:
        raise InvalidField(
            SETTING,
            f"no spaCy pipeline {name!r} can be loaded ({type(error).__name__}).",
            mend="Install it, or name the folder of one; leave the setting out to do without.",
        ) from None
    if not any(pipe in model.pipe_names for pipe in ("ner", "entity_ruler", "beam_ner")):
        raise InvalidField(
            SETTING, f"{name!r} finds no entities.", mend="Name a pipeline with an `ner` component."
        )
    return model


class MentionModel:
    """Asks a pipeline for mentions; what it was trained on decides what it finds."""

    def __init__(self, model: Language, max_chars: int) -> None:
        model.max_length = max(model.max_length, max_chars + 1)
        self._model = model

    def chunks(self, text: str, taken: Taken) -> list[Chunk]:
        """Mentions of `text` that overlap no name in `taken`, in their order."""
        found = []
        for entity in self._model(text).ents:
            start, end = entity.start_char, entity.end_char
            said = words(entity.text)
            if said and not taken.meets(start, end):
                told = entity.label_ in _FINDINGS
                found.append(Chunk(start, end, " ".join(said), told=told))
        return found
