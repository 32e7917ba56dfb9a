"""Time one film from its file to its findings, beside torchvision's DenseNet-121; and, where there
is a GPU, the network in batches beside the same network as torch runs it by itself."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from rich.console import Console
from rich.table import Table

from api.films import film_card, film_reader
from api.settings import Settings
from benchmarks.turns import medians
from vision.card import Shipped
from vision.inference import Inference, limited
from vision.network import load_network
from vision.reader import BATCH, FilmReader

DENSENET_SIDE = 224
#: Batches that a GPU is timed over.
BATCHES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Median seconds of one image, of ours and of what stands beside it."""

    ours: float
    other: float

    @property
    def faster(self) -> float:
        """How many times as fast ours is."""
        return self.other / self.ours


def time_film(reader: FilmReader, path: Path, repeats: int) -> Beside:
    """Our reader from file to findings beside DenseNet-121 at 224 px from file to scores, in turns
    on one thread of torch each. DenseNet's weights are random: its time is that of any."""
    if (refused := reader.read_file(path).refused) is not None:
        raise ValueError(f"{path.name} was refused: {refused.detail}")
    densenet = _densenet()
    todo = {"ours": lambda: reader.read_file(path), "other": lambda: densenet(path)}
    with limited(1):
        return Beside(**medians(todo, repeats))


def time_gpu(shipped: Shipped, repeats: int) -> Beside:
    """Prepared films in batches, as `read_many` runs them, beside the same network eagerly in
    float32 with the same batches; seconds of one film. Needs CUDA."""
    inference = Inference(shipped)
    side = shipped.card.architecture.side
    films = [torch.rand(1, side, side) for _ in range(BATCH)]
    eager = load_network(shipped).cuda()

    def ours() -> None:
        for _ in range(BATCHES):
            inference.many(films)

    def other() -> None:
        with torch.inference_mode():
            for _ in range(BATCHES):
                batch = torch.stack(films).cuda()
                features = eager.features(batch)
                eager.scores(features).cpu().numpy(), features.cpu().numpy()

    seconds = medians({"ours": ours, "other": other}, repeats)
    return Beside(**{name: s / (BATCH * BATCHES) for name, s in seconds.items()})


def rows(shipped: Shipped, reader: FilmReader, film: Path, repeats: int) -> list[tuple[str, ...]]:
    """What was measured, as rows of (what, time, measured, goal)."""
    found: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        dicom = as_dicom(film, Path(folder) / "film.dcm")
        for form, path in (("PNG", film), ("DICOM", dicom)):
            timed = time_film(reader, path, repeats)
            with Image.open(film) as image:
                size = f"{image.width} x {image.height} px"
            found += [
                (f"{form} of {size}: DenseNet-121 at 224 px, to scores", _ms(timed.other), "", ""),
                (
                    f"{form} of {size}: Differentia, to findings",
                    _ms(timed.ours),
                    f"{timed.faster:.1f} times faster",
                    "5 times, at least 2",
                ),
            ]
    if not torch.cuda.is_available():
        return [*found, ("films on a GPU: not measured, there is none", "", "", "")]
    timed = time_gpu(shipped, repeats)
    device = torch.cuda.get_device_name()
    return [
        *found,
        (f"network on {device}: eagerly in float32", f"{1 / timed.other:,.0f} a second", "", ""),
        (
            f"network on {device}: Differentia",
            f"{1 / timed.ours:,.0f} a second",
            f"{timed.faster:.1f} times faster",
            "4 times, at least 2",
        ),
    ]


def as_dicom(film: Path, path: Path) -> Path:
    """The pixels of a PNG as an uncompressed DICOM radiograph, written to `path`."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import DigitalXRayImageStorageForPresentation as Storage
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    with Image.open(film) as image:
        pixels = np.asarray(image.convert("L"))
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = Storage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    made = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    made.SOPClassUID, made.SOPInstanceUID = Storage, meta.MediaStorageSOPInstanceUID
    made.Modality, made.BodyPartExamined, made.ViewPosition = "DX", "CHEST", "PA"
    made.PhotometricInterpretation, made.SamplesPerPixel = "MONOCHROME2", 1
    made.Rows, made.Columns = pixels.shape
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit, made.PixelRepresentation = 7, 0
    made.PixelData = pixels.tobytes()
    made["PixelData"].VR = "OB"
    made.save_as(path, enforce_file_format=True)
    return path


def _densenet() -> Callable[[Path], object]:
    """Reads a file, reduces it to 224 px and gives it to DenseNet-121."""
    from torchvision.models import densenet121

    network = densenet121(weights=None, num_classes=14).eval()

    def scores(path: Path) -> object:
        if path.suffix == ".dcm":
            from pydicom import dcmread

            image = Image.fromarray(dcmread(path).pixel_array)
        else:
            image = Image.open(path).convert("L")
        small = image.resize((DENSENET_SIDE, DENSENET_SIDE), Image.Resampling.BILINEAR)
        grey = torch.from_numpy(np.asarray(small, dtype=np.float32) / 255)
        with torch.inference_mode():
            return network(grey.expand(1, 3, -1, -1)).numpy()

    return scores


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", type=Path, required=True, help="a film as PNG")
    parser.add_argument("--repeats", type=int, default=15, help="turns (default 15)")
    options = parser.parse_args()
    model = Settings.load().image_model
    table = Table(title=f"Films: medians of {options.repeats} turns, one thread of torch")
    for heading in ("what", "time", "measured", "goal"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for row in rows(film_card(model), film_reader(model), options.film, options.repeats):
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
