"""Cities, regions and countries: tables of sentences, without models.

``[Томске|Томск]`` is a city, ``{Томской области|Томская область}`` a region, ``<Иван Томский>`` a person who
is given. Parts of speech and cases come from the dictionary, chunks of the model of named entities are absent.
"""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extractors import places
from pipeline.morphology import OC_POS, parses
from pipeline.page import Chunk, Page
from pipeline.record import City, Person, Region, Span

MARKED = re.compile(r"\[([^|\]]+)\|([^\]]+)\]|\{([^|}]+)\|([^}]+)\}|<([^>]+)>")
UD_CASES = {"nomn": "Nom", "gent": "Gen", "datv": "Dat", "accs": "Acc", "ablt": "Ins", "loct": "Loc"}


def read(marked: str) -> tuple[str, list[tuple[str, str]], list[tuple[str, str]], list[Person]]:
    """Take the marks out of a sentence: its text, cities, regions and persons."""
    text, end = "", 0
    cities: list[tuple[str, str]] = []
    regions: list[tuple[str, str]] = []
    people: list[Person] = []
    for match in MARKED.finditer(marked):
        text += marked[end : match.start()]
        end = match.end()
        city, city_name, region, region_name, person = match.groups()
        if city:
            cities.append((city, city_name))
        elif region:
            regions.append((region, region_name))
        else:
            span = Span(start=len(text), end=len(text) + len(person), text=person)
            people.append(Person(id="per-1", name=person, mentions=(span,)))
        text += city or region or person
    return text + marked[end:], cities, regions, people


def build(text: str, chunks: list[tuple[str, str]] | None = None) -> Page:
    """Build a page with the likeliest reading of each word; ``chunks`` are pairs of text and label."""
    page = Page.build(text)
    for i, word in enumerate(page.words):
        parse = parses(word.lower())[0]
        page.pos[i] = OC_POS.get(str(parse.tag.POS), "X") if word[0].isalpha() else "PUNCT"
        features = {
            "Case": UD_CASES.get(str(parse.tag.case)),
            "Gender": {"masc": "Masc", "femn": "Fem", "neut": "Neut"}.get(str(parse.tag.gender)),
            "Number": {"sing": "Sing", "plur": "Plur"}.get(str(parse.tag.number)),
        }
        page.tags[i] = "|".join(f"{name}={value}" for name, value in features.items() if value)
    for part, label in chunks or ():
        start = text.index(part)
        page.chunks.append(Chunk(*page.tokens_in(start, start + len(part)), label))
    return page


def mentions(rows: list[City] | list[Region]) -> list[tuple[int, str, str]]:
    return sorted((m.start, m.text, row.name) for row in rows for m in row.mentions)


def check(marked: str, chunks: list[tuple[str, str]] | None = None) -> None:
    text, cities, regions, people = read(marked)
    found_cities, found_regions, _ = places.find(build(text, chunks), people=people)
    assert [found[1:] for found in mentions(found_cities)] == cities
    assert [found[1:] for found in mentions(found_regions)] == regions


@pytest.mark.parametrize(
    "marked",
    [
        "Форум прошёл в [Томске|Томск] и [Набережных Челнах|Набережные Челны].",
        "Гости из [Каменска-Уральского|Каменск-Уральский], [Усть-Илимска|Усть-Илимск] и [Улан-Удэ|Улан-Удэ].",
        "Школа в [Ростове-на-Дону|Ростов-на-Дону] и [Комсомольске-на-Амуре|Комсомольск-на-Амуре].",
        "[НИЖНИЙ НОВГОРОД|Нижний Новгород]: ИТОГИ ГОДА",
        "Команды [Великого Устюга|Великий Устюг], [Орла|Орёл] и [Ельца|Елец].",
        "В [Питере|Санкт-Петербург] и [Екб|Екатеринбург] прошли встречи.",
        "Денис Ли ([Хабаровск|Хабаровск]) и гости из [Печор|Печоры].",
        "Гости из [Еревана|Ереван], [Хельсинки|Хельсинки] и [Улан-Батора|Улан-Батор].",
        "Семинар в г. [Мирный|Мирный], в селе [Намцы|Намцы] и посёлке [Игра|Игра].",
        "собрались в [томске|Томск], гости из [перми|Пермь], в находке и в зиме нашли шахты",
        "Гости из [Петербурга|Санкт-Петербург] и [Санкт-Петербурга|Санкт-Петербург].",
    ],
)
def test_cities_in_any_form(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Сотрудники [московского|Москва] и [новосибирского|Новосибирск] офисов.",
        "[тюменские|Тюмень] волонтёры и [питерский|Санкт-Петербург] фонд",
        "[Ростовский|Ростов-на-Дону] фонд и [нижегородский|Нижний Новгород] центр",
        "[Псковский|Псков] государственный университет, [улан-удэнский|Улан-Удэ] клуб",
        "[Тутаевская|Тутаев] районная больница",
        # of a region: the word after it says so
        "{Пермская|Пермский край} краевая организация и {Костромской|Костромская область} областной музей",
        "калмыцкий чай, чувашская вышивка",
        # an adjective of a village means it only where the text names the village
        "В селе [Изборск|Изборск] открыли [изборский|Изборск] музей.",
        "гражданский форум, академический хор, городской сад",
        # districts, streets, rivers, languages, brands
        "жители Томского района и Омской епархии",
        "Московский проспект, улица Тверская, на Ленинградском шоссе",
        "Встреча прошла на Циолковского, 5.",
        "прошли по ул. Московской до Казанского вокзала",
        "заявки из районов: Кабанского, Рубцовского",
        "АНО «Балтийский берег» и фонд «Донские сердца»",
        # ordinary words: Русе, Татарск, Братск, Ноябрьск are towns too
        "русский язык, татарский народ, братская помощь, георгиевская лента и ноябрьский номер",
    ],
)
def test_adjectives(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "{Удмуртской Республики|Удмуртская Республика} и {Татарстана|Республика Татарстан}",
        "Палата {Республики Саха (Якутия)|Республика Саха (Якутия)}, {Якутия|Республика Саха (Якутия)}",
        "{Республике Северная Осетия — Алания|Республика Северная Осетия — Алания}",
        "{ХМАО-Югра|Ханты-Мансийский автономный округ — Югра} и {ЯНАО|Ямало-Ненецкий автономный округ}",
        "{Сахалинской|Сахалинская область} и {Амурской областей|Амурская область}",
        "{Калужской|Калужская область}, {Тульской|Тульская область} и {Брянской областей|Брянская область}",
        "в {Самарской|Самарская область} (88) и {Омской|Омская область} (64) областях",
        "{Алтайский|Алтайский край} и {Красноярский края|Красноярский край}",
        "{Уральского|Уральский федеральный округ} и {Сибирского федеральных округов|Сибирский федеральный округ}",
        "в {республике Бурятия|Республика Бурятия} и {томской области|Томская область}",
        "г. [Стрежевой|Стрежевой] ({Томская обл.|Томская область})",
        "на {Дальнем Востоке|Дальний Восток}, {Урале|Урал} и в {Поволжье|Поволжье}",
        "в {Прикамье|Пермский край}, {Приморье|Приморский край}, на {Кубани|Краснодарский край}",
        "{Сахалинский|Сахалинская область} фонд, {татарстанские|Республика Татарстан} НКО",
        "{дальневосточные|Дальний Восток} школы и {свердловские|Свердловская область} клубы",
        "курсы бурятского языка, удмуртский народ",
        "радио «Сибирь» и спутник «Ямал»",
        "13 проектов из {Томской области|Томская область}, десять из {Омской|Омская область} и ещё два",
    ],
)
def test_regions(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    ("marked", "chunks"),
    [
        # surnames, given names and ordinary words
        ("<Киров> выступил в [Кирове|Киров].", []),
        ("<Владимир Громов> приехал из [Владимира|Владимир].", []),
        ("<Анну Томскую> встретил <Сергей Самарин>.", []),
        ("Дом культуры «Надежда», клуб «Дружба» и ансамбль «Родник»", []),
        ("Зима пришла рано. Остров добра. Мирные жители.", []),
        ("Семинар прошёл в [Зиме|Зима], {Иркутская область|Иркутская область}.", [("Зиме", "LOC")]),
        ("Мирный договор подписали в [Мирном|Мирный].", [("Мирном", "LOC")]),
        (
            "Библиотека имени Пушкина в [Пушкине|Пушкин] {Ленинградской области|Ленинградская область}",
            [("Пушкине", "LOC")],
        ),
        ("на берегах Оби и Лены, на Волге", [("Оби", "LOC"), ("Лены", "LOC"), ("Волге", "LOC")]),
        ("волонтёры Юга собрались в [Ростове|Ростов-на-Дону]", [("Юга", "LOC")]),
    ],
)
def test_doubtful_names(marked: str, chunks: list[tuple[str, str]]) -> None:
    check(marked, chunks)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Семинар прошёл в Железногорске ({}).", "Курская область"),
        ("Семинар прошёл в Железногорске ({}).", "Красноярский край"),
        ("{}, г. Советск", "Кировская область"),
        ("{}, г. Советск", "Тульская область"),
        ("Село Никольское, {}", "Вологодская область"),
    ],
)
def test_the_region_beside_a_name_decides(text: str, region: str) -> None:
    cities, _, _ = places.find(build(text.format(region)), people=[])
    assert [city.region for city in cities] == [region]


@pytest.mark.parametrize(
    ("text", "name", "region"),
    [
        ("Из Кирова, Котельнича и Слободского.", "Киров", "Кировская область"),
        ("Из Калуги, Обнинска и г. Кирова. Калужская область.", "Киров", "Калужская область"),
        ("Из Якутска, Нерюнгри и г. Мирный.", "Мирный", "Республика Саха (Якутия)"),
        ("Из Архангельска, Плесецка и г. Мирный.", "Мирный", "Архангельская область"),
        ("Из Владивостока, Хабаровска, Благовещенска.", "Благовещенск", "Амурская область"),
        (
            "Из Уфы, Стерлитамака и Благовещенска. Башкортостан. Башкирия.",
            "Благовещенск",
            "Республика Башкортостан",
        ),
    ],
)
def test_the_text_chooses_among_namesakes(text: str, name: str, region: str) -> None:
    cities, _, _ = places.find(build(text), people=[])
    assert {city.name: city.region for city in cities}[name] == region


@pytest.mark.parametrize(
    ("text", "chunks", "expected"),
    [
        ("Томская область: в деревне Белкино ждут.", [], [("Белкино", "Томская область", 1)]),
        ("Из посёлков Кедрово-2 и Белкино Томской области.", [], None),
        (
            "Томск. Команда из Хорошиловки и Томска.",
            [("Хорошиловки", "LOC")],
            [("Хорошиловка", "Томская область", 1)],
        ),
        ("Томск. Село Зырянка-Малая. Зырянка-Малая ждёт.", [], [("Зырянка-Малая", "Томская область", 2)]),
        ("Томск. Отдых в Каталонии.", [("Каталонии", "LOC")], []),
        ("Томск. Пришли в Росреестр.", [("Росреестр", "LOC")], []),
    ],
)
def test_unlisted(text: str, chunks: list[tuple[str, str]], expected: list[tuple[str, str, int]] | None) -> None:
    cities, _, _ = places.find(build(text, chunks), people=[])
    found = [(city.name, city.region, len(city.mentions)) for city in cities if city.geoname_id is None]
    if expected is not None:
        assert found == expected


def test_altai_is_the_krai_or_the_republic() -> None:
    for town, name in [("Барнаула", "Алтайский край"), ("Горно-Алтайска", "Республика Алтай")]:
        _, regions, _ = places.find(build(f"На Алтае встретили гостей из {town}."), people=[])
        assert [region.name for region in regions] == [name]


def test_rows() -> None:
    text = "В Новосибирске и Севастополе. Новосибирский фонд. Россия, РФ, российские НКО, Казахстан."
    cities, _, countries = places.find(build(text), people=[])
    city = cities[0]
    assert (city.id, city.name, city.region) == ("city-1", "Новосибирск", "Новосибирская область")
    assert (city.federal_district, city.country, city.geoname_id) == ("Сибирский федеральный округ", "RU", 1496747)
    assert [(m.text, m.form) for m in city.mentions] == [("Новосибирске", "noun"), ("Новосибирский", "adjective")]
    assert cities[1].region is None
    assert [(row.name, row.code, len(row.mentions)) for row in countries] == [
        ("Россия", "RU", 3),
        ("Казахстан", "KZ", 1),
    ]


@pytest.mark.parametrize("rule", ["places.city_name", "places.city_adjective", "places.region_name"])
def test_rules_can_be_switched_off(rule: str) -> None:
    page = build("В Томске омский фонд Томской области.")
    page.without = frozenset([rule])
    cities, regions, _ = places.find(page, people=[])
    assert rule not in {m.rule for row in [*cities, *regions] for m in row.mentions}


def test_rules_that_the_corpus_seldom_needs() -> None:
    page = build("Встреча прошла в городе томске, были казахстанские НКО.")
    assert [row.name for rows in places.find(page, people=[]) for row in rows] == ["Томск", "Казахстан"]
    page.without = frozenset({"places.city_uncapitalised", "places.country_adjective"})
    assert not any(places.find(page, people=[]))


PIECES = (
    "в",
    "из",
    "г.",
    "(",
    ")",
    "«",
    "»",
    ",",
    "и",
    "Киров",
    "Мирный",
    "Томской",
    "области",
    "Алтай",
    "село",
    "\n",
)


@given(st.lists(st.sampled_from(PIECES)))
def test_spans_are_exact_and_do_not_overlap(words: list[str]) -> None:
    page = build(" ".join(words))
    cities, regions, countries = places.find(page, people=[])
    spans = [m for row in [*cities, *regions, *countries] for m in row.mentions]
    assert all(page.text[m.start : m.end] == m.text for m in spans)
    spans.sort(key=lambda m: m.start)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "marked",
    [
        "[МИРНЫЙ|Мирный]. Волонтёры закончили маршрут.",
        "Жители [Советска|Советск] ({Калининградская область|Калининградская область}) и соседнего [Немана|Неман].",
        "В школах [Валуек|Валуйки] и [Алексеевки|Алексеевка] прошли встречи.",
        "Выезд в [Вятские Поляны|Вятские Поляны].",
        "[Миасская|Миасс] школа, [керченский|Керчь] музей, [Костомукшская|Костомукша] больница.",
        "Город [Жуковка|Жуковка] принимал гостей в [Жуковском|Жуковка] доме культуры.",
        "Гости из казахстанского [Петропавловска|Петропавловск].",
        "Студент приехал из [Актобе|Актобе].",
        "Праздник «Звоны над Вяткой». В казане ноль литров.",
    ],
)
def test_hard_places(marked: str) -> None:
    check(marked)


def test_list_of_towns_goes_on_over_adjectives() -> None:
    check(
        "Коллеги из [Саратова|Саратов], [Ульяновска|Ульяновск] и даже маленького [Наровчата|Наровчат].",
        [("Наровчата", "LOC")],
    )


def test_towns_abroad_lie_in_no_region_of_russia() -> None:
    text = (
        "Форум прошёл в Омске и Омской области. Гости из казахстанского Петропавловска и финского города Йоэнсуу."
    )
    page = build(text, [("Йоэнсуу", "LOC")])
    rows = {city.name: (city.country, city.region) for city in places.find(page, people=[])[0]}
    assert rows["Петропавловск"] == ("KZ", None)
    assert rows["Йоэнсуу"] == ("FI", None)


def test_town_between_its_head_and_the_name() -> None:
    text = "Отвечала глава Минусинска Алёна Викторовна Шестопалова."
    name = "Алёна Викторовна Шестопалова"
    start = text.index(name)
    person = Person(id="per-1", name=name, mentions=(Span(start=start, end=start + len(name), text=name),))
    page = build(text, [("Минусинска Алёна Викторовна Шестопалова", "PER")])
    assert [city.name for city in places.find(page, people=[person])[0]] == ["Минусинск"]
