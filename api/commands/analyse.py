"""`analyse`: what is on films, without ranking diseases."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import console, open_service, progress, write_output
from domain.errors import InvalidField, NotInstalled

if TYPE_CHECKING:
    from rich.console import Console

    from api.film_files import FilmFile
    from vision.reader import FilmReader
    from vision.reading import FilmReading

#: Files that are named where some were passed over.
_NAMED = 3


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE|DIR...",
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a line a file.")
@click.option(
    "--heatmaps",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write films with the place of each finding that the model may place, as PNG.",
)
@click.option(
    "--sr",
    "report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a DICOM structured report on the film there; for one film, a DICOM file.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write there instead of stdout.",
)
def analyse(
    files: tuple[Path, ...],
    as_json: bool,
    heatmaps: Path | None,
    report: Path | None,
    output: Path | None,
) -> None:
    """Read frontal chest films of adults: PNG, JPEG or DICOM; folders are searched.

    Exits with 0 where at least one film was read, with 2 where none was.
    """
    from api.film_files import find_films

    found = find_films(files)
    _tell_passed_over(found.passed_over)
    if report and len(found.films) > 1:
        raise InvalidField("--sr", f"is for one film, and {len(found.films):,} were given.")
    reader = open_service().film_reader
    if heatmaps and not any(card.region for card in reader.cards):
        click.echo("differentia: this model may place no finding: no heatmap is written", err=True)
        heatmaps = None
    quiet = len(found.films) == 1 or not sys.stderr.isatty()
    read = 0
    with _bar(len(found.films), quiet=quiet or (output is None and sys.stdout.isatty())) as bar:

        def readings() -> Iterator[FilmReading]:
            nonlocal read
            paths = [film.path for film in found.films]
            told = zip(found.films, reader.read_many(paths), strict=True)
            for n, (film, reading) in enumerate(told, start=1):
                read += reading.refused is None
                if heatmaps:
                    _write_heatmaps(film, reading, heatmaps)
                if report:
                    _write_report(film, reading, reader, report)
                bar(n)
                yield replace(reading, file=film.name)

        _write(readings(), reader, output, as_json=as_json)
    if not read:
        sys.exit(2)


def _tell_passed_over(paths: Sequence[Path]) -> None:
    if not paths:
        return
    names = ", ".join(path.name for path in paths[:_NAMED])
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    click.echo(f"differentia: no image by its ending, passed over: {names}{more}", err=True)


def _bar(total: int, *, quiet: bool) -> AbstractContextManager[Callable[..., None]]:
    return nullcontext(lambda *_: None) if quiet else progress("reading films", total)


def _write(
    readings: Iterator[FilmReading], reader: FilmReader, output: Path | None, *, as_json: bool
) -> None:
    """Everything in the form that was asked for; to stdout as it comes."""
    if as_json:
        from api.render.as_film_json import film_json

        lines = (json.dumps(film_json(one), ensure_ascii=False) for one in readings)
        if output is not None:
            write_output("\n".join(lines), output)
            return
        for line in lines:
            click.echo(line)
    elif output is None:
        _print(readings, reader, console())
    else:
        from rich.console import Console

        buffer = io.StringIO()
        _print(readings, reader, Console(file=buffer, width=100, highlight=False))
        write_output(buffer.getvalue(), output)


def _print(readings: Iterator[FilmReading], reader: FilmReader, shown: Console) -> None:
    from api.render.as_film_text import write_about, write_film

    read = False
    for reading in readings:
        write_film(reading, shown)
        read = read or reading.refused is None
    if read:
        write_about(reader.model, shown)


def _write_heatmaps(film: FilmFile, reading: FilmReading, folder: Path) -> None:
    """One PNG a finding with a place: FILE.LABEL.png, a path's separators as underscores."""
    placed = [(f.label, f.heatmap, f.box) for f in reading.findings if f.heatmap is not None]
    if not placed:
        return
    from api.render.as_film_picture import film_picture
    from vision.decode import read_image

    decoded = read_image(film.path)
    name = film.name.replace("/", "_").replace("\\", "_").lstrip("._")
    for label, heat, box in placed:
        path = folder / f"{name}.{label}.png"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(film_picture(decoded, heat, box))
        except OSError as error:
            raise InvalidField(
                "--heatmaps", f"{path} cannot be written: {error.strerror}."
            ) from None


def _write_report(film: FilmFile, reading: FilmReading, reader: FilmReader, path: Path) -> None:
    """A DICOM structured report; none on a film that was refused."""
    if reading.refused is not None:
        click.echo("differentia: the film was refused: no report is written", err=True)
        return
    try:
        from vision.dicom_out.structured_report import structured_report, write_report
    except ModuleNotFoundError as error:
        raise NotInstalled(f"A structured report needs {error.name}, which", "vision") from None
    write_report(structured_report(film.path, reading, reader.card), path)
