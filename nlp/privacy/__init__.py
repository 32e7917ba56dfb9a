"""De-identification: what could name a person is replaced by typed tags, offsets map both ways."""

from nlp.privacy.deidentifier import Deidentifier
from nlp.privacy.result import Category, Deidentified, Replacement

__all__ = ["Category", "Deidentified", "Deidentifier", "Replacement"]
