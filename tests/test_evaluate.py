"""The evaluator: the measure of everything else, so it is checked against a second implementation."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.annotation import AnnotationError, compile_annotation
from pipeline.errors import LetopisError
from pipeline.evaluate import FIGURES, compare_sets, evaluate, fold, load_found, load_gold, pair_by_overlap
from tests.conftest import ROOT

ANNOTATED = """---META
{"published": "2024-10-01",
 "people": {"p1": {"name": "Анна Лапина", "roles": [{"title": "директор", "organisation": "o1"}]}},
 "organisations": {"o1": {"name": "фонд «Опора»"}},
 "facts": {"n1": {"kind": "count", "min": 54, "max": 54, "modifier": null, "unit": "участник"}}}
---TEXT
Директор <org id="o1">фонда «Опора»</org> <per id="p1">Анна Лапина</per> собрала <num id="n1">54 участника</num>.
"""


def gold() -> dict[str, Any]:
    return compile_annotation(ANNOTATED, "x")[1]


def test_gold_against_itself_is_perfect() -> None:
    evaluation = evaluate({"x": gold()}, {"x": gold()})
    assert all(score.f1 == 1.0 for score in evaluation.scores.values() if score.gold)
    assert evaluation.scores["roles.full"].gold == 1


def test_nothing_found_is_all_missing() -> None:
    evaluation = evaluate({"x": gold()}, {})
    assert evaluation.unmatched == ["x"]
    assert evaluation.errors["facts.full"] == [("x", "-", "«54 участника» count 54..54 None участник")]
    assert evaluation.scores["people.names"].recall == 0.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("«Ёлка»", "елка"),
        ('Центр "Гарант"', "центр «гарант»"),
        ("а — б", "а - б"),
        ("Форум.", "форум"),
        ("а\u00a0б", "а б"),
    ],
)
def test_fold_makes_equal(a: str, b: str) -> None:
    assert fold(a) == fold(b)


def test_fold_keeps_apart() -> None:
    assert fold("центр «Опора»") != fold("фонд «Опора»")


def test_bags_count_repeated_values_once_each() -> None:
    comparison = compare_sets(["a", "a", "b"], ["a", "c"])
    assert (comparison.hits, comparison.extra, comparison.missing) == (1, ["a", "b"], ["c"])


def test_pairs_take_the_best_overlap_first() -> None:
    found = [{"start": 0, "end": 10}, {"start": 0, "end": 9}]
    assert pair_by_overlap(found, [{"start": 0, "end": 9}], 0.3) == [(1, 0)]


def test_a_tag_without_a_row_is_an_error() -> None:
    with pytest.raises(AnnotationError, match="people"):
        compile_annotation(ANNOTATED.replace('"p1": {"name"', '"p2": {"name"'), "x")


def test_folders_without_gold_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(LetopisError, match=r"no \*.gold.json"):
        load_gold(tmp_path)
    with pytest.raises(LetopisError, match="no such file"):
        load_found(tmp_path / "nowhere")


def test_corpus_is_what_its_annotation_compiles_to() -> None:
    for file in sorted((ROOT / "corpus" / "ann").glob("*.ann")):
        text, table = compile_annotation(file.read_text(encoding="utf-8"), file.stem)
        name = f"{table['published']}_{file.stem}" if table["published"] else file.stem
        assert (ROOT / "corpus" / "news" / f"{name}.txt").read_text(encoding="utf-8") == text
        compiled = json.loads((ROOT / "corpus" / "gold" / f"{name}.gold.json").read_text(encoding="utf-8"))
        assert compiled == table


def test_agrees_with_the_scorer_of_the_contract(shared: Path, tmp_path: Path) -> None:
    """Damage gold at random, score it with both implementations."""
    golds = load_gold(shared / "data" / "genre-dev")
    found = {name: _damage(table, random.Random(name)) for name, table in golds.items()}
    lines = [json.dumps({**table, "source": {"path": f"{name}.txt"}}) for name, table in found.items()]
    (tmp_path / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, shared / "tools" / "score.py", shared / "data" / "genre-dev", tmp_path, "--json"]
    theirs = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    ours = evaluate(golds, load_found(tmp_path)).scores
    assert set(theirs) <= set(FIGURES)
    for name, figures in theirs.items():
        assert {k: ours[name].to_dict()[k] for k in figures} == figures, name


def _damage(table: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    damaged = json.loads(json.dumps(table))
    for rows in (value for value in damaged.values() if isinstance(value, list)):
        for row in list(rows):
            if dice.random() < 0.1:
                rows.remove(row)
            elif dice.random() < 0.3:
                row["mentions"][0]["end"] += dice.choice([1, 4])
                row["name"] = row.get("name", "") + dice.choice(["!", " ь"])
                row["title"] = row.get("title", "") + dice.choice([".", " ь"])
                row["min"] = dice.choice([row.get("min"), 5])
                row["from"] = dice.choice([row.get("from"), None])
    return damaged


def test_statements_count_only_where_the_gold_annotates_them() -> None:
    people = [{"id": "p1", "name": "Олег Ким", "mentions": []}]
    said = {
        "id": "s1",
        "speaker": "p1",
        "organisation": None,
        "mentions": [{"start": 3, "end": 9, "text": "придёт"}],
    }
    wrong = said | {"speaker": None}
    gold = {"a": {"people": people, "statements": [said]}, "b": {"people": people}}
    found = {"a": {"people": people, "statements": [wrong]}, "b": {"people": people, "statements": [said]}}
    scores = evaluate(gold, found).scores
    assert (scores["statements.span"].f1, scores["statements.span"].found) == (1.0, 1)
    assert scores["statements.full"].f1 == 0.0


def test_said_words_are_compiled_where_the_meta_says_that_they_are_annotated() -> None:
    told = ANNOTATED.replace(
        "участника</num>.", 'участника</num>, рассказав, что <said id="s1" by="p1">рада</said>.'
    )
    with pytest.raises(AnnotationError, match="said"):
        compile_annotation(told, "x")
    compiled = compile_annotation(told.replace('"published"', '"statements": true, "published"', 1), "x")[1]
    (row,) = compiled["statements"]
    assert (row["speaker"], row["organisation"], row["mentions"][0]["text"]) == ("p1", None, "рада")
    assert "statements" not in gold()
