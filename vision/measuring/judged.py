"""What a model said of films, to be measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from vision.measuring.bootstrap import Floats
from vision.measuring.scores import Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What was said of n films and each label, (n, labels): `called` at the operating point, the
    `stated` probability, NaN where the model says nothing. `baselines` are scores of others."""

    called: Floats
    stated: Floats
    baselines: Mapping[str, Floats]

    def where(self, chosen: Bools) -> Judged:
        """Of some of the films."""
        return Judged(
            called=self.called[chosen],
            stated=self.stated[chosen],
            baselines={name: b[chosen] for name, b in self.baselines.items()},
        )

    def silent(self, columns: Iterable[int]) -> Judged:
        """The same without a call on some labels; probabilities stay, to be judged."""
        called = self.called.copy()
        called[:, list(columns)] = np.nan
        return replace(self, called=called)
