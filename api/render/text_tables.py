"""What was measured on annotated texts, as tables, and its errors as a list to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from api.evaluate_text import LABELS, LEFT_OUT, Miss, TextResult
from api.render.tables import Cell, Table, plain
from api.text_scores import Score
from reasoning.measures import Figure

#: What to know of a corpus's figures, by its format.
_NOTES = {
    "annotations": "By document: sets of ids, exact, in any state and of any branch; ids of other "
    "releases are carried over by alternative ids and replacements.",
    "sentences": "Context of a given target, one a sentence.",
    "reports": "A label counts if a finding of its concepts or below is present, or uncertain "
    "with a strength of at least .5, in findings or impression. Sum of all labels but Hernia.",
    "jsonl": "Findings as sets of ids a document and as spans; attributes of given targets.",
}
#: Errors of one kind that a terminal shows.
SHOWN = 15


def tables(results: Sequence[TextResult]) -> Iterator[Table]:
    """A table a corpus, its readers beneath one another; for reports another by label."""
    by_corpus: dict[str, list[TextResult]] = defaultdict(list)
    for result in results:
        by_corpus[result.corpus].append(result)
    for corpus, some in by_corpus.items():
        first = some[0]
        beside = f", {first.skipped:,} {first.why} left out" if first.skipped else ""
        yield _table(
            f"{corpus}: {first.documents:,} documents{beside}",
            {r.reader: r.scores for r in some},
            _NOTES[first.format],
        )
        if first.labels:
            yield _table(
                f"{corpus}: by label",
                {r.reader: r.labels for r in some},
                f"Not in the sum: {', '.join(sorted(LEFT_OUT))}.",
            )


def _table(title: str, by_reader: Mapping[str, Mapping[str, Score]], note: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for measure in next(iter(by_reader.values())):
        for n, (reader, scores) in enumerate(by_reader.items()):
            score = scores[measure]
            rows.append(
                (
                    measure if n == 0 else f"  {reader}",
                    f"{score.counts.gold:,}",
                    f"{score.counts.read:,}",
                    plain(score.precision, 3),
                    plain(score.recall, 3),
                    plain(score.f1, 3),
                )
            )
    columns = ("measure", "marked", "read", "precision", "recall", "F1")
    return Table(title=title, columns=columns, rows=tuple(rows), note=note)


def common_errors(result: TextResult) -> list[str]:
    """The errors made most often, a line each with the words of the first (not those around)."""
    lines = []
    for some in _grouped(result.misses)[:SHOWN]:
        first = some[0]
        said = "missed" if first.missed else "spurious"
        words = f": {_short(first.quote, 50)}" if first.start is not None else ""
        lines.append(f"{len(some):>5,} x {said} {first.label or first.subject}{words}")
    return lines


def interval(figure: Figure) -> str:
    """A figure with its interval in brackets, in one line."""
    cell = plain(figure, 3)
    return cell if isinstance(cell, str) else f"{cell[0]} ({cell[1]})"


def errors_text(results: Sequence[TextResult]) -> str:
    """Every error with the words around it, the commonest first, as text to read."""
    lines = []
    for result in results:
        lines += [f"{result.corpus} ({result.reader}): {len(result.misses):,} errors", ""]
        for some in _grouped(result.misses):
            first = some[0]
            said = "missed" if first.missed else "spurious"
            name = f"{first.subject} {first.label}".strip()
            lines.append(f"{said} {len(some):,} x {name}   [{first.measure}]")
            lines += [f"    {_place(miss)}" for miss in some]
            lines.append("")
    return "\n".join(lines)


def _grouped(misses: Sequence[Miss]) -> list[list[Miss]]:
    """Errors of one kind and subject together, the largest group first."""
    groups: dict[tuple[str, bool, str], list[Miss]] = defaultdict(list)
    for miss in misses:
        groups[miss.measure, miss.missed, miss.subject].append(miss)
    return sorted(groups.values(), key=lambda g: (-len(g), g[0].subject, g[0].missed))


def _place(miss: Miss) -> str:
    if miss.start is None:
        return f"{miss.document}: {_short(miss.quote, 400)}"
    words = f"{miss.document}:{miss.start}: {miss.before} [[{miss.quote}]] {miss.after}"
    if not miss.instead:
        return words
    return f"{words}   ({'read' if miss.missed else 'marked'}: {miss.instead})"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def as_object(result: TextResult) -> dict[str, object]:
    """A result as JSON would have it, without its errors; a figure that is not defined is null."""
    return {
        "corpus": result.corpus,
        "format": result.format,
        "reader": result.reader,
        "documents": result.documents,
        "skipped": result.skipped,
        "why": result.why or None,
        "scores": {name: _score(s) for name, s in result.scores.items()},
        LABELS: {name: _score(s) for name, s in result.labels.items()},
        "errors": len(result.misses),
    }


def _score(score: Score) -> dict[str, object]:
    def known(value: float) -> float | None:
        return None if value != value else round(value, 6)

    figures = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    return {
        "marked": score.counts.gold,
        "read": score.counts.read,
        "hit": score.counts.hit,
        **{
            name: {"value": known(f.value), "low": known(f.low), "high": known(f.high)}
            for name, f in figures.items()
        },
    }
