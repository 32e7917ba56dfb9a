"""One small file of each format, invented; the same toy disease where the format can say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ontologies.formats import (
    curated_diseases,
    curated_figures,
    curated_findings,
    kgx_figures,
)

PREFIXES = """\
@prefix dif: <urn:differentia:> .
@prefix h: <https://hospital.example/id/> .
@prefix HP: <http://purl.obolibrary.org/obo/HP_> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
"""
TURTLE = (
    PREFIXES
    + """
h:D1 a dif:Disease ; rdfs:label "Toy ataxia" .

[] a dif:Assertion ;
   dif:disease h:D1 ; dif:finding HP:0001251 ;
   dif:count 7 ; dif:total 14 ; dif:reference "PMID:1" .
"""
)
FIGURE = """
[] a dif:Figure ;
   dif:disease h:D1 ; dif:finding HP:0001251 ; dif:words "ataxia at rest" ;
   dif:measure "specificity" ; dif:kind "sign" ; dif:setting "ward" ; dif:threshold ">= 2 cm" ;
   dif:printed "78 %" ; dif:value 0.78 ; dif:count 39 ; dif:total 50 ;
   dif:population "invented patients" ; dif:comparator "toys without ataxia" ;
   dif:against "without" ; dif:reference "PMID:1" ; dif:review "opened" ;
   dif:opened "2026-01-02" .
"""
NTRIPLES = """\
# a toy
<urn:differentia:id:h:D1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:differentia:Disease> .
<urn:differentia:id:h:D1> <http://www.w3.org/2000/01/rdf-schema#label> "Toy ataxia" .
_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:differentia:Assertion> .
_:a <urn:differentia:disease> <urn:differentia:id:h:D1> .
_:a <urn:differentia:finding> <http://purl.obolibrary.org/obo/HP_0001251> .
_:a <urn:differentia:count> "7" .
_:a <urn:differentia:total> "14" .
_:a <urn:differentia:reference> "PMID:1" .
"""  # noqa: E501
JSONLD = """\
{
 "@context": {
  "dif": "urn:differentia:", "h": "https://hospital.example/id/",
  "HP": "http://purl.obolibrary.org/obo/HP_", "label": "http://www.w3.org/2000/01/rdf-schema#label"
 },
 "@graph": [
  {"@id": "h:D1", "@type": "dif:Disease", "label": "Toy ataxia"},
  {"@type": "dif:Assertion", "dif:disease": {"@id": "h:D1"}, "dif:finding": {"@id": "HP:0001251"},
   "dif:count": 7, "dif:total": 14, "dif:reference": "PMID:1"}
 ]
}
"""
OWL = """\
<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
  <!ENTITY owl "http://www.w3.org/2002/07/owl#" >
  <!ENTITY dif "urn:differentia:" >
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:owl="http://www.w3.org/2002/07/owl#"
     xmlns:h="https://hospital.example/id/" xmlns:dif="urn:differentia:">
  <owl:Ontology rdf:about="https://hospital.example/own"/>
  <rdf:Description rdf:about="https://hospital.example/id/D1">
    <rdf:type rdf:resource="&owl;Class"/>
    <rdf:type rdf:resource="&dif;Disease"/>
    <rdfs:label xml:lang="en">Toy ataxia</rdfs:label>
  </rdf:Description>
  <dif:Assertion>
    <dif:disease rdf:resource="https://hospital.example/id/D1"/>
    <dif:finding rdf:resource="http://purl.obolibrary.org/obo/HP_0001251"/>
    <dif:count>7</dif:count>
    <dif:total>14</dif:total>
    <dif:reference>PMID:1</dif:reference>
  </dif:Assertion>
</rdf:RDF>
"""
SSSOM = """\
# curie_map:
#   MONDO: http://purl.obolibrary.org/obo/MONDO_
#   Orphanet: http://www.orpha.net/ORDO/Orphanet_
#   OMIM: https://omim.org/entry/
#   SCTID: http://snomed.info/id/
# mapping_set_version: http://example.org/releases/2026-01-02/toy.sssom.tsv
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification
MONDO:0000001\ttoy\tskos:exactMatch\tOrphanet:110\tToy\tsemapv:ManualMappingCuration
MONDO:0000001\ttoy\tskos:exactMatch\tOMIM:100001\tTOY\tsemapv:ManualMappingCuration
MONDO:0000001\ttoy\tskos:exactMatch\tSCTID:7\tToy\tsemapv:ManualMappingCuration
MONDO:0000002\tobsolete toy\tskos:exactMatch\tOMIM:100002\tTOY 2\tsemapv:ManualMappingCuration
MONDO:0000003\tobsoleted toy\tskos:exactMatch\tOMIM:100003\tTOY 3\tsemapv:ManualMappingCuration
OMIM:100004\ttoy\tskos:broadMatch\tOrphanet:4\tToys\tsemapv:ManualMappingCuration
"""
KGX_NODES = """\
id\tcategory\tname\tsynonym
h:D1\tbiolink:Disease\tToy ataxia\ttoy|toys
HP:0001251\tbiolink:PhenotypicFeature|biolink:NamedThing\tAtaxia\t
HP:0011443\tbiolink:PhenotypicFeature\tAbnormality of coordination\t
HGNC:1\tbiolink:Gene\tTOY1\t
"""
KGX_EDGES = """\
id\tsubject\tpredicate\tobject\tnegated\thas_count\thas_total\tsex_qualifier\tpublications
1\th:D1\tbiolink:has_phenotype\tHP:0001251\tfalse\t7\t14\t\tPMID:1
2\tHP:0001251\tbiolink:subclass_of\tHP:0011443\t\t\t\t\t
3\th:D1\tbiolink:has_phenotype\tHP:0011443\ttrue\t\t\tPATO:0000384\tPMID:1|PMID:2
4\th:D1\tbiolink:same_as\tOMIM:100001\t\t\t\t\t
5\tHGNC:1\tbiolink:causes\th:D1\t\t\t\t\t
"""
TABLE = """\
disease_id,disease_label,finding_id,finding_label,frequency,excluded,sex,onset,evidence,references,note
h:D1,Toy ataxia,HP:0001251,Ataxia,7/14,,,,PCS,PMID:1,
h:D1,Toy ataxia,HP:0001250,Seizure,,yes,F,HP:0003577,,"PMID:2; https://h.example/audit","a, b"
h:D1,Toy ataxia,HP:0002650,,HP:0040281,no,,,TAS,h:audit-2024,
"""
DO_TERMS = """\
id\tlabel\tsubClassOf
"DOID:1"\t"toy disease"\t"disease"
"DOID:2"\t"toy ataxia"\t"toy disease"
"DOID:2"\t"toy ataxia"\t"twin"
"DOID:3"\t"toy seizures"\t"toy disease"
"DOID:3"\t"toy seizures"\t"toy ataxia"
"DOID:4"\t"twin"\t""
"DOID:5"\t"twin"\t""
"""
DO_XREFS = """\
id\tlabel\txrefs
"DOID:2"\t"toy ataxia"\t"MIM:100001, MIM:100002"
"DOID:1"\t"toy disease"\t"MIM:PS100000"
"DOID:9"\t"obsolete toy"\t"ORDO:9"
"""
DO_SYMPTOMS = """\
disease_id\tdisease_label\tsymptom_id\tsymptom_label
DOID:2\ttoy ataxia\tSYMP:0000005\tataxia
DOID:2\ttoy ataxia\tSYMP:0000005\tataxia
DOID:3\ttoy seizures\tSYMP:0000124\tseizure
"""
OBO = """\
format-version: 1.2
data-version: toy/2026-01-01

[Term]
id: HP:0001251
name: Ataxia
"""
OBOGRAPHS = """\
{"graphs": [{"id": "toy", "meta": {"version": "2026-01-01"}, "nodes": [
 {"id": "http://purl.obolibrary.org/obo/HP_0001251", "lbl": "Ataxia", "type": "CLASS"}],
 "edges": []}]}
"""
HPOA = """\
#description: "HPO annotations for toys"
#version: 2026-01-01
database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration
h:D1\tToy ataxia\t\tHP:0001251\tPMID:1\tPCS\t\t7/14\t\t\tP\ttoy
"""


def tsv(columns: Sequence[str], *rows: Mapping[str, str]) -> str:
    """A table with a remark; columns that a row doesn't name are empty."""
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    return "# A remark.\n" + "".join("\t".join(cells) + "\n" for cells in lines)


TOY_DISEASE = {
    "label": "toy failure", "id": "DX:toy-failure", "same_as": "OMIM:100001|DOID:7",
    "synonyms": "weak toy|TF", "sex": "F", "must_not_miss": "PMID:11",
    "must_not_miss_why": "it stops", "settled_by": "HP:0001640|DX:toy-lines",
    "settled_why": "PMCID:PMC12", "opened": "2026-01-02",
}  # fmt: skip
TOY_FINDING = {
    "id": "DX:toy-lines", "label": "Toy lines on film", "synonyms": "lines of the toy",
    "parent": "HP:0001626", "parent_label": "Cardiac toys", "obtained": "film",
    "why": "HPO has no toys",
}  # fmt: skip
TOY_FIGURE = {
    "disease": "DX:toy-failure", "disease_label": "toy failure", "concept": "HP:0001640",
    "concept_label": "Cardiomegaly", "side": "present", "words": "large heart",
    "threshold": "> 0.5 ratio", "kind": "film", "measure": "sensitivity", "printed": "74 %",
    "value": "0.74", "n": "37", "of": "50", "ci": "60-85", "population": "50 toys",
    "setting": "emergency", "comparator": "toys without it", "against": "without",
    "reference": "PMID:11", "opened": "2026-01-02", "state": "opened", "note": "a note",
}  # fmt: skip
TOY_PREVALENCE = TOY_FIGURE | {
    "concept": "", "concept_label": "", "words": "toy failure among toys", "threshold": "",
    "kind": "course", "measure": "prevalence", "printed": "2/100", "value": "0.02", "n": "2",
    "of": "100", "ci": "", "comparator": "", "against": "", "reference": "PMCID:PMC12",
}  # fmt: skip
CURATED_DISEASES = tsv(curated_diseases.COLUMNS, TOY_DISEASE)
CURATED_FINDINGS = tsv(curated_findings.COLUMNS, TOY_FINDING)
CURATED_FIGURES = tsv(curated_figures.COLUMNS, TOY_FIGURE, TOY_PREVALENCE)
KGX_FIGURE = {
    "id": "a", "subject": "DX:toy-failure", "predicate": "biolink:has_phenotype",
    "object": "HP:0001640", "category": "biolink:DiseaseToPhenotypicFeatureAssociation",
    "negated": "false", "has_count": "37", "has_total": "50", "has_quotient": "0.74",
    "publications": "PMID:11", "primary_knowledge_source": "infores:common",
    "measure": "sensitivity", "printed": "74 %", "kind": "film", "words": "large heart",
    "population": "50 toys", "setting": "emergency", "review": "opened",
    "opened": "2026-01-02", "source_line": "3",
}  # fmt: skip
KGX_FIGURES = tsv(kgx_figures.COLUMNS, KGX_FIGURE).removeprefix("# A remark.\n")
#: Sample, file name, and the format it is in.
SAMPLES = [
    ("turtle", "own.ttl", TURTLE),
    ("ntriples", "own.nt", NTRIPLES),
    ("jsonld", "own.jsonld", JSONLD),
    ("owl", "own.owl", OWL),
    ("sssom", "toy.sssom.tsv", SSSOM),
    ("kgx_tsv", "nodes.tsv", KGX_NODES),
    ("kgx_tsv", "edges.tsv", KGX_EDGES),
    ("table", "own.csv", TABLE),
    ("do_terms", "HumanDO.tsv", DO_TERMS),
    ("do_xrefs", "OMIMinDO.tsv", DO_XREFS),
    ("do_symptoms", "disease-symptom.tsv", DO_SYMPTOMS),
    ("obo", "toy.obo", OBO),
    ("obographs", "toy.json", OBOGRAPHS),
    ("hpoa", "phenotype.hpoa", HPOA),
    ("curated_diseases", "toy.diseases.tsv", CURATED_DISEASES),
    ("curated_findings", "toy.findings.tsv", CURATED_FINDINGS),
    ("curated_figures", "toy.figures.tsv", CURATED_FIGURES),
    ("kgx_figures", "figures.tsv", KGX_FIGURES),
]
