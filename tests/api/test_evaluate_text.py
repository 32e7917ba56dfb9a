"""`differentia evaluate text` and what it stands on, on the toy release."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from api.chest_labels import chest_labels, counts
from api.evaluate_text import DOCUMENT, EXACT, LABELS, MACRO, OVERLAPPING, dictionary, evaluate
from api.render.text_tables import errors_text, tables
from api.service import Service
from api.text_scores import macro, micro
from domain.errors import InvalidField, SourceError
from domain.findings import Experiencer, Observation, State, Time
from nlp.corpora import read_corpus
from nlp.measures import Counts

Run = Callable[..., Result]
#: Text, and for each mention its words, its concept, and perhaps attributes.
DOCUMENTS: tuple[tuple[str, tuple[tuple[str, str, dict[str, Any]], ...]], ...] = (
    (
        "No ataxia. Seizures since birth.",
        (
            ("ataxia", "HP:0001251", {"negated": True}),
            ("Seizures", "HP:0001303", {"negated": False}),  # an alternative id of HP:0001250
        ),
    ),
    ("She cannot walk straight. Scoliosis.", (("cannot walk straight", "HP:0002066", {}),)),
    ("Her mother had seizures.", (("seizures", "HP:0001250", {"experiencer": "family"}),)),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    lines = []
    for n, (text, marked) in enumerate(DOCUMENTS):
        mentions = [
            {"start": text.index(w), "end": text.index(w) + len(w), "concept": c, **more}
            for w, c, more in marked
        ]
        lines.append(json.dumps({"document": f"d{n}", "text": text, "mentions": mentions}))
    path = tmp_path / "invented.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def chest(tmp_path: Path) -> Path:
    path = tmp_path / "chest.tsv"
    path.write_text("# invented\nlabel\tconcept\nFits\tHP:0001250\nGait\tHP:0002066\n", "utf-8")
    return path


def test_findings_and_attributes_are_counted(toy_service: Service, corpus: Path) -> None:
    done: list[int] = []
    result = evaluate(toy_service, read_corpus(corpus), done=done.append)
    assert done == [1, 2, 3]
    assert (result.corpus, result.documents, result.skipped) == ("invented", 3, 0)
    by_name = {name: s.counts for name, s in result.scores.items()}
    # "cannot walk straight" is no name of the release, and Scoliosis is not marked.
    assert by_name[DOCUMENT] == by_name[EXACT] == by_name[OVERLAPPING] == Counts(3, 4, 4)
    assert by_name["negated"] == Counts(1, 1, 1)
    assert by_name["not the patient's"] == Counts(1, 1, 1)
    assert "historical" not in by_name
    assert result.scores[MACRO].f1.value == pytest.approx((1 + 0 + 1) / 3)
    missed, spurious = result.misses
    assert (missed.missed, missed.subject, missed.quote) == (
        True,
        "HP:0002066",
        "cannot walk straight",
    )
    assert (spurious.missed, spurious.quote, spurious.before) == (
        False,
        "Scoliosis",
        "She cannot walk straight.",
    )


def test_an_error_names_what_was_read_instead(toy_service: Service, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    mention = {"start": 0, "end": 7, "concept": "HP:0007359"}
    path.write_text(json.dumps({"text": "Seizure.", "mentions": [mention]}), "utf-8")
    result = evaluate(toy_service, read_corpus(path))
    missed, spurious = result.misses
    assert (missed.label, missed.instead) == ("Focal-onset seizure", "Seizure")
    assert (spurious.label, spurious.instead) == ("Seizure", "Focal-onset seizure")
    written = errors_text([result])
    assert "missed 1 x HP:0007359 Focal-onset seizure" in written
    assert "[[Seizure]] ." in written
    assert "(read: Seizure)" in written


def test_any_reader_can_be_measured(toy_service: Service, corpus: Path) -> None:
    plain = dictionary(toy_service)
    (ataxia, seizure) = plain.read(DOCUMENTS[0][0], "d")
    assert (ataxia.state, seizure.state) == (State.ABSENT, State.PRESENT)
    (theirs,) = plain.read(DOCUMENTS[2][0], "d")
    assert theirs.experiencer is Experiencer.FAMILY
    result = evaluate(toy_service, read_corpus(corpus), reader=plain, name="dictionary")
    assert result.reader == "dictionary"
    assert result.scores[DOCUMENT].counts == Counts(3, 4, 4)


def test_intervals_are_those_of_the_documents() -> None:
    rows = [Counts(1, 2, 1), Counts(3, 3, 4), Counts(0, 1, 0)] * 5
    score = micro(rows, seed=0)
    assert score.counts == Counts(20, 30, 25)
    assert score.f1.value == pytest.approx(40 / 55)
    assert score.f1.low < score.f1.value < score.f1.high
    assert micro(rows, seed=0) == score
    assert micro(rows, seed=1) != score
    mean = macro(rows, seed=0)
    assert mean.precision.value == pytest.approx((1 + 0.75) / 2)  # of those that read anything
    assert mean.recall.value == pytest.approx((0.5 + 1 + 0) / 3)


def test_labels_take_in_what_is_below(toy_service: Service, chest: Path) -> None:
    found = chest_labels(toy_service.knowledge, chest)
    assert found == {
        "Fits": {"HP:0001250", "HP:0002197", "HP:0007359"},
        "Gait": {"HP:0002066"},
    }
    chest.write_text("label\tconcept\nX\tHP:0999999\n", "utf-8")
    with pytest.raises(InvalidField, match="not in the release"):
        chest_labels(toy_service.knowledge, chest)
    chest.write_text("label\tid\n", "utf-8")
    with pytest.raises(SourceError, match="lacks the column"):
        chest_labels(toy_service.knowledge, chest)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"state": State.PRESENT}, True),
        ({"state": State.PRESENT, "time": Time.PAST}, True),
        ({"state": State.PRESENT, "time": Time.HYPOTHETICAL}, False),
        ({"state": State.PRESENT, "experiencer": Experiencer.FAMILY}, False),
        ({"state": State.ABSENT}, False),
        ({"state": State.UNDETERMINED}, False),
        ({"state": State.UNCERTAIN}, False),
        ({"state": State.UNCERTAIN, "probability": 0.5, "base_rate": 0.1}, True),
        ({"state": State.UNCERTAIN, "probability": 0.49, "base_rate": 0.1}, False),
    ],
)
def test_when_a_label_counts(given: dict[str, Any], expected: bool) -> None:
    assert counts(Observation(label="x", **given)) is expected


def test_reports_are_read_where_their_labels_were_given(
    toy_service: Service, tmp_path: Path, chest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.chest_labels.TABLE", chest)
    reports, labels = tmp_path / "reports.csv", tmp_path / "labels.csv"
    reports.write_text(
        "uid,indication,comparison,findings,impression\n"
        "1,Gait ataxia,,Focal seizure.,None.\n"
        "2,Seizure,,No seizure.,\n"
        "3,,,Clear.,\n",
        "utf-8",
    )
    labels.write_text("filename,Fits,Gait,normal\nCXR1,1,0,0\nCXR2,0,0,1\nCXR3,0,1,0\n", "utf-8")
    result = evaluate(toy_service, read_corpus(reports, labels=labels))
    assert result.scores[LABELS].counts == Counts(1, 2, 1)
    assert {k: s.counts for k, s in result.labels.items()} == {
        "Fits": Counts(1, 1, 1),
        "Gait": Counts(0, 1, 0),
    }
    (missed,) = result.misses
    assert (missed.document, missed.subject, missed.quote) == ("3", "Gait", "FINDINGS: Clear.")
    assert [t.title for t in tables([result])] == ["reports: 3 documents", "reports: by label"]


def test_the_command_prints_tables_and_writes_errors(
    run: Run, corpus: Path, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.txt"
    result = run("evaluate", "text", str(corpus), "--baseline", "--errors", str(errors))
    assert result.exit_code == 0, result.stderr
    assert "invented: 3 documents" in result.stdout
    assert "dictionary" in result.stdout
    assert "1 x missed Gait ataxia: cannot walk straight" in result.stdout
    assert "[[cannot walk straight]]" in errors.read_text("utf-8")


def test_the_command_prints_json(run: Run, corpus: Path) -> None:
    result = run("evaluate", "text", str(corpus), "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    (one,) = found["results"]
    assert (one["corpus"], one["reader"], one["errors"]) == ("invented", "reader", 2)
    assert one["scores"][DOCUMENT]["f1"]["value"] == 0.75
    assert found["versions"]["hpo"]


def test_the_command_says_what_is_wrong(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("Nothing.", "utf-8")
    result = run("evaluate", "text", str(path))
    assert result.exit_code == 2
    assert "no corpus that is known" in result.stderr
