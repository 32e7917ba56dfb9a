"""`diagnose`, `compare` and `explain`: one case in, a differential out."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.case_inputs import Given, given_case, inputs, scopes
from api.commands.common import console, open_service, write_output

if TYPE_CHECKING:
    from domain.differential import Differential, Ranked
    from reasoning.prior import Prior


@click.command()
@inputs
@scopes
@click.option("--top", type=click.IntRange(1, 20_000), metavar="N", help="Diagnoses to show.")
@click.option("--codes", metavar="SYSTEM", help="Add codes of this vocabulary (SNOMEDCT, MESH).")
@click.option(
    "--counterfactuals",
    is_flag=True,
    help="Say what each finding does: the case without it, and with the other answer.",
)
@click.option(
    "--store-case",
    is_flag=False,
    flag_value="",
    metavar="[ID]",
    help="Keep the case in the graph: coded data and offsets, no free text.",
)
def diagnose(
    release: str | None,
    top: int | None,
    codes: str | None,
    counterfactuals: bool,
    store_case: str | None,
    scope: str | None,
    setting: str | None,
    **given: Any,
) -> None:
    """Rank diseases for one case, with the reasons."""
    from api import common

    only_rare = {"prior": given["prior"], "codes": codes, "counterfactuals": counterfactuals}
    service = open_service(release)
    scope = common.scope_for(service, scope, {f"--{k}": v for k, v in only_rare.items()})
    seen = given_case(service, given, setting)
    place = common.setting_of(seen.setting)
    if store_case is not None:
        from api.case_store import keep

        click.echo(f"The case is kept as {keep(service, seen.case, store_case or None)}.", err=True)
    if scope != common.RARE:
        found = common.diagnose(service, seen.case, place, top or service.settings.top, scope)
        _show(found, None, seen, given["form"], given["output"])
        return
    differential = service.diagnose(
        seen.case,
        top=top or service.settings.top,
        codes=codes,
        prior=_prior(given["prior"]),
        what_if=counterfactuals,
    )
    _show(differential, None, seen, given["form"], given["output"])


@click.command()
@inputs
@scopes
@click.option(
    "--diseases",
    nargs=2,
    required=True,
    metavar="A B",
    help="The two diseases, as MONDO:0005279 OMIM:154700.",
)
def compare(
    diseases: tuple[str, str],
    release: str | None,
    scope: str | None,
    setting: str | None,
    **given: Any,
) -> None:
    """Say what separates two diseases in one case, and what would."""
    from api import common

    service = open_service(release)
    scope = common.scope_for(service, scope, {"--prior": given["prior"]})
    seen = given_case(service, given, setting)
    place = common.setting_of(seen.setting)
    top = service.settings.top
    if scope == common.RARE:
        prior = _prior(given["prior"])
        differential = service.diagnose(seen.case, top=top, prior=prior, compare=diseases)
    else:
        differential = common.diagnose(service, seen.case, place, top, scope, compare=diseases)
    _show(differential, None, seen, given["form"], given["output"])


@click.command()
@click.argument("disease")
@inputs
@scopes
def explain(
    disease: str, release: str | None, scope: str | None, setting: str | None, **given: Any
) -> None:
    """Say why DISEASE is where it is, however far down."""
    from api import common

    service = open_service(release)
    scope = common.scope_for(service, scope, {"--prior": given["prior"]})
    seen = given_case(service, given, setting)
    place = common.setting_of(seen.setting)
    if scope == common.RARE:
        differential, one = service.explain(seen.case, disease, prior=_prior(given["prior"]))
    else:
        differential, one = common.explain(service, seen.case, place, disease, scope)
    _show(differential, one, seen, given["form"], given["output"])


def _prior(path: Path | None) -> Prior:
    """The caller's prior; the same for every disease where none is given."""
    from api.priors import read
    from reasoning.prior import UNIFORM

    return UNIFORM if path is None else read(path)


def _show(
    differential: Differential,
    one: Ranked | None,
    seen: Given,
    form: str,
    output: Path | None,
) -> None:
    """Render the answer, or one disease of it, in the form that was asked for."""
    if form == "json":
        from api.render.as_json import differential_json, ranked_json

        answer = differential_json(differential)
        if one is not None:
            answer["explained"] = ranked_json(one)
        write_output(json.dumps(answer, indent=2, ensure_ascii=False), output)
    elif form == "html":
        from api.render.as_html import html_report

        if one is not None:
            differential = replace(differential, ranked=(one,))
        write_output(html_report(differential, seen.documents, seen.films), output)
    elif output is None:
        _print(differential, one, seen.documents, console())
    else:
        from rich.console import Console

        buffer = io.StringIO()
        _print(differential, one, seen.documents, Console(file=buffer, width=100, highlight=False))
        write_output(buffer.getvalue(), output)


def _print(
    differential: Differential, one: Ranked | None, documents: Mapping[str, str], to: Any
) -> None:
    from api.render.as_text import write_comparison, write_explanation, write_text

    if one is not None:
        write_explanation(differential, one, to, documents)
    elif differential.comparison is not None:
        write_comparison(differential, differential.comparison, to, documents)
    else:
        write_text(differential, to, documents)
