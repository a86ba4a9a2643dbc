"""Entities across articles: names taken apart, namesakes, abbreviations, corrections, the score on gold."""

# ruff: noqa: E501 (tables of texts)

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.archive.build import index_records
from pipeline.archive.corrections import CorrectionsError, read_corrections
from pipeline.archive.evaluate_entities import Item, b_cubed, entity_scores
from pipeline.archive.organisation_names import parse_organisation, spelled_out
from pipeline.archive.person_names import agree, parse_name
from pipeline.archive.resolve_places import EventRow, event_name, resolve_events
from pipeline.archive.slugs import anchor, anchor_of, slug
from pipeline.evaluate import load_gold
from pipeline.record import Record
from tests.archive_gold import CORPUS, gold_records
from tests.archive_records import record, write_records


def entities(records: list[Record], table: str) -> list[set[str]]:
    """Return the articles of each entity of a table."""
    column = {"people": "person", "organisations": "organisation", "cities": "city", "events": "event"}[table]
    db = index_records(records)
    found: dict[int, set[str]] = {}
    for entity, article in db.execute(f"SELECT {column}, id FROM article_{table} JOIN articles USING (article)"):
        found.setdefault(entity, set()).add(article)
    return sorted(found.values(), key=sorted)


# -- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "core", "head"),
    [
        ("АНО «Ресурсный центр «Опора»", ("опора",), "центр"),
        ("центр «Опора»", ("опора",), "центр"),
        ("«Опора»", ("опора",), ""),
        ('экологическое движение "Чистый берег"', ("чистый", "берег"), "движение"),
        ("БФ «Тёплые ладони»", ("теплый", "ладонь"), "фонд"),
        ("Региональная общественная организация «Снежный барс»", ("снежный", "барс"), ""),
        ("Совет НКО Бурятии", ("совет", "некоммерческий", "организация", "бурятия"), "совет"),
        ("ФОНД «ВЕРА»", ("вера",), "фонд"),
    ],
)
def test_organisation_names_are_taken_apart(name: str, core: tuple[str, ...], head: str) -> None:
    parsed = parse_organisation(name)
    assert (parsed.core, parsed.head) == (core, head)


@pytest.mark.parametrize(
    ("short", "full", "akin"),
    [
        ("ИСИ", "Институт социальных исследований", True),
        ("АВЦ Юга", "Ассоциация волонтёрских центров Юга", True),
        ("ЦРНО «Перспектива»", "Центр развития некоммерческих организаций «Перспектива»", True),
        ("ВОИ Тувы", "Тувинское региональное отделение Всероссийского общества инвалидов", True),
        ("ИСИ", "Институт социальных инициатив Урала", False),
        ("ВОИ", "Тувинское региональное отделение Всероссийского общества инвалидов", False),
        ("АВЦ Юга", "Ассоциация волонтёрских центров Сибири", False),
    ],
)
def test_abbreviations_are_spelled_out(short: str, full: str, akin: bool) -> None:
    assert bool(list(spelled_out([short, full]))) is akin


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("ирина", "ирина", True),
        ("ирина", "и.", None),
        ("ирина", "", None),
        ("ирина", "о.", False),
        ("и.", "и.", None),
    ],
)
def test_parts_of_names_agree(one: str, other: str, expected: bool | None) -> None:
    assert agree(one, other) is expected


def test_a_name_without_parts_is_split() -> None:
    assert parse_name("И. С. Малахова", None, None, None) == ("и.", "с.", "малахова")
    assert parse_name("Наталия Ковалёва", "Наталия", None, "Ковалёва").given == "наталья"


# -- people -------------------------------------------------------------------------------------------------------


def test_initials_join_a_full_name_with_something_in_common() -> None:
    records = [
        record("a", "[Игорь Шубин|people], директор [фонда «Мост»|organisations:фонд «Мост»]", published="2020-01-01",
               roles=[("Игорь Шубин", "директор", "фонд «Мост»")]),
        record("b", "[И. Шубин|people] из [фонда «Мост»|organisations:фонд «Мост»]", published="2020-02-01",
               roles=[("И. Шубин", "директор", "фонд «Мост»")]),
        record("c", "[И. Шубин|people] рассказал о рыбалке", published="2020-03-01"),
    ]  # fmt: skip
    assert entities(records, "people") == [{"a", "b"}, {"c"}]


def test_namesakes_with_other_posts_and_places_stay_apart() -> None:
    records = [
        record("a", "[Андрей Соколов|people], журналист [портала «Вести»|organisations:портал «Вести»], [Москва|cities]",
               roles=[("Андрей Соколов", "журналист", "портал «Вести»")]),
        record("b", "[Андрей Соколов|people], журналист [портала «Вести»|organisations:портал «Вести»]",
               roles=[("Андрей Соколов", "журналист", "портал «Вести»")]),
        record("c", "[Андрей Соколов|people], директор [хосписа «Дом»|organisations:хоспис «Дом»], [Псков|cities]",
               roles=[("Андрей Соколов", "директор", "хоспис «Дом»")]),
    ]  # fmt: skip
    assert entities(records, "people") == [{"a", "b"}, {"c"}]


def test_other_patronymics_are_other_people_and_equal_ones_join_across_posts() -> None:
    records = [
        record(
            "a", "[Ольга Дмитриевна Ковалёва|people]", roles=[("Ольга Дмитриевна Ковалёва", "координатор", None)]
        ),
        record("b", "[Ольга Дмитриевна Ковалёва|people]", roles=[("Ольга Дмитриевна Ковалёва", "директор", None)]),
        record("c", "[Ольга Викторовна Ковалёва|people]", roles=[("Ольга Викторовна Ковалёва", "эколог", None)]),
    ]
    assert entities(records, "people") == [{"a", "b"}, {"c"}]


def test_two_people_of_one_article_are_two() -> None:
    records = [record("a", "[Юлия Сергеевна Чернова|people] и [Юлия Чернова|people] познакомились")]
    db = index_records(records)
    assert db.execute("SELECT count(*) FROM people").fetchone()[0] == 2


# -- organisations, cities, events ----------------------------------------------------------------------------------


def test_one_core_with_other_kind_words_is_two_organisations() -> None:
    records = [
        record("a", "[фонд «Перспектива»|organisations], [Тюмень|cities]"),
        record("b", "[центр «Перспектива»|organisations], [Петербург|cities]"),
        record("c", "[фонд «Перспектива»|organisations], [Тюмень|cities]"),
    ]
    assert entities(records, "organisations") == [{"a", "c"}, {"b"}]


def test_an_abbreviation_that_an_article_introduced_joins() -> None:
    full = "Сибирский центр поддержки общественных инициатив"
    known = record("a", f"[{full}|organisations] (СЦПОИ)")
    known = known.model_copy(
        update={"organisations": (known.organisations[0].model_copy(update={"aliases": ("СЦПОИ",)}),)}
    )
    records = [
        known,
        record("b", "В [СЦПОИ|organisations] открыли школу"),
        record("c", "[АСИ|organisations] сообщает"),
    ]
    assert entities(records, "organisations") == [{"a", "b"}, {"c"}]


def test_a_name_that_any_city_may_have_needs_the_place() -> None:
    texts = {"a": "Томск", "b": "Пермь", "c": "Томск"}
    records = [record(i, f"[школа № 4|organisations], [{city}|cities]") for i, city in texts.items()]
    assert entities(records, "organisations") == [{"a", "c"}, {"b"}]


def test_cities_are_one_by_gazetteer_id() -> None:
    one = {"region": "Кировская область", "geoname_id": 548408}
    other = {"region": "Калужская область", "geoname_id": 548410}
    records = [
        record("a", "в [Кирове|cities:Киров]", places={"Киров": one}),
        record("b", "в [Кирове|cities:Киров]", places={"Киров": other}),
        record("c", "[Киров|cities]", places={"Киров": one}),
    ]
    assert entities(records, "cities") == [{"a", "c"}, {"b"}]


def test_editions_of_an_event_are_events_of_their_own() -> None:
    def row(article: str, name: str, first: str | None, published: str) -> EventRow:
        return EventRow((published, article, 1), name, first, first, None, published)

    rows = [
        row("a", "Сообщество Сибири", "2016-10-06", "2016-10-01"),
        row("b", "«СООБЩЕСТВО СИБИРИ»", "2016-10-06", "2016-10-09"),
        row("c", "Сообщество Сибири", "2017-10-05", "2017-10-01"),
        row("d", "Сообщество Сибири", None, "2017-10-20"),
        row("e", "Другой форум", None, "2017-10-20"),
    ]
    assert sorted(map(sorted, resolve_events(rows))) == [[0, 1], [2, 3], [4]]


def test_the_number_of_an_edition_is_no_part_of_a_name() -> None:
    assert event_name("XII форум «Сообщество»") == event_name("форум «Сообщество»") != event_name("Форум 2019")


# -- ids ----------------------------------------------------------------------------------------------------------


def test_ids_name_a_row() -> None:
    assert slug("Щёлково: «Женщины»") == "shchelkovo-zhenshchiny"
    assert anchor_of(f"irina-{anchor('a', 1)}") == anchor("a", 1)
    assert anchor_of("irina") is None


# -- corrections ----------------------------------------------------------------------------------------------------

CHERNOVA = [
    record("a", "[Юлия Чернова|people], тренер", roles=[("Юлия Чернова", "тренер", None)]),
    record("b", "[Юлия Чернова|people], тренер", roles=[("Юлия Чернова", "тренер", None)]),
    record("c", "[Ю. Чернова|people], врач", roles=[("Ю. Чернова", "врач", None)]),
]


@pytest.fixture
def corrected(tmp_path: Path):
    from pipeline.archive.build import build_index
    from pipeline.archive.database import open_index

    results = write_records(tmp_path / "results", *CHERNOVA)

    def build(text: str) -> tuple[list[tuple[str, int]], list[str]]:
        file = tmp_path / "corrections.toml"
        file.write_text(text, encoding="utf-8")
        report = build_index(results, tmp_path / "a.db", corrections=file)
        with open_index(tmp_path / "a.db") as db:
            rows = db.execute("SELECT name, articles FROM people ORDER BY name").fetchall()
        return [tuple(row) for row in rows], report.warnings

    return build


def test_without_corrections(corrected) -> None:
    assert corrected("") == ([("Ю. Чернова", 1), ("Юлия Чернова", 2)], [])


def test_a_merge_is_honoured(corrected) -> None:
    text = '[[merge]]\nkind = "person"\nof = ["Юлия Чернова", "Ю. Чернова"]\n'
    assert corrected(text) == ([("Юлия Чернова", 3)], [])


def test_a_split_and_a_rename_are_honoured_by_id_and_path(corrected) -> None:
    split = '[[split]]\nkind = "person"\nof = "Юлия Чернова"\narticles = ["b.txt"]\nname = "Юлия Чернова (врач)"\n'
    rename = f'[[rename]]\nkind = "person"\nof = "yuliya-{anchor("a", 1)}"\nname = "Юлия Игоревна"\n'
    found, warnings = corrected(split + rename)
    assert found == [("Ю. Чернова", 1), ("Юлия Игоревна", 1), ("Юлия Чернова (врач)", 1)]
    assert warnings == []


def test_what_cannot_be_applied_is_said(corrected) -> None:
    text = '[[rename]]\nkind = "person"\nof = "Пётр"\nname = "Павел"\n'
    assert corrected(text)[1] == ["corrections.toml: rename 1: «Пётр»: nobody in this archive"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[merge]]\nkind = 1", "merge 1: of is missing"),
        ('[[merge]]\nkind = "cat"\nof = ["a"]', "it must be one of"),
        ('[[merge]]\nkind = "person"\nof = "a"', "of must be a list"),
        ("[[melt]]\nkind = 1", "unknown"),
        ("= 1", "TOML"),
    ],
)
def test_a_wrong_file_of_corrections_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CorrectionsError, match=message):
        read_corrections(tmp_path / "c.toml")


# -- the score ------------------------------------------------------------------------------------------------------


def test_b_cubed_by_hand() -> None:
    items = [Item("a", "x", "P1", 1), Item("b", "x", "P1", 1), Item("c", "x", "P1", 2), Item("d", "y", None, 1)]
    score = b_cubed(items)
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert score.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)
    missing = b_cubed([Item("a", "x", "P1", 1), Item("b", "x", "P1", None)])
    assert (missing.precision, missing.recall, missing.found) == (1.0, 0.5, 1)


def test_entities_of_the_gold_are_told_apart() -> None:
    scores = entity_scores(load_gold(CORPUS / "gold"), gold_records())
    assert scores["entities.people"].f1 > 0.98
    assert scores["entities.organisations"].f1 > 0.98
