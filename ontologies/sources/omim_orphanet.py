"""Our own mapping: which OMIM entries are which Orphanet entries, computed and measured."""

from domain.assertions import DISEASE
from ontologies.source import Shipped, Source

SOURCE = Source(
    name="omim_orphanet",
    title="OMIM and Orphanet entries that are one disease, computed by Differentia",
    provides="exact matches of OMIM with Orphanet entries, where no curated mapping is loaded",
    homepage="",
    url="",  # shipped with the program
    licence="Apache-2.0",
    licence_url="https://www.apache.org/licenses/LICENSE-2.0",
    citation="Differentia, benchmarks/disease_mapping.py",
    acknowledgement="Names of OMIM and Orphanet entries as the HPO project distributes them.",
    category=DISEASE,
    carrier=Shipped(name="omim-orphanet.sssom.tsv"),
    computed=True,
    sha256={
        "2025-01-16": "0cce58dec8a4d76283a6965b8238dcc031a59880d5ec177a05925fe5973e21d3",
    },
)
