"""A small baseline JPEG and PNG encoder, so that a picture of the local platform is a real picture.

Baseline sequential DCT, 4:4:4, the example tables of ITU-T T.81 (annex K). Pictures are gradients, so one 8×8 block is
worked out for a coarse grid and the entropy coder does the rest: a 1024×768 picture takes a fraction of a second.
"""

from __future__ import annotations

import math
import struct
import zlib
from functools import lru_cache

ZIGZAG = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]  # fmt: skip
QUANT = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
]  # fmt: skip
DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
DC_SYMBOLS = list(range(12))


def _ac_table() -> tuple[list[int], list[int]]:
    """A legal AC table of our own: 162 symbols of 8 bits (a code of nine-bit words), enough for any block."""
    symbols = [0x00, 0xF0] + [(run << 4) | size for size in range(1, 11) for run in range(16)]
    # 92 words of 8 bits leave 164 prefixes free = 328 words of 9 bits; 70 are used, and the all-ones word stays unused.
    counts = [0] * 16
    counts[7], counts[8] = 92, len(symbols) - 92
    return counts, symbols


AC_COUNTS, AC_SYMBOLS = _ac_table()


def _codes(counts: list[int], symbols: list[int]) -> dict[int, tuple[int, int]]:
    table: dict[int, tuple[int, int]] = {}
    code = position = 0
    for length, count in enumerate(counts, 1):
        for _ in range(count):
            table[symbols[position]] = (code, length)
            code += 1
            position += 1
        code <<= 1
    return table


DC_CODES = _codes(DC_COUNTS, DC_SYMBOLS)
AC_CODES = _codes(AC_COUNTS, AC_SYMBOLS)
COSINE = [[math.cos((2 * x + 1) * u * math.pi / 16) * (math.sqrt(0.125) if u == 0 else 0.5) for x in range(8)] for u in range(8)]


def _dct_quantised(block: list[float], quant: list[int]) -> list[int]:
    rows = [[sum(block[y * 8 + x] * COSINE[u][x] for x in range(8)) for u in range(8)] for y in range(8)]
    flat = [sum(rows[y][u] * COSINE[v][y] for y in range(8)) for v in range(8) for u in range(8)]
    return [round(flat[ZIGZAG[i]] / quant[ZIGZAG[i]]) for i in range(64)]


class _Bits:
    def __init__(self) -> None:
        self.value = 0
        self.count = 0
        self.out = bytearray()

    def put(self, code: int, length: int) -> None:
        self.value = (self.value << length) | code
        self.count += length
        while self.count >= 8:
            self.count -= 8
            byte = (self.value >> self.count) & 0xFF
            self.out.append(byte)
            if byte == 0xFF:
                self.out.append(0)  # byte stuffing
        self.value &= (1 << self.count) - 1

    def number(self, value: int) -> None:
        size = abs(value).bit_length()
        if size:
            self.put(value if value > 0 else value + (1 << size) - 1, size)


def _put_block(bits: _Bits, coefficients: list[int], previous_dc: int) -> int:
    difference = coefficients[0] - previous_dc
    bits.put(*DC_CODES[abs(difference).bit_length()])
    bits.number(difference)
    run = 0
    for value in coefficients[1:]:
        if not value:
            run += 1
            continue
        while run > 15:
            bits.put(*AC_CODES[0xF0])
            run -= 16
        bits.put(*AC_CODES[(run << 4) | abs(value).bit_length()])
        bits.number(value)
        run = 0
    if run:
        bits.put(*AC_CODES[0x00])
    return coefficients[0]


@lru_cache(maxsize=4096)
def _plane_block(origin: int, step_x: int, step_y: int) -> tuple[int, ...]:
    """The quantised block of a plane of colour; arguments are fixed-point, so that equal blocks are worked out once."""
    block = [(origin + step_x * x + step_y * y) / 16 - 128 for y in range(8) for x in range(8)]
    return tuple(_dct_quantised(block, QUANT))


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def gradient_jpeg(width: int, height: int, corners: tuple[int, int, int, int, int, int], comment: str) -> bytes:
    """A picture of `width` × `height` pixels that runs from one YCbCr colour (top left) to another (bottom right).

    `corners` holds the two colours, each component 0–255; `comment` is stored in the file's COM segment.
    """
    components = bytes(part for index in (1, 2, 3) for part in (index, 0x11, 0))
    out = b"\xff\xd8" + _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    out += _segment(0xFE, comment.encode()[:60000])
    out += _segment(0xDB, b"\0" + bytes(QUANT[i] for i in ZIGZAG))
    out += _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + components)
    out += _segment(0xC4, b"\x00" + bytes(DC_COUNTS) + bytes(DC_SYMBOLS))
    out += _segment(0xC4, b"\x10" + bytes(AC_COUNTS) + bytes(AC_SYMBOLS))
    out += _segment(0xDA, b"\x03\x01\0\x02\0\x03\0\0\x3f\0")
    bits, previous = _Bits(), [0, 0, 0]
    steps = [round((corners[c + 3] - corners[c]) * 16 / (width + height)) for c in range(3)]
    for top in range(0, height, 8):
        for left in range(0, width, 8):
            for c in range(3):
                # Whole multiples of 8/16 keep the number of distinct blocks small without a visible step.
                origin = (corners[c] * 16 + steps[c] * (left + top)) // 8 * 8
                block = _plane_block(origin, steps[c], steps[c])
                previous[c] = _put_block(bits, list(block), previous[c])
    if bits.count:
        bits.put((1 << (8 - bits.count)) - 1, 8 - bits.count)
    return out + bytes(bits.out) + b"\xff\xd9"


def solid_png(width: int, height: int, rgb: tuple[int, int, int]) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(rgb) * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
