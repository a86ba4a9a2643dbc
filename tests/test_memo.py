"""Answers kept by argument, and the line breaks of a page."""

from __future__ import annotations

from pipeline.memo import Memo
from pipeline.page import Page


def test_asks_once() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    memo = Memo(length)
    assert [memo["слово"], memo["да"], memo["слово"]] == [5, 2, 5]
    assert asked == ["слово", "да"]


def test_stays_small() -> None:
    memo = Memo(str.upper, size=3)
    assert [memo[letter] for letter in "абвгдабвгд"] == list("АБВГДАБВГД")
    assert len(memo) <= 3


def test_line_breaks() -> None:
    page = Page.build("\nФорум\n\nОткрыт в Томске\nВход свободный\n")
    assert page.breaks == {1: 2, 4: 1}
    assert page.lines == [(0, 1), (1, 4), (4, 6)]
    assert Page.build("").lines == []


def test_quotes_end_with_their_paragraph() -> None:
    page = Page.build("Центр «Опора\n\nи фонд «Радуга»")
    assert [(pair.first, pair.last) for pair in page.quotes] == [(5, 7)]
