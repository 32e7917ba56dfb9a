"""Values of cerebrospinal fluid as findings, and values that are of another fluid."""

from __future__ import annotations

import pytest

from nlp.reader import TextReader
from ontologies.lexicon import Lexicon, build
from tests.ontologies.test_lexicon import concept

CELLS, PROTEIN, SUGAR = (
    "CSF pleocytosis",
    "Increased CSF protein concentration",
    "Hypoglycorrhachia",
)
NEUTROPHILS, LYMPHOCYTES = "CSF polymorphonuclear pleocytosis", "CSF lymphocytic pleiocytosis"
READER = TextReader(
    Lexicon.from_entries(
        build(
            [
                concept(n, label)
                for n, label in enumerate((CELLS, PROTEIN, SUGAR, NEUTROPHILS, LYMPHOCYTES), 1)
            ]
        )
    )
)
TABLE = """A lumbar puncture is performed and CSF analysis reveals:
  Erythrocytes: None
  Leukocytes: 72/mm3
  Neutrophils: 10%
  Lymphocytes: 75%
  Protein: 100 mg/dL
  Glucose: 45 mg/dL
"""


def said(text: str) -> set[str]:
    return {f"{o.label} {o.state}" for o in READER.read(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Cerebrospinal fluid shows a leukocyte count of 2,300/mm3 (90% neutrophils), a protein"
            " of 200 mg/dL and a glucose of 20 mg/dL.",
            {f"{x} present" for x in (CELLS, NEUTROPHILS, PROTEIN, SUGAR)},
        ),
        (TABLE, {f"{CELLS} present", f"{LYMPHOCYTES} present", f"{PROTEIN} present"}),
        (
            "CSF: WBC 3/uL, protein 35 mg/dL, glucose 62 mg/dL.",
            {f"{x} absent" for x in (CELLS, PROTEIN, SUGAR)},
        ),
        ("CSF protein was 0.9 g/L and glucose 1.5 mmol/L.",
         {f"{PROTEIN} present", f"{SUGAR} present"}),
        ("CSF shows 12,000 red blood cells/mm3 and 250 white cells/mm3.", {f"{CELLS} present"}),
        ("CSF: erythrocytes 3,000/mm3.", set()),
        # between normal and abnormal
        ("CSF: leukocytes 7/mm3, protein 55 mg/dL, glucose 45 mg/dL.", set()),
        # of blood, of urine, and a share of few cells
        ("Serum glucose is 30 mg/dL and leukocytes are 15,000/mm3 (90% neutrophils).", set()),
        ("Urine protein is 200 mg/dL.", set()),
        ("A lumbar puncture was not done. Leukocytes are 17,000/mm3.", set()),
        ("He declined a lumbar puncture. Leukocytes are 17,000/mm3.", set()),
        ("CSF: leukocytes 4/mm3, 100% lymphocytes.", {f"{CELLS} absent"}),
    ],
)  # fmt: skip
def test_what_is_read(text: str, found: set[str]) -> None:
    assert said(text) == found
