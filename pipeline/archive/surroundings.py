"""What stands in an article beside a person or an organisation, by article: what the resolution goes by."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Any

from pipeline.archive.person_names import parse_name
from pipeline.archive.words import lemmatize

ByArticle = dict[int, tuple[int, ...]]
ByRow = dict[tuple[int, int], tuple[Any, ...]]


class Owners:
    """The entities of the rows of each article: cities, or organisations."""

    def __init__(self, db: sqlite3.Connection, rows: str, column: str) -> None:
        found = by_article(db, f"SELECT article, {column} FROM {rows} ORDER BY article, row")
        self._rows: ByArticle = {article: tuple(entity for (entity,) in group) for article, group in found}
        self._sets = {article: tuple(sorted(set(entities))) for article, entities in self._rows.items()}

    def get(self, article: int, row: int | None) -> int | None:
        """Return the entity of a row (they are counted from 1)."""
        return self._rows[article][row - 1] if row else None

    def all_of(self, article: int) -> tuple[int, ...]:
        """Return the entities of an article, each once, in order."""
        return self._sets.get(article, ())

    def near(self, article: int, rows: str | None) -> tuple[int, ...]:
        """Return the entities of rows that are given as JSON, each once, in order."""
        if not rows:
            return ()
        return tuple(sorted({self._rows[article][row - 1] for row in json.loads(rows)}))


def by_article(db: sqlite3.Connection, query: str) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """Yield the rows of a query in the order of articles, without their first column, the article."""
    for article, group in groupby(db.execute(query), itemgetter(0)):
        yield article, [tuple(row)[1:] for row in group]


def people_names(db: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """Return the people of each article, as given name (or its initial) and surname."""
    query = "SELECT article, name, given, patronymic, surname FROM article_people ORDER BY article"
    return {article: _sorted(_short_name(*name) for name in names) for article, names in by_article(db, query)}


def organisation_names(db: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """Return the names of the organisations of each article."""
    query = "SELECT article, name FROM article_organisations ORDER BY article"
    return {article: _sorted(intern(name) for (name,) in names) for article, names in by_article(db, query)}


def event_names(db: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """Return the lemmas of the names of the events of each article."""
    query = "SELECT article, name FROM article_events ORDER BY article"
    return {article: _sorted(_lemmas(name) for (name,) in names) for article, names in by_article(db, query)}


def staff(db: sqlite3.Connection) -> ByRow:
    """Return the people with a role at each organisation of an article."""
    query = """SELECT r.article, r.organisation_row, p.name, p.given, p.patronymic, p.surname
        FROM roles AS r JOIN article_people AS p ON p.article = r.article AND p.row = r.person_row
        WHERE r.organisation_row IS NOT NULL ORDER BY r.article"""
    found: ByRow = {}
    for article, roles in by_article(db, query):
        people: dict[int, set[str]] = defaultdict(set)
        for row, *name in roles:
            people[row].add(_short_name(*name))
        found |= {(article, row): tuple(sorted(names)) for row, names in people.items()}
    return found


def roles_of_people(db: sqlite3.Connection, organisations: Owners) -> tuple[ByRow, ByRow]:
    """Return the organisations of the roles of each person of an article, and the words of their titles."""
    employers: ByRow = {}
    posts: ByRow = {}
    query = "SELECT article, person_row, organisation_row, title FROM roles ORDER BY article"
    for article, roles in by_article(db, query):
        for row in {role[0] for role in roles}:
            own = [(organisation, title) for person, organisation, title in roles if person == row]
            if any(organisation for organisation, _ in own):
                employers[article, row] = _sorted(organisations.get(article, o) for o, _ in own if o)
            words = [_title_words(title) for _, title in own]
            posts[article, row] = words[0] if len(words) == 1 else _sorted(word for some in words for word in some)
    return employers, posts


def _sorted(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(set(values)))


def _short_name(name: str, given: str | None, patronymic: str | None, surname: str | None) -> str:
    parsed = parse_name(name, given, patronymic, surname)
    return intern(f"{parsed.given} {parsed.surname}")


@lru_cache(maxsize=50_000)
def _lemmas(name: str) -> str:
    return lemmatize(name)[0]


@lru_cache(maxsize=50_000)
def _title_words(title: str) -> tuple[str, ...]:
    return _sorted(map(intern, lemmatize(title)[0].split()))
