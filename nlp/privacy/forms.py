"""Names by their own form: what is left when a capital letter has no other reason."""

from __future__ import annotations

import re

from nlp.privacy.cues import (
    ACTS,
    ADVERBS,
    CREDENTIALS,
    FUNCTION,
    HUMAN,
    KINDRED,
    MONTHS,
    NOT_HUMAN,
    ROLES,
    SURE,
    TITLES,
)
from nlp.privacy.naming import Search
from nlp.privacy.tokens import PERSONAL, Tokens
from nlp.privacy.vocabulary import is_eponym, is_given, is_surname, is_word

#: An age right behind a name: "MARY HALL 71 YRS", "Mary Hall, 71".
_AGED = re.compile(
    r",?[ ]{1,3}\(?\d{1,3}[ ]?(?:y(?:ea)?rs?\b|y/?o\b|y\b|[mf]\b|[,)\n]|years?\b|-year)",
    re.IGNORECASE,
)


def take_formed(search: Search) -> None:
    """Take the names that nothing announces."""
    at = 0
    while at < len(search.tokens.items):
        named = not search.taken[at] and _forms_name(search, at)
        if named and not search.run(at, comma=True):
            search.take(at, at + 1)
        at += 1


def follows(tokens: Tokens, at: int) -> str:
    """The word behind a token, an adverb aside: "Harding also noted"."""
    word = tokens.word(at + 1)
    return tokens.word(at + 2) if word in ADVERBS else word


def cell_ends(tokens: Tokens, at: int) -> bool:
    """Whether nothing of the same phrase follows a token."""
    after = tokens.get(at + 1)
    return after is None or after.text in '\n,;|)."' or not tokens.joined(at + 1)


def _forms_name(search: Search, at: int) -> bool:
    tokens = search.tokens
    token = tokens.items[at]
    if token.form == "initial":
        return _initial_and_name(tokens, at)
    if token.form not in ("capital", "upper") or tokens.is_thing(at):
        return False
    word = token.text.lower()
    if word in TITLES | CREDENTIALS | ROLES | FUNCTION:
        return False
    if search.abbreviates(at) and not (is_surname(word) and tokens.unusual(at + 1)):
        return False
    following = at + 1 if tokens.word(at + 1) in ("a", "i") else _behind_initials(tokens, at + 1)
    beside = tokens.get(following)
    paired = beside is not None and beside.form in ("capital", "upper")
    if paired and tokens.joined(following) and _pair(tokens, at, following):
        return True
    if _explained(tokens, at, following):
        return True
    if is_word(token.text):
        named = is_given(word) or is_surname(word)
        acts = follows(tokens, at) in ACTS | SURE
        return token.form == "capital" and not token.loud and named and acts and word not in MONTHS
    if token.form == "upper" and not (token.loud and is_given(word)):
        return False
    return _single(tokens, at)


def _behind_initials(tokens: Tokens, at: int) -> int:
    """The token behind up to three initials."""
    for _ in range(3):
        token = tokens.get(at)
        if token is None or token.form != "initial":
            break
        at += 2 if tokens.word(at + 1) == "." else 1
    return at


def _explained(tokens: Tokens, at: int, following: int) -> bool:
    """Whether what stands behind a capital word makes it a name."""
    token = tokens.items[at]
    word = token.text.lower()
    plain = not is_word(word)
    if tokens.word(following) == "," and _credited(tokens, following):
        return True
    if tokens.word(at + 1) == "," and _before_comma(tokens, at):
        return True
    after = tokens.after_genitive(at)
    if after == at + 1 or token.loud or (word in MONTHS and not plain):
        return False
    if tokens.word(after) in PERSONAL:
        return plain or is_given(word) or is_surname(word)
    # "when Sanders's result is here"
    inside = token.form == "capital" and not tokens.opens(at)
    return inside and is_surname(word) and not is_eponym(word)


def _credited(tokens: Tokens, at: int) -> bool:
    """Whether credentials stand at a token, or behind it where it is a comma: "MD", "M.D."."""
    at += tokens.word(at) == ","
    token = tokens.get(at)
    if token is None or token.form == "lower":
        return False
    doctor = [tokens.word(at + i) for i in range(3)] == ["m", ".", "d"]
    return doctor or token.text.lower() in CREDENTIALS


def _before_comma(tokens: Tokens, at: int) -> bool:
    """Whether a capital word with a comma behind it is a name: "Smith, Vanessa", "Conor, his
    brother", "DAVE, JALSA"."""
    token = tokens.items[at]
    word = token.text.lower()
    plain = not is_word(word)
    known = is_given(word) or is_surname(word)
    then = tokens.get(at + 2)
    if then is None:
        return False
    if tokens.unusual(at + 2) and then.form == token.form:
        ends = cell_ends(tokens, at + 2)
        if is_given(then.text) and (is_surname(word) or (plain and tokens.opens(at))):
            return plain or ends
        before = tokens.get(at - 1)
        counted = before is not None and before.form == "number"  # "98 YRS, MRN"
        if token.form == "upper" and tokens.opens(at) and not counted:
            return known or (plain and ends)
    relative = tokens.word(at + 2)
    if relative in ("his", "her", "their", "my", "a", "the"):
        relative = tokens.word(at + 3)
    return plain and relative in KINDRED


def _pair(tokens: Tokens, at: int, following: int) -> bool:
    """Two capital words together, of which at least one is known as a name."""
    one, two = tokens.items[at], tokens.items[following]
    first, second = one.text.lower(), two.text.lower()
    if tokens.is_thing(following) or one.form != two.form:
        return False
    if is_eponym(first) and is_eponym(second) and not is_given(first):
        return False
    if _credited(tokens, following + 1):
        return True
    ends = cell_ends(tokens, following)
    plain = not is_word(first), not is_word(second)
    verb = second in FUNCTION and not (ends or (plain[0] and is_given(first) and not one.loud))
    if second in CREDENTIALS | MONTHS or verb:
        return False
    listed = is_given(first) and is_surname(second)
    aged = _AGED.match(tokens.text, two.end) is not None
    if aged and (plain[0] or plain[1]) and not (is_eponym(first) and is_eponym(second)):
        return plain[0] or is_given(first) or is_surname(first)
    if listed and (plain[0] or plain[1] or not one.loud) and (ends or aged) and first not in MONTHS:
        told = tokens.word(following + 1) in HUMAN | {",", "("}
        return not tokens.opens(at) or plain[0] or plain[1] or told
    if plain[0] and is_given(first):
        return plain[1] or (is_surname(second) and not two.loud)
    inside = not tokens.opens(at) and not one.loud and tokens.ends(following)
    if not plain[0]:
        if is_given(first) and first not in MONTHS and plain[1] and is_surname(second):
            return True
        # "Harsh Ramakrishnan": not in the lists, and no other reason for the capitals.
        before = tokens.get(at - 1)
        lower = before is not None and (before.form == "lower" or before.text == ",")
        return inside and plain[1] and lower and first not in MONTHS and not is_eponym(second)
    if not plain[1]:
        # "Gayathri Hora is a 46-year-old woman"
        return (
            not one.loud
            and tokens.word(following + 1) in SURE | {"is", "was"}
            and (not is_eponym(first))
        )
    known = is_surname(first) or is_surname(second) or is_given(second)
    return known or not (one.loud or is_eponym(first) or is_eponym(second))


def _initial_and_name(tokens: Tokens, at: int) -> bool:
    """ "J. Okafor", "R. M. White" at the end of a phrase."""
    dotted = tokens.word(at + 1) == "."
    following = _behind_initials(tokens, at)
    token = tokens.get(following)
    if token is None or token.form not in ("capital", "upper"):
        return False
    if not tokens.joined(following) or tokens.is_thing(following):
        return False
    alone = dotted and token.form == "capital" and cell_ends(tokens, following)
    if not tokens.unusual(following):
        return alone and is_surname(token.text)
    if alone:
        return True
    if token.form == "upper" and not token.loud:
        return dotted and is_surname(token.text)
    return is_surname(token.text) or (dotted and not tokens.opens(at))


def _single(tokens: Tokens, at: int) -> bool:
    """One capital word that no list of words knows."""
    token = tokens.items[at]
    given, surname = is_given(token.text), is_surname(token.text)
    acts = follows(tokens, at)
    if acts in SURE or (acts in ACTS and surname):
        return True
    opens = tokens.opens(at)
    after = tokens.after_genitive(at)
    if is_eponym(token.text):
        human = tokens.word(after) in HUMAN and tokens.word(after + 1) not in NOT_HUMAN
        return human and ((surname and not opens) or given)
    if token.loud:
        return given and (not opens or tokens.word(after) in HUMAN or after > at + 1)
    if not opens:
        after_it = tokens.get(at + 1)
        if len(token.text) < 3 and (after_it is None or after_it.form == "number"):
            return False  # "Na 135"
        return (len(token.text) > 2 or surname) and tokens.word(at + 1) not in (":", "#")
    before = tokens.get(at - 1)
    if before is not None and before.form == "number" and (given or surname):
        return tokens.word(at - 2) not in ("", "\n")  # "On day 3 Okafor came"
    if acts in ("was", "is", "has", "had", "did"):
        return (given or surname or len(token.text) > 3) and tokens.word(at + 2) not in NOT_HUMAN
    return given and (tokens.word(after) in HUMAN or after > at + 1)
