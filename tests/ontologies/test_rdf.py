"""RDF in: what is read, what is refused, and that nothing is fetched."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assertions import CODE, DISEASE, PHENOTYPE, Sex, Synonym
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies import format as formats
from ontologies import vocabulary as v
from ontologies.content import BROAD_MATCH, DB_XREF, EXACT_MATCH, Content
from tests.ontologies.samples import JSONLD, OWL, PREFIXES, TURTLE


def read(tmp_path: Path, text: str, name: str = "own.ttl") -> Content:
    path = tmp_path / name
    path.write_text(text)
    return formats.read(path, "toy")


@given(
    st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,6}", fullmatch=True),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Z"), exclude_characters="|:"), min_size=1
    ),
)
def test_an_identifier_survives_as_iri(prefix: str, local: str) -> None:
    try:
        identifier = Curie.parse(f"{prefix}:{local}")
    except InvalidField:
        return
    assert v.curie_of(v.iri_of(identifier), {}) == identifier


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("http://purl.obolibrary.org/obo/HP_0001250", "HP:0001250"),
        ("http://www.orpha.net/ORDO/Orphanet_110", "ORPHA:110"),
        ("https://www.omim.org/entry/154700", "OMIM:154700"),
        ("http://omim.org/entry/154700", "OMIM:154700"),
        ("http://snomed.info/id/64572001", "SNOMEDCT:64572001"),
        ("https://hospital.example/id/D1", "h:D1"),
        ("https://hospital.example/other", "hospital:other"),
        ("HP:0001250", "HP:0001250"),
    ],
)
def test_known_and_declared_iris_become_identifiers(iri: str, expected: str) -> None:
    declared = {"hospital": "https://hospital.example/", "h": "https://hospital.example/id/"}
    assert v.curie_of(iri, declared) == expected


@pytest.mark.parametrize("iri", ["https://nobody.example/1", v.OURS + "Disease", v.OWL + "Thing"])
def test_an_iri_without_a_prefix_is_refused(iri: str) -> None:
    with pytest.raises(InvalidField, match="cannot be written"):
        v.curie_of(iri, {"dif": v.OURS, "owl": v.OWL})


def test_everything_an_obo_ontology_says_of_a_term(tmp_path: Path) -> None:
    content = read(
        tmp_path,
        PREFIXES
        + """
<http://purl.obolibrary.org/obo/toy.owl> a owl:Ontology ;
  owl:versionIRI <http://purl.obolibrary.org/obo/toy/releases/2026-01-02/toy.owl> .
HP:0000118 a owl:Class ; rdfs:label "Abnormality" ; rdfs:subClassOf owl:Thing .
HP:0001250 a owl:Class ; rdfs:label "Seizure", "Anfall"@de ; rdfs:subClassOf HP:0000118,
    [ a owl:Restriction ; owl:onProperty obo:BFO_0000051 ; owl:someValuesFrom obo:PATO_0000001 ] ;
  owl:equivalentClass [ a owl:Class ] ;
  obo:IAO_0000115 "A fit." ;
  oio:hasExactSynonym "Seizures" ; oio:hasRelatedSynonym "fit" ;
  oio:hasDbXref "UMLS:C0036572" ; oio:hasAlternativeId "HP:0001303" ;
  skos:exactMatch <http://snomed.info/id/91175000> ; skos:broadMatch HP:0000118 .
[] a owl:Axiom ; owl:annotatedSource HP:0001250 ; owl:annotatedProperty oio:hasRelatedSynonym ;
  owl:annotatedTarget "fit" ; oio:hasSynonymType <http://purl.obolibrary.org/obo/hp#layperson> .
HP:0000057 a owl:Class ; rdfs:label "obsolete X" ; owl:deprecated true ;
  obo:IAO_0100001 HP:0001250 ; oio:consider HP:0000118, "HP:0001250" .
obo:PATO_0000001 a owl:Class .
""",
    )
    assert content.version == "2026-01-02"
    root, term, old = content.concepts
    assert (root.id, root.parents, root.category) == ("HP:0000118", (), PHENOTYPE)
    assert term.label == "Seizure"
    assert term.definition == "A fit."
    assert term.parents == ("HP:0000118",)
    assert term.synonyms == (
        Synonym(text="Seizures", scope="exact"),
        Synonym(text="fit", scope="related", type="layperson"),
    )
    assert (term.xrefs, term.alt_ids) == (("UMLS:C0036572",), ("HP:0001303",))
    assert (old.obsolete, old.replaced_by) == (True, ("HP:0001250",))
    assert old.consider == ("HP:0000118", "HP:0001250")
    exact, broad = content.mappings
    assert (exact.subject, exact.predicate, exact.object) == (
        "HP:0001250", EXACT_MATCH, "SNOMEDCT:91175000"
    )  # fmt: skip
    assert (broad.predicate, broad.broader) == (BROAD_MATCH, "HP:0000118")
    assert "own.ttl: 1 classes without a label, only mentioned: left out" in content.notes
    assert "own.ttl: 1 logical axioms (restrictions): not read" in content.notes


def test_every_word_of_an_assertion_is_read(tmp_path: Path) -> None:
    content = read(
        tmp_path,
        PREFIXES
        + """
h:D1 a dif:Disease ; rdfs:label "Toy" ; skos:exactMatch <https://omim.org/entry/1> ;
  oio:hasDbXref <http://purl.obolibrary.org/obo/DOID_1> .
[] a dif:Assertion ; dif:disease h:D1 ; dif:finding HP:0001250 ; dif:excluded true ;
  dif:sex "MALE" ; dif:onset HP:0003577 ; dif:evidence "PCS" ; dif:modifier "HP:0012825" ;
  dif:reference "PMID:2", "PMID:1", h:audit ; dif:note "seen by nobody" ;
  dif:source "register" ; dif:line 77 ; dif:statedFinding HP:0001303 .
[] a dif:Assertion ; dif:disease h:D1 ; dif:finding HP:0001251 ; dif:percent 12.5 ;
  dif:reference "PMID:1" ; dif:aspect "P" .
[] a dif:Assertion ; dif:disease h:D1 ; dif:finding HP:0001252 ; dif:frequency HP:0040285 ;
  dif:reference "PMID:1" .
h:C a dif:Code ; rdfs:label "A code" .
""",
    )
    full, percent, never = content.assertions
    assert full.excluded
    assert (full.sex, full.onset, full.evidence_code) == (Sex.MALE, "HP:0003577", "PCS")
    assert full.references == ("PMID:2", "PMID:1", "h:audit")
    assert full.modifiers == ("HP:0012825",)
    assert (full.source, full.line, full.stated_concept) == ("register", 77, "HP:0001303")
    assert (percent.source, percent.line, str(percent.frequency)) == ("toy", 16, "12.5%")
    assert never.excluded
    assert [c.category for c in content.concepts] == [DISEASE, CODE]
    assert [m.predicate for m in content.mappings] == [EXACT_MATCH, DB_XREF]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('rdfs:label "Toy ataxia"', 'skos:note "x"', "h:D1: has no label"),
        ('"Toy ataxia"', '"Toy ataxia", "Toy"', "h:D1: has 2 labels"),
        ("dif:count 7", "dif:count 17", "17/14 counts more patients"),
        ("dif:total 14", "dif:total 0", "7/0 counts more patients"),
        ("dif:count 7", "dif:count -7", "counts more patients"),
        ("dif:count 7 ;", "", "a total without a count"),
        ("dif:count 7", 'dif:count "seven"', "'seven' is not a whole number"),
        ("dif:count 7", "dif:count 7, 8", "has 2 of dif:count"),
        ("dif:count 7", "dif:percent 5 ; dif:count 7", "more than one form"),
        ("dif:count 7 ; dif:total 14", "dif:percent 101", "101% is not between"),
        ("dif:count 7 ; dif:total 14", 'dif:percent "x"', "'x' is not a number"),
        ("dif:count 7 ; dif:total 14", "dif:frequency HP:0000001", "HP:0000001 is none of"),
        ("dif:count 7", "dif:excluded true ; dif:count 7", "is excluded, and seen in 7/14"),
        ("dif:count 7", 'dif:excluded "nein" ; dif:count 7', "'nein' is neither true nor false"),
        ("dif:count 7", 'dif:sex "male" ; dif:count 7', "'male' is neither MALE nor FEMALE"),
        ("dif:count 7", 'dif:aspect "X" ; dif:count 7', "'X' is none of P, I, C, M, H"),
        ('dif:reference "PMID:1"', 'dif:evidence "PCS"', "has no dif:reference"),
        ('dif:reference "PMID:1"', 'dif:reference " "', "has no dif:reference"),
        ("dif:finding HP:0001251", "", "has no dif:finding"),
        ("dif:disease h:D1 ;", "", "has no dif:disease"),
        ("dif:disease h:D1", "dif:disease h:D1, h:D2", "has 2 of dif:disease"),
        ("HP:0001251", "<https://nobody.example/1>", "cannot be written as PREFIX:LOCAL"),
        ("HP:0001251", "<x>", "relative.invalid"),
        ("dif:count 7", "dif:exclude true ; dif:count 7", "'exclude' is no word"),
        ("h:D1 a dif:Disease", "[] a dif:Disease", "a Disease needs an id"),
        ("a dif:Disease", "a dif:Disease, dif:Finding", "two of our classes"),
        ("@prefix h:", "@prefix", "is not Turtle"),
        ('"PMID:1" .', '"PMID:1', "is not Turtle"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_subject(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in TURTLE
    with pytest.raises(SourceError, match=message.replace("(", r"\(")) as error:
        read(tmp_path, TURTLE.replace(old, new))
    assert "own.ttl:" in str(error.value)
    assert error.value.line is not None


def test_a_fault_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as error:
        read(tmp_path, TURTLE.replace("dif:count 7", "dif:count 17"))
    assert error.value.line == TURTLE[: TURTLE.index("[] a dif:Assertion")].count("\n") + 1
    with pytest.raises(SourceError) as error:
        read(tmp_path, OWL.replace(">7<", ">17<"), "own.owl")
    assert error.value.line == OWL[: OWL.index("<dif:Assertion>")].count("\n") + 1


def test_the_same_assertion_twice_on_a_line_is_refused(tmp_path: Path) -> None:
    one = '[] a dif:Assertion ; dif:disease h:D1 ; dif:finding HP:1 ; dif:reference "PMID:1" . '
    with pytest.raises(SourceError, match="twice on one line"):
        read(tmp_path, PREFIXES + one + one)
    assert len(read(tmp_path, PREFIXES + one + "\n" + one).assertions) == 2


LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE rdf:RDF [\n<!ENTITY a "ha">\n'
    + "".join(
        f'<!ENTITY {y} "{f"&{x};" * 10}">\n' for x, y in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&i;</rdf:RDF>\n'
)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (LAUGHS, "declares the entity 'b'", 4),
        (OWL.replace('"urn:differentia:"', 'SYSTEM "file:///etc/passwd"'), "the entity 'dif'", 4),
        (OWL.replace('ENTITY dif "', 'ENTITY % dif "'), "the entity 'dif'", 4),
        (OWL.replace('"urn:differentia:"', f'"{"x" * 300}"'), "the entity 'dif'", 4),
        (
            OWL.replace('"urn:differentia:"', f'"{"x" * 250}"').replace(
                "Toy ataxia", "&dif;" * 50_000
            ),
            "grows too much",
            4,
        ),
        (OWL.replace("</owl:Ontology>", "").replace("</rdf:RDF>", ""), "is not XML", 23),
        ("<!DOCTYPE html>\n<html><body>gone</body></html>", "not RDF/XML", None),
        ('<Ontology xmlns="http://www.w3.org/2002/07/owl#"/>', "root is <Ontology>", None),
    ],
)  # fmt: skip
def test_xml_that_is_dangerous_or_something_else_is_refused(
    text: str, message: str, line: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "own.owl"
    path.write_text(text)
    with pytest.raises(SourceError, match=message) as error:
        formats.read(path, "toy", name="owl")
    if line is not None:
        assert error.value.line == line


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "text",
    [
        '{"@context": "https://x.invalid/c.jsonld", "@id": "h:1"}',
        '{"@context": [{"h": "https://h.example/"}, "https://x.invalid/c.jsonld"], "@id": "h:1"}',
        '{"@context": {"@import": "https://x.invalid/c.jsonld"}, "@id": "h:1"}',
        '{"@context": {"t": {"@id": "urn:t", "@context": "https://x.invalid/c"}}, "@id": "urn:1"}',
        '[{"@id": "urn:1", "urn:p": {"@context": "https://x.invalid/c", "@id": "urn:2"}}]',
    ],
)
def test_a_remote_context_is_refused_and_not_fetched(text: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"x\.invalid.*nothing is fetched"):
        read(tmp_path, text, "own.jsonld")


@pytest.mark.usefixtures("no_network")
def test_an_external_dtd_is_not_fetched(tmp_path: Path) -> None:
    text = OWL.replace("<!DOCTYPE rdf:RDF [", '<!DOCTYPE rdf:RDF SYSTEM "http://x.invalid/a" [')
    with pytest.raises(SourceError, match="outside the file"):
        read(tmp_path, text, "own.owl")


@pytest.mark.usefixtures("no_network")
def test_owl_imports_are_not_followed(tmp_path: Path) -> None:
    text = TURTLE + "<https://h.example/o> a owl:Ontology ; owl:imports <https://x.invalid/i> .\n"
    assert read(tmp_path, text).assertions


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.jsonld", '{"@id": ' + "[" * 200_000),
        ("own.ttl", PREFIXES + "<urn:x> dif:note " + "[ dif:note " * 50_000),
        ("own.ttl", PREFIXES + "<urn:x> dif:note " + "(" * 50_000),
    ],
)
def test_deep_nesting_is_refused(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=name):
        read(tmp_path, text, name)


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ontologies.rdf_files.MAX_BYTES", 100)
    with pytest.raises(SourceError, match="larger than 100 bytes"):
        read(tmp_path, TURTLE)


def test_rdf_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no class, disease, assertion, figure or mapping"):
        read(tmp_path, PREFIXES + '<urn:x> skos:note "nothing for us" .')


def test_json_ld_counts_its_assertions(tmp_path: Path) -> None:
    (assertion,) = read(tmp_path, JSONLD, "own.jsonld").assertions
    assert assertion.line == 1
