"""The kinds of entities that are resolved: what each is called and what is known of it, by its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pipeline.archive.entity_tables import EntityKind, Member, fullest_common, most_common
from pipeline.archive.person_names import parse_name
from pipeline.archive.resolve_places import event_name
from pipeline.archive.slugs import named_id, slug


def _most(values: Sequence[Any]) -> Any:
    """Return the most frequent value that is there, of equals the least; ``None`` where none is."""
    counted = Counter(value for value in values if value is not None)
    return min(counted, key=lambda value: (-counted[value], str(value))) if counted else None


def city_kind(regions: Mapping[str, int]) -> EntityKind:
    """Return the kind of cities; ``regions`` are the numbers of regions by name."""
    facts = partial(_city_facts, regions)
    return EntityKind("city", most_common, CITY_COLUMNS, facts, _city_id)


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
    _person_name,
    ("given", "patronymic", "surname", "gender"),
    _person_facts,
)
ORGANISATION = EntityKind(
    "organisation",
    fullest_common,
    ("kind", "city"),
    _organisation_facts,
)
EVENT = EntityKind(
    "event",
    fullest_common,
    ("series", "kind", "first_day", "last_day", "city"),
    _event_facts,
)
CITY_COLUMNS = ("region", "country", "geoname_id", "latitude", "longitude", "population")
