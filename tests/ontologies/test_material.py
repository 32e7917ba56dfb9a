"""The real files beyond HPO, where they are beside the checkout."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from pathlib import Path

import pytest

from kg.assemble import assemble
from kg.build import find_inputs
from ontologies import format as formats
from ontologies import source as catalogue
from ontologies.content import DB_XREF


def test_the_disease_ontology_and_its_symptoms_make_a_graph(material: Path) -> None:
    folder = material / "ontologies" / "disease-ontology"
    given = {
        "doid": [folder / "HumanDO.tsv.gz", *sorted(folder.glob("*inDO.tsv.gz"))],
        "doid_symptoms": [folder / "disease-symptom.tsv.gz"],
        "symp": [material / "ontologies" / "symp.obo.gz"],
    }
    contents = {
        name: [formats.read(f, name, catalogue.load(name).category) for f in files]
        for name, files in given.items()
    }
    terms = contents["doid"][0]
    assert len(terms.concepts) == 12_246
    assert "HumanDO.tsv.gz: 12,296 rows for 12,246 terms (several parents)" in terms.notes
    assert any("'disease' is the label of no term: left out for 8" in n for n in terms.notes)
    assert {m.predicate for c in contents["doid"] for m in c.mappings} == {DB_XREF}
    assembled = assemble(contents)
    assert len(assembled.graph.assertions) == 2_222
    assert Counter(r["kind"] for r in assembled.report.left_out) == {"obsolete": 29}
    assert {x.predicate for x in assembled.graph.links} == {"XREF"}
    symptoms = {a.concept for a in assembled.graph.assertions}
    live = {c.id for c in assembled.graph.concepts if not c.obsolete}
    assert symptoms <= live


@pytest.mark.parametrize("name", ["mondo", "symp"])
def test_the_catalogue_knows_the_files_by_their_hash(name: str, material: Path) -> None:
    folder = material / "ontologies"
    files = sorted((folder / "mondo").iterdir()) if name == "mondo" else [folder / "symp.obo.gz"]
    known = catalogue.load(name).sha256
    hashes = [hashlib.sha256(gzip.decompress(f.read_bytes())).hexdigest() for f in files]
    assert sorted(hashes) == sorted(known.values())
    for file, digest in zip(files, hashes, strict=True):
        version = next(v for v, h in known.items() if h == digest)
        assert formats.read(file, name).version == version.split(" ")[0]
        if name == "mondo":
            assert f"_{version.split(' ')[1]}." in file.name


def test_a_folder_of_mappings_is_one_source(material: Path) -> None:
    inputs = find_inputs({"mondo": [material / "ontologies" / "mondo"]})
    assert Counter(i.source.name for i in inputs)["mondo"] == 7
