"""Sources in, an immutable release out: read, resolve, check, write, rename."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.assertions import DISEASE, EXCLUDED, PHENOTYPE, Assertion, Concept
from domain.errors import SourceError
from domain.identifiers import Curie
from kg import kgx
from kg.identifiers import Decision, How, Resolver, read_decisions
from kg.release import BUILDER, Home, Release, release_id
from ontologies import source as catalogue
from ontologies.files import sha256_of
from ontologies.formats import hpoa
from ontologies.formats.ontology import read_ontology

#: Called with the number of stages done, of `STAGES`, and the name of the one that begins.
Progress = Callable[[int, str], None]
STAGES = 5
#: Writes what is compiled from the graph into the release's folder, before it is sealed.
Compile = Callable[[Path, Sequence[Concept], Sequence[Assertion], Resolver], None]


def _silent(done: int, stage: str) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True)
class Input:
    """One source file as it was given."""

    source: catalogue.Source
    path: Path
    sha256: str


@dataclass(slots=True)
class Report:
    """What a build read, repaired and left out: printed, and kept in the manifest."""

    read: dict[str, int] = field(default_factory=dict)
    repaired: Counter[str] = field(default_factory=Counter)
    left_out: list[dict[str, str | int]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def left_out_by_reason(self) -> dict[str, int]:
        """How many rows were left out, by identifier and reason."""
        counts = Counter(f"{row['concept']} {row['reason']}" for row in self.left_out)
        return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class Built:
    """A release, whether this build made it, and the report."""

    release: Release
    new: bool
    report: Report


def find_inputs(given: dict[str, Path]) -> list[Input]:
    """The files to build from: those given, else the installed carriers'."""
    inputs = []
    for name in ("hpo", "hpoa"):
        source = catalogue.load(name)
        path = given.get(name)
        if path is None:
            if source.carrier is None:
                raise SourceError(name, "has no file.", mend=f"Name one: --source {name}=FILE.")
            path = source.carrier.locate()
        if not path.is_file():
            raise SourceError(str(path), "no such file.", mend=f"Name one: --source {name}=FILE.")
        inputs.append(Input(source, path, sha256_of(path)))
    for name in given.keys() - {"hpo", "hpoa"}:
        catalogue.load(name)
        raise SourceError(name, "cannot be built from in this version.")
    return inputs


def build(
    home: Home,
    given: dict[str, Path],
    compile_index: Compile,
    *,
    decisions_file: Path | None = None,
    progress: Progress = _silent,
) -> Built:
    """Build a release, or find the one that the same input already made.

    Raises SourceError for malformed input; nothing is left behind then.
    """
    inputs = find_inputs(given)
    decisions: tuple[Decision, ...] = ()
    decisions_hash = ""
    if decisions_file is not None:
        decisions, decisions_hash = read_decisions(decisions_file), sha256_of(decisions_file)
    identifier = release_id({i.source.name: i.sha256 for i in inputs}, decisions_hash)
    path = home.releases_path / identifier
    report = Report()
    if (path / "manifest.json").is_file():
        release = Release(path)
        release.verify()
        return Built(release, False, report)

    progress(0, "reading the ontology")
    ontology = read_ontology(inputs[0].path)
    resolver = Resolver.of(ontology.concepts, decisions)
    report.read["terms"] = len(resolver.live)
    report.read["obsolete terms"] = len(resolver.obsolete)
    progress(1, "reading the annotations")
    annotations = hpoa.read(inputs[1].path)
    report.read["annotation rows"] = len(annotations.rows)
    concepts, assertions = _assemble(ontology.concepts, annotations, resolver, report)
    report.read["diseases"] = sum(c.category == DISEASE for c in concepts)
    _check_hierarchy(concepts, inputs[0].path)

    temporary = home.releases_path / f".building-{identifier}-{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        progress(2, "writing nodes and edges")
        counts = _write_graph(temporary, concepts, assertions)
        progress(3, "compiling the index")
        compile_index(temporary, concepts, assertions, resolver)
        progress(4, "sealing")
        versions = {"hpo": ontology.version, "hpoa": annotations.version}
        _seal(temporary, identifier, inputs, versions, decisions_hash, counts, report)
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    progress(5, "done")
    release = Release(path)
    home.log(
        "build",
        release=identifier,
        files={i.source.name: {"path": str(i.path), "sha256": i.sha256} for i in inputs},
    )
    return Built(release, True, report)


def _assemble(
    terms: Sequence[Concept], annotations: hpoa.AnnotationFile, resolver: Resolver, report: Report
) -> tuple[list[Concept], list[Assertion]]:
    """Concepts and resolved assertions; what changed or fell out goes into the report."""
    report.repaired.update(annotations.repaired)
    names: dict[Curie, Counter[str]] = {}
    assertions: list[Assertion] = []
    for row in annotations.rows:
        names.setdefault(row.disease, Counter())[row.disease_name] += 1
        excluded = row.negated or (row.frequency is not None and row.frequency.term == EXCLUDED)
        resolution = resolver.resolve(row.concept, excluded=excluded)
        if resolution.concept is None:
            report.left_out.append(
                {
                    "source": "hpoa",
                    "line": row.line,
                    "disease": row.disease,
                    "concept": row.concept,
                    "polarity": "excluded" if excluded else "present",
                    "reason": resolution.message,
                }
            )
            continue
        stated = None
        if resolution.how is not How.CURRENT:
            stated = row.concept
            report.repaired[f"{row.concept} {resolution.message}"] += 1
        assertions.append(
            Assertion(
                disease=row.disease,
                concept=resolution.concept,
                aspect=row.aspect,
                excluded=excluded,
                frequency=row.frequency,
                onset=_onset(row, resolver, report),
                sex=row.sex,
                modifiers=row.modifiers,
                evidence_code=row.evidence,
                references=row.references,
                source="hpoa",
                line=row.line,
                stated_concept=stated,
            )
        )
    diseases = [
        Concept(id=disease, label=_name(disease, counts, report), category=DISEASE)
        for disease, counts in names.items()
    ]
    return sorted((*terms, *diseases), key=lambda c: c.id), assertions


def _onset(row: hpoa.AnnotationRow, resolver: Resolver, report: Report) -> Curie | None:
    """The row's onset term, resolved; one that is unknown is noted and kept as stated."""
    if row.onset is None:
        return None
    resolution = resolver.resolve(row.onset)
    if resolution.concept is None:
        report.warnings.append(f"hpoa:{row.line}: onset {row.onset} is {resolution.message}")
        return row.onset
    return resolution.concept


def _name(disease: Curie, counts: Counter[str], report: Report) -> str:
    """The commonest name of a disease; several names of one id are noted."""
    label = min(counts, key=lambda n: (-counts[n], n))
    if len(counts) > 1:
        others = ", ".join(repr(n) for n in sorted(counts) if n != label)
        report.warnings.append(f"{disease} is {label!r}, also named {others}")
    return label or str(disease)


def _check_hierarchy(concepts: Iterable[Concept], path: Path) -> None:
    """Refuse duplicate ids, parents that do not exist, and cycles."""
    parents: dict[Curie, tuple[Curie, ...]] = {}
    for concept in concepts:
        if concept.id in parents:
            raise SourceError(str(path), f"{concept.id} is defined twice.")
        parents[concept.id] = concept.parents
    state: dict[Curie, int] = {}
    for start in parents:
        stack: list[tuple[Curie, int]] = [(start, 0)]
        while stack:
            node, step = stack.pop()
            if step == 0:
                if state.get(node) == 2:
                    continue
                state[node] = 1
            if step < len(parents[node]):
                stack.append((node, step + 1))
                parent = parents[node][step]
                if parent not in parents:
                    raise SourceError(str(path), f"{node} is_a {parent}, which does not exist.")
                if state.get(parent) == 1:
                    raise SourceError(str(path), f"{node} is_a {parent} closes a cycle.")
                if state.get(parent) is None:
                    stack.append((parent, 0))
            else:
                state[node] = 2


def _write_graph(
    folder: Path, concepts: Sequence[Concept], assertions: Sequence[Assertion]
) -> dict[str, int]:
    """nodes.tsv and edges.tsv; the counts for the manifest."""
    kgx.write(folder / "nodes.tsv", kgx.NODE_COLUMNS, map(kgx.node_row, concepts))
    is_a = [kgx.is_a_row(c.id, p, "hpo") for c in concepts for p in sorted(c.parents)]
    rows = (*is_a, *map(kgx.assertion_row, assertions))
    kgx.write(folder / "edges.tsv", kgx.EDGE_COLUMNS, rows)
    counts = {
        "diseases": sum(c.category == DISEASE for c in concepts),
        "terms": sum(c.category == PHENOTYPE and not c.obsolete for c in concepts),
        "obsolete terms": sum(c.obsolete for c in concepts),
        "is_a edges": len(is_a),
        "assertions": len(assertions),
        "excluded assertions": sum(a.excluded for a in assertions),
    }
    by_aspect = Counter(a.aspect for a in assertions)
    return counts | {f"assertions of aspect {a}": n for a, n in sorted(by_aspect.items())}


def _seal(
    folder: Path,
    identifier: str,
    inputs: Sequence[Input],
    versions: dict[str, str],
    decisions_hash: str,
    counts: dict[str, int],
    report: Report,
) -> None:
    """Write the manifest: a function of the input alone, never of time or user."""
    manifest = {
        "id": identifier,
        "builder": BUILDER,
        "decisions_sha256": decisions_hash,
        "sources": [
            {
                "name": i.source.name,
                "title": i.source.title,
                "version": versions[i.source.name],
                "sha256": i.sha256,
                "licence": i.source.licence,
                "licence_url": i.source.licence_url,
                "citation": i.source.citation,
                "url": i.source.url,
            }
            for i in inputs
        ],
        "counts": counts,
        "read": report.read,
        "repaired": dict(sorted(report.repaired.items())),
        "left_out": report.left_out,
        "warnings": report.warnings,
        "files": {
            str(f.relative_to(folder)): sha256_of(f)
            for f in sorted(folder.rglob("*"))
            if f.is_file()
        },
    }
    (folder / "manifest.json").write_text(
        json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
    )
