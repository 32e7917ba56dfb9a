"""What `train text` makes: learned names and the trained ranker, in a folder with its settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from spacy.language import Language
from thinc.api import Config

from domain.errors import SourceError
from nlp import learned, ranker
from nlp.learned import LearnedName
from nlp.ranker import Ranker
from ontologies.lexicon import Lexicon

DEFAULT_CONFIG = Path(__file__).with_name("models") / "default.cfg"
_CONFIG, _NAMES, _COMPONENT = "config.cfg", "names.tsv", "component"

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSettings:
    """The section `names`: in how many documents and of how many words a name is learned, and
    whether names and concepts of the release are remembered too."""

    least_documents: int
    least_words: int
    remember_everything: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """The section `training`. `held_out` is a share of the documents; with `refit` the component
    is trained again on all of them, for as many epochs as were best."""

    seed: int
    epochs: int
    patience: int
    held_out: float
    refit: bool
    batch_documents: int
    learn_rate: float
    l2: float
    dropout: float


class TextConfig:
    """A configuration of `train text`; `source` is the whole as thinc reads it."""

    def __init__(self, source: Config, name: str) -> None:
        self.source = source
        try:
            self.names = _section(NameSettings, source, "names")
            self.training = _section(TrainingSettings, source, "training")
            self.component: dict[str, Any] = dict(source["component"])
        except (KeyError, TypeError) as error:
            raise SourceError(name, f"is no configuration of a text component: {error}.") from None

    @classmethod
    def read(cls, path: Path = DEFAULT_CONFIG) -> TextConfig:
        """Read a file in thinc's format. Raises SourceError."""
        try:
            return cls(Config().from_disk(path), str(path))
        except OSError as error:
            raise SourceError(str(path), f"cannot be read ({error.strerror}).") from None
        except ValueError as error:
            raise SourceError(str(path), f"is no configuration ({error}).") from None


def _section(kind: type[S], source: Config, name: str) -> S:
    given = dict(source[name])
    wrong = given.keys() ^ {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if wrong:
        raise KeyError(f"{name}.{min(wrong)}")
    return kind(**given)


class TextModel:
    """A trained component, apart from any pipeline. `names` are what it knows beside a release."""

    def __init__(self, config: TextConfig, names: tuple[LearnedName, ...], component: Ranker):
        self.config = config
        self.names = names
        self._component = component

    def lexicon(self, lexicon: Lexicon) -> Lexicon:
        """A lexicon with the learned names."""
        return lexicon.plus(name.entry() for name in self.names)

    def attach(self, nlp: Language) -> Ranker:
        """Add the component to the end of a pipeline, with weights of its own."""
        added = add_ranker(nlp, self.config)
        added.cfg = dict(self._component.cfg)
        added.model.from_bytes(self._component.model.to_bytes())
        added.memory = self._component.memory
        return added

    def in_release(self, live: Callable[[str], bool], lexicon: Lexicon) -> TextModel:
        """The same with only those names whose concept is live and which the release lacks."""
        kept = tuple(n for n in self.names if live(n.concept) and not learned.owned(lexicon, n.key))
        return TextModel(self.config, kept, self._component)

    def to_disk(self, folder: Path) -> None:
        """Write settings, names, and the component by spaCy's own way."""
        folder.mkdir(parents=True, exist_ok=True)
        self.config.source.to_disk(folder / _CONFIG)
        learned.write(self.names, folder / _NAMES)
        self._component.to_disk(folder / _COMPONENT)

    @classmethod
    def from_disk(cls, folder: Path) -> TextModel:
        """Read what `to_disk` wrote. Raises SourceError."""
        import spacy

        config = TextConfig.read(folder / _CONFIG)
        component = add_ranker(spacy.blank("en"), config)
        component.from_disk(folder / _COMPONENT)
        return cls(config, tuple(learned.read(folder / _NAMES)), component)


def add_ranker(nlp: Language, config: TextConfig) -> Ranker:
    """Add an untrained component to a pipeline. Raises SourceError for settings it cannot have."""
    from thinc.config import ConfigValidationError

    try:
        added = nlp.add_pipe(ranker.NAME, config=config.component)
    except (ConfigValidationError, ValueError) as error:
        raise SourceError("component", f"cannot be made: {error}.") from None
    assert isinstance(added, Ranker)
    return added
