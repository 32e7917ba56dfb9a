"""Small plots as SVG: lines with intervals, and bars. One file each, without a script.

Colours are named once for light and once for dark readers (`prefers-color-scheme`); series also
differ by dash, so that none is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 680, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 28, 64, 56
_LIGHT = ("#0b62c4", "#b35900", "#1a7f37", "#8250df", "#b5126e", "#5c5c5c")
_DARK = ("#58a6ff", "#f0883e", "#3fb950", "#bc8cff", "#ff7bc3", "#b0b0b0")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "1 4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value with its interval, at x."""

    x: float
    y: float
    low: float
    high: float
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Points of one line or kind of bar, with the name for the legend."""

    name: str
    points: tuple[Point, ...]


def lines(
    title: str,
    x_label: str,
    y_label: str,
    series: Sequence[Series],
    *,
    x_ticks: Sequence[float],
    diagonal: bool = False,
    percent_x: bool = False,
) -> str:
    """Lines over x with whiskers; y is a share, drawn as per cent from 0 to 100. `diagonal`
    draws x = y, where what is stated is exact; `percent_x` writes x as per cent too."""
    low, high = min(x_ticks), max(x_ticks)

    def at(x: float) -> float:
        return LEFT + (x - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)

    shown = [(at(x), f"{100 * x:.0f} %" if percent_x else f"{x:g}") for x in x_ticks]
    parts = [
        *_frame(title, x_label, y_label, shown),
        *_legend([s.name for s in series], bars=False),
    ]
    if diagonal:
        ends = f'x1="{at(low):.1f}" y1="{_y(low):.1f}" x2="{at(high):.1f}" y2="{_y(high):.1f}"'
        parts.append(f'<line class="ink" opacity="0.6" stroke-dasharray="4 4" {ends}/>')
        place = f'x="{at(high) - 30:.1f}" y="{_y(high) + 42:.1f}" text-anchor="end"'
        parts.append(f'<text class="small" {place}>exact</text>')
    for i, one in enumerate(series):
        aside = (i - (len(series) - 1) / 2) * 3
        path = " ".join(f"{at(p.x) + aside:.1f},{_y(p.y):.1f}" for p in one.points)
        dash = f' stroke-dasharray="{_dash(i)}"' if _dash(i) else ""
        parts.append(f'<polyline class="line s{_colour(i)}"{dash} points="{path}"/>')
        for p in one.points:
            parts += _mark(at(p.x) + aside, p, i)
    return _document(title, parts)


def bars(
    title: str, x_label: str, y_label: str, bands: Sequence[str], series: Sequence[Series]
) -> str:
    """Groups of bars, one group a band; the `x` of a point is the number of its band."""
    step = (WIDTH - LEFT - RIGHT) / max(len(bands), 1)
    thick = step * 0.8 / max(len(series), 1)
    shown = [(LEFT + (i + 0.5) * step, band) for i, band in enumerate(bands)]
    parts = [*_frame(title, x_label, y_label, shown), *_legend([s.name for s in series], bars=True)]
    for i, one in enumerate(series):
        for p in one.points:
            start = LEFT + p.x * step + step * 0.1 + i * thick
            box = f'x="{start:.1f}" y="{_y(p.y):.1f}" width="{thick * 0.9:.1f}"'
            tall = max(_y(0) - _y(p.y), 0)
            parts.append(
                f'<rect class="bar s{_colour(i)}" {box} height="{tall:.1f}">'
                f"<title>{escape(p.about)}</title></rect>"
            )
            middle = start + thick * 0.45
            parts += _whisker(middle, p, "ink")
            parts.append(
                f'<text class="small" x="{middle:.1f}" y="{_y(p.high) - 5:.1f}" '
                f'text-anchor="middle">{100 * p.y:.0f}</text>'
            )
    return _document(title, parts)


def _frame(
    title: str, x_label: str, y_label: str, x_ticks: Sequence[tuple[float, str]]
) -> list[str]:
    parts = [f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>']
    for tick in range(0, 101, 20):
        y = _y(tick / 100)
        parts.append(
            f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        )
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick} %</text>')
    for x, text in x_ticks:
        place = f'x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle"'
        parts.append(f"<text {place}>{escape(text)}</text>")
    middle_x, middle_y = (LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text x="{middle_x}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x_label)}</text>'
    )
    parts.append(
        f'<text x="16" y="{middle_y}" transform="rotate(-90 16 {middle_y})" '
        f'text-anchor="middle">{escape(y_label)}</text>'
    )
    return parts


def _legend(names: Sequence[str], *, bars: bool) -> list[str]:
    """One line above the plot, spaced by the names' lengths; nothing for a single name ""."""
    parts, x = [], float(LEFT)
    for i, name in enumerate(names):
        if not name:
            continue
        dash = f' stroke-dasharray="{_dash(i)}"' if _dash(i) else ""
        ends = f'x1="{x:.0f}" y1="44" x2="{x + 26:.0f}" y2="44"'
        parts.append(
            f'<rect class="bar s{_colour(i)}" x="{x + 10:.0f}" y="37" width="14" height="14"/>'
            if bars
            else f'<line class="line s{_colour(i)}"{dash} {ends}/>'
        )
        parts.append(f'<text x="{x + 32:.0f}" y="48">{escape(name)}</text>')
        x += 52 + 7.0 * len(name)
    return parts


def _mark(x: float, p: Point, series: int) -> list[str]:
    place = f'cx="{x:.1f}" cy="{_y(p.y):.1f}" r="4"'
    return [
        *_whisker(x, p, f"s{_colour(series)}"),
        f'<circle class="dot s{_colour(series)}" {place}><title>{escape(p.about)}</title></circle>',
    ]


def _whisker(x: float, p: Point, kind: str) -> list[str]:
    low, high = _y(p.low), _y(p.high)
    return [
        f'<line class="whisker {kind}" x1="{x:.1f}" y1="{low:.1f}" x2="{x:.1f}" y2="{high:.1f}"/>'
    ]


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def _colour(series: int) -> int:
    return series % len(_LIGHT)


def _dash(series: int) -> str:
    return _DASHES[series % len(_DASHES)]


def _document(title: str, parts: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'role="img" aria-label="{escape(title)}">',
            f"<style>{_style()}</style>",
            f'<rect class="card" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _style() -> str:
    def scheme(card: str, ink: str, grid: str, colours: Sequence[str]) -> str:
        return (
            f".card{{fill:{card}}}text{{fill:{ink}}}.grid{{stroke:{grid}}}.ink{{stroke:{ink}}}"
            + "".join(
                f".line.s{i},.whisker.s{i}{{stroke:{c}}}.dot.s{i},.bar.s{i}{{fill:{c}}}"
                for i, c in enumerate(colours)
            )
        )

    return (
        "text{font:13px system-ui,sans-serif}.title{font-size:15px;font-weight:600}"
        ".small{font-size:11px}.line{fill:none;stroke-width:2}.whisker{stroke-width:1.3}"
        + scheme("#ffffff", "#24292f", "#d0d7de", _LIGHT)
        + "@media (prefers-color-scheme:dark){"
        + scheme("#161b22", "#e6edf3", "#3d444d", _DARK)
        + "}"
    )
