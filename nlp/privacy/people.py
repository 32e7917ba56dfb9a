"""People's names: by titles, labels, verbs and kin before them, by their form, by being known.

No model is needed. A name is found where something says so, or where its form leaves no other
reading (`forms.py`); each of its parts is then looked for in the rest of the text. Words that
name diseases, signs and devices stay where they name those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.privacy.cues import (
    ACTS,
    BY,
    DEAR,
    FAREWELL,
    FUNCTION,
    HUMAN,
    KIN,
    LABEL,
    MODAL,
    MONTHS,
    NEAR,
    RANKS,
    ROLES,
    SENDER,
    SHORT,
    SPEAKER,
    STAFF,
    TITLES,
)
from nlp.privacy.forms import cell_ends, follows, take_formed
from nlp.privacy.naming import Search, pieces
from nlp.privacy.result import Category, Found
from nlp.privacy.tokens import Tokens
from nlp.privacy.vocabulary import is_eponym, is_given, is_surname, is_word

_TYPIST = re.compile(r"typed|crib", re.IGNORECASE)


def find_names(tokens: Tokens) -> Iterator[Found]:
    """Names of patients, relatives and staff; titles and the 's of a genitive stay."""
    search = Search(tokens)
    _labelled(search)
    _titled(search)
    _told(search)
    take_formed(search)
    _repeated(search)
    items = search.tokens.items
    for first, last in search.spans:
        yield Found(start=items[first].start, end=items[last - 1].end, category=Category.NAME)


def _labelled(search: Search) -> None:
    """Names behind the label of a form, a salutation or a farewell, or before a mail address."""
    tokens, text = search.tokens, search.tokens.text
    for match in LABEL.finditer(text):
        at = tokens.at(match.end())
        token = tokens.get(at)
        wide = match[0].rstrip(" .")[-1:] not in ":=|"
        if token is None or "\n" in text[match.end() : token.start]:
            continue
        # Labels stand beside each other in the first line of a table, and words in a sentence.
        odd = is_word(token.text) and not is_given(token.text)
        if wide and odd and not ("name" in match[0].lower() and is_surname(token.text)):
            continue
        if match[0].lower().startswith(("from", "to")) and "@" not in text[token.end :][:60]:
            continue
        if not search.run(at, comma=True):
            _odd_name(search, at, typist=_TYPIST.search(match[0]) is not None)
        else:
            search.more()
    for match in SENDER.finditer(text):
        search.take(tokens.at(match.start()), tokens.at(match.end("name")))
    for match in SPEAKER.finditer(text):
        at = tokens.at(match.end())
        if not search.run(at):
            search.take(at, at + 1)
    for match in DEAR.finditer(text):
        if search.run(tokens.at(match.end())):
            search.more()
    for match in FAREWELL.finditer(text):
        at = tokens.skip_lines(tokens.at(match.end()))
        if not search.run(at):
            _odd_name(search, at)


def _odd_name(search: Search, at: int, *, typist: bool = False) -> None:
    """A name of ordinary words where a name must stand: "DEEP, JACOB", "Veer Bora", initials."""
    tokens = search.tokens
    first, second = tokens.get(at), tokens.get(at + 1)
    if first is None or first.form not in ("capital", "upper"):
        return
    if first.form == "upper" and len(first.text) < 4:
        if typist:
            search.take(at, at + 1)
        return
    if first.text.lower() in ROLES | FUNCTION | STAFF or tokens.is_thing(at) or second is None:
        return
    comma = second.text == ","
    third = at + 2 if comma else at + 1
    name = tokens.get(third)
    if name is None or name.form != first.form or not tokens.joined(third):
        return
    known = tokens.could_name(third) and (tokens.unusual(third) or is_given(name.text))
    alone = not first.loud and not comma and cell_ends(tokens, third) and not name.loud
    if (known or (alone and name.text.lower() not in STAFF)) and not tokens.is_thing(third):
        search.take(at, third + 1)


def _titled(search: Search) -> None:
    """Names behind "Dr", "Mrs", "Nurse"."""
    tokens = search.tokens
    said = search.parts()
    for at, token in enumerate(tokens.items):
        word = token.text.lower()
        if word not in TITLES and (word not in RANKS or token.form == "lower"):
            continue
        after = at + 2 if tokens.word(at + 1) == "." and word in SHORT else at + 1
        name = tokens.get(after)
        if name is None or not tokens.beside(after) or search.taken[after]:
            continue
        doubtful = token.text in ("MS", "MR")  # multiple sclerosis, magnetic resonance
        if doubtful and not (token.loud and name.form == "upper"):
            continue
        repeated = not said.isdisjoint(pieces(name.text))
        if (word in RANKS or doubtful) and not repeated:
            verb = tokens.word(after + 1) in HUMAN | {"\n", ",", "with"}
            if not (tokens.unusual(after) or (verb and tokens.could_name(after))):
                continue
        named = search.run(after)
        if not named and word in TITLES:
            named = _odd_surname(search, after, known=repeated)
        if named and word in ("drs", "messrs"):
            search.more()


def _odd_surname(search: Search, at: int, *, known: bool) -> bool:
    """A surname that is an ordinary word or in lower case, behind a title."""
    tokens = search.tokens
    name = tokens.items[at]
    if tokens.joined(at + 1) and tokens.unusual(at + 1) and search.run(at + 1):
        search.take(at, at + 1)
    elif name.text.islower() and len(name.text) > 2 and not is_word(name.text):
        search.take(at, at + 1)  # "dr okafor"
    elif name.form in ("capital", "upper") and name.text.lower() not in FUNCTION:
        if not (known or not name.loud or tokens.word(at + 1) in HUMAN | {"with"}):
            return False
        search.take(at, at + 1)  # "Mrs Carton"
    else:
        return False
    return True


def _told(search: Search) -> None:
    """Names behind verbs, prepositions, and the words for relatives and staff."""
    tokens = search.tokens
    for pattern in (BY, KIN, NEAR):
        for match in pattern.finditer(tokens.text):
            at = search.behind_title(tokens.at(match.end()))
            token = tokens.get(at)
            if token is None or token.start - match.end() > 12 or search.taken[at]:
                continue
            if search.abbreviates(at) or not _introduced(search, at, sure=pattern is not NEAR):
                continue
            if search.run(at):
                search.more()


def _introduced(search: Search, at: int, *, sure: bool) -> bool:
    """Whether a capital word behind a verb or a relative's word is a name."""
    tokens = search.tokens
    token = tokens.items[at]
    word = token.text.lower()
    if token.form not in ("capital", "upper") or word in FUNCTION | MONTHS - {"april", "june"}:
        return False
    after = tokens.get(at + 1)
    if word in MONTHS and (not sure or (after is not None and after.form == "number")):
        return False
    given, surname = is_given(token.text), is_surname(token.text)
    near = after is not None and tokens.joined(at + 1)
    pair = near and tokens.unusual(at + 1) and not tokens.is_thing(at + 1)
    if tokens.unusual(at):
        if is_eponym(token.text):
            return (sure and (given or surname)) or (given and pair)
        return sure or given or surname or pair or not token.loud
    if is_eponym(token.text) and not (given or surname):
        return False
    if near and given and is_surname(tokens.word(at + 1)):
        # "by Grant Hearty", "SIGNED BY JUNE WARD"
        return cell_ends(tokens, at + 1) or (not token.loud and tokens.ends(at + 1))
    if token.loud:
        known = sure and (surname or given) and word not in STAFF | ROLES
        return known and (pair or cell_ends(tokens, at) or tokens.word(at + 1) in HUMAN)
    if sure and pair:
        return word not in STAFF | ROLES
    if tokens.word(at - 1) == "by" and surname and cell_ends(tokens, at):
        return word not in STAFF | ROLES
    return tokens.ends(at) and (given or (sure and surname)) and word not in ROLES


def _repeated(search: Search) -> None:
    """The parts of names that were found, wherever else they stand."""
    parts = search.parts()
    for at, token in enumerate(search.tokens.items):
        if search.taken[at] or parts.isdisjoint(pieces(token.text)):
            continue
        if token.form == "lower" and token.text.casefold() not in parts:
            continue
        if not search.tokens.is_thing(at) and _again(search, at):
            search.take(at, at + 1)


def _again(search: Search, at: int) -> bool:
    tokens = search.tokens
    token = tokens.items[at]
    if not is_word(token.text):
        return token.form != "lower" or len(token.text) > 4
    if token.form != "capital" or token.loud:
        return False
    verb = follows(tokens, at)
    acts = verb in HUMAN | ACTS | MODAL or verb.endswith("ed")
    owns = tokens.after_genitive(at) > at + 1
    return acts or owns or not (tokens.opens(at) or token.text.lower() in MONTHS)
