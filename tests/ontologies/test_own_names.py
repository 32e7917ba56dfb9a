"""Names of findings of our own beside those of the ontologies."""

from __future__ import annotations

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.identifiers import Curie
from ontologies.lexicon import Lexicon, build


def test_a_name_that_the_ontology_has_is_the_ontologys() -> None:
    own = Concept(
        id=Curie("DX:copd-history"),
        label="known chronic bronchitis",
        category=PHENOTYPE,
        synonyms=(Synonym(text="COPD", scope="exact"),),
    )
    theirs = Concept(
        id=Curie("HP:0006510"),
        label="Chronic pulmonary obstruction",
        category=PHENOTYPE,
        synonyms=(Synonym(text="COPD", scope="exact"),),
    )
    found = Lexicon.from_entries(build([own, theirs])).find("copd")
    assert found is not None
    assert (found.concept, found.alternatives) == ("HP:0006510", ())


def test_demographics_are_no_words_of_a_text() -> None:
    age = Concept(id=Curie("DX:age"), label="age", category=PHENOTYPE)
    found = Lexicon.from_entries(build([age])).find("age")
    assert found is not None
    assert found.guard == "never"
