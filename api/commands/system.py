"""`serve` and `doctor`: running the service, and finding out why it does not run."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from api.commands.common import open_service, release_option
from domain.errors import DifferentiaError

if TYPE_CHECKING:
    from api.service import Service


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to bind (default 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), metavar="PORT", help="Port to bind.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Worker processes.")
@release_option
def serve(host: str | None, port: int | None, workers: int | None, release: str | None) -> None:
    """Serve the HTTP interface and the pages."""
    from api.http.serve import serve as run

    service = open_service(release, host=host, port=port, workers=workers)
    service.ready()
    s = service.settings
    click.echo(f"Differentia on http://{s.host}:{s.port} (documentation at /docs)", err=True)
    run(lambda: service, host=s.host, port=s.port, workers=s.workers)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `required`: the service cannot answer without it."""

    name: str
    ok: bool
    required: bool
    found: str
    mend: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Say what is installed and usable, and what to do about what is missing."""
    checks = list(_checks(open_service()))
    if as_json:
        click.echo(json.dumps({"checks": [asdict(c) for c in checks]}, indent=1))
    else:
        for c in checks:
            mark = "ok" if c.ok else ("MISSING" if c.required else "-")
            click.echo(f"{mark:<8}{c.name:<16}{c.found}" + (f"  -> {c.mend}" if c.mend else ""))
    if any(c.required and not c.ok for c in checks):
        sys.exit(1)


def _checks(service: Service) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", (3, 11) <= sys.version_info[:2] < (3, 13), True, version)
    yield Check("home", True, True, service.releases.where)
    yield _release(service)
    yield _package("text reader", "spacy", "", required=True)
    yield _package("abbreviations", "scispacy", "", required=True)
    yield _package("server", "gunicorn", "", required=True)
    yield Check("embedded store", *_installed("networkx", required=True))
    yield _package("Neo4j store", "neo4j", "neo4j", required=False)
    yield _package("image reader", "torchvision", "vision", required=False)
    yield Check("signal reader", False, False, "not part of this version")


def _release(service: Service) -> Check:
    try:
        service.releases.verify(service.release)
        versions = ", ".join(f"{n} {v}" for n, v in service.versions.items())
        return Check("release", True, True, f"{service.release} ({versions}), checksums hold")
    except DifferentiaError as error:
        return Check("release", False, True, error.message, error.mend or "")


def _installed(package: str, *, required: bool) -> tuple[bool, bool, str]:
    if importlib.util.find_spec(package) is None:
        return False, required, f"{package} is not installed"
    return True, required, f"{package} {importlib.metadata.version(package)}"


def _package(name: str, package: str, extra: str, *, required: bool) -> Check:
    ok, required, found = _installed(package, required=required)
    target = f"'.[{extra}]'" if extra else "."
    return Check(name, ok, required, found, "" if ok else f"pip install {target}")
