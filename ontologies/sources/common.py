"""Our own knowledge of common and emergency disease: figures of the literature, each opened."""

from ontologies.source import Shipped, Source

SOURCE = Source(
    name="common",
    title="Common and emergency disease, figures of the literature as opened by Differentia",
    provides="diseases, findings that HPO lacks, and published figures with their references",
    homepage="",
    url="",  # shipped with the program
    licence="Apache-2.0",
    licence_url="https://www.apache.org/licenses/LICENSE-2.0",
    citation="Differentia, docs/knowledge",
    acknowledgement="Each figure is that of the publication named beside it.",
    carrier=Shipped(name="common"),
    reviewed=True,
)
