"""The benchmark's own arithmetic."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmark.__main__ import read_texts
from tests.benchmark.floor import operations
from tests.benchmark.report import Result, differences, markdown
from tests.benchmark.systems import STAGES, WHOLE, Found

OURS: Found = ([(0, 1, "ADP", 1, "case"), (2, 8, "PROPN|Case=Loc", -1, "root")], [(2, 8, "LOC")])
THEIRS: Found = ([(0, 1, "ADP", 1, "case"), (2, 8, "PROPN|Case=Gen", 0, "root")], [])


def a_result() -> Result:
    ours, theirs = dict.fromkeys((*STAGES, WHOLE), 1.0), dict.fromkeys((*STAGES, WHOLE), 10.0)
    slow = {stage: 2 * seconds for stage, seconds in ours.items()}
    times = {"natasha": [theirs] * 3, "letopis": [slow, ours, ours]}
    both = {"natasha": 1.0, "letopis": 0.5}
    return Result(
        100, 44_000, times, both, both, dict.fromkeys(("ner", "morph", "syntax"), (7.0, 2.5)), {"tags": 0}
    )


def test_the_ratio_is_the_median_of_rounds_and_the_first_stands_apart() -> None:
    result = a_result()
    assert result.ratio(("ner",), ("ner",)) == 10
    assert result.ratio(("ner",), ("ner",), first=True) == 5


def test_the_table_has_a_row_for_each_stage() -> None:
    table = markdown(a_result())
    assert "| models together | 300.00 | 30.00 | 10.0 | 5.0 | 9.24 | 3.30 |" in table
    assert "100 texts/s, 44000 tokens/s" in table
    assert "0 tags" in table


def test_differences_are_counted_by_token() -> None:
    assert differences([OURS], [OURS]) == {"tokens": 0, "tags": 0, "heads": 0, "relations": 0, "entities": 0}
    assert differences([THEIRS], [OURS]) == {"tokens": 0, "tags": 1, "heads": 1, "relations": 0, "entities": 1}
    assert differences([([], [])], [OURS])["tokens"] == 2


@pytest.mark.parametrize(
    ("model", "head"), [("ner", 64 * 8), ("morph", 64 * 753), ("syntax", 4 * 64 * 32 + 32 * 32 + 32 * 1440)]
)
def test_operations_of_the_models(model: str, head: int) -> None:
    others = 2 * (3 * 256 * 128 + 3 * 128 * 64 + head)
    assert operations(model) == (others + 2 * 3 * 330 * 256, others)


def test_texts_are_read_from_a_folder_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("Омск", encoding="utf-8")
    (tmp_path / "a.txt").write_text("Томск", encoding="utf-8")
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "Томск"}\n{"text": "Омск"}\n', encoding="utf-8")
    assert read_texts(tmp_path) == read_texts(rows) == ["Томск", "Омск"]
