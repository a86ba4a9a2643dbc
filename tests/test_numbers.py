"""Numbers: digits, words and their mixtures are worth what they say, and stand where they stand."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extractors.digits import read_digits
from pipeline.extractors.numbers import numerals, ordinals, read_numbers
from pipeline.page import Page


def read(text: str) -> list[tuple[str, float, float]]:
    """The numbers of a text: their words, low and high value."""
    numbers = read_numbers(Page.build(text))
    return [(text[n.start : n.end], n.low, n.high) for n in numbers]


ONE = [
    ("2 384 117 рублей", "2 384 117", 2384117),
    ("2\u00a0384\u00a0117 рублей", "2\u00a0384\u00a0117", 2384117),
    ("1\u2009800 мест", "1\u2009800", 1800),
    ("1\u202f800 мест", "1\u202f800", 1800),
    ("1.200.000 рублей", "1.200.000", 1200000),
    ("12.500 рублей", "12.500", 12500),
    ("1,9 млн рублей", "1,9 млн", 1900000),
    ("1.5 млн рублей", "1.5 млн", 1500000),
    ("45 тыс.руб", "45 тыс.", 45000),
    ("45тыс. руб.", "45тыс.", 45000),
    ("5млн рублей", "5млн", 5000000),
    ("15 млн. рублей", "15 млн.", 15000000),
    ("Сумма 71 млн. В рейтинге", "71 млн", 71000000),
    ("2 трлн рублей", "2 трлн", 2e12),
    ("3-х районов", "3-х", 3),
    ("5-ти школ", "5-ти", 5),
    ("1 млн 480 тысяч рублей", "1 млн 480 тысяч", 1480000),
    ("214 млн 600 тыс. рублей", "214 млн 600 тыс.", 214600000),
    ("4 миллиона 144 тысячи", "4 миллиона 144 тысячи", 4144000),
    ("2 тысячи 300 человек", "2 тысячи 300", 2300),
    ("двадцать пять волонтёров", "двадцать пять", 25),
    ("Сто шестьдесят восемь человек", "Сто шестьдесят восемь", 168),
    ("тысяча двести рублей", "тысяча двести", 1200),
    ("миллион сто тысяч рублей", "миллион сто тысяч", 1100000),
    ("два миллиона триста тысяч", "два миллиона триста тысяч", 2300000),
    ("сто семьдесят тысяч рублей", "сто семьдесят тысяч", 170000),
    ("двадцать семь с половиной миллионов", "двадцать семь с половиной миллионов", 27500000),
    ("пяти с половиной тысяч жителей", "пяти с половиной тысяч", 5500),
    ("шесть с половиной часов", "шесть с половиной", 6.5),
    ("полторы тысячи", "полторы тысячи", 1500),
    ("полутора миллионов", "полутора миллионов", 1500000),
    ("полтора часа", "полтора", 1.5),
    ("более полутысячи вещей", "полутысячи", 500),
    ("полмиллиона рублей", "полмиллиона", 500000),
    ("полсотни человек", "полсотни", 50),
    ("два десятка человек", "два десятка", 20),
    ("около сотни писем", "сотни", 100),
    ("сотня волонтёров", "сотня", 100),
    ("дюжина пирогов", "дюжина", 12),
    ("тысяча человек", "тысяча", 1000),
    ("больше миллиона", "миллиона", 1000000),
    ("по миллиону", "миллиону", 1000000),
    ("трое экспертов", "трое", 3),
    ("пятерых щенков", "пятерых", 5),
    ("семерыми детьми", "семерыми", 7),
    ("четырёхсот домов", "четырёхсот", 400),
    ("четырехсот домов", "четырехсот", 400),
    ("двумястами письмами", "двумястами", 200),
    ("восемьюдесятью голосами", "восемьюдесятью", 80),
    ("ноль свободных коек", "ноль", 0),
    ("ДВАДЦАТЬ ДВЕ КОМАНДЫ", "ДВАДЦАТЬ ДВЕ", 22),
]

RANGES = [
    ("35–50 лет", "35–50", 35, 50),
    ("14-17 лет", "14-17", 14, 17),
    ("26—27 команд", "26—27", 26, 27),
    ("1,5-2 тыс. человек", "1,5-2 тыс.", 1500, 2000),
    ("22–23 млн рублей", "22–23 млн", 22000000, 23000000),
    ("1 200–1 500 рублей", "1 200–1 500", 1200, 1500),
    ("500 000 – 1 200 000 руб.", "500 000 – 1 200 000", 500000, 1200000),
    ("один-два часа", "один-два", 1, 2),
    ("полтора-два миллиона", "полтора-два миллиона", 1500000, 2000000),
    ("трёх-четырёх дней", "трёх-четырёх", 3, 4),
    ("пять – семь лет", "пять – семь", 5, 7),
    ("двадцать-тридцать человек", "двадцать-тридцать", 20, 30),
]

NONE = [
    "09:00–10:00 Регистрация",
    "Телефон 60-00-17",
    "8-800-555-35-35",
    "04.04.2023",
    "10-летие фонда",
    "40-минутный фильм",
    "115-ФЗ",
    "Форум-2019",
    "№3",
    "sibir2020@forum.example",
    "Сотни километров, десятки писем, тысячи людей",
    "несколько десятков школ",
    "ИНН 1001999990",
    "семья стоит на полтинник",
    "сорочка, столовая, одинокий",
]


@pytest.mark.parametrize(("text", "words", "value"), ONE)
def test_one_number(text: str, words: str, value: float) -> None:
    assert read(text) == [(words, value, value)]


@pytest.mark.parametrize(("text", "words", "low", "high"), RANGES)
def test_range(text: str, words: str, low: float, high: float) -> None:
    assert read(text) == [(words, low, high)]


@pytest.mark.parametrize("text", NONE)
def test_no_number(text: str) -> None:
    assert read(text) == []


def test_neighbours_stay_apart() -> None:
    assert read("2 млн 15 организациям") == [("2 млн", 2e6, 2e6), ("15", 15, 15)]
    assert read("50 тысяч 12 детям") == [("50 тысяч", 50000, 50000), ("12", 12, 12)]
    assert read("школа № 21 — 58 200 рублей")[-1] == ("58 200", 58200, 58200)
    assert read("5 260 комментариев\n3 112 просмотров") == [("5 260", 5260, 5260), ("3 112", 3112, 3112)]


def test_one_alone_is_marked() -> None:
    forms = [n.form for n in read_numbers(Page.build("один пункт, двадцать один пункт, одна тысяча"))]
    assert forms == ["one", "words", "words"]


def test_ordinals() -> None:
    assert ordinals()["третьего"] == 3
    assert ordinals()["четвертое"] == 4
    assert "третьего" not in numerals()


RESOURCES = ["calendar", "number_modifiers", "number_words", "numerals", "units"]


@pytest.mark.parametrize("name", [*(f"{name}.tsv" for name in RESOURCES), "verbs_of_speech.txt"])
def test_word_lists_are_sorted_and_say_their_source(name: str) -> None:
    text = (resources.files("pipeline") / "resources" / name).read_text(encoding="utf-8")
    header = [line for line in text.splitlines() if line.startswith("#")]
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    assert any("Source" in line and "MIT" in line for line in header)
    assert rows == sorted(set(rows))
    assert len({row.count("\t") for row in rows}) == 1
    assert not any("ё" in row.split("\t")[0] for row in rows) or name in ("numerals.tsv",)


UNITS = "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
UNITS += "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
TENS = ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
HUNDREDS = ["сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"]


def spell(value: int) -> str:
    """A number below a milliard in words, nominative: 2300 → «две тысячи триста»."""
    words: list[str] = []
    for scale, forms, feminine in (
        (1_000_000, ("миллион", "миллиона", "миллионов"), False),
        (1000, ("тысяча", "тысячи", "тысяч"), True),
    ):
        count, value = divmod(value, scale)
        if count:
            last = 0 if 10 < count % 100 < 20 else count % 10
            form = forms[0] if last == 1 else forms[1] if last in (2, 3, 4) else forms[2]
            words += [*spell_small(count, feminine), form]
    return " ".join(words + spell_small(value, False))


def spell_small(value: int, feminine: bool) -> list[str]:
    hundreds, rest = divmod(value, 100)
    tens, units = divmod(rest, 10) if rest >= 20 else (0, rest)
    words = [HUNDREDS[hundreds - 1]] if hundreds else []
    words += [TENS[tens - 2]] if tens else []
    if units:
        word = UNITS.split()[units - 1]
        words.append({"один": "одна", "два": "две"}.get(word, word) if feminine else word)
    return words


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 999_999_999))
def test_words_round_trip(value: int) -> None:
    words = spell(value)
    if value % 1_000_000 and value % 1_000_000 < 1000 and value > 1000:
        return  # «миллион двести» is how people say 1.2 million: two numbers for the reader
    assert read(f"Там {words} рублей") == [(words, value, value)]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**12), st.sampled_from([" ", "\u00a0", "\u2009", "\u202f"]))
def test_digits_round_trip(value: int, space: str) -> None:
    digits = f"{value:,}".replace(",", space)
    assert read_digits(f"Собрано {digits} рублей.") == [(8, 8 + len(digits), value, value)]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 ,.-–—%№:/()\u00a0абтысмлнруодинвести\n«»", max_size=60))
def test_any_text_gives_exact_offsets_in_order(text: str) -> None:
    position = 0
    for number in read_numbers(Page.build(text)):
        assert position <= number.start < number.end <= len(text)
        assert number.low <= number.high
        assert text[number.start : number.end].strip() == text[number.start : number.end]
        position = number.end
