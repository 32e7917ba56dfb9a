"""Values given beside the text: what they mean, what is refused by name, and that neither their
order nor a second copy changes anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from api.http.app import create_app
from api.labs import MAX_LABS, Lab, of_option, of_table
from api.parts import TextPart
from api.service import Service
from domain.case import Case
from domain.errors import EmptyInput, InputError, InputTooLarge, InvalidField
from domain.evidence import Measurement, TextSpan
from domain.findings import Observation, State
from ontologies.analytes import Kind, analytes

if TYPE_CHECKING:
    from flask.testing import FlaskClient

Run = Callable[..., Result]
#: Each as it stands in a text and as a value of its own.
SAME = (
    ("CRP 187 mg/L", "C-reactive protein=187 mg/L"),
    ("CRP 2 mg/L", "CRP=2 mg/L"),
    ("Na 128 mmol/L", "Na=128 mmol/L"),
    ("Hb 8,1 g/dL", "Hb=8,1 g/dL"),
    ("Hb 8.1", "Hb=8.1"),
    ("Hb 81", "Hb=81"),
    ("platelets 12,300 /uL", "platelets=12,300 /uL"),
    ("WBC 18 x10^9/L", "WBC=18 x10^9/L"),
    ("HbA1c 9.1 %", "HbA1c=9.1 %"),
    ("HbA1c 76 mmol/mol", "HbA1c=76 mmol/mol"),
    ("hs-troponin T <5 ng/L", "hs-troponin T=<5 ng/L"),
    ("D-dimer >4000 ng/mL", "D-dimer= > 4000 ng/mL"),
    ("K ≥6 mmol/L", "K=≥6 mmol/L"),
    ("HR 110-120 /min", "HR=110-120 /min"),
    ("HR 132", "HR=132"),
    ("BP 172/98 mmHg", "BP=172/98 mmHg"),
    ("BP 85/50", "BP=85/50"),
    ("temperature 101.3 F", "temperature=101.3 F"),
    ("T 38.9", "T=38.9"),
    ("SpO2 84 %", "SpO2=84 %"),
    ("pH 7.12", "pH=7.12"),
    ("INR 2.3", "INR=2.3"),
    ("OFC -3.2 SD", "OFC=-3.2 SD"),
    ("BMI 41 kg/m2", "BMI=41 kg/m2"),
    ("MCH 31 pg", "MCH=31 pg"),
    ("anion gap 24 mmol/L", "anion gap=24 mmol/L"),
)
#: What is refused: code, value, unit, the field that is named, and words of what would do.
REFUSED = (
    ("CRX", 3, "mg/L", "code", "crp"),
    ("99999-9", 3, "mg/L", "code", "name"),
    ("potassium chloride", 40, "mmol/L", "code", "Nearest"),
    ("", 3, "mg/L", "code", "analytes.tsv"),
    ("CRP", 187, "mgs per litre", "unit", "mg/L or mg/dL"),
    ("CRP", 187, "mmHg", "unit", "mg/L or mg/dL"),
    ("INR", 2.3, "s", "unit", "no unit"),
    ("prolactin", 5, "", "unit", "ng/mL"),
    ("BP", "120/80", "kPa", "unit", "mmHg"),
    ("head circumference", 41, "mmol/L", "unit", "SD"),
    ("CRP", -3, "mg/L", "value", "number and its unit"),
    ("CRP", 18_700, "mg/L", "value", "number and its unit"),
    ("Na", "128-900", "mmol/L", "value", "number and its unit"),
    ("Na", 12, "", "value", "number and its unit"),
    ("weight", -3, "kg", "value", "number and its unit"),
    ("CRP", "high", "mg/L", "value", "187"),
    ("CRP", "", "mg/L", "value", "187"),
    ("CRP", "1e3", "mg/L", "value", "187"),
    ("CRP", float("nan"), "mg/L", "value", "187"),
    ("K", "<3-4", "mmol/L", "value", "one of them"),
    ("Na", "128/80", "mmol/L", "value", "120/80"),
    ("BP", 120, "mmHg", "value", "120/80"),
    ("BP", "80/120", "mmHg", "value", "120/80"),
)


def lab(text: str) -> Lab:
    return of_option(text)


def case(service: Service, *labs: Lab, text: str = "", **known: Any) -> Case:
    texts = [TextPart(name="letter", text=text)] if text else []
    return service.case(labs=labs, texts=texts, **known)


def meant(observations: Sequence[Observation]) -> list[Observation]:
    """Observations without the words that they were read in."""
    return [
        replace(
            o, evidence=tuple(e for e in o.evidence if isinstance(e, Measurement)), section=None
        )
        for o in observations
        if any(isinstance(e, Measurement) for e in o.evidence)
    ]


@pytest.mark.parametrize("known", [{}, {"age": "54", "sex": "FEMALE"}, {"age": "P1M"}],
                         ids=["nobody", "woman", "infant"])  # fmt: skip
@pytest.mark.parametrize(("words", "option"), SAME, ids=[words for words, _ in SAME])
def test_it_means_what_it_means_in_a_text(
    toy_service: Service, words: str, option: str, known: Mapping[str, str]
) -> None:
    in_text = meant(case(toy_service, text=f"{words}.", **known).observations)
    beside = meant(case(toy_service, lab(option), **known).observations)
    assert beside
    by_label = {o.label: o for o in in_text}
    assert {o.label: o for o in beside} == by_label
    assert len(beside) == len(in_text) == len(by_label)


@pytest.mark.parametrize("analyte", [a for a in analytes().values() if a.loinc], ids=lambda a: a.id)
def test_a_loinc_code_is_its_name(toy_service: Service, analyte: Any) -> None:
    middle = (max(analyte.plausible.low, 0) + analyte.plausible.high) / 2
    unit = "SD" if analyte.kind is Kind.GROWTH else analyte.unit
    by_code = case(toy_service, Lab(code=analyte.loinc, value=middle, unit=unit), age="54")
    by_name = case(toy_service, Lab(code=analyte.name, value=middle, unit=unit), age="54")
    assert by_code.observations == by_name.observations
    (first, *_) = by_code.observations[0].evidence
    assert isinstance(first, Measurement)
    assert (first.code, first.value) == (analyte.loinc, middle)


@pytest.mark.parametrize(
    ("ucum", "usual", "code", "value"),
    [
        ("10*3/uL", "x10^9/L", "WBC", 18), ("mm[Hg]", "mmHg", "SBP", 172),
        ("Cel", "°C", "temperature", 39.2), ("[degF]", "F", "temperature", 101.3),
        ("m[IU]/L", "mIU/L", "TSH", 12), ("{INR}", "", "INR", 4), ("[pH]", "", "pH", 7.1),
        ("mL/min/{1.73_m2}", "mL/min", "eGFR", 21), ("/min", "bpm", "HR", 132),
    ],
)  # fmt: skip
def test_units_may_be_ucum(
    toy_service: Service, ucum: str, usual: str, code: str, value: float
) -> None:
    found = [
        [(o.label, o.state) for o in case(toy_service, Lab(code=code, value=value, unit=unit),
                                         age="54", sex="MALE").observations]
        for unit in (ucum, usual)
    ]  # fmt: skip
    assert found[0] == found[1]
    assert State.PRESENT in {state for _, state in found[0]}


def test_mass_and_amount_are_one_value(toy_service: Service) -> None:
    for one, other in (("2.0 mg/dL", "176.8 umol/L"), ("0.9 mg/dL", "79.6 umol/L")):
        states = {
            tuple(o.state for o in case(toy_service, lab(f"creatinine={amount}"), age="54",
                                        sex="MALE").observations)
            for amount in (one, other)
        }  # fmt: skip
        assert states == {(State.PRESENT if one[0] == "2" else State.ABSENT,)}


def test_text_and_value_are_two_witnesses_of_one_finding(toy_service: Service) -> None:
    both = case(toy_service, lab("OFC=-3.2 SD"), text="Seizures. Head circumference -3.2 SD.")
    (use,) = [u for u in toy_service.rank(both).uses if u.finding.label == "Microcephaly"]
    assert use.used
    assert use.finding.state is State.PRESENT
    assert len(use.finding.observations) == 2
    assert len([e for e in use.finding.evidence if isinstance(e, TextSpan)]) == 1
    alone = case(toy_service, text="Seizures. Head circumference -3.2 SD.")
    assert toy_service.rank(both).scores.tolist() == toy_service.rank(alone).scores.tolist()


def test_words_and_value_that_differ_are_of_different_times(toy_service: Service) -> None:
    found = case(toy_service, lab("OFC=0.4 SD"), text="Microcephaly.")
    uses = {u.finding.state: u.used for u in toy_service.rank(found).uses}
    assert uses == {State.PRESENT: True, State.ABSENT: False}


def test_who_the_text_speaks_of_chooses_the_range(toy_service: Service) -> None:
    def states(**given: Any) -> list[State]:
        found = case(toy_service, lab("HR=132"), **given).observations
        return [o.state for o in found if o.label == "Tachycardia"]

    assert states() == [State.UNDETERMINED]
    assert states(text="A 54-year-old man with cough.") == [State.PRESENT]
    assert states(text="A 1-month-old girl with cough.") == [State.ABSENT]
    assert states(text="A 54-year-old man with cough.", age="P1M") == [State.ABSENT]
    late = "Cough. " * 80 + "The patient, aged 54, is well."
    assert states(text=late) == [State.PRESENT]


def test_the_time_is_kept(toy_service: Service) -> None:
    (found,) = case(
        toy_service, Lab(code="K", value=6.1, unit="mmol/L", time="2026-03-02T14:20"), age="54"
    ).observations
    (value,) = found.evidence
    assert isinstance(value, Measurement)
    assert (found.label, value.time) == ("Hyperkalemia", "2026-03-02T14:20")
    with pytest.raises(InvalidField, match="2026-03-02") as error:
        case(toy_service, Lab(code="K", value=6.1, unit="mmol/L", time="last week"))
    assert error.value.field == "labs[0].time"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("MCH=31 pg", "mean corpuscular hemoglobin 31 pg has no effect: no range is known."),
        ("weight=80 kg", "weight 80 kg has no effect: no range is known."),
        ("OFC=41 cm", "head circumference 41 cm has no effect: no range is known."),
        ("ferritin=300 ng/mL", "depends on age, sex or pregnancy"),
        ("creatinine=1.2 mg/dL", "neither clearly usual nor clearly abnormal by 4 ranges"),
    ],
)
def test_a_value_without_a_range_is_shown_without_effect(
    toy_service: Service, option: str, words: str
) -> None:
    found = case(toy_service, lab(option), text="Seizures.")
    (note,) = [n for n in found.notes if n.code == "value-not-judged"]
    assert words in note.message
    plain = toy_service.rank(case(toy_service, text="Seizures."))
    assert toy_service.rank(found).scores.tolist() == plain.scores.tolist()


def test_what_the_release_does_not_know_is_said(toy_service: Service) -> None:
    found = case(toy_service, lab("CRP=187 mg/L"), lab("SpO2=84 %"), age="54")
    assert {o.concept for o in found.observations} == {None}
    (note,) = [n for n in found.notes if n.code == "value-not-in-release"]
    assert "Hypoxemia" in note.message


@pytest.mark.parametrize(("code", "value", "unit", "field", "would_do"), REFUSED)
def test_what_cannot_be_used_is_refused_by_its_place(
    toy_service: Service, code: str, value: float | str, unit: str, field: str, would_do: str
) -> None:
    good = lab("CRP=187 mg/L")
    with pytest.raises(InvalidField) as error:
        case(toy_service, replace(good, field=""), Lab(code=code, value=value, unit=unit))
    assert error.value.field == f"labs[1].{field}"
    assert would_do in (error.value.mend or "")


def test_there_are_not_too_many(toy_service: Service) -> None:
    with pytest.raises(InputTooLarge, match="1,000"):
        case(toy_service, *[lab("CRP=187 mg/L")] * (MAX_LABS + 1))


amounts = st.sampled_from([option for _, option in SAME]).map(of_option)
times = st.sampled_from([None, "2026-03-02", "2026-03-01T08:00"])
some = st.lists(st.builds(lambda one, time: replace(one, time=time), amounts, times), min_size=1,
                max_size=6)  # fmt: skip


@given(labs=some, data=st.data())
def test_order_and_copies_never_matter(
    toy_service: Service, labs: list[Lab], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(labs), max_size=3))
    shuffled = data.draw(st.permutations([*labs, *again]))
    one = case(toy_service, *labs, age="54", sex="FEMALE")
    other = case(toy_service, *shuffled, age="54", sex="FEMALE")
    assert one == other


@given(labs=some, data=st.data())
def test_a_value_taken_away_takes_its_own_evidence(
    toy_service: Service, labs: list[Lab], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(labs))
    rest = [one for one in labs if one != gone]
    every = case(toy_service, *labs, text="Cough.", age="54", sex="MALE").observations
    less = case(toy_service, *rest, text="Cough.", age="54", sex="MALE").observations
    assert set(less) <= set(every)
    own = set(case(toy_service, gone, age="54", sex="MALE").observations)
    assert set(every) - set(less) <= own


def test_a_unit_in_capitals_is_the_same_value(toy_service: Service) -> None:
    twice = case(toy_service, lab("K=6.1 mmol/L"), lab("K=6.1 MMOL/L"), age="54")
    assert len(twice.observations) == 1
    other = case(toy_service, lab("K=6.1 MMOL/L"), lab("K=6.1 mmol/L"), age="54")
    assert twice.observations == other.observations


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("CRP", "Write NAME=VALUE UNIT"),
        ("=3 mg/L", "Write NAME=VALUE UNIT"),
        ("CRP=", "begins with no number"),
        ("CRP=much", "begins with no number"),
        ("CRP=3 stone", "--lab CRP.unit"),
        ("CRX=3 mg/L", "--lab CRX.code"),
        ("CRP=3.3.3 mg/L", "--lab CRP.unit"),
    ],
)
def test_the_command_line_refuses_by_name(run: Run, option: str, words: str) -> None:
    result = run("diagnose", "--finding", "HP:0001250", "--lab", option)
    assert result.exit_code == 2
    assert words in result.stderr


def test_the_command_line_takes_both_ways(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "values.csv"
    table.write_text("code,value,unit,time\nOFC,-3.2,SD,2026-03-02\nMCH,31,pg,\n")
    given = ("--finding", "HP:0001250", "--lab", "head circumference=-3.2 SD",
             "--labs", str(table))  # fmt: skip
    result = run("diagnose", *given, "--format", "json")
    assert result.exit_code == 0, result.stderr
    body = json.loads(result.stdout)
    finding = next(f for f in body["findings"] if f["label"] == "Microcephaly")
    assert [(e["value"], e["unit"], e["time"]) for e in finding["evidence"]] == [
        (-3.2, "SD", None),
        (-3.2, "SD", "2026-03-02"),
    ]
    assert "value-not-judged" in {n["code"] for n in body["data_quality"]}
    alone = run("explain", "TOY:1", "--lab", "OFC=-3.2 SD", "--format", "html")
    assert alone.exit_code == 0, alone.stderr
    assert "head circumference -3.2 SD" in alone.stdout


def read(tmp_path: Path, content: str | bytes) -> list[Lab]:
    path = tmp_path / "values.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return of_table(path)


def test_a_table_as_offices_write_it(tmp_path: Path) -> None:
    labs = read(tmp_path, '\ufeffValue;Code;Unit\r\n8,1;Hb;g/dL\r\n\r\n"<5";1988-5;mg/L\r\n')
    assert [(x.code, x.value, x.unit, x.time) for x in labs] == [
        ("Hb", "8,1", "g/dL", None),
        ("1988-5", "<5", "mg/L", None),
    ]
    assert [x.field for x in labs] == ["--labs values.csv:2", "--labs values.csv:4"]


def test_a_refused_value_of_a_table_is_named_by_its_line(
    toy_service: Service, tmp_path: Path
) -> None:
    labs = read(tmp_path, "code,value,unit\nCRP,187,mg/L\n\nCRP,187,stone\n")
    with pytest.raises(InvalidField) as error:
        case(toy_service, *labs)
    assert error.value.field == "--labs values.csv:4.unit"


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        ("", InvalidField, "csv:1: has other columns"),
        ("code,value,unit,time\n", EmptyInput, "no value"),
        ("code,unit\nCRP,mg/L\n", InvalidField, "csv:1: has other columns"),
        ("code,value,value\nCRP,1,2\n", InvalidField, "csv:1: has other columns"),
        ("code,value,patient\nCRP,1,x\n", InvalidField, "csv:1: has other columns"),
        ("code,value,unit\nHb,8,1,g/dL\n", InvalidField, "csv:2: has 4 cells for 3 columns"),
        ('code,value,unit\nHb,"8,1"x,g/dL\n', InvalidField, "csv:2: is no CSV"),
        (b"code,value\nCRP,\xff\n", InvalidField, "UTF-8"),
        ("code,value\n" + "CRP,1\n" * 200_000, InputTooLarge, "1,000,000 bytes"),
    ],
)
def test_a_table_that_is_none_is_refused(
    tmp_path: Path, content: str | bytes, kind: type[InputError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        read(tmp_path, content)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InvalidField, match="cannot be read"):
            of_table(path)


@pytest.fixture
def client(toy_service: Service) -> FlaskClient:
    return create_app(toy_service).test_client()


def test_a_request_holds_values(client: FlaskClient) -> None:
    labs = [
        {"code": "head circumference", "value": -3.2, "unit": "SD", "time": "2026-03-02"},
        {"code": "BP", "value": "172/98", "unit": "mm[Hg]"},
        {"code": "MCH", "value": 31, "unit": "pg"},
    ]
    alone = client.post("/v1/differentials", json={"labs": labs, "age": "P54Y"})
    assert alone.status_code == 200, alone.get_data(as_text=True)
    body = alone.get_json()
    (finding,) = [f for f in body["findings"] if f["label"] == "Microcephaly"]
    (value,) = finding["evidence"]
    assert (value["kind"], value["value"], value["time"]) == ("value", -3.2, "2026-03-02")
    assert [n["subject"] for n in body["data_quality"] if n["code"] == "value-not-judged"] == [
        "mean corpuscular hemoglobin"
    ]


@pytest.mark.parametrize(
    ("one", "place"),
    [
        ({"code": "CRP", "value": 187, "unit": "stone"}, "labs[0].unit"),
        ({"code": "Zebulon", "value": 187, "unit": "mg/L"}, "labs[0].code"),
        ({"code": "CRP", "value": 1e9, "unit": "mg/L"}, "labs[0].value"),
        ({"code": "CRP", "value": 1, "unit": "mg/L", "time": "Zebulon"}, "labs[0].time"),
        ({"code": "CRP", "value": True, "unit": "mg/L"}, "labs[0].value"),
        ({"code": "CRP", "unit": "mg/L"}, "labs[0].value"),
        ({"code": "CRP", "value": 1, "unit": "mg/L", "flag": "H"}, "labs[0]"),
    ],
)
def test_a_request_is_refused_by_field(
    client: FlaskClient, one: Mapping[str, object], place: str
) -> None:
    response = client.post("/v1/differentials", json={"labs": [one]})
    assert response.status_code == 422
    body = response.get_json(force=True)
    assert all(e["location"].startswith(place) for e in body["errors"])
    assert "Zebulon" not in response.get_data(as_text=True)
    assert "stone" not in response.get_data(as_text=True)
