"""Pictures of an archive for the notebooks: matplotlib, offline, labels in Cyrillic.

Every function draws one picture from a pandas Series, DataFrame or a networkx graph and returns its Figure.
Colours are those of Okabe and Ito (2008), which colour-blind readers tell apart; sizes and orders, not colours
alone, carry what matters. Needs ``pip install letopis[notebooks]``.
Leaves out
    Anything that has to be computed: that is ``pipeline.exploring``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from pipeline.placing import label_points, spread_apart, worth_naming

if TYPE_CHECKING:
    import networkx
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]
RUSSIAN = str.maketrans({",": "\xa0", ".": ",", "-": "−"})  # how numbers are written

BLUE, ORANGE, GREEN, SKY, RED, PINK, YELLOW, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7", "#F0E442", "#999999",
)  # fmt: skip
PALETTE = (BLUE, ORANGE, GREEN, RED, PINK, SKY, YELLOW, GREY)
WIDTH = 9.0  # inches
NODES_APART = 0.2  # of the half width of a network
APART = 0.07  # of the Earth's radius, 450 km: from there on a town of the map has a name of its own
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib and has Cyrillic
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.dpi": 96,
    "savefig.dpi": 96,
    "svg.hashsalt": "letopis",
}


def _figure(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    from matplotlib import pyplot as plt

    plt.rcParams.update(cast(Any, STYLE))
    figure, axes = plt.subplots(figsize=(width, height), layout="constrained")
    plt.close(figure)  # the notebook shows what a cell returns, once
    return figure, axes


def shorten(text: str, size: int = 46) -> str:
    """Cut a long label at a word: «Центр развития некоммерческих …»."""
    if len(text) <= size:
        return text
    return text[:size].rsplit(" ", 1)[0].rstrip(",«") + " …"


def fold(text: str, width: int = 40, *, lines: int = 2) -> str:
    """Break a long label into lines at words; what does not fit in them is cut."""
    if len(text) <= width or lines == 1:
        return shorten(text, width)
    first = text[: width + 1].rsplit(" ", 1)[0]
    return f"{first}\n{fold(text[len(first) :].strip(), width, lines=lines - 1)}"


def bars(values: pandas.Series, title: str, unit: str, *, color: str = BLUE, note: str = "") -> Figure:
    """Draw horizontal bars, the first row on top; the index holds the labels, ``unit`` names the axis."""
    labels = [fold(str(label)) for label in values.index]
    figure, axes = _figure(0.9 + (0.38 if any("\n" in label for label in labels) else 0.3) * len(values))
    places = np.arange(len(values))[::-1]
    drawn = axes.barh(places, values.to_numpy(dtype=float), color=color, height=0.72)
    axes.set_yticks(places, labels)
    axes.bar_label(drawn, labels=_numbers(values.to_numpy(dtype=float)), padding=4, color="#444444")
    axes.set(title=title, xlabel=unit)
    if min(values) < 0:
        axes.axvline(0, color="black", linewidth=0.8)
        axes.spines["left"].set_visible(False)
    axes.margins(x=0.12, y=0.02)
    axes.tick_params(axis="y", length=0, labelsize=9 if any("\n" in label for label in labels) else 10)
    _write_numbers(axes.xaxis, values.to_numpy(dtype=float))
    _note(axes, note)
    return figure


def _write_numbers(axis: Axis, values: Floats) -> None:
    """Number an axis as Russian does, and by whole numbers where all values are whole."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(
        MaxNLocator(nbins=8, steps=[1, 2, 5, 10], integer=bool(np.all(values == np.round(values))))
    )
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}".translate(RUSSIAN)))


def _number(value: float) -> str:
    """1411 → «1 411», 0.183 → «0,18», 6.72 → «6,7»."""
    whole = abs(value) >= 10 or float(value).is_integer()
    text = f"{value:,.0f}" if whole else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
    return text.translate(RUSSIAN)


def _numbers(values: Floats) -> list[str]:
    """Write numbers that stand together with equally many decimals: [12.4, 0.73] → «12,4», «0,7»."""
    largest = float(np.abs(values).max(initial=0))
    places = 0 if bool(np.all(values == np.round(values))) or largest >= 100 else 1 if largest >= 1 else 2
    return [f"{np.round(value, places) + 0.0:,.{places}f}".translate(RUSSIAN) for value in values]


def _money(value: float) -> str:
    """1000000 → «1 млн»: numbers that are too long for an axis."""
    for size, name in ((1e9, "млрд"), (1e6, "млн"), (1e3, "тыс.")):
        if value >= size:
            return f"{_number(value / size)}\xa0{name}"
    return _number(value)


def _note(axes: Axes, note: str) -> None:
    if note:
        axes.annotate(
            note, (1, 0), xycoords="axes fraction", xytext=(-2, 6), textcoords="offset points",
            ha="right", va="bottom", fontsize=8.5, color="#555555",
        )  # fmt: skip


def columns(table: pandas.DataFrame, title: str, unit: str, *, legend: str = "") -> Figure:
    """Draw stacked columns: a row is a column on the axis (a year), a column of the table a colour.

    The name of the index is the title of that axis; the sum of each column stands on it.
    """
    figure, axes = _figure(4.2)
    bottom = np.zeros(len(table))
    hatches = ("", "//", "..", "xx", "\\\\", "--", "oo", "")
    for n, name in enumerate(table.columns):
        height = table[name].to_numpy(dtype=float)
        axes.bar(
            [str(label) for label in table.index], height, bottom=bottom, width=0.75, label=shorten(str(name), 40),
            color=PALETTE[n % len(PALETTE)], hatch=hatches[n % len(hatches)], edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        bottom += height
    axes.set(title=title, ylabel=unit, xlabel=str(table.index.name or ""))
    for place, total in enumerate(_numbers(bottom)):
        axes.annotate(
            total, (place, bottom[place]), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=8.5,
            color="#444444",
        )  # fmt: skip
    _write_numbers(axes.yaxis, table.to_numpy(dtype=float))
    axes.tick_params(axis="x", rotation=45 if len(table) > 14 else 0)
    if len(table.columns) > 1:
        axes.legend(title=legend or None, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9)
    return figure


def heatmap(table: pandas.DataFrame, title: str, unit: str) -> Figure:
    """Draw a table of counts as squares, the darker the more; numbers stand in them."""
    figure, axes = _figure(1.3 + 0.36 * len(table))
    values = table.to_numpy(dtype=float)
    top = float(values.max()) or 1.0
    axes.imshow(values, cmap="Blues", aspect="auto", vmin=0, vmax=top * 1.15)
    for (row, column), value in np.ndenumerate(values):
        if value:
            color = "white" if value > 0.68 * top else "black"
            axes.text(column, row, _number(value), ha="center", va="center", fontsize=9, color=color)
    axes.set_xticks(range(len(table.columns)), [fold(str(name), 22, lines=3) for name in table.columns])
    axes.set_yticks(range(len(table)), [fold(str(name), 34) for name in table.index], fontsize=9)
    if max(len(str(name)) for name in table.columns) > 5:
        axes.tick_params(axis="x", rotation=35)
        for label in axes.get_xticklabels():
            label.set(horizontalalignment="right", rotation_mode="anchor", fontsize=9)
    axes.set(title=f"{title}\nчисло в клетке — {unit}", xlabel=str(table.columns.name or ""))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure


def spread(groups: dict[str, Sequence[float]], title: str, unit: str) -> Figure:
    """Draw every number of each group on a logarithmic axis, with the median as a line."""
    from matplotlib.ticker import FuncFormatter

    figure, axes = _figure(1.2 + 0.42 * len(groups))
    random = np.random.default_rng(0)
    for row, (_, values) in enumerate(reversed(groups.items())):
        shift = random.uniform(-0.22, 0.22, len(values))
        axes.scatter(values, row + shift, s=16, color=BLUE, alpha=0.55, linewidths=0)
        axes.plot([np.median(values)] * 2, [row - 0.34, row + 0.34], color=RED, linewidth=2.2)
    labels = [f"{shorten(name, 36)} (n = {len(values)})" for name, values in groups.items()]
    axes.set_yticks(range(len(groups)), labels[::-1])
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _money(value)))
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set(title=f"{title}\nчерта — медиана", xlabel=unit)
    axes.tick_params(axis="y", length=0)
    return figure


def dots(table: pandas.DataFrame, title: str, unit: str) -> Figure:
    """Compare a few systems by rows: one mark a column of the table, values up to 1, lines to tell rows apart."""
    figure, axes = _figure(1.3 + 0.3 * len(table))
    places = np.arange(len(table))[::-1]
    least = max(0.0, np.floor(10 * float(table.min().min()) - 0.5) / 10)
    axes.hlines(places, least, 1, color="#e6e6e6", linewidth=1)
    for n, name in enumerate(table.columns):
        axes.scatter(
            table[name].to_numpy(dtype=float), places, s=max(80 - 44 * n, 20), label=str(name),
            color=PALETTE[n], marker="osD^"[n % 4], zorder=3, edgecolor="white", linewidth=0.6,
        )  # fmt: skip
    axes.set_yticks(places, [str(label) for label in table.index])
    axes.set(title=title, xlabel=unit, xlim=(least, 1.01), ylim=(-0.8, len(table) - 0.2))
    axes.tick_params(axis="y", length=0)
    _write_numbers(axes.xaxis, np.array([0.5]))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4, frameon=False, borderaxespad=0)
    return figure


# -- the map ----------------------------------------------------------------------------------------------


def project(latitude: Any, longitude: Any) -> tuple[Floats, Floats]:
    """Project degrees by the Albers equal-area conic of Russia (52° and 64°, meridian 100°), Earth radius 1."""
    first, second, origin = np.radians([52.0, 64.0, 56.0])
    east = np.asarray(longitude, dtype=np.float64)
    east = np.radians(np.where(east < -160, east + 360, east) - 100)  # Chukotka lies over the date line
    n = (np.sin(first) + np.sin(second)) / 2
    c = np.cos(first) ** 2 + 2 * n * np.sin(first)
    radius = np.sqrt(c - 2 * n * np.sin(np.radians(np.asarray(latitude, dtype=np.float64)))) / n
    start = np.sqrt(c - 2 * n * np.sin(origin)) / n
    return radius * np.sin(n * east), start - radius * np.cos(n * east)


@cache
def _towns() -> tuple[Floats, Floats]:
    """Latitudes and longitudes of the settlements of Russia in the gazetteer: they outline the country."""
    text = files("pipeline").joinpath("resources", "cities.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    country, latitude, longitude = (lines[0].index(name) for name in ("country", "latitude", "longitude"))
    rows = [
        (float(line[latitude]), float(line[longitude]))
        for line in lines[1:]
        if line[country] == "RU" and line[latitude]
    ]
    degrees = np.array(rows)
    return degrees[:, 0], degrees[:, 1]


def russia(cities: pandas.DataFrame, title: str, unit: str, *, named: int = 14) -> Figure:
    """Draw cities on a map of Russia: the area of a circle is ``articles``; grey dots are all other towns.

    ``cities`` has the columns name, latitude, longitude (degrees), articles, the most articles first. The first
    ``named`` get labels, and as many others that lie far from those.
    """
    figure, axes = _figure(5.0, 10.5)
    axes.scatter(*project(*_towns()), s=4, color="#c4c4c4", linewidths=0)
    found = cities.dropna(subset=["latitude", "longitude"])
    x, y = project(found["latitude"], found["longitude"])
    count = found["articles"].to_numpy(dtype=float)
    area = 14 + 13 * count
    axes.scatter(x, y, s=area, color=BLUE, alpha=0.6, edgecolor="white", linewidth=0.7)
    for size in (1, 10, 30):
        axes.scatter([], [], s=14 + 13 * size, color=BLUE, alpha=0.6, label=str(size))
    axes.legend(
        title=unit, loc="upper right", edgecolor="white", framealpha=1, labelspacing=1.6, borderpad=1.2, ncols=3
    )
    axes.set_aspect("equal")
    axes.set(title=title, xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    chosen = worth_naming(x, y, first=named, apart=APART, most=2 * named)
    shown = (count >= np.median(count[:named])) | np.isin(np.arange(len(x)), chosen)
    large = np.column_stack([x, y, area])[shown]
    label_points(axes, x[chosen], y[chosen], list(found["name"].iloc[chosen]), area=area[chosen], others=large)
    return figure


# -- networks ---------------------------------------------------------------------------------------------


def network(
    graph: networkx.Graph, communities: Sequence[Sequence[str]], title: str, *, named: int = 80, note: str = ""
) -> Figure:
    """Draw a graph: size is weighted degree, colour and shape the community, people round, others square."""
    figure, axes = _figure(8.0, 10.5)
    places = _layout(graph)
    strength = dict(graph.degree(weight="weight"))
    for a, b, weight in graph.edges(data="weight"):
        (ax, ay), (bx, by) = places[a], places[b]
        axes.plot([ax, bx], [ay, by], color="#cccccc", linewidth=0.25 + 0.1 * weight, zorder=1)
    for n, members in enumerate(communities):
        color = PALETTE[n % len(PALETTE)]
        for marker, people in (("o", True), ("s", False)):
            nodes = [node for node in members if (graph.nodes[node]["kind"] == "person") == people]
            xy = np.array([places[node] for node in nodes]).reshape(-1, 2)
            size = [30 + 2.2 * strength[node] for node in nodes]
            axes.scatter(xy[:, 0], xy[:, 1], s=size, color=color, marker=marker, edgecolor="white", zorder=2)
    ranked = sorted(graph, key=lambda node: (-strength[node], node))
    leaders = [min(members, key=ranked.index) for members in communities]  # no community without a name
    top = sorted({*ranked[:named], *leaders}, key=ranked.index)
    axes.set(title=title, xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    marks = {node: (*places[node], 30 + 2.2 * strength[node]) for node in graph}
    xys = np.array([marks[node] for node in top])
    label_points(
        axes, xys[:, 0], xys[:, 1], [_brief(graph.nodes[node]) for node in top],
        area=xys[:, 2], others=np.array(list(marks.values())), size=8,
    )  # fmt: skip
    _note(
        axes,
        note
        or "круг — человек, квадрат — организация; цвет — сообщество; чем толще линия, тем больше общих статей",
    )
    return figure


def _layout(graph: networkx.Graph) -> dict[str, Floats]:
    """Places of nodes: the more articles two share the nearer they are, with room for each; no chance in it."""
    import networkx

    distance = {(a, b): 1 + 3 / np.sqrt(weight) for a, b, weight in graph.edges(data="weight")}
    networkx.set_edge_attributes(graph, distance, "length")
    places = networkx.kamada_kawai_layout(graph, weight="length")
    moved = spread_apart(np.array([places[node] for node in graph]), NODES_APART)
    return dict(zip(graph, moved, strict=True))


def _brief(node: dict[str, Any]) -> str:
    """«Марина Олеговна Шульц» → «М. О. Шульц»; of an organisation what stands in its quotes, else its name."""
    name = str(node["name"])
    if node["kind"] == "person":
        *given, surname = name.split()
        return " ".join([*(f"{word[0]}." for word in given), surname])
    inner = name[name.rfind("«") :] if "«" in name else name
    return fold(inner.replace("»»", "»"), 24, lines=3)
