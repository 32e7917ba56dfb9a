"""`deidentify`: DICOM files without what names a person."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import console, progress, rich_table, write_output
from api.render.tables import Table
from api.settings import Settings
from domain.errors import NotInstalled

if TYPE_CHECKING:
    from vision.dicom_out.deidentify import Cleaned
    from vision.dicom_out.deidentify_files import NotCopied

#: What is no fault: a file that is no DICOM, an index that would name the originals.
_PASSED_OVER = ("not-an-image", "index")
_BURNED_IN = (
    ("YES", "the file says that it holds writing, and pixels are not cleaned"),
    ("not stated", "the file does not say whether it holds writing, and pixels are not cleaned"),
)


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what was changed in each file there, as JSON: attributes and actions, no value.",
)
@click.option("--json", "as_json", is_flag=True, help="Print that report instead of tables.")
@click.option(
    "--keep-names",
    is_flag=True,
    help="Keep the names of files and folders, which can name a patient; they are replaced by the"
    " new UIDs otherwise.",
)
@click.option(
    "--allow-burned-in",
    is_flag=True,
    help="Take files that say that their picture holds writing; pixels are not cleaned.",
)
def deidentify(
    source: Path,
    target: Path,
    report: Path | None,
    as_json: bool,
    keep_names: bool,
    allow_burned_in: bool,
) -> None:
    """De-identify DICOM: IN, a file or a folder, to OUT, by the basic profile of PS3.15.

    Pixels are not cleaned. New UIDs agree within one run, and between runs that have the same
    DIFFERENTIA_DEIDENTIFY_KEY.
    """
    try:
        from vision.dicom_out.deidentify import DicomDeidentifier
        from vision.dicom_out.deidentify_files import NotCopied, deidentify, plan
    except ModuleNotFoundError as error:
        raise NotInstalled(f"De-identifying DICOM needs {error.name}, which", "vision") from None

    key = Settings.load().deidentify_key
    deidentifier = DicomDeidentifier(
        None if key is None else key.encode(), allow_burned_in=allow_burned_in
    )
    total = len(plan(source, target))
    done: list[Cleaned] = []
    left: list[NotCopied] = []
    quiet = total == 1 or not sys.stderr.isatty()
    with _bar(total, quiet=quiet) as bar:
        for result in deidentify(source, target, deidentifier, keep_names=keep_names):
            if isinstance(result, NotCopied):
                left.append(result)
            else:
                done.append(result)
            bar(len(done) + len(left))
    answer = json.dumps(_report(done, left), ensure_ascii=False, indent=2)
    if report is not None:
        write_output(answer, report)
    if as_json:
        click.echo(answer)
    else:
        _print(done, left)
    if any(n.reason not in _PASSED_OVER for n in left) or not done:
        sys.exit(1 if done else 2)


def _bar(total: int, *, quiet: bool) -> AbstractContextManager[Callable[..., None]]:
    return nullcontext(lambda *_: None) if quiet else progress("de-identifying", total)


def _report(done: Sequence[Cleaned], left: Sequence[NotCopied]) -> dict[str, Any]:
    """The report as an object; files by their names in the output, those left by their old ones."""
    from vision.dicom_out.deidentify_profile import EDITION

    return {
        "profile": f"DICOM PS3.15 {EDITION}, Basic Application Level Confidentiality Profile",
        "files": [
            {
                "file": cleaned.file,
                "burned_in_annotation": cleaned.burned_in,
                "changes": [
                    {"attribute": c.attribute, "action": c.action, "times": c.times}
                    for c in cleaned.changes
                ],
            }
            for cleaned in done
        ],
        "not_copied": [
            {"file": n.file, "reason": n.reason, "detail": n.detail, "mend": n.mend} for n in left
        ],
    }


def _print(done: Sequence[Cleaned], left: Sequence[NotCopied]) -> None:
    """For a person: attributes with the number of files in which each was changed, the files that
    are not in the output, and whose pictures to look at."""
    files = {(_shown(c.attribute), c.action.value, d.file) for d in done for c in d.changes}
    number = Counter((attribute, action) for attribute, action, _ in files)
    if number:
        actions = sorted({action for _, action in number})
        rows = tuple(
            (name, *(str(number[name, action] or "") for action in actions))
            for name in sorted({name for name, _ in number})
        )
        table = Table(title="", columns=("files in which it was", *actions), rows=rows)
        console().print(rich_table(table))
    for n in left:
        said = " ".join(filter(None, (f"not copied: {n.file}:", n.detail, n.mend)))
        click.echo(said, err=not done)
    click.echo(f"{len(done):,} de-identified, {len(left):,} not copied.", err=not done)
    stated = Counter(cleaned.burned_in for cleaned in done)
    for value, words in _BURNED_IN:
        if number_of := stated[value]:
            click.echo(f"Look at the picture of {number_of:,} before you give it away: {words}.")


def _shown(attribute: str) -> str:
    """An attribute without a keyword, told with all others of its kind."""
    return "(private or unknown)" if "(" in attribute else attribute
