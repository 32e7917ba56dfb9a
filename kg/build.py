"""Source files in, an immutable release out: read, assemble, write; nothing on failure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.assertions import DISEASE, PHENOTYPE, SAME_AS
from domain.errors import SourceError
from kg.assemble import Assembled, assemble
from kg.checks import check
from kg.graph import Graph
from kg.identifiers import Decision, read_decisions
from kg.issues import Issue, counts
from kg.releases import Releases
from ontologies import format as formats
from ontologies import source as catalogue
from ontologies.content import Content
from ontologies.curated_names import names_digest
from ontologies.files import sha256_of

#: Raised by one whenever the same input would give other files.
BUILDER = "4"
#: Sources that are built from where none is named.
DEFAULT_SOURCES = ("common", "hpo", "hpoa", "omim_orphanet")
#: Called with the number of stages done, of `STAGES`, and the name of the one that begins.
Progress = Callable[[int, str], None]
STAGES = 4


def silent(done: int, stage: str) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True)
class Input:
    """One source file as it was given."""

    source: catalogue.Source
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a release will be, before it is written anywhere."""

    manifest: dict[str, Any]
    assembled: Assembled
    issues: tuple[Issue, ...]

    @property
    def id(self) -> str:
        """The release's id."""
        return str(self.manifest["id"])

    @property
    def graph(self) -> Graph:
        """The release's graph."""
        return self.assembled.graph


def find_inputs(given: Mapping[str, Sequence[Path]]) -> list[Input]:
    """The files to build from: those given by source (a folder stands for its files), and the
    installed ones for the default sources that are not. Raises SourceError."""
    inputs = []
    for name in sorted({*DEFAULT_SOURCES, *given}):
        source = catalogue.find(name)
        paths = list(given.get(name, ()))
        if not paths:
            if source.carrier is None:
                raise SourceError(name, "has no file.", mend=f"Name one: {name}=FILE.")
            paths = [source.carrier.locate()]
        for path in paths:
            for file in files_of(path):
                if not file.is_file():
                    raise SourceError(str(file), "no such file.", mend=f"Name one: {name}=FILE.")
                inputs.append(Input(source, file, sha256_of(file)))
    return inputs


def files_of(path: Path) -> list[Path]:
    """The files that a path stands for: those in a folder, else itself."""
    return sorted(f for f in path.iterdir() if f.is_file()) if path.is_dir() else [path]


def release_id(inputs: Sequence[tuple[str, str]], decisions: str, builder: str = BUILDER) -> str:
    """First 12 hex digits of a hash over (source, sha256) pairs, decisions hash and builder."""
    text = json.dumps([sorted(map(list, inputs)), decisions, builder])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def id_of(inputs: Sequence[Input], decisions_file: Path | None) -> str:
    """The id of the release that these inputs make."""
    decisions = sha256_of(decisions_file) if decisions_file else ""
    return release_id([(i.source.name, i.sha256) for i in inputs], decisions, builder())


def builder() -> str:
    """What turns inputs into files: this program's builder, and the names it adds."""
    return f"{BUILDER}-{names_digest()[:8]}"


def draft(
    inputs: Sequence[Input], decisions_file: Path | None = None, progress: Progress = silent
) -> Draft:
    """Read and assemble. Raises SourceError for malformed input; nothing is written."""
    decisions: tuple[Decision, ...] = read_decisions(decisions_file) if decisions_file else ()
    contents: dict[str, list[Content]] = {}
    progress(0, "reading sources")
    for given in inputs:
        content = formats.read(given.path, given.source.name, given.source.category)
        contents.setdefault(given.source.name, []).append(content)
    progress(1, "assembling the graph")
    computed = {given.source.name for given in inputs if given.source.computed}
    reviewed = {given.source.name for given in inputs if given.source.reviewed}
    assembled = assemble(contents, decisions, computed, reviewed)
    graph, report = assembled.graph, assembled.report
    progress(2, "checking")
    versions = {name: _version(files) for name, files in contents.items()}
    issues = check(graph)
    warnings: dict[str, dict[str, int]] = {}
    for (_, code, source), n in counts(issues).items():
        warnings.setdefault(source, {})[code] = n
    manifest: dict[str, Any] = {
        "id": id_of(inputs, decisions_file),
        "builder": builder(),
        "decisions": [[d.subject, d.polarity, d.object, d.reason] for d in decisions],
        "decisions_sha256": sha256_of(decisions_file) if decisions_file else "",
        "sources": [_source(i, versions[i.source.name]) for i in inputs],
        "content_sha256": graph.content_hash,
        "counts": _counts(graph),
        "rows_by_source": dict(sorted(Counter(_sources(graph)).items())),
        "warnings": warnings,
        "read": report.read,
        "repaired": dict(sorted(report.repaired.items())),
        "left_out": report.left_out,
        "to_decide": report.to_decide,
        "notes": report.notes,
    }
    return Draft(manifest, assembled, tuple(issues))


def publish(
    releases: Releases,
    made: Draft,
    inputs: Sequence[Input],
    progress: Progress = silent,
    **facts: object,
) -> None:
    """Write a draft as a release, and log it with the files it came from."""
    progress(3, "writing the release")
    releases.add(made.manifest, made.graph, made.assembled.resolver)
    files = [{"source": i.source.name, "path": str(i.path), "sha256": i.sha256} for i in inputs]
    releases.log("build", release=made.id, files=files, **facts)
    progress(STAGES, "done")


def _sources(graph: Graph) -> Iterator[str]:
    """The source of each row that says something of a disease."""
    yield from (a.source for a in graph.assertions)
    yield from (f.source for f in graph.figures)


def _version(files: Sequence[Content]) -> str:
    return ", ".join(sorted({c.version for c in files if c.version}))


def _source(given: Input, version: str) -> dict[str, str]:
    s = given.source
    return {
        "name": s.name,
        "title": s.title,
        "version": version,
        "sha256": given.sha256,
        "licence": s.licence,
        "licence_url": s.licence_url,
        "citation": s.citation,
        "url": s.url,
    }


def _counts(graph: Graph) -> dict[str, int]:
    by_aspect = Counter(a.aspect for a in graph.assertions)
    counts = {
        "diseases": sum(c.category == DISEASE and not c.obsolete for c in graph.concepts),
        "terms": sum(c.category == PHENOTYPE and not c.obsolete for c in graph.concepts),
        "obsolete terms": sum(c.obsolete for c in graph.concepts),
        "is_a edges": sum(len(c.parents) for c in graph.concepts),
        "assertions": len(graph.assertions),
        "excluded assertions": sum(a.excluded for a in graph.assertions),
        "figures": len(graph.figures),
        "figures opened": sum(f.weighs for f in graph.figures),
        "same_as links": sum(x.predicate == SAME_AS for x in graph.links),
        "cross-references": sum(x.predicate != SAME_AS for x in graph.links),
    }
    return counts | {f"assertions of aspect {a}": n for a, n in sorted(by_aspect.items())}
