"""The pipeline's step that links what the dictionary missed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from spacy.language import Language
from spacy.tokens import Doc

from domain.identifiers import Curie
from nlp.linker import NOT_LINKED, Link, Linker
from nlp.mentions import MENTIONS, RUNS, UNLINKED, Unlinked
from nlp.recognise import Mention
from ontologies.lexicon import Lexicon

#: The component's name in a spaCy pipeline.
NAME = "differentia_linker"


@Language.factory(NAME)
class LinkStep:
    """spaCy component behind the recogniser; `linker` and `lexicon` must be set before use."""

    linker: Linker
    lexicon: Lexicon

    def __init__(self, nlp: Language, name: str) -> None:
        self.vocab = nlp.vocab
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Add to the mentions of `doc` those linked by likeness, and to the unlinked ones the
        misspelt words that resemble a name too little."""
        mentions: list[Mention] = doc.user_data[MENTIONS]
        unlinked: list[Unlinked] = doc.user_data[UNLINKED]
        taken = sorted((m.start, m.end) for m in (*mentions, *unlinked))
        chunks = [c for run in doc.user_data[RUNS] for c in self.linker.chunks(run, taken)]
        starts = [token.idx for token in doc] if chunks else []
        for link in self.linker.link(doc, chunks):
            first = bisect_right(starts, link.chunk.start) - 1
            last = bisect_left(starts, link.chunk.end)
            if link.holds and (mention := self._mention(link, first, last)) is not None:
                mentions.append(mention)
            elif link.chunk.strange and link.agreement >= NOT_LINKED:
                unlinked.append(
                    Unlinked(
                        start=link.chunk.start,
                        end=link.chunk.end,
                        first=first,
                        last=last,
                        candidates=(Curie(link.concept),),
                        score=round(link.agreement, 3),
                    )
                )
        mentions.sort(key=lambda m: (m.start, m.end, m.entry.concept))
        unlinked.sort(key=lambda u: u.start)
        return doc

    def _mention(self, link: Link, first: int, last: int) -> Mention | None:
        entry = self.lexicon.find(link.name)
        if entry is None or entry.concept != link.concept:
            return None  # the name belongs to another concept too
        return Mention(
            start=link.chunk.start,
            end=link.chunk.end,
            first=first,
            last=last,
            entry=entry,
            score=round(link.agreement * entry.link_score, 3),
        )
