"""Tokens numbered once, and triggers that find them on a page."""

from __future__ import annotations

import pytest

from pipeline import tokens
from pipeline.page import Page
from pipeline.tokens import Stock, Token, Trigger


def test_a_token_is_read_once() -> None:
    stock = Stock()
    key = "Приютов", "NOUN", "Case=Gen|Number=Plur"
    assert [stock[key], stock["Приют", "NOUN", "Case=Nom"], stock[key]] == [0, 1, 0]
    assert stock.tokens[0] == Token(*key, "приютов", "приют", {"Case": "Gen", "Number": "Plur"})


def test_a_trigger_asks_once_of_each_token() -> None:
    asked: list[str] = []

    def has_capital(token: Token) -> bool:
        asked.append(token.word)
        return token.word[0].isupper()

    trigger = Trigger(has_capital)
    assert Page.build("В зобастых Зюкайках и Зюкайках").find(trigger) == [0, 2, 4]
    assert Page.build("Фонд и Зюкайках").find(trigger) == [0, 2]
    assert asked.count("Зюкайках") == 1


def test_what_a_trigger_answers_may_be_any_value() -> None:
    words = {"приют": 2, "фонд": 0}
    assert Page.build("фонд — приют").find(Trigger(lambda token: words.get(token.word))) == [2]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_page_has_no_tokens(text: str) -> None:
    page = Page.build(text)
    assert (page.lower, page.lemmas, page.capitals) == ([], [], [])


def test_a_page_keeps_its_stock_when_another_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "SIZE", 3)
    monkeypatch.setattr(tokens, "_stock", Stock())
    first = Page.build("Ёлка у дома, Ель")
    assert first.lower == ["елка", "у", "дома", ",", "ель"]
    second = Page.build("Ель и Ёлка")
    assert second.lower == ["ель", "и", "елка"]
    assert (first.capitals, second.capitals) == ([0, 4], [0, 2])
