"""docker-compose.yml: its syntax, and that every setting it passes exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import PREFIX, Settings
from tests.kg.conftest import Neo4j

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
SERVICES: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))["services"]


def test_its_syntax() -> None:
    if shutil.which("docker-compose") is None:
        pytest.skip("NO DOCKER-COMPOSE: the syntax of docker-compose.yml was not checked")
    command = ["docker-compose", "-f", str(FILE), "config", "-q"]
    known = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    given = known | {PREFIX + "NEO4J_PASSWORD": "a-password"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    without = subprocess.run(
        command, env=known, cwd="/", capture_output=True, text=True, check=False
    )
    assert without.returncode != 0
    assert "set a password" in without.stderr


def test_every_setting_of_ours_exists_and_is_accepted() -> None:
    passed = {k: str(v) for k, v in SERVICES["api"]["environment"].items()}
    assert set(passed) <= {PREFIX + f.name.upper() for f in fields(Settings)}
    settings = Settings.load(passed)
    assert settings.store == "bolt://neo4j:7687"
    assert SERVICES["api"]["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]


def test_every_setting_of_neo4j_exists(neo4j: Neo4j) -> None:
    connection = neo4j.connection()
    known = {row["name"] for row in connection.read("SHOW SETTINGS YIELD name RETURN name")}
    connection.close()
    passed = set(SERVICES["neo4j"]["environment"]) - {"NEO4J_AUTH"}
    assert passed
    for name in passed:
        # The image's spelling: a dot is _, and _ is __.
        dotted = re.sub(r"(?<!_)_(?!_)", ".", name.removeprefix("NEO4J_")).replace("__", "_")
        assert dotted in known, name


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_watched_bounded_and_local(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["mem_limit"]
    assert service["volumes"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_no_secret_is_written_down_and_nobody_is_root() -> None:
    for line in FILE.read_text("utf-8").splitlines():
        if re.search(r"PASSWORD:|AUTH:", line):
            assert "${DIFFERENTIA_NEO4J_PASSWORD:?" in line
    assert SERVICES["neo4j"]["user"].split(":")[0] != "0"
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER (?!root)\w+", dockerfile, re.MULTILINE)


def test_the_image_copies_what_is_there() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    for copied in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE):
        assert all((ROOT / file).exists() for file in copied.split())
