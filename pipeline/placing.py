"""Where marks and names stand in a picture, so that none lies on another.

Steps
    ``spread_apart`` pushes marks from each other; ``worth_naming`` chooses which marks of a map get a name;
    ``label_points`` writes names, each where it covers least, with a line where it stands away from its mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

SIDES = (
    (1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8), (0.8, 1.4), (-0.8, 1.4),
    (0.8, -1.4), (-0.8, -1.4),
)  # fmt: skip
GAPS = (3.0, 13.0, 24.0)  # points between a mark and its name; beyond the first a line joins them
FARTHER = 12.0  # what a step away from the mark costs, in pixels² covered
ROUNDS = 400


def spread_apart(places: Floats, least: float) -> Floats:
    """Push points (n, 2) apart until no two are nearer than ``least``, as little as is needed."""
    moved = places.copy()
    for _ in range(ROUNDS):
        away = moved[:, None, :] - moved[None, :, :]
        distance = np.sqrt((away**2).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        near = np.clip(least - distance, 0, None)
        if not near.any():
            break
        moved += 0.3 * (away / np.maximum(distance, 1e-9)[:, :, None] * near[:, :, None]).sum(axis=1)
    return moved


def worth_naming(x: Floats, y: Floats, *, first: int, apart: float, most: int) -> list[int]:
    """Choose points to name: the ``first``, then those farther than ``apart`` from all that were chosen."""
    chosen = list(range(min(first, len(x))))
    for i in range(first, len(x)):
        if len(chosen) >= most:
            break
        if np.hypot(x[chosen] - x[i], y[chosen] - y[i]).min() > apart:
            chosen.append(i)
    return chosen


def label_points(
    axes: Axes, x: Floats, y: Floats, names: Sequence[str], *, area: Floats, others: Floats, size: float = 9
) -> None:
    """Write names beside marks of ``area`` (points²), each where it covers least of other names and marks.

    ``others`` (n, 3): marks that shall stay visible, x, y, area. A name that would lie on another is left out.
    """
    from matplotlib.transforms import Bbox

    figure = axes.figure
    figure.canvas.draw()
    pixels = axes.transData.transform(others[:, :2])
    half = np.sqrt(others[:, 2]) / 2 * figure.dpi / 72
    marks = [Bbox([xy - r, xy + r]) for xy, r in zip(pixels, half, strict=True)]
    window = axes.get_window_extent()
    taken: list[Any] = []

    def cost(box: Any, gap: float) -> float:
        outside = box.width * box.height - _covered(box, [window])
        away = FARTHER * (gap - GAPS[0])
        return float(100 * _covered(box, taken) + 4 * _covered(box, marks) + 10 * outside + away)

    for px, py, name, mark in zip(x, y, names, area, strict=True):
        best, least = None, np.inf
        for gap, side in product(GAPS, SIDES):
            text = _write(axes, (px, py), name, side, np.sqrt(mark) / 2 + gap, size, line=gap > GAPS[0])
            here = cost(text.get_window_extent(), gap)
            worse = text if here >= least else best
            if here < least:
                best, least = text, here
            if worse is not None:
                worse.remove()
            if least <= 0:
                break
        if best is None:
            continue
        box = best.get_window_extent()
        if any(box.overlaps(other) for other in taken):
            best.remove()
        else:
            taken.append(box)


def _write(
    axes: Axes,
    place: tuple[float, float],
    name: str,
    side: tuple[float, float],
    away: float,
    size: float,
    *,
    line: bool,
) -> Any:
    """Write a name at a side of a place, ``away`` points from it."""
    from matplotlib import patheffects

    dx, dy = side
    join = {"arrowstyle": "-", "color": "#777777", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2}
    return axes.annotate(
        name, place, xytext=(dx * away, dy * away), textcoords="offset points", fontsize=size, linespacing=0.95,
        path_effects=[patheffects.withStroke(linewidth=2.4, foreground="white")], zorder=5,
        ha="left" if dx > 0 else "right" if dx < 0 else "center",
        va="center" if abs(dy) < 0.5 else "bottom" if dy > 0 else "top",
        arrowprops=join if line else None,
    )  # fmt: skip


def _covered(box: Any, others: Sequence[Any]) -> float:
    """The area of a box that others cover."""
    pieces = (type(box).intersection(box, other) for other in others)
    return float(sum(piece.width * piece.height for piece in pieces if piece is not None))
