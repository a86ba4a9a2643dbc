"""Tells numbers that are no facts: where they stand decides.

Purpose
    Dates, titles, telephones, clock times, addresses, list numbers, «№ 3», «секция 2», «9 класса» are read by
    ``numbers`` like any other; they are put aside here.
Steps
    Offsets that are blocked as a whole (dates, titles, telephones …) are found once a page; then named rules
    look at the words around one number.
Leaves out
    What a number counts (``units``): a number with a unit of its own passes the rules for labels.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cache

from pipeline.extractors.digits import SPACE, web_addresses
from pipeline.extractors.facts.units import Unit, is_ordinal_reading
from pipeline.extractors.facts.words import unit_word, word_classes
from pipeline.extractors.numbers import Number, ordinals
from pipeline.extractors.quoted_titles import outermost, title_spans
from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.record import Date, Organisation, SessionTopic

# «8 (3412) 55-01-20», «+7 924 000-31-18», «8 913 000 41 17», «00-18-55», «(3852) 24-17»
_GAP = r"[\s\u00a0()-]{0,3}"
PHONE = re.compile(
    rf"(?=[+(\d])(?:\+?\b[78]{_GAP})?(?:\(?\b\d{{3,5}}{_GAP})?\b\d{{1,3}}[-–]\d\d[-–]\d\d\b"
    rf"|(?=[+8])(?:\+[78]|\b8){_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d\b"
    rf"|\(\d{{3,5}}\){_GAP}\d{{1,3}}-\d{{2,3}}\b"
)
PHONE_LIKE = re.compile(rf"\d(?:[-–]\d\d[-–]\d|\)|(?<=[78]){_GAP}\d{{3}}{_GAP}\d{{3}})")  # what every PHONE has
CLOCK = re.compile(
    r"(?<![\d,])(?:[01]?\d|2[0-4])[:.][0-5]\d(?![\d%])(?:\s?[-–—]\s?(?:[01]?\d|2[0-4])[:.][0-5]\d(?!\d))?"
)
# «10-00 Открытие», «начало в 13-45»: hours with a hyphen, in texts that have a full hour of that form.
HYPHEN_CLOCK = re.compile(
    r"(?<![\d,.-])(?:[01]?\d|2[0-3])-[0-5]\d(?:\s?[–—-]\s?(?:[01]?\d|2[0-3])-[0-5]\d)?(?![\d-])"
)
FULL_HOUR = re.compile(r"(?<![\d,.-])(?:[01]?\d|2[0-3])-00(?![\d-])")
CLOCK_LIKE = re.compile(r"\d[:.]\d")
CODE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_@")
CODE_LENGTH = 40  # how far a code («kQ3vR_8nB1w», an address on the web) is looked at around a number
DAY_PARTS = frozenset({"утра", "вечера", "дня", "ночи", "утром", "пополудни"})
PER_DAY = frozenset({"неделю", "день", "сутки", "месяц", "подряд"})
LAW_ABBREVIATIONS = frozenset({"ст", "ч", "п", "пп", "подп", "абз"})
LAW_PARTS = ("статья", "пункт", "подпункт", "параграф", "абзац")
CLOCK_BEFORE = frozenset({"в", "во", "к", "с", "со", "до", "после", "около"})


@cache
def article_forms() -> frozenset[str]:
    """Return the singular forms of words for a part of a law: «статье», «пунктом»."""
    lexemes = (form for word in LAW_PARTS for form in parses(word)[0].lexeme)
    return frozenset(form.word for form in lexemes if form.tag.number == "sing")


class Contexts:
    """Which numbers of a page are no facts."""

    def __init__(
        self,
        page: Page,
        dates: Iterable[Date],
        session_topics: Iterable[SessionTopic],
        organisations: Iterable[Organisation],
    ) -> None:
        self.page = page
        self.labels = word_classes()["label"]
        self.streets = word_classes()["street"]
        self.blocked = outermost(self._blocked(dates, session_topics, organisations))
        self.starts = [start for start, _ in self.blocked]
        self.rules = [rule for _, rule in page.rules_of(RULES, "facts.")]
        self.closings = {pair.last for pair in page.brackets}
        self.dates = {i for date in dates for i in range(*page.tokens_in(date.start, date.end))}

    def _blocked(
        self, dates: Iterable[Date], topics: Iterable[SessionTopic], organisations: Iterable[Organisation]
    ) -> Iterable[tuple[int, int]]:
        page = self.page
        if page.uses("facts.not_date"):
            yield from ((date.start, date.end) for date in dates)
        if page.uses("facts.not_title"):
            yield from ((m.start, m.end) for topic in topics if topic.titled for m in topic.mentions)
            yield from ((m.start, m.end) for row in organisations for m in row.mentions)
            yield from title_spans(page)
        if page.uses("facts.not_address"):
            yield from web_addresses(page.text)
        if page.uses("facts.not_phone") and PHONE_LIKE.search(page.text):
            yield from (match.span() for match in PHONE.finditer(page.text))
        if page.uses("facts.not_clock") and CLOCK_LIKE.search(page.text):
            yield from (match.span() for match in CLOCK.finditer(page.text) if self._is_clock(match))
        if page.uses("facts.not_clock") and "-00" in page.text and FULL_HOUR.search(page.text):
            yield from (match.span() for match in HYPHEN_CLOCK.finditer(page.text) if self._is_hour_place(match))

    def _is_clock(self, match: re.Match[str]) -> bool:
        """«10.00–11.30», «в 18.30», «09:30»; not «12.50 рублей», «3.15 км»."""
        return ":" in match.group() or bool(re.search(r"[-–—]", match.group())) or self._is_hour_place(match)

    def _is_hour_place(self, match: re.Match[str]) -> bool:
        """Tell whether hours may stand here: at the start of a line, after «в», «с», «до», «начало»."""
        text = self.page.text
        line_start = text.rfind("\n", 0, match.start()) + 1 == match.start()
        before = text[max(0, match.start() - 8) : match.start()].split()
        return line_start or bool(before and before[-1].lower() in CLOCK_BEFORE | {"начало", "—", "–", "-"})

    def skips(self, number: Number, unit: Unit | None) -> bool:
        """Tell whether a number is no fact, whatever it counts."""
        k = bisect_right(self.starts, number.start) - 1
        if k >= 0 and self.blocked[k][1] > number.start:
            return True
        return any(rule(self, number, unit) for rule in self.rules)

    # -- rules: each tells that a number is no fact -------------------------------------------------------

    def word(self, i: int) -> str:
        return self.page.lower[i] if 0 <= i < len(self.page) else ""

    def after_on_line(self, i: int) -> str:
        """Return word ``i``, "" where the line ended before it."""
        if i >= len(self.page) or i in self.page.breaks:
            return ""
        return self.page.lower[i]

    def before_on_line(self, i: int) -> str:
        """Return the word before ``i``, "" at the start of a line."""
        if i == 0 or i in self.page.breaks:
            return ""
        return self.page.lower[i - 1]

    def not_code(self, number: Number, unit: Unit | None) -> bool:
        """«33а», «18+», «60%-ный», «5G», «mayak49@mail.ru»: letters or signs grow on the digits."""
        text = self.page.text
        after = text[number.end : number.end + 3]
        if number.form != "digits":
            return False
        if _grows_on_code(text, number.start):
            return True
        if not after:
            return False
        if after[0].isalpha() or after[0] == "_":
            return unit is None or unit_word(self.page.lower[unit.head]) is None  # «20кг», not «3D-печать»
        if after[0] == "+":
            return not (len(after) > 1 and after[1] in SPACE) or unit is None
        return after[0] == "%" and len(after) > 2 and after[1] == "-" and after[2].isalpha()

    def not_list_number(self, number: Number, unit: Unit | None) -> bool:
        """«1. «Право и отчётность»», «3) Фонд «Подлеморье»», «а) 2)»."""
        if number.form != "digits" or not number.whole or number.high > 99 or number.is_range:
            return False
        sign = self.word(number.last)
        if sign == ")":
            return (
                "(" not in (self.word(number.first - 1), self.word(number.first - 2))
                and number.last not in self.closings
            )
        return sign == "." and self.before_on_line(number.first) == ""

    def not_label(self, number: Number, unit: Unit | None) -> bool:
        """«№ 3», «секция 2», «школа 21», «доб. 14», «ИНН 7701…», «кв. 5»: the number is a name."""
        if number.form != "digits":
            return False
        before = self.before_on_line(number.first)
        if before in ("№", "n", "#", "№№") or self._is_article(number.first - 1, before):
            return True
        if unit is not None or number.scale > 1:
            return False
        i = number.first - 1
        if before == ".":
            before, i = self.word(i - 1), i - 1
            return before in self.labels
        if not before or not (before in self.labels or self.page.lemmas[i] in self.labels):
            return False
        return self.page.feature(i, "Number") != "Plur"

    def _is_article(self, i: int, before: str) -> bool:
        """«Ч. 2 ст. 228 УК», «статья 31 Конституции», «пункт 4 положения»: a place in a law, whatever follows."""
        if before == ".":
            return self.word(i - 1) in LAW_ABBREVIATIONS
        return before in LAW_ABBREVIATIONS or (i >= 0 and before != "" and before in article_forms())

    def not_house(self, number: Number, unit: Unit | None) -> bool:
        """«ул. Орджоникидзе, 33», «наб. реки Карповки, 31», «630099, г. Новосибирск»."""
        if number.form != "digits" or unit is not None or number.scale > 1 or not number.whole:
            return False
        if (
            len(self.page.text[number.start : number.end]) == 6
            and number.high >= 100000
            and number.is_range is False
        ):
            return self.word(number.last) in (",", "") or self.word(number.first - 1) == ","
        before = self.page.words[number.first - 1] if number.first else ""
        if not (before in (",", ".") or before[:1].isupper() or before[:1].isdigit()):
            return False
        for i in range(number.first - 1, max(-1, number.first - 8), -1):
            word = self.page.words[i]
            if i + 1 in self.page.breaks or word in ("—", ";", "(", ")"):
                return False
            if self.page.lower[i] in self.streets:
                return True
            if (
                word[0].isalpha()
                and word[0].islower()
                and i < number.first - 2
                and self.page.pos[i] in ("VERB", "ADP")
            ):
                return False
        return False

    def not_hour(self, number: Number, unit: Unit | None) -> bool:
        """«В 18 часов», «до восьми утра», «после шести», «в 2 часа ночи»: a clock time."""
        if not number.whole or number.high > 24 or number.scale > 1:
            return False
        before = self.before_on_line(number.first)
        if before not in CLOCK_BEFORE:
            return False
        if self.word(number.last) in DAY_PARTS - {"дня"}:
            return True
        if unit is None:
            return (
                before in ("после", "к")
                and number.form == "words"
                and self.after_on_line(number.last) in ("", ".", ",")
            )
        if unit.name != "час":
            return False
        after = {self.word(unit.last), self.word(unit.last + 1)}
        return bool(after & DAY_PARTS) or (before in ("в", "к") and not after & PER_DAY)

    def not_ordinal(self, number: Number, unit: Unit | None) -> bool:
        """«ученик 9 класса», «на 3 курсе», «на семьдесят третьем году», «28 летний», «в 20-х числах»."""
        after = self.word(number.last)
        if (number.form == "words" and after in ordinals()) or after.startswith(("летн", "числах")):
            return True
        if unit is not None and unit.lemma in ("класс", "курс") and number.is_range:
            return True  # «школьники 7–11 классов»
        return unit is None and is_ordinal_reading(self.page, number)

    def not_night(self, number: Number, unit: Unit | None) -> bool:
        """«В ночь с 15 на 16 июля»."""
        if self.before_on_line(number.first) != "с" or self.word(number.last) != "на":
            return False
        return number.last + 1 in self.dates

    def not_minus(self, number: Number, unit: Unit | None) -> bool:
        """«в минус пятьдесят»."""
        return unit is None and self.before_on_line(number.first) in ("минус", "плюс")

    def not_year(self, number: Number, unit: Unit | None) -> bool:
        """A bare «2019» that is no date expression is no fact either, nor «2015 годов»."""
        text = self.page.text[number.start : number.end]
        year = unit is None or self.page.lower[unit.head].startswith("год")
        return year and number.scale == 1 and bool(re.fullmatch(r"(19|20)\d\d", text))


RULES: tuple[tuple[str, Callable[[Contexts, Number, Unit | None], bool]], ...] = (
    ("not_code", Contexts.not_code),
    ("not_list_number", Contexts.not_list_number),
    ("not_label", Contexts.not_label),
    ("not_house", Contexts.not_house),
    ("not_hour", Contexts.not_hour),
    ("not_ordinal", Contexts.not_ordinal),
    ("not_night", Contexts.not_night),
    ("not_minus", Contexts.not_minus),
    ("not_year", Contexts.not_year),
)


def _grows_on_code(text: str, start: int) -> bool:
    """Tell whether Latin letters stand before a number with no blank between."""
    i = start - 1
    while i >= max(0, start - CODE_LENGTH) and (text[i] in CODE or text[i].isdigit() or text[i] in "./-+"):
        if text[i] in CODE:
            return True
        i -= 1
    return False
