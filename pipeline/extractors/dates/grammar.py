"""The grammar of calendar expressions: from words to periods.

Purpose
    ``Grammar.at(i)`` reads the longest calendar expression that starts at word ``i``. It knows words and their
    order only; which year is meant, and whether the place is a date at all, is decided in ``dates``.
Steps
    Rules in a named, ordered list, the more specific first; each returns what it read or ``None``. Days,
    months and years are read by small shared pieces.
Leaves out
    Clock times, weekdays, centuries, holidays by name, «каждый год».
Sources
    ``resources/calendar.tsv``; case forms by pymorphy3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pipeline.extractors.dates.pieces import (
    DAY,
    DAY_RANGE,
    ISO,
    NUMERIC,
    YEAR,
    YEAR_WORDS,
    Piece,
    Pieces,
    calendar_words,
)
from pipeline.extractors.dates.values import Expression, Offset, Period, Point, Precision, Unit
from pipeline.extractors.numbers import ordinals
from pipeline.memo import Memo
from pipeline.tokens import Trigger

YEARS_WORDS = frozenset(["годы", "годах", "годов", "годам", "годами"])
DASHES = frozenset("-–—−")
YEAR_RANGE = re.compile(r"(1[5-9]\d\d|20\d\d)([-–—−/])(1[5-9]\d\d|20\d\d|\d\d)")
DECADE = re.compile(r"(1[5-9]|20)?(\d0)-(е|х|м|ые|ых|ми)")
DAY_AND_MONTH = re.compile(r"(0?[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])")  # «с 29.05 по 02.06.2024»
DAYS_AND_MONTHS = re.compile(rf"{DAY_AND_MONTH.pattern}[-–—−]{DAY_AND_MONTH.pattern}")  # «25.07–29.07»
DAY_ALONE = re.compile(r"([1-9]|[12]\d|3[01])-го")
WEEKDAYS = ("понеде", "вторни", "среда", "среду", "четвер", "пятниц", "суббот", "воскре")
ROMAN_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "1-й": 1, "2-й": 2, "1-м": 1,
                  "2-м": 2, "3-м": 3, "4-м": 4, "3-й": 3, "4-й": 4}  # fmt: skip
SEASON_LENGTH = 3
NAMED: tuple[Unit, ...] = ("month", "season", "quarter")
AGO: dict[str, Unit] = {"год": "year", "месяц": "month", "неделю": "week"}
UNITS: dict[Unit, frozenset[str]] = {
    "year": YEAR_WORDS,
    "week": frozenset(["неделя", "недели", "неделе", "неделю", "неделей"]),
    "month": frozenset(["месяц", "месяца", "месяце", "месяцу", "месяцем"]),
}


class Found(NamedTuple):
    """What a rule read: tokens ``[first, last)``, the meaning, and how the words name it.

    ``bare`` marks an expression that other words must confirm: a year or a season alone.
    """

    first: int
    last: int
    value: Expression
    rule: str
    bare: bool = False
    backwards: int | None = None  # «годом ранее»: years from the last year named, not from publication


class Grammar(Pieces):
    """Reads calendar expressions of one page; see the module docstring."""

    def starts(self) -> list[int]:
        """Return the words at which an expression can start."""
        return self.page.find(STARTS)

    def at(self, i: int) -> Found | None:
        """Return the expression that starts at word ``i``, or ``None``."""
        without = self.page.without
        for name, rule in RULES_AT[self.words[i]]:
            if name not in without and (found := rule(self, i)) is not None:
                if isinstance(found.value, Period) and found.value.precision == "day":
                    self.latest = found.value.end
                return found._replace(rule=name)
        return None

    # -- rules --------------------------------------------------------------------------------------------

    def since_until(self, i: int) -> Found | None:
        """«с 3 по 7 июля», «с мая по ноябрь», «со 2 марта до 5 мая 2020 года», «в ночь с 17 на 18 февраля»."""
        if self.word(i) not in ("с", "со"):
            return None
        start = self.boundary(i + 1)
        if start is None or (until := self.next_to(start.last)) not in ("по", "до", "на"):
            return None
        end = self.boundary(start.last + 1)
        if end is None or end.end.month == 0 or (until == "на" and not (i and self.words[i - 1] == "ночь")):
            return None  # «перенесли с 17 на 18 февраля» names one day
        return Found(i, end.last, self.span(start, end), "")

    def boundary(self, i: int) -> Piece | None:
        """Read one end of a range; a bare day has month 0, which the other end lends."""
        if not self.next_to(i):
            return None
        piece = self.day_month(i) or self.month(i)
        if piece is not None:
            return piece
        year = self.year(i)
        if year is not None:
            return Piece(Point(year[0], 1, 1), Point(year[0], 12, 31), "year", year[1])
        if match := YEAR.fullmatch(self.words[i]):
            return Piece(Point(int(match[1]), 1, 1), Point(int(match[1]), 12, 31), "year", i + 1)
        if match := DAY_AND_MONTH.fullmatch(self.words[i]):
            point = Point(None, int(match[2]), int(match[1]))
            return Piece(point, point, "day", i + 1)
        day = self.day(i)
        if day is not None and day[0] == day[1]:
            return Piece(Point(None, 0, day[0]), Point(None, 0, day[0]), "day", day[2])
        return None

    def span(self, start: Piece, end: Piece) -> Period:
        """Join two ends; what the first lacks (month, year) the second lends."""
        first = start.start
        if first.month == 0:
            first = Point(None, end.end.month, first.day)
        precision: Precision = end.precision if start.precision == end.precision else "range"
        return Period(first, end.end, precision, end.shift)

    def day_span(self, i: int) -> Found | None:
        """«30 сентября — 1 октября», «1 марта – 15 апреля 2020 года»."""
        start = self.day_month(i)
        if start is None or self.next_to(start.last) not in DASHES or not self.next_to(start.last + 1):
            return None
        end = self.day_month(start.last + 1)
        return Found(i, end.last, self.span(start, end), "") if end else None

    def days_of_month(self, i: int) -> Found | None:
        """«26—27 сентября», «20 и 21 апреля», «3 сентября 2019 г.», «15.05.2024»."""
        piece = self.day_month(i)
        return Found(i, piece.last, piece.period(), "") if piece else None

    def months(self, i: int) -> Found | None:
        """«июне—августе», «май – июнь 2020 года», «октябре», «августа прошлого года»."""
        halves = re.split(r"[-–—]", self.word(i))
        if len(halves) == 2 and all(self.calendar.get(half, ("",))[0] == "month" for half in halves):
            first, last = (self.calendar[half][1] for half in halves)
            year, shift, after = self.year_tail(i + 1)
            return Found(i, after, Period(Point(None, first, 1), Point(year, last, 0), "range", shift), "")
        piece = self.month(i)
        if piece is None:
            return None
        if self.next_to(piece.last) in DASHES and self.next_to(piece.last + 1):
            end = self.month(piece.last + 1)
            if end is not None:
                return Found(i, end.last, self.span(piece, end), "")
        return Found(i, piece.last, piece.period(), "")

    def month_adjective(self, i: int) -> Found | None:
        """«августовской акции»; with a capital it is a street or a district."""
        month = self.kind(i, "month_adjective")
        if month is None or not self.page.words[i][0].islower():
            return None
        return Found(i, i + 1, Period(Point(None, month, 1), Point(None, month, 0), "month"), "")

    def season(self, i: int) -> Found | None:
        """«весну 2002 года», «осенью прошлого года»; alone («весной») other words must confirm it."""
        month = self.kind(i, "season")
        if month is None:
            return None
        year, shift, last = self.year_tail(i + 1)
        end = (month + SEASON_LENGTH - 2) % 12 + 1
        if month == 12 and year is not None:  # «зимой 2020 года»: the winter that ends in 2020
            return Found(i, last, Period(Point(year - 1, 12, 1), Point(year, end, 0), "season"), "")
        period = Period(Point(year, month, 1), Point(None, end, 0), "season", shift)
        return Found(i, last, period, "", bare=last == i + 1)

    def part_of_year(self, i: int) -> Found | None:
        """«первом квартале 2024 года», «первое полугодие», «второй половине 2020 года»."""
        number = self.ordinals.get(self.word(i)) or ROMAN_QUARTERS.get(self.word(i), 0)
        if not 1 <= number <= 4:
            return None
        length = self.kind_after(i + 1, "quarter", "half_year")
        half = self.next_to(i + 1).startswith("половин")
        if half:
            length = 6
        if length is None or number * length > 12:
            return None
        year, shift, last = self.year_tail(i + 2)
        if half and last == i + 2:
            if self.next_to(last) not in YEAR_WORDS:
                return None
            shift, last = 0, last + 1
        start, end = Point(year, (number - 1) * length + 1, 1), Point(year, number * length, 0)
        return Found(i, last, Period(start, end, "range", shift), "")

    def edge(self, i: int) -> Found | None:
        """«конца года», «начале 2020 года», «середине мая»; after «до», «к», «с» it is one day."""
        where = self.kind(i, "edge")
        if where is None:
            return None
        whole = self.year_or_month(i + 1)
        if whole is None:
            return None
        before = self.words[i - 1] if i else ""
        start, end = whole.start, whole.end
        if where == 2 and before in ("до", "к"):
            start = end
        elif where == 0 and before in ("с", "до"):
            end = start
        elif whole.precision == "year" and whole.last == i + 2:  # «в конце года»
            first, last = ((1, 1), (6, 7), (12, 12))[where]
            start, end = Point(None, first, 1), Point(None, last, 0)
        precision: Precision = "day" if start == end else "range"
        return Found(i, whole.last, Period(start, end, precision, whole.shift), "")

    def year_or_month(self, i: int) -> Piece | None:
        """Read what an edge belongs to: «года», «2020 года», «прошлого года», «мая»."""
        if self.next_to(i) in YEAR_WORDS:
            return Piece(Point(None, 1, 1), Point(None, 12, 31), "year", i + 1, 0)
        year, shift, last = self.year_tail(i)
        if last > i:
            return Piece(Point(year, 1, 1), Point(year, 12, 31), "year", last, shift)
        return self.month(i) if self.kind_after(i, "month") is not None else None

    def digits_alone(self, i: int) -> Found | None:
        """«15.03, суббота», «16.02 — сессия», «до 8.02», «25.07–29.07»; not «9.10»: minutes end in 0 or 5."""
        match = DAYS_AND_MONTHS.fullmatch(self.word(i))
        if match is not None:
            start, end = Point(None, int(match[2]), int(match[1])), Point(None, int(match[4]), int(match[3]))
            clock = not {start.month, end.month} - {5, 10}  # «9.10–10.05»
            return None if clock else Found(i, i + 1, Period(start, end, "day"), "")
        match = DAY_AND_MONTH.fullmatch(self.word(i))
        if match is None:
            return None
        month, heads = int(match[2]), i == 0 or i in self.breaks
        weekday = self.next_to(i + 1) in (",", "(") and self.next_to(i + 2)[:6] in WEEKDAYS
        before = "" if heads else self.words[i - 1]
        if month % 5 == 0 and not weekday:
            return None
        if not heads and (before not in ("до", "с", "по", "на", "к") or self.page.pos[i + 1 : i + 2] == ["NOUN"]):
            return None
        point = Point(None, month, int(match[1]))
        return Found(i, i + 1, Period(point, point, "day"), "")

    def day_of_same_month(self, i: int) -> Found | None:
        """«Заявки ждут до 7 марта, победителей назовут 10-го»: a day later in the month named last."""
        match = DAY_ALONE.fullmatch(self.word(i))
        if match is None or self.latest is None or int(match[1]) <= self.latest.day:
            return None
        last = i + 1 + (self.next_to(i + 1) == "числа")
        if last == i + 1 and last < len(self.words) and self.page.pos[last] in ("NOUN", "ADJ", "PROPN"):
            return None  # «ученики 10-го класса»
        point = Point(self.latest.year, self.latest.month, int(match[1]))
        return Found(i, last, Period(point, point, "day"), "")

    def years(self, i: int) -> Found | None:
        """«2017–2024 годах», «2012 и 2013 годах», «2018/2019 учебном году»; «1908 | и 1921 годов» are two."""
        word = self.word(i)
        if match := YEAR_RANGE.fullmatch(word):
            first, last = int(match[1]), int(match[3]) if len(match[3]) == 4 else int(match[1][:2] + match[3])
            after = self.after_years(i + 1)
            if first >= last or (match[2] == "/" and after == i + 1):
                return None
            return Found(
                i, after, Period(Point(first, 1, 1), Point(last, 12, 31), "range"), "", bare=after == i + 1
            )
        values, j = [], i
        while (match := YEAR.fullmatch(self.word(j))) and not match[2]:
            values.append(int(match[1]))
            if self.next_to(j + 1) not in ("и", ",", *DASHES) or not YEAR.fullmatch(self.next_to(j + 2)):
                break
            j += 2
        after = self.after_years(j + 1)
        if after > j + 1 and len(values) == 2 and self.words[j - 1] == "и" and values[1] - values[0] > 1:
            return Found(i, i + 1, Period(Point(values[0], 1, 1), Point(values[0], 12, 31), "year"), "")
        if len(values) < 2 or after == j + 1 or values[0] >= values[-1]:
            return None
        return Found(i, after, Period(Point(values[0], 1, 1), Point(values[-1], 12, 31), "range"), "")

    def after_years(self, i: int) -> int:
        """Return the token after «годах», «гг.», «учебном году»; ``i`` where none of them stands."""
        if self.next_to(i).startswith("учебн"):
            i += 1
        if self.next_to(i) in YEARS_WORDS or self.next_to(i) in YEAR_WORDS:
            return i + 1
        if self.next_to(i) in ("гг", "г.г", "г"):
            return i + 1 + (self.next_to(i + 1) == ".")
        return i

    def one_year(self, i: int) -> Found | None:
        """«2018 году», «2017-м», «2024 г.»; a bare «2018» other words must confirm."""
        year = self.year(i)
        if year is not None:
            return Found(i, year[1], Period(Point(year[0], 1, 1), Point(year[0], 12, 31), "year"), "")
        match = YEAR.fullmatch(self.word(i))
        if match is None or not 1900 <= int(match[1]) <= 2100:
            return None
        period = Period(Point(int(match[1]), 1, 1), Point(int(match[1]), 12, 31), "year")
        second = i > 1 and self.words[i - 1] == "и" and YEAR.fullmatch(self.words[i - 2])
        after = self.after_years(i + 1) if second else i + 1
        return Found(i, after, period, "", bare=after == i + 1)

    def decade(self, i: int) -> Found | None:
        """«1990-х», «90-е годы», «в 80-х», «девяностых годах»."""
        match = DECADE.fullmatch(self.word(i))
        after = self.after_years(i + 1)
        if match is not None:
            first = int((match[1] or ("20" if match[2] in ("00", "10", "20") else "19")) + match[2])
            if match[1] is None and after == i + 1 and not self.is_short_decade(i):
                return None
            if match[3] == "м" and self.words[after - 1] != "годам":
                return None  # «в 2010-м» is a year
        else:
            value = self.ordinals.get(self.word(i), 0) if self.word(i).endswith(("ые", "ых", "ым", "ыми")) else 0
            if value < 20 or value % 10 or after == i + 1:
                return None
            first = 1900 + value
        return Found(i, after, Period(Point(first, 1, 1), Point(first + 9, 12, 31), "range"), "")

    def is_short_decade(self, i: int) -> bool:
        """«В 80-х», «с начала 90-х»; not «в 20-х числах мая», «от 80-х номеров»."""
        if not self.words[i].endswith("-х") or self.words[i] < "30" or self.next_to(i + 1)[:1].isalpha():
            return False
        return i > 0 and self.words[i - 1] in ("в", "с", "до", "начале", "начала", "середине", "конце", "конца")

    def shifted(self, i: int) -> Found | None:
        """«прошлом году», «следующей неделе», «этим летом», «прошлым августом», «прошлом месяце»."""
        shift = self.kind(i, "shift")
        if shift is None:
            return None
        after = self.next_to(i + 1)
        if self.words[i] == "прошлом" and i and self.words[i - 1] == "в" and after in ("", ".", ",", ")"):
            return Found(i, i + 1, Offset("year", shift), "", bare=True, backwards=shift)
        unit = next((unit for unit, forms in UNITS.items() if after in forms), None)
        if unit is not None:
            return Found(i, i + 2, Offset(unit, shift), "")
        for named in NAMED:
            month = self.kind_after(i + 1, named)
            if month is not None:
                value = Offset(named, shift, 0 if named == "quarter" else month)
                return Found(i, i + 2, value, "")
        return None

    def last_years(self, i: int) -> Found | None:
        """«больше прошлогоднего»."""
        shift = self.kind(i, "year_adjective")
        return None if shift is None else Found(i, i + 1, Offset("year", shift), "")

    def ago(self, i: int) -> Found | None:
        """«год назад», «месяц назад», «годом ранее»."""
        word, after = self.word(i), self.next_to(i + 1)
        if word == "годом" and after in ("ранее", "раньше", "позже"):
            count = 1 if after == "позже" else -1
            return Found(i, i + 2, Offset("year", count), "", backwards=count)
        unit = AGO.get(word)
        if unit is None or after != "назад" or (i and self.words[i - 1] in ("один", "каждый")):
            return None
        return Found(i, i + 2, Offset(unit, -1), "")

    def near_day(self, i: int) -> Found | None:
        """«завтра», «вчера»."""
        shift = self.kind(i, "day")
        return None if shift is None else Found(i, i + 1, Offset("day", shift), "")


Rule = Callable[[Grammar, int], Found | None]

# name, where the rule starts (digits, ordinal, pair, roman, a class of the calendar or a word), the rule; in order
RULES: tuple[tuple[str, frozenset[str], Rule], ...] = (
    ("since_until", frozenset({"с", "со"}), Grammar.since_until),
    ("day_span", frozenset({"digits of a day", "ordinal"}), Grammar.day_span),
    ("days_of_month", frozenset({"digits of a day", "ordinal"}), Grammar.days_of_month),
    ("digits_alone", frozenset({"digits of a day"}), Grammar.digits_alone),
    ("day_of_same_month", frozenset({"digits of a day"}), Grammar.day_of_same_month),
    ("part_of_year", frozenset({"ordinal", "roman"}), Grammar.part_of_year),
    ("years", frozenset({"digits of a year"}), Grammar.years),
    ("decade", frozenset({"digits of a year", "ordinal"}), Grammar.decade),
    ("one_year", frozenset({"digits of a year"}), Grammar.one_year),
    ("shifted", frozenset({"shift"}), Grammar.shifted),
    ("months", frozenset({"month", "pair"}), Grammar.months),
    ("month_adjective", frozenset({"month_adjective"}), Grammar.month_adjective),
    ("season", frozenset({"season"}), Grammar.season),
    ("edge", frozenset({"edge"}), Grammar.edge),
    ("last_years", frozenset({"year_adjective"}), Grammar.last_years),
    ("ago", frozenset({"год", "годом", "месяц", "неделю"}), Grammar.ago),
    ("near_day", frozenset({"day"}), Grammar.near_day),
)
TENS = ("двадцать", "тридцать")


DAYS = (DAY, DAY_RANGE, NUMERIC, ISO, DAY_AND_MONTH, DAYS_AND_MONTHS)
YEARS = (YEAR, YEAR_RANGE, DECADE)


def rules_for(word: str) -> tuple[tuple[str, Rule], ...]:
    """Return the rules that can start at a word."""
    kinds = {word, calendar_words().get(word, ("", 0))[0]}
    if any(pattern.fullmatch(word) for pattern in DAYS):
        kinds.add("digits of a day")
    if any(pattern.fullmatch(word) for pattern in YEARS):
        kinds.add("digits of a year")
    if word in ordinals() or word in TENS:
        kinds.add("ordinal")
    if word in ROMAN_QUARTERS:
        kinds.add("roman")
    if _is_pair(word):
        kinds.add("pair")
    return tuple((f"dates.{name}", rule) for name, starts, rule in RULES if starts & kinds)


RULES_AT = Memo(rules_for)
STARTS = Trigger(lambda token: RULES_AT[token.lower])


def _is_pair(word: str) -> bool:
    """Tell whether a word can be «май–июнь»."""
    return not word.isalpha() and word[0].isalpha() and len(word) > 6 and not word.isalnum()
