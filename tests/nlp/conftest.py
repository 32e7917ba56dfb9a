"""A small lexicon of our own, and a reader over it."""

from __future__ import annotations

import pytest

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.identifiers import Curie
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon, build

NAMES: dict[str, tuple[str, ...]] = {
    "HP:0001250": ("Seizure", "Seizures"),
    "HP:0001251": ("Ataxia",),
    "HP:0001260": ("Dysarthria",),
    "HP:0002107": ("Pneumothorax",),
    "HP:0002202": ("Pleural effusion", "Effusion"),
    "HP:0002090": ("Pneumonia",),
    "HP:0001640": ("Cardiomegaly",),
    "HP:0003002": ("Breast carcinoma", "Breast cancer"),
    "HP:0002204": ("Pulmonary embolism",),
    "HP:0002099": ("Asthma",),
    "HP:0001945": ("Fever",),
    "HP:0001433": ("Hepatosplenomegaly",),
    "HP:0100749": ("Chest pain",),
    "HP:0002094": ("Dyspnea",),
    "HP:0001638": ("Cardiomyopathy",),
    "HP:0100806": ("Sepsis",),
    "HP:0000822": ("Hypertension",),
    "HP:0012735": ("Cough",),
    "HP:0002315": ("Headache",),
    "HP:0002901": ("Hypocalcemia",),
    "HP:0003072": ("Hypercalcemia",),
    "HP:0009601": ("Thumb hypoplasia", "Hypoplastic thumbs"),
    "HP:0002984": ("Hypoplasia of the radius", "Hypoplastic radius"),
    "HP:0012110": ("Hypoplasia of the pons", "Pontine hypoplasia"),
    "HP:0001321": ("Cerebellar hypoplasia",),
    "HP:0000252": ("Microcephaly",),
    "HP:0032177": ("Parenchymal consolidation", "Consolidation"),
    "HP:0000819": ("Diabetes mellitus", "Diabetes"),
    "HP:0009800": ("Maternal diabetes", "Gestational diabetes"),
    "HP:0100602": ("Preeclampsia", "Pre-eclampsia"),
    "HP:0001631": ("Atrial septal defect",),
    "HP:0000717": ("Autism spectrum disorder",),
}


def concepts() -> list[Concept]:
    """Findings with their names; two share the abbreviation ASD."""
    listed = [
        Concept(
            id=Curie(i),
            label=label,
            category=PHENOTYPE,
            synonyms=tuple(Synonym(text=t, scope="exact") for t in synonyms),
        )
        for i, (label, *synonyms) in NAMES.items()
        if i not in ("HP:0001631", "HP:0000717")
    ]
    for i in ("HP:0001631", "HP:0000717"):
        short = Synonym(text="ASD", scope="exact", type="abbreviation")
        listed.append(
            Concept(id=Curie(i), label=NAMES[i][0], category=PHENOTYPE, synonyms=(short,))
        )
    return listed


@pytest.fixture(scope="session")
def reader() -> TextReader:
    return TextReader(Lexicon.from_entries(build(concepts())))
