"""The flat reading PER, ORG, LOC: edges, cuts, consistency; its score on FactRuEval where the data is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.ents import flat_entities
from pipeline.page import Chunk
from pipeline.record import City, Country, Organisation, PlaceSpan, Span
from tests.factrueval import read_texts, token_f1
from tests.test_organisations import build

FACTRUEVAL = Path(__file__).parents[1] / "../shared/data/factrueval-dev/factrueval-dev.jsonl"


def flat(text: str, chunks: list[tuple[str, str]], **found: list[Any]) -> list[tuple[str, str]]:
    """Return the flat reading as pairs of text and label; ``chunks`` is what the model saw."""
    page = build(text)
    for part, label in chunks:
        start = text.index(part)
        page.chunks.append(Chunk(*page.tokens_in(start, start + len(part)), label))
    return [(text[start:end], label) for start, end, label in flat_entities(page, found)]


def mention(text: str, part: str) -> Span:
    return Span(start=text.index(part), end=text.index(part) + len(part), text=part)


def organisation(text: str, part: str) -> Organisation:
    return Organisation(id="org-1", name=part, mentions=(mention(text, part),))


def place(text: str, part: str) -> PlaceSpan:
    return PlaceSpan(start=text.index(part), end=text.index(part) + len(part), text=part)


@pytest.mark.parametrize(
    ("text", "chunks", "expected"),
    [
        # cuts: brackets, bullets, ends of lines, marks at the edges
        ("Пришёл Джошуа Вольф (Joshua Wolf).", [("Джошуа Вольф (Joshua Wolf)", "PER")],
         [("Джошуа Вольф", "PER"), ("Joshua Wolf", "PER")]),
        ("Чили • Эфиопия", [("Чили • Эфиопия", "LOC")], [("Чили", "LOC"), ("Эфиопия", "LOC")]),
        ("США\nИван Петров", [("США\nИван Петров", "PER")], [("США", "PER"), ("Иван Петров", "PER")]),
        # words that name nothing
        ("Об этом пишут СМИ и НКО.", [("СМИ", "ORG"), ("НКО", "ORG")], []),
        ("Исследователи сообщили о находке.", [("Исследователи", "ORG")], []),
        # names again in brackets
        ("Доклад сделала Амнистия (Amnesty International).", [("Амнистия", "ORG")],
         [("Амнистия", "ORG"), ("Amnesty International", "ORG")]),
        # the adjective of a place
        ("В японском МИДе молчат.", [("МИДе", "ORG")], [("японском МИДе", "ORG")]),
        # things in quotes
        ("Корабль «Союз» взлетел. «Союз» сел.", [("Союз", "ORG")], []),
        # consistency
        ("Так пишет Vestas. Рабочие Vestas бастуют.", [("Vestas", "ORG")], [("Vestas", "ORG"), ("Vestas", "ORG")]),
        ("Пришёл Олег Понтес. Позже Понтеса спросили.", [("Олег Понтес", "PER")],
         [("Олег Понтес", "PER"), ("Понтеса", "PER")]),
        # words first in a sentence, line or quote
        ("Супруга бизнесмена рада.", [("Супруга", "PER")], []),
        ("Новости дня\nВсе рады.", [("Все", "LOC")], []),
        # streets, kind words before bare names, seats of power, brackets after brackets
        ("Шли по Тверской площади.", [("Тверской площади", "LOC")], [("Тверской", "LOC")]),
        ("Выступил капитан клуба Челси.", [("клуба Челси", "ORG")], [("Челси", "ORG")]),
        ("Работает в агентстве Kollektiv.", [("агентстве Kollektiv", "ORG")], [("Kollektiv", "ORG")]),
        ("Открылась Ассоциация Росток.", [("Ассоциация Росток", "ORG")], [("Ассоциация Росток", "ORG")]),
        ("Встреча прошла в Белом доме.", [("Белом доме", "ORG")], [("Белом доме", "LOC")]),
        ("Решение принял Белый дом.", [("Белый дом", "ORG")], [("Белый дом", "ORG")]),
        ("Комитет журналистов (КЗЖ) (Committee of Journalists) рад.", [("Комитет журналистов", "ORG")],
         [("Комитет журналистов", "ORG"), ("КЗЖ", "ORG"), ("Committee of Journalists", "ORG")]),
        # sites that report
        ("Об этом сообщает baltinfo.ru.", [], [("baltinfo.ru", "ORG")]),
    ],
)  # fmt: skip
def test_model_spans(text: str, chunks: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert flat(text, chunks) == expected


def test_quoted_organisation_is_what_stands_in_quotes() -> None:
    text = "Глава ОАО «Газпром» приехал."
    assert flat(text, [], organisations=[organisation(text, "ОАО «Газпром»")]) == [("Газпром", "ORG")]


def test_place_after_a_body_is_a_place() -> None:
    text = "Депутат Законодательного собрания Прикамья приехал."
    found = {
        "organisations": [organisation(text, "Законодательного собрания Прикамья")],
        "cities": [City(id="city-1", name="Прикамье", mentions=(place(text, "Прикамья"),))],
    }
    assert flat(text, [], **found) == [("Законодательного собрания", "ORG"), ("Прикамья", "LOC")]


def test_bare_body_is_none() -> None:
    text = "Об этом сообщила мэрия Томска."
    found = {
        "organisations": [organisation(text, "мэрия Томска")],
        "cities": [City(id="city-1", name="Томск", mentions=(place(text, "Томска"),))],
    }
    assert flat(text, [], **found) == [("Томска", "LOC")]


def test_a_country_is_no_person() -> None:
    text = "Гости из Эфиопии приехали."
    countries = [Country(id="country-1", name="Эфиопия", mentions=(place(text, "Эфиопии"),))]
    assert flat(text, [("Эфиопии", "PER")], countries=countries) == [("Эфиопии", "LOC")]


def test_rules_can_be_switched_off() -> None:
    text = "Об этом пишут СМИ."
    page = build(text)
    page.chunks.append(Chunk(3, 4, "ORG"))
    page.without = frozenset({"ents.not_names"})
    assert len(flat_entities(page, {})) == 1


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Инициатива партии «Яблоко» и её корабль «Заря».", [("Яблоко", "ORG")]),
        ("Чемпион Европы прилетел в аэропорт «Домодедово».", [("Европы", "LOC"), ("Домодедово", "LOC")]),
        ("Император Акихито выступил.", [("Акихито", "PER")]),
    ],
)
def test_what_extractors_know_overrules_the_model(text: str, expected: list[tuple[str, str]]) -> None:
    import pipeline

    assert [(e.text, e.label_) for e in pipeline.load()(text).ents] == expected


def test_token_f1() -> None:
    texts = [("Иван Петров из Томска", [(0, 11, "PER"), (15, 21, "LOC")], [(0, 4, "PER"), (15, 21, "ORG")])]
    figures = token_f1(texts)
    assert figures["PER"] == pytest.approx(2 / 3)
    assert figures["LOC"] == figures["ORG"] == 0.0


@pytest.mark.models
@pytest.mark.slow
def test_factrueval() -> None:
    """The floors are what was reached on the development part, a point below."""
    if not FACTRUEVAL.exists():
        pytest.skip("no FactRuEval here")
    import pipeline

    nlp = pipeline.load()
    rows = list(read_texts(FACTRUEVAL))
    docs = nlp.pipe([text for text, _ in rows])
    figures = token_f1(
        (text, gold, [(e.start_char, e.end_char, e.label_) for e in doc.ents])
        for (text, gold), doc in zip(rows, docs, strict=True)
    )
    floors = {"PER": 0.965, "LOC": 0.925, "ORG": 0.845}
    assert {kind: value for kind, value in figures.items() if value < floors[kind]} == {}
