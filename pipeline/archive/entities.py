"""The entities of the whole archive: rows of the articles in, cities, organisations, people and events out.

Steps
    Cities first, then organisations (whose place they are), then people (whose organisations those are), then
    events. The rows of a table are read in blocks of what may be one (people with one surname); a resolver makes
    clusters of each block; corrections are applied to the clusters; then ids and names are chosen and written.
    An entity that is there already keeps its number, so that a small change of the archive writes little.
    After a small change only the blocks in which something changed are worked out, anew; of a large one only the
    new rows, and what is left of small entities that lost some (unless organisations got other names there).
    How rare surroundings are is kept between runs for that.
Leaves out
    Counts and searchable names: ``pipeline.archive.counts``.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import intern
from typing import Any

from pipeline.archive.blocks import Blocks
from pipeline.archive.clusters import Merge, Resolver, resolve, settle
from pipeline.archive.corrections import Corrections
from pipeline.archive.entity_kinds import EVENT, ORGANISATION, PERSON, city_kind
from pipeline.archive.entity_tables import EntityKind, Member
from pipeline.archive.entity_writer import EntityWriter
from pipeline.archive.losses import Losses
from pipeline.archive.organisation_names import parse_organisation
from pipeline.archive.person_names import PersonName, agree, parse_name
from pipeline.archive.profiles import Rarity
from pipeline.archive.rarity import rarity_of
from pipeline.archive.regions import official
from pipeline.archive.resolve_organisations import (
    FamilyResolver,
    Links,
    OrganisationFeatures,
    OrganisationRow,
    families,
)
from pipeline.archive.resolve_people import Bearers, GroupResolver, PersonFeatures, PersonRow, group_names
from pipeline.archive.resolve_places import EventRow, city_key, event_name, resolve_events
from pipeline.archive.surroundings import Surroundings

LATE = "9999"  # an article without a day comes after all others
LARGE_BLOCK = 50  # rows; of a larger one only what is new is worked out, where that is enough
SMALL_ENTITY = 30  # rows; a smaller one that lost some is worked out anew


def resolve_entities(db: sqlite3.Connection, corrections: Corrections, lost: Losses | None = None) -> Resolution:
    """Work out the entities of an index from its articles.

    Args:
        lost: what changed articles took with them: only what that and new rows touch is worked out; ``None``: all.
    """
    db.execute("PRAGMA defer_foreign_keys = ON")
    resolution = Resolution(db, corrections, lost)
    resolution.run()
    return resolution


class Resolution:
    """One run over the archive: what each step finds is what the next ones build on.

    ``warnings`` tells what was odd about the corrections, ``changed`` which entities got or lost rows, by kind.
    """

    def __init__(self, db: sqlite3.Connection, corrections: Corrections, lost: Losses | None) -> None:
        self._db, self._corrections, self._lost = db, corrections, lost
        rows = db.execute("SELECT article, id, path, coalesce(day, ?) FROM articles", (LATE,)).fetchall()
        self._articles = {article: (intern(day), id_) for article, id_, _, day in rows}
        self._numbers = {path: article for article, _, path, _ in rows if path} | {id_: a for a, id_, _, _ in rows}
        self._labels: dict[str, dict[int, str]] = {}
        self.warnings: list[str] = []
        self.changed: dict[str, set[int]] = {}
        self._renamed: set[int] = set()  # organisations
        self._moved: set[int] = set()  # articles with organisations that are others than before

    def run(self) -> None:
        """Work out all kinds."""
        self._resolve_cities()
        around = Surroundings(self._db)
        self._resolve_organisations(around)
        around.forget_organisations()
        self._resolve_people(around)
        self._resolve_events(around)
        if self._lost:  # people are called by their posts at organisations
            self.changed["person"] |= _staff_of(self._db, self._renamed)

    def _key(self, article: int, row: int) -> tuple[str, str, int]:
        return (*self._articles[article], row)

    def _every(self, kind: EntityKind) -> bool:
        """Whether all blocks of a kind are worked out: corrections have to see all."""
        return self._lost is None or self._corrections.about(kind.kind)

    def _blocks(self, kind: EntityKind) -> Blocks:
        return Blocks(kind, set(self._lost.entities[kind.kind]) if self._lost else set())

    def _read(self, blocks: Blocks, kind: EntityKind, columns: str) -> Iterator[tuple[bool, list[Any]]]:
        """Yield each block to be worked out, whether anew or not, with its rows in the order of their keys."""
        for anew, block in blocks.read(self._db, columns, every=self._every(kind)):
            yield anew, sorted(block, key=lambda row: self._key(row[0], row[1]))

    def _writer(self, kind: EntityKind, blocks: Blocks) -> EntityWriter:
        return EntityWriter(self._db, kind, self._corrections, self._numbers, None if self._every(kind) else blocks)

    def _finish(self, kind: EntityKind, writer: EntityWriter) -> None:
        writer.finish()
        self.warnings += writer.warnings
        self.changed[kind.kind] = writer.changed | (self._lost.entities[kind.kind] if self._lost else set())
        if kind is ORGANISATION:
            self._renamed, self._moved = writer.renamed, writer.moved
        self._labels[kind.kind] = dict(self._db.execute(f"SELECT {kind.kind}, name FROM {kind.table}"))

    def _label(self, aspect: str, value: object) -> str:
        """Return what a feature is called: numbers stand for cities and, of people, for organisations."""
        names = self._labels.get("city" if "cities" in aspect else "organisation", {})
        return names.get(value, str(value)) if isinstance(value, int) else str(value)

    def _rarity(self, kind: EntityKind, aspects: int, features: Iterable[Any]) -> Rarity:
        return rarity_of(self._db, kind.kind, aspects, len(self._articles), features, self._lost)

    def _cluster(
        self, writer: EntityWriter, blocks: Blocks, members: Sequence[Member], resolver: Resolver[Any], anew: bool
    ) -> None:
        """Cluster the rows of a block, or only the new ones of a large one, and have the writer take them."""
        if anew or len(members) <= LARGE_BLOCK:
            writer.add(members, resolve(resolver, len(members)), resolver.merges)
            return
        known: dict[int, list[int]] = defaultdict(list)
        for i, member in enumerate(members):
            if member.entity is not None:
                known[member.entity].append(i)
        settled = {e: rows for e, rows in known.items() if e not in blocks.lost or len(rows) > SMALL_ENTITY}
        old = {i for rows in settled.values() for i in rows}
        new = [i for i in range(len(members)) if i not in old]
        writer.add(members, settle(resolver, list(settled.values()), new), resolver.merges, settled=old)

    # -- cities -------------------------------------------------------------------------------------------------

    def _resolve_cities(self) -> None:
        regions = {name: region for region, name in self._db.execute("SELECT region, name FROM regions")}
        kind = city_kind(regions)
        blocks = self._blocks(kind)
        writer = self._writer(kind, blocks)
        if not self._every(kind):
            grown, odd = _take_known_cities(self._db)
            blocks.lost &= odd
            writer.changed |= grown
        if self._every(kind) or blocks.lost or _has_new(self._db, kind):
            for article, row, city, name, region, *values in self._db.execute(
                "SELECT article, row, city, name, region, country, geoname_id FROM article_cities"
            ):
                blocks.add(city_key(name, official(region) if region else None, *values), article, row, city)
        columns = "name, region, country, geoname_id, latitude, longitude, population"
        for _, block in self._read(blocks, kind, columns):
            members = [
                Member(a, r, self._key(a, r), intern(name), (official(region) if region else None, *values), city)
                for a, r, city, name, region, *values in block
            ]
            writer.add(members, [range(len(members))])
        self._finish(kind, writer)

    # -- organisations ------------------------------------------------------------------------------------------

    def _resolve_organisations(self, around: Surroundings) -> None:
        blocks = self._blocks(ORGANISATION)
        names: dict[str, set[str]] = defaultdict(set)
        before: dict[str, set[str]] = defaultdict(set)

        def first_pass() -> Iterator[OrganisationFeatures]:
            for article, row, entity, name, aliases, city_row, near in self._db.execute(
                "SELECT article, row, organisation, name, aliases, city_row, near FROM article_organisations"
            ):
                name = intern(name)
                given = json.loads(aliases) if len(aliases) > len("[]") else ()
                names[name].update(given)
                if entity is not None:
                    before[name].update(given)
                blocks.add(name, article, row, entity)
                if entity is None or self._lost is None:
                    yield around.of_organisation(article, row, name, city_row, near)

        rarity = self._rarity(ORGANISATION, len(OrganisationFeatures._fields), first_pass())
        links = Links.find(names)
        family = families(names, links)
        blocks.join(family)
        if self._lost:
            blocks.touch(family[name] for name in unfamiliar(names, before, self._lost.organisations))
        writer = self._writer(ORGANISATION, blocks)
        for anew, block in self._read(blocks, ORGANISATION, "name, kind, city_row, near"):
            members, rows = [], []
            for article, row, entity, name, kind, city_row, near in block:
                key, name = self._key(article, row), intern(name)
                features = around.of_organisation(article, row, name, city_row, near)
                own = features.own_cities[0] if features.own_cities else None
                members.append(Member(article, row, key, name, (kind, own, features.near_cities), entity))
                rows.append(OrganisationRow(key, name, kind, features))
            self._cluster(writer, blocks, members, FamilyResolver(rows, links, rarity, self._label), anew)
        self._finish(ORGANISATION, writer)

    # -- people -------------------------------------------------------------------------------------------------

    def _resolve_people(self, around: Surroundings) -> None:
        blocks = self._blocks(PERSON)
        names: dict[str, set[PersonName]] = defaultdict(set)
        before: dict[str, set[PersonName]] = defaultdict(set)

        def first_pass() -> Iterator[PersonFeatures]:
            for article, row, entity, name, given, patronymic, surname, near in self._db.execute(
                "SELECT article, row, person, name, given, patronymic, surname, near FROM article_people"
            ):
                parsed = parse_name(name, given, patronymic, surname)
                names[parsed.surname].add(parsed)
                if entity is not None:
                    before[parsed.surname].add(parsed)
                blocks.add(parsed, article, row, None if article in self._moved else entity)
                if entity is None or self._lost is None:
                    yield around.of_person(article, row, near)

        rarity = self._rarity(PERSON, len(PersonFeatures._fields), first_pass())
        groups = {name: group for known in names.values() for name, group in group_names(known).items()}
        blocks.join(groups)
        if self._lost:
            for name in self._lost.people:
                before[name.surname].add(name)
            blocks.touch((groups[name] for name in changed_names(names, before)), most=LARGE_BLOCK)
        bearers = {surname: Bearers.of(known) for surname, known in names.items()}
        writer = self._writer(PERSON, blocks)
        for anew, block in self._read(blocks, PERSON, "name, given, patronymic, surname, gender, near"):
            members, rows = [], []
            for article, row, entity, name, given, patronymic, surname, gender, near in block:
                key = self._key(article, row)
                members.append(Member(article, row, key, name, (given, patronymic, surname, gender), entity))
                parsed = parse_name(name, given, patronymic, surname)
                rows.append(PersonRow(key, parsed, around.of_person(article, row, near)))
            self._cluster(
                writer, blocks, members, GroupResolver(rows, bearers[parsed.surname], rarity, self._label), anew
            )
        self._finish(PERSON, writer)

    # -- events -------------------------------------------------------------------------------------------------

    def _resolve_events(self, around: Surroundings) -> None:
        blocks = self._blocks(EVENT)
        for article, row, event, name in self._db.execute("SELECT article, row, event, name FROM article_events"):
            blocks.add(event_name(name), article, row, event)
        writer = self._writer(EVENT, blocks)
        for _, block in self._read(blocks, EVENT, "name, kind, first_day, last_day, city_row"):
            members, rows = [], []
            for article, row, event, name, kind, first, last, city_row in block:
                key, city = self._key(article, row), around.city(article, city_row)
                published = None if key[0] == LATE else key[0]
                members.append(Member(article, row, key, name, (kind, first, last, city), event))
                rows.append(EventRow(key, name, first, last, city, published))
            groups = resolve_events(rows)
            merges = [Merge(tuple(group), 1.0, "same name and time") for group in groups if len(group) > 1]
            writer.add(members, groups, merges)
        self._finish(EVENT, writer)


# -- what a small change touches --------------------------------------------------------------------------------


def _has_new(db: sqlite3.Connection, kind: EntityKind) -> bool:
    query = f"SELECT 1 FROM {kind.rows} WHERE {kind.kind} IS NULL LIMIT 1"
    return db.execute(query).fetchone() is not None


def _staff_of(db: sqlite3.Connection, organisations: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for organisation in organisations:
        rows = db.execute(
            """SELECT p.person FROM article_organisations AS o
            JOIN roles AS r ON r.article = o.article AND r.organisation_row = o.row
            JOIN article_people AS p ON p.article = r.article AND p.row = r.person_row WHERE o.organisation = ?""",
            (organisation,),
        )
        found.update(person for (person,) in rows)
    return found


SAYS = """r.name = c.name AND r.country IS c.country AND r.geoname_id IS c.geoname_id AND r.latitude IS c.latitude
    AND r.longitude IS c.longitude AND r.population IS c.population
    AND r.region IS (SELECT name FROM regions WHERE regions.region = c.region)"""


def _take_known_cities(db: sqlite3.Connection) -> tuple[set[int], set[int]]:
    """Give new rows that say of a city what is known of it to that.

    Returns the cities that got some, and those of which some row says something else.
    """
    grown = db.execute(
        f"""UPDATE article_cities SET city = found.city, again = found.nth > 1 FROM (
          SELECT r.article, r.row, c.city, row_number() OVER (PARTITION BY r.article, c.city ORDER BY r.row) AS nth
          FROM article_cities AS r JOIN cities AS c ON c.geoname_id = r.geoname_id WHERE r.city IS NULL AND {SAYS}
        ) AS found WHERE article_cities.article = found.article AND article_cities.row = found.row
        RETURNING article_cities.city"""
    ).fetchall()
    odd = db.execute(
        f"SELECT DISTINCT c.city FROM article_cities AS r JOIN cities AS c USING (city) WHERE NOT ({SAYS})"
    )
    return {city for (city,) in grown}, {city for (city,) in odd}


def unfamiliar(
    names: Mapping[str, set[str]], before: Mapping[str, set[str]], lost: Mapping[str, set[str]]
) -> set[str]:
    """Return names of organisations that came or went, or whose abbreviations did, and others of their core.

    Args:
        names: names with the abbreviations that articles give them; ``before`` those of articles that were there.
    """
    changed = {
        name for name, aliases in names.items() if name not in before or (aliases - before[name]) & names.keys()
    }
    gone = {name for name, aliases in lost.items() if name not in names or (aliases - names[name]) & names.keys()}
    linked = {alias for name in changed | gone for alias in {*names.get(name, ()), *lost.get(name, ())}}
    cores = {parse_organisation(name).core for name in changed | gone}
    return {name for name in names if name in changed or name in linked or parse_organisation(name).core in cores}


def changed_names(
    names: Mapping[str, set[PersonName]], before: Mapping[str, set[PersonName]]
) -> Iterator[PersonName]:
    """Yield the names, by surname, whose bearers have to be told apart anew: others came or went beside them."""
    for surname, known in names.items():
        other = known ^ before.get(surname, set())
        if other and Bearers.of(known) != Bearers.of(before.get(surname, ())):
            yield from known
        else:
            yield from (name for name in known if any(agree(name.given, o.given) is not False for o in other))
