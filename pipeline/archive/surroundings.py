"""What stands in an article beside a person or an organisation: what the resolution goes by."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Any

from pipeline.archive.person_names import parse_name
from pipeline.archive.resolve_organisations import OrganisationFeatures
from pipeline.archive.resolve_people import PersonFeatures
from pipeline.archive.words import lemmatize

ByArticle = dict[int, tuple[Any, ...]]
ByRow = dict[tuple[int, int], tuple[Any, ...]]


class Surroundings:
    """The surroundings of all articles, or of one; each part is read when it is first asked for.

    Those of people hold the organisations that were resolved by then, those of both the cities.
    """

    def __init__(self, db: sqlite3.Connection, article: int | None = None) -> None:
        self._db, self._article = db, article

    def of_organisation(
        self, article: int, row: int, name: str, city_row: int | None, near: str | None
    ) -> OrganisationFeatures:
        """Return what stands around an organisation of an article."""
        own = self._cities.get(article, city_row)
        return OrganisationFeatures(
            own_cities=(own,) if own else (),
            near_cities=self._cities.near(article, near),
            cities=self._cities.all_of(article),
            staff=self._staff.get((article, row), ()),
            people=self._people.get(article, ()),
            organisations=tuple(other for other in self._organisation_names[article] if other != name),
        )

    def of_person(self, article: int, row: int, near: str | None) -> PersonFeatures:
        """Return what stands around a person of an article."""
        employers, posts = self._roles
        return PersonFeatures(
            employers=employers.get((article, row), ()),
            organisations=self._organisations.all_of(article),
            near_cities=self._cities.near(article, near),
            cities=self._cities.all_of(article),
            posts=posts.get((article, row), ()),
            people=self._people.get(article, ()),
            events=self._events.get(article, ()),
        )

    def city(self, article: int, row: int | None) -> int | None:
        """Return the city of a row of the cities of an article."""
        found: int | None = self._cities.get(article, row)
        return found

    def forget_organisations(self) -> None:
        """Let go of what only the surroundings of organisations hold."""
        for part in ("_staff", "_organisation_names"):
            self.__dict__.pop(part, None)

    def _by_article(self, query: str) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        """Yield the rows of a query in the order of articles, without their first column, the article."""
        where = "true" if self._article is None else f"article = {self._article}"
        rows = self._db.execute(f"{query.replace('{here}', where)} ORDER BY article")
        for article, group in groupby(rows, itemgetter(0)):
            yield article, [tuple(row)[1:] for row in group]

    @cached_property
    def _cities(self) -> _Owners:
        return _Owners(self._by_article("SELECT article, row, city FROM article_cities WHERE {here}"))

    @cached_property
    def _organisations(self) -> _Owners:
        query = "SELECT article, row, organisation FROM article_organisations WHERE {here}"
        return _Owners(self._by_article(query))

    @cached_property
    def _people(self) -> ByArticle:
        """The people of each article, as given name (or its initial) and surname."""
        query = "SELECT article, name, given, patronymic, surname FROM article_people WHERE {here}"
        return {a: _sorted(_short_name(*name) for name in names) for a, names in self._by_article(query)}

    @cached_property
    def _organisation_names(self) -> ByArticle:
        query = "SELECT article, name FROM article_organisations WHERE {here}"
        return {a: _sorted(intern(name) for (name,) in names) for a, names in self._by_article(query)}

    @cached_property
    def _events(self) -> ByArticle:
        """The lemmas of the names of the events of each article."""
        query = "SELECT article, name FROM article_events WHERE {here}"
        return {a: _sorted(_lemmas(name) for (name,) in names) for a, names in self._by_article(query)}

    @cached_property
    def _staff(self) -> ByRow:
        """The people with a role at each organisation of an article."""
        query = """SELECT article, organisation_row, name, given, patronymic, surname FROM roles
            JOIN (SELECT article, row AS person_row, name, given, patronymic, surname FROM article_people)
            USING (article, person_row) WHERE organisation_row IS NOT NULL AND {here}"""
        found: ByRow = {}
        for article, roles in self._by_article(query):
            people: dict[int, set[str]] = defaultdict(set)
            for row, *name in roles:
                people[row].add(_short_name(*name))
            found |= {(article, row): tuple(sorted(names)) for row, names in people.items()}
        return found

    @cached_property
    def _roles(self) -> tuple[ByRow, ByRow]:
        """The organisations of the roles of each person of an article, and the words of their titles."""
        employers: ByRow = {}
        posts: ByRow = {}
        query = "SELECT article, person_row, organisation_row, title FROM roles WHERE {here}"
        for article, roles in self._by_article(query):
            for row in {role[0] for role in roles}:
                own = [(organisation, title) for person, organisation, title in roles if person == row]
                if any(organisation for organisation, _ in own):
                    employers[article, row] = _sorted(self._organisations.get(article, o) for o, _ in own if o)
                words = [_title_words(title) for _, title in own]
                posts[article, row] = (
                    words[0] if len(words) == 1 else _sorted(word for some in words for word in some)
                )
        return employers, posts


class _Owners:
    """The entities of the rows of each article: cities, or organisations."""

    def __init__(self, found: Iterable[tuple[int, list[tuple[Any, ...]]]]) -> None:
        self._rows: ByArticle = {a: tuple(entity for _, entity in sorted(rows)) for a, rows in found}
        self._sets = {a: tuple(sorted(set(entities))) for a, entities in self._rows.items()}

    def get(self, article: int, row: int | None) -> Any:
        """Return the entity of a row (they are counted from 1)."""
        return self._rows[article][row - 1] if row else None

    def all_of(self, article: int) -> tuple[Any, ...]:
        """Return the entities of an article, each once, in order."""
        return self._sets.get(article, ())

    def near(self, article: int, rows: str | None) -> tuple[Any, ...]:
        """Return the entities of rows that are given as JSON, each once, in order."""
        if not rows:
            return ()
        return tuple(sorted({self._rows[article][row - 1] for row in json.loads(rows)}))


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
