"""What a single row of the curated tables cannot show: the rules that hold across them.

docs/knowledge-tables.md states them for people who add rows. Rules of one row are the formats'
(`ontologies/formats/curated_*.py`); a table that breaks one is an issue here too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from domain.assertions import Concept
from domain.errors import SourceError
from domain.figures import Figure, Kind, Measure
from domain.identifiers import Curie
from kg.figure_doubts import doubts
from kg.issues import Issue, Severity, ordered
from ontologies.curated_knowledge import Knowledge, Row, gather, names, read_table, tables
from ontologies.formats.curated_diseases import FUSED
from ontologies.formats.curated_figures import ALL, REFERENCE

#: Where a disease may be its own finding: the result of a named test, with the test's accuracy.
TESTS = frozenset({Kind.FILM, Kind.CT, Kind.ULTRASOUND, Kind.ECG, Kind.LAB})
ACCURACY = frozenset(
    {Measure.SENSITIVITY, Measure.SPECIFICITY, Measure.LR_POSITIVE, Measure.LR_NEGATIVE}
)
_NORMAL = re.compile(r"^normal\b", re.IGNORECASE)

Concepts = Mapping[Curie, Concept]


def check_folder(folder: Path, hpo: Concepts) -> tuple[Knowledge, list[Issue]]:
    """The tables that can be read, and all that is wrong with the folder, the gravest first.

    A table that cannot be read is one issue, with its line. `hpo` holds the concepts of HPO by
    id. Raises SourceError where the folder has no table.
    """
    parts: list[Knowledge] = []
    unreadable: list[Issue] = []
    for path in tables(folder):
        try:
            parts.append(read_table(path))
        except SourceError as error:
            unreadable.append(
                Issue(
                    severity="error",
                    code="unreadable",
                    subject=path.name,
                    source=path.name,
                    line=error.line,
                    message=str(error),
                )
            )
    knowledge = gather(parts)
    return knowledge, ordered([*unreadable, *check(knowledge, hpo)])


def check(knowledge: Knowledge, hpo: Concepts) -> list[Issue]:
    """All that is wrong across the tables, the gravest first."""
    known = {**hpo, **_first(knowledge.findings)}
    return ordered(
        [
            *_diseases(knowledge.diseases),
            *_findings(knowledge.findings, known, hpo),
            *_figures(knowledge, known),
            *_once(knowledge.figures),
            *(
                _issue(row, code, row.value.disease, why, "warning")
                for row, code, why in doubts(knowledge.figures)
            ),
            *(issue for row in _edges(knowledge) for issue in _opened(row)),
        ]
    )


def _first(rows: Sequence[Row[Concept]]) -> dict[Curie, Concept]:
    """By id; where an id stands twice, which is an issue of its own, the first."""
    return {row.value.id: row.value for row in reversed(rows)}


def _edges(knowledge: Knowledge) -> Iterator[Row[Figure]]:
    yield from knowledge.figures
    yield from knowledge.statements


def _diseases(rows: Sequence[Row[Concept]]) -> Iterator[Issue]:
    yield from _twice(rows, lambda row: [row.value.id], "disease-twice", "has the same id as")
    yield from _twice(rows, lambda row: sorted(names(row.value)), "disease-twice", "is called as")
    yield from _twice(rows, _entries, "same-as-twice", "is the same as what is")
    for row in rows:
        if row.cells["must_not_miss_why"] and not row.cells["must_not_miss"]:
            yield _issue(row, "no-reference", row.value.id, "must_not_miss_why names no reference.")
        if row.cells["settled_why"] and not row.cells["settled_by"]:
            yield _issue(row, "settled-by-nothing", row.value.id, "settled_why is of no test.")


def _entries(row: Row[Concept]) -> list[Curie]:
    """The entries of other sources that are fused with a disease."""
    same = [part.strip() for part in row.cells["same_as"].split("|")]
    return [entry for entry in map(Curie.parse, filter(None, same)) if entry.prefix in FUSED]


def _findings(rows: Sequence[Row[Concept]], known: Concepts, hpo: Concepts) -> Iterator[Issue]:
    yield from _twice(rows, lambda row: [row.value.id], "finding-twice", "has the same id as")
    yield from _twice(
        rows, lambda row: [row.value.label.lower()], "finding-twice", "has the same label as"
    )
    yield from _twice(
        rows,
        lambda row: sorted(names(row.value)),
        "name-shared",
        "has a name in common with",
        "warning",
    )
    called: dict[str, set[Curie]] = defaultdict(set)
    for concept in hpo.values():
        if not concept.obsolete:
            for name in names(concept):
                called[name].add(concept.id)
    for row in rows:
        yield from _one_finding(row, known, called)


def _one_finding(
    row: Row[Concept], known: Concepts, called: Mapping[str, set[Curie]]
) -> Iterator[Issue]:
    """Its parents, and that neither HPO nor a normal result has its name."""
    finding = row.value
    labels = row.cells["parent_label"].split("|")
    if len(labels) != len(finding.parents):
        yield _issue(row, "wrong-label", finding.id, "has not one label for each parent.")
    for parent, label in zip(finding.parents, labels, strict=False):
        if parent not in known or known[parent].obsolete:
            yield _issue(row, "unknown-parent", finding.id, f"{parent} {_missing(parent, known)}.")
        else:
            yield from _labelled(row, "parent_label", label, parent, known)
    if _circular(finding.id, known):
        yield _issue(row, "unknown-parent", finding.id, "is below itself.")
    if _NORMAL.match(finding.label):
        yield _issue(
            row, "normal-finding", finding.id, f"{finding.label!r} is a normal result.",
            mend="Write the abnormal finding with side absent.",
        )  # fmt: skip
    for name in sorted(names(finding)):
        doubles = called.get(name, set())
        # HPO names some signs after what they are signs of ("heartburn" for reflux): below that
        # term the sign itself may stand.
        own_label = name == " ".join(finding.label.lower().split())
        above = parent in doubles and known[parent].label.lower() != name
        severity: Severity = "error" if own_label and not above else "warning"
        for term in sorted(doubles):
            yield _issue(
                row, "finding-in-hpo", finding.id, f"HPO calls {term} {name!r} too.", severity,
                mend="Use the term, or a name that tells the two apart.",
            )  # fmt: skip


def _circular(start: Curie, known: Concepts) -> bool:
    """Whether a finding of ours lies below itself."""
    above, seen = list(known[start].parents) if start in known else [], set[Curie]()
    while above:
        at = above.pop()
        if at == start:
            return True
        if at.prefix == start.prefix and at in known and at not in seen:
            seen.add(at)
            above += known[at].parents
    return False


def _figures(knowledge: Knowledge, known: Concepts) -> Iterator[Issue]:
    """What figures speak of exists, is called what they call it, and is not the disease."""
    diseases = _first(knowledge.diseases)
    for row in _edges(knowledge):
        figure = row.value
        disease, concept = diseases.get(figure.disease), known.get(figure.concept)
        if disease is None:
            yield _issue(
                row, "unknown-disease", figure.disease, "is in no table of diseases.",
                mend="Add it to GROUP.diseases.tsv.",
            )  # fmt: skip
        elif "disease_label" in row.cells:
            yield from _label(row, "disease_label", figure.disease, diseases)
        if concept is None or concept.obsolete:
            yield _issue(
                row, "unknown-finding", figure.disease,
                f"{figure.concept} {_missing(figure.concept, known)}.",
                mend="Use a live term of HPO, or add the finding to GROUP.findings.tsv.",
            )  # fmt: skip
        elif row.cells.get("concept"):
            yield from _label(row, "concept_label", figure.concept, known)
        if disease and concept and names(disease) & names(concept) and not _named_test(figure):
            shared = min(names(disease) & names(concept))
            yield _issue(
                row, "own-finding", figure.disease,
                f"{figure.concept} ({shared}) is the disease itself.",
                mend="Only the result of a named test, with its accuracy, can argue for it.",
            )  # fmt: skip


def _named_test(figure: Figure) -> bool:
    if figure.measure is Measure.SETTLES:
        return True  # what settles a diagnosis is a test that shows the disease
    return figure.kind in TESTS and figure.measure in ACCURACY


def _once(rows: Sequence[Row[Figure]]) -> Iterator[Issue]:
    """One paper counts once."""

    def key(row: Row[Figure]) -> list[Hashable]:
        f = row.value
        return [
            (f.disease, f.concept, f.absent, f.threshold, f.kind, f.measure, f.population,
             f.reference)
            if f.concept != ALL
            else (f.disease, f.words, f.threshold, f.kind, f.measure, f.population, f.reference)
        ]  # fmt: skip

    yield from _twice(rows, key, "figure-twice", "counts one paper a second time beside")


def _opened(row: Row[Figure]) -> Iterator[Issue]:
    """What weighs has a reference, and the day on which it was read."""
    figure = row.value
    if not figure.weighs:
        return
    if not REFERENCE.match(figure.reference):
        yield _issue(row, "no-reference", figure.disease, "weighs and names no reference.")
    try:
        date.fromisoformat(figure.opened)
    except ValueError:
        yield _issue(
            row, "no-date", figure.disease, "weighs and has no date on which it was opened."
        )


def _label(
    row: Row[Concept] | Row[Figure], column: str, of: Curie, known: Concepts
) -> Iterator[Issue]:
    yield from _labelled(row, column, row.cells[column], of, known)


def _labelled(
    row: Row[Concept] | Row[Figure], column: str, label: str, of: Curie, known: Concepts
) -> Iterator[Issue]:
    if label != known[of].label:
        yield _issue(
            row, "wrong-label", of, f"{column} is {label!r}, not {known[of].label!r}.",
            mend="One of id and label is wrong: look which.",
        )  # fmt: skip


def _missing(concept: Curie, known: Concepts) -> str:
    return "is obsolete" if concept in known else "does not exist"


def _twice(
    rows: Iterable[Row[Concept]] | Iterable[Row[Figure]],
    keys: Callable[..., Iterable[Hashable]],
    code: str,
    says: str,
    severity: Severity = "error",
) -> Iterator[Issue]:
    """Rows with a key of an earlier row."""
    first: dict[Hashable, Row[Concept] | Row[Figure]] = {}
    for row in rows:
        subject = row.value.id if isinstance(row.value, Concept) else row.value.disease
        met: dict[tuple[str, int], Hashable] = {}
        for key in keys(row):
            if key in first:
                met.setdefault((first[key].file, first[key].line), key)
            first.setdefault(key, row)
        for (file, line), key in sorted(met.items(), key=lambda item: item[0]):
            named = f" ({key})" if isinstance(key, str) else ""
            yield _issue(row, code, subject, f"{says} {file}:{line}{named}.", severity)


def _issue(
    row: Row[Concept] | Row[Figure],
    code: str,
    subject: str,
    message: str,
    severity: Severity = "error",
    mend: str | None = None,
) -> Issue:
    return Issue(
        severity=severity,
        code=code,
        subject=subject,
        source=row.file,
        line=row.line,
        message=message,
        mend=mend,
    )
