"""The entities of the whole archive: rows of the articles in, cities, organisations, people and events out.

Steps
    Cities first, then organisations (whose place they are), then people (whose organisations those are), then
    events. The rows of a table are read in blocks of what may be one (people with one surname); a resolver makes
    clusters of each block; corrections are applied to the clusters; then ids and names are chosen and written.
    An entity that is there already keeps its number, so that a small change of the archive writes little.
    After a small change only the blocks are worked out anew in which something changed.
Leaves out
    Counts and searchable names: ``pipeline.archive.counts``.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from sys import intern
from typing import Any

from pipeline.archive.blocks import Blocks
from pipeline.archive.clusters import Merge
from pipeline.archive.corrections import Corrections
from pipeline.archive.entity_tables import EntityKind, Member, fullest_common, most_common
from pipeline.archive.entity_writer import EntityWriter
from pipeline.archive.person_names import parse_name
from pipeline.archive.profiles import Rarity
from pipeline.archive.regions import official
from pipeline.archive.resolve_organisations import (
    Links,
    OrganisationFeatures,
    OrganisationRow,
    families,
    resolve_family,
)
from pipeline.archive.resolve_people import PersonFeatures, PersonRow, resolve_surname
from pipeline.archive.resolve_places import EventRow, city_key, event_name, resolve_events
from pipeline.archive.slugs import named_id, slug
from pipeline.archive.surroundings import (
    Owners,
    event_names,
    organisation_names,
    people_names,
    roles_of_people,
    staff,
)

LATE = "9999"  # an article without a day comes after all others
Lost = Mapping[str, set[int]]  # by kind: entities that lost rows since they were worked out


def resolve_entities(db: sqlite3.Connection, corrections: Corrections, lost: Lost | None = None) -> list[str]:
    """Work out the entities of an index from its articles.

    Args:
        lost: work out only the blocks with these entities or with new rows; ``None``: all.

    Returns what was odd about the corrections.
    """
    db.execute("PRAGMA defer_foreign_keys = ON")
    return _Resolution(db, corrections, lost).run()


class _Resolution:
    """One run over the archive: what each step finds is what the next ones build on."""

    def __init__(self, db: sqlite3.Connection, corrections: Corrections, lost: Lost | None) -> None:
        self._db, self._corrections, self._lost = db, corrections, lost
        rows = db.execute("SELECT article, id, path, coalesce(day, ?) FROM articles", (LATE,)).fetchall()
        self._articles = {article: (intern(day), id_) for article, id_, _, day in rows}
        self._numbers = {path: article for article, _, path, _ in rows if path} | {id_: a for a, id_, _, _ in rows}
        self._labels: dict[str, dict[int, str]] = {}
        self._people: dict[int, tuple[str, ...]] = {}
        self.warnings: list[str] = []

    def run(self) -> list[str]:
        self._resolve_cities()
        cities = Owners(self._db, "article_cities", "city")
        self._people = people_names(self._db)
        self._resolve_organisations(cities)
        self._resolve_people(cities)
        self._resolve_events(cities)
        return self.warnings

    def _key(self, article: int, row: int) -> tuple[str, str, int]:
        return (*self._articles[article], row)

    def _blocks(self, kind: str) -> Blocks:
        return Blocks(self._lost[kind] if self._lost else ())

    def _read(self, kind: EntityKind, blocks: Blocks, columns: str) -> Iterator[list[Any]]:
        """Yield the rows of each block that has to be worked out, in the order of their keys."""
        every = self._lost is None or self._corrections.about(kind.kind)
        for block in blocks.read(self._db, kind.rows, columns, every=every):
            yield sorted(block, key=lambda row: self._key(row[0], row[1]))

    def _writer(self, kind: EntityKind) -> EntityWriter:
        return EntityWriter(self._db, kind, self._corrections, self._numbers)

    def _finish(self, kind: EntityKind, writer: EntityWriter) -> None:
        writer.finish()
        self.warnings += writer.warnings
        self._labels[kind.kind] = dict(self._db.execute(f"SELECT {kind.column}, name FROM {kind.table}"))

    def _label(self, aspect: str, value: object) -> str:
        """Return what a feature is called: numbers stand for cities and, of people, for organisations."""
        names = self._labels.get("city" if "cities" in aspect else "organisation", {})
        return names.get(value, str(value)) if isinstance(value, int) else str(value)

    # -- cities -------------------------------------------------------------------------------------------------

    def _resolve_cities(self) -> None:
        regions = {name: region for region, name in self._db.execute("SELECT region, name FROM regions")}
        facts = partial(_city_facts, regions)
        kind = EntityKind("city", "cities", "city", "article_cities", most_common, CITY_COLUMNS, facts, _city_id)
        blocks, writer = self._blocks("city"), self._writer(kind)
        for article, row, city, name, region, *values in self._db.execute(
            "SELECT article, row, city, name, region, country, geoname_id FROM article_cities"
        ):
            blocks.add(city_key(name, official(region) if region else None, *values), article, row, city)
        columns = "name, region, country, geoname_id, latitude, longitude, population"
        for block in self._read(kind, blocks, columns):
            members = [
                Member(a, r, self._key(a, r), intern(name), (official(region) if region else None, *values))
                for a, r, name, region, *values in block
            ]
            writer.add(members, [range(len(members))])
        self._finish(kind, writer)

    # -- organisations ------------------------------------------------------------------------------------------

    def _resolve_organisations(self, cities: Owners) -> None:
        staffs, others = staff(self._db), organisation_names(self._db)
        blocks, writer = self._blocks("organisation"), self._writer(ORGANISATION)
        names: dict[str, set[str]] = defaultdict(set)

        def features(article: int, row: int, name: str, city_row: int | None, near: str | None) -> Any:
            own = cities.get(article, city_row)
            return OrganisationFeatures(
                own_cities=(own,) if own else (),
                near_cities=cities.near(article, near),
                cities=cities.all_of(article),
                staff=staffs.get((article, row), ()),
                people=self._people.get(article, ()),
                organisations=tuple(other for other in others[article] if other != name),
            )

        def first_pass() -> Iterator[OrganisationFeatures]:
            for article, row, entity, name, aliases, city_row, near in self._db.execute(
                "SELECT article, row, organisation, name, aliases, city_row, near FROM article_organisations"
            ):
                name = intern(name)
                names[name].update(json.loads(aliases) if len(aliases) > len("[]") else ())
                blocks.add(name, article, row, entity)
                yield features(article, row, name, city_row, near)

        rarity = Rarity(first_pass(), len(OrganisationFeatures._fields), len(self._articles))
        links = Links.find(names)
        blocks.join(families(names, links))
        for block in self._read(ORGANISATION, blocks, "name, kind, city_row, near"):
            members, rows = [], []
            for article, row, name, kind, city_row, near in block:
                key, around = self._key(article, row), features(article, row, name, city_row, near)
                own = around.own_cities[0] if around.own_cities else None
                members.append(Member(article, row, key, intern(name), (kind, own, around.near_cities)))
                rows.append(OrganisationRow(key, intern(name), kind, around))
            writer.add(members, *resolve_family(rows, links, rarity, self._label))
        self._finish(ORGANISATION, writer)

    # -- people -------------------------------------------------------------------------------------------------

    def _resolve_people(self, cities: Owners) -> None:
        organisations, events = Owners(self._db, "article_organisations", "organisation"), event_names(self._db)
        employers, posts = roles_of_people(self._db, organisations)
        blocks, writer = self._blocks("person"), self._writer(PERSON)

        def features(article: int, row: int, near: str | None) -> PersonFeatures:
            return PersonFeatures(
                employers=employers.get((article, row), ()),
                organisations=organisations.all_of(article),
                near_cities=cities.near(article, near),
                cities=cities.all_of(article),
                posts=posts.get((article, row), ()),
                people=self._people.get(article, ()),
                events=events.get(article, ()),
            )

        def first_pass() -> Iterator[PersonFeatures]:
            for article, row, entity, name, given, patronymic, surname, near in self._db.execute(
                "SELECT article, row, person, name, given, patronymic, surname, near FROM article_people"
            ):
                blocks.add(parse_name(name, given, patronymic, surname).surname, article, row, entity)
                yield features(article, row, near)

        rarity = Rarity(first_pass(), len(PersonFeatures._fields), len(self._articles))
        for block in self._read(PERSON, blocks, "name, given, patronymic, surname, gender, near"):
            members, rows = [], []
            for article, row, name, given, patronymic, surname, gender, near in block:
                key = self._key(article, row)
                members.append(Member(article, row, key, name, (given, patronymic, surname, gender)))
                parsed = parse_name(name, given, patronymic, surname)
                rows.append(PersonRow(key, parsed, features(article, row, near)))
            writer.add(members, *resolve_surname(rows, rarity, self._label))
        self._finish(PERSON, writer)

    # -- events -------------------------------------------------------------------------------------------------

    def _resolve_events(self, cities: Owners) -> None:
        blocks, writer = self._blocks("event"), self._writer(EVENT)
        for article, row, event, name in self._db.execute("SELECT article, row, event, name FROM article_events"):
            blocks.add(event_name(name), article, row, event)
        for block in self._read(EVENT, blocks, "name, kind, first_day, last_day, city_row"):
            members, rows = [], []
            for article, row, name, kind, first, last, city_row in block:
                key, city = self._key(article, row), cities.get(article, city_row)
                published = None if key[0] == LATE else key[0]
                members.append(Member(article, row, key, name, (kind, first, last, city)))
                rows.append(EventRow(key, name, first, last, city, published))
            groups = resolve_events(rows)
            merges = [Merge(tuple(group), 1.0, "same name and time") for group in groups if len(group) > 1]
            writer.add(members, groups, merges)
        self._finish(EVENT, writer)


# -- what is known of an entity ---------------------------------------------------------------------------------


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


PERSON = EntityKind(
    "person",
    "people",
    "person",
    "article_people",
    _person_name,
    ("given", "patronymic", "surname", "gender"),
    _person_facts,
)
ORGANISATION = EntityKind(
    "organisation",
    "organisations",
    "organisation",
    "article_organisations",
    fullest_common,
    ("kind", "city"),
    _organisation_facts,
)
EVENT = EntityKind(
    "event",
    "events",
    "event",
    "article_events",
    fullest_common,
    ("series", "kind", "first_day", "last_day", "city"),
    _event_facts,
)
CITY_COLUMNS = ("region", "country", "geoname_id", "latitude", "longitude", "population")
