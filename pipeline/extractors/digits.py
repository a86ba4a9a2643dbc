"""Reads numbers in digits: white space or dots between thousands, decimals, ranges glued by a dash.

Purpose
    ``read_digits`` finds «2 384 117», «1,5», «35–50», «500 000 – 1 200 000», «3-х» in a text and passes over parts
    of words, addresses, clock times, telephones and other codes.
Leaves out
    Scales and number words (``numbers``).
"""

from __future__ import annotations

import re

SPACE = " \u00a0\u2009\u202f"
_WHOLE = rf"(?:\d{{1,3}}(?:[{SPACE}]\d{{3}})+(?!\d)|\d{{1,3}}(?:\.\d{{3}})+(?![\d.])|\d+)"
_VALUE = rf"{_WHOLE}(?:[.,]\d+)?"
DIGIT = re.compile(r"\d")
# «140–160», «500 000 – 1 200 000», «3-х»; not a part of a word, an address, a clock or a longer code
DIGITS = re.compile(
    rf"(?<![\w@/\\#№&.,:+-])(?P<low>{_VALUE})"
    rf"(?:(?P<dash>[{SPACE}]?[-–—−][{SPACE}]?)(?P<high>{_VALUE})(?![\w]*[-/]\d))?"
    r"(?P<case>-(?:х|ти|ми|мя|ю|и|ка|та|ста)(?!\w))?"
)
_CONTINUES = re.compile(r"[-–]?[.,:/]?\d|[-/][^\W\d_]|[-–]\d")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s«»<>]+")
WIDEST = 20  # how many times the upper end of a range with blanks around its dash may exceed the lower
MAX_DIGITS = 9  # a longer string of digits without white space is an account or a registration number


def web_addresses(text: str) -> list[tuple[int, int]]:
    """Return the offsets of addresses on the web: «https://фонд.рф/2024/05/?id=30977»."""
    if "://" not in text and "www." not in text:
        return []
    return [match.span() for match in ADDRESS.finditer(text)]


def read_digits(text: str) -> list[tuple[int, int, float, float]]:
    """Return every number in digits as (start, end, low, high), in code points.

    >>> read_digits("от 1 200 до 1,5 тыс., 35–50 лет")
    [(3, 8, 1200.0, 1200.0), (12, 15, 1.5, 1.5), (22, 27, 35.0, 50.0)]
    """
    found: list[tuple[int, int, float, float]] = []
    position = 0
    while digit := DIGIT.search(text, position):
        match = DIGITS.match(text, digit.start())
        if match is None:
            position = digit.end()
            continue
        position = max(match.end("low"), match.start() + 1)
        low = digits_value(match["low"])
        if match["high"] is not None and not _goes_on(text, match.end()):
            high = digits_value(match["high"])
            if low < high and _is_range(text, match, low, high):
                found.append((match.start(), match.end(), low, high))
                position = match.end()
                continue
            if match["dash"].strip() == match["dash"]:  # «2019–2019», «60-00»: a code
                position = match.end()
                continue
        end = match.end() if match["high"] is None else match.end("low")
        if not _goes_on(text, end) and not _too_long(match["low"]):
            found.append((match.start(), end, low, low))
            position = end
        else:
            position = _end_of_code(text, match.end("low"))
    return found


def digits_value(digits: str) -> float:
    """Return the value of digits as Russian texts write them: «1 200» and «1.200» → 1200, «1,5» and «1.5» → 1.5."""
    if digits.isdecimal():
        return float(digits)
    digits = re.sub(rf"[{SPACE}]", "", digits)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", digits):
        digits = digits.replace(".", "")
    return float(digits.replace(",", "."))


def _is_range(text: str, match: re.Match[str], low: float, high: float) -> bool:
    """«500 000 – 1 200 000», but «школа № 21 — 58 200 рублей»: a dash with blanks joins numbers of one order."""
    if match["dash"].strip() == match["dash"]:
        return True
    return high < WIDEST * max(low, 1) and "№" not in text[max(0, match.start() - 2) : match.start()]


def _goes_on(text: str, end: int) -> bool:
    return _CONTINUES.match(text, end) is not None


def _end_of_code(text: str, start: int) -> int:
    match = re.compile(r"[\w./:-]*").match(text, start)
    return match.end() if match else start


def _too_long(digits: str) -> bool:
    return len(digits) > MAX_DIGITS and digits.isdigit()
