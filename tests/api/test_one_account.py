"""Parts that tell of one case: what is said twice, otherwise, at another level, long ago or not at
all, each by what it does to the score of a disease."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from api.common import diagnose
from api.parts import FilmPart, TextPart
from api.service import Service
from domain.case import Case
from domain.differential import Conflict
from domain.evidence import ImageRegion, TextSpan
from domain.figures import Setting
from domain.findings import FindingUse, State, Time
from domain.identifiers import Curie
from reasoning.common.ranker import CommonRanking
from reasoning.studies import BESIDE_REPORT
from tests.api.test_film_findings import label, reading, service_with
from tests.vision.made_model import LABELS, made_model, odds
from vision.card import Shipped

EFFUSION = Curie("HP:0002202")
#: Toy terms of two levels, in place of opacity and consolidation.
BROAD, NARROW = Curie("HP:0001638"), Curie("HP:0001639")
PLEURISY, FAILURE = "MONDO:9999001", "DX:toy-failure"
SEEN, NOT_SEEN = 0.5, 0.02
TOLD, DENIED = "Chest X-ray: pleural effusion.", "Chest X-ray: no pleural effusion."
TODAY, LAST_YEAR = date(2026, 3, 2), date(2025, 2, 1)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return made_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def service(figures_service: Service, shipped: Shipped) -> Service:
    return service_with(figures_service, shipped)


def film(
    shipped: Shipped, day: date | None = None, study: str | None = None, **p: float
) -> FilmPart:
    """A film on which these labels were read with these probabilities."""
    read = reading(shipped.card, *(label(name, value) for name, value in p.items()))
    return FilmPart(reading=read, day=day, study=study)


def of(shipped: Shipped, concept: Curie, p: float) -> FilmPart:
    """A film whose one judged label means `concept`."""
    read = reading(shipped.card, replace(label("Cardiomegaly", p), concept=concept))
    return FilmPart(reading=read)


def text(words: str, name: str = "report", day: date | None = None) -> TextPart:
    return TextPart(name=name, text=words, day=day)


def ranked(service: Service, case: Case) -> CommonRanking:
    return service.common.rank(case, Setting.EMERGENCY)


def score(service: Service, case: Case, disease: str = PLEURISY) -> float:
    found = ranked(service, case)
    return float(found.scores[found.curated.numbers[disease]])


def use_of(service: Service, case: Case, concept: Curie = EFFUSION) -> FindingUse:
    (use,) = (u for u in ranked(service, case).uses if u.finding.concept == concept)
    return use


def conflicts(service: Service, case: Case) -> tuple[Conflict, ...]:
    return ranked(service, case).conflicts


@pytest.mark.parametrize(("words", "p"), [(DENIED, SEEN), (TOLD, NOT_SEEN)])
def test_a_film_that_contradicts_its_report_is_told_with_both_sides(
    service: Service, shipped: Shipped, words: str, p: float
) -> None:
    both = service.case(texts=[text(words)], images=[film(shipped, Effusion=p)])
    (conflict,) = diagnose(service, both, Setting.EMERGENCY, 2).conflicts
    assert conflict.kind == "read otherwise"
    report, image = conflict.sides
    assert {report.state, image.state} == {State.PRESENT, State.ABSENT}
    assert [type(e) for o in report.observations for e in o.evidence] == [TextSpan]
    assert [type(e) for o in image.observations for e in o.evidence] == [ImageRegion]
    alone = score(service, service.case(texts=[text(words)]))
    assert score(service, both) == pytest.approx(alone)
    said = {m.disease.id: m.after for m in report.moves}
    heard = {m.disease.id: m.after for m in image.moves}
    assert said.keys() == heard.keys() == {PLEURISY, FAILURE}
    # Where either side alone is heard, the diseases stand the other way round.
    assert (said[Curie(PLEURISY)], heard[Curie(PLEURISY)]) == ((1, 2) if words == TOLD else (2, 1))


def test_the_same_report_given_twice_counts_once(service: Service) -> None:
    once = service.case(texts=[text(TOLD)])
    twice = service.case(texts=[text(TOLD), text(f"  {TOLD.replace(': ', ':  ')}\n", "copy")])
    assert len(twice.observations) == len(once.observations) == 1
    assert score(service, twice) == score(service, once)
    (note,) = (n for n in twice.notes if n.code == "same-text-twice")
    assert note.subject == "report"
    assert "copy" in note.message


def test_a_second_report_of_the_same_is_a_second_witness_and_no_second_finding(
    service: Service,
) -> None:
    other = text("There is a pleural effusion on the chest film.", "letter")
    case = service.case(texts=[text(TOLD), other])
    finding = use_of(service, case).finding
    assert len(finding.observations) == 2
    assert score(service, case) == score(service, service.case(texts=[text(TOLD)]))


def test_a_film_and_its_report_are_one_source(service: Service, shipped: Shipped) -> None:
    """What else the film shows counts as soft evidence of its own, cut to 0.2 nats."""
    seen = film(shipped, Effusion=SEEN, Cardiomegaly=0.9)
    nothing = service.case(texts=[text("Scoliosis.")])
    alone = service.case(texts=[text("Scoliosis.")], images=[seen])
    report = service.case(texts=[text(TOLD)])
    both = service.case(texts=[text(TOLD)], images=[seen])
    assert abs(score(service, alone, FAILURE) - score(service, nothing, FAILURE)) > 0.4
    for disease in (PLEURISY, FAILURE):
        moved = score(service, both, disease) - score(service, report, disease)
        assert abs(moved) <= BESIDE_REPORT + 1e-9
    heart = use_of(service, both, Curie("HP:0001640")).finding
    assert heart.joint is not None
    assert (heart.joint.cap, heart.joint.group) == (
        0.2,
        "readings of the film, whose report is here",
    )


@pytest.mark.parametrize(
    ("study", "day", "cap"),
    [("1.2.3", None, BESIDE_REPORT), ("9.9", None, None), (None, TODAY, None)],
)
def test_a_named_study_says_whose_report_a_text_is(
    service: Service, shipped: Shipped, study: str | None, day: date | None, cap: float | None
) -> None:
    """The words do not tell of a film: only the named study says so."""
    given = film(shipped, day=day, study="1.2.3", Effusion=SEEN, Cardiomegaly=0.9)
    case = service.case(
        texts=[TextPart(name="r", text="Cardiomegaly.", study=study)], images=[given]
    )
    joint = use_of(service, case).finding.joint
    assert joint is not None
    assert joint.cap == (shipped.card.joint_cap if cap is None else cap)


def test_what_is_heard_over_the_lungs_is_no_report_of_the_film(
    service: Service, shipped: Shipped
) -> None:
    words = "Ataxia. There are crackles over both lung bases and breath sounds on the left chest."
    case = service.case(texts=[text(words)], images=[film(shipped, Effusion=SEEN)])
    assert {o.study for o in case.observations if o.probability is None} == {None}
    joint = use_of(service, case).finding.joint
    assert joint is not None
    assert joint.cap == shipped.card.joint_cap


def test_two_studies_are_not_guessed_to_be_one(service: Service, shipped: Shipped) -> None:
    films = [film(shipped, study=name, Cardiomegaly=0.9) for name in ("1.1", "1.2")]
    case = service.case(texts=[text(TOLD)], images=films)
    assert {o.study for o in case.observations if o.concept == EFFUSION} == {None}


def test_no_broad_finding_on_the_film_and_a_narrow_one_in_the_report_contradict(
    service: Service, shipped: Shipped
) -> None:
    """As "no effusion" and "small left effusion" do."""
    case = service.case(
        texts=[text("Hypertrophic cardiomyopathy.")], images=[of(shipped, BROAD, NOT_SEEN)]
    )
    (conflict,) = conflicts(service, case)
    assert [(s.finding.id, s.state) for s in conflict.sides] == [
        (NARROW, State.PRESENT),
        (BROAD, State.ABSENT),
    ]
    use = use_of(service, case, BROAD)
    assert not use.used
    assert "settled by Hypertrophic cardiomyopathy" in str(use.why_not)


def test_a_broad_finding_on_the_film_and_a_narrow_one_in_the_report_agree(
    service: Service, shipped: Shipped
) -> None:
    """As "opacity" and "lobar consolidation" do."""
    words = text("Hypertrophic cardiomyopathy.")
    case = service.case(texts=[words], images=[of(shipped, BROAD, SEEN)])
    assert not conflicts(service, case)
    assert not use_of(service, case, BROAD).used
    assert use_of(service, case, NARROW).used


def test_a_narrow_finding_on_the_film_and_no_broad_one_in_the_report_contradict(
    service: Service, shipped: Shipped
) -> None:
    case = service.case(texts=[text("No cardiomyopathy.")], images=[of(shipped, NARROW, SEEN)])
    (conflict,) = conflicts(service, case)
    assert {s.finding.id for s in conflict.sides} == {NARROW, BROAD}


def test_no_narrow_finding_on_the_film_and_a_broad_one_in_the_report_agree(
    service: Service, shipped: Shipped
) -> None:
    case = service.case(texts=[text("Cardiomyopathy.")], images=[of(shipped, NARROW, NOT_SEEN)])
    assert not conflicts(service, case)
    assert use_of(service, case, BROAD).used


def test_what_is_older_than_the_illness_is_past_and_moves_no_common_disease(
    service: Service, shipped: Shipped
) -> None:
    plain = service.case(texts=[text("Scoliosis.", day=TODAY)])
    old = service.case(
        texts=[text("Scoliosis.", day=TODAY), text(TOLD, "old", day=LAST_YEAR)],
        images=[film(shipped, day=LAST_YEAR, Effusion=SEEN)],
    )
    use = use_of(service, old)
    assert (use.finding.time, use.finding.earlier) == (Time.PAST, "2025-02-01")
    assert (use.used, use.why_not) == (
        False,
        "of 2025-02-01, before this illness: says nothing of now",
    )
    assert score(service, old) == score(service, plain)
    now = service.case(
        texts=[text("Scoliosis.", day=TODAY)], images=[film(shipped, day=TODAY, Effusion=SEEN)]
    )
    assert score(service, now) - score(service, plain) > 0.3


def test_an_old_film_contradicts_no_report_of_now(service: Service, shipped: Shipped) -> None:
    case = service.case(
        texts=[text(DENIED, day=TODAY)], images=[film(shipped, day=LAST_YEAR, Effusion=SEEN)]
    )
    assert not conflicts(service, case)


def test_not_found_counts_by_its_ratio_and_not_examined_nothing(
    service: Service, shipped: Shipped
) -> None:
    """Absent in words, not found by the reader (ratio 0.18), not judged, not examined."""
    base = score(service, service.case(texts=[text("Scoliosis.")]))

    def moved(words: str = "", *images: FilmPart) -> float:
        given = [text(f"Scoliosis. {words}")]
        return score(service, service.case(texts=given, images=images)) - base

    absent = moved(DENIED)
    not_found = moved("", film(shipped, Effusion=NOT_SEEN))
    assert odds(NOT_SEEN) / odds(0.1) == pytest.approx(0.18, abs=0.01)
    assert absent < not_found < -0.1
    assert moved("", film(shipped, Cardiomegaly=0.1)) == pytest.approx(0, abs=1e-9)
    for words in (
        "Pleural effusion was not looked for.",
        "Pleural effusion: not evaluated.",
        "A pleural effusion could not be assessed.",
        "The chest was not examined for pleural effusion.",
    ):
        assert moved(words) == 0, words


def test_a_label_that_the_reader_may_not_judge_says_nothing(
    service: Service, shipped: Shipped
) -> None:
    bare = reading(shipped.card)
    assert len(bare.findings) == len(LABELS)
    case = service.case(texts=[text(DENIED)], images=[FilmPart(reading=bare)])
    assert not conflicts(service, case)
    alone = ranked(service, service.case(texts=[text(DENIED)]))
    assert np.array_equal(ranked(service, case).scores, alone.scores)
