"""De-identification: each category on invented people, and what must survive."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest

from domain.errors import InvalidField
from nlp.privacy import Category, Deidentified, Deidentifier

KEY = b"a key of the tests"
DEIDENTIFIER = Deidentifier(KEY, today=date(2025, 6, 1))


def changed(text: str, patient: str | None = "one") -> Deidentified:
    return DEIDENTIFIER.deidentify(text, patient)


def found(text: str) -> list[tuple[str, str]]:
    """What was replaced, with its category."""
    return [(r.original, r.category.value) for r in changed(text).replacements]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dr. Okonjo saw him.", "Okonjo"),
        ("seen by dr okonjo today", "okonjo"),
        ("Mrs Carton fell.", "Carton"),
        ("Patient name: SMITH, JOHN A   MRN", "SMITH, JOHN A"),
        ("Dear Ms van der Meer,", "van der Meer"),
        ("Her daughter, Siobhan, agrees.", "Siobhan"),
        ("His wife (Anneliese Brandt) drives.", "Anneliese Brandt"),
        ("She was reviewed by Chukwuemeka Obi.", "Chukwuemeka Obi"),
        ("Maria O'Brien is a teacher.", "Maria O'Brien"),
        ("Amy-Leigh settled overnight.", "Amy-Leigh"),
        ("D/w Nasreen Qureshi, MD, at noon.", "Nasreen Qureshi"),
        ("Yours sincerely,\n\nGrainne Tuohy\nConsultant", "Grainne Tuohy"),
        ("[09:12] Bronagh: bed 3 is free", "Bronagh"),
        ("SEEN WITH CONCHUR, HIS SISTER.", "CONCHUR"),
        ("BED 4 SHANNON TURNER 68 YRS, SEPSIS", "SHANNON TURNER"),
        ("Surgeon ......... Mr Pettigrew", "Pettigrew"),
        ("Reported by K. Wanjiru.", "K. Wanjiru"),
        ("when Sanders's result is here", "Sanders"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert (name, "NAME") in found(text)


def test_a_name_is_found_again_where_nothing_tells_it() -> None:
    result = changed("Patient: Rose Amble\nAmble slept well. ROSE had tea. Her rose hip tea.")
    assert [r.original for r in result.replacements] == ["Rose Amble", "Amble"]
    assert result.text.endswith("Her rose hip tea.")


@pytest.mark.parametrize(
    "text",
    [
        "Parkinson disease, Down syndrome, Crohn's disease and Marfan syndrome were discussed.",
        "Known Parkinson's. Has Alzheimer's. Hodgkin lymphoma in remission.",
        "Cushing syndrome; von Willebrand disease; Ehlers-Danlos syndrome; Guillain-Barré syndrome",
        "Babinski sign positive, Romberg negative, Lhermitte's sign, Tinel's sign, no Murphy sign.",
        "A Foley catheter, a Swan-Ganz catheter and a Hickman line.",
        "Glasgow coma scale 15, Apgar 9 and 10, Barthel index 80.",
        "GLASGOW COMA SCALE 15. PARKINSON DISEASE. NO BABINSKI SIGN. FOLEY CATHETER OUT.",
        "He may walk. She may have fallen in the bath. It may rain.",
        "HE MAY HAVE FALLEN. MS LESIONS ON MR IMAGING.",
        "A 45-year-old man, aged 45; a woman of 89 years; 12 months old.",
        "BP 120/80, HR 132, SpO2 84 %, CRP 187 mg/L, temp 39.6 C, platelets 250000/uL, Na 135-145",
        "Power 4/5, a 2/6 murmur, T12 L1 fracture, C5/C6, G2P1, FEV1/FVC 0.62",
        "BRCA2 c.1234567A>G p.(Gly530Ser), NM_000059.3, rs12345678, chr7:117559590, 22q11.2",
        "HP:0001250, OMIM:154700, ORPHA:558, PMID:31632679, D15S113, HLA-B27, COVID-19, IL-6",
        "Levodopa, Lipitor, Bactrim and Humira were given for Klebsiella and Legionella.",
        "The hospital, the Cardiology Clinic, our ward and General Practice.",
        "Family history: mother with hypertension, father Hodgkin disease, sister healthy.",
        "Seen by Cardiology. Reviewed by the team. Discussed with Radiology. Dear Colleague,",
        "Patient: Stable\nConsultant: Cardiology\nMother: Hypertension",
        "Type 2 diabetes, grade 3 oedema, day 5, bed 12, 3,250 g, 1,500 mL, 2 x 10 mg",
    ],
)
def test_clinical_words_and_numbers_survive(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("MRN: 4471902", "4471902"),
        ("Hospital number | RX-99120", "RX-99120"),
        ("SSN 123-45-6789.", "123-45-6789"),
        ("NHS No: 943 476 5919", "943 476 5919"),
        ("Account #: V00128834", "V00128834"),
        ("Accession number CR-2019-00412", "CR-2019-00412"),
        ("Pacemaker PM-57888-Z interrogated", "PM-57888-Z"),
        ("implant (01)77492844742537", "(01)77492844742537"),
        ("GMC 8031384", "8031384"),
        ("Medicare: 2600 12070 3", "2600 12070 3"),
        ("Aadhaar 4656 3657 4971", "4656 3657 4971"),
        ("Our ref: JVU-82518", "JVU-82518"),
        ("National Insurance QQ 12 34 56 C", "QQ 12 34 56 C"),
    ],
)
def test_identifiers(text: str, what: str) -> None:
    assert found(text) == [(what, "ID")]


@pytest.mark.parametrize(
    ("text", "what", "category"),
    [
        ("Tel: 020 7946 0958.", "020 7946 0958", Category.PHONE),
        ("call +353 1 496 0123", "+353 1 496 0123", Category.PHONE),
        ("Fax (555) 010-1234", "(555) 010-1234", Category.PHONE),
        ("bleep 4471", "4471", Category.PHONE),
        ("write to a.nurse@ward.example.org.", "a.nurse@ward.example.org", Category.EMAIL),
        ("see https://portal.example.org/p?id=7.", "https://portal.example.org/p?id=7",
         Category.URL),
        ("host 10.12.0.7, up", "10.12.0.7", Category.IP),
        ("host 2001:db8:85a3::8a2e:370:7334", "2001:db8:85a3::8a2e:370:7334", Category.IP),
        ("Address: 12 Linden Avenue, Corby NN17 1AA\nTel", "12 Linden Avenue, Corby NN17 1AA",
         Category.ADDRESS),
        ("home at Flat 4\nJade Crest\nEast Amyshire\nAB1 2DD",
         "Flat 4\nJade Crest\nEast Amyshire\nAB1 2DD",
         Category.ADDRESS),
        ("He lives in Kamarhati.", "Kamarhati", Category.ADDRESS),
        ("sent to St Brigid's Hospital today", "St Brigid's Hospital", Category.ORGANISATION),
        ("at the University Hospital Port Scott.", "University Hospital Port Scott",
         Category.ORGANISATION),
        ("works for Chandler-Ray as a clerk", "Chandler-Ray", Category.ORGANISATION),
    ],
)  # fmt: skip
def test_ways_to_reach_people(text: str, what: str, category: Category) -> None:
    assert found(text) == [(what, category.value)]


@pytest.mark.parametrize(
    "text",
    ["a {}-year-old man", "aged {}", "Age: {}", "died at {}", "{} y/o F", "age at death   {}"],
)
def test_ages_over_89_become_90_and_above(text: str) -> None:
    for age in ("90", "94", "103"):
        assert changed(text.format(age)).text == text.format("[AGE 90+]")
    assert changed(text.format("89")).text == text.format("89")


def test_columns_are_read_by_their_heads() -> None:
    table = 'mrn,name,age,note\n77,"Pike, Grace",96,stable\n78,Long,45,better\n'
    assert changed(table).text.count("[NAME-") == 2
    assert "[AGE 90+]" in changed(table).text
    assert ",45,better" in changed(table).text


def test_tags_are_those_of_a_patient_and_need_the_key() -> None:
    first = changed("Dr Okonjo called. Okonjo will come.")
    codes = re.findall(r"\[NAME-[A-Z]{5}\]", first.text)
    assert len(codes) == 2
    assert codes[0] == codes[1]
    assert codes[0] in changed("Seen by Dr Okonjo.").text
    assert codes[0] not in changed("Seen by Dr Okonjo.", "another").text
    assert codes[0] not in Deidentifier(b"other").deidentify("Dr Okonjo", "one").text
    assert codes[0] not in Deidentifier().deidentify("Dr Okonjo", "one").text


def test_one_person_has_one_tag() -> None:
    text = changed(
        "Re: Aoife NOLAN. Ms Nolan came. NOLAN, AOIFE. Aoife agrees. Dr Nolanson saw her."
    )
    tags = re.findall(r"\[NAME-[A-Z]{5}\]", text.text)
    assert len(tags) == 5
    assert len(set(tags[:4])) == 1
    assert tags[4] != tags[0]
    two = changed("Amy Nolan and Conor Nolan came. Nolan agrees.").replacements
    assert len({r.surrogate for r in two}) == 3  # which of the two is not said


def test_only_what_is_asked_for_is_replaced() -> None:
    only = Deidentifier(KEY, categories=[Category.EMAIL])
    assert only.deidentify("Dr Okonjo, x@example.org").text.startswith("Dr Okonjo, [EMAIL-")


def test_a_result_shows_no_names_when_printed() -> None:
    assert "Okonjo" not in repr(changed("Dr Okonjo called."))


def test_offsets_lead_back_and_forth() -> None:
    text = "Dr Okonjo found ataxia in Mrs Achterberg and gave 5 mg."
    result = changed(text)
    start = result.text.index("ataxia")
    assert result.to_original(start, start + 6) == (16, 22)
    assert result.to_deidentified(16, 22) == (start, start + 6)
    inside = result.text.index("NAME-") + 2
    assert text[slice(*result.to_original(inside, inside + 1))] == "Okonjo"
    with pytest.raises(InvalidField):
        result.to_original(0, len(result.text) + 1)


def test_importing_the_package_reads_no_list() -> None:
    code = (
        "import nlp.privacy.deidentifier, nlp.privacy.vocabulary as v, sys;"
        "sys.exit(v._words.cache_info().currsize or 'spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
