"""A plugin of Datasette: the Russian pages for reading an archive, beside Datasette's tables and SQL.

Steps
    ``handlers`` answers addresses; ``pages``, ``entity_pages`` and ``lists`` ask the index what to show, inside
    Datasette's threads and under its time limit; ``templates`` writes it, escaped; ``security`` sets the headers
    and makes Datasette's own CSV safe for spreadsheets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import datasette

from pipeline.archive.web import russian
from pipeline.archive.web.handlers import ROUTES
from pipeline.archive.web.links import article_url, entity_url, list_url
from pipeline.archive.web.security import guard

Hook = TypeVar("Hook", bound=Callable[..., Any])


def hook(function: Hook) -> Hook:
    """Mark a function as one that Datasette calls."""
    return cast("Hook", datasette.hookimpl(function))


@hook
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Add the pages."""
    return ROUTES


@hook
def asgi_wrapper() -> Callable[[Any], Any]:
    """Set the headers of every answer."""
    return guard


@hook
def menu_links() -> list[dict[str, str]]:
    """Lead from Datasette's own pages back to ours."""
    return [{"href": "/", "label": "Летопись: начало"}]


@hook
def prepare_jinja2_environment(env: Any) -> None:
    """Give the templates the Russian of numbers and days, and the addresses of pages."""
    env.filters |= {
        "number": russian.number,
        "short_number": russian.short_number,
        "plural": russian.plural,
        "day": russian.day,
        "days": lambda pair: russian.days(*pair),
    }
    env.globals |= {"entity_url": entity_url, "article_url": article_url, "list_url": list_url, "russian": russian}
