"""Pictures of the pages as SVG, drawn here: columns by year, dots of numbers through time, bars of posts, a map.

Colours and lettering come from the style sheet, so that pictures follow light and dark; each shape that leads
somewhere is a link with a title; each picture has a description for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10, sqrt

from markupsafe import Markup

from pipeline.archive.web.maps import HEIGHT, WIDTH, land, on_map, project
from pipeline.archive.web.russian import number, plural, short_number

SVG = Markup(
    '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="xMidYMid meet">{}</svg>'
)
LINK = Markup('<a href="{}" aria-label="{}"><title>{}</title>{}</a>')


@dataclass(frozen=True, slots=True)
class Bar:
    """A column: its label, its value, where it leads."""

    label: str
    value: int
    href: str


def columns(bars: Sequence[Bar], what: str, noun: str = "article") -> Markup:
    """Draw columns, one for each year or month; ``what`` describes the picture."""
    if not bars:
        return Markup("")
    width, height, base = 720, 170, 140
    highest = max(bar.value for bar in bars) or 1
    step = width / len(bars)
    every = ceil(len(bars) * 44 / width)
    shapes = []
    for i, bar in enumerate(bars):
        tall = max(1.5 if bar.value else 0, (base - 22) * bar.value / highest)
        x = i * step
        shape = Markup(
            '<rect class="hit" x="{:.1f}" y="0" width="{:.1f}" height="{}"/>'
            '<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>'
        ).format(x, step, base, x + step * 0.12, base - tall, step * 0.76, tall)
        if step > 26 and bar.value:
            shape += _text(x + step / 2, base - tall - 6, number(bar.value), "value")
        label = f"{bar.label}: {plural(bar.value, noun)}"
        shapes.append(LINK.format(bar.href, label, label, shape))
        if i % every == 0:
            shapes.append(_text(x + step / 2, base + 20, bar.label, "axis"))
    return SVG.format("chart columns", width, height, what, Markup("").join(shapes))


def _text(x: float, y: float, text: str, kind: str, anchor: str = "middle") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, text
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """A number at a day: what it says, where it leads."""

    day: str
    value: float
    label: str
    href: str


def dots(points: Iterable[Dot], what: str) -> Markup:
    """Draw numbers through time, on a logarithmic scale; days without a value above zero are left out."""
    known = [(date.fromisoformat(p.day).toordinal(), p) for p in points if p.day and p.value > 0]
    if len(known) < 2:
        return Markup("")
    width, height, left, top, base = 720, 260, 64, 12, 226
    first, last = min(x for x, _ in known), max(x for x, _ in known)
    low, high = (log10(f(p.value for _, p in known)) for f in (min, max))
    low, high = (low - 0.5, high + 0.5) if high - low < 0.5 else (low, high)

    def place(x: int, value: float) -> tuple[float, float]:
        across = (x - first) / max(1, last - first)
        return left + 8 + across * (width - left - 20), base - (log10(value) - low) / (high - low) * (base - top)

    shapes = _grid(low, high, left, width, lambda value: place(first, value)[1])
    shapes += _years(first, last, lambda x: place(x, 10**low)[0], base)
    for x, point in sorted(known, key=lambda pair: -pair[1].value):
        across, down = place(x, point.value)
        circle = Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="4.5"/>').format(across, down)
        shapes.append(LINK.format(point.href, point.label, point.label, circle))
    return SVG.format("chart dots", width, height, what, Markup("").join(shapes))


def _grid(low: float, high: float, left: int, width: int, height_of: Callable[[float], float]) -> list[Markup]:
    shapes = []
    for power in range(ceil(low), int(high) + 1):
        y = height_of(10.0**power)
        shapes.append(
            Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(left, width, y, y)
        )
        shapes.append(_text(left - 6, y + 4, short_number(10.0**power), "axis", "end"))
    return shapes


def _years(first: int, last: int, across: Callable[[int], float], base: int) -> list[Markup]:
    one, other = date.fromordinal(first).year, date.fromordinal(last).year
    every = max(1, ceil((other - one + 1) / 12))
    shapes = []
    for year in range(one + (first > date(one, 1, 1).toordinal()), other + 1, every):
        x = across(date(year, 1, 1).toordinal())
        shapes.append(Markup('<line class="grid" x1="{:.1f}" x2="{:.1f}" y1="12" y2="{}"/>').format(x, x, base))
        shapes.append(_text(x, base + 20, str(year), "axis"))
    return shapes


@dataclass(frozen=True, slots=True)
class Place:
    """A city on the map: size by articles; ``main`` for the one that the page is about."""

    latitude: float | None
    longitude: float | None
    name: str
    articles: int
    href: str
    main: bool = False


def map_of(places: Sequence[Place], what: str, names: int = 8, *, small: bool = False) -> Markup:
    """Draw cities on the map of Russia, the largest ``names`` of them named; those off the map are left out.

    ``small``: for a narrow place, with larger letters.
    """
    known = [p for p in places if on_map(p.latitude, p.longitude)]
    if not known:
        return Markup("")
    highest = max(p.articles for p in known) or 1
    shapes = [Markup('<path class="land" d="{}"/>').format(land())]
    labelled: list[tuple[float, float, float, float]] = []
    labels = []
    for i, p in enumerate(sorted(known, key=lambda p: (-p.main, -p.articles))):
        x, y = project(p.latitude or 0, p.longitude or 0)
        radius = 3 + 15 * sqrt(p.articles / highest)
        circle = Markup('<circle class="{}" cx="{}" cy="{}" r="{:.1f}"/>').format(
            "city main" if p.main else "city", x, y, radius
        )
        label = f"{p.name}: {plural(p.articles, 'article')}"
        shapes.insert(1, LINK.format(p.href, label, label, circle))
        if i < names or p.main:
            labels += _label(p.name, x, y, radius, 2.2 if small else 1.0, labelled)
    return SVG.format(
        "chart map small" if small else "chart map", WIDTH, HEIGHT, what, Markup("").join([*shapes, *labels])
    )


def _label(
    name: str, x: float, y: float, radius: float, size: float, taken: list[tuple[float, float, float, float]]
) -> list[Markup]:
    """Write the name beside its circle, if no other name is there."""
    width, half = 12.0 * size * len(name), 12.0 * size
    left = x + radius + width > WIDTH
    start = x - radius - 4 - width if left else x + radius + 4
    box = (start, y - half, start + width, y + half)
    if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
        return []
    taken.append(box)
    return [_text(x - radius - 4 if left else start, y + half * 0.6, name, "name", "end" if left else "start")]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something that lasted from a day to a day."""

    label: str
    first: str
    last: str


def stretches(rows: Sequence[Stretch], what: str) -> Markup:
    """Draw what lasted how long, one bar a row, named beside it."""
    known = [
        (date.fromisoformat(r.first).toordinal(), date.fromisoformat(r.last).toordinal(), r)
        for r in rows
        if r.first
    ]
    if not known:
        return Markup("")
    first, last = min(k[0] for k in known), max(k[1] for k in known)
    width, row_height, top = 720, 40, 8
    span = max(365, last - first)
    base = top + row_height * len(known)

    def across(x: int) -> float:
        return 8 + (x - first) / span * (width - 24)

    shapes = _years(first, first + span, across, base)
    for i, (begin, end, row) in enumerate(known):
        y = top + i * row_height
        shapes.append(
            Markup(
                '<rect class="bar" x="{:.1f}" y="{}" width="{:.1f}" height="10" rx="3"><title>{}</title></rect>'
            ).format(across(begin), y + 22, max(8.0, across(end) - across(begin)), row.label)
        )
        late = across(begin) > width * 0.55
        shapes.append(
            _text(width - 8 if late else across(begin), y + 16, row.label, "name", "end" if late else "start")
        )
    return SVG.format("chart stretches", width, base + 30, what, Markup("").join(shapes))
