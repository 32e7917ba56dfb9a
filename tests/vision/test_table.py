"""Tables of films: columns, duplicates, masks, and each mistake by its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from domain.errors import InvalidField, SourceError
from tests.vision.drawn_set import draw_set
from vision.data.images import load_films
from vision.data.split import part, split
from vision.data.table import LABELS, read_table

HEAD = "file,patient_id,age,sex,view,part,Effusion,Mass\n"


def folder(tmp_path: Path, *rows: str, head: str = HEAD, name: str = "films") -> Path:
    """A folder with a table, and an image of the row's number for each row."""
    made = tmp_path / name
    made.mkdir()
    (made / "labels.csv").write_text(head + "".join(f"{row}\n" for row in rows), "utf-8")
    for row in rows:
        grey = np.full((40, 40), 10 * len(row) % 256, np.uint8)
        Image.fromarray(grey).save(made / Path(row.partition(",")[0]).name)
    return made


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    made = folder(tmp_path, "a.png,007,61,M,AP,,1,", "b.png,x-3,,,,2,0,1")
    for path in (made, made / "labels.csv"):
        table = read_table([path])
        assert table.names == ("Effusion", "Mass")
        assert table.patient.tolist() == ["7", "x-3"]
        np.testing.assert_array_equal(table.labels, np.array([[1, np.nan], [0, 1]]))
        np.testing.assert_array_equal(table.age, np.array([61, np.nan]))
        assert table.px.tolist() == [40, 40]
        assert table.stated_part.tolist() == [-1, 2]
        assert not table.child.any()
    films = load_films(table)
    assert films.shape == (2, 128, 128)
    assert (films[0] == 10 * len("a.png,007,61,M,AP,,1,") % 256).all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("b.png,1,61,M,AP,,2,0", "Effusion is '2', and must be 1, 0 or empty."),
        ("b.png,1,old,M,AP,,1,0", "age is 'old', and must be a number of years or empty."),
        ("b.png,1,61,X,AP,,1,0", "sex is 'X', and must be one of 'M', 'F' or empty."),
        ("b.png,1,61,M,lateral,,1,0", "view is 'lateral', and must be one of 'PA', 'AP'"),
        ("b.png,1,61,M,AP,7,1,0", "part is '7'"),
        ("b.png,,61,M,AP,,1,0", "`file` and `patient_id` must be filled."),
        ("b.png,1,61,M,AP,,1", "has more or fewer fields than the first line."),
        ("b.png,1,61,M,AP,,1,0,0", "has more or fewer fields than the first line."),
    ],
)
def test_mistakes_are_named_by_line(tmp_path: Path, row: str, message: str) -> None:
    made = folder(tmp_path, "a.png,1,61,M,AP,,1,0", row)
    with pytest.raises(SourceError) as caught:
        read_table([made])
    assert message in str(caught.value)
    assert "labels.csv:3:" in str(caught.value)


def test_missing_columns_and_images(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no column 'patient_id'"):
        read_table([folder(tmp_path, head="file,Effusion\n", name="one")])
    with pytest.raises(SourceError, match="has no column of a label"):
        read_table([folder(tmp_path, head="file,patient_id,age\n", name="two")])
    made = folder(tmp_path, "a.png,1,61,M,AP,,1,0")
    (made / "a.png").unlink()
    with pytest.raises(SourceError, match=r"labels\.csv:2: file 'a\.png': is not in the folder"):
        read_table([made])
    (made / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    table = read_table([made])
    with pytest.raises(SourceError, match=r"a\.png"):
        load_films(table)
    with pytest.raises(InvalidField, match="no folder"):
        read_table([])


def test_a_film_that_stands_twice_is_taken_at_128_pixels(tmp_path: Path) -> None:
    head = "file,image_index,px,patient_id,Effusion,bbox_1024_json\n"
    small = folder(tmp_path, "s.png,i1,64,1,0,", "t.png,i2,64,1,0,", head=head, name="small")
    right = folder(tmp_path, "r.png,i1,128,1,1,", head=head, name="right")
    box = '"[[""Infiltrate"", [512, 256, 102.4, 51.2]]]"'
    large = folder(tmp_path, f"l.png,i1,512,1,0,{box}", head=head, name="large")
    table = read_table([small, large, right])
    assert dict(zip(table.image_index.tolist(), table.px.tolist(), strict=True)) == {
        "i1": 128,
        "i2": 64,
    }
    assert table.labels[table.image_index.tolist().index("i1"), 0] == 1
    # The box counts for its patient though its row was not taken.
    assert table.boxed.all()
    drawn = read_table([large]).boxes[0][0]
    assert (drawn.label, drawn.box) == ("Infiltration", (0.5, 0.25, 0.1, 0.05))


def test_parts_are_of_whole_patients(tmp_path: Path) -> None:
    # By hand: sha256("nih:1338") and sha256("nih:1") modulo 5.
    assert [part("0001338"), part(1338), part(1)] == [part("1338")] * 2 + [part("1")]
    assert {part(n) for n in range(50)} == {0, 1, 2, 3, 4}
    conflict = folder(tmp_path, "a.png,1,61,M,AP,0,1,0", "b.png,1,61,M,AP,3,1,0")
    with pytest.raises(InvalidField, match=r"a\.png and b\.png are of one patient"):
        split(read_table([conflict]), fold=0, inner=0)


def test_who_is_kept_out_of_training(tmp_path: Path) -> None:
    head = "file,patient_id,age,part,Effusion,bbox_1024_json\n"
    box = '"[[""Mass"", [0, 0, 10, 10]]]"'
    made = folder(
        tmp_path,
        "adult.png,21,40,1,1,",
        "child.png,22,17,1,0,",
        f"boxed.png,23,40,1,0,{box}",
        "beside.png,23,41,1,0,",
        "example.png,193,40,1,0,",
        "held.png,24,40,0,0,",
        "unknown.png,25,,2,0,",
        head=head,
    )
    table = read_table([made])
    found = split(table, fold=0, inner=0)
    assert sorted(table.file[found.train].tolist()) == ["adult.png", "unknown.png"]
    assert table.file[found.held_out].tolist() == ["held.png"]


def test_no_patient_is_in_two_groups(tmp_path: Path) -> None:
    table = read_table([draw_set(tmp_path, films=200)])
    seen = []
    for fold in range(5):
        found = split(table, fold=fold, inner=0.2)
        groups = [set(table.patient[rows]) for rows in (found.train, found.inner, found.held_out)]
        assert all(groups)
        assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
        assert set().union(*groups) == set(table.patient)
        seen += found.held_out.tolist()
    assert sorted(seen) == list(range(len(table)))


def test_the_folders_of_chestxray14(material: Path) -> None:
    images = material / "images"
    table = read_table([images / f"nih-cxr14-{px}" for px in (64, 512, 128)])
    assert table.names == LABELS
    assert dict(zip(*np.unique(table.px, return_counts=True), strict=True)) == {
        64: 3960,
        128: 7911,
        512: 323,
    }
    assert int(table.child.sum()) == 603
    found = split(table, fold=0, inner=0)
    assert (len(found.train), len(found.held_out)) == (8430, 2808)
