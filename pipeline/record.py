"""The record: what one article becomes, as typed immutable models.

Purpose
    The public contract of the project. Everything downstream (index, query, export, notebooks) reads
    records and nothing else.
Rules
    - Offsets are half-open, in Unicode code points, into ``Record.text``; for every span
      ``text[start:end] == span.text``.
    - Fields may be added in a minor version; none is renamed or removed without a new major ``schema``.
    - ``rule`` says which rule or model made a span. It is kept in memory for ``letopis explain`` and left
      out of the JSON.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA: Final = "letopis.record/1"

Gender = Literal["female", "male"]
Form = Literal["noun", "adjective"]
OrganisationKind = Literal[
    "ngo", "government", "business", "education", "media", "culture", "religious", "international", "other"
]
FactKind = Literal["count", "money", "percent", "duration", "measure", "age", "rank"]
Modifier = Literal["more_than", "at_least", "less_than", "up_to", "about", "almost", "range"]


class Row(BaseModel):
    """Base of everything in a record: immutable, with no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Span(Row):
    """A stretch of the article: ``text`` is what stands between the offsets ``start`` and ``end``."""

    start: int
    end: int
    text: str
    rule: str | None = Field(default=None, exclude=True)


class PlaceSpan(Span):
    """A mention of a place; an adjective («новосибирский офис») names the place too."""

    form: Form = "noun"


class Role(Span):
    """A post or status that the text gives a person; ``organisation`` is an id of this record.

    ``place`` is the id of the country, region or city whose office it is: «президент России», «мэр Томска».
    """

    title: str
    organisation: str | None = None
    place: str | None = None


class Person(Row):
    """A person: the name is nominative, given name first, the fullest form in the text."""

    id: str
    name: str
    given: str | None = None
    patronymic: str | None = None
    surname: str | None = None
    gender: Gender | None = None
    roles: tuple[Role, ...] = ()
    mentions: tuple[Span, ...] = ()


class Organisation(Row):
    """An organisation or official body: nominative, «ёлочки», the fullest form in the text."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: OrganisationKind = "other"
    city: str | None = None
    mentions: tuple[Span, ...] = ()


class City(Row):
    """A city, town or village with its GeoNames entry; ``None`` where not known."""

    id: str
    name: str
    region: str | None = None
    federal_district: str | None = None
    country: str | None = None
    geoname_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    mentions: tuple[PlaceSpan, ...] = ()


class Region(Row):
    """A region of Russia by its official name, a federal district or a macro-region (Сибирь)."""

    id: str
    name: str
    code: str | None = None
    kind: str | None = None
    mentions: tuple[PlaceSpan, ...] = ()


class Country(Row):
    """A country, ``code`` by ISO 3166-1 alpha-2."""

    id: str
    name: str
    code: str | None = None
    mentions: tuple[PlaceSpan, ...] = ()


class Event(Row):
    """A forum, contest, action, school…: its name, kind, ISO days, city and organisers (ids)."""

    id: str
    name: str
    kind: str | None = None
    start: str | None = None
    end: str | None = None
    city: str | None = None
    organisers: tuple[str, ...] = ()
    mentions: tuple[Span, ...] = ()


class SessionTopic(Row):
    """What was discussed at a session, lecture, round table…; ``titled``: it stood in quotes."""

    id: str
    title: str
    titled: bool
    kind: str | None = None
    event: str | None = None
    day: int | None = None
    starts: str | None = None
    ends: str | None = None
    speakers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mentions: tuple[Span, ...] = ()


class Fact(Span):
    """A numeric fact. ``min`` and ``max`` are equal for one number; an open bound is ``None``."""

    id: str
    kind: FactKind
    min: float | None = None
    max: float | None = None
    modifier: Modifier | None = None
    unit: str | None = None
    subject: str | None = None
    predicate: str | None = None
    event: str | None = None


class Date(Span):
    """A calendar expression as ISO days; ``from``/``to`` are ``None`` where the year cannot be known."""

    id: str
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    precision: Literal["day", "month", "season", "year", "range"] | None = None


class Quote(Span):
    """Words of direct speech and who said them (a person id); each part of a split quote is a row."""

    id: str
    speaker: str | None = None


class Statement(Span):
    """What is reported in the text's own words that somebody said; each part of a broken one is a row.

    ``speaker`` is a person id, ``organisation`` an organisation id («в фонде сообщили, что …»); at most one is
    given, none where the text names nobody whom the record has («организаторы обещают, что …»).
    """

    id: str
    speaker: str | None = None
    organisation: str | None = None


class Theme(Row):
    label: str
    score: float


class Keyphrase(Row):
    text: str
    score: float


class Source(Row):
    """Where the article came from and what was known of it before reading."""

    path: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    sha256: str | None = None
    encoding: str | None = None
    media_type: str | None = None


class Produced(Row):
    """Which version and which models made the record."""

    version: str
    models: dict[str, str] = Field(default_factory=dict)


class Record(Row):
    """One article as structured facts. See the module docstring for the rules."""

    schema_: Literal["letopis.record/1"] = Field(default=SCHEMA, alias="schema")
    id: str
    source: Source = Source()
    produced: Produced
    text: str
    people: tuple[Person, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    cities: tuple[City, ...] = ()
    regions: tuple[Region, ...] = ()
    countries: tuple[Country, ...] = ()
    events: tuple[Event, ...] = ()
    session_topics: tuple[SessionTopic, ...] = ()
    facts: tuple[Fact, ...] = ()
    dates: tuple[Date, ...] = ()
    quotes: tuple[Quote, ...] = ()
    statements: tuple[Statement, ...] = ()
    themes: tuple[Theme, ...] = ()
    keyphrases: tuple[Keyphrase, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the record as one line of JSON, not ASCII-escaped."""
        return self.model_dump_json(by_alias=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON values."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_json(cls, line: str | bytes) -> Record:
        """Read a record back from its JSON; raises ``pydantic.ValidationError`` on anything else."""
        return cls.model_validate_json(line)


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record."""
    schema = Record.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}
