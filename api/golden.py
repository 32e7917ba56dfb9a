"""Golden cases for the release gate: read as phenopackets, ranked on either release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api import phenopackets
from api.evaluate import truth
from api.intake import observe
from domain.case import Case
from domain.errors import EmptyInput, InputError, UnknownConcept
from kg.gate import Answer, Golden, Move, Rank, replay
from reasoning import answer
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker

if TYPE_CHECKING:
    from api.service import Service
    from kg.loading import Plan

#: Where a checkout keeps its golden cases.
FOLDER = Path(__file__).resolve().parents[1] / "benchmarks" / "golden"
SHOWN = 10


def folder(given: Path | None = None) -> Path | None:
    """The folder of golden cases to replay, or None where it holds none."""
    found = given or FOLDER
    return found if any(found.glob("*.json")) else None


def read(folder: Path) -> list[tuple[str, dict[str, object]]]:
    """Phenopackets of a folder, by name. Raises InputError for one that cannot be read."""
    found: list[tuple[str, dict[str, object]]] = []
    for name, packet in phenopackets.read_many(folder):
        if isinstance(packet, InputError):
            raise packet
        found.append((name, packet))
    return found


def replay_plan(service: Service, plan: Plan, folder: Path) -> list[Move]:
    """What a planned release does to the answers of the golden cases in `folder`."""
    from reasoning.compile import compile_arrays

    made = plan.draft
    new = Knowledge(compile_arrays(made.graph, made.assembled.resolver))
    after = service.ranker.on(new, {"release": made.id})
    return _replay(service.ranker, after, plan.obsoleted, folder)


def replay_releases(old: Service, new: Service, folder: Path) -> list[Move]:
    """The same between two releases that are there."""
    gone = frozenset(old.knowledge.resolver.live - new.knowledge.resolver.live)
    return _replay(old.ranker, new.ranker, gone, folder)


def _replay(old: Ranker, new: Ranker, obsoleted: frozenset[str], folder: Path) -> list[Move]:
    packets = dict(read(folder))
    if not packets:
        raise EmptyInput(f"{folder} holds no golden case.")
    golden = []
    for name, packet in packets.items():
        disease = truth(packet)
        if disease is None:
            raise EmptyInput(f"{name} has no diagnosis.", mend="A golden case names its disease.")
        stated = frozenset(f.concept for f in phenopackets.features(packet))
        case = Case(id=name, observations=())
        golden.append(Golden(name=name, case=case, disease=disease, stated=stated))
    return replay(golden, _rank(old, packets), _rank(new, packets), obsoleted)


def _nothing(text: str) -> tuple[tuple[str, str], ...]:  # noqa: ARG001
    """Golden cases are coded: nothing is suggested for an id that a release does not have."""
    return ()


def _rank(ranker: Ranker, packets: dict[str, dict[str, object]]) -> Rank:
    """Each release understands the case's own identifiers in its own way."""

    def rank(golden: Golden) -> Answer:
        packet = packets[golden.name]
        release = ranker.versions.get("release", "")
        coded = phenopackets.features(packet)
        seen, _ = observe(coded, ranker.knowledge, release, _nothing, strict=False)
        case = Case(
            id=golden.name,
            observations=tuple(seen),
            age=phenopackets.age(packet),
            sex=phenopackets.sex(packet),
        )
        ranking = ranker.rank(case)
        first = tuple(
            r.hypothesis.disease for r in answer.first(ranker, ranking, SHOWN, explained=False)
        )
        try:
            place = answer.ranked_disease(ranker, ranking, golden.disease).rank
        except UnknownConcept:
            return Answer(rank=None, first=first)
        return Answer(rank=place if ranking.signs else None, first=first)

    return rank
