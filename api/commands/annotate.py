"""`annotate`: what was read in reports, and where."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from api.commands.common import console, open_service, progress, release_option, write_output
from api.documents import Document, Unreadable, count, read_all, said
from domain.errors import InputError, InvalidField

if TYPE_CHECKING:
    from api.annotate import Annotated, Annotator
    from api.service import Service

FORMATS = ("text", "json", "html", "phenopacket")
#: One document with what is to be looked at in it: everything, or these places.
_Work = tuple[Document, Sequence[tuple[int, int]] | None]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="text on a terminal, otherwise json, a line a document.",
)
@click.option(
    "--spans",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Judge the context of these places only: document, start, end (TSV, CSV, JSON lines).",
)
@click.option(
    "--deidentify", is_flag=True, help="Replace names, dates, places and numbers of people first."
)
@click.option("--age", metavar="AGE", help="ISO 8601 duration (P34Y, P2Y6M) or years.")
@click.option("--sex", metavar="SEX", help="MALE, FEMALE, OTHER_SEX or UNKNOWN_SEX.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write there instead of stdout.",
)
@release_option
def annotate(
    files: tuple[str, ...],
    form: str | None,
    spans: Path | None,
    deidentify: bool,
    age: str | None,
    sex: str | None,
    output: Path | None,
    release: str | None,
) -> None:
    """Mark what each FILE says of a patient; - is stdin, a .jsonl file holds a text a line."""
    from api.annotate import Annotator

    service = open_service(release)
    form = form or ("text" if output is None and sys.stdout.isatty() else "json")
    annotator = Annotator.over(service, age=age, sex=sex, deidentify=deidentify)
    failures = _Failures()
    documents = read_all(files, max_chars=service.settings.max_text_chars)
    work = _work(documents, spans, failures)
    total = count(files)
    done = 0
    quiet = total == 1 or not sys.stderr.isatty() or (output is None and sys.stdout.isatty())
    with _no_bar() if quiet else progress("annotating", total) as bar:

        def annotated() -> Iterator[Annotated]:
            nonlocal done
            for document, targets in work:
                try:
                    answer = annotator.annotate(document.name, document.text, targets)
                except InputError as error:
                    failures.tell(document.name, said(error))
                else:
                    done += 1
                    yield answer
                bar(done + len(failures.names))

        _write(annotated(), form, output, service, annotator)
    if failures.names:
        # Nothing could be read: bad input. Some could: the run as a whole failed.
        sys.exit(1 if done else 2)


@contextmanager
def _no_bar() -> Iterator[Callable[..., None]]:
    yield lambda *_: None


class _Failures:
    """Says what is wrong with documents, a line each, and keeps their names."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def tell(self, name: str, message: str) -> None:
        self.names.append(name)
        click.echo(f"differentia: {name}: {message}", err=True)


def _work(
    documents: Iterable[Document | Unreadable], spans: Path | None, failures: _Failures
) -> Iterator[_Work]:
    """Documents with their targets. Raises InputError for targets before anything is annotated."""
    if spans is None:
        return ((d, None) for d in _readable(documents, failures))
    from api import targets

    wanted = targets.read(spans)
    read = list(_readable(documents, failures))
    # A document that could not be read was told of: what is wanted in it is no second fault.
    known = [t for t in wanted if t.document not in failures.names]
    found, faults = targets.by_document(known, read)
    targets.refuse(faults)
    return zip(read, found, strict=True)


def _readable(
    documents: Iterable[Document | Unreadable], failures: _Failures
) -> Iterator[Document]:
    for document in documents:
        if isinstance(document, Unreadable):
            failures.tell(document.name, said(document.error))
            continue
        if document.note:
            click.echo(f"differentia: {document.name}: {document.note}.", err=True)
        yield document


def _write(
    annotated: Iterator[Annotated],
    form: str,
    output: Path | None,
    service: Service,
    annotator: Annotator,
) -> None:
    """Everything in the form that was asked for; nothing is written where nothing was annotated."""
    if form == "html":
        from api.render.as_annotations_html import html_annotations

        if found := tuple(annotated):
            write_output(html_annotations(found), output)
    elif form == "text":
        _print(annotated, output)
    else:
        made = _object(form, service, annotator)
        with _lines(output) as write:
            for a in annotated:
                write(json.dumps(made(a), ensure_ascii=False))


def _object(
    form: str, service: Service, annotator: Annotator
) -> Callable[[Annotated], dict[str, object]]:
    """What makes an object of a document."""
    if form == "json":
        from api.render.as_annotations import annotated_json

        return annotated_json
    from api.render.as_annotations_packet import Packets

    return Packets(service.knowledge, age=annotator.age, sex=annotator.sex).packet


def _print(annotated: Iterator[Annotated], output: Path | None) -> None:
    from api.render.as_annotations_text import write_annotated

    if output is None:
        shown = console()
        for a in annotated:
            write_annotated(a, shown)
        return
    from rich.console import Console

    buffer = io.StringIO()
    kept = Console(file=buffer, width=100, highlight=False)
    for a in annotated:
        write_annotated(a, kept)
    if buffer.getvalue():
        write_output(buffer.getvalue(), output)


@contextmanager
def _lines(output: Path | None) -> Iterator[Callable[[str], None]]:
    """Writes lines as they come: to stdout, or to a file that is there when all are written."""
    if output is None:
        yield click.echo
        return
    temporary = output.with_name(f".{output.name}.part")
    handle: TextIO | None = None

    def write(line: str) -> None:
        nonlocal handle
        if handle is None:
            handle = _opened(temporary, output)
        handle.write(line + "\n")

    try:
        yield write
    finally:
        if handle is not None:
            handle.close()
    if handle is not None:
        temporary.replace(output)


def _opened(temporary: Path, output: Path) -> TextIO:
    try:
        return temporary.open("w", encoding="utf-8")
    except OSError as error:
        raise InvalidField("--output", f"{output} cannot be written: {error.strerror}.") from None
