"""Days of publication as sources write them, to ISO days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

RUSSIAN_DAY = re.compile(r"\s*(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
EPOCH = re.compile(r"\s*(\d{9,10})(\d{3})?(?:\.\d*)?\s*")


def normalize_day(value: object) -> str | None:
    """Read a day in any form that archives have; ``None`` where it cannot be read.

    ISO dates and times, 02.10.2019, RFC 822 (feeds), seconds or milliseconds since 1970.

    >>> normalize_day("Wed, 02 Oct 2019 10:00:00 +0300")
    '2019-10-02'
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    for read in (_iso, _russian, _epoch, _rfc822):
        day = read(text)
        if day is not None:
            return day.isoformat()
    return None


def day_in_path(path: str, pattern: re.Pattern[str]) -> str | None:
    """Find a day in a path or URL by a pattern with the groups year, month, day; the last one that is a day.

    >>> day_in_path("news/2019/10/02/forum.txt", ReadOptions().path_pattern())
    '2019-10-02'
    """
    found = None
    for match in pattern.finditer(path):
        year, month, day = (int(match[name]) for name in ("year", "month", "day"))
        found = _day(year, month, day) or found
    return found.isoformat() if found else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text.replace("/", "-")).date()
    except ValueError:
        return date.fromisoformat(text[:10]) if re.match(r"\d{4}-[01]\d-[0-3]\d[ T]", text) else None


def _russian(text: str) -> date | None:
    match = RUSSIAN_DAY.match(text)
    return _day(int(match[3]), int(match[2]), int(match[1])) if match else None


def _epoch(text: str) -> date | None:
    match = EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(match[1]), UTC).date() if match else None


def _rfc822(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError):
        return None
