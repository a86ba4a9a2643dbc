"""Commands that look at one article or at scores: what they print, what they refuse, their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.record import Record, record_schema
from pipeline.show import format_number, marks, render_html
from tests.conftest import ROOT

pytestmark = pytest.mark.models

ARTICLE = """В Томске прошёл форум «Вместе теплее». Директор фонда «Опора» Анна Лапина провела мастер-класс \
«Смета без слёз». Приехали 54 участника."""


def letopis(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pipeline.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, input=stdin, check=False, cwd=ROOT)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "папка с пробелом" / "новость.txt"
    path.parent.mkdir()
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_show_prints_tables(article: Path) -> None:
    done = letopis("show", article)
    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    for expected in ("Анна Лапина", "Томская область", "Смета без слёз", "54 участника", "Session topics (1)"):
        assert expected in shown


def test_show_writes_a_page(article: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert letopis("show", article, "--html", page).returncode == 0
    assert "Анна Лапина" in page.read_text(encoding="utf-8")


def test_show_lists_what_differs_from_gold() -> None:
    done = letopis("show", "corpus/news/c08.txt", "--gold", "corpus/gold/2021-12-06_fa05.gold.json")
    assert done.returncode == 0
    assert "- people.names" in done.stdout.decode()


def test_the_page_escapes_everything() -> None:
    evil = "<script>alert(1)</script>"
    text = f"{evil} Директор фонда «{evil}» Анна {evil} провела секцию «{evil}» & “{evil}”."
    import pipeline

    page = render_html(pipeline.extract(text, title=evil))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_explain_names_rules(article: Path) -> None:
    shown = letopis("explain", article).stdout.decode()
    assert "rule" in shown
    assert "facts." in shown


def test_schema_is_the_published_one() -> None:
    assert json.loads(letopis("schema").stdout) == json.loads(json.dumps(record_schema()))


def test_evaluate_reads_what_extract_wrote(tmp_path: Path) -> None:
    assert (
        letopis("extract", "corpus/news/c02.txt", "corpus/news/c08.txt", "--output", tmp_path / "out").returncode
        == 0
    )
    for name in ("c02", "c08"):
        (tmp_path / f"{name}.gold.json").write_bytes((ROOT / "corpus" / "gold" / f"{name}.gold.json").read_bytes())
    done = letopis("evaluate", tmp_path / "out", tmp_path, "--json")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["people.mentions"]["gold"] == 7
    assert "entities.people" not in json.loads(done.stdout)
    listed = letopis("evaluate", tmp_path / "out", tmp_path, "--errors", "all")
    assert listed.returncode == 0


def test_evaluate_tells_how_well_entities_are_told_apart(tmp_path: Path) -> None:
    names = ("2015-04-27_na24", "2015-06-09_ma13")
    for name in names:
        gold = ROOT / "corpus" / "gold" / f"{name}.gold.json"
        (tmp_path / gold.name).write_bytes(gold.read_bytes())
    texts = [f"corpus/news/{name}.txt" for name in names]
    assert letopis("extract", *texts, "--output", tmp_path / "out").returncode == 0
    done = letopis("evaluate", tmp_path / "out", tmp_path, "--json")
    score = json.loads(done.stdout)["entities.people"]
    assert score["gold"] > 0
    assert 0 < score["f1"] <= 1
    assert "entities.people" in letopis("evaluate", tmp_path / "out", tmp_path).stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "nowhere.txt"], "nowhere.txt"),
        (["explain", "nowhere.txt"], "nowhere.txt"),
        (["evaluate", "nowhere", "corpus/gold"], "nowhere"),
        (["evaluate", "corpus/news", "corpus/news"], "gold.json"),
        (["evaluate", "corpus/gold", "corpus/gold", "--errors", "nothing"], "no such figure"),
        (["show", "corpus/news/c08.txt", "--html", "/nowhere/at/all.html"], "/nowhere/at/all.html"),
        (["show", "corpus/news/c08.txt", "--published", "вчера"], "YYYY-MM-DD"),
        (["nonsense"], "nonsense"),
    ],
)
def test_what_cannot_be_done_says_why(arguments: list[str], says: str) -> None:
    done = letopis(*arguments)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_every_command_has_help() -> None:
    listed = letopis("--help").stdout.decode()
    for command in ("extract", "show", "explain", "schema", "evaluate"):
        assert command in listed
        done = letopis(command, "--help")
        assert done.returncode == 0
        assert "Example" in done.stdout.decode()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (5300000.0, "5\u00a0300\u00a0000"),
        (2.5, "2.5"),
        (None, "…"),
        (0.0, "0"),
        (1e15, "1\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000"),
    ],
)
def test_numbers_are_written_for_people(value: float | None, written: str) -> None:
    assert format_number(value) == written


def test_marks_are_in_text_order() -> None:
    import pipeline

    record: Record = pipeline.extract(ARTICLE)
    starts = [mark.start for mark in marks(record)]
    assert starts == sorted(starts)
    assert all(mark.rule for mark in marks(record))
