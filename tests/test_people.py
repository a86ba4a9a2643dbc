"""People: declension of names, mentions, normal names, who is who."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extractors import people
from pipeline.extractors.people.declension import given_forms, patronymic_forms, surname_forms
from pipeline.extractors.people.names import Part, capitalise, readings, same_given
from pipeline.page import Chunk, Page
from pipeline.record import Person
from tests.marked import build_page

MARK = re.compile(r"\{([^}]+)\}")


def find(text: str, without: frozenset[str] = frozenset()) -> list[Person]:
    """Return the people of a text, read with the real models."""
    return people.find(build_page(text, without=without))


def read(marked: str) -> tuple[str, list[str]]:
    """Take the marks of mentions out of a text."""
    return MARK.sub(r"\1", marked), MARK.findall(marked)


@pytest.mark.parametrize(
    ("word", "base", "gender", "case"),
    [
        ("Гафарова", "гафаров", "male", "gent"),
        ("Гафарова", "гафарова", "female", "nomn"),
        ("Малицкой", "малицкая", "female", "datv"),
        ("Кравцу", "кравец", "male", "datv"),
        ("Шевченко", "шевченко", "female", "gent"),
        ("Седых", "седых", "male", "datv"),
        ("Мкртчяна", "мкртчян", "male", "gent"),
        ("Мкртчян", "мкртчян", "female", "gent"),
        ("Лободой", "лобода", "male", "ablt"),
        ("Цой", "цой", "female", "gent"),
        ("Кузнецовой-Пашниной", "кузнецова-пашнина", "female", "gent"),
        ("Гамсахурдиа", "гамсахурдиа", "male", "gent"),
    ],
)
def test_a_surname_is_read_in_its_cases(word: str, base: str, gender: str, case: str) -> None:
    assert any((form.base, form.gender, form.case) == (base, gender, case) for form in surname_forms(word))


@pytest.mark.parametrize(
    ("word", "base", "gender"),
    [
        ("Айаалу", "айаал", "male"),
        ("Туйаары", "туйаара", "female"),
        ("Лемпи", "лемпи", "female"),
        ("Любовью", "любовь", "female"),
        ("Анны-Марии", "анна-мария", "female"),
        ("Ильёй", "илья", "male"),
    ],
)
def test_a_given_name_is_read_from_the_lists(word: str, base: str, gender: str) -> None:
    assert any((form.base, form.gender) == (base, gender) for form in given_forms(word))


@pytest.mark.parametrize("word", ["форум", "Грамоты", "ресурсный"])
def test_an_ordinary_word_is_no_given_name(word: str) -> None:
    assert not given_forms(word)


def test_patronymics() -> None:
    assert patronymic_forms("Петровичем")[0].base == "петрович"
    assert patronymic_forms("Ильиничны")[0].base == "ильинична"
    assert not patronymic_forms("Костич")


@pytest.mark.parametrize(
    ("kinds", "words", "expected"),
    [
        ("gs", "Светланы Цой", "светлана цой"),
        ("gs", "Андрея Соколова", "андрей соколов"),
        ("gs", "Юлии Черновой", "юлия чернова"),
        ("gs", "Дениса Ли", "денис ли"),
        ("gps", "Тамары Ивановны Оюн", "тамара ивановна оюн"),
        ("gs", "Михаила Толстого", "михаил толстой"),
        ("gs", "Жанной Арутюнян", "жанна арутюнян"),
        ("gs", "Болормаа Ганзориг", "болормаа ганзориг"),
        ("gps", "Отто Вильгельмовичу Ранду", "отто вильгельмович ранд"),
    ],
)
def test_the_nominative_of_a_whole_name(kinds: str, words: str, expected: str) -> None:
    names = {"g": "given", "p": "patronymic", "s": "surname"}
    parts = tuple(Part(names[k], word) for k, word in zip(kinds, words.split(), strict=True))
    best = readings(parts)[0]
    assert " ".join(part for part in (best.given, best.patronymic, best.surname) if part) == expected


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("Катя", "Екатерина", True), ("Саша", "Александр", True), ("Женя", "Евгения", True), ("Аня", "Инна", False)],
)
def test_diminutives(a: str, b: str, same: bool) -> None:
    assert same_given(a, b) is same


@pytest.mark.parametrize(
    ("base", "surface", "expected"),
    [
        ("ковалёва", "КОВАЛЁВОЙ", "Ковалёва"),
        ("маккормик", "МакКормика", "МакКормик"),
        ("кузнецова-пашнина", "Кузнецовой-Пашниной", "Кузнецова-Пашнина"),
        ("бин ладен", "бин Ладена", "Бин Ладен"),
    ],
)
def test_capitals(base: str, surface: str, expected: str) -> None:
    assert capitalise(base, surface) == expected


@pytest.mark.models
@pytest.mark.parametrize(
    ("marked", "names"),
    [
        (
            "Форум открыла {Наталья Викторовна Усольцева}. {Усольцевой} подарили цветы.",
            ["Наталья Викторовна Усольцева"],
        ),
        (
            "Слово дали {Стрельникову Олегу Викторовичу} и {С. Ю. Толмач}.",
            ["Олег Викторович Стрельников", "С. Ю. Толмач"],
        ),
        ("Ленту перерезал глава района {В.Н.Гатин}.", ["В. Н. Гатин"]),
        ("Ведущий — {Плюснин Р.И.}, бухгалтер.", ["Р. И. Плюснин"]),
        ("Лекцию прочла {Кюннэй Слепцова}, ей помогал {Айаал Федотов}.", ["Кюннэй Слепцова", "Айаал Федотов"]),
        ("На встрече с {Денисом Ли} спорили о {Светлане Цой}.", ["Денис Ли", "Светлана Цой"]),
        (
            "«Мы рады», — сказала {Анна Котова}. «Ещё бы», — ответил {Ким Иванов}, обнимая {Котову}.",
            ["Анна Котова", "Ким Иванов"],
        ),
        ("Волонтёр {Ольга} привела {Колю Сизова}. {Коля} рад.", ["Ольга", "Коля Сизов"]),
        ("СПИКЕРЫ\n{МАРИЯ ИВАНОВА}, директор\n{ПЁТР КУЗЬМИН}, психолог", ["Мария Иванова", "Пётр Кузьмин"]),
        ("Врач-трансфузиолог {Е. С. Климова} ответила на вопросы.", ["Е. С. Климова"]),
        # what stands before or after a name
        ("«А вы?» — спросил слушатель по имени {Максим}, обняв монтёра {Толика}.", ["Максим", "Толик"]),
        ("Тренинг вела психолог {Кривошеева Н. Б.}. Она рада.", ["Н. Б. Кривошеева"]),
        ("Тренинг вела психолог {Кривошеева Н. Б.}.. Она рада.", ["Н. Б. Кривошеева"]),
        ("Фандрайзер {Снежана Клюева} разберёт темы.", ["Снежана Клюева"]),
        ("Ждут эколога и юриста: {Валерия Мельник}, которая проведёт занятие.", ["Валерия Мельник"]),
        ("Спросили его директора {Виталия Лопухалёва}.", ["Виталий Лопухалёв"]),
        ("Кончился доклад бригадира {Джуры Назарова}.", ["Джура Назаров"]),
    ],
)
def test_people_of_a_sentence(marked: str, names: list[str]) -> None:
    text, mentions = read(marked)
    found = find(text)
    assert [person.name for person in found] == names
    spans = sorted((m.start, m.text) for person in found for m in person.mentions)
    assert [text for _, text in spans] == mentions


@pytest.mark.models
@pytest.mark.parametrize(
    "text",
    [
        "Занятие прошло в библиотеке им. Н. М. Рубцова.",
        "Ждём вас на улице Ленина и на пр. Карла Маркса.",
        "Фонд «Вера» и ансамбль «Надежда» приехали из Владимира.",
        "В приюте живёт пёс Граф. Графу тринадцать лет.",
        "Спуск теплохода «Юрий Гагарин» прошёл в Ярославле.",
        "Грант закрыл половину расходов.",
        "Модератор не пришёл, а лекция не состоялась.",
        "Эксперты Росмолодёжи и Минобрнауки приехали из Рославля, Десногорска и Ярцева.",
        "Рыльский детский дом принял гостей.",
    ],
)
def test_what_is_no_person(text: str) -> None:
    assert find(text) == []


@pytest.mark.models
def test_namesakes_stay_apart() -> None:
    text = (
        "Директор хосписа Андрей Викторович Соколов открыл встречу. Вёл её журналист портала Андрей Соколов. "
        "Пришли Сергей Верещагин и Наталья Верещагина. Верещагина рассказала о фонде."
    )
    found = {person.name: len(person.mentions) for person in find(text)}
    assert found == {
        "Андрей Викторович Соколов": 1,
        "Андрей Соколов": 1,
        "Сергей Верещагин": 1,
        "Наталья Верещагина": 2,
    }


@pytest.mark.models
def test_initials_join_the_full_name() -> None:
    found = find(
        "Айсен Николаевич Протопопов приехал. Доклад А. Н. Протопопова длился час. Айсен Николаевич устал."
    )
    assert [(person.name, len(person.mentions)) for person in found] == [("Айсен Николаевич Протопопов", 3)]


@pytest.mark.models
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("О планах рассказала Л. Бурак, заведующая отделением.", ["Л. Бурак"]),
        ("Директор фонда Е. Сорока вручила призы И.П. Журавелю.", ["Е. Сорока", "И. П. Журавель"]),
        ("Прививку от гепатита В. Конкурс отменили.", []),
        ("Пришёл Шульц М.О. Слушателей собралось много.", ["М. О. Шульц"]),
        ("Зал А. Мастерская «Отчёт», ведёт Анна Груша.", ["Анна Груша"]),
        # a place or an office beside a name
        ("Глава Владимира Андрей Шохин и мэр Владимира Анна Иванова.", ["Андрей Шохин", "Анна Иванова"]),
        ("Гостью звали Анна Мария Хуттунен.", ["Анна Мария Хуттунен"]),
        ("Митрополит Новосибирский и Бердский Никодим приехал.", ["Никодим"]),
        ("Гостей встретил король Харальд II.", ["Харальд"]),
        ("Слова Евгения Тонкого записал Игорь Крутой.", ["Евгений Тонкий", "Игорь Крутой"]),
    ],
)
def test_a_surname_may_be_an_ordinary_word(text: str, names: list[str]) -> None:
    assert [person.name for person in find(text)] == names


@pytest.mark.models
def test_a_rule_can_be_switched_off() -> None:
    text = "Открыла Мария Иванова. Ивановой помогли."
    assert len(find(text)[0].mentions) == 2
    assert len(find(text, frozenset({"people.repeat", "people.model"}))[0].mentions) == 1


def test_a_page_without_models() -> None:
    page = Page.build("Пришёл Олег Викторович Стрельников.", chunks=[Chunk(1, 4, "PER")])
    assert [person.name for person in people.find(page)] == ["Олег Викторович Стрельников"]


@given(st.text(alphabet="АБВанйьяё. -«»,\n", max_size=60))
def test_offsets_are_exact(text: str) -> None:
    for person in people.find(Page.build(text)):
        assert all(text[m.start : m.end] == m.text for m in person.mentions)


@pytest.mark.models
def test_a_name_in_quotes_is_a_boat() -> None:
    assert find("Лодка «Юрий Гагарин» отчалила.") == []
    assert find("Лодка «Юрий Гагарин» отчалила.", frozenset({"people.quoted"})) != []
