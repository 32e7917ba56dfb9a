"""`differentia evaluate fusion` and what it stands on, on the toy release with figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from api import evaluate_fusion as measure
from api.evaluate_fusion import Material
from api.fusion_cases import (
    RECIPE,
    HeldOutFilm,
    Script,
    checked,
    drawn,
    first_of,
    held_out_rows,
    read_recipe,
)
from api.fusion_lines import Added, Composed, Contradicted, Stand, lines
from api.service import Service
from domain.errors import EmptyInput, InvalidField, SourceError
from domain.figures import Setting
from domain.findings import State
from tests.api.test_film_findings import label, reading
from tests.vision.films import chest_like, png_bytes
from tests.vision.made_model import made_model
from vision.card import Shipped
from vision.data.split import part
from vision.data.table import read_table

CASES = """id\tdisease\tshows\ttext
pleurisy\tMONDO:9999001\tEffusion,Nodule\tA {age}-year-old {man} has scoliosis.
failure\tDX:toy-failure\tCardiomegaly\tA {age}-year-old {man}. {He} has scoliosis.
"""
DETAILS = "id\ttext\npleurisy\tNo seizures.\npleurisy\tThere is ataxia.\n"
SENTENCES = "label\tstate\ttext\n" + "".join(
    f"{name}\t{state}\t{text}\n"
    for name, there in (("Effusion", "pleural effusion"), ("Cardiomegaly", "cardiomegaly"))
    for state, text in (("present", f"{there.capitalize()}."), ("absent", f"No {there}."))
)
#: Patients of the test part, and of no other.
HELD_OUT = [p for p in range(20000, 20400) if part(p) == 0]
TRAINED = [p for p in range(20000, 20400) if part(p) != 0]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return made_model(tmp_path_factory.mktemp("model"), scores={"Effusion": 2.0})


@pytest.fixture(scope="module")
def service(figures_service: Service, shipped: Shipped) -> Service:
    return Service(replace(figures_service.settings, image_model=str(shipped.folder)))


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipe")
    for name, text in (("cases", CASES), ("details", DETAILS), ("sentences", SENTENCES)):
        (folder / f"{name}.tsv").write_text(text)
    return folder


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six films of the test part, one of a child, one of a patient of training."""
    folder = tmp_path_factory.mktemp("films")
    rows = ["file,image_index,px,patient_id,age,sex,view,Effusion,Cardiomegaly,Mass"]
    patients = [*HELD_OUT[:6], HELD_OUT[6], TRAINED[0]]
    for i, patient in enumerate(patients):
        (folder / f"{i}.png").write_bytes(png_bytes(chest_like(96, seed=i)))
        age = 9 if i == 6 else 40 + i
        labels = ("1,0,0", "0,1,0", "0,0,1")[i % 3]
        rows.append(f"{i}.png,{patient:08d}_000.png,96,{patient},{age},{'MF'[i % 2]},PA,{labels}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def made_film(shipped: Shipped, patient: str, *labels: str, **p: float) -> HeldOutFilm:
    read = reading(shipped.card, *(label(name, value) for name, value in p.items()))
    return HeldOutFilm(patient=patient, age=50, male=True, labels=frozenset(labels), reading=read)


def test_only_films_that_the_reader_never_saw_are_taken(films: Path, shipped: Shipped) -> None:
    table = read_table([films])
    rows = held_out_rows(table, shipped.card)
    assert table.patient[rows].tolist() == [str(p) for p in HELD_OUT[:6]]
    sections = {"split": {"trained_on": f"{HELD_OUT[0]} {HELD_OUT[1]}"}}
    fewer = held_out_rows(table, shipped.card.model_copy(update={"sections": sections}))
    assert table.patient[fewer].tolist() == [str(p) for p in HELD_OUT[2:6]]


def test_films_come_in_turns_of_patients(shipped: Shipped) -> None:
    some = [made_film(shipped, p, "Effusion") for p in "aaaabc"]
    found = [f.patient for f in drawn(some, np.random.default_rng(0))]
    assert sorted(found[:3]) == ["a", "b", "c"]
    assert found[3:] == ["a", "a", "a"]
    few = first_of(some, lambda f: f.patient == "a", 2, np.random.default_rng(0))
    assert len(few) == 2


def test_a_label_is_a_finding_only_where_figures_and_reader_bear_it_out(
    service: Service, recipe: Path, shipped: Shipped
) -> None:
    table = service.common.table(Setting.EMERGENCY)
    pleurisy, failure = (checked(s, table, shipped.card) for s in read_recipe(recipe).scripts)
    assert pleurisy.findings == ("Effusion",)
    assert pleurisy.refused == {"Nodule": "the reader does not support it"}
    assert failure.findings == ("Cardiomegaly",)
    assert failure.related == {"Cardiomegaly"}
    unknown = checked(
        replace(pleurisy.script, shows=("Pneumothorax",)), table, shipped.card
    ).refused
    assert "no figure" in unknown["Pneumothorax"]
    with pytest.raises(InvalidField, match="shows no label"):
        checked(replace(failure.script, shows=()), table, shipped.card)
    with pytest.raises(InvalidField, match="DX:none"):
        checked(replace(failure.script, disease="DX:none"), table, shipped.card)


def test_a_text_is_of_the_films_age_and_sex() -> None:
    script = Script(
        id="x", disease="DX:x", shows=(), text="A {age}-year-old {man}.", details=("{He} coughs.",)
    )
    assert script.told(61, False, np.random.default_rng(0)) == "A 61-year-old woman. She coughs."


def test_the_recipe_of_the_repository_can_be_read() -> None:
    """Every label that a case may show can be told and denied; texts of one case differ."""
    found = read_recipe(RECIPE)
    shown = {name for s in found.scripts for name in s.shows} - {"Emphysema", "Nodule"}
    assert {(name, s) for name in shown for s in (State.PRESENT, State.ABSENT)} <= set(
        found.sentences
    )
    assert len(found.scripts) >= 25
    for script in found.scripts:
        told = {script.told(50, True, np.random.default_rng(i)) for i in range(20)}
        assert len(told) > 1, script.id
        assert not any("{" in text or "X-ray" in text for text in told)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("cases", CASES.replace("Nodule", "Nodules"), "is no label"),
        ("details", DETAILS + "nobody\tA word.\n", "is no case"),
        ("sentences", "label\tstate\ttext\nEffusion\tmaybe\tA word.\n", "present or absent"),
    ],
)
def test_a_recipe_that_cannot_be_used_is_named(
    recipe: Path, tmp_path: Path, name: str, text: str, message: str
) -> None:
    for file in recipe.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / f"{name}.tsv").write_text(text)
    with pytest.raises(SourceError, match=message):
        read_recipe(tmp_path)


def material(service: Service, films: Path, recipe: Path, seed: int = 0) -> Material:
    found = Material(service, [films], recipe, seed)
    found.read(lambda _: None)
    return found


def test_cases_are_composed_and_the_same_seed_gives_the_same(
    service: Service, films: Path, recipe: Path
) -> None:
    one, other = (
        measure.compose(material(service, films, recipe), 4, lambda _: None) for _ in range(2)
    )
    assert [replace(c, seconds=0.0) for c in one] == [replace(c, seconds=0.0) for c in other]
    assert [c.label for c in one] == ["Effusion", "Effusion", "Cardiomegaly", "Cardiomegaly"]
    first = one[0]
    # The made model calls an effusion on every film, which speaks for pleurisy ...
    assert first.called
    assert first.with_film.score > first.report.score + 0.3
    assert first.with_film.log_share > first.report.log_share
    # ... and hardly adds to a report that tells it.
    assert first.sentence == "Chest X-ray: Pleural effusion."
    assert abs(first.told_with_film.score - first.told.score) <= 0.2 + 1e-9
    assert first.told.score > first.with_film.score


def test_a_contradiction_is_what_the_reader_decided_otherwise(
    service: Service, films: Path, recipe: Path
) -> None:
    found = material(service, films, recipe)
    quiet = replace(found.scripts[0], script=replace(found.scripts[0].script, shows=()))
    found.scripts.append(quiet)
    some = measure.contradict(found, 4, lambda _: None)
    assert {(c.label, c.decision) for c in some} == {
        ("Effusion", State.PRESENT),
        ("Cardiomegaly", State.ABSENT),
    }
    assert all(c.reported for c in some)
    assert {c.sentence for c in some} == {
        "Chest X-ray: No pleural effusion.",
        "Chest X-ray: Cardiomegaly.",
    }


def test_folders_without_a_film_of_the_test_part_are_refused(
    service: Service, films: Path, recipe: Path, tmp_path: Path
) -> None:
    head, *rows = (films / "labels.csv").read_text().splitlines()
    (tmp_path / "labels.csv").write_text(f"{head}\n{rows[-1]}\n")
    (tmp_path / "7.png").write_bytes((films / "7.png").read_bytes())
    with pytest.raises(EmptyInput, match="no film"):
        Material(service, [tmp_path], recipe, 0)


def stood(score: float, log_share: float = -1.0) -> Stand:
    return Stand(score=score, log_share=log_share, rank=1)


def composed(patient: str, gain: float, moved: float, *, called: bool = True) -> Composed:
    return Composed(
        script="x", text="", sentence="", patient=patient, film="f", label="Effusion",
        called=called, report=stood(0), with_film=stood(0, -1.0 + gain), told=stood(1),
        told_with_film=stood(1 + moved), seconds=0.1,
    )  # fmt: skip


def test_lines_have_figure_floor_and_goal() -> None:
    cases = [composed("a", 0.5, 0.1), composed("b", 0.1, -0.3, called=False)]
    added = [
        Added(script="x", patient=p, film="f", kind=kind, before=1, after=after)
        for p, kind, after in (("a", "no finding", 1), ("b", "no finding", 3), ("c", "instead", 6))
    ]
    said = [
        Contradicted(
            label="Effusion", relation=relation, decision=State.PRESENT, patient=p, film="f",
            sentence="", reported=reported,
        )
        for p, relation, reported in (
            ("a", "exact", True), ("b", "exact", False), ("c", "related", False),
        )
    ]  # fmt: skip
    found = {line.name.strip(): line for line in lines(cases, added, said, seed=0)}
    change = found["log-loss, with the film less without"]
    assert change.figure.value == pytest.approx(-0.3)
    assert change.floor == 0.0
    assert found["finding called by the reader"].figure.value == pytest.approx(-0.5)
    most = found["film repeats its report, score moves, at most"]
    assert most.figure.value == pytest.approx(0.3)
    assert (most.floor, most.goal) == (0.7, 0.2)
    clear = found["film without a finding, rank moves, at most"]
    assert (clear.figure.value, clear.floor, clear.goal) == (2.0, 3.0, 1.0)
    assert found["where the truth shows one, at most"].floor is None
    told = found["film against report, conflict reported"]
    assert (told.n, told.figure.value, told.floor, told.goal) == (2, 0.5, 0.95, 1.0)
    assert found["labels that are not exact"].figure.value == 0.0


def test_the_command_prints_the_table(
    service: Service, films: Path, recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.cli import main

    monkeypatch.setenv("DIFFERENTIA_HOME", str(service.settings.home))
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", service.settings.image_model)
    (recipe / "cases.tsv").write_text(
        CASES + "none\tDX:toy-failure\t\tA {age}-year-old {man} has ataxia.\n"
    )

    def run(*arguments: str) -> Result:
        given = ("evaluate", "fusion", "--images", str(films), "--recipe", str(recipe), *arguments)
        return CliRunner().invoke(main, list(given))

    refused = run("--n", "4")
    assert refused.exit_code == 2
    assert "by the figures it shows" in refused.output
    (recipe / "cases.tsv").write_text(CASES)
    shown = run("--n", "4")
    assert shown.exit_code == 0, shown.output
    text = " ".join(shown.output.split())
    assert "declared synthetic" in text
    assert "log-loss, with the film less without" in text
    body = json.loads(run("--n", "4", "--json").stdout)
    assert body["synthetic"] is True
    assert (body["films"], body["seed"]) == (6, 0)
    assert {m["name"]: m["n"] for m in body["measures"]}["log-loss of the truth, report alone"] == 4
    assert body["not_findings"] == [
        {"case": "pleurisy", "label": "Nodule", "why": "the reader does not support it"}
    ]
