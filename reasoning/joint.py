"""Findings beside each other: those of one origin first, then with all the others.

All labels of a patient's films come from one model that looks at one chest. Their numbers are
summed and the sum is cut to what was measured of them together; then the whole of them stands as
one witness among the other findings. Each keeps its part of that number, in proportion to what
it counts alone. Both steps never fall where a number rises, so that the whole score keeps its
monotony, and no origin ever moves a disease by more than its cap.

What a method says of a disease as a whole counts findings as found, and would give soft evidence
more than its likelihood ratio. So all soft evidence together, there and in its own numbers, adds at
most what its origins say by themselves, each cut to its cap:

    whole = rest + min(full - rest, said - counted)

with the term for the whole disease by plain statements alone (`rest`) and by everything (`full`),
and `counted` what soft evidence adds to the sum of the findings. The score is then the lesser of
two that never fall where a number rises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum
from typing import Protocol

import numpy as np

from domain.differential import Contribution, JointEffect
from kg.arrays import Array
from reasoning.scorer import Scorer, Sign
from reasoning.view import View


class Together(Protocol):
    """What a method makes of findings beside each other."""

    def together(self, alone: Array) -> Array:
        """What findings count beside each other, of the same shape as `alone`: (signs, ...)."""


def together(method: Together, signs: Sequence[Sign], alone: Array) -> Array:
    """What the signs of one case count beside each other, of the same shape as `alone`:
    (signs, ...), in nats."""
    groups = _groups(signs)
    if not groups:
        return method.together(alone)
    single = [i for i, sign in enumerate(signs) if sign.joint is None]
    sums = [alone[members].sum(axis=0) for members, _ in groups]
    whole = [np.clip(s, -cap, cap) for s, (_, cap) in zip(sums, groups, strict=True)]
    counted = method.together(np.concatenate([alone[single], np.stack(whole)]))
    found = np.zeros_like(alone)
    found[single] = counted[: len(single)]
    for (members, _), total, value in zip(groups, sums, counted[len(single) :], strict=True):
        part = np.divide(value, total, out=np.zeros_like(total), where=total != 0)
        found[members] = alone[members] * part
    return found


def joint_effects(signs: Sequence[Sign], alone: Array) -> tuple[JointEffect | None, ...]:
    """For each sign, what all of its origin do to one disease: `alone` is of shape (signs,)."""
    found: list[JointEffect | None] = [None] * len(signs)
    for members, cap in _groups(signs):
        joint = signs[members[0]].joint
        assert joint is not None
        effect = JointEffect(group=joint.group, cap=cap, uncut=float(alone[members].sum()))
        for i in members:
            found[i] = effect
    return tuple(found)


def plain(signs: Sequence[Sign]) -> tuple[Sign, ...]:
    """The signs that were stated plainly."""
    return tuple(sign for sign in signs if sign.certain)


def whole(
    method: Scorer, signs: Sequence[Sign], alone: Array, rest: Array | float, full: Array | float
) -> Array:
    """What the term for the whole disease counts beside the signs, in nats; `alone` is of shape
    (signs, ...), the others of the shape of one sign's."""
    stated = [i for i, sign in enumerate(signs) if sign.certain]
    if len(stated) == len(signs):
        return np.asarray(full)
    counted = together(method, signs, alone).sum(axis=0)
    if stated:
        counted = counted - together(method, plain(signs), alone[stated]).sum(axis=0)
    single = [i for i, s in enumerate(signs) if s.joint is None and not s.certain]
    said = np.maximum(alone[single], 0.0).sum(axis=0)
    for members, cap in _groups(signs):
        said = said + np.clip(alone[members].sum(axis=0), 0.0, cap)
    return np.asarray(rest + np.minimum(full - rest, np.maximum(said - counted, 0.0)))


def whole_reasons(
    method: Scorer, view: View, signs: Sequence[Sign], alone: Array, disease: int
) -> tuple[Contribution, ...]:
    """The same for one disease, as contributions without a finding: `alone` is of shape
    (signs,)."""
    found = method.profile_reasons(view, signs, disease)
    stated = plain(signs)
    if not found or len(stated) == len(signs):
        return found
    full = fsum(c.log_likelihood_ratio for c in found)
    rest = fsum(c.log_likelihood_ratio for c in method.profile_reasons(view, stated, disease))
    less = full - float(whole(method, signs, alone, rest, full))
    if less <= 0:
        return found
    first = found[0]
    held = replace(
        first,
        log_likelihood_ratio=first.log_likelihood_ratio - less,
        text=f"{first.text}; uncertain evidence counts no more in all than it says by itself, so "
        f"that {less:.2f} of this is not counted",
    )
    return (held, *found[1:])


def _groups(signs: Sequence[Sign]) -> list[tuple[list[int], float]]:
    """Places of the signs of each origin, with the least cap that one of them names."""
    places: dict[str, list[int]] = {}
    caps: dict[str, float] = {}
    for i, sign in enumerate(signs):
        if sign.joint is not None:
            group, cap = sign.joint.group, sign.joint.cap
            places.setdefault(group, []).append(i)
            caps[group] = min(cap, caps.get(group, cap))
    return [(members, caps[group]) for group, members in places.items()]
