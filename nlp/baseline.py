"""The plain dictionary that every reader is measured beside: longest match, regular expressions.

A blank spaCy pipeline with a PhraseMatcher over names in any case (as they stand, with an s, and
without hyphens), and within the sentence a regular expression each for negation, history and
relatives. It is there to compare with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from domain.evidence import TextSpan
from domain.findings import Experiencer, Observation, State, Time
from domain.identifiers import Curie
from nlp.document import MAX_BYTES

_NEGATION = re.compile(
    r"\b(?:no|not|without|denie[sd]|deny|negative for|absence of|free of|rules? out|ruled out|"
    r"never|neither|nor|none|cannot)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(r"\b(?:history of|h/o|previous(?:ly)?|prior|past|ago)\b", re.IGNORECASE)
_FAMILY = re.compile(
    r"\b(?:mother|father|brother|sister|sibling|parent|aunt|uncle|cousin|family|grand\w+)s?\b",
    re.IGNORECASE,
)


class Dictionary:
    """Longest match of names, negation by regular expression: `read` and `judge` as a `TextReader`
    has them."""

    def __init__(self, names: Iterable[tuple[Curie, str, str]]) -> None:
        """`names` are triples of concept, its label, and one name of it."""
        self._nlp = spacy.blank("en")
        self._nlp.max_length = MAX_BYTES + 1
        self._nlp.add_pipe("sentencizer")
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._labels: dict[str, str] = {}
        forms: dict[str, set[str]] = {}
        for concept, label, name in names:
            self._labels[str(concept)] = label
            spaced = name.replace("-", " ")
            forms.setdefault(str(concept), set()).update((name, f"{name}s", spaced))
        for concept_, spelt in forms.items():
            self._matcher.add(concept_, [self._nlp.make_doc(form) for form in sorted(spelt)])

    def read(self, text: str, document: str = "report") -> tuple[Observation, ...]:
        """Findings of `text`; every quote is `text[start:end]` (0-based, half-open)."""
        doc = self._nlp(text)
        found = filter_spans(self._matcher(doc, as_spans=True))
        return self._observe(
            doc, [(s.start_char, s.end_char) for s in found], [s.label_ for s in found], document
        )

    def judge(
        self, text: str, spans: Sequence[tuple[int, int]], document: str = "report"
    ) -> tuple[Observation, ...]:
        """Observations of given targets (characters, 0-based, half-open), without a concept."""
        return self._observe(self._nlp(text), spans, [None] * len(spans), document)

    def _observe(
        self,
        doc: Doc,
        spans: Sequence[tuple[int, int]],
        concepts: Sequence[str | None],
        document: str,
    ) -> tuple[Observation, ...]:
        text = doc.text
        bounds = [(s.start_char, s.end_char) for s in doc.sents]
        found = []
        for (start, end), concept in zip(spans, concepts, strict=True):
            first, last = next(((a, b) for a, b in bounds if a <= start < b), (0, len(text)))
            before, whole, quote = text[first:start], text[first:last], text[start:end]
            theirs = Experiencer.FAMILY if _FAMILY.search(before) else Experiencer.PATIENT
            found.append(
                Observation(
                    label=quote if concept is None else self._labels[concept],
                    concept=None if concept is None else Curie(concept),
                    state=State.ABSENT if _NEGATION.search(before) else State.PRESENT,
                    experiencer=theirs,
                    time=Time.PAST if _HISTORY.search(whole) else Time.NOW,
                    evidence=(TextSpan(document=document, start=start, end=end, quote=quote),),
                )
            )
        return tuple(found)
