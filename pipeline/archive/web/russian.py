"""How the pages say numbers, days and kinds in Russian."""

from __future__ import annotations

from datetime import date

MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
FACT_KINDS = {
    "count": "количество",
    "money": "деньги",
    "percent": "доля",
    "duration": "длительность",
    "measure": "величина",
    "age": "возраст",
    "rank": "место",
}
ORGANISATION_KINDS = {
    "ngo": "НКО",
    "government": "власть",
    "business": "бизнес",
    "education": "образование",
    "media": "СМИ",
    "culture": "культура",
    "religious": "религиозная",
    "international": "международная",
    "other": "другая",
}
MODIFIERS = {
    "more_than": "более",
    "at_least": "не менее",
    "less_than": "менее",
    "up_to": "до",
    "about": "около",
    "almost": "почти",
    "range": "от и до",
}
NOUNS = {
    "article": ("статья", "статьи", "статей"),
    "mention": ("упоминание", "упоминания", "упоминаний"),
    "person": ("человек", "человека", "человек"),
    "organisation": ("организация", "организации", "организаций"),
    "city": ("город", "города", "городов"),
    "event": ("событие", "события", "событий"),
    "topic": ("тема обсуждений", "темы обсуждений", "тем обсуждений"),
    "fact": ("число", "числа", "чисел"),
    "session": ("выступление", "выступления", "выступлений"),
    "quote": ("цитата", "цитаты", "цитат"),
    "statement": ("пересказ слов", "пересказа слов", "пересказов слов"),
    "inhabitant": ("житель", "жителя", "жителей"),
    "reprint": ("перепечатка", "перепечатки", "перепечаток"),
    "row": ("строка", "строки", "строк"),
}
THIN = "\u202f"


def number(value: float | None) -> str:
    """Write a number: 5300000 → «5 300 000», 2.5 → «2,5»."""
    if value is None:
        return ""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", THIN).replace(".", ",")


def short_number(value: float) -> str:
    """Write a number in few letters: 5300000 → «5,3 млн»."""
    for size, name in ((1e12, "трлн"), (1e9, "млрд"), (1e6, "млн"), (1e3, "тыс.")):
        if abs(value) >= size:
            return f"{number(float(f'{value / size:.3g}'))} {name}"
    return number(float(f"{value:.3g}"))


def plural(count: int, noun: str) -> str:
    """Write a number with a noun of ``NOUNS`` in its right form: (21, "article") → «21 статья»."""
    one, few, many = NOUNS[noun]
    return f"{number(count)} {form(count, one, few, many)}"


def form(count: int, one: str, few: str, many: str) -> str:
    """Choose the form of a noun after a number."""
    if 10 < count % 100 < 20:
        return many
    return one if count % 10 == 1 else few if 1 < count % 10 < 5 else many


def day(iso: str | None) -> str:
    """Write a day: «2019-10-07» → «7 октября 2019»; what is no day stays as it is."""
    try:
        parsed = date.fromisoformat(iso or "")
    except ValueError:
        return iso or ""
    return f"{parsed.day} {MONTHS[parsed.month - 1]} {parsed.year}"


def days(first: str | None, last: str | None) -> str:
    """Write a stretch of days: «26–27 сентября 2019», «30 мая – 2 июня 2020»."""
    if not first or not last or first == last:
        return day(first or last)
    one, other = day(first).split(" "), day(last).split(" ")
    if len(one) != 3 or len(other) != 3:
        return f"{day(first)} – {day(last)}"
    if one[2] != other[2]:
        return " – ".join([" ".join(one), " ".join(other)])
    if one[1] != other[1]:
        return f"{one[0]} {one[1]} – {' '.join(other)}"
    return f"{one[0]}–{' '.join(other)}"


def years(first: str | None, last: str | None) -> str:
    """Write a stretch of years: «2015–2021»."""
    one, other = (first or "")[:4], (last or "")[:4]
    return one if one == other else f"{one}–{other}"


def bounds(least: float | None, most: float | None, modifier: str | None) -> str:
    """Write the value of a fact: (300, None, "more_than") → «более 300»."""
    if least is not None and most is not None and least != most:
        return f"{number(least)}–{number(most)}"
    value = least if least is not None else most
    if value is None:
        return ""
    word = MODIFIERS.get(modifier or "", "") if modifier != "range" else ""
    word = word or ("от" if most is None else "до" if least is None else "")
    return f"{word} {number(value)}".strip()
