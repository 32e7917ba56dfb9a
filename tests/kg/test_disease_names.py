"""Names of diseases are compared by what they say, not by how they are written."""

from __future__ import annotations

import pytest

from kg.disease_names import read_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tyrosinemia, type I", "Tyrosinemia type 1"),
        ("Spastic paraplegia 48, autosomal recessive",
         "Autosomal recessive spastic paraplegia type 48"),
        ("Charcot-Marie-Tooth disease, X-linked recessive, 5",
         "X-linked Charcot-Marie-Tooth disease type 5"),
        ("Sulfite oxidase deficiency", "Sulphite oxidase deficiency"),
        ("BRACHYDACTYLY, TYPE E", "Brachydactyly type E"),
        ("Hypomagnesemia, renal, with ocular involvement",
         "Renal hypomagnesemia with ocular involvement"),
        ("Mental retardation, X-linked, with isolated growth hormone deficiency",
         "X-linked intellectual disability with isolated growth hormone deficiency"),
        ("Nephrosis with deafness and urinary tract and digital malformations",
         "Nephrosis-deafness-urinary tract-digital malformations syndrome"),
        ("Thrombophilia due to protein C deficiency, autosomalrecessive",
         "Autosomal recessive thrombophilia due to protein C deficiency"),
        ("Chromosome 3q13.31 deletion syndrome", "3q13.31 microdeletion syndrome"),
        ("Glycogen storage disease IIIb", "Glycogen storage disease type 3b"),
        ("Sjogren-Larsson syndrome", "Sjögren-Larsson syndrome"),
    ],
)  # fmt: skip
def test_two_ways_of_writing_one_name(one: str, other: str) -> None:
    assert read_name(one) == read_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tyrosinemia, type I", "Tyrosinemia, type II"),
        ("Tyrosinemia, type I", "Tyrosinemia"),
        ("Brachydactyly, type B", "Brachydactyly, type C"),
        ("Spastic paraplegia 9A", "Spastic paraplegia 9B"),
        ("Chromosome 16p13.11 deletion syndrome", "Chromosome 16p13.3 deletion syndrome"),
        ("Chromosome 18p deletion syndrome", "Chromosome 18q deletion syndrome"),
        ("Omodysplasia, autosomal dominant", "Omodysplasia, autosomal recessive"),
        ("Factor V deficiency", "Factor VII deficiency"),
        ("Vitamin B6 deficiency", "Vitamin B12 deficiency"),
    ],
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert read_name(one) != read_name(other)


def test_only_the_number_of_a_type_is_a_number() -> None:
    assert read_name("17-beta-hydroxysteroid dehydrogenase 3 deficiency").numbers == frozenset()
    assert read_name("46,XY difference of sex development").numbers == frozenset()
    assert read_name("Fragile X syndrome").words == {"fragile", "x"}
    assert read_name("Spastic ataxia 8, autosomal recessive, with ataxia").numbers == {"8"}
    assert read_name("Mitochondrial DNA depletion syndrome 4A (Alpers type)").numbers == {"4a"}


def test_inheritance_is_read_from_the_name() -> None:
    name = read_name("Hypophosphatemic rickets, X-linked dominant")
    assert name.inheritance == {"XL"}
    assert name.words == {"hypophosphatemia", "rickets"}
    assert read_name("Omodysplasia, autosomal dominant").inheritance == {"AD"}


def test_a_name_of_empty_words_has_none() -> None:
    assert read_name("Disease, type").words == frozenset()
