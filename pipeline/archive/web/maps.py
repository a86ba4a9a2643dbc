"""A map of Russia without a network: the projection, and the land to draw under the cities.

Albers' equal-area conic projection with standard parallels 52° and 64°, central meridian 100°. The land is an
SVG path in ``land.txt``, simplified from Natural Earth (public domain, scale 1:110 million); it shows coasts,
no borders. ``python -m pipeline.archive.web.maps naturalearth_lowres.shp`` writes it.

Source: J. Snyder, Map projections: a working manual (1987), p. 98.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import cos, radians, sin, sqrt
from pathlib import Path

WIDTH, HEIGHT = 1000, 570
SCALE = 765.0
MERIDIAN, PARALLELS, ORIGIN = 100.0, (52.0, 64.0), 56.0
SHIFT = (549.0, 440.0)  # where the origin is drawn: so that Калининград, Чукотка, Дербент and Владивосток fit
WEST, EAST, SOUTH = 5.0, 191.0, 35.0  # what is drawn, degrees
_N = (sin(radians(PARALLELS[0])) + sin(radians(PARALLELS[1]))) / 2
_C = cos(radians(PARALLELS[0])) ** 2 + 2 * _N * sin(radians(PARALLELS[0]))


def _radius(latitude: float) -> float:
    return sqrt(max(0.0, _C - 2 * _N * sin(radians(latitude)))) / _N


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Return where a place (degrees) is drawn; what is west of 30° W counts as east of 180° (Chukotka)."""
    if longitude < -30:
        longitude += 360
    angle = _N * radians(longitude - MERIDIAN)
    radius = _radius(latitude)
    x = SHIFT[0] + SCALE * radius * sin(angle)
    y = SHIFT[1] - SCALE * (_radius(ORIGIN) - radius * cos(angle))
    return round(x, 1), round(y, 1)


def on_map(latitude: float | None, longitude: float | None) -> bool:
    """Tell whether a place can be drawn."""
    if latitude is None or longitude is None:
        return False
    x, y = project(latitude, longitude)
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT and latitude > SOUTH


@cache
def land() -> str:
    """Return the land as an SVG path."""
    return (files("pipeline.archive.web") / "land.txt").read_text(encoding="ascii").strip()


# -- writing the land ---------------------------------------------------------------------------------------------


def read_rings(path: Path) -> Iterator[list[tuple[float, float]]]:
    """Yield the rings of a polygon shapefile as (longitude, latitude)."""
    data = path.read_bytes()
    at = 100
    while at < len(data):
        (length,) = struct.unpack_from(">i", data, at + 4)
        kind, *_ = struct.unpack_from("<i", data, at + 8)
        if kind == 5:
            parts, points = struct.unpack_from("<2i", data, at + 44)
            starts = [*struct.unpack_from(f"<{parts}i", data, at + 52), points]
            flat = struct.unpack_from(f"<{2 * points}d", data, at + 52 + 4 * parts)
            pairs = list(zip(flat[::2], flat[1::2], strict=True))
            yield from (pairs[a:b] for a, b in pairwise(starts))
        at += 8 + 2 * length


def draw_land(path: Path) -> str:
    """Return the path of the land near Russia."""
    parts = []
    for ring in read_rings(path):
        middle = sum(lon for lon, _ in ring) / len(ring)
        east = 360 if middle < -168 else 0  # beyond the 180th meridian
        moved, middle = [(lon + east, lat) for lon, lat in ring], middle + east
        if not WEST - 20 < middle < EAST or max(lat for _, lat in moved) < SOUTH:
            continue
        points = [project(max(lat, 20.0), min(max(lon, -25.0), 200.0)) for lon, lat in moved]
        if any(-100 < x < WIDTH + 100 and -100 < y < HEIGHT + 100 for x, y in points):
            parts.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in dict.fromkeys(points)) + "Z")
    return "".join(parts)


if __name__ == "__main__":
    (Path(__file__).parent / "land.txt").write_text(draw_land(Path(sys.argv[1])) + "\n", encoding="ascii")
