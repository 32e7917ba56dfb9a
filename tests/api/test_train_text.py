"""`differentia train text`, and `evaluate text --folds`, on the toy release."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from api.evaluate_text import DOCUMENT, evaluate
from api.service import Service
from api.train_text import cross_validated
from domain.errors import EmptyInput, InvalidField
from nlp.corpora import read_corpus
from nlp.text_model import TextConfig
from tests.conftest import DATA

Run = Callable[..., Result]
#: What these annotators marked, by its words; HP:0000057 is obsolete and means HP:0002650.
SENTENCES: tuple[tuple[str, dict[str, str]], ...] = (
    ("Seen for seizures; otherwise well.", {"seizures": "HP:0001250"}),
    ("A wobbly walk, and cardiomegaly.", {"wobbly walk": "HP:0002066"}),
    ("Seizure at two. A wobbly walk.", {"Seizure": "HP:0001250", "wobbly walk": "HP:0002066"}),
    ("Cardiomegaly. Scoliosis.", {"Scoliosis": "HP:0000057"}),
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = []
    for n in range(40):
        sentence, marked = SENTENCES[n % len(SENTENCES)]
        text = f"Case {n}. {sentence}"
        mentions: list[dict[str, Any]] = [
            {"start": text.index(w), "end": text.index(w) + len(w), "concept": c}
            for w, c in marked.items()
        ]
        lines.append(json.dumps({"document": str(n), "text": text, "mentions": mentions}))
    path = tmp_path_factory.mktemp("corpus") / "invented.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_each_document_is_read_by_one_that_had_not_seen_it(
    toy_service: Service, corpus: Path
) -> None:
    read = read_corpus(corpus)
    told: list[str] = []
    answers = cross_validated(
        toy_service, [read], TextConfig.read(), folds=2, seed=0,
        progress=lambda title, *_: told.append(title),
    )  # fmt: skip
    assert set(told) == {"fold 1 of 2", "fold 2 of 2"}
    before = evaluate(toy_service, read).scores[DOCUMENT]
    after = evaluate(toy_service, read, reader=answers).scores[DOCUMENT]
    assert (before.counts.hit, before.counts.gold, before.counts.read) == (30, 50, 50)
    assert after.f1.value > 0.95


def test_what_cannot_teach_is_refused(toy_service: Service, corpus: Path, tmp_path: Path) -> None:
    config = TextConfig.read()
    with pytest.raises(InvalidField, match="40 texts cannot make 41 folds"):
        cross_validated(toy_service, [read_corpus(corpus)], config, folds=41, seed=0)
    mention = {"start": 0, "end": 5, "concept": None, "negated": False}
    path = tmp_path / "targets.jsonl"
    path.write_text(json.dumps({"text": "Fever.", "mentions": [mention]}), "utf-8")
    with pytest.raises(EmptyInput, match="does not say which concepts"):
        cross_validated(toy_service, [read_corpus(path)], config, folds=2, seed=0)


def test_the_command_trains_writes_and_its_model_is_used(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "made"
    result = run(
        "train", "text", str(corpus), "--output", str(folder), "--folds", "2",
        "--data", "Invented sentences, CC0",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    written = (folder / "model-card.md").read_text("utf-8")
    assert result.stdout.strip() == written.strip()
    for said in (
        "Invented sentences, CC0",
        "invented: 40 documents, 50 annotations",
        "1 names that the release lacks",
        "2 folds by document",
        "| invented | 40 | with |",
    ):
        assert said in written
    report = tmp_path / "report.txt"
    report.write_text("A wobbly walk and a cough; cardiomegaly.", "utf-8")
    monkeypatch.setenv("DIFFERENTIA_TEXT_MODEL", str(folder))
    found = json.loads(run("annotate", str(report), "--format", "json").stdout)
    assert [f["concept"] for f in found["findings"]] == ["HP:0002066"]
    monkeypatch.setenv("DIFFERENTIA_TEXT_MODEL", "none")
    found = json.loads(run("annotate", str(report), "--format", "json").stdout)
    assert [f["concept"] for f in found["findings"]] == ["HP:0001640"]


def test_evaluation_by_folds_stands_beside_the_reader(run: Run, corpus: Path) -> None:
    result = run("evaluate", "text", str(corpus), "--folds", "2", "--json")
    assert result.exit_code == 0, result.stderr
    plain, trained = json.loads(result.stdout)["results"]
    assert (plain["reader"], trained["reader"]) == ("reader", "trained, 2 folds")
    assert trained["scores"][DOCUMENT]["f1"]["value"] > plain["scores"][DOCUMENT]["f1"]["value"]


def test_a_setting_that_names_no_model_is_refused(
    run: Run, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFERENTIA_TEXT_MODEL", str(DATA))
    result = run("evaluate", "text", str(corpus))
    assert result.exit_code == 2
    assert "text_model" in result.stderr
