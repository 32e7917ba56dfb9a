"""Everything that was chosen, not printed, in one place. Chosen on the development vignettes and
simulated patients (docs/accuracy.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """`assumed_rate`: the most that P(finding | none of the candidates) is taken for where
    nobody printed how often patients without a disease have it, and `elsewhere` how much more
    often than in the average disease of the HPO annotations; `suspected` the most where it was
    printed, of patients suspected of a disease that they turned out not to have; what is
    assumed is at most `rarer` times what the disease shows that shows the finding most;
    `circumstance` what is assumed of a history, an exposure or a character that nobody printed
    of others. `outside`: what patients with none of the candidates weigh in the background, as
    a multiple of all candidates. `pull`: patients' worth by which a share is drawn to the
    background. `present`, `absent`: how much a present and an absent finding count, of 1.
    `unprinted`: what a present finding costs a disease of which nobody printed it, nats.
    `broader`: a present finding that is known only by a broader term counts (terms below the
    one / terms below the other) to this power. `most`, `least`: bounds of one contribution,
    nats. `age`, `sex`: how much those count. `ratio_patients`: what a share that follows from a
    likelihood ratio alone is worth. `complaint`: how much the printed shares of a complaint's
    causes count. `exposed`: share of all patients with a risk factor."""

    assumed_rate: float = 0.08
    elsewhere: float = 3.0
    suspected: float = 0.15
    rarer: float = 0.3
    circumstance: float = 0.08
    outside: float = 0.2
    pull: float = 1.0
    present: float = 0.9
    broader: float = 0.7
    absent: float = 0.2
    unprinted: float = 0.0
    most: float = 1.5
    least: float = -0.2
    age: float = 0.3
    sex: float = 0.7
    ratio_patients: float = 12.0
    complaint: float = 0.2
    exposed: float = 0.1
