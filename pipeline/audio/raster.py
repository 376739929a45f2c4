"""The same picture as PNG, for documents and messages that take no SVG: a palette, a few lines, digits of 3×5 dots."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.audio import picture
from pipeline.audio.picture import HEIGHT, LOUD_BOTTOM, MARGIN, WAVE_HALF, WAVE_MIDDLE, WIDTH, Frame, Trace

Canvas = NDArray[np.uint8]

PAPER, INK = 0, 1
COLOURS = (
    "#ffffff", "#1a202c", picture.WAVE, picture.SHORT, picture.MOMENTARY,
    picture.TARGET, picture.LIMIT, picture.GRID, picture.CUE,
)  # fmt: skip
DOT = 2  # pixels

# rows of three dots each, top to bottom, as octal digits
GLYPHS = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71122",
    "8": "75757", "9": "75717", "-": "00700", ".": "00002", "s": "03216", "m": "06775", "i": "20222", "n": "06555",
    "L": "44447", "U": "55557", "F": "74644", "S": "34216", "d": "11357", "B": "65656", "T": "72222", "P": "65644",
    "·": "00200", " ": "00000", "f": "32722",
}  # fmt: skip


def png(drawn: Trace, frame: Frame) -> bytes:
    """960×320, eight bits a dot from a palette. Titles are left to the text around it."""
    canvas = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    right = WIDTH - MARGIN
    for lufs in picture.LOUDNESS_SCALE:
        canvas[round(picture.height(lufs)), MARGIN:right] = _colour(picture.GRID)
        _write(canvas, str(lufs), MARGIN - 6 - _width(str(lufs)), round(picture.height(lufs)) - 5)
    for column, (top, bottom) in enumerate(zip(drawn.tops, drawn.bottoms, strict=True)):
        first, last = (round(WAVE_MIDDLE - float(value) * WAVE_HALF) for value in (top, bottom))
        canvas[first : last + 1, MARGIN + column] = _colour(picture.WAVE)
    for y in picture.limit_heights(frame):
        _dashes(canvas, y, picture.LIMIT)
    _curve(canvas, drawn.momentary, picture.MOMENTARY, thick=1)
    _curve(canvas, drawn.short, picture.SHORT, thick=2)
    if frame.target_lufs is not None:
        _dashes(canvas, picture.height(frame.target_lufs), picture.TARGET)
    for second, _ in frame.marks:
        canvas[22:LOUD_BOTTOM:4, min(round(picture.place(drawn, second)), WIDTH - 1)] = _colour(picture.CUE)
    told = picture.figures(drawn)
    _write(canvas, told, right - _width(told), 4)
    for x, text in picture.seconds(drawn):
        _write(canvas, text, round(x) - _width(text) // 2, HEIGHT - 15)
    return _encoded(canvas)


def _colour(name: str) -> int:
    return COLOURS.index(name)


def _curve(canvas: Canvas, levels: NDArray[np.float64], colour: str, thick: int) -> None:
    """A line through the levels: in every column from its own height to that of the next."""
    places = np.linspace(0, levels.size - 1, picture.COLUMNS)
    heights = [round(picture.height(float(level))) for level in np.interp(places, np.arange(levels.size), levels)]
    for column, (here, there) in enumerate(pairwise([*heights, heights[-1]])):
        low, high = sorted((here, there))
        canvas[low : high + thick, MARGIN + column] = _colour(colour)


def _dashes(canvas: Canvas, y: float, colour: str) -> None:
    row = canvas[round(y), MARGIN : WIDTH - MARGIN]
    row[np.arange(row.size) % 9 < 6] = _colour(colour)


def _width(text: str) -> int:
    return len(text) * 4 * DOT


def _write(canvas: Canvas, text: str, left: int, top: int) -> None:
    for place, letter in enumerate(text):
        rows = GLYPHS.get(letter, "00000")
        dots = np.array([[int(row) >> bit & 1 for bit in (2, 1, 0)] for row in rows], dtype=bool)
        glyph = dots.repeat(DOT, axis=0).repeat(DOT, axis=1)
        x = max(left + place * 4 * DOT, 0)
        area = canvas[top : top + glyph.shape[0], x : x + glyph.shape[1]]
        area[glyph[: area.shape[0], : area.shape[1]]] = INK


def _encoded(canvas: Canvas) -> bytes:
    """PNG (ISO/IEC 15948) of a canvas of palette indices."""
    palette = b"".join(bytes.fromhex(colour[1:]) for colour in COLOURS)
    rows = np.pad(canvas, ((0, 0), (1, 0))).tobytes()  # each row begins with 0: not filtered
    header = struct.pack(">IIBBBBB", canvas.shape[1], canvas.shape[0], 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(kind, content) for kind, content in parts)


def _part(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
