"""Findings beside each other: those of one origin first, then with all the others.

All labels of a patient's films come from one model that looks at one chest. Their numbers are
summed and the sum is cut to what was measured of them together; then the whole of them stands as
one witness among the other findings. Each keeps its part of that number, in proportion to what
it counts alone. Both steps never fall where a number rises, so that the whole score keeps its
monotony, and no origin ever moves a disease by more than its cap.

They do not count towards the share of a disease's own picture that was found (`as_whole`): that
share takes a finding as found, and would add to an image what its cap is there to withhold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.differential import JointEffect
from kg.arrays import Array
from reasoning.scorer import Scorer, Sign


def together(method: Scorer, signs: Sequence[Sign], alone: Array) -> Array:
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


def as_whole(signs: Sequence[Sign]) -> tuple[Sign, ...]:
    """The signs that tell of a disease's picture as a whole."""
    return tuple(sign for sign in signs if sign.joint is None)


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
