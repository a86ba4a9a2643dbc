"""Reads numbers: digits, words and their mixtures, as values with offsets.

Purpose
    One place knows what «2 384 117», «1,5», «45 тыс», «двадцать семь с половиной миллионов», «полтора-два»
    and «трое» are worth. What they count is the business of ``facts``.
Steps
    One regular expression finds digits in the text (white space and dots between thousands, decimals, ranges
    glued by a dash); a walk over the words joins them with number words and scales («1 млн 480 тысяч»).
Leaves out
    Ordinals («третий»: see ``ordinal``), Roman numbers, fractions in words («две трети»), years in words.
Sources
    ``resources/numerals.tsv``; case forms by pymorphy3.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pipeline.extractors.digits import read_digits
from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.resources import read_rows
from pipeline.tokens import Trigger

Form = Literal["digits", "words", "collective", "group", "one"]

MILLION = 1_000_000
PARTS_OF_SCALE = dict.fromkeys(("половина", "половины", "половине", "половину", "половиной"), 0.5) | dict.fromkeys(
    ("четверть", "четверти", "четвертью"), 0.25
)


class Number(NamedTuple):
    """A number in the text: offsets ``[start, end)`` and the tokens ``[first, last)`` that hold it.

    ``low`` and ``high`` differ in a range; the scale is multiplied in and kept: («45 тыс» → 45000, 1000).
    """

    start: int
    end: int
    first: int
    last: int
    low: float
    high: float
    scale: float = 1.0
    form: Form = "digits"

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    @property
    def whole(self) -> bool:
        """Tell whether it counts things one by one: not «1,5», not «полтора»."""
        return float(self.high).is_integer() and float(self.low).is_integer()

    def times(self, factor: float) -> Number:
        """Return the number with a scale it did not have: 20 of «от 20 до 50 тысяч»."""
        return self._replace(low=_exact(self.low * factor), high=_exact(self.high * factor), scale=factor)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A form of a number word: its value, class and whether only the plural looks so («тысяч»)."""

    value: float
    kind: str
    plural: bool = False


CASE_POS = {"unit": "NUMR", "ten": "NUMR", "hundred": "NUMR", "collective": "NUMR"}


@cache
def numerals() -> dict[str, Numeral]:
    """Return number words by form (lower case, ё as е), without ordinals."""
    forms: dict[str, Numeral] = {}
    for lemma, value, kind, more in _table():
        if kind == "ordinal":
            continue
        if kind not in ("short", "half"):
            for form, plural in _forms(lemma, CASE_POS.get(kind)):
                previous = forms.get(form)
                forms[form] = Numeral(value, kind, plural and (previous is None or previous.plural))
        for form in more.split() or ([lemma] if kind == "short" else []):
            forms[_fold(form)] = Numeral(value, kind)
    forms.pop("сот", None)  # «девятьсот» is one word; «сот» alone is honeycomb
    return forms


@cache
def ordinals() -> dict[str, int]:
    """Return ordinal words by form: «третьего» → 3."""
    return {
        form: int(value)
        for lemma, value, kind, _ in _table()
        if kind == "ordinal"
        for form, _ in _forms(lemma, "ADJF")
    }


def _table() -> Iterator[tuple[str, float, str, str]]:
    for lemma, value, kind, more in read_rows("numerals.tsv"):
        yield lemma, float(value), kind, more


def _forms(lemma: str, pos: str | None) -> Iterator[tuple[str, bool]]:
    """Yield the case forms of a number word and whether the form is a plural; all numbers of «тысяча» count."""
    wanted = [p for p in parses(lemma) if p.normal_form == lemma]
    parse = next((p for p in wanted if pos == p.tag.POS), wanted[0])
    singular = {form.word for form in parse.lexeme if form.tag.number == "sing"}
    for form in parse.lexeme:
        yield _fold(form.word), form.tag.number == "plur" and form.word not in singular


def _fold(word: str) -> str:
    return word.lower().replace("ё", "е")


def _exact(value: float) -> float:
    """Drop the dust of binary fractions: 1.1 × 10⁶ is 1100000."""
    return round(value, 6)


# -- numbers ----------------------------------------------------------------------------------------------


def read_numbers(page: Page) -> list[Number]:
    """Return the numbers of a page in text order; «один» alone has form ``one``.

    «1 млн 480 тысяч рублей» → 1480000; «двадцать семь с половиной миллионов» → 27500000; «трое» → 3.
    """
    return list(_Reader(page).read())


class _Part(NamedTuple):
    """A piece on its way to a number: value before the scale, and where it ends."""

    low: float
    high: float
    last: int
    end: int
    form: Form


NUMERALS = Trigger(lambda token: token.lower in numerals() or "-" in token.lower)


class _Reader:
    """A walk over the words of a page; see ``read_numbers``."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.words = page.lower
        self.forms = numerals()
        self.digits = {}
        for start, end, low, high in read_digits(page.text):
            i = bisect_left(page.ends, start + 1)
            self.digits[i] = (start, _Part(low, high, bisect_left(page.starts, end), end, "digits"))

    def read(self) -> Iterator[Number]:
        last = 0
        for i in sorted({*self.digits, *self.page.find(NUMERALS)}):
            if i >= last and self.starts_number(i) and (number := self.read_at(i)) is not None:
                yield number
                last = number.last

    def starts_number(self, i: int) -> bool:
        word = self.words[i]
        return i in self.digits or word in self.forms or ("-" in word and _split_range(word) is not None)

    def read_at(self, i: int) -> Number | None:
        """Read the number that starts at word ``i``, with its scales."""
        start = self.digits[i][0] if i in self.digits else self.page.starts[i]
        part = self.part(i)
        if part is None:
            return self.lone_scale(i, start)
        low, high, last, end = part.low, part.high, part.last, part.end
        scale, last, end = self.scale(last, end)
        low, high = low * scale, high * scale
        smallest = scale
        while smallest > 1 and (rest := self.remainder(last, smallest)) is not None:
            addend, smallest, last, end = rest
            low, high = low + addend, high + addend
        form = part.form
        if form == "one" and scale > 1:
            form = "words"
        return Number(start, end, i, last, _exact(low), _exact(high), scale, form)

    def part(self, i: int) -> _Part | None:
        """Read digits or number words below a thousand at ``i``."""
        if i in self.digits:
            return self.with_half(self.spelled_out(self.digits[i][1]))
        words = self.word_group(i)
        return None if words is None else self.with_half(words)

    def spelled_out(self, part: _Part) -> _Part:
        """Pass over the words of «7 (семь) миллионов»."""
        i = part.last
        if i + 2 >= len(self.words) or self.words[i] != "(" or self.words[i + 1] not in self.forms:
            return part
        words = self.word_group(i + 1)
        if words is None or words.low != part.low or self.words[words.last : words.last + 1] != [")"]:
            return part
        return part._replace(last=words.last + 1, end=self.page.ends[words.last])

    def word_group(self, i: int) -> _Part | None:
        """Read «сто двадцать пять», «три-четыре», «трое», «сотня», «полмиллиона» at ``i``."""
        span = _split_range(self.words[i]) if "-" in self.words[i] else None
        if span is not None:
            return _Part(*span, i + 1, self.page.ends[i], "words")
        numeral = self.forms.get(self.words[i])
        if numeral is None or numeral.kind in ("scale", "short") or not self.is_numeral(i, numeral):
            return None
        if numeral.kind in ("collective", "group", "half"):
            form: Form = numeral.kind if numeral.kind in ("collective", "group") else "words"  # type: ignore[assignment]
            return _Part(numeral.value, numeral.value, i + 1, self.page.ends[i], form)
        value, last = self.sum_words(i)
        form = "one" if value == 1 else "words"
        high = self.spaced_range(value, last)
        if high is not None:
            return _Part(value, high[0], high[1], self.page.ends[high[1] - 1], "words")
        group = self.forms.get(self.words[last]) if last < len(self.words) and self.touches(last) else None
        if group is not None and group.kind == "group":  # «два десятка»
            value, last, form = value * group.value, last + 1, "words"
        return _Part(value, value, last, self.page.ends[last - 1], form)

    def is_numeral(self, i: int, numeral: Numeral) -> bool:
        """Leave out homonyms: «семью» of a family, «сотни» and «десятки» with no number."""
        if self.words[i] == "семью":
            return self.page.pos[i] == "NUM"
        return numeral.kind != "group" or not self.is_vague(i, numeral)

    def is_vague(self, i: int, numeral: Numeral) -> bool:
        """«Сотни километров», «тысяч»: how many is not said; «около сотни», «больше тысячи» say it."""
        word = self.words[i]
        return numeral.plural or (word.endswith(("и", "ы")) and not governs_genitive(self.words, i))

    def sum_words(self, i: int) -> tuple[float, int]:
        """Add up hundreds, tens and units from ``i``; return the value and the token after them."""
        order = {"hundred": 3, "ten": 2, "unit": 1}
        total, rank, last = 0.0, 4, i
        while last < len(self.words) and (last == i or self.touches(last)):
            numeral = self.forms.get(self.words[last])
            if numeral is None or order.get(numeral.kind, 9) >= rank:
                break
            if numeral.kind == "unit" and rank == 2 and numeral.value > 9:
                break
            total, rank, last = total + numeral.value, order[numeral.kind], last + 1
            if numeral.value == 1.5 or numeral.value == 0:
                break
        return total, last

    def spaced_range(self, low: float, last: int) -> tuple[float, int] | None:
        """Read «— семь» after «пять»."""
        if last + 1 >= len(self.words) or self.words[last] not in ("-", "–", "—"):
            return None
        numeral = self.forms.get(self.words[last + 1])
        if numeral is None or numeral.kind not in ("unit", "ten", "hundred") or not self.touches(last + 1):
            return None
        high, end = self.sum_words(last + 1)
        return (high, end) if high > low else None

    def with_half(self, part: _Part) -> _Part:
        """Add «с половиной»."""
        i = part.last
        if self.words[i : i + 2] == ["с", "половиной"]:
            return part._replace(low=part.low + 0.5, high=part.high + 0.5, last=i + 2, end=self.page.ends[i + 1])
        return part

    def scale(self, last: int, end: int) -> tuple[float, int, int]:
        """Read a scale word after a number: its factor (1 where none) and where it ends; «тыс.» keeps its dot."""
        if last >= len(self.words) or not self.touches(last):
            return 1.0, last, end
        if self.words[last : last + 3] == ["т", ".", "р"]:  # «25 т.р.» are thousands of roubles
            return 1000.0, last + 2, self.page.ends[last + 1]
        numeral = self.forms.get(self.words[last])
        if numeral is None or numeral.kind not in ("scale", "short"):
            return 1.0, last, end
        end, last = self.page.ends[last], last + 1
        dotted = numeral.kind == "short" and last < len(self.words) and self.words[last] == "."
        if dotted and (self.words[last - 1] == "тыс" or self.goes_on_after_dot(last)):
            end, last = self.page.ends[last], last + 1
        return numeral.value, last, end

    def goes_on_after_dot(self, dot: int) -> bool:
        """«15 млн. рублей», but «сумма 71 млн. В рейтинге»: the dot belongs to the sentence."""
        after = dot + 1
        return after < len(self.words) and self.page.words[after][:1].islower() and self.touches(after)

    def remainder(self, last: int, scale: float) -> tuple[float, float, int, int] | None:
        """Read what follows a scale: «480 тысяч» after «1 млн», «двести» after «тысяча»."""
        if last >= len(self.words) or not self.touches(last) or not self.starts_number(last):
            return None
        part = self.part(last)
        if part is None:
            return None
        factor, after, end = self.scale(part.last, part.end)
        value = part.low * factor
        if part.low != part.high or value >= scale or part.form == "collective":
            return None
        if part.form == "one" and factor == 1 and scale > 1000:
            return None
        if factor == 1 and scale == MILLION and part.form == "words" and value >= 100 and value % 100 == 0:
            return value * 1000, 1000, after, end  # «миллион триста»: the thousands are left unsaid
        bare_digits = factor == 1 and part.form == "digits"
        if (bare_digits and (scale > 1000 or value < 100)) or (factor == 1 and scale > 1000):
            return None  # «2 млн 15 организациям», «50 тысяч 12 детям»: another number
        return value, factor, after, end

    def lone_scale(self, i: int, start: int) -> Number | None:
        """Read «миллион рублей», «тысяча человек», «больше миллиона», «половина миллиона»."""
        numeral = self.forms.get(self.words[i])
        if numeral is None or numeral.kind != "scale" or self.is_vague(i, numeral):
            return None
        value, smallest = numeral.value, numeral.value
        first, last, end = i, i + 1, self.page.ends[i]
        part = PARTS_OF_SCALE.get(self.words[i - 1]) if i and self.touches(i) else None
        if part is not None:
            value, first, start = value * part, i - 1, self.page.starts[i - 1]
        while smallest > 1 and (rest := self.remainder(last, smallest)) is not None:
            addend, smallest, last, end = rest
            value += addend
        return Number(start, end, first, last, _exact(value), _exact(value), numeral.value, "words")

    def touches(self, i: int) -> bool:
        """Tell whether nothing but blanks stands between a word and the one before it."""
        return i not in self.page.breaks


GENITIVE_BEFORE = frozenset(
    [
        "более",
        "больше",
        "без",
        "вместо",
        "для",
        "до",
        "из",
        "кроме",
        "менее",
        "меньше",
        "около",
        "от",
        "порядка",
        "после",
        "почти",
        "против",
        "свыше",
        "среди",
        "у",
    ]
)


def governs_genitive(words: list[str], i: int) -> bool:
    """Tell whether a word before ``i`` asks for the genitive: in «около тысячи» it is one thousand."""
    return i > 0 and words[i - 1] in GENITIVE_BEFORE


@lru_cache(maxsize=20_000)
def _split_range(word: str) -> tuple[float, float] | None:
    """Read «полтора-два», «трёх–четырёх» as two values, the smaller first; ``None`` for other words."""
    halves = re.split(r"[-–—]", word)
    if len(halves) != 2:
        return None
    low, high = (numerals().get(half) for half in halves)
    small = ("unit", "ten", "hundred", "collective")
    if low is None or high is None or low.kind not in small or high.kind not in small or low.value >= high.value:
        return None
    return low.value, high.value
