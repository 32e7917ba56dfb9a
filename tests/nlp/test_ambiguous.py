"""Abbreviations that a text does not define: the words around decide, or nobody does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.assertions import PHENOTYPE, Concept, Synonym
from domain.evidence import TextSpan
from domain.findings import Observation, State
from domain.identifiers import Curie
from nlp.ambiguous import Ambiguous, Short, outside
from nlp.reader import TextReader
from nlp.runs import runs
from ontologies.abbreviations import Meaning
from ontologies.lexicon import Lexicon, build

ASD_HEART, AUTISM = Curie("HP:0001631"), Curie("HP:0000729")
NAMES = {
    ASD_HEART: ("Atrial septal defect", "Secundum ASD"),
    AUTISM: ("Autistic behavior", "Autism spectrum disorder"),
    Curie("HP:0001653"): ("Mitral regurgitation",),
    Curie("HP:0001249"): ("Intellectual disability",),
    Curie("HP:0002204"): ("Pulmonary embolism",),
    Curie("HP:0002202"): ("Pleural effusion",),
    Curie("HP:0100749"): ("Chest pain",),
    Curie("HP:0100021"): ("Cerebral palsy",),
    Curie("HP:0002017"): ("Nausea and vomiting",),
    Curie("HP:0001655"): ("Patent foramen ovale",),
}


def _concept(identifier: Curie, label: str, *others: str) -> Concept:
    shorts = ("ASD",) if identifier in (ASD_HEART, AUTISM) else ()
    synonyms = [Synonym(text=t, scope="exact") for t in others]
    synonyms += [Synonym(text=t, scope="exact", type="abbreviation") for t in shorts]
    return Concept(id=identifier, label=label, category=PHENOTYPE, synonyms=tuple(synonyms))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.from_entries(build(_concept(i, *names) for i, names in NAMES.items()))


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TextReader:
    return TextReader(lexicon)


def read(reader: TextReader, text: str) -> list[tuple[str, str | None]]:
    """What is quoted, with its concept's label; None where it is not linked."""
    return [(quote(o), None if o.concept is None else o.label) for o in reader.read(text)]


def quote(observation: Observation) -> str:
    (span,) = (e for e in observation.evidence if isinstance(e, TextSpan))
    return span.quote


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Murmur; the echo showed an ASD with a left to right shunt.", "Atrial septal defect"),
        ("Known ASD and VSD, closed in infancy.", "Atrial septal defect"),
        ("He has ASD and ADHD and gets speech therapy at school.", "Autistic behavior"),
        ("Diagnosed with ASD, non-verbal, poor social contact.", "Autistic behavior"),
        ("ASD was seen.", None),
        ("ASD is known to the family.", None),
    ],
)
def test_the_words_around_settle_an_abbreviation(
    reader: TextReader, text: str, found: str | None
) -> None:
    assert ("ASD", found) in read(reader, text)


def test_an_abbreviation_without_context_is_reported_and_not_linked(reader: TextReader) -> None:
    (seen,) = reader.read("ASD was seen.")
    assert (seen.concept, seen.link_score, seen.label) == (None, None, "ASD")


def test_context_is_read_around_it_as_around_a_name(reader: TextReader) -> None:
    (seen,) = reader.read("Echo: heart normal, no ASD.")
    assert (seen.concept, seen.state) == (ASD_HEART, State.ABSENT)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("PE: HEENT normal, lungs clear.", []),
        ("He was seen in the ED.", []),
        ("MR imaging of the brain was normal.", []),
        ("PE was ruled out by CTPA; DVT is treated with heparin.", ["PE"]),
        ("Denies CP and SOB.", ["CP"]),
        ("Spastic CP with contractures.", ["CP"]),
        ("Fever, N/V since Monday.", ["N/V"]),
        ("WELL AS SEEN BEFORE, AND ASD IN THE HEART.", ["ASD"]),
        ("secundum ASD of the heart", ["secundum ASD"]),
        ("IgG-PE was given; DVT, heparin.", []),
    ],
)
def test_what_is_no_finding_is_not_reported(
    reader: TextReader, text: str, quotes: list[str]
) -> None:
    assert [q for q, _ in read(reader, text)] == quotes


def test_the_text_s_own_definition_wins(reader: TextReader) -> None:
    text = "Autism spectrum disorder (ASD) was diagnosed. The ASD has no murmur or echo."
    assert ("ASD", "Autistic behavior") in read(reader, text)
    assert ("ASD", "Atrial septal defect") not in read(reader, text)


def test_a_paragraph_knows_nothing_of_the_others(reader: TextReader) -> None:
    text = "ASD was seen.\n\nThe echo of the heart shows a murmur and a shunt.\n\nSchool, speech."
    assert ("ASD", None) in read(reader, text)


def test_as_many_words_for_two_meanings_settle_nothing(lexicon: Lexicon) -> None:
    heart = Meaning("ASD", ASD_HEART, "atrial septal defect", frozenset(("heart", "echo")), False)
    mind = Meaning("ASD", AUTISM, "autism spectrum disorder", frozenset(("school",)), False)
    found = _settle(lexicon, [heart, mind], "at school ASD heart")
    assert (found.entry, found.candidates) == (None, (ASD_HEART, AUTISM))
    found = _settle(lexicon, [heart, mind], "an ASD of the heart in the echo, and a school")
    assert found.entry is not None
    assert found.entry.concept == ASD_HEART


def test_the_usual_meaning_holds_where_no_word_speaks(lexicon: Lexicon) -> None:
    usual = Meaning("ASD", ASD_HEART, "atrial septal defect", frozenset(), True)
    other = Meaning("ASD", None, "a device", frozenset(("printer",)), False)
    plain = _settle(lexicon, [usual, other], "an ASD")
    assert plain.entry is not None
    assert plain.entry.concept == ASD_HEART
    assert _settle(lexicon, [usual, other], "printer ASD").entry is None


def test_a_meaning_that_the_release_lacks_is_left_open(lexicon: Lexicon) -> None:
    lost = Meaning("ASD", ASD_HEART, "hole in the septum", frozenset(("heart",)), False)
    found = _settle(lexicon, [lost], "heart ASD")
    assert (found.entry, found.candidates) == (None, (ASD_HEART,))


def _settle(lexicon: Lexicon, known: list[Meaning], text: str) -> Short:
    listed = [word for run in runs(text, [0]) for word in run]
    (found,) = Ambiguous(lexicon, {"ASD": known}).find(text, listed)
    assert text[found.start : found.end] == "ASD"
    return found


def test_those_within_longer_names_are_left_out() -> None:
    shorts = [Short(start=n, end=n + 3, entry=None) for n in (0, 10, 20, 30)]
    spans = [(10, 13), (18, 23), (30, 36), (0, 2)]
    assert [s.start for s in outside(shorts, spans)] == [0, 10]


@settings(deadline=None, max_examples=60)
@given(
    before=st.lists(st.sampled_from(("ASD", "MR", "PE", "heart", "school", "\n\n", "echo.", "IQ"))),
    behind=st.lists(st.sampled_from(("murmur", "autism", "valve", "ASD", "DVT", "\n"))),
)
def test_text_after_a_blank_line_changes_nothing_before(
    reader: TextReader, before: list[str], behind: list[str]
) -> None:
    first = "Seen: " + " ".join(before)
    alone = reader.read(first)
    together = reader.read(first + "\n\nPLAN: " + " ".join(behind))
    assert together[: len(alone)] == alone
