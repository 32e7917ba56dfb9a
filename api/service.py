"""The one composition root: settings in, a working service out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import common, parameters
from api.case_of import case_of
from api.compiled import LEXICON, compile_release
from api.films import film_reader
from api.intake import CodedFinding, observe, read_text
from api.labs import Lab
from api.parts import FilmPart, TextPart
from api.search import ConceptHit, find_concepts
from api.settings import Settings
from api.stores import open_releases
from domain.errors import (
    InvalidField,
    ReleaseCorrupt,
    ReleaseNotFound,
    StoreError,
    UnknownConcept,
)
from domain.findings import Note, Observation
from domain.identifiers import Curie
from kg.arrays import check_seal, open_arrays
from ontologies.how_obtained import how_obtained
from reasoning import answer, circumstance, scorer
from reasoning.comparison import comparison
from reasoning.counterfactuals import counterfactuals
from reasoning.disputes import weighed
from reasoning.knowledge import Knowledge
from reasoning.prior import UNIFORM, Prior
from reasoning.ranking import LeaveOut, Ranker, Ranking

if TYPE_CHECKING:
    from api.reading import ReaderOver
    from domain.assertions import Concept, Sex
    from domain.case import Case
    from domain.differential import Differential, Ranked
    from kg.build import Progress
    from kg.cases import Cases
    from kg.loading import Loader
    from kg.releases import Releases
    from kg.store import GraphStore
    from nlp.reader import TextReader
    from ontologies.lexicon import Lexicon
    from reasoning.both.ranking import BothRanker
    from reasoning.calibration import Calibration
    from reasoning.common.ranker import CommonRanker
    from reasoning.scorer import Scorer
    from vision.reader import FilmReader

VERSION = "0.1.0"
#: How often a database is asked which release is active, and one that is down; a folder is
#: asked each time.
ASK_EVERY_S, ASK_DOWN_EVERY_S = 1.0, 15.0


class Service:
    """Everything the command line, HTTP and pages do. Parts are opened when first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._current: tuple[float, Service] | None = None
        self._rankers: dict[str, Ranker] = {}

    def current(self) -> Service:
        """This service on the release that is active now, for one request from start to end.

        A switch made elsewhere gives another object with nothing loaded yet; the one given
        before stays whole, so that no answer mixes two releases, in threads neither. A service
        on a named release is its own. Raises ReleaseNotFound where no release is active.
        """
        if self.settings.release != "active":
            return self
        known, now = self._current, time.monotonic()
        if known is not None and now < known[0]:
            return known[1]
        wait = 0.0 if self.settings.store.startswith("file") else ASK_EVERY_S
        try:
            active = self._active_id()
        except StoreError:
            if known is None:
                raise
            # What was compiled needs no database: it answers on, and says which release it is.
            active, wait = known[1].settings.release, ASK_DOWN_EVERY_S
        if known is None or known[1].settings.release != active:
            service = self.on(active)
            service.releases = self.releases
        else:
            service = known[1]
        self._current = time.monotonic() + wait, service
        return service

    @cached_property
    def releases(self) -> Releases:
        """Where releases live, by the setting `store`."""
        return open_releases(self.settings, compile_release)

    @cached_property
    def release(self) -> str:
        """Id of the release that answers. Raises ReleaseError."""
        return str(self.releases.manifest(self._named)["id"])

    @cached_property
    def _named(self) -> str:
        """The release by id or path, as the settings name it; `active` is looked up once."""
        if self.settings.release != "active":
            return self.settings.release
        return self._active_id()

    def _active_id(self) -> str:
        active = self.releases.active_id()
        if active is None:
            raise ReleaseNotFound(
                f"No release is active in {self.releases.where}.", mend="Run `differentia build`."
            )
        return active

    @cached_property
    def versions(self) -> dict[str, str]:
        """Versions of the sources of the release, by name."""
        return {s["name"]: s["version"] for s in self.releases.manifest(self._named)["sources"]}

    @cached_property
    def knowledge(self) -> Knowledge:
        """The compiled index. Raises ReleaseError."""
        try:
            return Knowledge(open_arrays(self._compiled / "index"))
        except KeyError as error:
            raise ReleaseCorrupt(
                f"Release {self.release} was compiled by another version: it lacks {error}.",
                mend="Delete it and run `differentia build` again.",
            ) from None

    @cached_property
    def _compiled(self) -> Path:
        """The folder of index and lexicon; one for the life of the service, so that they agree."""
        return self.releases.compiled(self._named)

    @property
    def _modified(self) -> bool:
        """Whether the graph was changed in the database after it was loaded."""
        _ = self._compiled
        return self.releases.modified(self._named)

    @cached_property
    def ranker(self) -> Ranker:
        """Ranks cases. Raises ReleaseError, or InvalidField for an unknown scorer."""
        return self.ranker_with(self.settings.scorer)

    @cached_property
    def common(self) -> CommonRanker:
        """Ranks cases among common diseases. Raises InvalidField where the release has none."""
        return common.ranker(self)

    @cached_property
    def both(self) -> BothRanker:
        """Ranks cases among rare and common diseases. Raises InvalidField as `common` does."""
        return common.both(self)

    def ranker_with(self, name: str) -> Ranker:
        """Ranks cases by the scoring method of that name; made once. Raises as `ranker` does."""
        if name not in self._rankers:
            self._rankers[name] = self._ranker(name)
        return self._rankers[name]

    def _ranker(self, name: str) -> Ranker:
        """The method with its parameters: those of the setting if they are its own, else those
        that ship."""
        own = self._parameters
        found = own if own is not None and own.scorer == name else parameters.shipped(name)
        method = scorer.load(name, found.parameters)
        return self.ranker_fitted(method, found.calibration, version=found.version)

    @cached_property
    def _parameters(self) -> parameters.Parameters | None:
        if self.settings.parameters == "shipped":
            return None
        found = parameters.read(Path(self.settings.parameters).expanduser())
        if found.scorer != self.settings.scorer:
            raise InvalidField(
                parameters.SETTING,
                f"the file is for the scoring method {found.scorer!r}.",
                mend=f"The setting `scorer` is {self.settings.scorer!r}.",
            )
        return found

    def ranker_fitted(
        self, method: Scorer, calibration: Calibration, *, version: str = ""
    ) -> Ranker:
        """Ranks cases by a method with parameters of its own."""
        stated = ", ".join(f"{k} {v:g}" for k, v in method.settings().items())
        versions = {
            "release": self.release,
            **self.versions,
            **({"modified": "yes"} if self._modified else {}),
            "differentia": VERSION,
            "scorer": f"{method.name} ({stated})" if stated else method.name,
            **({"parameters": version} if version else {}),
        }
        # A method that is there to compare with sees findings only, as its model does.
        beside = () if method.comparison else circumstance.every()
        if beside:
            versions["circumstances"] = circumstance.described(beside)
        return Ranker(
            self.knowledge,
            method,
            versions,
            circumstances=beside,
            calibration=calibration,
            ways=how_obtained(),
        )

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names of the release's concepts."""
        from ontologies.lexicon import Lexicon

        return Lexicon.load(check_seal(self._compiled / LEXICON))

    @cached_property
    def reader(self) -> TextReader:
        """Reads text; the first use imports spaCy."""
        from api.reading import open_model

        model = open_model(self.settings.text_model)
        if model is not None:
            live = self.knowledge.terms.number
            model = model.in_release(lambda c: live(c) is not None, self.lexicon)
        return self.reader_over(self.lexicon, model)

    @cached_property
    def reader_over(self) -> ReaderOver:
        """Makes readers of this release over a lexicon, with a trained component or without."""
        from api.reading import reader_over

        return reader_over(self.settings, self._compiled)

    @property
    def film_reader(self) -> FilmReader:
        """Reads films; the first use in a process imports torch. Raises NotInstalled or
        SourceError."""
        return film_reader(self.settings.image_model)

    @cached_property
    def store(self) -> GraphStore:
        """The graph, to look up and browse."""
        return self.releases.store(self._named)

    def case(
        self,
        *,
        texts: Sequence[TextPart] = (),
        findings: Sequence[CodedFinding] = (),
        phenopacket: Mapping[str, Any] | None = None,
        images: Sequence[FilmPart] = (),
        labs: Sequence[Lab] = (),
        known: Sequence[str] = (),
        age: str | None = None,
        sex: str | None = None,
        day: date | None = None,
        notes: Sequence[Note] = (),
        case_id: str = "case",
    ) -> Case:
        """One case of any mixture of texts, codes, measured values, a phenopacket, films as
        `film_reader` read them (one that it refused is a note), and conditions that the patient
        is known to have, by id or name.

        `age` and `sex` stand above those of the phenopacket, and are never taken from images;
        `day` is that of this illness, by default that of the latest part. `notes` say what could
        not be read. Raises InputError.
        """
        return case_of(
            self,
            texts=texts,
            findings=findings,
            phenopacket=phenopacket,
            images=images,
            labs=labs,
            known=known,
            age=age,
            sex=sex,
            day=day,
            notes=notes,
            case_id=case_id,
        )

    def read(
        self, text: str, document: str, *, age: float | None = None, sex: Sex | None = None
    ) -> tuple[Sequence[Observation], list[Note]]:
        """What one document says: findings in words, then what its measured values mean for a
        patient of this age (years) and sex. Raises InputError for empty or huge text."""
        return read_text(self.reader, self.knowledge, text, document, age=age, sex=sex)

    def observe(
        self, findings: Sequence[CodedFinding], *, strict: bool
    ) -> tuple[list[Observation], list[Note]]:
        """Coded findings checked against the release; an unknown id is refused if `strict`, else
        noted. Raises InputError."""
        if not findings:
            return [], []
        return observe(findings, self.knowledge, self.release, self._nearest, strict=strict)

    def _nearest(self, text: str) -> list[tuple[str, str]]:
        """Labels like `text`; for an id that looks like HPO's, the ids closest in number."""
        if not text.upper().startswith("HP:"):
            return [(hit.id, hit.label) for hit in self.search(text, limit=3)]
        return self.knowledge.terms.near(text, 3)

    def rank(
        self, case: Case, leave_out: LeaveOut | None = None, *, prior: Prior = UNIFORM
    ) -> Ranking:
        """All diseases of a case in order."""
        return self.ranker.rank(case, leave_out, prior=prior)

    def diagnose(
        self,
        case: Case,
        *,
        top: int = 10,
        codes: str | None = None,
        prior: Prior = UNIFORM,
        what_if: bool = False,
        compare: Sequence[str] = (),
    ) -> Differential:
        """The explained differential of a case; `codes` names a vocabulary to translate to,
        `prior` says how often each disease is met. With `what_if`, each finding is supposed
        otherwise; `compare` names two diseases to put side by side. Raises UnknownConcept."""
        ranking = self.ranker.rank(case, codes=codes, prior=prior)
        found = self._answer(ranking, top, prior)
        if what_if:
            found = replace(found, counterfactuals=counterfactuals(self.ranker, ranking))
        if compare:
            one, other = (self._ranked(ranking, disease, "compare") for disease in compare)
            found = replace(found, comparison=comparison(self.ranker, ranking, one, other))
        return found

    def explain(
        self, case: Case, disease: str, *, prior: Prior = UNIFORM
    ) -> tuple[Differential, Ranked]:
        """The differential, and one disease wherever it stands. Raises UnknownConcept, or
        InvalidField for one that is not ranked."""
        ranking = self.rank(case, prior=prior)
        one = self._ranked(ranking, disease, "disease")
        return self._answer(ranking, self.settings.top, prior), one

    def _answer(self, ranking: Ranking, top: int, prior: Prior) -> Differential:
        found = answer.differential(self.ranker, ranking, top)
        again = weighed(found.conflicts, ranking, lambda c: self.rank(c, prior=prior))
        return replace(found, conflicts=again)

    def _ranked(self, ranking: Ranking, disease: str, field: str) -> Ranked:
        """One disease wherever it stands. Raises UnknownConcept, or InvalidField for one that
        the release knows and does not rank, or that the patient is known to have."""
        try:
            return answer.ranked_disease(self.ranker, ranking, Curie.parse(disease), field)
        except UnknownConcept as error:
            if self.store.concept(Curie.parse(disease)) is not None:
                raise InvalidField(
                    field,
                    f"{disease} was not ranked.",
                    mend=f"Release {self.release} records no finding of its patients.",
                ) from None
            hits = tuple(self.knowledge.diseases.near(disease, 3))
            raise UnknownConcept(error.concept, self.release, hits) from None

    def search(self, text: str, *, limit: int = 10) -> list[ConceptHit]:
        """Concepts by name, best first; an id finds itself."""
        return find_concepts(text, self.knowledge, self.lexicon, limit)

    def concept(self, concept: str) -> Concept:
        """One node of the graph, obsolete ones included. Raises UnknownConcept."""
        found = self.store.concept(Curie.parse(concept))
        if found is None:
            raise UnknownConcept(concept, self.release, tuple(self._nearest(concept)))
        return found

    def ready(self) -> dict[str, str]:
        """Versions in use. Raises ReleaseError where no release can answer."""
        return dict(self.ranker.versions)

    @cached_property
    def cases(self) -> Cases:
        """Where cases are kept, if they are."""
        from api.case_store import ActiveRelease

        return self.releases.cases(ActiveRelease(Service(replace(self.settings, release="active"))))

    @cached_property
    def loader(self) -> Loader:
        """Plans and makes releases, and switches between them."""
        from kg.keep import Keep
        from kg.loading import Loader

        return Loader(self.releases, Keep(self.settings.home / "sources"))

    def build(
        self,
        sources: Mapping[str, Sequence[Path]],
        *,
        decisions: Path | None = None,
        force: bool = False,
        progress: Progress | None = None,
    ) -> tuple[str, bool]:
        """Load the default sources, or other files for them: (release id, whether new)."""
        from kg.build import find_inputs, silent

        return self.loader.load(
            find_inputs(sources), decisions=decisions, force=force, progress=progress or silent
        )

    def releases_named(self, spec: str) -> str:
        """The id of a release named by id, path or `active`. Raises ReleaseNotFound."""
        return self.on(spec).release

    def on(self, release: str) -> Service:
        """The same service, answering from another release."""
        return Service(replace(self.settings, release=release))
