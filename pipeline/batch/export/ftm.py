"""FollowTheMoney entities, as lines of JSON that Aleph and the tools of OpenSanctions load.

An article is an ``Article``; its people, organisations and events are entities with the article for proof; a
role is an ``Employment`` where the text names the organisation, else the person's position; each name in the
text is a ``Mention``. Entities are those of one article: who is who across articles is for the system that
loads them (or ``letopis index``) to say.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import LetopisError
from pipeline.record import Event, Organisation, Person, Record

GOVERNMENT = "government"


def write(records: Iterable[Record], duplicates: Iterable[dict[str, Any]], folder: Path) -> dict[str, int]:
    """Write ``entities.ftm.json`` into a folder; returns the entities of each schema."""
    counts: Counter[str] = Counter()
    build = EntityBuilder()
    with (folder / "entities.ftm.json").open("w", encoding="utf-8") as stream:
        for record in records:
            for entity in build(record):
                stream.write(json.dumps(entity.to_dict(), ensure_ascii=False) + "\n")
                counts[entity.schema.name] += 1
    return dict(counts)


class EntityBuilder:
    """Makes the entities of a record."""

    def __init__(self) -> None:
        try:
            from followthemoney import model
        except ImportError:
            raise LetopisError("--format ftm: needs followthemoney; pip install 'letopis[ftm]'") from None
        self._model: Any = model

    def __call__(self, record: Record) -> Iterator[Any]:
        """The article, then what it names."""
        yield self._article(record)
        cities = {city.id: city.name for city in record.cities}
        for organisation in record.organisations:
            yield self._organisation(record, organisation, cities)
        for person in record.people:
            yield self._person(record, person)
            yield from self._employments(record, person)
        for event in record.events:
            yield self._event(record, event, cities)
        for schema, rows in (("Person", record.people), ("Organization", record.organisations)):
            for row in rows:
                yield from self._mentions(record, schema, row)

    def _make(self, schema: str, record: Record, *parts: str, **values: Any) -> Any:
        entity = self._model.make_entity(schema)
        entity.make_id("letopis", record.id, *parts)
        for name, value in values.items():
            entity.add(name, value, quiet=True)
        return entity

    def _id(self, record: Record, *parts: str) -> str:
        return str(self._make("Thing", record, *parts).id)

    def _article(self, record: Record) -> Any:
        source = record.source
        return self._make(
            "Article",
            record,
            title=source.title or record.text.strip().split("\n", 1)[0][:200],
            fileName=source.path,
            sourceUrl=source.url,
            publishedAt=source.published,
            date=source.published,
            contentHash=source.sha256,
            encoding=source.encoding,
            mimeType=source.media_type,
            language="rus",
            bodyText=record.text,
            peopleMentioned=[person.name for person in record.people],
            locationMentioned=[city.name for city in record.cities],
        )

    def _organisation(self, record: Record, organisation: Organisation, cities: dict[str, str]) -> Any:
        return self._make(
            "PublicBody" if organisation.kind == GOVERNMENT else "Organization",
            record,
            organisation.id,
            name=organisation.name,
            alias=organisation.aliases,
            classification=organisation.kind,
            address=cities.get(organisation.city or ""),
            country="ru",
            proof=self._id(record),
        )

    def _person(self, record: Record, person: Person) -> Any:
        return self._make(
            "Person",
            record,
            person.id,
            name=person.name,
            firstName=person.given,
            fatherName=person.patronymic,
            lastName=person.surname,
            gender=person.gender,
            position=[role.title for role in person.roles],
            proof=self._id(record),
        )

    def _employments(self, record: Record, person: Person) -> Iterator[Any]:
        for role in person.roles:
            if role.organisation:
                yield self._make(
                    "Employment",
                    record,
                    person.id,
                    role.organisation,
                    role.title,
                    employee=self._id(record, person.id),
                    employer=self._id(record, role.organisation),
                    role=role.title,
                    date=record.source.published,
                    proof=self._id(record),
                )

    def _event(self, record: Record, event: Event, cities: dict[str, str]) -> Any:
        return self._make(
            "Event",
            record,
            event.id,
            name=event.name,
            summary=event.kind,
            startDate=event.start,
            endDate=event.end,
            location=cities.get(event.city or ""),
            organizer=[self._id(record, organiser) for organiser in event.organisers],
            proof=self._id(record),
        )

    def _mentions(self, record: Record, schema: str, row: Person | Organisation) -> Iterator[Any]:
        for name in sorted({mention.text for mention in row.mentions}):
            yield self._make(
                "Mention",
                record,
                row.id,
                name,
                document=self._id(record),
                resolved=self._id(record, row.id),
                name=name,
                detectedSchema=schema,
            )
