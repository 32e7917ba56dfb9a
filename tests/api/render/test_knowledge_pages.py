"""The pages of the curated tables: what a physician reads of a row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from api.render.knowledge_pages import INDEX, escaped, link, pages
from api.render.knowledge_words import MEASURES, SECTIONS, SETTINGS, section_of, taken, title
from domain.assertions import PHENOTYPE, Concept
from domain.figures import Figure, Kind, Measure, Setting
from domain.identifiers import Curie
from ontologies.curated_knowledge import STATEMENTS, read
from tests.ontologies.curated import Cells, write
from tests.ontologies.samples import TOY_DISEASE, TOY_FIGURE, TOY_FINDING, TOY_PREVALENCE

HPO = {
    identifier: Concept(id=identifier, label=label, category=PHENOTYPE)
    for identifier, label in (
        (Curie("HP:0000001"), "All"),
        (Curie("HP:0001626"), "Cardiac toys"),
        (Curie("HP:0001640"), "Cardiomegaly"),
    )
}
SEX = {"id": "DX:female", "label": "female sex", "parent": "HP:0000001", "obtained": "ask"}


def made(folder: Path, *figures: Mapping[str, str]) -> dict[str, str]:
    write(
        folder,
        "toy-hearts",
        diseases=[TOY_DISEASE],
        findings=[TOY_FINDING, SEX],
        figures=[TOY_FIGURE, TOY_PREVALENCE, *figures],
    )
    return pages(read(folder), HPO)


def figure(folder: Path, **cells: str) -> Figure:
    write(folder, figures=[{**TOY_FIGURE, "n": "", "of": "", "value": "0.5", **cells}])
    return read(folder).figures[0].value


def test_a_row_says_finding_figure_measure_patients_comparator_and_reference(
    tmp_path: Path,
) -> None:
    page = made(tmp_path)["toy-hearts.md"]
    assert (
        "| [Cardiomegaly](https://hpo.jax.org/browse/term/HP:0001640): large heart "
        "(&gt; 0.5 ratio) "
        "| 74 % (37/50) (CI 60-85) | sensitivity; a note | 50 toys; emergency | toys without it "
        "| [PMID:11](https://pubmed.ncbi.nlm.nih.gov/11/) | 2026-01-02 |"
    ) in page
    assert page.index("**How often it is the cause**") < page.index("| 2/100 |")
    assert page.index("| 2/100 |") < page.index("**Film**")


def test_a_disease_says_its_names_its_danger_and_what_settles_it(tmp_path: Path) -> None:
    page = made(tmp_path)["toy-hearts.md"]
    assert "# Toy hearts\n" in page
    assert "## Toy failure\n" in page
    assert (
        "DX:toy-failure (an id of ours). The same as [OMIM:100001](https://omim.org/entry/100001), "
        "[DOID:7](http://purl.obolibrary.org/obo/DOID_7). Also called weak toy, TF. Only in women."
    ) in page
    assert "**Must not be missed**: it stops ([PMID:11](" in page
    assert "**Settled by**: [Cardiomegaly](" in page
    assert "Toy lines on film ([PMCID:PMC12](https://pmc.ncbi.nlm.nih.gov/articles/PMC12/)" in page


def test_the_index_counts_and_leads_to_each_disease(tmp_path: Path) -> None:
    index = made(tmp_path)[INDEX]
    assert "| [Toy hearts](toy-hearts.md) | 1 | 2 | 2 | 2 |" in index
    assert "- [Toy failure](toy-hearts.md#toy-failure)" in index
    assert "| [Toy failure](toy-hearts.md#toy-failure) | it stops | [PMID:11](" in index
    for words in MEASURES.values():
        assert f"| {words.short} |" in index


def test_an_absence_and_a_collected_figure_are_marked(tmp_path: Path) -> None:
    absent = TOY_FIGURE | {"side": "absent", "words": "normal heart", "state": "collected"}
    page = made(tmp_path, absent)["toy-hearts.md"]
    (row,) = [line for line in page.splitlines() if "normal heart" in line]
    assert row.startswith("| **no** [Cardiomegaly]")
    assert "normal heart (not &gt; 0.5 ratio)" in row
    assert row.endswith("| collected |")


def test_what_most_patients_have_comes_first(tmp_path: Path) -> None:
    often = TOY_FIGURE | {
        "concept": "DX:toy-lines", "concept_label": "Toy lines on film", "words": "toy lines",
        "threshold": "", "value": "0.9", "printed": "90 %", "n": "", "of": "",
    }  # fmt: skip
    page = made(tmp_path, often)["toy-hearts.md"]
    assert page.index("| Toy lines on film: toy lines |") < page.index(
        "Cardiomegaly](https://hpo.jax.org/browse/term/HP:0001640): large"
    )


def test_sex_is_said_in_the_words_of_the_row(tmp_path: Path) -> None:
    women = TOY_FIGURE | {
        "concept": "DX:female", "concept_label": "female sex", "kind": "sex", "words": "women",
        "threshold": "", "measure": "frequency",
    }  # fmt: skip
    page = made(tmp_path, women)["toy-hearts.md"]
    assert page.index("**Age and sex**") < page.index("| women |")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"printed": "50 %"}, ""),
        ({"printed": "0.50"}, ""),
        ({"printed": "11/22"}, ""),
        ({"printed": "11 of 22"}, ""),
        ({"printed": "eleven", "n": "11", "of": "22"}, ""),
        ({"printed": "half"}, "50 %"),
        ({"printed": "40-60 %"}, "50 %"),
        ({"printed": "0.1-0.9 %", "value": "0.005"}, "0.5 %"),
        ({"printed": "15 %", "measure": "specificity", "value": "0.85"}, "85 %"),
        ({"printed": "LR 2.0-8.0", "measure": "lr_pos", "value": "4"}, "4"),
        ({"printed": "LR 4.07", "measure": "lr_pos", "value": "4.07"}, ""),
        ({"printed": "seldom", "measure": "class", "value": "rare"}, "rare"),
        ({"printed": "Very common", "measure": "class", "value": "very_common"}, ""),
    ],
)
def test_what_is_taken_is_said_where_it_is_not_what_is_printed(
    cells: Cells, said: str, tmp_path: Path
) -> None:
    assert taken(figure(tmp_path, **cells)) == said


def test_a_share_of_causes_never_stands_among_the_findings(tmp_path: Path) -> None:
    assert section_of(figure(tmp_path, kind="symptom", measure="share")) == "cause"
    assert section_of(figure(tmp_path, kind="risk")) == "history"


def test_every_measure_setting_and_kind_has_words() -> None:
    assert set(MEASURES) == set(Measure) - STATEMENTS
    assert set(SETTINGS) == set(Setting)
    merged = {"risk": "history", "age": "demographic", "sex": "demographic"}
    assert {merged.get(kind, kind) for kind in Kind} | {"cause"} == set(SECTIONS)


def test_groups_have_names_for_people() -> None:
    assert title("valves-rhythm-aorta") == "Valves, rhythm and aorta"
    assert title("a-new-group") == "A new group"


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("PMID:1", "https://pubmed.ncbi.nlm.nih.gov/1/"),
        ("PMCID:PMC2", "https://pmc.ncbi.nlm.nih.gov/articles/PMC2/"),
        ("DOI:10.1000/a(1)<2>", "https://doi.org/10.1000/a%281%29%3C2%3E"),
    ],
)
def test_references_lead_where_they_are(reference: str, address: str) -> None:
    assert link(reference).endswith(f"]({address})")


def test_an_id_of_ours_leads_nowhere() -> None:
    assert link("DX:toy") == "DX:toy"


def test_text_is_no_markup() -> None:
    assert escaped("a|b <b> *c* [d] & ~e~") == (r"a\|b &lt;b&gt; \*c\* \[d\] &amp; \~e\~")
