"""`differentia analyse` over a made model: what it prints, and what it says of bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from tests.vision.films import chest_like, png_bytes
from tests.vision.made_model import LABELS, SUPPORTED, made_model, odds

Run = Callable[..., Result]

KEYS = ["file", "refused", "findings", "model"]
FINDING = [
    "label", "concept", "score", "probability", "base_rate", "operating_point", "decision",
    "supported", "likelihood_ratio", "box",
]  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that sees an effusion on every film, and may say where."""
    return made_model(
        tmp_path_factory.mktemp("model"), scores={"Effusion": 2.0, "Edema": -2.0}, regions=LABELS
    ).folder


@pytest.fixture(autouse=True)
def _model(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(model))


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A folder of two films, one below, and of what is none."""
    folder = tmp_path / "films"
    for name in ("a.png", "below/b.PNG", ".hidden.png"):
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(png_bytes(chest_like(96)))
    (folder / "note").write_text("No film.")
    (folder / "labels.csv").write_text("file\n")
    return folder


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_a_file_with_all_labels(run: Run, films: Path) -> None:
    result = run("analyse", str(films / "a.png"), "--json")
    assert result.exit_code == 0, result.stderr
    (answer,) = lines(result)
    assert list(answer)[:4] == KEYS
    assert (answer["file"], answer["refused"], answer["size"]) == ("a.png", None, [96, 96])
    assert [f["label"] for f in answer["findings"]] == list(LABELS)
    for finding in answer["findings"]:
        assert set(FINDING) <= set(finding)
        assert isinstance(finding["score"], float)
        said = [finding[k] for k in ("probability", "base_rate", "operating_point", "decision")]
        assert (None not in said) == finding["supported"] == (finding["label"] in SUPPORTED)
        if finding["supported"]:
            ratio = odds(finding["probability"]) / odds(finding["base_rate"])
            assert finding["likelihood_ratio"] == pytest.approx(ratio)
            low, high = finding["likelihood_ratio_interval"]
            assert low <= ratio <= high
    effusion = answer["findings"][LABELS.index("Effusion")]
    assert (effusion["concept"], effusion["relation"]) == ("HP:0002202", "exact")
    assert effusion["decision"] == "present"
    assert len(effusion["box"]) == 4


def test_folders_are_searched_and_what_is_no_image_is_told(run: Run, films: Path) -> None:
    result = run("analyse", str(films), "--json")
    assert result.exit_code == 0
    answers = lines(result)
    assert [a["file"] for a in answers] == ["a.png", "note", "b.PNG"]
    assert [a["refused"] and a["refused"]["reason"] for a in answers] == [
        None,
        "not-an-image",
        None,
    ]
    assert answers[1]["findings"] == []
    assert "passed over: labels.csv" in result.stderr


def test_two_files_of_one_name_are_told_apart(run: Run, films: Path) -> None:
    other = films / "below" / "a.png"
    other.write_bytes((films / "a.png").read_bytes())
    one = films / "a.png"
    answers = lines(run("analyse", str(one), str(other), str(one), "--json"))
    assert [a["file"] for a in answers] == [str(one), str(other)]
    assert answers[0]["findings"] == answers[1]["findings"]


def test_none_that_can_be_read_is_bad_input(run: Run, films: Path, tmp_path: Path) -> None:
    result = run("analyse", str(films / "labels.csv"), "--json")
    assert result.exit_code == 2
    (answer,) = lines(result)
    assert answer["refused"]["reason"] == "not-an-image"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("analyse", str(empty)).exit_code == 2
    missing = run("analyse", str(tmp_path / "none.png"))
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "does not exist" in missing.stderr


def test_a_table_for_people(run: Run, films: Path) -> None:
    result = run("analyse", str(films / "a.png"), str(films / "note"))
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    assert "a.png, 96 x 96 pixels" in shown
    assert "effusion present 50% (10%) 9 (7.2 to 11) moderate evidence for" in shown
    assert "edema absent 2% (10%) 0.18 (0.15 to 0.22) moderate evidence against" in shown
    assert "Seen: effusion (1 of the 4 findings this model can judge)." in shown
    assert "Not judged: atelectasis, infiltration, mass, nodule," in shown
    assert "Not read (not-an-image): " in shown
    assert "against text-mined labels" in shown
    assert "Model: made 1, weights " in shown


def test_nothing_seen_is_no_normal_report(
    run: Run, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made_model(tmp_path / "blind", scores=dict.fromkeys(SUPPORTED, -2.0)).folder
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(folder))
    shown = " ".join(run("analyse", str(films / "a.png")).stdout.split())
    assert (
        "None of the 4 findings this model can judge was seen. This is not a normal report. "
        "Not judged: atelectasis, infiltration, mass, nodule, pneumonia, consolidation, "
        "emphysema, fibrosis, pleural thickening, hernia, fracture, " in shown
    )


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_output_to_a_file_is_what_stdout_gets(
    run: Run, films: Path, tmp_path: Path, form: tuple[str, ...]
) -> None:
    path = tmp_path / "answer"
    result = run("analyse", str(films), *form, "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_text("utf-8").strip() == run("analyse", str(films), *form).stdout.strip()


def test_heatmaps_are_films_with_the_place_in_colour(run: Run, films: Path, tmp_path: Path) -> None:
    result = run("analyse", str(films), "--json", "--heatmaps", str(tmp_path / "maps"))
    assert result.exit_code == 0
    written = sorted(path.name for path in (tmp_path / "maps").iterdir())
    assert written == ["a.png.Effusion.png", "b.PNG.Effusion.png"]
    with Image.open(tmp_path / "maps" / written[0]) as image:
        assert (image.format, image.size) == ("PNG", (96, 96))
        colour = np.asarray(image).astype(int)
    assert (abs(colour[..., 0] - colour[..., 2]) > 10).any()


def test_heatmaps_of_a_model_that_may_place_nothing(
    run: Run, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = made_model(tmp_path / "blind", scores={"Effusion": 2.0}).folder
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(folder))
    result = run("analyse", str(films), "--json", "--heatmaps", str(tmp_path / "maps"))
    assert "may place no finding" in result.stderr
    assert not (tmp_path / "maps").exists()


def test_a_model_that_is_not_there(
    run: Run, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(tmp_path / "none"))
    result = run("analyse", str(films))
    assert result.exit_code == 2
    assert "card.json: cannot be read" in result.stderr
