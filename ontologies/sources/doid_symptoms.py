"""The Disease Ontology's disease-symptom pairs; load `symp` with them."""

from domain.assertions import DISEASE
from ontologies.source import Source

SOURCE = Source(
    name="doid_symptoms",
    title="Human Disease Ontology, disease-symptom pairs",
    provides="disease-symptom assertions without frequencies, on terms of the Symptom Ontology",
    homepage="https://disease-ontology.org",
    url="",  # no address of its own that we know of: name the file
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Schriml LM et al. Nucleic Acids Research 2022;50(D1):D1255-D1261",
    acknowledgement="Disease-symptom pairs of the Human Disease Ontology.",
    category=DISEASE,
)
