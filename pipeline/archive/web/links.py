"""Addresses of the pages, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from pipeline.archive.filters import FilterError, Filters, first_day

PAGE = 50  # rows of a page
MOST_PAGES = 2000
TEXTS = ("person", "organisation", "city", "region", "since", "until", "theme", "kind", "unit")


def entity_url(kind: str, entity_id: str) -> str:
    """Return the address of the page of an entity or article."""
    return f"/{kind}/{quote(entity_id, safe='')}"


def article_url(article_id: str, start: int | None = None) -> str:
    """Return the address of an article, at the place where a span begins."""
    return entity_url("article", article_id) + (f"#s{start}" if start is not None else "")


def list_url(name: str, suffix: str = "", **asked: object) -> str:
    """Return the address of a list with filters; what is empty is left out."""
    given = {key: value for key, value in asked.items() if value not in (None, "", 0, False)}
    return f"/{name}{suffix}" + (f"?{urlencode(given)}" if given else "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for: filters as they were typed, the order, the page."""

    values: Mapping[str, str]
    filters: Filters
    sort: str | None
    page: int

    def url(self, name: str, suffix: str = "", **changes: object) -> str:
        """Return the address of a list with the same filters but for some changes."""
        return list_url(name, suffix, **{**self.values, "page": None, **changes})

    def narrowed_to(self, *, q: str, region: str) -> Asked:
        """Return the same with other words and a region."""
        values = {**self.values, "q": q, "region": region}
        return replace(self, values=values, filters=replace(self.filters, text=q, region=region))

    def narrowed(self, names: Iterable[str]) -> bool:
        """Tell whether one of these fields was filled in."""
        return any(self.values.get(name) for name in names)


class AskedError(FilterError):
    """What was typed cannot be understood; the message is for the page, in Russian."""


def read_asked(args: Mapping[str, str]) -> Asked:
    """Read the query of an address; raises ``AskedError`` for what cannot be understood."""
    values = {
        key: args[key].strip()[:300] for key in ("q", *TEXTS, "min", "max", "sort") if args.get(key, "").strip()
    }
    filters = Filters(
        text=values.get("q"),
        **{key: values[key] for key in TEXTS if key in values},
        min=_number(values.get("min")),
        max=_number(values.get("max")),
        speaking="speaking" in args,
        reprints="reprints" in args,
        related="related" in args,
    )
    for key in ("since", "until"):
        if key in values:
            _check_day(values[key])
    page = args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    flags = {key: "1" for key in ("speaking", "reprints", "related", "exact") if key in args}
    return Asked(values | flags, filters, values.get("sort"), min(max(1, number), MOST_PAGES))


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float("".join(text.split()).replace(",", "."))
    except ValueError as error:
        raise AskedError(f"Не понимаю число «{text}». Напишите его цифрами: 1500 или 2,5.") from error
    if value != value or abs(value) == float("inf"):
        raise AskedError(f"Не понимаю число «{text}».")
    return value


def _check_day(text: str) -> None:
    try:
        first_day(text)
    except FilterError as error:
        raise AskedError(
            f"Не понимаю день «{text}». Напишите год, месяц или день: 2019, 2019-05, 2019-05-17."
        ) from error
