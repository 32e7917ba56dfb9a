"""What several commands share: the service, the release option, progress on stderr."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from api.settings import Settings
from domain.errors import InvalidField

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable

    from api.render.tables import Table
    from api.service import Service

F = TypeVar("F", bound=Callable[..., Any])


def release_option(command: F) -> F:
    """Adds --release."""
    return click.option(
        "--release",
        metavar="ID|PATH|active",
        help="Release to answer from (default: the setting DIFFERENTIA_RELEASE, else active).",
    )(command)


def per_disease_option(command: F) -> F:
    """Adds --per-disease."""
    return click.option(
        "--per-disease",
        type=click.IntRange(0),
        default=5,
        show_default=True,
        metavar="N",
        help="At most the first N cases of a disease, by case id; 0 takes all.",
    )(command)


def jobs_option(command: F) -> F:
    """Adds --jobs."""
    return click.option(
        "--jobs", type=click.IntRange(1), metavar="N", help="Processes (default: all cores)."
    )(command)


def open_service(release: str | None = None, **changes: object) -> Service:
    """A service with the settings in force; options stand above settings."""
    from api.service import Service

    stated = {name: value for name, value in changes.items() if value is not None}
    if release is not None:
        stated["release"] = release
    return Service(dataclasses.replace(Settings.load(), **stated))  # type: ignore[arg-type]


def console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A rich console; no colour and 100 columns where the output is not a terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    if width is None and not stream.isatty():
        width = 100
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False)


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[..., None]]:
    """A progress bar on stderr; yields a function of the number done and, if it changes, the
    title."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console(stderr=True), transient=False) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done, title=title: bar.update(task, completed=done, description=title)


def rich_table(table: Table) -> RichTable:
    """A table for the terminal: the first column is a name, the others are figures."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    made = RichTable(box=box.SIMPLE, padding=(0, 1), pad_edge=False)
    for i, column in enumerate(table.columns):
        made.add_column(Text(column), justify="right" if i else "left", no_wrap=not i)
    for row in table.rows:
        made.add_row(*(Text(c if isinstance(c, str) else "\n".join(c)) for c in row))
    return made


def parse_sources(
    given: tuple[str, ...], *, allow_url: bool = False, folder: Path | None = None
) -> dict[str, list[Path]]:
    """Files by source, of NAME=FILE, NAME=URL (only if allowed), or NAME, which is fetched from
    the address in the catalogue, into `folder`; one that is shipped has no address and needs no
    file. Raises InvalidField or SourceError."""
    from ontologies import source as catalogue
    from ontologies.fetch import fetch, is_url

    found: dict[str, list[Path]] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if equals and not file:
            raise InvalidField("source", f"{text!r} names no file.", mend="Write NAME=FILE.")
        if equals and not is_url(file):
            found.setdefault(name, []).append(Path(file))
            continue
        if equals and not allow_url:
            raise InvalidField(
                "source",
                f"{name} is to come from a remote address.",
                mend="Add --allow-url if you trust it, or fetch the file and name it.",
            )
        source = catalogue.load(name) if not equals else None
        if source is not None and not source.url and source.carrier is not None:
            found.setdefault(name, [])
            continue
        url = source.url if source is not None else file
        if not url or folder is None:
            raise InvalidField("source", f"{text!r} names no file.", mend=f"Write {name}=FILE.")
        click.echo(f"fetching {url}", err=True)
        found.setdefault(name, []).append(fetch(url, folder))
    return found


def write_output(text: str, output: Path | None) -> None:
    """To a file, by way of one atomic rename; else to stdout. Raises InvalidField."""
    if output is None:
        click.echo(text)
        return
    temporary = output.with_name(f".{output.name}.part")
    try:
        temporary.write_text(text if text.endswith("\n") else text + "\n", "utf-8")
        temporary.replace(output)
    except OSError as error:
        raise InvalidField("--output", f"{output} cannot be written: {error.strerror}.") from None


def print_tables(to: Console, tables: Iterable[Table]) -> None:
    """Print tables one below the other, each with its title and its note."""
    for table in tables:
        to.print()
        to.print(table.title, style="bold", markup=False)
        if table.note:
            to.print(table.note, style="dim", markup=False)
        to.print(rich_table(table))
