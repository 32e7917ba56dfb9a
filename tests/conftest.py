"""Fixtures: a small knowledge base, invented, built the way the real one is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from api.service import Service
from api.settings import Settings

# A busy machine is no fault of what is tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

DATA = Path(__file__).parent / "data"
SOURCES = {
    "common": [DATA / "no-common.figures.tsv"],
    "hpo": [DATA / "toy.obo"],
    "hpoa": [DATA / "toy.hpoa"],
}
#: The same toys, and what the literature would print of the common ones among them.
WITH_FIGURES = SOURCES | {"common": [DATA / "toy-common"]}
#: Real material for development; tests that use it skip where it is not beside the checkout.
MATERIAL = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def toy_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    service = Service(Settings(home=home))
    identifier, _ = service.build(SOURCES)
    service.releases.activate(identifier)
    return home


@pytest.fixture(scope="session")
def toy_service(toy_home: Path) -> Service:
    return Service(Settings(home=toy_home))


@pytest.fixture(scope="session")
def figures_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("figures")
    service = Service(Settings(home=home))
    service.releases.activate(service.build(WITH_FIGURES)[0])
    return home


@pytest.fixture(scope="session")
def figures_service(figures_home: Path) -> Service:
    """The toys with figures of the literature: two common diseases."""
    return Service(Settings(home=figures_home))


@pytest.fixture
def run(toy_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `differentia` with the toy release active; stdin as `input`."""
    from api.cli import main

    monkeypatch.setenv("DIFFERENTIA_HOME", str(toy_home))

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=stdin)

    return invoke


@pytest.fixture(scope="session")
def material() -> Path:
    if not MATERIAL.is_dir():
        pytest.skip(f"needs the development data in {MATERIAL}")
    return MATERIAL
