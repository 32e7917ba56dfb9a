"""Films and what is none, made at random for the gate: each kind by its own function.

Every function takes and gives (batch, 1, h, w) float32 of brightness 0 to 1, and draws from
torch's default generator.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def _uniform(count: int, low: float, high: float) -> Tensor:
    return torch.rand(count, 1, 1, 1) * (high - low) + low


def _some(count: int, share: float) -> Tensor:
    """(count, 1, 1, 1): which of a batch are meant."""
    return torch.rand(count, 1, 1, 1) < share


def moved(
    x: Tensor, *, turn: float = 0.12, scale: tuple[float, float] = (0.75, 1.4), shift: float = 0.1
) -> Tensor:
    """Turned by at most `turn` radians, enlarged by 1/scale, stretched a little and shifted by a
    share of half the side; half of them mirrored."""
    count = len(x)
    angle = (torch.rand(count) * 2 - 1) * turn
    size = torch.rand(count) * (scale[1] - scale[0]) + scale[0]
    aspect = torch.exp((torch.rand(count) * 2 - 1) * 0.25)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    place = (torch.rand(count, 2) * 2 - 1) * shift
    return _warped(x, angle, size * aspect * mirror, size / aspect, place)


def turned(x: Tensor) -> Tensor:
    """Lying on a side or on its head: quarter turns, half turns, upside-down, and any angle from
    30 degrees."""
    count = len(x)
    quarter = torch.randint(1, 4, (count,)) * (math.pi / 2) + torch.randn(count) * 0.06
    any_angle = math.pi / 6 + torch.rand(count) * (2 * math.pi - math.pi / 3)
    draw = torch.rand(count)
    angle = torch.where(draw < 0.6, quarter, any_angle)
    flip = torch.where(draw > 0.85, -1.0, 1.0)
    angle = torch.where(draw > 0.85, torch.randn(count) * 0.06, angle)
    size = torch.rand(count) * 0.3 + 0.85
    return _warped(x, angle, size, size * flip, (torch.rand(count, 2) * 2 - 1) * 0.08)


def cropped(x: Tensor) -> Tensor:
    """A half or a quarter of a film, stretched to the whole or cut to a square."""
    out = []
    height, width = x.shape[-2:]
    for film in x:
        share = 0.35 + 0.22 * float(torch.rand(()))
        which = int(torch.randint(0, 6, ()))
        wide, high = (share, 1.0) if which < 3 else (1.0, share)
        if which % 3 == 2:
            wide = high = 0.3 + 0.25 * float(torch.rand(()))
        elif float(torch.rand(())) < 0.3:
            wide = high = min(wide, high) * 1.1
        w, h = max(8, round(width * wide)), max(8, round(height * high))
        # A half is one side's; a square can lie anywhere.
        left = 0 if which % 3 == 0 else width - w
        top = 0 if which % 3 == 0 else height - h
        if w < width and h < height:
            left = int(torch.randint(0, width - w + 1, ()))
            top = int(torch.randint(0, height - h + 1, ()))
        part = film[None, :, top : top + h, left : left + w]
        out.append(F.interpolate(part, size=(height, width), mode="bilinear", align_corners=False))
    return torch.cat(out)


def relit(x: Tensor) -> Tensor:
    """As other machines would show it: gamma, uneven light, a bent curve of grey values, evened-out
    surroundings, window, grain, blur, borders and painted marks."""
    count, _, height, width = x.shape
    x = x.clamp(1e-4, 1) ** torch.exp(_uniform(count, -0.5, 0.5))
    field = F.interpolate(torch.randn(count, 1, 4, 4), size=(height, width), mode="bicubic")
    x = (x + field * _uniform(count, 0, 0.12) * _some(count, 0.5)).clamp(0, 1)
    bend = _uniform(count, 2, 8)
    middle = _uniform(count, 0.3, 0.7)
    x = torch.where(_some(count, 0.3), torch.sigmoid((x - middle) * bend), x)
    around = F.interpolate(
        F.interpolate(x, scale_factor=0.125, mode="area"), size=(height, width), mode="bicubic"
    )
    x = torch.where(_some(count, 0.35), x - around * _uniform(count, 0.2, 0.9) + 0.4, x)
    x = x.clamp(0, 1)
    even = _some(count, 0.15)
    if even.any():
        flat = x.flatten(1)
        ranks = flat.argsort(1).argsort(1).float() / flat.shape[1]
        x = torch.where(even, ranks.view_as(x) * 0.6 + x * 0.4, x)
    low, high = _uniform(count, -0.1, 0.25), _uniform(count, 0.75, 1.15)
    x = torch.where(_some(count, 0.7), (x - low) / (high - low), x).clamp(0, 1)
    coarse = F.interpolate(x, scale_factor=0.5, mode="area")
    coarse = F.interpolate(coarse, size=(height, width), mode="bilinear", align_corners=False)
    x = torch.where(_some(count, 0.4), coarse, x)
    sharp = (x + (x - coarse) * _uniform(count, 0.2, 1.5)).clamp(0, 1)
    x = torch.where(_some(count, 0.25), sharp, x)
    x = x + torch.randn_like(x) * (_uniform(count, 0, 0.05) * _some(count, 0.4))
    return _marked(_bordered(x)).clamp(0, 1)


def rendered(x: Tensor) -> Tensor:
    """Relit, and every third of them a second time: a film passes through several hands."""
    x = relit(x)
    again = torch.rand(len(x)) < 1 / 3
    if again.any():
        x = x.clone()
        x[again] = relit(x[again])
    return x


def mixed(x: Tensor) -> Tensor:
    """Half of them with another's amplitudes, in part, and their own phases: where things are
    stays, how bright and how sharp they are drawn becomes the other's (amplitude mix,
    arXiv:2105.11120). Half of those take low frequencies alone, which are light and exposure."""
    count, _, height, width = x.shape
    waves = torch.fft.rfft2(x)
    amplitude = waves.abs()
    other = amplitude[torch.randperm(count)]
    share = torch.rand(count, 1, 1, 1)
    far = torch.hypot(torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None])
    cut = torch.where(_some(count, 0.5), _uniform(count, 0, 0.08), torch.ones(count, 1, 1, 1))
    share = share * (far <= cut)
    blended = torch.polar(amplitude * (1 - share) + other * share, waves.angle())
    made = torch.fft.irfft2(blended, s=(height, width)).clamp(0, 1)
    return torch.where(_some(count, 0.5), made, x)


def noise(count: int, side: int) -> Tensor:
    """No picture at all: grain of every coarseness, stripes, ramps, flat areas with blocks."""
    out = []
    for _ in range(count):
        which = int(torch.randint(0, 4, ()))
        if which == 0:
            x = torch.randn(1, 1, side, side) * 0.3 + 0.5
        elif which == 1:
            cells = int(2 ** (1 + 5 * float(torch.rand(()))))
            x = F.interpolate(torch.rand(1, 1, cells, cells), size=(side, side), mode="bicubic")
        elif which == 2:
            y, z = torch.meshgrid(
                torch.linspace(-1, 1, side), torch.linspace(-1, 1, side), indexing="ij"
            )
            a, b = torch.randn(2) * 6 * torch.rand(())
            x = (torch.sin(a * y + b * z) * 0.5 + 0.5)[None, None]
        else:
            x = _marked(torch.rand(1, 1, 1, 1).expand(1, 1, side, side).clone(), most=24)
        grain = torch.randn(1, 1, side, side) * 0.1 * float(torch.rand(()))
        out.append((x + grain).clamp(0, 1))
    return torch.cat(out) if out else torch.empty(0, 1, side, side)


def shuffled(x: Tensor) -> Tensor:
    """A film's own squares in another order: its grey values and its grain, and no chest."""
    cells = (2, 3, 4, 6)[int(torch.randint(0, 4, ()))]
    step = x.shape[-1] // cells
    squares = F.unfold(x[..., : step * cells, : step * cells], step, stride=step)
    squares = squares[..., torch.randperm(cells * cells)]
    whole = F.fold(squares, (step * cells, step * cells), step, stride=step)
    return F.interpolate(whole, size=x.shape[-2:], mode="bilinear", align_corners=False)


def _warped(x: Tensor, angle: Tensor, across: Tensor, down: Tensor, shift: Tensor) -> Tensor:
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = [
        torch.stack([cos * across, -sin * down, shift[:, 0]], 1),
        torch.stack([sin * across, cos * down, shift[:, 1]], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(x.shape), align_corners=False)
    padding = "zeros" if float(torch.rand(())) < 0.7 else "border"
    return F.grid_sample(x, grid, align_corners=False, padding_mode=padding)


def _bordered(x: Tensor) -> Tensor:
    """Black, white or grey bars at the edges of some, as a scanner's frame leaves them."""
    height, width = x.shape[-2:]
    x = x.clone()
    for i in torch.where(torch.rand(len(x)) < 0.3)[0].tolist():
        grey = float(torch.randint(0, 3, ())) / 2 if float(torch.rand(())) < 0.3 else 0.0
        across, down = (torch.rand(2) * 0.12 * torch.tensor([width, height])).int().tolist()
        if across and float(torch.rand(())) < 0.6:
            x[i, :, :, :across] = grey
            x[i, :, :, width - across :] = grey
        if down and float(torch.rand(())) < 0.6:
            x[i, :, :down] = grey
            x[i, :, height - down :] = grey
    return x


def _marked(x: Tensor, most: int = 3) -> Tensor:
    """Small bright or dark blocks, as side markers, labels and leads are."""
    height, width = x.shape[-2:]
    for i in torch.where(torch.rand(len(x)) < 0.5)[0].tolist():
        for _ in range(int(torch.randint(1, most + 1, ()))):
            h, w = (2 + torch.rand(2) * 0.12 * height).int().tolist()
            top = int(torch.randint(0, height - h, ()))
            left = int(torch.randint(0, width - w, ()))
            x[i, :, top : top + h, left : left + w] = 1.0 if float(torch.rand(())) < 0.8 else 0.0
    return x
