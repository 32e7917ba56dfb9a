"""Films in a case: what counts, what is only noted, and how an answer opens down to the film."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

from api.film_findings import film_findings
from api.intake import CodedFinding
from api.parts import FilmPart
from api.service import Service
from domain.assertions import Sex
from domain.errors import EmptyInput, InvalidField
from domain.evidence import ImageRegion
from domain.findings import Note, Observation, State
from domain.identifiers import Curie
from ontologies.film_labels import film_labels
from tests.vision.films import chest_like, png_bytes
from tests.vision.made_model import BASE_RATE, LABELS, figure, made_model, odds
from vision.card import ModelCard, Shipped
from vision.reading import ABSENT, PRESENT, FilmReading, LabelReading, ModelUsed, Refusal

EFFUSION, CARDIOMEGALY = "HP:0002202", "HP:0001640"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return made_model(tmp_path_factory.mktemp("model"), scores={"Effusion": 2.0, "Edema": -2.0})


@pytest.fixture(scope="module")
def card(shipped: Shipped) -> ModelCard:
    return shipped.card


@pytest.fixture
def model(shipped: Shipped, monkeypatch: pytest.MonkeyPatch) -> None:
    """The made model is the one that reads films."""
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(shipped.folder))


def label(name: str, p: float | None = None, decision: str | None = None) -> LabelReading:
    """What was read for a label; one without a probability is not supported."""
    known = film_labels()[name]
    bare = LabelReading(
        label=name,
        concept=known.concept,
        relation=known.relation,
        supported=p is not None,
        score=1.5,
    )
    if p is None:
        return bare
    return replace(
        bare,
        probability=p,
        base_rate=BASE_RATE,
        operating_point=1.0,
        decision=decision or (PRESENT if p > 0.3 else ABSENT),
        likelihood_ratio=figure(odds(p) / odds(BASE_RATE)),
    )


def reading(card: ModelCard, *labels: LabelReading, **fields: Any) -> FilmReading:
    used = ModelUsed(name=card.name, version=card.version, weights_sha256=card.weights_sha256)
    said = {f.label: f for f in labels}
    made: dict[str, Any] = {
        "file": "film.png",
        "refused": None,
        "findings": tuple(said.get(n, label(n)) for n in LABELS),
        "model": used,
        "size": (128, 128),
    }
    return FilmReading(**made | fields)


def read(
    service: Service, card: ModelCard, *readings: FilmReading, age: float | None = 40.0
) -> tuple[list[Observation], dict[str, Note]]:
    found, notes, _ = film_findings(
        [FilmPart(reading=r) for r in readings], card, service.knowledge, age=age, sex=Sex.FEMALE
    )
    return found, {n.code: n for n in notes}


def test_judged_labels_are_soft_evidence_either_way(toy_service: Service, card: ModelCard) -> None:
    film = reading(card, label("Effusion", 0.5), label("Cardiomegaly", 0.02))
    heart, effusion = read(toy_service, card, film)[0]
    assert (effusion.concept, effusion.state) == (Curie(EFFUSION), State.PRESENT)
    assert (heart.concept, heart.state) == (Curie(CARDIOMEGALY), State.ABSENT)
    assert (effusion.probability, effusion.base_rate) == (0.5, BASE_RATE)
    assert effusion.joint is not None
    assert effusion.joint == heart.joint
    assert effusion.joint.cap == card.joint_cap
    assert effusion.momentary
    (region,) = effusion.evidence
    assert isinstance(region, ImageRegion)
    assert (region.image, region.label, region.operating_point) == ("film.png", "Effusion", 1.0)
    assert region.weights == card.weights_sha256
    assert region.likelihood_ratio is not None
    assert region.likelihood_ratio.value == pytest.approx(9.0)


def test_what_cannot_be_judged_makes_no_finding_and_is_named(
    toy_service: Service, card: ModelCard
) -> None:
    found, notes = read(toy_service, card, reading(card, label("Effusion", 0.5)))
    assert [o.label for o in found] == ["Effusion"]
    message = notes["film-read"].message
    for name in ("nodule", "mass", "fracture", "hernia", "pneumothorax"):
        assert name in message.partition("Not judged")[2]
    assert "nothing-seen-on-film" not in notes


def test_nothing_seen_is_not_a_normal_report(toy_service: Service, card: ModelCard) -> None:
    film = reading(card, label("Effusion", 0.02), label("Cardiomegaly", 0.02))
    note = read(toy_service, card, film)[1]["nothing-seen-on-film"]
    assert note.level == "warning"
    assert "None of the 2 findings" in note.message
    assert "not a normal report" in note.message
    assert "nodule" in note.message


def test_a_refused_film_stops_nothing_else(toy_service: Service, card: ModelCard) -> None:
    refused = reading(
        card, file="side.dcm", findings=(),
        refused=Refusal(reason="lateral-view", detail="A side view.", mend="Send a frontal one."),
    )  # fmt: skip
    found, notes = read(toy_service, card, refused, reading(card, label("Effusion", 0.5)))
    assert [o.label for o in found] == ["Effusion"]
    note = notes["image-refused"]
    assert (note.level, note.subject) == ("error", "side.dcm")
    assert "lateral-view" in note.message
    assert "A side view." in note.message
    assert "Send a frontal one." in note.message


@pytest.mark.parametrize(("p", "counts"), [(0.5, True), (0.02, False)])
def test_of_a_related_concept_only_presence_counts(
    toy_service: Service, card: ModelCard, p: float, counts: bool
) -> None:
    related = replace(label("Effusion", p), relation="related")
    found, notes = read(toy_service, card, reading(card, related))
    assert bool(found) is counts
    assert ("film-label-not-counted" in notes) is not counts


def test_a_concept_that_the_release_lacks_is_told(toy_service: Service, card: ModelCard) -> None:
    found, notes = read(toy_service, card, reading(card, label("Pneumothorax", 0.5)))
    assert not found
    assert "pneumothorax" in notes["film-label-not-counted"].message


def test_age_and_sex_are_never_taken_from_a_film(toy_service: Service, card: ModelCard) -> None:
    film = reading(card, label("Effusion", 0.5))
    assert "patient-not-from-film" not in read(toy_service, card, film)[1]
    note = read(toy_service, card, film, age=None)[1]["patient-not-from-film"]
    assert note.message.endswith("the patient's age.")


def test_readings_of_other_weights_are_refused(toy_service: Service, card: ModelCard) -> None:
    other = ModelUsed(name="made", version="1", weights_sha256="0" * 64)
    with pytest.raises(InvalidField, match="other weights"):
        read(toy_service, card, reading(card, label("Effusion", 0.5), model=other))


def service_with(toy_service: Service, shipped: Shipped) -> Service:
    return Service(replace(toy_service.settings, image_model=str(shipped.folder)))


def test_films_move_the_ranking_within_their_cap(toy_service: Service, shipped: Shipped) -> None:
    """However many there are: three films are three witnesses of two findings."""
    service = service_with(toy_service, shipped)
    coded = [CodedFinding(concept="HP:0002650")]
    labels = [label(name, 0.99) for name in ("Effusion", "Cardiomegaly")]
    films = [reading(shipped.card, *labels, file=f"{i}.png") for i in range(3)]
    parts = [FilmPart(reading=film) for film in films]
    without = service.rank(service.case(findings=coded))
    with_films = service.rank(service.case(findings=coded, images=parts))
    moved = np.abs(with_films.scores - without.scores)
    assert len(with_films.signs) == 3
    assert 0.05 < moved.max() <= shipped.card.joint_cap


def test_the_answer_names_the_model_that_read_its_films(
    toy_service: Service, shipped: Shipped
) -> None:
    service = service_with(toy_service, shipped)
    film = reading(shipped.card, label("Effusion", 0.5))
    answer = service.diagnose(service.case(images=[FilmPart(reading=film)]))
    weights = shipped.card.weights_sha256[:12]
    assert answer.versions["image_model"] == f"made 1 (weights {weights})"
    plain = service.diagnose(service.case(findings=[CodedFinding(concept=EFFUSION)]))
    assert "image_model" not in plain.versions


def test_a_report_stands_above_its_film(toy_service: Service, shipped: Shipped) -> None:
    service = service_with(toy_service, shipped)
    film = reading(shipped.card, label("Effusion", 0.5))
    case = service.case(
        findings=[CodedFinding(concept=EFFUSION, state="absent")], images=[FilmPart(reading=film)]
    )
    answer = service.diagnose(case)
    (use,) = answer.findings
    assert (use.finding.state, use.finding.probability) == (State.ABSENT, None)
    (conflict,) = answer.conflicts
    assert "film.png was read as present" in conflict.message


def test_nothing_at_all_is_still_refused(toy_service: Service) -> None:
    with pytest.raises(EmptyInput, match="nothing to reason about"):
        toy_service.case()


@pytest.fixture
def film_file(tmp_path: Path) -> Path:
    path = tmp_path / "chest.png"
    path.write_bytes(png_bytes(chest_like(160)))
    return path


@pytest.mark.usefixtures("model")
def test_diagnose_opens_each_number_down_to_the_film(
    run: Callable[..., Result], film_file: Path, card: ModelCard
) -> None:
    shown = run("diagnose", "--image", str(film_file), "--finding", "HP:0002650")
    assert shown.exit_code == 0, shown.output
    text = " ".join(shown.output.split())
    ratio = odds(0.5) / odds(BASE_RATE)
    for part in (
        "chest.png",
        "effusion called present: score",
        f"likelihood ratio {ratio:.2g} (7.2 to 11, 95 %)",
        "probability 0.5 at a base rate of 0.1",
        "Pleural effusion (present, LR 9)",
        f"evidence of likelihood ratio {ratio:.3g}",
        f"weights {card.weights_sha256[:12]}",
        "image_model made 1",
        "Not judged: ",
        "the patient's age and sex.",
    ):
        assert part in text, part


@pytest.mark.usefixtures("model")
def test_json_has_the_film_behind_each_number(
    run: Callable[..., Result], film_file: Path, card: ModelCard
) -> None:
    arguments = ("--image", str(film_file), "--format", "json", "--age", "40", "--sex", "F")
    body = json.loads(run("diagnose", *arguments).stdout)
    found = {f["concept"]: f for f in body["findings"]}
    effusion, heart = found[EFFUSION], found[CARDIOMEGALY]
    assert (effusion["state"], heart["state"]) == ("present", "absent")
    assert effusion["likelihood_ratio"] == pytest.approx(odds(0.5) / odds(BASE_RATE))
    assert effusion["joint"]["cap"] == card.joint_cap
    (evidence,) = effusion["evidence"]
    assert (evidence["kind"], evidence["image"], evidence["label"]) == (
        "image", "chest.png", "Effusion",
    )  # fmt: skip
    assert evidence["likelihood_ratio"] == pytest.approx(effusion["likelihood_ratio"])
    for ranked in body["differential"]:
        told = [c for c in ranked["contributions"] if c["finding"] in found]
        assert {c["likelihood_ratio"] for c in told} == {
            f["likelihood_ratio"] for f in body["findings"] if f["used"]
        }
        assert abs(sum(c["log_likelihood_ratio"] for c in told)) <= card.joint_cap
    assert body["versions"]["image_model"].startswith("made 1")


@pytest.mark.usefixtures("model")
def test_html_shows_the_film(run: Callable[..., Result], film_file: Path) -> None:
    page = run("diagnose", "--image", str(film_file), "--format", "html").stdout
    assert "effusion called present" in page
    assert "vidence of likelihood ratio 9" in page


@pytest.mark.usefixtures("model")
def test_a_drawing_is_refused_and_the_rest_is_ranked(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "notes.png"
    path.write_text("no image")
    shown = run("diagnose", "--image", str(path), "--finding", "HP:0002650", "--format", "json")
    body = json.loads(shown.stdout)
    assert body["differential"][0]["disease"] == "TOY:3"
    assert [n["subject"] for n in body["data_quality"] if n["code"] == "image-refused"] == [
        "notes.png"
    ]


def test_a_file_that_is_not_there_is_bad_input(run: Callable[..., Result]) -> None:
    shown = run("diagnose", "--image", "nowhere.png")
    assert shown.exit_code == 2
    assert "nowhere.png: no such file" in shown.output


@pytest.mark.usefixtures("model")
def test_a_kept_case_names_no_file(run: Callable[..., Result], film_file: Path) -> None:
    kept = run("diagnose", "--image", str(film_file), "--store-case", "films-1")
    assert kept.exit_code == 0, kept.output
    shown = run("cases", "show", "films-1", "--json").stdout
    run("cases", "delete", "films-1")
    assert "chest.png" not in shown
    observation = next(o for o in json.loads(shown)["observations"] if o["concept"] == EFFUSION)
    (evidence,) = observation["evidence"]
    assert (evidence["kind"], evidence["image"], evidence["label"]) == ("image", 1, "Effusion")
    assert observation["probability"] == 0.5
