"""Draws a chest in ink on white paper: an image that the reader of films must refuse.

Usage: python examples/draw_chest.py FILE.png
"""

from __future__ import annotations

import sys

from PIL import Image, ImageDraw

SIDE, INK = 512, 30


def chest() -> Image.Image:
    """The drawing: an outline, two lungs, ribs, a spine and a heart."""
    picture = Image.new("L", (SIDE, SIDE), 250)
    pen = ImageDraw.Draw(picture)
    pen.line([(60, 505), (70, 200), (190, 110), (210, 20)], fill=INK, width=5, joint="curve")
    pen.line([(452, 505), (442, 200), (322, 110), (302, 20)], fill=INK, width=5, joint="curve")
    for left, right in ((105, 235), (277, 407)):
        pen.ellipse((left, 130, right, 420), outline=INK, width=4)
        for y in range(170, 400, 38):
            pen.arc((left - 10, y, right + 10, y + 60), 190, 350, fill=INK, width=3)
    for y in range(60, 470, 26):
        pen.rectangle((244, y, 268, y + 18), outline=INK, width=2)
    pen.ellipse((228, 290, 345, 415), outline=INK, width=5)
    return picture


if __name__ == "__main__":
    chest().save(sys.argv[1])
