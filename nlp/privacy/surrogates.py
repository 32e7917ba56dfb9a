"""Keyed surrogates: the same name of the same patient has the same tag, and nobody can go back."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta

from nlp.privacy.result import Category

#: Days by which a patient's dates move back.
LEAST_SHIFT, MOST_SHIFT = 30, 1095
#: No vowels, so that no code is a word or a common abbreviation; no digits, so that no code can
#: repeat a piece of a number that it stands for.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_CODE_LENGTH = 5
_TAGGED = "|".join(c.value for c in Category if c not in (Category.DATE, Category.AGE))
#: A tag; what that of a date holds must be a date (`dates.py`).
TAG = re.compile(
    rf"\[(?:(?:{_TAGGED})-[{_LETTERS}]{{{_CODE_LENGTH}}}|AGE 90\+"
    r"|DATE(?: (?P<date>[^\]\n]{4,40}))?)\]"
)


class Surrogates:
    """Codes and the date shift of one patient.

    Both come from HMAC-SHA-256 under a key of the patient's own, derived from `key`: without the
    key neither can be recomputed, and two patients of one name share no code.
    """

    def __init__(self, key: bytes, patient: str | None, text: str) -> None:
        # Without a patient each text is its own: one constant for all would be undone by one date.
        scope = ("document", text) if patient is None else ("patient", patient)
        message = "\0".join(scope).encode("utf-8", "surrogatepass")
        self._key = hmac.new(key, message, hashlib.sha256).digest()

    @property
    def shift(self) -> timedelta:
        """What is added to every date: a negative number of days."""
        number = int.from_bytes(self._digest("shift")[:8])
        return timedelta(days=-(LEAST_SHIFT + number % (MOST_SHIFT - LEAST_SHIFT + 1)))

    def tag(self, category: Category, value: str) -> str:
        """The tag of a value in its comparable form, such as `[NAME-KQTBR]`."""
        number = int.from_bytes(self._digest(f"{category.value}\0{value}")[:8])
        letters = []
        for _ in range(_CODE_LENGTH):
            number, rest = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[rest])
        return f"[{category.value}-{''.join(letters)}]"

    def _digest(self, what: str) -> bytes:
        return hmac.new(self._key, what.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
