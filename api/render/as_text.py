"""A differential for a terminal: scope, findings, ranking, reasons, and what is doubtful.

Text of the case is shown as plain text, never as console markup, and without control characters:
a report cannot colour, move or retitle the reader's terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from api.render import account_text, beside, figures, must_not_miss, words
from api.render.film_evidence import model_words as film_model_words
from api.render.film_evidence import region_words, soft_words
from api.render.measured import measured_words, range_words
from api.render.what_if_text import Block, blocks, comparison_blocks
from domain.assertions import Assertion
from domain.differential import Comparison, Contribution, Differential, Match, Ranked, Typical
from domain.evidence import CodedEntry, Evidence, ImageRegion, Measurement, SignalWindow, TextSpan
from domain.findings import State
from domain.identifiers import Curie

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

_QUOTE = 60
_RANGE = 110
_STRONGEST = 3
_REFERENCES = 3
STATE_STYLE = {
    State.PRESENT: "bold",
    State.ABSENT: "magenta",
    State.UNCERTAIN: "yellow",
    State.UNDETERMINED: "dim",
}


def write_text(
    d: Differential, console: Console, documents: Mapping[str, str] | None = None
) -> None:
    """Print the whole answer to `console`, within its width.

    `documents` (name to text) lets a quote be shown with its line number.
    """
    _account(d, console, documents or {})
    _ranking(d, console)
    _serious(d, console)
    for r in words.with_reasons(d):
        _reasons(d, r, console, rows=False)
    _beside(d, console)
    for block in blocks(d):
        _block(block, console)
    _rest(d, console)


def write_explanation(
    d: Differential, r: Ranked, console: Console, documents: Mapping[str, str] | None = None
) -> None:
    """Print why one disease is where it is: every reason with every source row behind it."""
    _account(d, console, documents or {})
    _reasons(d, r, console, rows=True)
    _rest(d, console)


def write_comparison(
    d: Differential, c: Comparison, console: Console, documents: Mapping[str, str] | None = None
) -> None:
    """Print what separates two diseases, without the ranking."""
    _account(d, console, documents or {})
    for block in comparison_blocks(d, c):
        _block(block, console)
    _rest(d, console)


def plain(text: str, limit: int | None = None) -> str:
    """Text in one line without control, direction or line-breaking characters.

    Cut to `limit` characters where given.
    """
    shown = "".join(
        c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else " " for c in text
    )
    shown = " ".join(shown.split())
    return shown if limit is None or len(shown) <= limit else shown[: limit - 3].rstrip() + "..."


def say(console: Console, text: str, style: str = "") -> None:
    """Print text as it is."""
    console.print(plain(text), style=style, markup=False, highlight=False, emoji=False)


def heading(console: Console, text: str) -> None:
    """Print a heading, with room above."""
    console.print()
    say(console, text, "bold")


def quiet_table(*columns: tuple[str, str, int, bool], header: bool = True) -> Table:
    """A quiet table; a column is (title, justification, share of the width, wraps)."""
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD if header else None,
        show_header=header,
        pad_edge=False,
        padding=(0, 1),
        expand=header,
        header_style="dim",
    )
    for title, justify, ratio, wraps in columns:
        table.add_column(
            title,
            justify="right" if justify == "right" else "left",
            ratio=ratio or None,
            no_wrap=not wraps,
            overflow="fold",
        )
    return table


def text_cells(*cells: str | tuple[str, str]) -> list[RenderableType]:
    """Cells of plain text, or of (text, style), without markup."""
    from rich.text import Text

    return [Text(cell) if isinstance(cell, str) else Text(cell[0], style=cell[1]) for cell in cells]


def _scope(d: Differential, console: Console) -> None:
    say(console, d.scope.statement, "bold")
    say(console, f"Not ranked: {d.scope.not_ranked}")
    if d.prior.statement:
        say(console, f"Prior: {d.prior.statement}")
    if moved := figures.prior_moves(d):
        say(console, moved)
    say(console, f"{must_not_miss.TITLE}: {must_not_miss.head(d)}")


def _account(d: Differential, console: Console, documents: Mapping[str, str]) -> None:
    """What was ranked, then the case: where it contradicts itself, what was known, and what was
    found."""
    _scope(d, console)
    if d.conflicts:
        heading(console, account_text.CONFLICTS)
        table = quiet_table(("", "", 0, False), ("", "", 1, True), header=False)
        for c in d.conflicts:
            first, *sides = account_text.conflict_lines(c, lambda e: _place(e, documents))
            table.add_row(*text_cells("-", (plain(first), "yellow")))
            for line in sides:
                table.add_row(*text_cells("", plain(line)))
        console.print(table)
    if d.known:
        heading(console, account_text.KNOWN)
        _bullets(console, map(account_text.known_line, d.known))
    _findings(d, console, documents)


def _findings(d: Differential, console: Console, documents: Mapping[str, str]) -> None:
    heading(console, "Findings")
    if not d.findings:
        say(console, "None was found.")
        return
    table = quiet_table(("state", "", 3, True), ("finding", "", 5, True), ("where", "", 6, True),
                   ("in the score", "", 4, True))  # fmt: skip
    for use in d.findings:
        f = use.finding
        qualifier = words.who_and_when(f)
        state = f"{f.state.value}\n{qualifier}" if qualifier else f.state.value
        places = "\n".join(_place(e, documents) for e in f.evidence)
        used = words.used_words(use)
        table.add_row(
            *text_cells(
                (state, STATE_STYLE[f.state]),
                f"{plain(f.label)}\n{f.concept}",
                "\n".join(filter(None, (places, *words.given_words(f)))),
                (plain(used), "" if use.used else "dim"),
            )
        )
    console.print(table)


def _place(e: Evidence, documents: Mapping[str, str]) -> str:
    match e:
        case TextSpan():
            quote = f'"{plain(e.quote, _QUOTE)}"'
            span = f"[{e.start}:{e.end}]"
            if e.document not in documents:
                return f"{quote}\n{plain(e.document)}{span}"
            line = documents[e.document].count("\n", 0, e.start) + 1
            only = len(documents) == 1
            return f"{quote}\nline {line}, {'' if only else plain(e.document)}{span}"
        case CodedEntry():
            return f"{plain(e.system)}: {plain(e.code, _QUOTE)}"
        case ImageRegion():
            return "\n".join(
                map(plain, filter(None, (e.image, region_words(e), film_model_words(e))))
            )
        case SignalWindow():
            return f"{plain(e.record)} {plain(e.channel)} {e.start_s:g} to {e.end_s:g} s"
        case Measurement():
            return f"{plain(measured_words(e))}; {plain(range_words(e), _RANGE)}"


def _ranking(d: Differential, console: Console) -> None:
    heading(console, "Differential")
    shown = words.with_reasons(d)
    if not shown:
        say(console, "No disease was ranked: no finding entered the score.")
        return
    say(console, figures.about_scores(d), "dim")
    say(console, d.calibration.statement, "dim")
    columns = [("#", "right", 0, False), ("disease", "", 5, True), ("id", "", 0, False)]
    if d.calibration.calibrated:
        columns.append(("share", "right", 0, False))
    columns += [("score", "right", 0, False), ("strongest reasons", "", 6, True)]
    table = quiet_table(*columns)
    states = words.used_states(d)
    for r in shown:
        h = r.hypothesis
        share = [words.posterior(d, r.posterior)] if d.calibration.calibrated else []
        table.add_row(
            *text_cells(
                str(r.rank),
                (plain(h.label), "bold"),
                str(h.disease),
                *share,
                f"{h.score:.2f}",
                "\n".join(
                    f"{words.signed(c.log_likelihood_ratio)} {plain(words.reason(c, states))}"
                    for c in words.strongest(h, _STRONGEST)
                ),
            )
        )
    console.print(table)
    if d.calibration.calibrated:
        outside = words.posterior(d, d.outside_knowledge_base)
        say(console, f"Outside the knowledge base: {outside}.")


def _serious(d: Differential, console: Console) -> None:
    """The diseases that must not be missed, the first of them in full."""
    found = d.must_not_miss
    if found.status == "not_assessed":
        return
    heading(console, must_not_miss.TITLE)
    say(console, found.reason, "dim")
    table = quiet_table(("#", "right", 0, False), ("disease", "", 2, True),
                        ("what the case says", "", 5, True))  # fmt: skip
    for s in must_not_miss.in_full(d):
        said = "\n".join(map(plain, must_not_miss.lines(d, s)))
        table.add_row(*text_cells(str(s.rank), (plain(s.disease.label), "bold"), said))
    if d.ranked:
        console.print(table)
    if rest := must_not_miss.rest_line(d):
        say(console, rest)


def _reasons(d: Differential, r: Ranked, console: Console, *, rows: bool) -> None:
    h = r.hypothesis
    states = words.used_states(d)
    same = f", the same as {', '.join(h.same_as)}" if h.same_as else ""
    same += f", coded {', '.join(h.codes)}" if h.codes else ""
    heading(console, f"{r.rank}. {h.label} ({h.disease}{same})")
    gain = words.signed(h.score - h.prior_score)
    prior = words.prior_words(h, d)
    say(console, f"score {h.score:.2f} = prior {prior} + reasons {gain}", "dim")
    if h.prior_figure is not None:
        say(console, f"Prior by {figures.said(h.prior_figure)}; {h.prior_figure.reference}", "dim")
    if h.chief_unexplained:
        listed = ", ".join(ref.label for ref in h.chief_unexplained)
        say(console, f"{words.CHIEF_UNEXPLAINED}: {listed}", "yellow")
    for group in words.grouped(h):
        say(console, group.title, "italic")
        table = quiet_table(("", "right", 0, False), ("", "", 1, True), header=False)
        unknown = figures.unprinted(d, group.contributions)
        for c in group.contributions:
            if c in unknown:
                continue
            reason = _reason_line(c, states, d.scope.asked)
            lines = [reason, *(f"  - {plain(x)}" for x in figures.lines(c))]
            if rows:
                lines += [_row_line(a) for a in c.assertions]
            table.add_row(
                *text_cells(f"{words.signed(c.log_likelihood_ratio):>7}", "\n".join(lines))
            )
        if len(unknown) < len(group.contributions):
            console.print(table)
        if unknown:
            say(console, figures.unprinted_line(words.reason(c, states) for c in unknown), "dim")
    if h.typical_not_mentioned:
        say(console, words.TYPICAL, "italic")
        table = quiet_table(("", "right", 0, False), ("", "", 1, True), header=False)
        for t in h.typical_not_mentioned:
            lines = [_typical_line(t)]
            if rows:
                lines += [_row_line(a) for a in t.assertions]
            table.add_row(*text_cells(f"{words.share(t.frequency):>7}", "\n".join(lines)))
        console.print(table)


def _reason_line(c: Contribution, states: Mapping[Curie, State], asked: str) -> str:
    head = plain(words.reason(c, states))
    if c.finding is not None:
        head += f" ({c.finding.id})"
    elif c.match is Match.CIRCUMSTANCE:
        return "; ".join(filter(None, (f"{head}: {plain(c.text)}", _sources(c.assertions))))
    else:
        # The rows behind a term for the whole disease are many: `rows` and the report show them.
        return f"{head}: {plain(c.text)}"
    # What a scorer says of a finding that met nothing only repeats that it met nothing.
    how = "" if c.match is Match.NONE and c.text else words.MATCH_WORDS[c.match]
    parts = [f"{head}: {'; '.join(filter(None, (how, plain(c.text))))}"]
    parts += [
        words.weighed(c),
        soft_words(c),
        words.way(c),
        *words.seen(c),
        _sources(c.assertions),
        words.computed(c, asked),
    ]
    return plain("; ".join(filter(None, parts)))


def _typical_line(t: Typical) -> str:
    parts = [words.pooled_words(t.assertions), _sources(t.assertions)]
    return plain(f"{t.concept.label} ({t.concept.id}): {'; '.join(filter(None, parts))}")


def _sources(assertions: Sequence[Assertion]) -> str:
    """Evidence codes, and the first references."""
    codes = ", ".join(dict.fromkeys(a.evidence_code for a in assertions if a.evidence_code))
    refs = words.references(assertions)
    more = f" and {len(refs) - _REFERENCES} more" if len(refs) > _REFERENCES else ""
    return "; ".join(filter(None, (codes, ", ".join(refs[:_REFERENCES]) + more)))


def _row_line(a: Assertion) -> str:
    parts = [f"{a.source} line {a.line}", f"{a.disease} {a.concept}", words.frequency_words(a)]
    onset = words.onset_words(a.onset) if a.onset else ""
    parts += [str(v) for v in (onset, a.sex, *a.modifiers, a.evidence_code) if v]
    return "  - " + plain("; ".join([*parts, ", ".join(a.references)]))


def _beside(d: Differential, console: Console) -> None:
    """Families and pairs: what stands beside the ranking."""
    if not beside.shown(d):
        return
    heading(console, beside.FAMILIES)
    _bullets(console, beside.family_lines(d))
    heading(console, beside.PAIRS)
    say(console, " ".join(filter(None, (d.pairs.reason, beside.cost_words(d.pairs)))), "dim")
    if d.pairs.unexplained:
        say(console, beside.left_words(d.pairs), "dim")
    _bullets(console, beside.pair_lines(d))


def _block(block: Block, console: Console) -> None:
    heading(console, block.title)
    for note in block.notes:
        say(console, note, "dim")
    for part in block.parts:
        if part.title:
            say(console, part.title, "italic")
        if not part.rows:
            continue
        table = quiet_table(
            *((c.title, "right" if c.number else "", c.width, c.width > 0) for c in block.columns)
        )
        for row in part.rows:
            table.add_row(*text_cells(*("\n".join(map(plain, cell.split("\n"))) for cell in row)))
        console.print(table)


def _rest(d: Differential, console: Console) -> None:
    if d.unexplained:
        heading(console, "Present, and speaking for none of the listed diseases")
        _bullets(console, (f"{ref.label} ({ref.id})" for ref in d.unexplained))
    if d.data_quality:
        heading(console, "Data quality")
        _bullets(
            console,
            (
                f"{n.level}: {n.subject}: {n.message}" + (f" {n.mend}" if n.mend else "")
                for n in d.data_quality
            ),
        )
    heading(console, "Versions")
    say(console, "; ".join(f"{key} {value}" for key, value in d.versions.items()), "dim")


def _bullets(console: Console, lines: Iterable[str]) -> None:
    table = quiet_table(("", "", 0, False), ("", "", 1, True), header=False)
    for line in lines:
        table.add_row(*text_cells("-", plain(line)))
    console.print(table)
