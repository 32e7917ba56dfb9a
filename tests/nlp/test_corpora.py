"""Annotated texts in their four formats."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import EmptyInput, InvalidField, SourceError
from domain.findings import Experiencer, Time
from nlp.corpora import Corpus, read_corpus

SENTENCES = (
    "number\tCondition\tsentence\tnegation_status\ttemporality\texperiencer\n"
    "1\tWheeze\tNo wheeze was heard.\tNegated\tRecent\tPatient\n"
    "2\tASTHMA\tHer aunt had asthma.\tAffirmed\tHistorical\tFamily member\n"
    "3\tfever\tReturn if you are hot.\tAffirmed\tNot particular\tPatient\n"
)
REPORTS = (
    "uid,MeSH,indication,comparison,findings,impression\n"
    '7,normal,Cough?,None.,"A large effusion, on the left.",No pneumothorax.\n'
    "8,normal,Pain,,,\n"
    "9,normal,,,Clear.,\n"
)
LABELS = "filename,Effusion,Pneumothorax,normal\nCXR7,1,0,0\nCXR8,0,0,1\n"


def folder(tmp_path: Path, text: str | bytes, annotations: str | None) -> Path:
    for name in ("corpus", "ann"):
        (tmp_path / "made" / name).mkdir(parents=True, exist_ok=True)
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "made" / "corpus" / "a").write_bytes(data)
    if annotations is not None:
        (tmp_path / "made" / "ann" / "a").write_text(annotations, "utf-8")
    return tmp_path / "made"


def write(tmp_path: Path, text: str, name: str = "given") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def quoted(corpus: Corpus) -> list[tuple[str, str | None]]:
    return [(d.text[m.start : m.end], m.concept) for d in corpus.documents for m in d.mentions]


def test_a_folder_in_either_way_of_writing(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        "Ataxia and a seizure.\r\nNo fever.",
        "[0::6]\tHP_0001251 | Ataxia\n\n13\t20\tseizure\tHP:0001250\n"
        "26\t31\tfever\tHP:0001945\tNeg\n",
    )
    corpus = read_corpus(path)
    assert (corpus.name, corpus.format, corpus.has_concepts) == ("made", "annotations", True)
    assert quoted(corpus) == [
        ("Ataxia", "HP:0001251"),
        ("seizure", "HP:0001250"),
        ("fever", "HP:0001945"),
    ]
    assert all(m.negated is None for d in corpus.documents for m in d.mentions)


def test_a_text_without_an_annotation_file_has_none(tmp_path: Path) -> None:
    (document,) = read_corpus(folder(tmp_path, "Ataxia.", None)).documents
    assert document.mentions == ()


def test_an_annotation_outside_its_text_is_counted(tmp_path: Path) -> None:
    corpus = read_corpus(folder(tmp_path, "Ataxia.", "[0::60]\tHP_0001251 | Ataxia\n"))
    assert (corpus.skipped, corpus.why) == (1, "annotations outside their text")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[0:6]\tHP_0001251 | Ataxia", "is no annotation"),
        ("0\tsix\tAtaxia\tHP:0001251", "has no offsets"),
        ("0\t6\tAtaxia\tataxia", "is not an identifier"),
    ],
)
def test_a_faulty_annotation_is_named_by_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as error:
        read_corpus(folder(tmp_path, "Ataxia.", f"\n{line}\n"))
    assert error.value.line == 2


def test_sentences_have_a_target_each(tmp_path: Path) -> None:
    corpus = read_corpus(write(tmp_path, SENTENCES))
    assert (corpus.format, corpus.has_concepts) == ("sentences", False)
    assert quoted(corpus) == [("wheeze", None), ("asthma", None)]
    (first,), (second,) = (d.mentions for d in corpus.documents)
    assert (first.negated, first.time, first.experiencer) == (True, Time.NOW, Experiencer.PATIENT)
    assert (second.negated, second.time, second.experiencer) == (
        False,
        Time.PAST,
        Experiencer.FAMILY,
    )
    assert (corpus.skipped, corpus.why) == (1, "targets not found in their sentence")


def test_sentences_say_which_line_is_not_understood(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"given:3: .*someday"):
        read_corpus(write(tmp_path, SENTENCES.replace("Historical", "Someday")))


def test_reports_with_their_labels(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv.gz"
    labels.write_bytes(gzip.compress(LABELS.encode()))
    path = write(tmp_path, REPORTS, "reports.csv")
    corpus = read_corpus(path, labels=labels)
    assert corpus.format == "reports"
    (document,) = corpus.documents
    assert document.labels == frozenset(("Effusion",))
    assert [document.text[a:b] for a, b in document.scope] == [
        "FINDINGS: A large effusion, on the left.\n\n",
        "IMPRESSION: No pneumothorax.\n\n",
    ]
    assert document.text.startswith("INDICATION: Cough?\n\n")
    assert corpus.skipped == 2
    with pytest.raises(InvalidField, match="--labels"):
        read_corpus(path)


def line(**changes: Any) -> str:
    mention = {"start": 3, "end": 9, "concept": "HP:0001251"} | changes
    return json.dumps({"document": "a", "text": "No ataxia.", "mentions": [mention]})


def test_our_own_lines(tmp_path: Path) -> None:
    stated = line(negated=True, time="now", experiencer="patient")
    corpus = read_corpus(write(tmp_path, f"{stated}\n\n{line()}\n"))
    assert (corpus.format, corpus.has_concepts) == ("jsonl", True)
    assert quoted(corpus) == [("ataxia", "HP:0001251")] * 2
    ((first,), (second,)) = (d.mentions for d in corpus.documents)
    assert (first.negated, first.time, first.experiencer) == (True, Time.NOW, Experiencer.PATIENT)
    assert (second.negated, second.time, second.experiencer) == (None, None, None)
    assert not read_corpus(write(tmp_path, line(concept=None))).has_concepts


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (line(end=99), "outside its text"),
        (line(start="3"), "outside its text"),
        (line(negated="no"), "negated is true or false"),
        (line(time="soon"), "soon"),
        (line(concept="ataxia"), "identifier"),
        ('{"text": "No ataxia."}', "lacks 'mentions'"),
        ('{"text": " ", "mentions": []}', "its text is empty"),
        ("{", "no annotated document"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, given: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as error:
        read_corpus(write(tmp_path, f"{line()}\n{given}\n"))
    assert error.value.line == 2


def test_what_is_no_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no corpus that is known"):
        read_corpus(write(tmp_path, "Once upon a time."))
    with pytest.raises(SourceError, match="no folders"):
        read_corpus(tmp_path)
    with pytest.raises(SourceError, match="no such file"):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(InvalidField, match="is none"):
        read_corpus(write(tmp_path, line()), "brat")
    with pytest.raises(EmptyInput):
        read_corpus(write(tmp_path, "\n"), "jsonl")
