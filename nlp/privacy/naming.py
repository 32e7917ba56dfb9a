"""Where a name begins and ends, once it is known that one stands there."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from nlp.privacy.cues import (
    CREDENTIALS,
    FOLLOWS,
    FUNCTION,
    HUMAN,
    PARTICLES,
    RANKS,
    SUFFIXES,
    TITLES,
)
from nlp.privacy.tokens import Tokens
from nlp.privacy.vocabulary import is_given, is_surname, is_word


class Search:
    """The names of one text: `spans` are first tokens and those behind the last."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.spans: list[tuple[int, int]] = []
        self.taken = bytearray(len(self.tokens.items))

    def run(self, at: int, *, comma: bool = False) -> bool:
        """Take the name that begins at a token, if one does; `comma` allows "Surname, Given"."""
        tokens = self.tokens
        first = at = self.behind_title(at)
        parts: list[int] = []
        comma_left = comma
        while len(parts) < 6:
            token = tokens.get(at)
            if token is None or (at > first and not tokens.joined(at)):
                break
            if token.form == "initial" or (token.form == "upper" and self._initials(at)):
                parts.append(at)
                at += 2 if tokens.word(at + 1) == "." else 1
            elif self._belongs(at, parts):
                parts.append(at)
                at += 1
            elif token.text == "," and parts and comma_left and self._given_next(at + 1):
                comma_left = False
                at += 1
            else:
                break
        while parts and tokens.items[parts[-1]].text.lower() in PARTICLES:
            if len(parts) > 1 and tokens.items[parts[-1]].form == "capital":
                break  # "Ashley Le"
            parts.pop()
        if not any(tokens.items[p].form in ("capital", "upper", "lower") for p in parts):
            return False
        self.take(parts[0], parts[-1] + 1)
        return True

    def take(self, first: int, last: int) -> None:
        """Mark tokens as a name."""
        self.spans.append((first, last))
        self.taken[first:last] = b"\1" * (last - first)

    def parts(self) -> set[str]:
        """Words of the names found so far, in one case; not initials."""
        return {
            piece
            for first, last in self.spans
            for token in self.tokens.items[first:last]
            if len(token.text) > 2 and token.text.lower() not in PARTICLES | SUFFIXES
            for piece in pieces(token.text)
        }

    def behind_title(self, at: int) -> int:
        """The token behind titles that stand at a token."""
        for _ in range(3):
            if self.tokens.word(at) not in TITLES | RANKS:
                break
            after = at + 2 if self.tokens.word(at + 1) == "." else at + 1
            if self.tokens.word(at) in RANKS and not self.tokens.could_name(after):
                break
            at = after
        return at

    def abbreviates(self, at: int) -> bool:
        """Whether a word in capitals among others is more likely an abbreviation than a name."""
        token = self.tokens.items[at]
        short = len(token.text) < 4 or not is_given(token.text)
        return token.form == "upper" and not token.loud and short

    def more(self) -> None:
        """Names joined to the last one: "Amy, Tom and Jo"."""
        tokens = self.tokens
        while tokens.word(at := self.spans[-1][1]) in (",", "and", "&", "/", "or"):
            at += 2 if tokens.word(at) == "," and tokens.word(at + 1) == "and" else 1
            following = tokens.get(at)
            if following is None or self.taken[at]:
                return
            if not tokens.unusual(at) and not (is_given(following.text) and tokens.ends(at)):
                return
            if following.form not in ("capital", "upper") or following.text.lower() in FUNCTION:
                return
            if self.abbreviates(at) or tokens.is_thing(at) or not self.run(at):
                return

    def _initials(self, at: int) -> bool:
        text = self.tokens.items[at].text
        return len(text) == 2 and not self.tokens.items[at].loud and not is_surname(text)

    def _given_next(self, at: int) -> bool:
        token = self.tokens.get(at)
        if token is None or not self.tokens.could_name(at):
            return False
        gap = self.tokens.text[self.tokens.items[at - 1].end : token.start]
        return len(gap) <= 1 and (not is_word(token.text) or is_given(token.text))

    def _belongs(self, at: int, parts: list[int]) -> bool:
        """Whether a token goes on with a name of which `parts` are known."""
        text = self.tokens.items[at].text.lower()
        if text in PARTICLES and self._goes_on(at):
            return True
        if parts and text.rstrip(".") in SUFFIXES:
            return True
        return self._is_part(at, parts) or self._closes(at, parts)

    def _goes_on(self, at: int) -> bool:
        following = at + 1
        for _ in range(3):
            following += self.tokens.word(following) in PARTICLES
        return self.tokens.could_name(following) and self.tokens.joined(following)

    def _is_part(self, at: int, parts: list[int]) -> bool:
        tokens = self.tokens
        token = tokens.items[at]
        text = token.text.lower()
        if not tokens.could_name(at) or tokens.is_thing(at):
            return False
        if text in TITLES | CREDENTIALS | SUFFIXES:
            return False
        if not is_word(token.text):
            return True
        if text in FUNCTION and token.loud:
            return False
        # An ordinary word ends a name, unless it stands where a surname is missing.
        return len(parts) < 2 or (is_surname(text) and not token.loud)

    def _closes(self, at: int, parts: list[int]) -> bool:
        """Whether an ordinary word with a capital is the surname that a given name needs."""
        tokens = self.tokens
        token = tokens.items[at]
        if len(parts) != 1 or token.form not in ("capital", "upper"):
            return False
        first = tokens.items[parts[0]]
        if token.form != first.form or tokens.is_thing(parts[0]):
            return False
        if is_word(first.text) and not is_given(first.text):
            return False
        word = token.text.lower()
        if word in CREDENTIALS | HUMAN or len(word) < 3:
            return False
        if word in FUNCTION and not is_surname(word):
            return False
        return tokens.ends(at) or (token.loud and tokens.word(at + 1) in FOLLOWS | HUMAN)


def pieces(word: str) -> Iterable[str]:
    """A word in one case, and the halves of a double name."""
    plain = word.casefold()
    return chain((plain,), plain.split("-")) if "-" in plain else (plain,)
