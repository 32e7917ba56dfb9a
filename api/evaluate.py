"""Rank phenopackets whose diagnosis is known. The only place where the diagnosis is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import numpy as np

from api import phenopackets
from api.render.as_pheval import disease_results
from api.service import Service
from api.spread import Workers
from domain.case import Case
from domain.errors import EmptyInput, InputError
from domain.identifiers import Curie
from reasoning import perturb
from reasoning.evaluation import WITH_UNCOVERED, Outcome, Result, Setting, judge, rank_of
from reasoning.knowledge import Knowledge
from reasoning.measures import Change, change, hits
from reasoning.ranking import Ranker


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A case with its true disease."""

    case: Case
    disease: Curie


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The cases to judge by, and how many were set aside: beyond the cap (of covered diseases,
    and of others), and unusable. `not_covered` are all whose disease is not in the release,
    `uncovered` those of them that are kept."""

    covered: tuple[Known, ...]
    uncovered: tuple[Known, ...]
    not_covered: int
    beyond_cap: int
    unusable: int

    def of(self, setting: Setting) -> tuple[Known, ...]:
        """The cases to rank in a setting."""
        return self.covered + (self.uncovered if setting in WITH_UNCOVERED else ())


def truth(packet: Mapping[str, Any]) -> Curie | None:
    """The diagnosis: `interpretations[].diagnosis.disease.id`, else a disease not excluded."""
    for interpretation in packet.get("interpretations") or ():
        if identifier := interpretation.get("diagnosis", {}).get("disease", {}).get("id"):
            return Curie.parse(identifier)
    for disease in packet.get("diseases") or ():
        if not disease.get("excluded") and (identifier := disease.get("term", {}).get("id")):
            return Curie.parse(identifier)
    return None


def read_cohort(service: Service, path: Path, *, per_disease: int) -> Cohort:
    """Cases with a known disease, the first `per_disease` of each by sorted case id (0: all).

    Covered ones are those whose disease has a present phenotype assertion in the release.
    Raises EmptyInput where there is none.
    """
    kept: dict[bool, list[Known]] = {True: [], False: []}
    not_covered = beyond = unusable = 0
    of_disease: dict[str, int] = {}
    pairs = sorted(phenopackets.read_many(path), key=lambda pair: pair[0])
    for identifier, packet in pairs:
        if isinstance(packet, InputError) or (disease := truth(packet)) is None:
            unusable += 1
            continue
        covered = service.ranker.covers(disease)
        not_covered += not covered
        of_disease[disease] = of_disease.get(disease, 0) + 1
        if per_disease and of_disease[disease] > per_disease:
            beyond += covered
            continue
        try:
            case = service.case(phenopacket=packet, case_id=identifier)
        except InputError:
            unusable += 1
            continue
        kept[covered].append(Known(case=case, disease=disease))
    if not kept[True]:
        raise EmptyInput(
            f"{path} has no case whose disease is in release {service.release}.",
            mend="Each case needs a diagnosis (interpretations or diseases) with an OMIM id.",
        )
    return Cohort(
        covered=tuple(kept[True]),
        uncovered=tuple(kept[False]),
        not_covered=not_covered,
        beyond_cap=beyond,
        unusable=unusable,
    )


class Chooser(Protocol):
    """Which ranker answers for a case: one by its scoring method, or one that was fitted without
    the case's fold. It is pickled; each process calls it with a service of its own, so that
    rankers are best made there, once. A simulated patient bears its disease's id."""

    def __call__(self, service: Service, known: Known, /) -> Ranker:
        """The ranker for this case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByName:
    """The ranker of one scoring method for every case."""

    scorer: str

    def __call__(self, service: Service, known: Known, /) -> Ranker:  # noqa: ARG002
        """That of the service."""
        return service.ranker_with(self.scorer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbed:
    """What a perturbation did to the ranking of one scoring method."""

    kind: str
    scorer: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that was measured, and on what. `scorers` are the parameters of each by name;
    `families` is the vocabulary that groups diseases, "" where none does."""

    versions: Mapping[str, str]
    cohort: Cohort
    per_disease: int
    seed: int
    scorers: Mapping[str, str]
    families: str
    results: tuple[Result, ...] = ()
    perturbed: tuple[Perturbed, ...] = ()


Done = Callable[[int], None]


def outcomes(
    workers: Workers, cohort: Cohort, setting: Setting, chooser: Chooser, done: Done
) -> list[Outcome]:
    """What became of each case in one setting."""
    return workers.map(_Judge(setting=setting, chooser=chooser), cohort.of(setting), done)


def disturbed(
    workers: Workers, cohort: Cohort, kind: str, chooser: Chooser, *, seed: int, done: Done
) -> Change:
    """Covered cases as they are, and with `kind` ("noise", mean of five seeds, or "imprecise")
    done to them; nothing removed."""
    task = _Disturb(kind=kind, chooser=chooser, seed=seed)
    ranks = workers.map(task, cohort.covered, done)
    before = hits([plain for plain, _ in ranks])
    tries = [hits([after[i] for _, after in ranks]) for i in range(len(ranks[0][1]))]
    diseases = [known.disease for known in cohort.covered]
    return change(before, np.mean(tries, axis=0), diseases, seed=seed)


def simulated(
    workers: Workers, knowledge: Knowledge, chooser: Chooser, *, seed: int, done: Done
) -> Change:
    """Simulated patients with their present findings alone, and with their absent ones too."""
    diseases = perturb.simulated_diseases(knowledge, seed=seed)
    if not diseases:
        raise EmptyInput("No disease of this release has the counts that a simulation needs.")
    ranks = workers.map(_Simulate(chooser=chooser, seed=seed), diseases, done)
    return change(
        hits([without for without, _ in ranks]),
        hits([with_ for _, with_ in ranks]),
        [knowledge.diseases.id(d) for d in diseases],
        seed=seed,
    )


def write_pheval(
    workers: Workers, cohort: Cohort, chooser: Chooser, folder: Path, *, done: Done
) -> None:
    """One file a case in PhEval's disease result schema, with nothing removed."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = cohort.of(Setting.EVERYTHING)
    workers.map(_WritePheval(folder=folder, chooser=chooser), cases, done)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    setting: Setting
    chooser: Chooser

    def __call__(self, service: Service, known: Known) -> Outcome:
        return judge(self.chooser(service, known), known.case, known.disease, self.setting)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Disturb:
    kind: str
    chooser: Chooser
    seed: int

    def __call__(self, service: Service, known: Known) -> tuple[int | None, list[int | None]]:
        """The rank of the true disease as it is, and in each disturbed case."""
        ranker, case = self.chooser(service, known), known.case
        number = ranker.knowledge.disease(known.disease)
        assert number is not None
        if self.kind == "imprecise":
            cases = [perturb.imprecise(case, ranker.knowledge)]
        else:
            cases = [
                perturb.noise(case, ranker.knowledge, known.disease, seed=self.seed + i)
                for i in range(perturb.NOISE_SEEDS)
            ]
        ranks = [rank_of(ranker.rank(c), number) for c in (case, *cases)]
        return ranks[0], ranks[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Simulate:
    chooser: Chooser
    seed: int

    def __call__(self, service: Service, disease: int) -> tuple[int | None, int | None]:
        """The rank of the true disease by the present findings, and by the absent ones too."""
        knowledge, seed = service.knowledge, self.seed
        patient = perturb.patient(knowledge, disease, seed=seed)
        case = perturb.with_present(knowledge, patient, seed=seed)
        ranker = self.chooser(service, Known(case=case, disease=knowledge.diseases.id(disease)))
        ranking = ranker.rank(case)
        both = ranker.rank(perturb.with_absent(knowledge, patient, case, ranking, seed=seed))
        return rank_of(ranking, disease), rank_of(both, disease)


@dataclass(frozen=True, slots=True, kw_only=True)
class _WritePheval:
    folder: Path
    chooser: Chooser

    def __call__(self, service: Service, known: Known) -> None:
        """PhEval finds the phenopacket by the file's name."""
        ranker = self.chooser(service, known)
        text = disease_results(ranker.knowledge, ranker.rank(known.case))
        name = quote(known.case.id, safe=" ") + ".tsv"
        (self.folder / name).write_text(text, "utf-8")
