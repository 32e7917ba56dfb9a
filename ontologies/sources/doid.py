"""The Disease Ontology: diseases, their parents, and where else they are spoken of."""

from domain.assertions import DISEASE
from ontologies.source import Source

SOURCE = Source(
    name="doid",
    title="Human Disease Ontology",
    provides="diseases, hierarchy, cross-references (which only translate codes)",
    homepage="https://disease-ontology.org",
    url="http://purl.obolibrary.org/obo/doid.obo",
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Schriml LM et al. Nucleic Acids Research 2022;50(D1):D1255-D1261",
    acknowledgement="Diseases of the Human Disease Ontology (https://disease-ontology.org).",
    category=DISEASE,
)
