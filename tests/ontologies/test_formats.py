"""The contract that every module of ontologies/formats keeps."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import SourceError
from domain.figures import Against, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from ontologies import format as formats
from ontologies.content import Content
from tests.ontologies.samples import FIGURE, SAMPLES, TURTLE

#: The line on which the figure begins.
BEGINS = TURTLE.count("\n") + 2
IDS = [name for _, name, _ in SAMPLES]


def test_every_format_has_a_sample() -> None:
    assert {form for form, _, _ in SAMPLES} == set(formats.names())


@pytest.mark.parametrize(("form", "name", "text"), SAMPLES, ids=IDS)
def test_exactly_one_format_claims_a_file(form: str, name: str, text: str) -> None:
    claims = [f for f in formats.names() if formats.load(f).sniff(text[: formats.HEAD], name)]
    assert claims == [form]


@pytest.mark.parametrize(("form", "name", "text"), SAMPLES, ids=IDS)
def test_the_name_of_a_file_is_not_needed_to_know_it(form: str, name: str, text: str) -> None:
    claims = [f for f in formats.names() if formats.load(f).sniff(text[: formats.HEAD], "file")]
    assert claims == [form]


@pytest.mark.parametrize(("form", "name", "text"), SAMPLES, ids=IDS)
def test_a_file_is_read_plain_and_packed_with_its_source_named(
    form: str, name: str, text: str, tmp_path: Path
) -> None:
    plain = tmp_path / name
    plain.write_text(text)
    packed = tmp_path / "packed" / f"{name}.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(text.encode()))
    content = formats.read(plain, "toy_source")
    assert formats.sniff(packed) == form
    again = formats.read(packed, "toy_source")
    assert (content.concepts, content.assertions) == (again.concepts, again.assertions)
    assert (
        content.concepts
        or content.assertions
        or content.mappings
        or content.figures
        or content.hierarchy
    )
    assert {a.source for a in content.assertions} <= {"toy_source"}
    assert {m.source for m in content.mappings} <= {"toy_source"}
    assert all(a.line > 0 and a.references for a in content.assertions)


@pytest.mark.parametrize(("form", "name", "text"), SAMPLES, ids=IDS)
def test_a_cut_or_foreign_file_gives_one_clear_error_or_less_content(
    form: str, name: str, text: str, tmp_path: Path
) -> None:
    """Cut anywhere, a file is refused with its name, or read for what is whole: nothing else."""
    path = tmp_path / name
    said: Content | SourceError
    for cut in range(0, len(text), 23):
        path.write_text(text[:cut])
        try:
            said = formats.read(path, "toy", name=form)
        except SourceError as error:
            said = error
        assert isinstance(said, Content) or name in str(said)


@pytest.mark.parametrize("form", formats.names())
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"\x00" * 40, b"hello\n"])
def test_what_is_no_such_file_is_refused(form: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "strange"
    path.write_bytes(data)
    if form == "obo" and not data:
        return  # an OBO file without terms is one
    with pytest.raises(SourceError, match="strange"):
        formats.read(path, "toy", name=form)


@pytest.mark.parametrize(
    ("form", "name", "text"),
    [s for s in SAMPLES if s[0] in ("turtle", "ntriples", "jsonld", "owl", "table", "hpoa")],
)
def test_the_same_assertion_is_the_same_from_every_format(
    form: str, name: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    content = formats.read(path, "toy")
    (first, *_) = content.assertions
    assert (first.disease, first.concept, str(first.frequency)) == ("h:D1", "HP:0001251", "7/14")
    assert first.references == ("PMID:1",)
    assert not first.excluded
    assert [(c.id, c.label, c.category) for c in content.concepts] == [
        ("h:D1", "Toy ataxia", "Disease")
    ]


def test_a_figure_in_rdf_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(TURTLE + FIGURE)
    assert formats.read(path, "toy").figures == (
        Figure(
            disease=Curie("h:D1"), concept=Curie("HP:0001251"), absent=False,
            words="ataxia at rest", threshold=">= 2 cm", kind=Kind.SIGN,
            measure=Measure.SPECIFICITY, printed="78 %", value=0.78, word=None, count=39, total=50,
            interval="", population="invented patients", setting=Setting.WARD,
            comparator="toys without ataxia", against=Against.WITHOUT, reference="PMID:1",
            opened="2026-01-02", review=Review.OPENED, note="", source="toy", line=BEGINS,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"specificity"', '"accuracy"', "dif:measure 'accuracy' is none of frequency,"),
        ('dif:review "opened" ;', "", "has no dif:review"),
        ("dif:value 0.78", 'dif:value "many"', "dif:value 'many' is not a number"),
        ("dif:value 0.78", "dif:value 78", "A share is from 0 to 1"),
        ('"2026-01-02"', '"lately"', "YYYY-MM-DD"),
        ('dif:against "without" ;', "", "names its comparator"),
        ("dif:count 39", 'dif:absent "no" ; dif:count 39', "neither true nor false"),
        ('"78 %"', '"78 %", "0.78"', "has 2 of dif:printed"),
    ],
)
def test_a_figure_in_rdf_that_breaks_a_rule_is_refused_with_its_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in FIGURE
    path = tmp_path / "own.ttl"
    path.write_text(TURTLE + FIGURE.replace(old, new))
    with pytest.raises(SourceError, match=re.escape(message)) as error:
        formats.read(path, "toy")
    assert f"own.ttl:{BEGINS}" in str(error.value)
    assert "h:D1 HP:0001251" in str(error.value)


def test_sniffing_imports_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(TURTLE)
    code = (
        "import sys; from pathlib import Path; from ontologies import format as f;"
        f"assert f.sniff(Path({str(path)!r})) == 'turtle';"
        "print([m for m in ('rdflib', 'fastobo', 'yaml', 'pyshacl', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
