"""The entities of the whole archive: rows of the articles in, cities, organisations, people and events out.

Steps
    Cities first, then organisations (whose place they are), then people (whose organisations those are), then
    events. Each resolver gets plain rows and gives clusters; corrections are applied to the clusters; then ids
    and names are chosen and written. An entity that is there already keeps its number, so that a small change
    of the archive writes little.
Leaves out
    Counts and searchable names: ``pipeline.archive.counts``.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from sys import intern
from typing import Any

from pipeline.archive.clusters import Merge
from pipeline.archive.correcting import apply_corrections
from pipeline.archive.corrections import Corrections
from pipeline.archive.entity_tables import (
    Cluster,
    EntityKind,
    Member,
    fullest_common,
    most_common,
    write_entities,
    write_merges,
)
from pipeline.archive.person_names import parse_name
from pipeline.archive.regions import official
from pipeline.archive.resolve_organisations import OrganisationFeatures, OrganisationRow, resolve_organisations
from pipeline.archive.resolve_people import PersonFeatures, PersonRow, resolve_people
from pipeline.archive.resolve_places import EventRow, city_key, event_name, resolve_events
from pipeline.archive.slugs import named_id, slug
from pipeline.archive.words import lemmatize

Owners = dict[tuple[int, int], int]
LATE = "9999"  # an article without a day comes after all others


def resolve_entities(db: sqlite3.Connection, corrections: Corrections) -> list[str]:
    """Work out the entities of an index from its articles; returns what was odd about the corrections."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    return _Resolution(db, corrections).run()


class _Resolution:
    """One run over the archive: what each step finds is what the next ones build on."""

    def __init__(self, db: sqlite3.Connection, corrections: Corrections) -> None:
        self._db, self._corrections = db, corrections
        rows = db.execute("SELECT article, id, path, coalesce(day, ?) FROM articles", (LATE,)).fetchall()
        self._articles = {article: (day, id_) for article, id_, _, day in rows}
        self._numbers = {path: article for article, _, path, _ in rows if path} | {id_: a for a, id_, _, _ in rows}
        self._regions = {name: region for region, name in db.execute("SELECT region, name FROM regions")}
        self._labels: dict[str, dict[int, str]] = {}
        self.warnings: list[str] = []

    def run(self) -> list[str]:
        cities = self._resolve_cities()
        city_lists = self._by_article(cities)
        organisations = self._resolve_organisations(cities, city_lists)
        self._resolve_people(cities, city_lists, organisations)
        self._resolve_events(cities)
        return self.warnings

    def _key(self, article: int, row: int) -> tuple[str, str, int]:
        return (*self._articles[article], row)

    def _finish(self, kind: EntityKind, clusters: list[Cluster]) -> Owners:
        """Apply corrections, write the entities, remember what they are called."""
        clusters, warnings = apply_corrections(kind, clusters, self._corrections, self._numbers)
        self.warnings += warnings
        owners = write_entities(self._db, kind, clusters)
        self._labels[kind.kind] = dict(self._db.execute(f"SELECT {kind.column}, name FROM {kind.table}"))
        return owners

    def _clusters(self, members: Sequence[Member], groups: Sequence[Sequence[int]]) -> list[Cluster]:
        return [Cluster(sorted((members[i] for i in group), key=lambda m: m.key)) for group in groups]

    @staticmethod
    def _by_article(owners: Owners) -> dict[int, tuple[int, ...]]:
        found: dict[int, set[int]] = defaultdict(set)
        for (article, _), number in owners.items():
            found[article].add(number)
        return {article: tuple(sorted(numbers)) for article, numbers in found.items()}

    # -- cities -------------------------------------------------------------------------------------------------

    def _resolve_cities(self) -> Owners:
        rows = self._db.execute(
            """SELECT article, row, name, region, country, geoname_id, latitude, longitude, population
            FROM article_cities"""
        )
        groups: dict[Hashable, list[Member]] = defaultdict(list)
        for article, row, name, *values in rows:
            region = official(values[0]) if values[0] else None
            key = city_key(name, region, *values[1:3])
            groups[key].append(Member(article, row, self._key(article, row), name, (region, *values[1:])))
        clusters = [Cluster(sorted(group, key=lambda m: m.key)) for group in groups.values()]
        facts = partial(_city_facts, self._regions)
        return self._finish(
            EntityKind("city", "cities", "city", "article_cities", most_common, facts, _city_id), clusters
        )

    # -- organisations ------------------------------------------------------------------------------------------

    def _resolve_organisations(self, cities: Owners, city_lists: Mapping[int, tuple[int, ...]]) -> Owners:
        people = self._people_names()
        staff = self._staff()
        found = self._db.execute(
            "SELECT article, row, name, kind, aliases, city_row, near FROM article_organisations"
        ).fetchall()
        others: dict[int, set[str]] = defaultdict(set)
        for article, _, name, *_ in found:
            others[article].add(name)
        members, rows = [], []
        for article, row, name, kind, aliases, city_row, near in found:
            own = cities.get((article, city_row))
            features = OrganisationFeatures(
                own_cities=(own,) if own else (),
                near_cities=_near(cities, article, near),
                cities=city_lists.get(article, ()),
                staff=tuple(staff.get((article, row), ())),
                people=people.get(article, ()),
                organisations=tuple(sorted(others[article] - {name})),
            )
            key, name = self._key(article, row), intern(name)
            members.append(Member(article, row, key, name, (kind, own, features.near_cities)))
            rows.append(OrganisationRow(key, name, kind, tuple(json.loads(aliases)), features))
        groups, merges = resolve_organisations(rows, len(self._articles), self._label)
        write_merges(self._db, "organisation", members, merges)
        return self._finish(ORGANISATION, self._clusters(members, groups))

    def _people_names(self) -> dict[int, tuple[str, ...]]:
        """The people of each article, as given name (or its initial) and surname."""
        found: dict[int, set[str]] = defaultdict(set)
        for article, *name in self._db.execute(
            "SELECT article, name, given, patronymic, surname FROM article_people"
        ):
            found[article].add(_short_name(*name))
        return {article: tuple(sorted(names)) for article, names in found.items()}

    def _staff(self) -> dict[tuple[int, int], set[str]]:
        """The people with a role at each organisation of an article."""
        found: dict[tuple[int, int], set[str]] = defaultdict(set)
        rows = self._db.execute(
            """SELECT r.article, r.organisation_row, p.name, p.given, p.patronymic, p.surname
            FROM roles AS r JOIN article_people AS p ON p.article = r.article AND p.row = r.person_row
            WHERE r.organisation_row IS NOT NULL"""
        )
        for article, row, *name in rows:
            found[article, row].add(_short_name(*name))
        return found

    def _label(self, aspect: str, value: object) -> str:
        """Return what a feature is called: numbers stand for cities and, of people, for organisations."""
        names = self._labels.get("city" if "cities" in aspect else "organisation", {})
        return names.get(value, str(value)) if isinstance(value, int) else str(value)

    # -- people -------------------------------------------------------------------------------------------------

    def _resolve_people(
        self, cities: Owners, city_lists: Mapping[int, tuple[int, ...]], organisations: Owners
    ) -> None:
        organisation_lists = self._by_article(organisations)
        names = self._people_names()
        events = self._event_names()
        employers, posts = self._roles(organisations)
        members, rows = [], []
        for article, row, name, given, patronymic, surname, gender, near in self._db.execute(
            "SELECT article, row, name, given, patronymic, surname, gender, near FROM article_people"
        ):
            features = PersonFeatures(
                employers=employers.get((article, row), ()),
                organisations=organisation_lists.get(article, ()),
                near_cities=_near(cities, article, near),
                cities=city_lists.get(article, ()),
                posts=posts.get((article, row), ()),
                people=names.get(article, ()),
                events=events.get(article, ()),
            )
            key, name = self._key(article, row), intern(name)
            members.append(Member(article, row, key, name, (given, patronymic, surname, gender)))
            rows.append(PersonRow(key, parse_name(name, given, patronymic, surname), features))
        groups, merges = resolve_people(rows, len(self._articles), self._label)
        write_merges(self._db, "person", members, merges)
        self._finish(PERSON, self._clusters(members, groups))

    def _roles(
        self, organisations: Owners
    ) -> tuple[dict[tuple[int, int], tuple[int, ...]], dict[tuple[int, int], tuple[str, ...]]]:
        """The organisations of the roles of each person of an article, and the words of their titles."""
        employers: dict[tuple[int, int], set[int]] = defaultdict(set)
        posts: dict[tuple[int, int], set[str]] = defaultdict(set)
        for article, person, organisation, title in self._db.execute(
            "SELECT article, person_row, organisation_row, title FROM roles"
        ):
            if organisation:
                employers[article, person].add(organisations[article, organisation])
            posts[article, person] |= set(lemmatize(title)[0].split())
        return (
            {key: tuple(sorted(values)) for key, values in employers.items()},
            {key: tuple(sorted(words)) for key, words in posts.items()},
        )

    def _event_names(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, set[str]] = defaultdict(set)
        for article, name in self._db.execute("SELECT article, name FROM article_events"):
            found[article].add(lemmatize(name)[0])
        return {article: tuple(sorted(names)) for article, names in found.items()}

    # -- events -------------------------------------------------------------------------------------------------

    def _resolve_events(self, cities: Owners) -> None:
        members, rows = [], []
        for article, row, name, kind, first, last, city_row in self._db.execute(
            "SELECT article, row, name, kind, first_day, last_day, city_row FROM article_events"
        ):
            key, city = self._key(article, row), cities.get((article, city_row))
            published = None if key[0] == LATE else key[0]
            members.append(Member(article, row, key, name, (kind, first, last, city)))
            rows.append(EventRow(key, name, first, last, city, published))
        groups = resolve_events(rows)
        merges = [Merge(tuple(group), 1.0, "same name and time") for group in groups if len(group) > 1]
        write_merges(self._db, "event", members, merges)
        self._finish(EVENT, self._clusters(members, groups))


# -- what is known of an entity ---------------------------------------------------------------------------------


def _near(cities: Owners, article: int, near: str | None) -> tuple[int, ...]:
    return tuple(sorted({cities[article, row] for row in json.loads(near)})) if near else ()


def _short_name(name: str, given: str | None, patronymic: str | None, surname: str | None) -> str:
    parsed = parse_name(name, given, patronymic, surname)
    return f"{parsed.given} {parsed.surname}"


def _most(values: Sequence[Any]) -> Any:
    """Return the most frequent value that is there, of equals the least; ``None`` where none is."""
    counted = Counter(value for value in values if value is not None)
    return min(counted, key=lambda value: (-counted[value], str(value))) if counted else None


def _city_facts(regions: Mapping[str, int], members: Sequence[Member], name: str) -> dict[str, Any]:
    columns = [_most(column) for column in zip(*(m.values for m in members), strict=True)]
    region, *others = columns
    keys = ("country", "geoname_id", "latitude", "longitude", "population")
    return {"region": regions.get(region), **dict(zip(keys, others, strict=True))}


def _city_id(name: str, members: Sequence[Member]) -> str:
    region, country, geoname_id = (_most([m.values[i] for m in members]) for i in range(3))
    return f"{slug(name)}-{geoname_id}" if geoname_id else named_id(name, region, country)


def _organisation_facts(members: Sequence[Member], name: str) -> dict[str, Any]:
    kind = _most([m.values[0] for m in members if m.values[0] != "other"]) or "other"
    own = _most([m.values[1] for m in members])
    near = _most([city for m in members for city in m.values[2]])
    return {"kind": kind, "city": own or near}


def _person_facts(members: Sequence[Member], name: str) -> dict[str, Any]:
    fullest = max(members, key=lambda m: (m.name == name, parse_name(m.name, *m.values[:3]).fullness))
    parts = dict(zip(("given", "patronymic", "surname"), fullest.values, strict=False))
    return {**parts, "gender": _most([m.values[3] for m in members])}


def _person_name(names: Sequence[str]) -> str:
    """Return the fullest form, of equally full ones the most frequent."""
    counted = Counter(names)
    return max(counted, key=lambda n: (parse_name(n, None, None, None).fullness, counted[n], n))


def _event_facts(members: Sequence[Member], name: str) -> dict[str, Any]:
    kind, first, last, city = (_most(column) for column in zip(*(m.values for m in members), strict=True))
    return {
        "series": event_name(name),
        "kind": kind,
        "first_day": first,
        "last_day": max(filter(None, [first, last]), default=None),
        "city": city,
    }


PERSON = EntityKind("person", "people", "person", "article_people", _person_name, _person_facts)
ORGANISATION = EntityKind(
    "organisation", "organisations", "organisation", "article_organisations", fullest_common, _organisation_facts
)
EVENT = EntityKind("event", "events", "event", "article_events", fullest_common, _event_facts)
