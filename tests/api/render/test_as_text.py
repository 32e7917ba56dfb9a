from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from api.render.as_text import plain, write_explanation, write_text
from domain.differential import Differential
from domain.findings import FindingUse, State, Time
from tests.api import builders


def printed(d: Differential, width: int, *, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, legacy_windows=False)
    write_text(d, console, {builders.DOCUMENT: builders.REPORT})
    return out.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = printed(builders.differential(), width).splitlines()
    assert max(map(len, lines)) <= width


def test_scope_comes_before_everything() -> None:
    d = builders.differential()
    assert words(printed(d, 80)).startswith(words(d.scope.statement))


def test_conflicts_come_first_with_both_sides_and_what_each_would_do() -> None:
    text = words(printed(builders.differential(), 160))
    assert text.index("Conflicts") < text.index("Known conditions") < text.index("Findings ")
    conflict = text[text.index("Conflicts") : text.index("Known conditions")]
    assert "- Focal-onset seizure is present, Seizure is absent." in conflict
    assert 'present Focal-onset seizure (HP:0007359): "focal seizures", line 1, ' in conflict
    assert "heard alone: the first diseases stay where they are" in conflict
    assert "absent Seizure (HP:0001250): command line: HP:0001250 (past, of 2025-03-02)" in conflict
    assert "heard alone: Tuberous sclerosis 1 12th (now 1st)" in conflict
    assert text.count("Conflicts") == 1


def test_a_conflict_of_nobody_is_its_message() -> None:
    d = builders.differential()
    bare = tuple(replace(c, sides=()) for c in d.conflicts)
    text = words(printed(replace(d, conflicts=bare), 160))
    assert "- Focal-onset seizure is present, Seizure is absent. Known conditions" in text


def test_known_conditions_are_told_as_evidence() -> None:
    text = words(printed(builders.differential(), 200))
    assert (
        "- ataxia of childhood: counts as Ataxia (HP:0001251); "
        "not suggested: cerebellar ataxia (MONDO:0000437)"
    ) in text
    assert "- some condition: has no effect on the score; no disease left out" in text
    without = replace(builders.differential(), known=())
    assert "Known conditions" not in printed(without, 200)


def test_what_was_seen_before_this_illness_bears_its_day() -> None:
    d = builders.differential()
    use = d.findings[0]
    seen = (replace(use.finding.observations[0], earlier="2025-01-03", time=Time.PAST),)
    old = replace(use, finding=replace(use.finding, observations=seen, time=Time.PAST))
    assert "past, of 2025-01-03" in words(printed(replace(d, findings=(old,)), 200))


def test_no_colour_when_piped_and_colour_on_a_terminal() -> None:
    assert "\x1b" not in printed(builders.differential(), 80)
    assert "\x1b[" in printed(builders.differential(), 80, terminal=True)


def test_findings_show_state_quote_place_and_use() -> None:
    text = words(printed(builders.differential(), 160))
    assert '"ataxia"' in text
    assert "line 2, [54:60]" in text
    assert "family (mother)" in text
    assert "not counted: a finding of the family" in text


def test_reasons_are_signed_and_opened_to_their_papers() -> None:
    text = words(printed(builders.differential(), 200))
    assert "+3.21 Focal-onset seizure (HP:0007359)" in text
    assert "Seizure seen in 7 of 14 patients" in text
    assert "PMID:11, PMID:12, PMID:13 and 1 more" in text
    assert "-0.40 no Ataxia" in text
    assert "Typical, not mentioned (may be present) 80% Subependymal nodules (HP:0009716)" in text
    assert "seen in 8 of 10 patients; PCS; PMID:15" in text


def test_uncalibrated_posteriors_are_not_printed() -> None:
    uncalibrated = printed(builders.differential(), 120)
    assert "73%" not in uncalibrated
    assert "No percentages" in uncalibrated
    assert "73%" in printed(builders.differential(calibrated=True), 120)


def test_square_brackets_of_a_case_are_not_markup() -> None:
    assert '<b>"X"</b>' in printed(builders.differential(), 120)
    assert plain("[red]x[/red]") == "[red]x[/red]"
    d = builders.differential()
    labelled = replace(d.ranked[0].hypothesis, label="[bold red]odd[/] [link=x]name")
    d = replace(d, ranked=(replace(d.ranked[0], hypothesis=labelled),))
    assert "[bold red]odd[/] [link=x]name" in words(printed(d, 160))


def test_a_report_cannot_drive_the_terminal() -> None:
    text = "He has \x1b]0;owned\x07 \x1b[31mfever\u202e."
    quote = builders.span(text[7:-1], text=text)
    use = FindingUse(finding=builders.finding(builders.FEVER, State.PRESENT, quote), used=True)
    d = replace(builders.differential(), findings=(use,))
    shown = printed(d, 120)
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "fever" in shown


def test_no_finding_and_no_ranking_are_said() -> None:
    d = builders.differential()
    bare = replace(d.ranked[0].hypothesis, contributions=(), label="Alphabetically first")
    d = replace(d, findings=(), ranked=(replace(d.ranked[0], hypothesis=bare),))
    text = printed(d, 80)
    assert "Alphabetically first" not in text
    assert "None was found." in text
    assert "No disease was ranked" in text


def test_an_explanation_lists_every_source_row() -> None:
    d = builders.differential()
    out = io.StringIO()
    write_explanation(d, d.ranked[0], Console(file=out, width=200))
    text = words(out.getvalue())
    for line in ("line 101", "line 102", "line 103", "line 9001"):
        assert line in text
    assert "999999" not in text
