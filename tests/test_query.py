"""Questions: what is typed, what filters mean, orders, formats, and that nothing typed is ever more than data."""

# ruff: noqa: E501 (tables of texts)

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.archive import views
from pipeline.archive.build import index_records
from pipeline.archive.filters import FilterError, Filters, first_day, last_day, sought
from pipeline.archive.lookup import NotFoundError, find_entities, search_entities
from pipeline.archive.output import safe_cell, write_csv
from pipeline.archive.query import ALL, ask, count_rows, count_values, evidence, sorts
from pipeline.archive.regions import all_regions
from pipeline.archive.sentences import sentence_around
from pipeline.archive.views import VIEWS
from pipeline.archive.words import lemmatize, parse_search
from pipeline.cli import app
from pipeline.errors import LetopisError
from tests.archive_gold import gold_records
from tests.archive_hostile import HOSTILE
from tests.archive_records import record, write_records

QUESTIONS = [*VIEWS, "together"]
TOMSK = {"region": "Томская область", "federal_district": "Сибирский федеральный округ", "geoname_id": 1489425}
KAZAN = {
    "region": "Республика Татарстан",
    "federal_district": "Приволжский федеральный округ",
    "geoname_id": 551487,
}

RECORDS = [
    record(
        "tomsk", "В [Томске|cities:Томск] на [форуме|events:форум] «[Как вырастить добровольцев|session_topics]» вела"
        " [Ирина Малахова|people]. Приехали более 300 участников, ресурсных центров — 12. Грант 5,3 млн рублей.",
        published="2019-10-07", places={"Томск": TOMSK}, speakers=[("Как вырастить добровольцев", "Ирина Малахова")],
        facts=[
            {"kind": "count", "text": "более 300 участников", "min": 300, "max": None, "modifier": "more_than", "unit": "участник"},
            {"kind": "money", "text": "5,3 млн рублей", "min": 5.3e6, "max": 5.3e6, "unit": "рубль"},
        ],
        themes=[{"label": "экология", "score": 0.9}, {"label": "другое", "score": 0.1}],
    ),
    record(
        "kazan", "В [Казани|cities:Казань] [Ринат Гайнутдинов|people] из [фонда «Мост дружбы»|organisations:фонд «Мост дружбы»] открыл"
        " школу. Было до 40 юных участников. Ёлка стояла у ресурсного центра.",
        published="2021-05-17", places={"Казань": KAZAN},
        facts=[{"kind": "count", "text": "до 40 юных участников", "min": None, "max": 40, "modifier": "up_to", "unit": "юный участник"}],
    ),
    record("plain", "[Ирина Малахова|people] и [фонд «Мост дружбы»|organisations] в [Томске|cities:Томск].", places={"Томск": TOMSK}),
]  # fmt: skip


@pytest.fixture(scope="module")
def db():
    return index_records(RECORDS)


@pytest.fixture(scope="module")
def gold():
    return index_records(list(gold_records()))


def ids(db, question: str, **filters: object) -> list[str]:
    column = {"topics": "article", "facts": "text", "articles": "id"}.get(question, "name")
    return [row[column] for row in ask(db, question, Filters(**filters)).dicts()]


# -- what is typed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("ресурсных центров", '"ресурсный" AND "центр"', None),
        ("«ресурсные центры»", '"ресурсный центр"', None),
        ('"ресурсные центры"', '"ресурсный центр"', None),
        ("доброволь*", '("доброволь" * OR "доброволя" OR "доброволец")', None),
        ("грант ИЛИ субсидия", '("грант" OR "субсидия")', None),
        ("грант | субсидия", '("грант" OR "субсидия")', None),
        ("гранты -президентские", '"грант"', '"президентский"'),
        ("волонтёры в Сибири", '"волонтер" AND "сибирь"', None),
        ("Санкт-Петербурга", '"санкт-петербург"', None),
        ("-лишнее", None, '"лишний"'),
        ("!!!", None, None),
        ("", None, None),
        ("ИЛИ", None, None),
        ("или грант", '"грант"', None),
    ],
)
def test_a_search_becomes_an_expression(typed: str, wanted: str | None, unwanted: str | None) -> None:
    search = parse_search(typed)
    assert (search.wanted, search.unwanted) == (wanted, unwanted)


def test_lemmas_fold_and_keep_second_readings() -> None:
    main, also = lemmatize("Актёры черновой сцены")
    assert main == "актер черновой сцена"
    assert "чернов" in also.split()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_no_search_breaks_the_full_text_index(db, typed: str) -> None:
    for question in ("articles", "topics"):
        ask(db, question, Filters(text=typed))
    search_entities(db, "person", typed)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ресурсные центры", ["tomsk", "kazan"]),
        ("елка", ["kazan"]),
        ("ЁЛКИ", ["kazan"]),
        ("«ресурсных центров»", ["tomsk", "kazan"]),
        ("доброволь*", ["tomsk"]),
        ("Малахову", ["plain", "tomsk"]),
        ("ресурсный центр -Казань", ["tomsk"]),
        ("Казань ИЛИ грант", ["kazan", "tomsk"]),
        ("-Томск", ["kazan"]),
        ("динозавр", []),
        ("???", []),
    ],
)
def test_articles_are_found_in_any_form(db, typed: str, found: list[str]) -> None:
    assert sorted(ids(db, "articles", text=typed)) == sorted(found)


# -- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "filters", "found"),
    [
        ("people", {}, ["Ирина Малахова", "Ринат Гайнутдинов"]),
        ("people", {"region": "Сибирь"}, ["Ирина Малахова"]),
        ("people", {"region": "Сибирский федеральный округ"}, ["Ирина Малахова"]),
        ("people", {"region": "Поволжье"}, ["Ринат Гайнутдинов"]),
        ("people", {"person": "Малаховой"}, ["Ирина Малахова"]),
        ("people", {"person": "И. Малахова"}, ["Ирина Малахова"]),
        ("people", {"organisation": "Мост", "city": "Казань"}, ["Ринат Гайнутдинов"]),
        ("people", {"since": "2020"}, ["Ринат Гайнутдинов"]),
        ("people", {"until": "2019"}, ["Ирина Малахова"]),
        ("people", {"since": "2019-10-07", "until": "2019-10-07"}, ["Ирина Малахова"]),
        ("people", {"speaking": True}, ["Ирина Малахова"]),
        ("people", {"speaking": True, "text": "доброволец"}, ["Ирина Малахова"]),
        ("people", {"speaking": True, "text": "грант"}, []),
        ("people", {"theme": "экология"}, ["Ирина Малахова"]),
        ("topics", {"text": "добровольцы", "region": "Сибирь"}, ["tomsk"]),
        ("topics", {"text": "рубль"}, []),
        ("topics", {"person": "Гайнутдинов"}, []),
        ("facts", {"kind": "money"}, ["5,3 млн рублей"]),
        ("facts", {"unit": "участников"}, ["до 40 юных участников", "более 300 участников"]),
        ("facts", {"unit": "юный участник | рубль"}, ["до 40 юных участников", "5,3 млн рублей"]),
        ("facts", {"min": 100, "max": 1000}, ["более 300 участников"]),
        ("facts", {"max": 50}, ["до 40 юных участников"]),
        ("facts", {"region": "Томская область", "kind": "count"}, ["более 300 участников"]),
        ("cities", {"region": "Сибирь"}, ["Томск"]),
        ("events", {}, ["форум"]),
        ("organisations", {"kind": "other"}, ["фонд «Мост дружбы»"]),
        ("articles", {"theme": "эко"}, ["tomsk"]),
        ("articles", {"person": "Малахова", "organisation": "Мост"}, ["plain"]),
    ],
)
def test_filters_combine(db, question: str, filters: dict[str, object], found: list[str]) -> None:
    assert ids(db, question, **filters) == found
    assert count_rows(db, question, Filters(**filters)) == len(found)


def test_together_is_counted_with_one_and_with_all(db) -> None:
    rows = ask(db, "together", Filters(person="Малахова")).dicts()
    assert [(row["other_name"], row["articles"]) for row in rows] == [("фонд «Мост дружбы»", 1)]
    assert ask(db, "together").rows == []


def test_all_orders_work(gold) -> None:
    for question in QUESTIONS:
        for order in sorts(question):
            assert ask(gold, question, sort=order, limit=3).rows or question == "together"


def test_orders_and_pages(gold) -> None:
    whole = [row["name"] for row in ask(gold, "people", limit=30).dicts()]
    parts = [row["name"] for i in (0, 10, 20) for row in ask(gold, "people", limit=10, offset=i).dicts()]
    assert whole == parts
    values = [row["max"] or row["min"] for row in ask(gold, "facts", Filters(kind="money"), sort="value").dicts()]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    ("question", "filters", "sort"),
    [
        ("people", {"region": "Сибирь"}, None),
        ("people", {"text": "форум", "since": "2018"}, None),
        ("organisations", {"region": "Сибирь", "until": "2022"}, "articles"),
        ("cities", {"region": "Сибирь"}, None),
        ("cities", {"person": "Малахова"}, None),
        ("together", {"region": "Сибирь"}, None),
        ("together", {"person": "Ирина Сергеевна Малахова", "since": "2015"}, None),
        ("facts", {"region": "Сибирь", "kind": "count"}, "turnout"),
        ("facts", {"unit": "такойединицынет"}, "turnout"),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 40])
def test_a_shorter_way_leads_to_the_same(
    gold, monkeypatch, question: str, filters: dict, sort: str | None, limit: int
) -> None:
    """What is counted from frequent entities or people who came alone is as if all was counted."""
    short = ask(gold, question, Filters(**filters), sort=sort, limit=limit).rows
    for way in ("_ask_often", "_ask_comers"):
        monkeypatch.setattr(f"pipeline.archive.query.{way}", lambda *asked: None)
    assert short == ask(gold, question, Filters(**filters), sort=sort, limit=limit).rows


def test_the_index_of_those_who_came_has_the_words_of_the_question() -> None:
    indexes = (Path(views.__file__).parent / "indexes.sql").read_text(encoding="utf-8")
    of_comers = indexes[indexes.index("facts_of_comers") :]
    assert set(re.findall(r"'[а-яё]+'", of_comers)) == set(f"{views.CAME}, {views.COMERS}".split(", "))


@pytest.mark.parametrize("filters", [{}, {"region": "Сибирь"}, {"text": "форум", "since": "2019", "until": "2020"}])
@pytest.mark.parametrize("question", list(views.FACETS))
def test_facets_count_the_rows_of_the_answer(gold, question: str, filters: dict) -> None:
    total, values = count_values(gold, question, Filters(**filters), 10_000)
    rows = ask(gold, question, Filters(**filters), limit=ALL).dicts()
    assert total == len(rows) == count_rows(gold, question, Filters(**filters))
    for facet, column in {"kind": "kind", "unit": "unit", "theme": "theme", "since": "day"}.items():
        if facet in values:
            known = Counter((row[column] or "")[: 4 if facet == "since" else None] or None for row in rows)
            assert {v: n for v, n in values[facet] if v is not None} == {v: n for v, n in known.items() if v}


def test_articles_that_were_sought_answer_as_their_filters_do(gold) -> None:
    filters = Filters(text="форум", region="Сибирь")
    found = sought(gold, filters)
    assert len(json.loads(found.found)) == count_rows(gold, "articles", filters)
    for question in QUESTIONS:
        assert ask(gold, question, found, limit=20) == ask(gold, question, filters, limit=20)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q != "together"])
def test_every_row_has_evidence_in_its_article(gold, question: str) -> None:
    answer = ask(gold, question, Filters(region="Сибирь"), limit=5)
    for key in answer.keys:
        for note in evidence(gold, question, Filters(region="Сибирь"), key):
            text = gold.execute(
                "SELECT text FROM articles JOIN article_texts USING (article) WHERE id = ?", [note.article]
            )
            assert note.sentence.strip("…") in text.fetchone()[0]


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("people", {"unit": "x"}),
        ("articles", {"min": 1.0}),
        ("together", {"kind": "x"}),
        ("cities", {"speaking": True}),
    ],
)
def test_a_filter_without_meaning_is_refused(db, question: str, filters: dict[str, object]) -> None:
    with pytest.raises(FilterError, match="no meaning"):
        ask(db, question, Filters(**filters))


def test_who_is_not_there_is_named_with_who_is_near(db) -> None:
    with pytest.raises(NotFoundError, match="near to it: Ирина Малахова"):
        find_entities(db, "person", "Малахович")
    with pytest.raises(FilterError, match="no such question"):
        ask(db, "cats")
    with pytest.raises(FilterError, match="there are articles"):
        ask(db, "people", sort="colour")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-5-7", "2019-05-07", "2019-05-07"),
    ],
)
def test_days_months_and_years(text: str, first: str, last: str) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize("text", ["19", "2019-13", "2019-02-30", "вчера", "0000", "2019-01-01T00:00"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(FilterError, match="not a day"):
        first_day(text)


def test_regions_hold_each_other() -> None:
    assert {"Сибирь", "Сибирский федеральный округ"} <= all_regions(["Томская область"])
    assert "Кемеровская область — Кузбасс" in all_regions(["Кемеровская область"])
    assert all_regions([None, "Где-то"]) == {"Где-то"}


@pytest.mark.parametrize(
    ("start", "stop", "sentence"),
    [
        (0, 5, "Первое предложение."),
        (21, 27, "Второе, г. Томск."),
        (39, 45, "Третье"),
        (None, None, "Первое предложение."),
    ],
)
def test_sentences_around_offsets(start: int | None, stop: int | None, sentence: str) -> None:
    assert sentence_around("Первое предложение. Второе, г. Томск.\n\nТретье\n", start, stop) == sentence


def test_a_long_sentence_is_cut_around_the_place() -> None:
    text = "слово " * 500
    cut = sentence_around(text + "здесь" + " слово" * 500, 3000, 3005)
    assert len(cut) < 420
    assert "здесь" in cut
    assert cut.startswith("…")
    assert cut.endswith("…")


# -- hostile input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_is_more_than_data(gold, text: str) -> None:
    before = gold.execute("SELECT count(*) FROM people").fetchone()[0]
    for question in QUESTIONS:
        for name in ("text", "person", "organisation", "city", "region", "since", "until", "theme", "kind", "unit"):
            with contextlib.suppress(LetopisError):
                ask(gold, question, Filters(**{name: text}), limit=3)
    assert gold.execute("SELECT count(*) FROM people").fetchone()[0] == before


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_indexed_and_found_as_they_are(text: str) -> None:
    bare = text.replace("|", "/").replace("[", "(").replace("]", ")").replace("\r", " ").strip() or "x"
    source = record("x", f"[{bare}|organisations] и [Анна Петрова|people]")
    db = index_records([source])
    assert ask(db, "organisations").dicts()[0]["name"] == bare
    assert db.execute("SELECT text FROM article_texts").fetchone()[0] == source.text


# -- formats ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1+1", "'=1+1"), ("+7 999", "'+7 999"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'\t=1"), (" =1", "' =1"),
        ("＝1", "'＝1"), ("текст", "текст"), ("— тире", "— тире"), (-5, -5), (None, None), (2.5, 2.5), ("", ""),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(value: object, safe: object) -> None:
    assert safe_cell(value) == safe


def test_csv_reads_back() -> None:
    stream = io.StringIO()
    write_csv(stream, ["a", "b"], [['он сказал: "да"', "две\nстроки"], ["=1", 2]])
    assert list(csv.reader(io.StringIO(stream.getvalue()))) == [
        ["a", "b"],
        ['он сказал: "да"', "две\nстроки"],
        ["'=1", "2"],
    ]


# -- the command --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("command")
    write_records(folder / "results", *RECORDS)
    result = CliRunner().invoke(app, ["index", str(folder / "results"), "--db", str(folder / "archive.db")])
    assert result.exit_code == 0, result.output
    assert "3 articles added" in result.output
    return folder / "archive.db"


def run(index: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["query", *arguments, "--db", str(index)], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_every_question_in_every_format(index: Path, question: str, form: str) -> None:
    evidence = [] if question == "together" else ["--evidence"]
    output = run(index, question, "--format", form, *evidence)
    if form == "json":
        assert isinstance(json.loads(output), list)
    if form == "jsonl" and evidence:
        assert all(json.loads(line)["evidence"] for line in output.splitlines())


def test_the_command_answers_the_analyst(index: Path) -> None:
    output = run(index, "people", "--text", "добровольцы", "--region", "Сибирь", "--speaking")
    assert "Ирина Малахова" in output
    rows = json.loads(
        run(index, "facts", "--unit", "участники", "--region", "Сибирь", "--format", "json", "--evidence")
    )
    assert rows[0]["min"] == 300
    assert rows[0]["evidence"][0]["sentence"].startswith("Приехали более 300 участников")


def test_the_command_runs_sql_and_explains_columns(index: Path) -> None:
    assert json.loads(run(index, "sql", "SELECT count(*) AS n FROM articles", "--format", "json")) == [{"n": 3}]
    assert "nominative singular" in run(index, "facts", "--columns")


@pytest.mark.parametrize(
    "arguments",
    [
        ["cats"], ["together", "--evidence"], ["people", "--format", "xml"], ["people", "--unit", "x"], ["people", "--sort", "x"], ["sql"],
        ["sql", "DROP TABLE people"], ["people", "--person", "Никто"], ["articles", "--since", "вчера"], ["cats", "--columns"],
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(index: Path, arguments: list[str]) -> None:
    with pytest.raises(LetopisError):
        run(index, *arguments)


def test_no_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(LetopisError, match="letopis index"):
        run(tmp_path / "nothing.db", "people")


def test_a_table_prints_hostile_text_as_it_is(tmp_path: Path) -> None:
    results = write_records(tmp_path / "r", record("x", "Пришла [(red)Анна(/) \x1b(31m|organisations:[/red]]"))
    db = index_records([record("x", "[<b>Анна</b> \x1b(31m|organisations]")])
    assert results.exists()
    assert ask(db, "organisations").rows
