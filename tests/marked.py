"""Texts with marks for what earlier extractors would have found: {person}, [city], <5 мая|2023-05-05>."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pipeline.extractors import EXTRACTORS, events, session_topics
from pipeline.page import Page
from pipeline.record import City, Date, Event, Person, PlaceSpan, SessionTopic, Span

MARK = re.compile(r"\{(?P<person>[^}]+)\}|\[(?P<city>[^\]]+)\]|<(?P<date>[^|>]+)\|(?P<days>[^>]+)>")


@dataclass
class Marked:
    """A plain text with the rows that its marks say; a person's or a city's id is its text."""

    text: str = ""
    people: dict[str, list[Span]] = field(default_factory=dict)
    cities: dict[str, list[PlaceSpan]] = field(default_factory=dict)
    dates: list[Date] = field(default_factory=list)


def read_marks(marked: str) -> Marked:
    """Take the marks out of a text."""
    result, at = Marked(), 0
    for mark in MARK.finditer(marked):
        result.text += marked[at : mark.start()]
        at = mark.end()
        start = len(result.text)
        text = mark["person"] or mark["city"] or mark["date"]
        result.text += text
        place = {"start": start, "end": len(result.text), "text": text}
        if mark["person"]:
            result.people.setdefault(text, []).append(Span(**place))
        elif mark["city"]:
            form = "adjective" if text[0].islower() else "noun"
            result.cities.setdefault(text, []).append(PlaceSpan(**place, form=form))
        else:
            first, _, last = mark["days"].partition("..")
            result.dates.append(
                Date.model_validate({"id": f"date-{start}", "from": first, "to": last or first, **place})
            )
    result.text += marked[at:]
    return result


@cache
def reader() -> Any:
    """The pipeline up to morphology and entities of the model, loaded once."""
    import pipeline

    skipped = ["letopis_syntax", "letopis_lemmas", "letopis_ents", *(f"letopis_{e.name}" for e in EXTRACTORS)]
    return pipeline.load(exclude=skipped)


def build_page(text: str, published: str | None = None, without: frozenset[str] = frozenset()) -> Page:
    """Return the page of a plain text as the extractors get it."""
    from pipeline.nlp import page_of

    doc = reader()(text)
    doc._.published = published
    page = page_of(doc)
    page.without = without
    return page


def find_events(marked: str, published: str | None = None, without: frozenset[str] = frozenset()) -> list[Event]:
    """Return the events of a marked text."""
    marks = read_marks(marked)
    cities = [City(id=text, name=text, mentions=tuple(spans)) for text, spans in marks.cities.items()]
    page = build_page(marks.text, published, without)
    return events.find(page, cities=cities, regions=[], organisations=[], dates=marks.dates)


def find_topics(marked: str, without: frozenset[str] = frozenset()) -> list[SessionTopic]:
    """Return the session topics of a marked text, with the events found in it."""
    marks = read_marks(marked)
    people = [Person(id=text, name=text, mentions=tuple(spans)) for text, spans in marks.people.items()]
    page = build_page(marks.text, None, without)
    cities = [City(id=text, name=text, mentions=tuple(spans)) for text, spans in marks.cities.items()]
    found = events.find(page, cities=cities, regions=[], organisations=[], dates=marks.dates)
    return session_topics.find(page, people=people, events=found, dates=marks.dates)
