"""The outline of an article: sentences that keep to their line, and lines of programmes and lists.

Steps
    ``build_outline`` cuts every line into sentences (razdel joins the lines of a programme into one sentence),
    reads the marker at the head of a line (bullet, number, hours) and where its words begin.
Leaves out
    Days: a heading with a date is read by whoever knows the dates.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.extractors.lexicon import word_set
from pipeline.page import Page
from pipeline.tokens import Trigger

MARKER = re.compile(r"(?:[•●○▪■◦‣·*✔✓➢►▶–—−-]|\(?\d{1,2}[.)](?![\d:]))\s+|[✔✓•●]\s*")
HOURS = re.compile(
    r"(?:[Сс]\s+)?(\d{1,2})[:.](\d{2})(?:\s*(?:[-–—−]|до)\s*(\d{1,2})[:.](\d{2}))?(?![\d.:])\s*(?:ч\.?\s|час\w*\s(?!вопрос))?[|–—−-]?\s*"
)
ENDS = frozenset({".", "!", "?", "…", "...", "!!!", "?!", "!!"})
STOPS = Trigger(lambda token: token.word in ENDS)
CLOSING = frozenset({"руб", "г", "гг", "чел", "тыс", "млн", "млрд", "др", "ч", "мин", "коп", "д", "т"})


class Line(NamedTuple):
    """A line of the article: tokens ``[first, last)``; its words begin at ``body``, after marker and hours."""

    first: int
    last: int
    body: int
    marker: str
    starts: str | None
    ends: str | None
    gap: bool

    @property
    def item(self) -> bool:
        """Tell whether the line is an item of a list or programme."""
        return bool(self.marker) or self.starts is not None


@dataclass(frozen=True, slots=True)
class Outline:
    """Lines of a page and its sentences, each inside one line, with the number of both for every token."""

    lines: list[Line]
    units: list[tuple[int, int]]
    unit_of: list[int] = field(repr=False)
    line_of: list[int] = field(repr=False)

    def unit(self, i: int) -> tuple[int, int]:
        """Return the token range of the sentence that holds token ``i``."""
        return self.units[self.unit_of[i]]

    def line(self, i: int) -> Line:
        """Return the line that holds token ``i``."""
        return self.lines[self.line_of[i]]


def build_outline(page: Page) -> Outline:
    """Read the lines and sentences of a page, once for all extractors."""
    outline = page.shared.get("outline")
    if not isinstance(outline, Outline):
        outline = page.shared["outline"] = _build(page)
    return outline


def _build(page: Page) -> Outline:
    lines = [_read_line(page, first, last) for first, last in page.lines]
    closing = {pair.first: pair.last for pair in (*page.brackets, *page.quotes)}
    stops = sorted({*page.find(STOPS), *closing})
    units: list[tuple[int, int]] = []
    at = 0
    for line in lines:
        end = bisect_left(stops, line.last, at)
        units += _split(page, line, stops[at:end], closing)
        at = end
    unit_of = [0] * len(page)
    for number, (first, last) in enumerate(units):
        unit_of[first:last] = [number] * (last - first)
    return Outline(lines, units, unit_of, page.line_of)


def _read_line(page: Page, first: int, last: int) -> Line:
    """Read marker and hours: «11:45–13:15 Секция», «1. «Право»», «— 7 февраля: «Заявка»»."""
    start, end = page.starts[first], page.ends[last - 1]
    text = page.text[start:end]
    marker = starts = ends = None
    at = 0
    if not (text[0].isalpha() and not text.startswith(("с ", "С "))):
        if found := MARKER.match(text):
            marker, at = found.group().strip(), found.end()
        if hours := HOURS.match(text, at):
            starts = _clock(hours.group(1), hours.group(2))
            ends = _clock(hours.group(3), hours.group(4)) if starts else None
            at = hours.end() if starts else at
    body = bisect_left(page.starts, start + at, first, last)
    gap = first > 0 and page.text.count("\n", page.ends[first - 1], start) > 1
    kind = re.sub(r"\d+", "1", marker) if marker else ""
    return Line(first, last, min(body, last - 1), kind, starts, ends, gap)


def _clock(hour: str | None, minute: str | None) -> str | None:
    """Return «09:30», ``None`` for what is no time of day."""
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59:
        return None
    return f"{int(hour):02}:{minute}"


def _split(page: Page, line: Line, stops: list[int], closing: dict[int, int]) -> list[tuple[int, int]]:
    """Cut a line after full stops that stand outside quotes and brackets.

    Args:
        stops: the tokens of the line that are marks of an end or open quotes or brackets.
        closing: opening → closing mark of quotes and brackets.
    """
    units: list[tuple[int, int]] = []
    start, free = line.first, line.body
    for i in stops:
        if i < free:
            continue
        if i in closing:
            free = closing[i] + 1 if closing[i] < line.last else i + 1
        elif _ends_sentence(page, i, line.last):
            units.append((start, i + 1))
            start = i + 1
    if start < line.last:
        units.append((start, line.last))
    return units


def _ends_sentence(page: Page, i: int, last: int) -> bool:
    """Tell whether the mark at ``i`` ends a sentence: no initial, no abbreviation, no «доб. 3»."""
    if i + 1 >= last:
        return True
    following = page.words[i + 1]
    if page.words[i] != ".":
        return not following[0].islower() and following not in (",", ")")
    before = page.lower[i - 1] if i else ""
    if len(before) == 1 and before.isalpha() and page.words[i - 1].isupper():
        return False
    if before in word_set("abbreviations"):
        reach = 2 if before in ("г", "гг") else 4
        counted = any(word[0].isdigit() for word in page.words[max(0, i - reach) : i]) or before in ("др", "т")
        return counted and before in CLOSING and following[0].isupper() and len(following) > 1
    return following[0].isupper() or following[0].isdigit() or not following[0].isalnum()
