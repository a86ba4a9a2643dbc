"""Quotes: ``<…>`` marks the words of direct speech, the speaker is named beside the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extractors import people, quotes, roles
from pipeline.page import Page
from tests.marked import build_page

MARK = re.compile(r"<([^>]+)>")


def find(text: str, without: frozenset[str] = frozenset()) -> list[tuple[str, str | None]]:
    """Return the words and the speaker of each part of direct speech."""
    page = build_page(text, without=without)
    found = roles.find(page, people=people.find(page), organisations=[], cities=[], regions=[], countries=[])
    names = {person.id: person.name for person in found}
    rows = quotes.find(page, people=found)
    assert all(text[row.start : row.end] == row.text for row in rows)
    return [(row.text, names.get(row.speaker or "")) for row in rows]


@pytest.mark.models
@pytest.mark.parametrize(
    ("marked", "speaker"),
    [
        ("«<Мы просто купили леску и набрали людей>», — рассказала Анна Котова.", "Анна Котова"),
        ("«<А что дальше?>» — спросил Олег Ким.", "Олег Ким"),
        ("«<Мы справились>, — сказала директор Анна Котова. — <И справимся снова>».", "Анна Котова"),
        ("— <Нам не нужен ещё один концерт>, — заявила Анна Котова. — <Нужен врач>.", "Анна Котова"),
        ("Олег Ким возразил: «<Разговаривают многие, слушают единицы>».", "Олег Ким"),
        ("Приехал Олег Ким. «<Еду третий раз>», — признался он.", "Олег Ким"),
        ("Психолог Анна Котова ответила всем. «<Спать надо больше>», — уверена психолог.", "Анна Котова"),
        ("Выступила Анна Котова:\n\n— <В прошлом году мы спорили об этом до утра>.", "Анна Котова"),
        ('"<Нас никакой чайник не напоит>", - пошутил Олег Ким.', "Олег Ким"),
        ("Олег Ким, директор: «<Волонтёр работает хорошо, если его накормить>»", "Олег Ким"),
        ("«<Мы справились, хотя никто не верил>», – Анна Котова, директор приюта.", "Анна Котова"),
        ("Анна Котова, волонтёр:\n— <Мы справились, хотя никто не верил>.", "Анна Котова"),
        ("„<Мы справились, хотя никто не верил>“, — сказала Анна Котова.", "Анна Котова"),
        ("«<Я спросила: «Кто здесь?» — и никто не ответил>», — вспоминает Анна Котова.", "Анна Котова"),
        ("По словам Анны Котовой, «<мы не ждали такого наплыва гостей>».", "Анна Котова"),
        ("«<Не бойтесь считать чужие деньги>» — такими словами открыл форум Олег Ким.", "Олег Ким"),
        ("«<Мы справились, хотя никто не верил>». Так сказала на открытии Анна Котова.", "Анна Котова"),
        ("— <Мы справились!> — Анна Котова улыбается. — <Но впереди зима>.", "Анна Котова"),
        ("Слово взял Олег Ким. — <Не бойтесь просить>, — начал он. — <Бойтесь не поблагодарить>.", "Олег Ким"),
        ("Мнение\n\n«<Мы этого ждали десять лет. Спасибо>»\n\nОлег Ким, Томск", "Олег Ким"),
        ("«<Пишите раньше, а не после>», — дважды повторила Анна Котова.", "Анна Котова"),
        ('Анна Котова сказала "<а давайте хоть банки унесём>", и все пошли.', "Анна Котова"),
        ("Анна Котова посчитала мешки: «<Лес просил десять. Поделим по-братски>».", "Анна Котова"),
        (
            "Код пишет Олег Ким.\n\n— Много просят?\n\n"
            "— <Каждый день по письму>.\n\n— Платят?\n\n— <Нет, не платят>.",
            "Олег Ким",
        ),
    ],
)
def test_speech(marked: str, speaker: str) -> None:
    found = find(MARK.sub(r"\1", marked))
    assert found == [(words, speaker) for words in MARK.findall(marked)]


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "Секция «Социальные услуги на селе: кто придёт к бабушке?». Модератор — Олег Ким.",
        "Фонд «Тёплые ладони», сказал Олег Ким, поможет всем.",
        "Темы дня:\n— секция «Семья и школа»;\n— лекция «Грант выигран».",
        "Лекцию «Как жить дальше» прочитала Анна Котова.",
        "• «Село без клуба: кто соберёт людей?» — заведующая Домом культуры Анна Котова;",
        "1. «Сеть пишет пост. А кто отвечает?» — тренер Олег Ким (Томск).",
        "Написал Олег Ким, «Горы без мусора»: предложил меняться.",
        "Олег Ким назвал форум «глотком свежего воздуха» и уехал.",
        "Анна Котова рассказала, что приехала из Томска.",
    ],
)
def test_what_is_no_speech(text: str) -> None:
    assert find(text) == []


@pytest.mark.models
def test_nobody_in_particular_speaks() -> None:
    found = find("Пришёл Олег Ким. «Спасибо вам за всё, что было», — написали жители.")
    assert found == [("Спасибо вам за всё, что было", None)]


@pytest.mark.models
def test_a_rule_can_be_switched_off() -> None:
    text = "«Мы справились и справимся снова», — сказал Олег Ким."
    assert find(text)
    assert not find(text, frozenset({"quotes.marks"}))


@given(st.text(alphabet="АБан —«»,.?:!\n", max_size=80))
def test_offsets_are_exact(text: str) -> None:
    for row in quotes.find(Page.build(text), people=[]):
        assert text[row.start : row.end] == row.text
