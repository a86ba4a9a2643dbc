"""The extractors: one module a kind, one registry.

An extractor is a function ``find(page, **needed)`` that reads a page and findings of earlier extractors and
returns rows of the record; it changes nothing. To add one: write the module, add a line to ``EXTRACTORS``.
The spaCy component ``letopis_<name>``, the field of the record, ``letopis explain`` and the JSON follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import taxonomy
from pipeline.extractors import (
    dates,
    events,
    facts,
    keyphrases,
    organisations,
    people,
    places,
    quotes,
    roles,
    session_topics,
    statements,
)
from pipeline.page import Page


@dataclass(frozen=True, slots=True)
class Extractor:
    """How an extractor is called: it fills ``fields`` of the record and is given the fields it ``needs``.

    With one field ``find`` returns a list of rows, with several a tuple of lists in the order of ``fields``.
    """

    name: str
    find: Callable[..., Any]
    fields: tuple[str, ...]
    needs: tuple[str, ...] = ()

    def run(self, page: Page, found: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
        """Call ``find`` with what earlier extractors found; returns its rows by field."""
        rows = self.find(page, **{name: found.get(name, []) for name in self.needs})
        return dict(zip(self.fields, rows if len(self.fields) > 1 else [rows], strict=True))


EXTRACTORS = (
    Extractor("people", people.find, ("people",)),
    Extractor("places", places.find, ("cities", "regions", "countries"), ("people",)),
    Extractor("organisations", organisations.find, ("organisations",), ("people", "cities", "regions")),
    Extractor("roles", roles.find, ("people",), ("people", "organisations", "cities", "regions", "countries")),
    Extractor("dates", dates.find, ("dates",)),
    Extractor("events", events.find, ("events",), ("cities", "regions", "organisations", "dates")),
    Extractor(
        "session_topics", session_topics.find, ("session_topics",), ("people", "events", "dates", "organisations")
    ),
    Extractor("facts", facts.find, ("facts",), ("dates", "session_topics", "organisations")),
    Extractor("quotes", quotes.find, ("quotes",), ("people",)),
    Extractor("statements", statements.find, ("statements",), ("people", "organisations", "quotes")),
    Extractor("themes", taxonomy.find, ("themes",)),
    Extractor(
        "keyphrases",
        keyphrases.find,
        ("keyphrases", "session_topics"),
        ("people", "organisations", "cities", "regions", "dates", "facts", "session_topics"),
    ),
)

FIELDS = tuple(dict.fromkeys(field for extractor in EXTRACTORS for field in extractor.fields))
