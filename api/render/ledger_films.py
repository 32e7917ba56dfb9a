"""Films of the ledger: the picture, the boxes that may be shown, and what was called on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

from api.render.film_png import FILM_SIDE, data_uri, film_png, fitted
from api.render.film_words import label_words, listed
from api.render.witnesses import Anchors, FindingRow, Told, told
from domain.evidence import Box, ImageRegion
from domain.findings import Note, State

if TYPE_CHECKING:
    from vision.film import Film

#: What a box is, wherever one is drawn.
ABOUT_BOXES = (
    "A box is experimental: it shows what moved the network, which need not be where the finding "
    "is."
)
#: Where what was called absent is some evidence for it all the same.
ABOUT_ABSENT = (
    "Present and absent are what the model's operating point decides. What counts is the "
    "likelihood ratio: above 1 it speaks for the finding, whatever was decided."
)
#: Radius of a box's number, as a share of the film's longer side.
_BADGE = 0.022


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """What was made of one label. `number` is that of its box on the film, None without one;
    `badge` is where that number stands (x, y)."""

    anchor: str
    region: ImageRegion
    says: tuple[Told, ...]
    number: int | None
    badge: tuple[float, float]

    @property
    def name(self) -> str:
        """The label in words."""
        return label_words(self.region.label) or "the whole film"

    @property
    def present(self) -> bool:
        """Whether the model calls it present."""
        return any(t.state is State.PRESENT for t in self.says)

    @property
    def decision(self) -> str:
        """What the model decided."""
        return ", ".join(dict.fromkeys(t.state.value for t in self.says))

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The findings that it tells of."""
        return tuple({t.row.key: t.row for t in self.says}.values())

    @property
    def box(self) -> Box:
        """Its box; only where `number` is not None."""
        assert self.region.box is not None
        return self.region.box


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmEntry:
    """A film: `picture` is its address, "" where its pixels were not kept or could not be read."""

    number: int
    name: str
    picture: str
    size: tuple[int, int]
    shown: tuple[int, int]
    regions: tuple[RegionRow, ...]
    notes: tuple[Note, ...]

    @property
    def radius(self) -> float:
        """Of the circle around a box's number, in pixels of the film."""
        return round(max(self.size) * _BADGE, 1)

    @property
    def boxes(self) -> tuple[RegionRow, ...]:
        """What has a place that may be shown."""
        return tuple(r for r in self.regions if r.number is not None)

    @property
    def leaning(self) -> bool:
        """Whether something was called absent by a score that speaks for it."""
        return any(not r.present and _ratio(r.region) > 1 for r in self.regions)

    @property
    def refused(self) -> bool:
        """Whether nothing was read on it."""
        return any(n.code == "image-refused" for n in self.notes)

    @property
    def earlier(self) -> str | None:
        """The day of a film from before this illness."""
        seen = (
            o.earlier
            for r in self.regions
            for row in r.rows
            for o in row.use.finding.observations
            if r.region in o.evidence
        )
        return next((day for day in seen if day is not None), None)

    @property
    def alt(self) -> str:
        """The film in words, for those who do not see it."""
        seen = [r.name for r in self.regions if r.present]
        unseen = [r.name for r in self.regions if not r.present]
        said = [f"Chest film {self.name}, {self.size[0]} by {self.size[1]} pixels"]
        if seen:
            said.append(f"the model calls present: {listed(seen)}")
        if unseen:
            said.append(f"it calls absent: {listed(unseen)}")
        if not self.regions:
            said.append("no finding of it is in the case")
        return ". ".join(one[0].upper() + one[1:] for one in said) + "."


def film_entries(
    anchors: Anchors,
    rows: Sequence[FindingRow],
    notes: Iterable[Note],
    pictures: Mapping[str, Film],
) -> tuple[FilmEntry, ...]:
    """The films of a case by name, with pictures of those whose pixels are there.

    The more films, the smaller each: one answer holds at most about as many pixels as one film of
    the largest size.
    """
    noted: dict[str, list[Note]] = {}
    for note in notes:
        if note.code in _OF_FILMS:
            noted.setdefault(note.subject, []).append(note)
    names = sorted({*(r.image for r in anchors.regions), *noted, *pictures})
    longest = FILM_SIDE // max(1, ceil(sqrt(len(names))))
    made = []
    for number, name in enumerate(names):
        film = pictures.get(name)
        size = (1, 1) if film is None else film.size
        made.append(
            FilmEntry(
                number=number,
                name=name,
                picture="" if film is None else data_uri(film_png(film, longest=longest)),
                size=size,
                shown=fitted(size, longest),
                regions=_regions(anchors, rows, name, size),
                notes=tuple(noted.get(name, ())),
            )
        )
    return tuple(made)


_OF_FILMS = frozenset({"image-refused", "film-read", "nothing-seen-on-film"})


def _regions(
    anchors: Anchors, rows: Sequence[FindingRow], name: str, size: tuple[int, int]
) -> tuple[RegionRow, ...]:
    """The labels of one film, those called present first, the strongest first."""
    own = [
        (f"region-{n}", r, told(rows, (r,)))
        for n, r in enumerate(anchors.regions)
        if r.image == name
    ]
    own.sort(key=lambda one: (not any(t.state is State.PRESENT for t in one[2]), -_ratio(one[1])))
    made: list[RegionRow] = []
    taken: list[tuple[float, float]] = []
    for anchor, region, says in own:
        number, badge = None, (0.0, 0.0)
        if region.box is not None:
            badge = _badge(region.box, taken, size)
            taken.append(badge)
            number = len(taken)
        made.append(RegionRow(anchor=anchor, region=region, says=says, number=number, badge=badge))
    return tuple(made)


def _badge(
    box: Box, taken: Sequence[tuple[float, float]], size: tuple[int, int]
) -> tuple[float, float]:
    """A corner of the box where its number covers no other number, if there is one."""
    x, y, width, height = box
    r = max(size) * _BADGE
    edges = [(min(max(a, r), size[0] - r), min(max(b, r), size[1] - r)) for a, b in (
        (x, y), (x + width, y), (x + width, y + height), (x, y + height),
        (x + width / 2, y), (x + width / 2, y + height),
    )]  # fmt: skip
    free = (at for at in edges if all(abs(at[0] - a) + abs(at[1] - b) > 2 * r for a, b in taken))
    found = next(free, edges[0])
    return round(found[0], 1), round(found[1], 1)


def _ratio(region: ImageRegion) -> float:
    return 0.0 if region.likelihood_ratio is None else region.likelihood_ratio.value
