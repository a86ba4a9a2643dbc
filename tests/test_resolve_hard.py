"""Hard cases of telling people and organisations apart across articles: who is one, who is two."""

from __future__ import annotations

import pytest

from pipeline.record import Record
from tests.archive_records import record
from tests.test_resolve import entities

# Each case: a table, the articles as marked texts with the roles of people in them, and who is one.
Article = tuple[str, list[tuple[str, str, str | None]]]
Case = tuple[str, str, list[Article], list[set[str]]]

CASES: list[Case] = [
    (
        "a post changes, the full name stays",
        "people",
        [
            (
                "[Ирина Сергеевна Малахова|people], директор [центра «Опора»|organisations:центр «Опора»].",
                [("Ирина Сергеевна Малахова", "директор", "центр «Опора»")],
            ),
            (
                "[Ирина Сергеевна Малахова|people], советник губернатора, открыла форум в [Томске|cities:Томск].",
                [("Ирина Сергеевна Малахова", "советник губернатора", None)],
            ),
        ],
        [{"0", "1"}],
    ),
    (
        "a post changes, the organisation stays",
        "people",
        [
            (
                "[Олег Ткачёв|people], координатор [фонда «Берег»|organisations:фонд «Берег»].",
                [("Олег Ткачёв", "координатор", "фонд «Берег»")],
            ),
            (
                "[Олег Ткачев|people], президент [фонда «Берег»|organisations:фонд «Берег»].",
                [("Олег Ткачев", "президент", "фонд «Берег»")],
            ),
        ],
        [{"0", "1"}],
    ),
    (
        "initials with another patronymic are another person",
        "people",
        [
            (
                "[Пётр Иванович Громов|people], директор [центра «Шаг»|organisations:центр «Шаг»].",
                [("Пётр Иванович Громов", "директор", "центр «Шаг»")],
            ),
            (
                "[П. С. Громов|people], бухгалтер [центра «Шаг»|organisations:центр «Шаг»].",
                [("П. С. Громов", "бухгалтер", "центр «Шаг»")],
            ),
        ],
        [{"0"}, {"1"}],
    ),
    (
        "initials and the same employer are one",
        "people",
        [
            (
                "[Пётр Иванович Громов|people], директор [центра «Шаг»|organisations:центр «Шаг»].",
                [("Пётр Иванович Громов", "директор", "центр «Шаг»")],
            ),
            (
                "[П. И. Громов|people] из [центра «Шаг»|organisations:центр «Шаг»].",
                [("П. И. Громов", "директор", "центр «Шаг»")],
            ),
        ],
        [{"0", "1"}],
    ),
    (
        "a husband and a wife: surnames of two genders are two people",
        "people",
        [
            (
                "[Алексей Козлов|people], тренер [клуба «Факел»|organisations:клуб «Факел»].",
                [("Алексей Козлов", "тренер", "клуб «Факел»")],
            ),
            (
                "[А. Козлова|people], психолог [клуба «Факел»|organisations:клуб «Факел»].",
                [("А. Козлова", "психолог", "клуб «Факел»")],
            ),
        ],
        [{"0"}, {"1"}],
    ),
    (
        "a maiden name in brackets",
        "people",
        [
            (
                "[Анна Белова|people], директор [фонда «Искра»|organisations:фонд «Искра»].",
                [("Анна Белова", "директор", "фонд «Искра»")],
            ),
            (
                "[Анна Белова|people] (Соколова), директор [фонда «Искра»|organisations:фонд «Искра»].",
                [("Анна Белова", "директор", "фонд «Искра»")],
            ),
        ],
        [{"0", "1"}],
    ),
    (
        "namesakes of one city with other trades",
        "people",
        [
            (
                "[Елена Попова|people], главный врач [детской больницы|organisations:детская больница] "
                "в [Казани|cities:Казань].",
                [("Елена Попова", "главный врач", "детская больница")],
            ),
            (
                "[Елена Попова|people], руководитель [хора «Родник»|organisations:хор «Родник»] "
                "в [Казани|cities:Казань].",
                [("Елена Попова", "руководитель", "хор «Родник»")],
            ),
        ],
        [{"0"}, {"1"}],
    ),
    (
        "namesakes of one city, known by their patronymics",
        "people",
        [
            ("[Мария Петровна Орлова|people] из [Перми|cities:Пермь].", []),
            ("[Мария Львовна Орлова|people] из [Перми|cities:Пермь].", []),
        ],
        [{"0"}, {"1"}],
    ),
    (
        "ё and е, and a name of two forms",
        "people",
        [
            (
                "[Наталья Семёнова|people], юрист [центра «Право»|organisations:центр «Право»].",
                [("Наталья Семёнова", "юрист", "центр «Право»")],
            ),
            (
                "[Наталия Семенова|people], юрист [центра «Право»|organisations:центр «Право»].",
                [("Наталия Семенова", "юрист", "центр «Право»")],
            ),
        ],
        [{"0", "1"}],
    ),
    (
        "a foundation and a centre of one name in one city",
        "organisations",
        [
            ("[Фонд «Радуга»|organisations:фонд «Радуга»] в [Твери|cities:Тверь].", []),
            ("[Центр «Радуга»|organisations:центр «Радуга»] в [Твери|cities:Тверь].", []),
        ],
        [{"0"}, {"1"}],
    ),
    (
        "schools with one number in two cities",
        "organisations",
        [
            ("[Школа № 12|organisations:школа № 12] в [Твери|cities:Тверь].", []),
            ("[Школа № 12|organisations:школа № 12] в [Омске|cities:Омск].", []),
        ],
        [{"0"}, {"1"}],
    ),
    (
        "the legal form is no part of the name",
        "organisations",
        [
            ("[АНО «Мост добра»|organisations:АНО «Мост добра»] в [Твери|cities:Тверь].", []),
            ("[«Мост добра»|organisations:«Мост добра»] в [Твери|cities:Тверь].", []),
        ],
        [{"0", "1"}],
    ),
]


def _records(articles: list[Article]) -> list[Record]:
    return [
        record(str(i), text, published=f"2019-0{i + 1}-01", roles=list(roles))
        for i, (text, roles) in enumerate(articles)
    ]


@pytest.mark.parametrize(("table", "articles", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_hard_cases(table: str, articles: list[Article], expected: list[set[str]]) -> None:
    assert entities(_records(articles), table) == expected


def test_an_abbreviation_introduced_elsewhere_joins_and_another_one_does_not() -> None:
    full = "Томская ассоциация молодёжных инициатив"
    first = record("0", f"[{full}|organisations] (ТАМИ) собрала лидеров в [Томске|cities:Томск].")
    named = first.organisations[0].model_copy(update={"aliases": ("ТАМИ",)})
    first = first.model_copy(update={"organisations": (named,)})
    second = record("1", "В [ТАМИ|organisations] рассказали о слёте в [Томске|cities:Томск].")
    third = record("2", "В [ТАСИ|organisations] рассказали о слёте в [Томске|cities:Томск].")
    assert entities([first, second, third], "organisations") == [{"0", "1"}, {"2"}]
