"""`neo4j`: a Neo4j server of one's own, without Docker."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.settings import Settings

if TYPE_CHECKING:
    from kg.server import LocalServer, Status

_home = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the server's data (default: neo4j/server in DIFFERENTIA_HOME).",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def neo4j() -> None:
    """Run a Neo4j server on this machine (needs a JDK, and Maven the first time)."""


@neo4j.command()
@_home
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="Port (default 7687).")
@_json
def start(home: Path | None, port: int | None, as_json: bool) -> None:
    """Start it, wait until it answers, and print its address."""
    from kg.server import PORT

    settings = Settings.load()
    server = _server(settings, home)
    if not as_json:
        click.echo("Starting Neo4j (the first time its jars are fetched) ...", err=True)
    _show(server.start(port or PORT, settings.neo4j_password), as_json)


@neo4j.command()
@_home
@_json
def stop(home: Path | None, as_json: bool) -> None:
    """End it; its data stays."""
    server = _server(Settings.load(), home)
    ran = server.stop()
    if as_json:
        click.echo(json.dumps({"running": False, "stopped": ran, "home": str(server.home)}))
    else:
        click.echo("Neo4j has stopped." if ran else "No server runs there.")


@neo4j.command()
@_home
@_json
def status(home: Path | None, as_json: bool) -> None:
    """Say whether it runs; exit code 1 where it does not."""
    found = _server(Settings.load(), home).status()
    _show(found, as_json)
    if not found.running:
        sys.exit(1)


def _server(settings: Settings, home: Path | None) -> LocalServer:
    from kg.server import LocalServer

    folder = settings.home / "neo4j"
    return LocalServer(home or folder / "server", folder / "lib")


def _show(found: Status, as_json: bool) -> None:
    if as_json:
        shown = {
            "running": found.running,
            "url": found.url,
            "pid": found.pid,
            "home": str(found.home),
            "password_file": None if found.password_file is None else str(found.password_file),
        }
        click.echo(json.dumps(shown))
        return
    if not found.running:
        click.echo(f"No Neo4j server of {found.home} runs.")
        return
    click.echo(f"Neo4j runs at {found.url} (process {found.pid}). To use it:")
    click.echo(f"export DIFFERENTIA_STORE={found.url}")
    if found.password_file is not None:
        click.echo(f'export DIFFERENTIA_NEO4J_PASSWORD="$(cat {found.password_file})"')
