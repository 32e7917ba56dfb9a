"""Words in normal form, and the lexicon built from concepts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assertions import DISEASE, PHENOTYPE, Concept, Synonym
from domain.errors import ReleaseCorrupt
from domain.identifiers import Curie
from ontologies.lexicon import Lexicon, LexiconEntry, build, normalise_word, words, write
from ontologies.wordforms import folded, tokens


def concept(
    number: int,
    label: str,
    *synonyms: Synonym,
    parents: tuple[str, ...] = (),
    obsolete: bool = False,
) -> Concept:
    return Concept(
        id=Curie(f"HP:{number:07d}"),
        label=label,
        category=PHENOTYPE,
        synonyms=synonyms,
        parents=tuple(map(Curie, parents)),
        obsolete=obsolete,
    )


def exact(text: str, type_: str | None = None) -> Synonym:
    return Synonym(text=text, scope="exact", type=type_)


SMALL = [
    concept(2, "Abnormal ear morphology", exact("Ear anomalies")),
    concept(3, "Abnormal pinna morphology", exact("Ear anomalies"), parents=("HP:0000002",)),
    concept(4, "Seizure", exact("Fits", "layperson"), Synonym(text="Epilepsy", scope="related")),
    concept(5, "Skin rash", Synonym(text="Rash", scope="broad", type="layperson")),
    concept(6, "Acute lymphoblastic leukemia", exact("ALL", "abbreviation")),
    concept(7, "Ventricular septal defect", exact("VSD", "abbreviation")),
    concept(8, "Myocardial infarction", exact("MI", "abbreviation")),
    concept(9, "Edema", exact("Oedema", "uk_spelling")),
    concept(10, "Epilepsy", obsolete=True),
    concept(11, "Severe", Synonym(text="Intellectual disability", scope="broad")),
    concept(12, "Hypoplasia of the thumb", exact("Hypoplastic thumb")),
    concept(13, "Intellectual disability, mild"),
    concept(14, "Migraine", Synonym(text="Seizure", scope="narrow")),
    Concept(id=Curie("OMIM:1"), label="Fever syndrome", category=DISEASE),
]


@pytest.fixture(scope="module")
def entries() -> dict[str, LexiconEntry]:
    return {entry.key: entry for entry in build(SMALL)}


@pytest.mark.parametrize(
    ("word", "normal"),
    [
        ("Oedema", "edema"),
        ("HAEMATURIA", "hematuria"),
        ("leucocytosis", "leukocytosis"),
        ("tumours", "tumor"),
        ("diarrhoea", "diarrhea"),
        ("headaches", "headache"),
        ("rashes", "rash"),
        ("anomalies", "anomaly"),
        ("stenoses", "stenosis"),
        ("vertebrae", "vertebra"),
        ("phalanges", "phalanx"),
        ("abscesses", "abscess"),
        ("pancreas", "pancreas"),
        ("diabetes", "diabetes"),
        ("kyphosis", "kyphosis"),
        ("thrombus", "thrombus"),
        ("gas", "gas"),
        ("Crohn's", "crohn"),
        ("Crohn’s", "crohn"),
        ("Sjögren", "sjogren"),
        ("café", "cafe"),
        ("toes", "toe"),
    ],
)
def test_words_in_normal_form(word: str, normal: str) -> None:
    assert normalise_word(word) == normal


def test_hyphens_part_words_except_after_prefixes() -> None:
    assert words("Low-set, post-natal X-linked") == ["low", "set", "postnatal", "x", "linked"]
    assert words("hyper- and hypocalcemia") == ["hyper", "and", "hypocalcemia"]


@given(st.text(max_size=80))
def test_tokens_point_into_the_text_in_order(text: str) -> None:
    end = 0
    for _, start, stop in tokens(text):
        assert end <= start < stop <= len(text)
        end = stop


def test_folded_keys_forget_order_and_family() -> None:
    assert folded("hypoplasia of the thumb") == folded("hypoplastic thumb")
    assert folded("elevated blood pressure") == folded("increased blood pressure")
    assert folded("left ear") != folded("right ear")


def test_only_current_findings_have_names(entries: dict[str, LexiconEntry]) -> None:
    assert entries["epilepsy"].concept == "HP:0000004"
    assert "fever syndrome" not in entries


def test_a_label_wins_over_a_synonym(entries: dict[str, LexiconEntry]) -> None:
    assert entries["seizure"].concept == "HP:0000004"
    assert (entries["seizure"].kind, entries["seizure"].alternatives) == ("label", ())


def test_among_equals_the_broader_concept_speaks_and_the_other_is_recorded(
    entries: dict[str, LexiconEntry],
) -> None:
    entry = entries["ear anomaly"]
    assert (entry.concept, entry.alternatives) == ("HP:0000002", ("HP:0000003",))


def test_dangerous_names_are_guarded(entries: dict[str, LexiconEntry]) -> None:
    assert entries["all"].guard == "never"
    assert entries["mi"].guard == "never"
    assert entries["severe"].guard == "never"
    assert entries["vsd"].guard == "case"
    assert entries["fit"].guard == "never"
    assert entries["edema"].guard == "plain"


def test_broader_names_are_worth_less_than_exact_ones(entries: dict[str, LexiconEntry]) -> None:
    assert entries["rash"].link_score < entries["edema"].link_score
    assert entries["intellectual disability"].guard == "never"


def test_equal_concepts_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    write(build(SMALL), tmp_path / "a.tsv")
    write(build(reversed(SMALL)), tmp_path / "b.tsv")
    assert (tmp_path / "a.tsv").read_bytes() == (tmp_path / "b.tsv").read_bytes()


def test_what_is_written_is_what_is_loaded(tmp_path: Path) -> None:
    listed = build(SMALL)
    write(listed, tmp_path / "lexicon.tsv")
    lexicon = Lexicon.load(tmp_path / "lexicon.tsv")
    assert len(lexicon) == len(listed)
    assert [lexicon.find(entry.key) for entry in listed] == listed
    assert lexicon.find("nothing") is None
    thumb = lexicon.find_folded(folded("thumb hypoplasia"))
    assert thumb is not None
    assert thumb.concept == "HP:0000012"
    assert lexicon.longest["intellectual"] == 3


@pytest.mark.parametrize("damage", ["cut", "header", "columns", "bytes", "gone"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "lexicon.tsv"
    write(build(SMALL), path)
    data = path.read_bytes()
    lines = data.split(b"\n")
    lines[2] = lines[2].replace(b"\t", b" ", 1)
    path.write_bytes(
        {
            "cut": data[:-5],
            "header": data[10:],
            "columns": b"\n".join(lines),
            "bytes": data[:40] + b"\xff" + data[40:],
            "gone": data,
        }[damage]
    )
    if damage == "gone":
        path.unlink()
    with pytest.raises(ReleaseCorrupt, match=r"lexicon\.tsv"):
        Lexicon.load(path)


def test_search_finds_names_by_beginning_words_and_likeness() -> None:
    lexicon = Lexicon.from_entries(build(SMALL))
    assert lexicon.search("Oedema")[0] == ("HP:0000009", "Edema", "Edema", 1.0)
    assert lexicon.search("ventric")[0][:2] == ("HP:0000007", "Ventricular septal defect")
    assert lexicon.search("mild disability")[0][0] == "HP:0000013"
    assert lexicon.search("ventriculer septel defect")[0][0] == "HP:0000007"
    assert len(lexicon.search("e", limit=2)) <= 2
    assert lexicon.search("") == []
    scores = [score for *_, score in lexicon.search("seizure")]
    assert scores == sorted(scores, reverse=True)
