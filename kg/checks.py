"""Sanity gates of a load: what stops it, and what is counted and stops it only on a jump.

Real files hold thousands of inconsistent frequencies, so that one of them is a warning. A class
of warnings that doubles and grows by a hundred, or a source that lost 15 % of its rows, means
that something happened to the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.assertions import FREQUENCY_CLASSES, Aspect, Assertion, Sex
from domain.identifiers import Curie
from kg.graph import Graph
from kg.issues import Issue

#: A source may not have fewer rows than this share of those in the active release.
LEAST_SHARE = 0.85
#: A class of warnings that grows by this factor and by this number stops a load.
JUMP_FACTOR, JUMP_NUMBER = 2, 100
ONSET = Curie("HP:0003674")
#: Findings of one sex only: HPO's abnormalities of the female and of the male genitalia.
FEMALE_ONLY = Curie("HP:0010460")
MALE_ONLY = Curie("HP:0010461")

_Interval = tuple[float, float]


def check(graph: Graph) -> list[Issue]:
    """Warnings about what assertions say of each other."""
    above = _ancestors(graph)
    issues: list[Issue] = []
    by_disease: dict[Curie, list[Assertion]] = defaultdict(list)
    for assertion in graph.assertions:
        if assertion.aspect is Aspect.PHENOTYPE:
            by_disease[assertion.disease].append(assertion)
    for assertions in by_disease.values():
        by_term: dict[Curie, list[Assertion]] = defaultdict(list)
        for assertion in assertions:
            by_term[assertion.concept].append(assertion)
        issues += _frequencies(by_term, above)
        issues += _polarities(by_term)
        for assertion in assertions:
            issues += _sex_and_onset(assertion, above)
    return issues


def against(manifest: Mapping[str, Any], active: Mapping[str, Any] | None) -> list[Issue]:
    """Errors: dangling rows, and what jumped or shrank since the active release."""
    issues = [
        Issue(
            severity="error",
            code="dangling-id",
            subject=str(row["disease"]),
            source=str(row["source"]),
            line=int(row["line"]),
            message=f"{row['concept']} is {row['reason']}.",
            mend="Load the ontology release that the file was made with.",
        )
        for row in manifest["left_out"]
        if row["kind"] == "dangling"
    ]
    if active is None:
        return issues
    for source, before in active["rows_by_source"].items():
        now = manifest["rows_by_source"].get(source)
        if now is not None and now < LEAST_SHARE * before:
            issues.append(
                Issue(
                    severity="error",
                    code="row-shortfall",
                    subject=source,
                    source=source,
                    line=None,
                    message=f"{now:,} rows, {1 - now / before:.0%} fewer than the {before:,} "
                    "of the active release.",
                    mend="The file is probably cut short: fetch it again.",
                )
            )
    for source, classes in manifest["warnings"].items():
        for code, now in classes.items():
            before = active.get("warnings", {}).get(source, {}).get(code, 0)
            known = source in active["rows_by_source"]
            if known and now >= JUMP_FACTOR * before and now - before >= JUMP_NUMBER:
                issues.append(
                    Issue(
                        severity="error",
                        code="warnings-jumped",
                        subject=code,
                        source=source,
                        line=None,
                        message=f"{now:,} warnings, {before:,} in the active release.",
                        mend="`differentia kg validate` lists them.",
                    )
                )
    return issues


def _ancestors(graph: Graph) -> dict[Curie, frozenset[Curie]]:
    """All ancestors of each concept, itself excluded; the hierarchy has no cycle."""
    parents = {c.id: c.parents for c in graph.concepts}
    found: dict[Curie, frozenset[Curie]] = {}
    for start in parents:
        stack = [start]
        while stack:
            node = stack[-1]
            waiting = [p for p in parents[node] if p not in found]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            found[node] = frozenset().union(*({p, *found[p]} for p in parents[node]))
    return found


def _frequencies(
    by_term: Mapping[Curie, Sequence[Assertion]], above: Mapping[Curie, frozenset[Curie]]
) -> Iterator[Issue]:
    """A finding seen more often than one that includes it, beyond what counting explains."""
    intervals = {t: i for t, rows in by_term.items() if (i := _interval(rows)) is not None}
    for term, (low, _) in intervals.items():
        for ancestor in above.get(term, frozenset()) & intervals.keys():
            high = intervals[ancestor][1]
            if low > high:
                row = by_term[term][0]
                yield Issue(
                    severity="warning",
                    code="child-more-frequent",
                    subject=row.disease,
                    source=row.source,
                    line=row.line,
                    message=f"{term} (at least {low:.0%}) is seen more often than {ancestor} "
                    f"(at most {high:.0%}), which includes it.",
                )


def _interval(rows: Sequence[Assertion]) -> _Interval | None:
    """95 % Wilson interval of the pooled counts, else the range of the stated classes."""
    counted = [r.frequency for r in rows if r.frequency and r.frequency.count is not None]
    if counted:
        count = sum(f.count or 0 for f in counted)
        return wilson(count, sum(f.total or 0 for f in counted))
    classes = [
        FREQUENCY_CLASSES[r.frequency.term]
        for r in rows
        if r.frequency and r.frequency.term in FREQUENCY_CLASSES and not r.excluded
    ]
    if not classes:
        return None
    return min(low for _, low, _ in classes), max(high for _, _, high in classes)


def wilson(count: int, total: int, z: float = 1.959963984540054) -> _Interval:
    """Wilson's score interval for `count` of `total` (Wilson 1927).

    >>> [round(x, 3) for x in wilson(7, 14)]
    [0.268, 0.732]
    """
    share, zz = count / total, z * z / total
    centre = (share + zz / 2) / (1 + zz)
    half = z * ((share * (1 - share) + zz / 4) / total) ** 0.5 / (1 + zz)
    return max(0.0, centre - half), min(1.0, centre + half)


def _polarities(by_term: Mapping[Curie, Sequence[Assertion]]) -> Iterator[Issue]:
    """A finding that one row states and another excludes."""
    for term, rows in by_term.items():
        excluded = [r for r in rows if r.excluded]
        if excluded and any(r.seen for r in rows):
            yield Issue(
                severity="warning",
                code="present-and-excluded",
                subject=excluded[0].disease,
                source=excluded[0].source,
                line=excluded[0].line,
                message=f"{term} is excluded here and stated by another row.",
            )


def _sex_and_onset(row: Assertion, above: Mapping[Curie, frozenset[Curie]]) -> Iterator[Issue]:
    """A finding of the other sex; an onset that is no onset."""
    lineage = {row.concept, *above.get(row.concept, ())}
    other = {Sex.MALE: FEMALE_ONLY, Sex.FEMALE: MALE_ONLY}.get(row.sex) if row.sex else None
    if other and row.seen and other in lineage:
        yield Issue(
            severity="warning",
            code="sex-contradiction",
            subject=row.disease,
            source=row.source,
            line=row.line,
            message=f"{row.concept} belongs to the other sex than {row.sex}.",
        )
    if row.onset and ONSET in above and ONSET not in {row.onset, *above.get(row.onset, ())}:
        yield Issue(
            severity="warning",
            code="onset-contradiction",
            subject=row.disease,
            source=row.source,
            line=row.line,
            message=f"{row.onset} is given as onset of {row.concept} and is none.",
        )
