"""The reader of films: one file in, every label of the model out, or the reason why not.

What a score means comes from the model card alone. Nothing is said of a film that decoding or the
gate refuses. The same file gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from domain.errors import ImageRefused, NotInstalled, SourceError
from ontologies.film_labels import film_labels
from vision.card import LabelCard, Shipped, read_card
from vision.film import Film
from vision.localise import box
from vision.reading import ABSENT, PRESENT, FilmReading, LabelReading, ModelUsed, Refusal
from vision.reduce import reduced

if TYPE_CHECKING:
    import torch

    from vision.gate import Gate
    from vision.inference import Inference, Output

    #: A reading that has no findings yet with its film as the network takes it; None where it was
    #: refused. Films of a batch are kept so: their pixels would take a thousand times the room.
    _Begun = tuple[FilmReading, torch.Tensor | None]

#: The weights that ship, with their card.
WEIGHTS = Path(__file__).parent / "weights"
#: Films of one batch on a GPU.
BATCH = 256
#: Half precision moves a score by less than this (.045 at most over 64 films and 14 labels); a film
#: with a score as close to a border of its label is read again in full.
MARGIN = 0.1
_EXTRA = ("torch", "torchvision", "PIL", "safetensors", "pydicom")


def open_reader(folder: Path | None = None, *, threads: int = 1) -> FilmReader:
    """The reader over a model's folder (`card.json` and weights), or over the one that ships.

    Raises NotInstalled without the extra `vision`, SourceError where the folder holds no usable
    model.
    """
    if folder is None and not (WEIGHTS / "card.json").is_file():
        raise SourceError(
            str(WEIGHTS),
            "holds no model.",
            mend="Name a model's folder by the setting image_model (DIFFERENTIA_IMAGE_MODEL).",
        )
    shipped = read_card(WEIGHTS if folder is None else folder)
    try:
        return FilmReader(shipped, threads=threads)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        raise NotInstalled(f"Reading films needs {error.name}, which", "vision") from None


def decided(score: float, card: LabelCard) -> LabelReading:
    """What a raw score means by the card: probability, decision and likelihood ratio for a label
    that the card supports, the score alone for any other."""
    concept = film_labels().get(card.label)
    bare = LabelReading(
        label=card.label,
        concept=None if concept is None else concept.concept,
        relation=None if concept is None else concept.relation,
        supported=card.supported,
        score=score,
    )
    if not card.supported or card.operating_point is None:
        return bare
    stratum = card.stratum(score)
    return replace(
        bare,
        probability=stratum.probability,
        base_rate=card.base_rate,
        operating_point=card.operating_point,
        decision=PRESENT if score >= card.operating_point else ABSENT,
        likelihood_ratio=stratum.likelihood_ratio,
    )


class FilmReader:
    """Reads films with one model. `threads` are torch's for one film; `batches` says whether
    `read_many` goes in batches of half precision (None: where there is a GPU). Raises SourceError
    for a card that does not fit its network."""

    def __init__(self, shipped: Shipped, *, threads: int = 1, batches: bool | None = None) -> None:
        from vision.inference import Inference

        self.card = shipped.card
        self.cards = _in_order(shipped)
        self.model = ModelUsed(
            name=self.card.name,
            version=self.card.version,
            weights_sha256=self.card.weights_sha256,
        )
        self._inference: Inference = Inference(shipped, threads=threads)
        self._batches = self._inference.device == "cuda" if batches is None else batches
        self._gate: Gate | None = _gate(shipped)

    def read_file(self, path: Path) -> FilmReading:
        """One file. A refused image is a reading that says why, and so is what is no image."""
        from vision.decode import read_image

        try:
            return self.read(read_image(path))
        except ImageRefused as error:
            return self._refused(path.name, error)

    def read_bytes(self, data: bytes, name: str) -> FilmReading:
        """The bytes of one file; as `read_file`."""
        return self.read_and_decode(data, name)[0]

    def read_and_decode(self, data: bytes, name: str) -> tuple[FilmReading, Film | None]:
        """The bytes of one file, with the film that was read; None where it could not be
        decoded."""
        from vision.decode import decode

        try:
            film = decode(data, name)
            return self.read(film), film
        except ImageRefused as error:
            return self._refused(PurePosixPath(name.replace("\\", "/")).name, error), None

    def read(self, film: Film) -> FilmReading:
        """A decoded film: every label in the network's order, or the gate's refusal."""
        begun, prepared = self._begun(film)
        return begun if prepared is None else self._found(begun, self._inference.one(prepared))

    def read_many(self, paths: Iterable[Path]) -> Iterator[FilmReading]:
        """Files in their order, each as `read_file` reads it; on a GPU in batches, decoded side
        by side. There every decision, probability and refusal is that of `read_file`, and a score
        is within `MARGIN` of it."""
        if not self._batches:
            yield from (self.read_file(path) for path in paths)
            return
        remaining = iter(paths)
        with ThreadPoolExecutor() as pool:
            while batch := list(islice(remaining, BATCH)):
                yield from self._batch(list(pool.map(self._begun_file, batch)))

    def _begun(self, film: Film) -> _Begun:
        from vision.inference import limited

        begun = FilmReading(
            file=film.name,
            refused=None,
            findings=(),
            model=self.model,
            size=film.size,
            view=film.view,
            remarks=film.remarks,
        )
        small = reduced(film.pixels)
        if self._gate is not None:
            try:
                with limited(self._inference.threads):
                    self._gate.check(film, small)
            except ImageRefused as error:
                return replace(begun, refused=_refusal(error)), None
        return begun, self._inference.prepare(small)

    def _begun_file(self, path: Path) -> _Begun:
        from vision.decode import read_image

        try:
            return self._begun(read_image(path))
        except ImageRefused as error:
            return self._refused(path.name, error), None

    def _batch(self, some: Sequence[_Begun]) -> Iterator[FilmReading]:
        outputs = iter(self._inference.many([x for _, x in some if x is not None]))
        for begun, prepared in some:
            if prepared is None:
                yield begun
                continue
            output = next(outputs)
            if self._close(output):
                output = self._inference.one(prepared)
            yield self._found(begun, output)

    def _close(self, output: Output) -> bool:
        """Whether half precision may have moved a score across a border of its label."""
        scores = output.scores.tolist()
        return not all(map(isfinite, scores)) or any(
            abs(score - border) < MARGIN
            for score, card in zip(scores, self.cards, strict=True)
            if card.supported
            for border in (card.operating_point, *(s.high for s in card.strata))
            if border is not None
        )

    def _found(self, begun: FilmReading, output: Output) -> FilmReading:
        """The reading with its findings, and their places where something was seen and the card
        lets its place be shown."""
        scores = output.scores.tolist()
        findings = [decided(s, card) for s, card in zip(scores, self.cards, strict=True)]
        if begun.size is not None:
            seen = [
                n
                for n, (found, card) in enumerate(zip(findings, self.cards, strict=True))
                if card.region and found.decision == PRESENT
            ]
            for n, heat in zip(seen, self._inference.heatmaps(output, seen), strict=True):
                findings[n] = replace(findings[n], heatmap=heat, box=box(heat, begun.size))
        return replace(begun, findings=tuple(findings))

    def _refused(self, name: str, error: ImageRefused) -> FilmReading:
        return FilmReading(file=name, refused=_refusal(error), findings=(), model=self.model)


def _refusal(error: ImageRefused) -> Refusal:
    return Refusal(reason=error.reason, detail=error.detail, mend=error.mend)


def _in_order(shipped: Shipped) -> tuple[LabelCard, ...]:
    """The labels' cards in the order of the network's outputs."""
    card = shipped.card
    cards = {c.label: c for c in card.labels}
    where = str(shipped.folder / "card.json")
    if sorted(cards) != sorted(card.architecture.labels):
        raise SourceError(where, "its labels are not those of its architecture.")
    for one in card.labels:
        if one.supported and (not one.strata or one.operating_point is None):
            raise SourceError(where, f"{one.label} is supported without strata or operating point.")
    return tuple(cards[label] for label in card.architecture.labels)


def _gate(shipped: Shipped) -> Gate | None:
    if not shipped.card.gate:
        return None
    from vision.gate import Gate

    return Gate.of(shipped.card, shipped.folder)
