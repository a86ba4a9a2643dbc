"""Days, months and years as words: the pieces of which ``grammar`` builds calendar expressions.

Purpose
    ``Pieces`` reads «26—27 сентября», «августа прошлого года», «2019 г.» at a word and says where they end.
Steps
    One method a piece; each looks forward only and stops at the end of the line.
Leaves out
    Whole expressions and their order (``grammar``), the choice of the year (``values``).
Sources
    ``resources/calendar.tsv``; case forms by pymorphy3.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pipeline.extractors.dates.values import Period, Point, Precision
from pipeline.extractors.numbers import ordinals
from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.resources import read_rows

YEAR_WORDS = frozenset(["год", "года", "году", "годом", "годе"])
NUMERIC = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
DAY = re.compile(r"(\d{1,2})(?:-(?:го|е|ое|ого))?,?")  # razdel leaves the comma of «14, 15 и 16» on the number
DAY_RANGE = re.compile(r"(\d{1,2})[-–—−](\d{1,2})")
YEAR = re.compile(r"(1\d{3}|20\d\d|2100)(-(?:й|го|м|му|е|ый|ом|ого))?")
STREETS = frozenset(
    [
        "улица",
        "улице",
        "улицы",
        "улицу",
        "ул",
        "площадь",
        "площади",
        "проспект",
        "проспекте",
        "пр",
        "им",
        "имени",
        "переулок",
        "парк",
    ]
)


class Piece(NamedTuple):
    """A day, month or year as a part of an expression, up to the token ``last``."""

    start: Point
    end: Point
    precision: Precision
    last: int
    shift: int | None = None

    def period(self) -> Period:
        return Period(self.start, self.end, self.precision, self.shift)


@cache
def calendar_words() -> dict[str, tuple[str, int]]:
    """Return the words of the calendar by form (lower case, ё as е): «августе» → ("month", 8)."""
    words: dict[str, tuple[str, int]] = {}
    for lemma, kind, value in read_rows("calendar.tsv"):
        wanted = [p for p in parses(lemma) if p.normal_form == lemma]
        forms = (
            {form.word for form in wanted[0].lexeme} if wanted and kind not in ("month_short", "day") else {lemma}
        )
        for form in forms:
            words.setdefault(form.replace("ё", "е"), (kind, int(value)))
    return words


class Pieces:
    """Reads pieces of calendar expressions on one page; see the module docstring."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.words = page.lower
        self.breaks = page.breaks
        self.day_months: dict[int, Piece | None] = {}
        self.latest: Point | None = None  # the last day read so far
        self.calendar = calendar_words()
        self.ordinals = ordinals()

    def word(self, i: int) -> str:
        """Return a word of the same line, "" past the end of it or of the page."""
        return self.words[i] if i < len(self.words) else ""

    def next_to(self, i: int) -> str:
        """Return word ``i`` when it stands on one line with the word before it, else ""."""
        if i >= len(self.words) or i in self.breaks:
            return ""
        return self.words[i]

    def kind(self, i: int, *kinds: str) -> int | None:
        """Return the value of a word of the calendar when it is of one of the kinds."""
        kind, value = self.calendar.get(self.word(i), ("", 0))
        return value if kind in kinds else None

    def kind_after(self, i: int, *kinds: str) -> int | None:
        """The same for a word that must stand on one line with the word before it."""
        return self.kind(i, *kinds) if self.next_to(i) else None

    # -- pieces -------------------------------------------------------------------------------------------

    def day(self, i: int) -> tuple[int, int, int] | None:
        """Read «3», «3–5», «3-го», «третьего», «тридцать первого»: first day, last day, next token."""
        word = self.word(i)
        if match := DAY_RANGE.fullmatch(word):
            first, last = int(match[1]), int(match[2])
            return (first, last, i + 1) if 0 < first < last <= 31 else None
        if match := DAY.fullmatch(word):
            day = int(match[1])
            return (day, day, i + 1) if 0 < day <= 31 else None
        if word in ("двадцать", "тридцать") and 0 < self.ordinals.get(self.next_to(i + 1), 0) < 10:
            day = {"двадцать": 20, "тридцать": 30}[word] + self.ordinals[self.word(i + 1)]
            return (day, day, i + 2) if day <= 31 else None
        day = self.ordinals.get(word, 0) if word.endswith(("го", "ое", "ье")) else 0
        return (day, day, i + 1) if 0 < day <= 31 else None

    def days(self, i: int) -> tuple[int, int, int] | None:
        """Read «20 и 21», «14, 15 и 16», «16 - 17»: first day, last day, next token."""
        read = self.day(i)
        if read is None:
            return None
        first, last, i = read
        while (at := self.after_comma(i)) is not None:
            more = self.day(at) if self.next_to(at) else None
            if more is None or more[0] <= last:
                break
            _, last, i = more
        return (first, last, i) if not self.words[i - 1].endswith(",") else None

    def after_comma(self, i: int) -> int | None:
        """Return the token after «и», a comma or a dash between days, ``None`` where none stands."""
        if self.words[i - 1].endswith(",") and len(self.words[i - 1]) > 1:
            return i
        return i + 1 if self.next_to(i) in ("и", ",", "-", "–", "—") else None

    def day_month(self, i: int) -> Piece | None:
        """Read «26—27 сентября 2019 г.», «15.05.2024», «2024-05-15»; several rules ask for it at one word."""
        if i not in self.day_months:
            self.day_months[i] = self._day_month(i)
        return self.day_months[i]

    def _day_month(self, i: int) -> Piece | None:
        numeric = self.numeric(i)
        if numeric is not None:
            return numeric
        days = self.days(i)
        if days is None:
            return None
        first, last, i = days
        month = self.kind_after(i, "month", "month_short")
        if month is None or self.is_street(i):
            return None
        i = self.after_month(i)
        year, shift, i = self.year_tail(i)
        return Piece(Point(year, month, first), Point(year, month, last), "day", i, shift)

    def numeric(self, i: int) -> Piece | None:
        word = self.word(i)
        if match := ISO.fullmatch(word):
            year, month, day = int(match[1]), int(match[2]), int(match[3])
        elif match := NUMERIC.fullmatch(word):
            day, month, year = int(match[1]), int(match[2]), int(match[3])
            if year < 100:
                year += 2000 if year < 50 else 1900
        else:
            return None
        point = Point(year, month, day)
        if not 1 <= month <= 12 or day < 1 or point.on(year) is None:
            return None
        last = i + 1
        if self.next_to(last) == "г":
            last += 1 + (self.next_to(last + 1) == ".")
        return Piece(point, point, "day", last)

    def month(self, i: int) -> Piece | None:
        """Read «мае», «мая 2020 года», «августа прошлого года»."""
        month = self.kind(i, "month")
        if month is None or not self.is_month_name(i):
            return None
        year, shift, last = self.year_tail(self.after_month(i))
        return Piece(Point(year, month, 1), Point(year, month, 0), "month", last, shift)

    def after_month(self, i: int) -> int:
        """Return the token after a month; «окт.» keeps its dot."""
        short = self.kind(i, "month_short") is not None
        return i + 1 + (short and self.next_to(i + 1) == ".")

    def is_month_name(self, i: int) -> bool:
        """Tell a month from the names «Марта», «Август» and from streets: those have a capital letter."""
        word = self.page.words[i]
        return word[0].islower() or word.isupper() or (self.page.pos[i] in ("NOUN", "X") and self.starts_line(i))

    def starts_line(self, i: int) -> bool:
        before = self.page.text[self.page.ends[i - 1] : self.page.starts[i]] if i else "\n"
        return "\n" in before or self.words[i - 1] in (".", "!", "?", ":", "—", "–", "-", "«", '"')

    def is_street(self, i: int) -> bool:
        """«Улица 8 Марта»."""
        before = {self.words[j] for j in range(max(0, i - 4), i)}
        return self.page.words[i][0].isupper() and bool(before & STREETS)

    def year(self, i: int) -> tuple[int, int] | None:
        """Read «2020 года», «2020 г.», «2020-го»: the year and the next token; a bare number is no year."""
        match = YEAR.fullmatch(self.word(i))
        if match is None:
            return None
        after = self.next_to(i + 1)
        if after in YEAR_WORDS:
            return int(match[1]), i + 2
        if after == "г" and self.next_to(i + 2) == ".":
            return int(match[1]), i + 3
        if after == "г":
            return int(match[1]), i + 2
        return (int(match[1]), i + 1) if match[2] else None

    def year_tail(self, i: int) -> tuple[int | None, int | None, int]:
        """Read the year after a month or season: (year, shift, next token); «мая 2020» needs no «года»."""
        if i >= len(self.words) or not self.next_to(i):
            return None, None, i
        named = self.year(i)
        if named is not None:
            return named[0], None, named[1]
        match = YEAR.fullmatch(self.words[i])
        if match and 1900 <= int(match[1]) <= 2100 and self.page.pos[i + 1 : i + 2] != ["NOUN"]:
            return int(match[1]), None, i + 1
        shift = self.kind_after(i, "shift")
        if shift is not None and self.next_to(i + 1) in YEAR_WORDS:
            return None, shift, i + 2
        return None, None, i
