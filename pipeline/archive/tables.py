"""The tables of entities. The kind of an entity, ``person``, is the name of the column that numbers it as well."""

from __future__ import annotations

TABLES = {
    "person": "people",
    "organisation": "organisations",
    "city": "cities",
    "region": "regions",
    "event": "events",
}


def rows_of(kind: str) -> str:
    """Return the table of the rows that articles have of a kind: ``article_people``."""
    return f"article_{TABLES[kind]}"
