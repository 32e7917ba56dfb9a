"""What must hold of context for every text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evidence import TextSpan
from nlp.reader import TextReader
from ontologies.lexicon import Lexicon, build
from tests.nlp.conftest import NAMES, concepts

READER = TextReader(Lexicon.from_entries(build(concepts())))
_PIECES = st.sampled_from(
    [
        *(name for names in NAMES.values() for name in names),
        *("no", "not", "without", "possible", "unlikely", "history of", "in 1998", "until", "if"),
        *("mother", "his father's", "maternal", "siblings", "donor", "who", "whose", "reports"),
        *("he", "she", "herself", "was", "has", "with", "in", "of", "the", "two", "born to a"),
        *("left", "severe", "bilateral", "of the lower limbs", "is mild", "right upper lobe"),
        *(":", ",", ";", ".", "?", "(", ")", "-", "|", "+", "\n", "\r\n", "\n\n", "\t", "  "),
        *("Family history:", "FH:", "M:", "F:", "PLAN", "[ ]", "☐", "yes", "é", "—", "’s"),
    ]
)
TEXTS = st.one_of(
    st.lists(_PIECES, min_size=1, max_size=40).map(" ".join),
    st.lists(_PIECES, min_size=1, max_size=40).map("".join),
).filter(lambda t: not t.isspace())


@settings(max_examples=300)
@given(TEXTS)
def test_triggers_are_the_source(text: str) -> None:
    for o in READER.read(text):
        for t in o.triggers:
            if t.start is None or t.end is None:
                assert t.start is t.end is None
            else:
                assert text[t.start : t.end] == t.text
                assert t.text.strip()


@given(TEXTS)
def test_modifiers_are_words_on_one_line(text: str) -> None:
    for o in READER.read(text):
        for m in o.modifiers:
            assert m
            assert "\n" not in m


@given(TEXTS)
def test_targets_are_judged_like_mentions(text: str) -> None:
    observations = READER.read(text)
    spans = [(e.start, e.end) for o in observations for e in o.evidence if isinstance(e, TextSpan)]
    for o, context in zip(observations, READER.contexts(text, spans), strict=True):
        assert (context.experiencer, context.time, context.section) == (
            o.experiencer,
            o.time,
            o.section,
        )


@given(TEXTS, TEXTS)
def test_two_documents_of_a_case_have_their_own_findings_each(one: str, other: str) -> None:
    together = (*READER.read(one, "one"), *READER.read(other, "other"))
    apart = (*READER.read(other, "other"), *READER.read(one, "one"))
    assert sorted(map(repr, together)) == sorted(map(repr, apart))
    for o in together:
        for e in o.evidence:
            assert isinstance(e, TextSpan)
            source = {"one": one, "other": other}[e.document]
            assert source[e.start : e.end] == e.quote
