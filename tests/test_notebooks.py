"""The notebooks run from top to bottom, keep their outputs, and their pictures' helpers do what they say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.record import Fact, Produced, Record, Source

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_in_two_minutes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("matplotlib")
    monkeypatch.syspath_prepend(str(FOLDER))
    from execute import execute  # type: ignore[import-not-found]

    notebook = execute(path, seconds=120)
    assert any("image/png" in output.get("data", {}) or output.output_type == "display_data"
               for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)  # fmt: skip
    sys.modules.pop("execute", None)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_kept_and_tell_nothing_of_the_machine(path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    text = path.read_text(encoding="utf-8")
    assert "/tmp/" not in text
    assert "/home/" not in text
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)


def test_the_map_keeps_east_and_north() -> None:
    pytest.importorskip("matplotlib")
    from pipeline.plots import project

    x, y = project([55.75, 55.03, 66.0], [37.6, 82.9, -170.0])  # Москва, Новосибирск, Чукотка
    assert x[0] < x[1] < x[2]
    assert y[2] > y[0]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("хоспис", "хоспис"),
        ("Центр развития некоммерческих организаций «Перспектива»", "Центр развития некоммерческих организаций …"),
    ],
)
def test_long_labels_are_cut_at_a_word(label: str, expected: str) -> None:
    pytest.importorskip("matplotlib")
    from pipeline.plots import shorten

    assert shorten(label) == expected


def test_sums_get_the_source_of_their_sentence_then_of_their_paragraph() -> None:
    pytest.importorskip("pandas")
    from pipeline.exploring import UNKNOWN, money_sources

    text = "Итоги года\nПрезидентский грант дали приюту. Это 500 рублей.\nПожертвовали 700 рублей.\nЕщё 900 рублей."
    facts = tuple(
        Fact(id=f"fact-{n}", kind="money", unit="рубль", min=n, max=n, text=f"{n} рублей",
             start=text.index(f"{n} руб"), end=text.index(f"{n} руб") + 10)
        for n in (500, 700, 900)
    )  # fmt: skip
    record = Record(
        id="a", produced=Produced(version="0"), text=text, facts=facts, source=Source(published="2020-01-02")
    )
    table = money_sources([record], {"президентские гранты": ["президентск"], "пожертвования": ["пожертв"]})
    assert table["источник"].tolist() == ["президентские гранты", "пожертвования", UNKNOWN]
    assert table["год"].tolist() == [2020, 2020, 2020]


def test_a_network_and_columns_are_drawn() -> None:
    networkx = pytest.importorskip("networkx")
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    from pipeline import plots
    from pipeline.exploring import communities, main_circle

    graph = networkx.Graph()
    for node in "абвгд":
        graph.add_node(node, name=f"Анна {node}", kind="person")
    graph.add_weighted_edges_from([("а", "б", 3), ("б", "в", 2), ("г", "д", 1)])
    circle = main_circle(graph)
    assert sorted(circle) == ["а", "б", "в"]
    figure = plots.network(circle, communities(circle), "Сеть")
    assert figure.axes[0].get_title(loc="left") == "Сеть"
    table = pandas.DataFrame({"экология": [1, 2]}, index=[2019, 2020])
    assert plots.columns(table, "Годы", "статей").axes[0].get_ylabel() == "статей"


def test_marks_are_pushed_apart_and_far_ones_stay() -> None:
    import numpy as np

    from pipeline.placing import spread_apart

    moved = spread_apart(np.array([[0.0, 0.0], [0.01, 0.0], [1.0, 1.0]]), 0.2)
    assert np.hypot(*(moved[0] - moved[1])) > 0.199
    assert moved[2].tolist() == [1.0, 1.0]


def test_a_map_names_the_largest_and_those_far_from_them() -> None:
    import numpy as np

    from pipeline.placing import worth_naming

    x = np.array([0.0, 0.01, 0.02, 0.5, 0.51])
    assert worth_naming(x, np.zeros(5), first=1, apart=0.1, most=9) == [0, 3]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([12.4, 7.06, 0.73], ["12,4", "7,1", "0,7"]),
        ([0.245, -0.003, -0.013], ["0,24", "0,00", "−0,01"]),
        ([2016.0, 94.0], ["2\xa0016", "94"]),
    ],
)
def test_numbers_that_stand_together_have_equally_many_decimals(values: list[float], expected: list[str]) -> None:
    pytest.importorskip("matplotlib")
    import numpy as np

    from pipeline.plots import _numbers

    assert _numbers(np.array(values)) == expected
