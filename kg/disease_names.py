"""Names of diseases made comparable: which words name it, which number its type, how it is
inherited.

OMIM writes "Spastic paraplegia 48, autosomal recessive" where Orphanet writes "Autosomal recessive
spastic paraplegia type 48"; both give the same words, the number 48 and the inheritance AR.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ontologies.wordforms import folded_word, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name taken apart: words without order and inflection, numbers of a type ("2", "4b"),
    and inheritance ("AR", "AD", "XL")."""

    words: frozenset[str]
    numbers: frozenset[str]
    inheritance: frozenset[str]

    @property
    def trigrams(self) -> frozenset[str]:
        """Runs of three letters over the sorted words."""
        text = f"  {' '.join(sorted(self.words))} "
        return frozenset(text[i : i + 3] for i in range(len(text) - 2))


#: Phrases of the two name lists that mean the same, in normal form.
_SAME = tuple(
    (f" {phrase} ", f" {other} ".replace("  ", " "))
    for phrase, other in (
        ("intellectual developmental disorder", "intellectual disability"),
        ("mental retardation", "intellectual disability"),
        ("psychomotor retardation", "developmental delay"),
        ("deafness", "hearing loss"),
        ("hearing impairment", "hearing loss"),
        ("distinctive facial feature", "facial dysmorphism"),
        ("characteristic facies", "facial dysmorphism"),
        ("dysmorphic facies", "facial dysmorphism"),
        ("congenital disorder of glycosylation", "cdg"),
        ("epileptic encephalopathy early infantile", "early infantile epileptic encephalopathy"),
        ("chromosome", ""),
        ("microdeletion", "deletion"),
        ("monosomy", "deletion"),
        ("microduplication", "duplication"),
        ("trisomy", "duplication"),
        ("defect", "deficiency"),
        ("monochromacy", "monochromatism"),
    )
)
#: Words that tell no disease from another.
_EMPTY = frozenset(
    {
        "disease", "syndrome", "disorder", "type", "form", "variant", "without", "or", "due",
        "related", "associated", "autosomal", "linked",
    }
)  # fmt: skip
_INHERITANCE = {"recessive": "AR", "dominant": "AD"}
#: What a number of a type stands after.
_BEFORE_NUMBER = frozenset({"type", "disease", "syndrome", "disorder"})
_NUMBER = re.compile(r"\d{1,3}[a-z]{0,2}\d*")
_NUMERALS = (
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x",
    "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix",
)  # fmt: skip
_ROMAN = {numeral: str(value) for value, numeral in enumerate(_NUMERALS, start=1)}
_ROMAN_WITH_LETTER = re.compile(r"(i{1,3}|iv|vi{0,3})([a-h])")
#: A band of a chromosome, as in 3q13.31: one word, whose point must not part it.
_BAND = re.compile(r"\b(\d{1,2}|x|y)([pq])(\d+)\.(\d+)", re.IGNORECASE)
#: HPOA's names lose the space in "autosomal recessive" here and there.
_GLUED = re.compile(r"autosomal(?=dominant|recessive)", re.IGNORECASE)


def read_name(label: str) -> Name:
    """Take a name apart.

    >>> name = read_name("Glycogen storage disease Ib")
    >>> sorted(name.words), sorted(name.numbers)
    (['glycogen', 'storage'], ['1b'])
    >>> read_name("Spastic paraplegia 16, X-linked") == read_name(
    ...     "X-linked spastic paraplegia type 16"
    ... )
    True
    """
    text = _GLUED.sub("autosomal ", _BAND.sub(r"\1\2\3band\4", label).replace("/", " "))
    found = list(tokens(text))
    kept: list[str] = []
    numbers: set[str] = set()
    inheritance: set[str] = set()
    for i, (word, _, end) in enumerate(found):
        before = found[i - 1][0] if i else ""
        if word in _INHERITANCE:
            inheritance.add(_INHERITANCE[word])
        elif word == "x" and i + 1 < len(found) and found[i + 1][0] == "linked":
            inheritance.add("XL")
        else:
            counts = before in _BEFORE_NUMBER or (i > 0 and _closes(text[end:]))
            word = _arabic(word, counts)
            lettered = len(word) == 1 and before == "type"
            if counts and (lettered or _NUMBER.fullmatch(word)):
                numbers.add(word)
            else:
                kept.append(word)
    spoken = f" {' '.join(kept)} "
    for phrase, other in _SAME:
        spoken = spoken.replace(phrase, other)
    folded = {folded_word(word) for word in spoken.split()}
    return Name(
        words=frozenset(word for word in folded if word and word not in _EMPTY),
        numbers=frozenset(numbers),
        # "X-linked dominant" is no autosomal inheritance.
        inheritance=frozenset({"XL"} if "XL" in inheritance else inheritance),
    )


def _closes(rest: str) -> bool:
    """Whether a name, or a part of it, ends before `rest`: a number there counts a type."""
    rest = rest.lstrip()
    return not rest or rest[0] in ",(;" or rest.startswith("with")


def _arabic(word: str, counts: bool) -> str:
    """A Roman numeral as figures; a lone letter, or one with a letter, only where it counts."""
    if word in _ROMAN and (counts or len(word) > 1):
        return _ROMAN[word]
    lettered = _ROMAN_WITH_LETTER.fullmatch(word) if counts else None
    return f"{_ROMAN[lettered[1]]}{lettered[2]}" if lettered else word
