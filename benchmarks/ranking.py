"""Time one case of ten findings against all diseases: our index, and hpo3's similarity."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from api.intake import CodedFinding
from api.service import Service

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
    """Median seconds a case; `ours` includes the reasons of the ten first diagnoses."""

    ours: float
    ours_diseases: int
    hpo3: float
    hpo3_diseases: int
    hpo3_version: str

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.hpo3 / self.ours


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

        def ask_us() -> float:
            start = time.perf_counter()
            service.diagnose(case, top=10)
            return time.perf_counter() - start

        ready = answer.readline().split()
        if ready[:1] != ["ready"]:
            raise RuntimeError(f"{hpo3_python} could not load hpo3; see the message above")
        ranked = service.diagnose(case, top=10).scope.ranked
        ask_us(), ask_hpo3()
        times = [(ask_us(), ask_hpo3()) for _ in range(repeats)]
        ask.close()
    return RankingTimes(
        ours=median(ours for ours, _ in times),
        ours_diseases=ranked,
        hpo3=median(theirs for _, theirs in times),
        hpo3_diseases=int(ready[1]),
        hpo3_version=ready[2],
    )
