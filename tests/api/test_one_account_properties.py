"""Whatever parts a case has: their order never matters, one given twice never matters, and without
one its evidence is gone and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.intake import CodedFinding
from api.labs import Lab
from api.parts import FilmPart, TextPart
from api.service import Service
from domain.case import Case
from domain.evidence import ImageRegion, TextSpan
from domain.figures import Setting
from domain.findings import Observation
from tests.api.test_film_findings import label, reading, service_with
from tests.vision.made_model import made_model
from vision.card import ModelCard, Shipped

DAY, LAST_YEAR = date(2026, 3, 2), date(2025, 2, 1)
WORDS = (
    "Chest X-ray: pleural effusion.",
    "Chest X-ray: no pleural effusion. Cardiomegaly.",
    "Scoliosis and ataxia. No seizures.",
    "Seizures since childhood; the mother has ataxia.",
    "No cardiomyopathy.",
    "Hypertrophic cardiomyopathy.",
)
days = st.sampled_from([None, DAY, LAST_YEAR])
studies = st.sampled_from([None, None, "1.2.3"])


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a case is made of; codes are one part, whose order is the clinician's."""

    texts: tuple[TextPart, ...]
    films: tuple[FilmPart, ...]
    labs: tuple[Lab, ...]
    findings: tuple[CodedFinding, ...]

    @property
    def any(self) -> bool:
        return bool(self.texts or self.films or self.labs or self.findings)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return made_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def service(figures_service: Service, shipped: Shipped) -> Service:
    return service_with(figures_service, shipped)


def film(card: ModelCard, number: int, effusion: float, heart: float, **fields: Any) -> FilmPart:
    labels = label("Effusion", effusion), label("Cardiomegaly", heart)
    return FilmPart(reading=reading(card, *labels, file=f"{number}.png"), **fields)


probabilities = st.sampled_from([0.02, 0.1, 0.5])
read_films = st.lists(st.tuples(probabilities, probabilities, days, studies), max_size=2)
texts = st.lists(
    st.tuples(st.sampled_from(WORDS), days, studies), max_size=3, unique_by=lambda t: t[0]
)
labs = st.lists(
    st.sampled_from([
        Lab(code="CRP", value="187", unit="mg/L"),
        Lab(code="sodium", value="128", unit="mmol/L", time="2026-03-01"),
        Lab(code="sodium", value="140", unit="mmol/L", time="2025-01-01"),
    ]),
    max_size=2, unique=True,
)  # fmt: skip
codes = st.lists(
    st.builds(
        CodedFinding,
        concept=st.sampled_from(["HP:0001640", "HP:0002202", "HP:0001250", "HP:0007359"]),
        state=st.sampled_from(["present", "absent"]),
    ),
    max_size=2, unique=True,
)  # fmt: skip


def parts(card: ModelCard, drawn: tuple[Any, ...]) -> Parts:
    said, seen, values, coded = drawn
    return Parts(
        texts=tuple(
            TextPart(name=f"t{i}", text=words, day=day, study=study)
            for i, (words, day, study) in enumerate(said)
        ),
        films=tuple(
            film(card, i, e, h, day=day, study=study) for i, (e, h, day, study) in enumerate(seen)
        ),
        labs=tuple(values),
        findings=tuple(coded),
    )


drawings = st.tuples(texts, read_films, labs, codes)


def case(service: Service, some: Parts) -> Case:
    return service.case(
        texts=some.texts,
        images=some.films,
        labs=some.labs,
        findings=some.findings,
        age="P50Y",
        sex="FEMALE",
        day=DAY,
    )


def same_answer(service: Service, one: Case, other: Case) -> None:
    """Scores of both scopes, which findings count and what contradicts what."""
    assert service.rank(one).scores == pytest.approx(service.rank(other).scores, abs=1e-9)
    a, b = (service.common.rank(c, Setting.EMERGENCY) for c in (one, other))
    assert a.scores == pytest.approx(b.scores, abs=1e-9)
    used = [
        sorted((str(u.finding.concept), str(u.finding.time), str(u.finding.state), u.used)
               for u in ranking.uses)
        for ranking in (a, b)
    ]  # fmt: skip
    assert used[0] == used[1]
    told = [
        sorted((c.kind, sorted(f.id for f in c.findings)) for c in ranking.conflicts)
        for ranking in (a, b)
    ]
    assert told[0] == told[1]


@settings(max_examples=25)
@given(drawn=drawings, data=st.data())
def test_the_order_of_the_parts_never_matters(
    service: Service, shipped: Shipped, drawn: tuple[Any, ...], data: st.DataObject
) -> None:
    some = parts(shipped.card, drawn)
    if not some.any:
        return
    mixed = replace(
        some,
        texts=tuple(data.draw(st.permutations(some.texts))),
        films=tuple(data.draw(st.permutations(some.films))),
        labs=tuple(data.draw(st.permutations(some.labs))),
        findings=tuple(data.draw(st.permutations(some.findings))),
    )
    same_answer(service, case(service, some), case(service, mixed))


@settings(max_examples=25)
@given(drawn=drawings, data=st.data())
def test_a_part_given_twice_never_matters(
    service: Service, shipped: Shipped, drawn: tuple[Any, ...], data: st.DataObject
) -> None:
    some = parts(shipped.card, drawn)
    kinds = [k for k in ("texts", "films", "labs", "findings") if getattr(some, k)]
    if not kinds:
        return
    kind = data.draw(st.sampled_from(kinds))
    given_parts: Sequence[Any] = getattr(some, kind)
    again = data.draw(st.sampled_from(given_parts))
    if kind == "texts" and data.draw(st.booleans()):
        again = replace(again, name="copy")
    twice = replace(some, **{kind: (*given_parts, again)})
    same_answer(service, case(service, some), case(service, twice))


def of_part(o: Observation, part: TextPart | FilmPart) -> bool:
    """Whether an observation was read in a part."""
    if isinstance(part, TextPart):
        return any(isinstance(e, TextSpan) and e.document == part.name for e in o.evidence)
    return any(isinstance(e, ImageRegion) and e.image == part.reading.file for e in o.evidence)


@settings(max_examples=25)
@given(drawn=drawings, data=st.data())
def test_without_a_part_exactly_its_evidence_is_gone(
    service: Service, shipped: Shipped, drawn: tuple[Any, ...], data: st.DataObject
) -> None:
    """Of what is left only the study may change: a film that is gone has no report."""
    some = parts(shipped.card, drawn)
    kinds = [k for k in ("texts", "films") if getattr(some, k)]
    if not kinds:
        return
    kind = data.draw(st.sampled_from(kinds))
    gone = data.draw(st.sampled_from(getattr(some, kind)))
    fewer = replace(some, **{kind: tuple(p for p in getattr(some, kind) if p is not gone)})
    if not fewer.any:
        return
    whole, left = case(service, some), case(service, fewer)
    kept = [o for o in whole.observations if not of_part(o, gone)]
    assert [replace(o, study=None) for o in kept] == [
        replace(o, study=None) for o in left.observations
    ]
    if not any(o.study for o in (*kept, *left.observations)):
        without = replace(whole, observations=tuple(kept))
        assert np.allclose(service.rank(without).scores, service.rank(left).scores)
