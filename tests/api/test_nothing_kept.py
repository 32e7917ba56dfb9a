"""No word of a text is stored or logged, whatever is asked of the service."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from api.http.app import create_app
from api.service import Service
from api.settings import Settings
from domain.errors import InvalidField

#: Words that are in no release, all of them in the texts below.
WORDS = ("Zebulon", "Quuxley", "Brambleford", "4471902", "topsyturvy", "grandnephew", "wobbliness")
REPORT = (
    "Dr. Zebulon Quuxley saw a topsyturvy man of Brambleford, MRN 4471902, on 3 May 2019. "
    "He has gait ataxia with wobbliness but no scoliosis; his grandnephew had seizures. "
)


@pytest.fixture
def home(toy_home: Path, tmp_path: Path) -> Path:
    """A home of its own with the toy release active, so that all that appears in it is ours."""
    return Path(shutil.copytree(toy_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def everything(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], bytes]:
    """All bytes written below the home, the working folder and to the logs."""
    monkeypatch.setenv("DIFFERENTIA_HOME", str(home))
    monkeypatch.chdir(home)
    caplog.set_level(logging.DEBUG)

    def collect() -> bytes:
        files = (f for f in tmp_path.rglob("*") if f.is_file() and f.name != "given.txt")
        return b"\n".join([*(f.read_bytes() for f in files), caplog.text.encode()])

    return collect


def test_the_words_would_be_found(everything: Callable[[], bytes], home: Path) -> None:
    (home / "leak.log").write_text(REPORT)
    logging.getLogger("differentia.http").error("a %s man", "topsyturvy")
    assert all(word.encode() in everything() for word in WORDS)


@pytest.mark.parametrize("policy", ["on", "off"])
def test_commands_keep_no_words(
    everything: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    monkeypatch.setenv("DIFFERENTIA_DEIDENTIFY", policy)
    given = tmp_path / "given.txt"
    given.write_text(REPORT)
    for arguments in (
        ("diagnose", "--text", str(given), "--store-case", "case-1"),
        ("diagnose", "--text", str(given), "--format", "html"),
        ("annotate", str(given)),
        ("annotate", str(given), "--deidentify"),
        ("cases", "show", "case-1"),
        ("annotate", str(given), "--release", "Zebulon"),
    ):
        CliRunner().invoke(main, list(arguments))
    kept = everything()
    assert b"HP:0002066" in kept  # the case is there, in codes
    assert not [word for word in WORDS if word.encode() in kept]


def test_requests_keep_no_words(everything: Callable[[], bytes], home: Path) -> None:
    service = Service(Settings(home=home))
    app = create_app(service)

    def fail() -> str:
        raise RuntimeError(REPORT)

    app.add_url_rule("/fail", view_func=fail)
    client = app.test_client()
    for body in (
        {"text": REPORT},
        {"text": REPORT, "findings": [{"concept": REPORT}]},
        {REPORT: 1},
    ):
        client.post("/v1/differentials", json=body)
    for deidentify in (True, False):
        documents = [{"name": "Zebulon", "text": REPORT}]
        client.post("/v1/annotations", json={"documents": documents, "deidentify": deidentify})
    client.get("/v1/concepts?q=Zebulon")
    client.get("/fail")
    kept = everything()
    assert b"RuntimeError" in kept  # logs are looked at
    assert not [word for word in WORDS if word.encode() in kept]


def test_policy_de_identifies_where_nobody_asks(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFERENTIA_HOME", str(home))
    given = tmp_path / "given.txt"
    given.write_text(REPORT)

    def shown() -> str:
        result = CliRunner().invoke(main, ["annotate", str(given), "--format", "html"])
        assert result.exit_code == 0, result.output
        return result.output

    assert "Quuxley" in shown()
    monkeypatch.setenv("DIFFERENTIA_DEIDENTIFY", "on")
    first = shown()
    assert "Quuxley" not in first
    assert "[NAME-" in first
    assert shown() != first  # a random key a run
    monkeypatch.setenv("DIFFERENTIA_DEIDENTIFY_KEY", "a secret of the tests")
    assert shown() == shown()


def test_the_setting_is_checked_and_the_key_not_shown() -> None:
    with pytest.raises(InvalidField, match="neither on nor off"):
        Settings.load({"DIFFERENTIA_DEIDENTIFY": "maybe", "DIFFERENTIA_HOME": "home"})
    loaded = Settings.load({"DIFFERENTIA_DEIDENTIFY_KEY": "hush", "DIFFERENTIA_HOME": "home"})
    assert "hush" not in repr(loaded)
