"""Tables in: SSSOM, KGX, a hospital's own, the Disease Ontology's."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from domain.assertions import Sex
from domain.errors import SourceError
from kg.assemble import assemble
from ontologies import format as formats
from ontologies.content import DB_XREF, EXACT_MATCH, Content
from tests.ontologies.samples import (
    DO_SYMPTOMS,
    DO_TERMS,
    DO_XREFS,
    KGX_EDGES,
    KGX_NODES,
    SSSOM,
    TABLE,
)


def read(tmp_path: Path, text: str, name: str = "given.tsv") -> Content:
    path = tmp_path / name
    path.write_text(text)
    return formats.read(path, "toy")


def test_mappings_are_read_with_their_prefixes_normalised(tmp_path: Path) -> None:
    content = read(tmp_path, SSSOM)
    assert content.version == "2026-01-02"
    assert [m.object for m in content.mappings[:3]] == ["ORPHA:110", "OMIM:100001", "SNOMEDCT:7"]
    assert [m.subject_obsolete for m in content.mappings] == [False] * 3 + [True, True, False]
    first = content.mappings[0]
    assert (first.subject_label, first.line) == ("toy", 8)
    assert first.justification == "semapv:ManualMappingCuration"


def test_the_object_of_broad_match_is_the_broader(tmp_path: Path) -> None:
    broad = read(tmp_path, SSSOM).mappings[-1]
    assert (broad.subject, broad.object) == ("OMIM:100004", "ORPHA:4")
    assert broad.broader == "ORPHA:4"
    narrow = read(tmp_path, SSSOM.replace("broadMatch", "narrowMatch")).mappings[-1]
    assert narrow.broader == "OMIM:100004"
    assert read(tmp_path, SSSOM).mappings[0].broader is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (SSSOM[: SSSOM.index("subject_id")], "", "no SSSOM metadata header"),
        ("# curie_map:\n", "# other:\n", "no curie_map"),
        ("# curie_map:", "# curie_map: [", "is not YAML"),
        ("\tmapping_justification\n", "\tjust\n", "lacks the column mapping_justification"),
        ("\tobject_label\t", "\tsubject_label\t", "has subject_label twice"),
        ("#   SCTID: http://snomed.info/id/\n", "", "'SCTID:7' is not in the curie_map"),
        ("skos:exactMatch\tSCTID", "skip:exactMatch\tSCTID", "'skip:exactMatch' is not in the"),
        ("SCTID:7\t", "\t", "object_id '' is empty"),
        ("SCTID:7\t", "SCTID: 7\t", "is not an identifier"),
        ("SCTID:7\tToy\t", "SCTID:7\t", "5 columns where the header has 6"),
    ],
)  # fmt: skip
def test_a_faulty_mapping_set_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in SSSOM
    with pytest.raises(SourceError, match=message.replace("(", r"\(")) as error:
        read(tmp_path, SSSOM.replace(old, new), "toy.sssom.tsv")
    assert "toy.sssom.tsv" in str(error.value)


def test_a_negated_mapping_and_one_without_a_match_are_left_and_told(tmp_path: Path) -> None:
    lines = SSSOM.replace("mapping_justification", "mapping_justification\tpredicate_modifier")
    head, _, rows = lines.partition("predicate_modifier\n")
    body = [r + "\t" for r in rows.splitlines()]
    body[0] += "Not"
    body[1] = body[1].replace("OMIM:100001", "sssom:NoTermFound")
    content = read(tmp_path, f"{head}predicate_modifier\n" + "\n".join(body) + "\n")
    assert [m.object for m in content.mappings[:1]] == ["SNOMEDCT:7"]
    assert len(content.notes) == 2


def test_kgx_nodes_and_edges_make_one_graph(tmp_path: Path) -> None:
    nodes = read(tmp_path, KGX_NODES, "nodes.tsv")
    edges = read(tmp_path, KGX_EDGES, "edges.tsv")
    assert nodes.notes == ("nodes.tsv: 1 of Gene left out",)
    assert edges.notes == ("edges.tsv: 1 of biolink:causes left out",)
    assert [s.text for s in nodes.concepts[0].synonyms] == ["toy", "toys"]
    assert [m.predicate for m in edges.mappings] == [EXACT_MATCH]
    seen, excluded = edges.assertions
    assert (str(seen.frequency), seen.line, seen.excluded) == ("7/14", 2, False)
    assert (excluded.sex, excluded.references) == (Sex.MALE, ("PMID:1", "PMID:2"))
    assert excluded.excluded
    graph = assemble({"toy": [nodes, edges]}).graph
    parents = {str(c.id): c.parents for c in graph.concepts}
    assert parents["HP:0001251"] == ("HP:0011443",)
    with pytest.raises(SourceError, match="does not exist"):
        assemble({"toy": [edges]})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\t7\t14\t", "\t17\t14\t", "17/14 counts more"),
        ("\t7\t14\t", "\tx\t14\t", "'x' is not a whole number"),
        ("PATO:0000384", "PATO:1", "'PATO:1' is neither"),
        ("HP:0011443\ttrue", "HP\ttrue", "'HP' is not an identifier"),
        ("id\tsubject\t", "id\tthing\t", "lacks subject"),
        ("PMID:1\n", "PMID:1\textra\n", "10 columns where the header has 9"),
    ],
)
def test_a_faulty_edges_file_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "edges.tsv"
    path.write_text(KGX_EDGES.replace(old, new, 1))
    with pytest.raises(SourceError, match=message):
        formats.read(path, "toy", name="kgx_tsv")


def test_a_node_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nodes.tsv:6: h:D1 is defined twice"):
        read(tmp_path, KGX_NODES + "h:D1\tbiolink:Disease\tAgain\t\n", "nodes.tsv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_hospitals_table_is_read(delimiter: str, tmp_path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(
        csv.reader(io.StringIO(TABLE))
    )
    content = read(tmp_path, "\ufeff" + out.getvalue(), "own.csv")
    counted, excluded, classed = content.assertions
    assert [c.label for c in content.concepts] == ["Toy ataxia"]
    assert (str(counted.frequency), counted.evidence_code, counted.line) == ("7/14", "PCS", 2)
    assert (excluded.excluded, excluded.sex, excluded.onset) == (True, Sex.FEMALE, "HP:0003577")
    assert excluded.references == ("PMID:2", "https://h.example/audit")
    assert classed.frequency is not None
    assert classed.frequency.term == "HP:0040281"
    assert classed.references == ("h:audit-2024",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("7/14", "14/7", "14/7 counts more patients"),
        ("7/14", "0/0", "0/0 counts more patients"),
        ("7/14", "often", "'often' is no n/m"),
        ("7/14", "101%", "101% is not between"),
        ("7/14,,", "7/14,yes,", "yes, and seen in 7/14"),
        ("7/14,,", "7/14,perhaps,", "'perhaps' is neither yes nor no"),
        ("PMID:1,", ",", "references: is empty"),
        ("PMID:1,", "my own notes,", "'my own notes' is neither PREFIX:LOCAL nor a URL"),
        ("HP:0001251,", "ataxia,", "finding_id: 'ataxia' is not an identifier"),
        ("h:D1,Toy ataxia,HP:0001251", "h:D1,,HP:0001251", "disease_label: is empty"),
        (",PCS,", ",PCS,,", "12 columns where the header has 11"),
        (",PCS,", ',"PCS,', "Close every quotation mark"),
    ],
)
def test_a_faulty_row_is_named_by_its_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in TABLE
    with pytest.raises(SourceError, match=message) as error:
        read(tmp_path, TABLE.replace(old, new, 1), "own.csv")
    assert error.value.line is not None
    assert "own.csv:" in str(error.value)


def test_every_faulty_row_is_named_at_once(tmp_path: Path) -> None:
    text = TABLE.replace("7/14", "often").replace(",F,", ",X,").replace("HP:0040281", "sometimes")
    with pytest.raises(SourceError) as error:
        read(tmp_path, text, "own.csv")
    assert error.value.line == 2
    assert "line 3: sex" in str(error.value)
    assert "line 4: frequency" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",note\n", ",remark\n", "'remark' is not known"),
        (",references,", ",source,", "lacks the column references"),
    ],
)
def test_a_faulty_header_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        read(tmp_path, TABLE.replace(old, new), "own.csv")


def test_parents_by_label_are_found_and_unclear_ones_told(tmp_path: Path) -> None:
    content = read(tmp_path, DO_TERMS)
    parents = {c.id: c.parents for c in content.concepts}
    assert parents == {
        "DOID:1": (), "DOID:2": ("DOID:1",), "DOID:3": ("DOID:1", "DOID:2"), "DOID:4": (),
        "DOID:5": (),
    }  # fmt: skip
    notes = " ".join(content.notes)
    assert "parent 'disease' is the label of no term: left out for 1 terms" in notes
    assert "parent 'twin' is the label of 2 terms (DOID:4, DOID:5)" in notes
    assert "7 rows for 5 terms" in notes


def test_one_id_with_two_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r":9: DOID:1 is 'toy disease' and 'other'"):
        read(tmp_path, DO_TERMS + '"DOID:1"\t"other"\t""\n')


def test_cross_references_only_translate_codes(tmp_path: Path) -> None:
    content = read(tmp_path, DO_XREFS)
    assert {m.predicate for m in content.mappings} == {DB_XREF}
    assert [m.object for m in content.mappings] == [
        "OMIM:100001", "OMIM:100002", "OMIMPS:100000", "ORPHA:9"
    ]  # fmt: skip
    assert [m.subject_obsolete for m in content.mappings] == [False, False, False, True]


def test_symptom_pairs_cite_their_entry_and_are_read_once(tmp_path: Path) -> None:
    content = read(tmp_path, DO_SYMPTOMS)
    assert [(a.disease, a.concept, a.references) for a in content.assertions] == [
        ("DOID:2", "SYMP:0000005", ("DOID:2",)),
        ("DOID:3", "SYMP:0000124", ("DOID:3",)),
    ]
    assert len(content.notes) == 1
    assert {c.category for c in content.concepts} == {"Disease"}
