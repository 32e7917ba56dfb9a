"""A load that is killed leaves the active release as it was, and the next load works."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.service import Service
from api.settings import Settings
from tests.conftest import SOURCES

ROOT = Path(__file__).resolve().parents[2]
KILLS = 5
SEED = 20250116


def run(home: Path, hpoa: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.kg.killed_build", str(home), str(hpoa), str(fatal)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, int]:
    """A home with an active release, another annotation file, and how many points a load has."""
    folder = tmp_path_factory.mktemp("kill")
    home, hpoa = folder / "home", folder / "new.hpoa"
    service = Service(Settings(home=home))
    identifier, _ = service.build(SOURCES)
    service.releases.activate(identifier)
    hpoa.write_text(SOURCES["hpoa"][0].read_text().replace("6/11", "1/11"))
    whole = folder / "whole"
    shutil.copytree(home, whole)
    done = run(whole, hpoa, 0)
    assert done.returncode == 0, done.stderr
    return home, hpoa, int(done.stdout)


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_load_leaves_the_active_release_intact(
    start: tuple[Path, Path, int], tmp_path: Path, kill: int
) -> None:
    original, hpoa, points = start
    assert points > 100
    home = tmp_path / "home"
    shutil.copytree(original, home)
    before = Service(Settings(home=home)).release
    fatal = random.Random(SEED + kill).randint(1, points)
    killed = run(home, hpoa, fatal)
    assert killed.returncode == -signal.SIGKILL, (fatal, killed.stdout, killed.stderr)

    after = Service(Settings(home=home))
    for identifier in after.releases.ids():
        after.releases.verify(identifier)
    # A point may lie behind the switch: then the new release is active, and whole.
    assert after.release == before or after.releases.ids() == sorted({before, after.release})
    assert after.ready()["release"] == after.release

    again = run(home, hpoa, 0)
    assert again.returncode == 0, again.stderr
    finished = Service(Settings(home=home))
    assert finished.release != before
    finished.releases.verify(finished.release)
    assert not list((home / "releases").glob(".*"))
