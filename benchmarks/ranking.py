"""Time one case of ten findings against all diseases: our index, and hpo3's similarity."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from api.intake import CodedFinding
from api.service import Service
from domain.case import Case

#: Ten findings of the demo case (PMID:31632679), as in its phenopacket.
FINDINGS = (
    "HP:0002070",  # Limb ataxia
    "HP:0002066",  # Gait ataxia
    "HP:0001252",  # Hypotonia
    "HP:0001260",  # Dysarthria
    "HP:0031936",  # Delayed ability to walk
    "HP:0001256",  # Intellectual disability, mild
    "HP:0001263",  # Global developmental delay
    "HP:0001272",  # Cerebellar atrophy
    "HP:0000666",  # Horizontal nystagmus
    "HP:0000750",  # Delayed speech and language development
)
WORKER = Path(__file__).with_name("hpo3_worker.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingTimes:
    """Median seconds a case: `ours` and `hpo3` order all diseases; `explained` is our whole
    answer, with the reasons of the ten first."""

    ours: float
    explained: float
    ours_diseases: int
    hpo3: float
    hpo3_diseases: int
    hpo3_version: str


def time_ranking(service: Service, hpo3_python: Path, repeats: int) -> RankingTimes:
    """Warm both, then take turns `repeats` times, so that both meet the same busy machine.

    Raises RuntimeError where the hpo3 environment does not answer.
    """
    case = service.case(findings=tuple(CodedFinding(concept=term) for term in FINDINGS))
    command = [str(hpo3_python), str(WORKER), *FINDINGS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    ) as worker:
        ask, answer = worker.stdin, worker.stdout
        if ask is None or answer is None:
            raise RuntimeError("no pipe to the hpo3 worker")

        def ask_hpo3() -> float:
            print(file=ask, flush=True)
            return float(answer.readline())

        def ask_us(answer_case: Callable[[Case], object]) -> float:
            start = time.perf_counter()
            answer_case(case)
            return time.perf_counter() - start

        def turn() -> tuple[float, float, float]:
            return ask_us(lambda c: service.rank(c).order), ask_us(service.diagnose), ask_hpo3()

        ready = answer.readline().split()
        if ready[:1] != ["ready"]:
            raise RuntimeError(f"{hpo3_python} could not load hpo3; see the message above")
        diseases = service.diagnose(case).scope.ranked
        turn()
        times = [turn() for _ in range(repeats)]
        ask.close()
    return RankingTimes(
        ours=median(ours for ours, _, _ in times),
        explained=median(explained for _, explained, _ in times),
        ours_diseases=diseases,
        hpo3=median(theirs for _, _, theirs in times),
        hpo3_diseases=int(ready[1]),
        hpo3_version=ready[2],
    )
