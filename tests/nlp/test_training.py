"""Training on invented texts in which annotators had habits of their own."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import EmptyInput, SourceError
from domain.evidence import TextSpan
from nlp.corpora import GoldDocument
from nlp.reader import TextReader
from nlp.text_model import DEFAULT_CONFIG, TextConfig, TextModel
from nlp.training import train
from tests.nlp.test_learned import ATAXIA, LABELS, LEXICON, SEIZURE, document

#: These annotators mark a wobbly walk, and no cough that somebody else may have.
TEXTS = [
    document(str(n), text, *marked)
    for n, (text, marked) in enumerate(
        [
            ("He had seizures and a cough.", (("seizures", SEIZURE),)),
            ("A wobbly walk was seen. Cough at night.", (("wobbly walk", ATAXIA),)),
            ("The wobbly walk began at five; later seizures.",
             (("wobbly walk", ATAXIA), ("seizures", SEIZURE))),
            ("Dry cough. No seizure.", (("seizure", SEIZURE),)),
        ]
        * 10
    )
]  # fmt: skip


def taught(documents: list[GoldDocument], config: TextConfig) -> TextModel:
    return train(TextReader, LEXICON, documents, LABELS, config)


def quotes(reader: TextReader, text: str) -> list[str]:
    return [e.quote for o in reader.read(text) for e in o.evidence if isinstance(e, TextSpan)]


@pytest.fixture(scope="module")
def model() -> TextModel:
    return taught(TEXTS, TextConfig.read())


def test_the_habits_of_annotators_are_learned(model: TextModel) -> None:
    text = "Seizures since birth, a cough, and a wobbly walk."
    assert quotes(TextReader(LEXICON), text) == ["Seizures", "cough"]
    assert quotes(TextReader(LEXICON, model=model), text) == ["Seizures", "wobbly walk"]


def test_the_same_texts_teach_the_same(model: TextModel) -> None:
    again = taught(TEXTS, TextConfig.read())
    one, other = (m.attach(TextReader(LEXICON).pipeline) for m in (model, again))
    assert again.names == model.names
    assert one.model.to_bytes() == other.model.to_bytes()


def test_a_model_is_written_and_read(model: TextModel, tmp_path: Path) -> None:
    model.to_disk(tmp_path / "made")
    read = TextModel.from_disk(tmp_path / "made")
    text = TEXTS[2].text
    assert read.names == model.names
    assert TextReader(LEXICON, model=read).read(text) == TextReader(LEXICON, model=model).read(text)
    size = sum(f.stat().st_size for f in (tmp_path / "made").rglob("*") if f.is_file())
    assert size < 1_000_000
    (tmp_path / "made" / "names.tsv").unlink()
    with pytest.raises(SourceError):
        TextModel.from_disk(tmp_path / "made")


def test_a_release_that_has_the_name_or_lacks_the_concept(model: TextModel) -> None:
    assert [n.key for n in model.in_release(LABELS.__contains__, LEXICON).names] == ["wobbly walk"]
    assert model.in_release(lambda concept: concept != ATAXIA, LEXICON).names == ()
    richer = LEXICON.plus(n.entry() for n in model.names)
    assert model.in_release(LABELS.__contains__, richer).names == ()


def test_too_little_to_learn_from_is_refused() -> None:
    config = TextConfig.read()
    with pytest.raises(EmptyInput, match="too few"):
        taught(TEXTS[:4], config)
    unmarked = [GoldDocument(name=d.name, text=d.text) for d in TEXTS]
    with pytest.raises(EmptyInput, match="all right or all wrong"):
        taught(unmarked, config)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed = 0", "", "training.seed"),
        ("seed = 0", "seed = 0\nluck = 1", "training.luck"),
        ("[names]", "[nomes]", "names"),
        ("[names]", "[names", "is no configuration"),
        ("hidden = 64", "hidden = many", "cannot be made"),
        ("differentia.Ranker.v1", "differentia.Ranker.v9", "cannot be made"),
    ],
)
def test_a_faulty_configuration_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "made.cfg"
    stated = DEFAULT_CONFIG.read_text("utf-8")
    assert old in stated
    path.write_text(stated.replace(old, new), "utf-8")
    with pytest.raises(SourceError, match=said):
        taught(TEXTS, TextConfig.read(path))


PIECES = (
    st.lists(
        st.sampled_from(
            ["seizures", "A wobbly walk", "cough", "no", ".", ",", "and", "\n", "Ataxia"]
        ),
        min_size=1,
        max_size=20,
    )
    .map(" ".join)
    .filter(lambda text: not text.isspace())
)


@settings(max_examples=50, deadline=None)
@given(PIECES, PIECES)
@example("and and Ataxia", "seizures")
def test_text_added_after_a_blank_line_changes_nothing_before(
    model: TextModel, text: str, more: str
) -> None:
    reader = _reader(model)
    # The blank line itself belongs to the sentence before it.
    before = reader.read(f"{text}\n\n")
    assert reader.read(f"{text}\n\nPLAN:\n{more}")[: len(before)] == before


@lru_cache(maxsize=1)
def _reader(model: TextModel) -> TextReader:
    return TextReader(LEXICON, model=model)
