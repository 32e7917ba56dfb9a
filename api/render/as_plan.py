"""What a load would do, or what two releases differ in: for a terminal, a browser, a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from api.render.as_html import html_page
from kg import diff, gate
from kg.issues import Issue

#: Changes of one kind that the page shows; the table beside it has all of them.
SHOWN = 200


def plan_object(
    changes: Sequence[diff.Change],
    errors: Sequence[Issue],
    warnings: Mapping[str, Mapping[str, int]],
    moves: Sequence[gate.Move] | None,
) -> dict[str, object]:
    """A JSON object: counts by source, what would stop the load, what answers would change."""
    return {
        "changes": diff.summary(changes),
        "errors": [_issue(e) for e in errors],
        "warnings": warnings,
        "golden": None if moves is None else gate.summary(moves),
        "movers": [] if moves is None else [_move(m) for m in moves if m.shift or m.touched],
    }


def plan_lines(
    changes: Sequence[diff.Change],
    errors: Sequence[Issue],
    warnings: Mapping[str, Mapping[str, int]],
    moves: Sequence[gate.Move] | None,
    *,
    movers: int = 8,
) -> Iterator[str]:
    """Lines for a terminal."""
    if not changes:
        yield "No change."
    for source, counts in diff.summary(changes).items():
        yield f"{source}: " + ", ".join(f"{n:,} {what}" for what, n in counts.items())
    for source, classes in warnings.items():
        yield f"{source} warnings: " + ", ".join(f"{n:,} {what}" for what, n in classes.items())
    yield from map(str, errors)
    if moves is None:
        return
    s = gate.summary(moves)
    yield (
        f"Golden cases: {s['cases']}. The truth is first in {s['first before']} before, "
        f"{s['first after']} after; among the first ten in {s['first ten before']} and "
        f"{s['first ten after']}. It rose in {s['rose']}, fell in {s['fell']}; "
        f"{s['touched by obsolete terms']} name a term that becomes obsolete."
    )
    for m in [m for m in moves if m.shift][:movers]:
        yield f"  {m.name} ({m.disease}): {_place(m.before)} -> {_place(m.after)}"


def write_plan(
    folder: Path,
    title: str,
    changes: Sequence[diff.Change],
    errors: Sequence[Issue],
    warnings: Mapping[str, Mapping[str, int]],
    moves: Sequence[gate.Move] | None,
) -> Path:
    """`changes.tsv` with every change, and `plan.html` to browse; the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "changes.tsv").open("w", encoding="utf-8") as out:
        out.write("\t".join(diff.COLUMNS) + "\n")
        for change in changes:
            cells = (getattr(change, name) for name in diff.COLUMNS)
            out.write("\t".join(" ".join(str(c).split()) for c in cells) + "\n")
    groups = []
    for (kind, action), found in groupby(changes, key=lambda c: (c.kind, c.action)):
        listed = list(found)
        groups.append({"name": f"{kind} {action}", "n": len(listed), "rows": listed[:SHOWN]})
    page = folder / "plan.html"
    page.write_text(
        html_page(
            "plan.html",
            title=title,
            summary=diff.summary(changes),
            groups=groups,
            errors=errors,
            warnings=warnings,
            golden=None if moves is None else gate.summary(moves),
            moves=[(m, _place(m.before), _place(m.after)) for m in moves or ()],
        ),
        "utf-8",
    )
    return page


def _place(answer: gate.Answer) -> str:
    return "not ranked" if answer.rank is None else f"{answer.rank:,}"


def _issue(issue: Issue) -> dict[str, object]:
    return {
        "severity": issue.severity,
        "code": issue.code,
        "subject": issue.subject,
        "source": issue.source,
        "line": issue.line,
        "message": issue.message,
        "mend": issue.mend,
    }


def issues_json(issues: Sequence[Issue]) -> list[dict[str, object]]:
    """Issues as JSON objects."""
    return [_issue(i) for i in issues]


def _move(move: gate.Move) -> dict[str, object]:
    return {
        "case": move.name,
        "disease": move.disease,
        "rank_before": move.before.rank,
        "rank_after": move.after.rank,
        "first_before": list(move.before.first),
        "first_after": list(move.after.first),
        "obsolete_terms": list(move.touched),
    }
