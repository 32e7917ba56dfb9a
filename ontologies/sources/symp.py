"""The Symptom Ontology: the terms that the Disease Ontology's pairs speak of."""

from ontologies.source import Source

SOURCE = Source(
    name="symp",
    title="Symptom Ontology",
    provides="symptom terms, synonyms, hierarchy",
    homepage="https://github.com/DiseaseOntology/SymptomOntology",
    url="http://purl.obolibrary.org/obo/symp.obo",
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Schriml LM et al. Nucleic Acids Research 2010;38(Database issue):D754-D764; "
    "Schriml LM et al. Nucleic Acids Research 2022;50(D1):D1255-D1261",
    acknowledgement="Symptoms of the Symptom Ontology.",
    sha256={"2026-07-30": "09ac08ff1595e671826c6a4b8a5141f4609bea7f71e8393a1fea997bceabcc2b"},
)
