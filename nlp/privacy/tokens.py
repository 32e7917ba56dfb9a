"""Words of a text as the search for names sees them: how they are written and what stands by."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nlp.privacy.vocabulary import is_eponym, is_given, is_head, is_surname, is_word

#: A word keeps its hyphens and apostrophes, but not the 's of a genitive.
_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+(?:[-‐][^\W\d_]+|['’](?![sS]\b)[^\W\d_]+)*)|(?P<number>\d+)|\n|[^\w\s]"
)
#: "Okafor", "McDonald", "O'Brien", "Smith-Jones", "Amy-Leigh".
_CAPITAL = re.compile(
    r"(?:(?:[^\W\d_]['’])?[^\W\d_a-z][^\W\d_A-Z]+(?:[^\W\d_a-z][^\W\d_A-Z]{2,})?(?:[-‐'’](?=\w)|$))+"
)
_LINE = re.compile(r"[^\n]*\n?")
#: Between an eponym and a head they show that the two do not belong together.
_VERBS = frozenset(
    "may can is was has had will would could should and or with who at in on by for to from as"  # noqa: SIM905
    " did does says said reports feels denies of".split()
)
#: Whose they can be: "Okafor's nurse".
PERSONAL = frozenset(
    "nurse wife husband mother father son daughter sister brother clinic secretary team parents"  # noqa: SIM905
    " partner carer doctor gp family house home list patient patients children uncle aunt friend"
    " office registrar account birthday".split()
)
_GENITIVE = ("'", "’")
#: A line that is filled up goes on in the next.
_FULL_LINE = 55


class Token(NamedTuple):
    """A word, number or mark at characters `start` to `end`.

    `form` is `lower`, `capital`, `upper` (two letters or more), `initial` (one), `number` or
    `mark`; `loud` says that the line is in capitals, so that they mean nothing.
    """

    text: str
    start: int
    end: int
    form: str
    loud: bool


class Tokens:
    """The tokens of a text, and what can be asked of their neighbourhood."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.items = list(_tokens(text))
        self._starts = [t.start for t in self.items]

    def at(self, offset: int) -> int:
        """The number of the first token at or after a character."""
        return bisect_left(self._starts, offset)

    def get(self, number: int) -> Token | None:
        """A token, None beyond either end."""
        return self.items[number] if 0 <= number < len(self.items) else None

    def word(self, number: int) -> str:
        """A token in lower case; empty beyond the ends."""
        token = self.get(number)
        return token.text.lower() if token is not None else ""

    def joined(self, number: int) -> bool:
        """Whether only a space, or the end of a full line, parts a token from the one before."""
        if not 0 < number < len(self.items):
            return False
        gap = self.text[self.items[number - 1].end : self.items[number].start]
        return len(gap) <= 1 and gap not in ("\t", "\n")

    def opens(self, number: int) -> bool:
        """Whether a token begins a sentence, a line or a cell."""
        before = self.get(number - 1)
        if before is None or before.form == "number" or before.text[-1:].isdigit():
            return True
        if before.text == "." and self.word(number - 2) in (
            "st",
            "mt",
            "ft",
            "dr",
            "mr",
            "mrs",
            "ms",
        ):
            return False
        return (
            before.text in "\n.!?:|•*-–#>)"
            or self.text[max(0, before.start - 1) : before.start].isdigit()
            or not self._near(number)
        )

    def _near(self, number: int) -> bool:
        if not 0 < number < len(self.items):
            return False
        gap = self.text[self.items[number - 1].end : self.items[number].start]
        return "\t" not in gap and len(gap) <= 2

    def beside(self, number: int) -> bool:
        """Whether a token stands close to the one before, in its line."""
        if not 0 < number < len(self.items):
            return False
        gap = self.text[self.items[number - 1].end : self.items[number].start]
        return "\n" not in gap and len(gap) <= 3

    def after_genitive(self, number: int) -> int:
        """The token behind one, its 's aside."""
        if self.word(number + 1) in _GENITIVE and self.word(number + 2) == "s":
            return number + 3
        return number + 1

    def is_thing(self, number: int) -> bool:
        """Whether an eponym names a thing here: "Crohn's disease", "Foley catheter"."""
        after = self.after_genitive(number)
        first, second = self.word(after), self.word(after + 1)
        known = is_eponym(self.items[number].text)
        if known and self.word(number - 1) in ("a", "an", "the"):
            return True
        if first == "\n" or not self._near(after):
            return False
        if first == "-" or is_head(first):
            return True
        if first in _VERBS:
            return False
        return known and (
            is_head(second)
            or (after > number + 1 and first not in PERSONAL and self._owned(number))
        )

    def _owned(self, number: int) -> bool:
        """Whether the 's of an eponym stands for its disease: no given name before it."""
        named = self.joined(number) and is_given(self.word(number - 1))
        return not (named or self.items[number].loud)

    def ends(self, number: int) -> bool:
        """Whether a name can end with a token: a mark, a gap or a word in lower case follows."""
        after = self.get(number + 1)
        if after is None or not self.joined(number + 1):
            return True
        return after.form in ("lower", "number", "mark") and after.text not in ":#-‐="

    def could_name(self, number: int) -> bool:
        """Whether a token may stand in a person's name, judged by itself."""
        token = self.get(number)
        if token is None or token.form not in ("capital", "upper"):
            return False
        return not is_word(token.text) or is_given(token.text) or is_surname(token.text)

    def unusual(self, number: int) -> bool:
        """Whether a capital token is no ordinary word."""
        token = self.get(number)
        return token is not None and token.form in ("capital", "upper") and not is_word(token.text)

    def skip_lines(self, number: int) -> int:
        """The first token at or after `number` that is no end of a line."""
        while self.word(number) == "\n":
            number += 1
        return number


def _tokens(text: str) -> Iterator[Token]:
    for line in _LINE.finditer(text):
        written = line[0]
        capitals = sum(map(str.isupper, written))
        loud = capitals > 3 and capitals > 0.6 * sum(map(str.isalpha, written))
        for match in _TOKEN.finditer(text, *line.span()):
            if match["word"] is not None:
                glued = text[match.start() - 1 : match.start()].isdigit() or (
                    text[match.end() : match.end() + 1].isdigit()
                )
                form = "lower" if glued else _form(match["word"])
            else:
                form = "number" if match["number"] is not None else "mark"
            yield Token(match[0], match.start(), match.end(), form, loud)


@lru_cache(maxsize=65_536)
def _form(word: str) -> str:
    if len(word) == 1 and word.isupper():
        return "initial"
    if word.isupper() and "XXX" not in word:
        return "upper"
    if _CAPITAL.fullmatch(word) and "XXX" not in word:
        return "capital"
    return "lower"  # "T-cell", "IgG", and the marks of other de-identifiers
