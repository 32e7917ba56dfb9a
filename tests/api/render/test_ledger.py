"""A whole case as one page: conflicts first, then who says what, by kind of witness."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from api.intake import CodedFinding
from api.parts import FilmPart, TextPart
from api.render.as_html import PAGES, STYLES, html_report
from api.render.ledger import effect_words
from api.render.ledger_films import film_entries
from api.render.ledger_values import WIDTH, range_bar
from api.render.ordinal import ordinal
from api.render.view import view
from api.render.witnesses import Anchors, Modality, finding_row, grouped
from api.service import Service
from domain.differential import Differential, Side
from domain.evidence import ConceptRef, ImageRegion, Measurement
from domain.findings import FindingUse, State, Time
from domain.identifiers import Curie
from domain.what_if import Move
from tests.api import builders
from tests.api.render.test_as_html import Page
from tests.api.test_film_findings import label, reading, service_with
from tests.vision.films import chest_like, png_bytes
from tests.vision.made_model import made_model
from vision.card import Shipped
from vision.film import Film

LETTER = "Adult with scoliosis. No pleural effusion. Possible seizures.\n"
OLD = "Ataxia.\n"
FILM, BOX = "film.png", (30.0, 60.0, 50.0, 40.0)
EFFUSION = Curie("HP:0002202")
CRP = Measurement(
    code="1988-5", name="C-reactive protein", value=187, unit="mg/L", time="2026-03-03",
    reference_range="All ages: <0.8 mg/dL", source="A table of ranges (its reference)",
    usual=(None, 8.0),
)  # fmt: skip
SODIUM = replace(CRP, code="2951-2", name="sodium", value=140, unit="mmol/L", usual=(135, 145))
BARE = replace(CRP, code="x", name="ferritin", reference_range=None, source="", usual=None)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return made_model(tmp_path_factory.mktemp("model"), scores={"Effusion": 2.0})


@dataclass(frozen=True)
class Whole:
    """An answer with what it was made of."""

    d: Differential
    documents: Mapping[str, str]
    films: Mapping[str, Film]

    @property
    def html(self) -> str:
        return html_report(self.d, self.documents, self.films)


@pytest.fixture(scope="module")
def whole(toy_service: Service, shipped: Shipped) -> Whole:
    """Two texts, one of them old, a film, codes and a known condition, answered; and values."""
    service = service_with(toy_service, shipped)
    now = date(2026, 3, 3)
    seen = reading(
        shipped.card,
        replace(label("Effusion", 0.5), box=BOX),
        label("Cardiomegaly", 0.02),
        size=(200, 160),
    )
    case = service.case(
        texts=[
            TextPart(name="letter", text=LETTER, day=now),
            TextPart(name="old.txt", text=OLD, day=date(2020, 1, 2)),
        ],
        images=[FilmPart(reading=seen, day=now)],
        findings=[CodedFinding(concept="HP:0002650"), CodedFinding(concept="HP:0000252")],
        known=["hypertension"],
        age="40",
        sex="F",
    )
    d = service.diagnose(case)
    values = tuple(
        FindingUse(
            finding=replace(
                builders.finding(builders.FEVER, State.PRESENT),
                observations=(
                    replace(
                        builders.finding(builders.FEVER, State.PRESENT).observations[0],
                        evidence=(one,),
                        earlier=day,
                    ),
                ),
                time=Time.NOW if day is None else Time.PAST,
            ),
            used=False,
            why_not="the toys know no values",
        )
        for one, day in ((SODIUM, None), (CRP, None), (BARE, "2020-01-02"))
    )
    pixels = np.random.default_rng(3).random((160, 200), dtype=np.float32)
    film = Film(name=FILM, pixels=pixels, sha256="0" * 64, format="PNG")
    return Whole(
        d=replace(d, findings=(*d.findings, *values)),
        documents={"letter": LETTER, "old.txt": OLD},
        films={FILM: film},
    )


def test_conflicts_stand_first_with_both_sides_and_what_they_would_do(whole: Whole) -> None:
    html = whole.html
    at = [html.index(part) for part in ('id="h-conflicts"', 'aria-label="Scope of this answer"',
          'id="h-differential"', 'id="h-text-0"', 'id="h-films"', 'id="h-values"', 'id="h-codes"',
          'id="h-known"', 'id="h-findings"', 'id="h-silent"')]  # fmt: skip
    assert at == sorted(at)
    card = html[at[0] : at[1]]
    (conflict,) = whole.d.conflicts
    assert conflict.message in card
    assert {s.state for s in conflict.sides} == {State.PRESENT, State.ABSENT}
    assert re.search(r'href="#text-0-\d+-\d+-\d+"><q>pleural effusion</q>', card)
    assert "because of <q>No</q>" in card
    assert re.search(r'href="#region-\d+"><span>effusion, LR 9</span>', card)
    assert "If only the letter were heard: " in card
    assert f"If only the film {FILM} were heard: " in card


def test_what_one_side_would_do_is_told_by_place() -> None:
    refs = [ConceptRef(id=Curie(f"TOY:{n}"), label=f"d{n}") for n in (1, 2, 3)]
    moves = tuple(
        Move(disease=d, before=b, after=a) for d, (b, a) in zip(refs, [(1, 1), (3, 2), (2, 11)],
                                                               strict=True)
    )  # fmt: skip
    side = Side(finding=refs[0], state=State.PRESENT, observations=())
    assert effect_words(side) == ""
    assert effect_words(replace(side, moves=moves)) == "d2 2nd (now 3rd), d3 11th (now 2nd)"
    assert "stay" in effect_words(replace(side, moves=moves[:1]))
    assert [ordinal(n) for n in (1, 22, 13, 103, 1112)] == ["1st", "22nd", "13th", "103rd",
                                                            "1,112th"]  # fmt: skip


def test_each_witness_is_there_once_with_its_kind(whole: Whole) -> None:
    shown = view(whole.d, whole.documents, whole.films)
    effusion = shown.ledger.by_concept[EFFUSION]
    assert [w.modality for w in effusion.witnesses] == ["report", "film"]
    assert [(w.modality, w.name, w.state) for w in effusion.witnesses] == [
        (Modality.REPORT, "letter", State.ABSENT),
        (Modality.FILM, FILM, State.PRESENT),
    ]
    scoliosis = shown.ledger.by_concept[Curie("HP:0002650")]
    assert [w.modality for w in scoliosis.witnesses] == ["report", "code"]
    twice = replace(scoliosis.use.finding, observations=scoliosis.use.finding.observations * 2)
    again = finding_row(1, FindingUse(finding=twice, used=True), Anchors([scoliosis.use], {}))
    assert len(again.witnesses) == len(scoliosis.witnesses)


def test_words_are_marked_by_what_they_say_themselves(whole: Whole) -> None:
    """The letter denies the effusion that its film shows: its words stay a denial."""
    marks = re.findall(r'<a class="mark ([^"]*)"[^>]*>([^<]*)', whole.html)
    assert ("absent patient now", "pleural effusion") in marks


def test_what_is_older_bears_its_day(whole: Whole) -> None:
    assert "2020-01-02" in whole.html.partition('id="h-text-1"')[2].partition("</section>")[0]
    values = whole.html.partition('id="h-values"')[2].partition("</section>")[0]
    assert '<span class="before">past, of 2020-01-02</span>' in values


def test_the_film_is_shown_with_its_box_and_told_in_words(whole: Whole) -> None:
    page = Page(whole.html)
    (image,) = [a for tag, a in page.elements if tag == "image"]
    assert image["aria-label"] == (
        "Chest film film.png, 200 by 160 pixels. The model calls present: effusion. It calls "
        "absent: cardiomegaly."
    )
    kind, _, data = (image["href"] or "").partition(",")
    assert kind == "data:image/png;base64"
    assert Image.open(BytesIO(b64decode(data))).size == (200, 160)
    (box,) = [a for tag, a in page.elements if tag == "rect" and a.get("class") == "box shown"]
    assert [float(box[k] or "") for k in ("x", "y", "width", "height")] == list(BOX)
    (link,) = [a for tag, a in page.elements if tag == "a" and a.get("class") == "box shown"]
    assert link["aria-label"] == "Box 1: effusion, experimental"
    assert "need not be where the finding is" in " ".join(whole.html.split())


def test_without_its_pixels_a_film_is_told_all_the_same(whole: Whole) -> None:
    html = html_report(whole.d, whole.documents)
    assert "<image" not in html
    assert "The picture is not part of this answer" in html
    assert re.search(r'<tr data-findings="\d+" id="region-\d+" class="yes">', html)


def test_no_box_where_the_reading_has_none(whole: Whole) -> None:
    def bare(use: FindingUse) -> FindingUse:
        seen = tuple(
            replace(o, evidence=tuple(
                replace(e, box=None) if isinstance(e, ImageRegion) else e for e in o.evidence
            ))
            for o in use.finding.observations
        )  # fmt: skip
        return replace(use, finding=replace(use.finding, observations=seen))

    d = replace(whole.d, findings=tuple(map(bare, whole.d.findings)))
    html = html_report(d, whole.documents, whole.films)
    assert "<image" in html
    assert 'class="box shown"' not in html
    assert "experimental" not in html.partition('id="h-films"')[2].partition("</section>")[0]


def test_several_films_share_the_room_of_one() -> None:
    pixels = np.random.default_rng(5).random((1200, 900), dtype=np.float32)
    films = {f"{n}.png": Film(name=f"{n}.png", pixels=pixels, sha256="", format="PNG")
             for n in range(4)}  # fmt: skip
    made = film_entries(Anchors((), {}), (), (), films)
    assert {f.shown for f in made} == {(384, 512)}
    assert sum(len(f.picture) for f in made) < 1.5e6


def test_numbers_of_boxes_do_not_cover_each_other(whole: Whole) -> None:
    region = next(e for u in whole.d.findings for e in u.finding.evidence
                  if isinstance(e, ImageRegion) and e.box)  # fmt: skip
    base = next(u for u in whole.d.findings if region in u.finding.evidence)
    observation = next(o for o in base.finding.observations if region in o.evidence)
    three = tuple(
        replace(observation, evidence=(replace(region, label=name),)) for name in ("a", "b", "c")
    )
    use = replace(base, finding=replace(base.finding, observations=three))
    anchors = Anchors([use], {})
    (film,) = film_entries(anchors, [finding_row(1, use, anchors)], (), whole.films)
    assert [b.number for b in film.boxes] == [1, 2, 3]
    assert len({b.badge for b in film.boxes}) == 3


@pytest.mark.parametrize(
    ("usual", "value", "low", "high", "middle", "beyond", "outside"),
    [
        ((135.0, 145.0), 140.0, 40.0, 80.0, 60.0, "", False),
        ((135.0, 145.0), 131.0, 40.0, 80.0, 24.0, "", True),
        ((None, 8.0), 4.0, 0.0, 60.0, 30.0, "", False),
        ((None, 8.0), 187.0, 0.0, 60.0, WIDTH, "high", True),
        ((130.0, None), 65.0, 60.0, WIDTH, 30.0, "", True),
        ((0.0, 5.0), 5.0, 0.0, 60.0, 60.0, "", False),
        ((-2.0, 2.0), -7.0, 40.0, 80.0, 0.0, "low", True),
    ],
)
def test_a_value_stands_where_it_is_on_its_range(
    usual: tuple[float | None, float | None],
    value: float, low: float, high: float, middle: float, beyond: str, outside: bool,
) -> None:  # fmt: skip
    bar = range_bar(replace(CRP, value=value, usual=usual))
    assert bar is not None
    assert (bar.low, bar.high, bar.middle) == (low, high, middle)
    assert (bar.beyond, bar.outside) == (beyond, outside)


def test_a_limit_is_drawn_as_what_it_leaves_open() -> None:
    below = range_bar(replace(CRP, value=6, bound="<"))
    span = range_bar(replace(SODIUM, value=130, upper=140))
    assert below is not None
    assert span is not None
    assert (below.start, below.end, below.outside) == (0.0, 45.0, False)
    assert (span.start, span.end, span.outside) == (20.0, 60.0, False)
    assert range_bar(BARE) is None


def test_values_are_told_with_range_source_and_day(whole: Whole) -> None:
    values = whole.html.partition('id="h-values"')[2].partition("</section>")[0]
    assert 'aria-label="187 mg/L, range up to 8 mg/L; 23 times the upper end"' in values
    assert "range All ages: &lt;0.8 mg/dL (A table of ranges (its reference))" in values
    assert values.index("C-reactive protein") < values.index("Sodium") < values.index("Ferritin")
    assert "no range is known" in values


def test_one_value_given_twice_is_one_row() -> None:
    untimed, other = replace(CRP, time=None), replace(CRP, time="2026-03-04")
    assert grouped([untimed, CRP, other]) == [(CRP, untimed), (other,)]
    assert len(grouped([CRP, replace(CRP, value=90)])) == 2


def test_what_is_known_is_told_as_never_suggested(whole: Whole) -> None:
    known = whole.html.partition('id="h-known"')[2].partition("</section>")[0]
    assert "never suggested" in known
    assert "Hypertension" in known
    assert "the graph has no finding that says that somebody has it" in known


def test_every_link_leads_to_its_place_once(whole: Whole) -> None:
    page = Page(whole.html)
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    local = {h[1:] for h in page.attributes("href") if h.startswith("#")}
    assert local <= set(ids)
    kinds = {name.partition("-")[0] for name in local}
    assert {"text", "region", "value", "code", "finding"} <= kinds


def test_each_number_opens_to_its_place_and_its_publication_in_three_clicks(whole: Whole) -> None:
    """Diagnosis, reason, then a link: every reason of a finding holds one to its place, and one
    with source rows names where they come from."""
    shown = view(whole.d, whole.documents, whole.films)
    told = 0
    for diagnosis in shown.diagnoses:
        for reason in (r for g in diagnosis.groups for r in g.reasons):
            if reason.contribution.finding is None:
                continue
            places = [p for row in reason.rows for p in row.places]
            assert places, reason.name
            assert all(p.anchor is not None for p in places), reason.name
            told += 1
    assert told > 3
    html = whole.html
    body = html.partition('id="diagnosis-1"')[2].partition('id="diagnosis-2"')[0]
    for one in re.split(r'<details class="reason"', body)[1:]:
        if "Source rows" in one:
            assert '<th scope="col">References</th>' in one
            assert 'In the case:</span> <a class="go" href="#' in one or 'data-findings=""' in one


def test_the_page_asks_for_nothing_and_is_small(whole: Whole) -> None:
    big = Film(
        name=FILM,
        pixels=np.random.default_rng(7).random((1600, 2000), dtype=np.float32),
        sha256="",
        format="PNG",
    )
    html = html_report(whole.d, whole.documents, {FILM: big})
    assert len(html.encode()) < 3_000_000
    page = Page(html)
    assert not page.attributes("src")
    assert not page.attributes("style")
    inside = ("#", "data:")
    outward = {t for t, a in page.elements if not (a.get("href") or "#").startswith(inside)}
    assert outward <= {"a"}
    policy = next(c for c in page.attributes("content") if "default-src" in c)
    assert "default-src 'none'" in policy
    assert "img-src data:" in policy
    assert "unsafe" not in policy
    assert not re.search(r"url\((?!#)|@import", "".join(page.bodies["style"]))


def test_controls_pictures_and_tables_have_names(whole: Whole) -> None:
    page = Page(whole.html)
    for tag, a in page.elements:
        if a.get("role") in {"img", "group", "region"} or tag == "nav":
            assert a.get("aria-label") or a.get("aria-labelledby"), (tag, a)
        if tag == "svg":
            assert a.get("aria-hidden") == "true" or a.get("aria-label"), a
    html = re.sub(r"<script.*?</script>", "", whole.html, flags=re.DOTALL)
    for control in re.findall(r"<input[^>]*>", html):
        before = html[: html.index(control)]
        assert before.rfind("<label") > before.rfind("</label>"), control
    assert html.count("<th ") == html.count('<th scope="col"')


def test_every_colour_has_a_dark_and_a_light_form() -> None:
    """A colour is named once for light and once for dark; the ledger names none of its own but on
    the film, which is black on any page."""
    main, ledger = ((PAGES / "static" / n).read_text("utf-8") for n in (STYLES[0], "ledger.css"))
    light, _, rest = main.partition("@media (prefers-color-scheme: dark)")
    dark = rest.partition("\n}")[0]
    names = set(re.findall(r"(--[\w-]+):", light))
    assert names == set(re.findall(r"(--[\w-]+):", dark))
    assert set(re.findall(r"var\((--[\w-]+)\)", ledger)) <= names
    own = [line for line in ledger.splitlines() if re.search(r"#[0-9a-f]{3,6}\b", line)]
    assert all(line.startswith((".film ", ".badge ")) for line in own), own


def test_diagnose_writes_the_film_into_its_page(
    run: Callable[..., Result], tmp_path: Path, shipped: Shipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFERENTIA_IMAGE_MODEL", str(shipped.folder))
    path = tmp_path / "chest.png"
    path.write_bytes(png_bytes(chest_like(160)))
    page = run("diagnose", "--image", str(path), "--format", "html")
    assert page.exit_code == 0, page.output
    assert 'aria-label="Chest film chest.png, ' in page.stdout
    assert 'href="data:image/png;base64,' in page.stdout
