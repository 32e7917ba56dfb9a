"""Mondo's exact mappings: which entries of OMIM, Orphanet and others are one disease.

Several files, one a vocabulary; name their folder as the source. Of the ontology itself nothing
is read.
"""

from domain.assertions import DISEASE
from ontologies.source import Source

SOURCE = Source(
    name="mondo",
    title="Mondo Disease Ontology, exact mappings",
    provides="exact mappings to OMIM, Orphanet, DOID, MeSH, NCIT, SNOMED CT, UMLS",
    homepage="https://mondo.monarchinitiative.org",
    url="",  # several files, each with the address in its header: name them or their folder
    licence="CC0 1.0 (stated in each mapping file)",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Vasilevsky NA et al. Mondo: Unifying diseases for the world, by the world. "
    "medRxiv 2022.04.13.22273750",
    acknowledgement="Mappings of the Mondo Disease Ontology (Monarch Initiative).",
    category=DISEASE,
    sha256={
        "2026-08-04 doid": "1718d8644f1dc681c8921cbfd6aa2a46a56751fa49dc064fcd124767118400b0",
        "2026-08-04 mesh": "8285f827ad2b5900825ecbde24c2029e23fa48f2ccfe0c3ebc729f1af8e8535f",
        "2026-08-04 ncit": "95051e5a71b53c046935f033c6207246c76eca8e1907ad2048ab4c1a54dc981c",
        "2026-08-04 omim": "7dad9b7df2729c06f0bbfdc134ac4bf9982385a22a1cafe966e6942274c221d5",
        "2026-08-04 orphanet": "2f1dd7fc078d02852acd3bf8212437583eafe983477a07080bc68cb2f7b11836",
        "2026-08-04 sctid": "cb4420952cf0b1a329a831992774556ea0637ad91afff4941482a2941a26492f",
        "2026-08-04 umls": "b418ee92228b18ab178ea6e5bf67ed3acf826d59f6bbaf3157c55f0157fecf1d",
    },
)
