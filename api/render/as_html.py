"""A differential as HTML: one self-contained file, or the same markup inside the page.

Everything that comes from a case or from the knowledge base is escaped by the template engine;
only our own style sheet and script are put in as they are. Undefined names in a template raise.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from api.render import words
from api.render.view import BAR_WIDTH, view
from domain.differential import Differential

if TYPE_CHECKING:
    from jinja2 import Environment

PAGES = Path(__file__).parent.parent / "pages"


def html_report(d: Differential, documents: Mapping[str, str]) -> str:
    """The whole answer as one HTML file that asks for nothing from elsewhere.

    `documents` (name to text) are shown with their spans marked. The file carries its own
    content security policy, which lets only its own style sheet and script run.
    """
    css = (PAGES / "static" / "differentia.css").read_text("utf-8")
    js = (PAGES / "static" / "differentia.js").read_text("utf-8")
    return render_page(
        "report.html",
        view=view(d, documents),
        css=_verbatim(css),
        js=_verbatim(js),
        css_hash=_csp_hash(css),
        js_hash=_csp_hash(js),
    )


def html_page(template: str, **context: object) -> str:
    """A self-contained page of ours with our style sheet and no script."""
    css = (PAGES / "static" / "differentia.css").read_text("utf-8")
    return render_page(template, css=_verbatim(css), css_hash=_csp_hash(css), **context)


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
    env.filters.update(signed=_signed, number=_number, share=_share)
    env.globals.update(
        about_scores=words.ABOUT_SCORES.replace("-0.69", "\N{MINUS SIGN}0.69"),
        bar_width=BAR_WIDTH,
        evidence_codes=words.EVIDENCE_CODES,
        link=words.link,
        match_words=words.MATCH_WORDS,
        predicate_words=words.predicate_words,
        typical_title=words.TYPICAL,
        used_words=words.used_words,
        why_no_percentages=words.WHY_NO_PERCENTAGES,
    )
    return env


def _verbatim(text: str) -> object:
    from markupsafe import Markup

    # Only our own static files come through here, never anything of a case.
    return Markup(text)  # noqa: S704


def _csp_hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _signed(value: float) -> str:
    return words.signed(value).replace("-", "\N{MINUS SIGN}")


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _share(value: float) -> str:
    percent = value * 100
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"
