"""A differential as HTML: one self-contained file, or the same markup inside the page.

Everything that comes from a case or from the knowledge base is escaped by the template engine;
only our own style sheet and script are put in as they are. Undefined names in a template raise.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from api.render import (
    beside,
    evidence_graph,
    evidence_graph_view,
    figures,
    film_evidence,
    ledger_films,
    ledger_values,
    measured,
    must_not_miss,
    what_if,
    words,
)
from api.render.view import BAR_WIDTH, bar, view
from domain.differential import Contribution, Differential

if TYPE_CHECKING:
    from jinja2 import Environment

    from vision.film import Film

PAGES = Path(__file__).parent.parent / "pages"
#: What a report carries of `api/pages/static`; other self-contained pages carry the first of each.
STYLES = ("differentia.css", "films.css", "ledger.css", "graph.css")
SCRIPTS = ("differentia.js", "films.js", "vendor/cytoscape.min.js", "graph.js")


def html_report(
    d: Differential,
    documents: Mapping[str, str],
    pictures: Mapping[str, Film] = MappingProxyType({}),
) -> str:
    """The whole answer as one HTML file that asks for nothing from elsewhere.

    `documents` (name to text) are shown with their spans marked, `pictures` (the name that a
    film's findings bear, to the decoded film) with their boxes. The file carries its own content
    security policy, which lets only its own style sheets, scripts and pictures in.
    """
    return _page(
        "report.html",
        STYLES,
        SCRIPTS,
        {"view": view(d, documents, pictures)},
        pictures=True,
    )


def html_with_script(template: str, **context: object) -> str:
    """A self-contained page of ours with our style sheet and our script."""
    return _page(template, STYLES[:1], SCRIPTS[:1], context)


def html_page(template: str, **context: object) -> str:
    """A self-contained page of ours with our style sheet and no script."""
    return _page(template, STYLES[:1], (), context)


def content_policy(
    styles: Sequence[str] = STYLES[:1],
    scripts: Sequence[str] = SCRIPTS[:1],
    *,
    pictures: bool = False,
) -> str:
    """The content security policy of a self-contained page: its own style sheets and scripts by
    their checksums, and pictures only where they are part of the page."""
    css, js = (_hashes(names) for names in (styles, scripts))
    parts = [
        "default-src 'none'",
        f"style-src {css}",
        f"script-src {js}",
        *(["img-src data:"] if pictures else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)


def _page(
    template: str,
    styles: Sequence[str],
    scripts: Sequence[str],
    context: Mapping[str, object],
    *,
    pictures: bool = False,
) -> str:
    return render_page(
        template,
        css=[_verbatim(_static(name)) for name in styles],
        js=[_verbatim(_static(name)) for name in scripts],
        policy=content_policy(styles, scripts, pictures=pictures),
        **context,
    )


def _hashes(names: Sequence[str]) -> str:
    return " ".join(f"'{_csp_hash(_static(name))}'" for name in names) or "'none'"


def _static(name: str) -> str:
    return (PAGES / "static" / name).read_text("utf-8")


def render_page(template: str, **context: object) -> str:
    """Fill one of the templates in `api/pages/templates`."""
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(PAGES / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        signed=_signed,
        number=_number,
        posterior=words.posterior,
        share=words.share,
        minus=_minus,
        sentence=_sentence,
        capital=_capital,
    )
    env.globals.update(
        about_scores=figures.about_scores,
        prior_moves=figures.prior_moves,
        background_words=figures.background_words,
        beside_shown=beside.shown,
        about_absent=ledger_films.ABOUT_ABSENT,
        about_boxes=ledger_films.ABOUT_BOXES,
        bar_width=BAR_WIDTH,
        chief_unexplained=words.CHIEF_UNEXPLAINED,
        evidence_codes=words.EVIDENCE_CODES,
        film_brief=film_evidence.brief_words,
        film_model_words=film_evidence.model_words,
        film_ratio=film_evidence.ratio_words,
        given_words=words.given_words,
        link=words.link,
        match_words=words.MATCH_WORDS,
        measured_words=measured.measured_words,
        predicate_words=words.predicate_words,
        prior_words=words.prior_words,
        by_strength=words.by_strength,
        computed=words.computed,
        seen=words.seen,
        pooled_words=words.pooled_words,
        range_words=measured.range_words,
        region_words=film_evidence.region_words,
        soft_words=film_evidence.soft_words,
        must_not_miss=must_not_miss,
        figure_brief=figures.brief,
        figure_said=figures.said,
        graph_columns=evidence_graph.Column,
        graph_kinds=evidence_graph_view.KINDS,
        graph_shown=evidence_graph_view.SHOWN,
        graph_view=evidence_graph_view.graph_view,
        setting_words=figures.SETTINGS,
        reason_name=_reason_name,
        families_title=beside.FAMILIES,
        pairs_title=beside.PAIRS,
        source_title=beside.source_title,
        size_words=beside.size_words,
        cost_words=beside.cost_words,
        left_words=beside.left_words,
        sum_words=beside.sum_words,
        explains_words=beside.explains_words,
        what_if=what_if,
        bar=bar,
        typical_title=words.TYPICAL,
        used_words=words.used_words,
        usual_words=ledger_values.usual_words,
        onset_words=words.onset_words,
        weighed=words.weighed,
    )
    return env


def _verbatim(text: str) -> object:
    from markupsafe import Markup

    # Only our own static files come through here, never anything of a case.
    return Markup(text)  # noqa: S704


def _csp_hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _reason_name(c: Contribution, d: Differential) -> str:
    return words.reason(c, words.used_states(d))


def _signed(value: float) -> str:
    return _minus(words.signed(value))


def _number(value: float) -> str:
    return _minus(f"{value:.2f}")


def _sentence(text: str) -> str:
    return f"{_capital(text)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _minus(text: str) -> str:
    """The hyphen before a number as a minus sign."""
    return re.sub(r"-(?=\d+\.\d)", "\N{MINUS SIGN}", text)
