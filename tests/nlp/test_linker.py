"""Words that the dictionary misses: linked where they agree, told as not linked where not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.pipeline import EntityRecognizer
from spacy.training import Example
from thinc.util import fix_random_seed

from domain.errors import InvalidField, ReleaseCorrupt
from domain.findings import Observation
from nlp import mention_model
from nlp.linker import NOT_LINKED, THRESHOLD
from nlp.name_index import NameIndex, vectorizer, write_index
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon, build
from tests.ontologies.test_lexicon import concept, exact

CONCEPTS = [
    concept(1, "Seizure", exact("Convulsion")),
    concept(2, "Hypercalcemia"),
    concept(3, "Hypocalcemia"),
    concept(4, "Abnormal renal function", exact("Abnormality of renal function")),
    concept(5, "Arachnodactyly", exact("Long slender fingers")),
    concept(6, "Thin upper lip vermilion"),
    concept(7, "Cardiomyopathy"),
    concept(8, "Hepatosplenomegaly"),
    concept(9, "Progressive cerebellar ataxia"),
    concept(10, "Upper limb weakness"),
    concept(11, "Lower limb weakness"),
]
DEFINITIONS = ["The function of the kidney, the renal organ, is not normal in the patient."]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    path = tmp_path_factory.mktemp("names") / "names-index.npz"
    write_index(build(CONCEPTS), DEFINITIONS, path)
    return NameIndex(path)


@pytest.fixture(scope="module")
def linking(index: NameIndex) -> TextReader:
    return TextReader(Lexicon.from_entries(build(CONCEPTS)), names=index)


def only(reader: TextReader, text: str) -> Observation:
    (found,) = reader.read(text)
    return found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("She has hepatosplenomegally.", "Hepatosplenomegaly"),
        ("Known cardiomyopahty.", "Cardiomyopathy"),
        ("Severe hypercalcaemmia.", "Hypercalcemia"),
    ],
)
def test_a_slip_of_the_hand_is_linked(linking: TextReader, text: str, label: str) -> None:
    found = only(linking, text)
    assert found.label == label
    assert found.link_score is not None
    assert THRESHOLD <= found.link_score < 1


@pytest.mark.parametrize(
    "text",
    [
        "Renal function was checked.",  # the name says more than the text
        "The lower limb of the chart.",
        "Normal renal function.",
    ],
)
def test_what_only_resembles_a_name_is_left_alone(linking: TextReader, text: str) -> None:
    assert linking.read(text) == ()


def test_the_opposite_is_never_guessed(linking: TextReader) -> None:
    for text in ("Hyperkalcaemia.", "Hypercalcaemic.", "Hypocalcaemmia.", "Hypolcalcemia."):
        for found in linking.read(text):
            if found.concept is not None:
                assert found.label.lower()[:4] == text.lower()[:4]


def test_below_the_threshold_a_mention_is_told_and_not_linked(linking: TextReader) -> None:
    found = only(linking, "There is no hepatosplenomegalitis today.")
    assert found.concept is None
    assert found.label == "hepatosplenomegalitis"
    assert found.state.value == "absent"
    assert found.link_score is not None
    assert NOT_LINKED <= found.link_score < THRESHOLD


def test_rows_are_those_of_scikit_learn(index: NameIndex) -> None:
    weights = vectorizer(1)
    weights.fit([e.key for e in build(CONCEPTS) if e.kind != "analogy"])
    texts = ["progressive ataxia of the limb", "Hepato-splenomegaly!", "xyzzy", "a"]
    own = index.generator().vectorizer.transform(texts).toarray()
    assert np.allclose(own, weights.transform(texts).toarray(), atol=1e-6)


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    path = tmp_path / "names-index.npz"
    path.write_bytes(b"not an index")
    with pytest.raises(ReleaseCorrupt, match="names-index"):
        NameIndex(path)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline that has learned to mark what stands behind "has"."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    assert isinstance(ner, EntityRecognizer)
    ner.add_label("DISEASE")
    marked = ("a slender upper lip vermilion", "a glimmering rash", "progressive cerebelar ataxia")
    examples = []
    for said in marked:
        doc = nlp.make_doc(f"The patient has {said} today.")
        examples.append(Example.from_dict(doc, {"entities": [(16, 16 + len(said), "DISEASE")]}))
    fix_random_seed(0)
    nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples)
    path = tmp_path_factory.mktemp("tiny")
    nlp.to_disk(path)
    return path


def test_an_installed_pipeline_finds_mentions(index: NameIndex, tiny: Path) -> None:
    lexicon = Lexicon.from_entries(build(CONCEPTS))
    reader = TextReader(lexicon, names=index, mention_model=mention_model.load(str(tiny)))
    text = "The patient has progressive cerebelar ataxia today."
    found = only(reader, text)
    assert found.label == "Progressive cerebellar ataxia"
    told = only(reader, "The patient has a glimmering rash today.")
    assert told.concept is None
    assert told.label == "a glimmering rash"


def test_a_pipeline_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidField, match="no spaCy pipeline 'nowhere'"):
        mention_model.load("nowhere")


def test_a_pipeline_without_entities_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(InvalidField, match="finds no entities"):
        mention_model.load(str(tmp_path / "blank"))
