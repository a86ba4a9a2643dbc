"""Roles: titles around names, their organisations, what is no role.

``[фонда «Луч»|фонд «Луч»]`` is an organisation that is given; people are found by the extractor.
"""

from __future__ import annotations

import re

import pytest

from pipeline.extractors import people, roles
from pipeline.extractors.people.posts import is_post
from pipeline.extractors.roles.heads import belongs_to_post
from pipeline.record import City, Organisation, PlaceSpan, Region, Span
from tests.marked import build_page

MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]|\{([^}]+)\}")
Expected = list[tuple[str, str, str | None]]


def find(marked: str, without: frozenset[str] = frozenset()) -> Expected:
    """Return person, title and organisation of every role in a marked text; ``{Томск}`` is a place."""
    text, end = "", 0
    named: dict[str, list[Span]] = {}
    places: list[City | Region] = []
    for match in MARK.finditer(marked):
        text += marked[end : match.start()]
        end = match.end()
        form, name, place = match.groups()
        start, text = len(text), text + (form or place)
        at = {"start": start, "end": len(text), "text": text[start:]}
        if place:
            places.append(City(id=f"city-{start}", name=place, mentions=(PlaceSpan(**at),)))
        else:
            named.setdefault(name, []).append(Span(**at))
    text += marked[end:]
    page = build_page(text, without=without)
    organisations = [Organisation(id=name, name=name, mentions=tuple(spans)) for name, spans in named.items()]
    cities = [place for place in places if isinstance(place, City)]
    known = {"organisations": organisations, "cities": cities, "regions": [], "countries": []}
    found = roles.find(page, people=people.find(page), **known)
    for role in (role for person in found for role in person.roles):
        assert text[role.start : role.end] == role.text
    return [(person.name, role.title, role.organisation) for person in found for role in person.roles]


@pytest.mark.parametrize(
    "lemma", ["эколог", "директор", "smm-специалист", "второкурсница", "медиатренер", "кинолог"]
)
def test_words_for_people_by_what_they_do(lemma: str) -> None:
    assert is_post(lemma)


@pytest.mark.parametrize("lemma", ["мама", "модератор", "спикер", "мастер-класс", "форум", "субботник", "улан-удэ"])
def test_other_words(lemma: str) -> None:
    assert not is_post(lemma)


@pytest.mark.parametrize(
    ("adjective", "belongs"),
    [
        ("исполнительный", True),
        ("главного", True),
        ("заслуженный", True),
        ("детский", True),
        ("томского", False),
        ("новый", False),
        ("бывший", True),
        ("известная", False),
    ],
)
def test_adjectives_of_a_post(adjective: str, belongs: bool) -> None:
    assert belongs_to_post(adjective) is belongs


LUCH = "фонд «Луч»"
CASES: list[tuple[str, Expected]] = [
    # before the name
    ("Открыла президент [фонда «Луч»|фонд «Луч»] Елена Малицкая.", [("Елена Малицкая", "президент", LUCH)]),
    (
        "По словам исполнительного директора [фонда «Луч»|фонд «Луч»] Марины Михайловой, всё готово.",
        [("Марина Михайлова", "исполнительный директор", LUCH)],
    ),
    (
        "Пришёл новый директор томского [центра «Луч»|центр «Луч»] Пётр Кузьмин.",
        [("Пётр Кузьмин", "директор", "центр «Луч»")],
    ),
    (
        "Выступил заместитель министра социальной защиты {Свердловской области} Алексей Дорохов.",
        [("Алексей Дорохов", "заместитель министра социальной защиты Свердловской области", None)],
    ),
    ("Лекцию прочла врач паллиативной помощи Юлия Чернова.", [("Юлия Чернова", "врач паллиативной помощи", None)]),
    (
        "Координатор акции второкурсница Арюна Бадмаева рада.",
        [("Арюна Бадмаева", "второкурсница", None), ("Арюна Бадмаева", "координатор акции", None)],
    ),
    ("Мастер-класс дизайнера Сарданы Аввакумовой начался.", [("Сардана Аввакумова", "дизайнер", None)]),
    (
        "Волонтёры Анна Котова и Олег Ким уехали.",
        [("Анна Котова", "волонтёр", None), ("Олег Ким", "волонтёр", None)],
    ),
    ("Зам. директора [фонда «Луч»|фонд «Луч»] Анна Котова.", [("Анна Котова", "заместитель директора", LUCH)]),
    (
        "И.о. министра образования {Омской области} Пётр Кузьмин приехал.",
        [("Пётр Кузьмин", "и. о. министра образования Омской области", None)],
    ),
    # after the name
    (
        "Марина Михайлова, директор [Центра «Гарант»|Центр «Гарант»], приехала.",
        [("Марина Михайлова", "директор", "Центр «Гарант»")],
    ),
    (
        "Говорили с Дарьей Гончар, директором [АНО «Опора»|АНО «Опора»].",
        [("Дарья Гончар", "директор", "АНО «Опора»")],
    ),
    (
        "«Бюджет без дыр» (Ильдар Мухаметшин, бухгалтер [фонда «Луч»|фонд «Луч»]);",
        [("Ильдар Мухаметшин", "бухгалтер", LUCH)],
    ),
    ("Ведущий — Роман Тютин, бухгалтер.", [("Роман Тютин", "бухгалтер", None)]),
    ("Пётр Кузьмин, 35 лет, учитель начальных классов.", [("Пётр Кузьмин", "учитель начальных классов", None)]),
    ("Мария Иванова | директор [фонда «Луч»|фонд «Луч»] | Томск", [("Мария Иванова", "директор", LUCH)]),
    ("Мария Иванова\nдиректор [фонда «Луч»|фонд «Луч»]\n", [("Мария Иванова", "директор", LUCH)]),
    (
        "Анна Котова, основательница и председатель [фонда «Луч»|фонд «Луч»].",
        [("Анна Котова", "основательница", LUCH), ("Анна Котова", "председатель", LUCH)],
    ),
    # stand-ins, pronouns, verbs
    ("Приехал [фонд «Луч»|фонд «Луч»]. Директор фонда Анна Котова рада.", [("Анна Котова", "директор", LUCH)]),
    ("[Фонд «Луч»|фонд «Луч»] победил. Её руководитель Анна Котова рада.", [("Анна Котова", "руководитель", LUCH)]),
    (
        "Детский психолог Раиса Тен из [Томского университета|Томский университет] рада.",
        [("Раиса Тен", "детский психолог", "Томский университет")],
    ),
    ("Анна Котова руководит [фондом «Луч»|фонд «Луч»].", [("Анна Котова", "руководитель", LUCH)]),
    ("Директором [фонда «Луч»|фонд «Луч»] стала Анна Котова.", [("Анна Котова", "директор", LUCH)]),
    ("Анна Котова работает психологом.", [("Анна Котова", "психолог", None)]),
    ("Пришла Анна Котова. Она — директор [фонда «Луч»|фонд «Луч»].", [("Анна Котова", "директор", LUCH)]),
]


@pytest.mark.models
@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_roles(marked: str, expected: Expected) -> None:
    assert sorted(find(marked), key=str) == sorted(expected, key=str)


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "Модератор Анна Котова открыла встречу.",
        "Пришла мама Саши, Анна Котова.",
        "Спикеры: Анна Котова, Томск; Пётр Кузьмин, Омск.",
        "Земляк и тёзка Пётр Кузьмин улыбнулся.",
        "Анна Котова провела мастер-класс.",
    ],
)
def test_what_is_no_role(text: str) -> None:
    assert find(text) == []


@pytest.mark.models
def test_a_title_belongs_to_the_name_it_touches() -> None:
    found = find("В жюри Анна Котова, директор [фонда «Луч»|фонд «Луч»] Пётр Кузьмин и юрист Олег Ким.")
    assert found == [("Пётр Кузьмин", "директор", LUCH), ("Олег Ким", "юрист", None)]


@pytest.mark.models
def test_a_rule_can_be_switched_off() -> None:
    assert find("Ведущий — Роман Тютин, бухгалтер.", frozenset({"roles.after"})) == []
