"""The pipeline's step that links what the dictionary missed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from spacy.language import Language
from spacy.tokens import Doc

from domain.identifiers import Curie
from nlp.linker import NOT_LINKED, Link, Linker
from nlp.mention_model import MentionModel
from nlp.mentions import MENTIONS, RUNS, UNLINKED, Taken, Unlinked
from nlp.recognise import Mention
from ontologies.lexicon import Lexicon

#: The component's name in a spaCy pipeline.
NAME = "differentia_linker"


@Language.factory(NAME)
class LinkStep:
    """spaCy component behind the recogniser; `linker` and `lexicon` must be set before use.
    With a `model`, its mentions are linked too, and stand before the words between names."""

    linker: Linker
    lexicon: Lexicon
    model: MentionModel | None = None

    def __init__(self, nlp: Language, name: str) -> None:
        self.vocab = nlp.vocab
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Add to the mentions of `doc` those linked by likeness, and to the unlinked ones what a
        model calls a finding, and misspelt words that resemble a name too little."""
        mentions: list[Mention] = doc.user_data[MENTIONS]
        unlinked: list[Unlinked] = doc.user_data[UNLINKED]
        names = [(m.start, m.end) for m in mentions]
        names += [(u.start, u.end) for u in unlinked]
        chunks = [] if self.model is None else self.model.chunks(doc.text, Taken(names))
        taken = Taken((*names, *((c.start, c.end) for c in chunks)))
        chunks += [c for run in doc.user_data[RUNS] for c in self.linker.chunks(run, taken)]
        chunks.sort(key=lambda c: c.start)
        starts = [token.idx for token in doc] if chunks else []
        for chunk, link in self.linker.link(doc, chunks):
            at = chunk if link is None else link.chunk
            first = bisect_right(starts, at.start) - 1
            last = bisect_left(starts, at.end)
            mention = None
            if link is not None and link.holds:
                mention = self._mention(link, first, last)
            if mention is not None:
                mentions.append(mention)
            elif chunk.told or (link and chunk.strange and link.agreement >= NOT_LINKED):
                unlinked.append(
                    Unlinked(
                        start=at.start,
                        end=at.end,
                        first=first,
                        last=last,
                        candidates=(Curie(link.concept),) if link else (),
                        score=round(link.agreement, 3) if link else None,
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
