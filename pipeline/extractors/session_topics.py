"""Finds session topics."""

from __future__ import annotations

from pipeline.extractors.naming import find_heads
from pipeline.extractors.outline import build_outline
from pipeline.extractors.speakers import Named, assign_speakers
from pipeline.extractors.titles import BOTH, find_titles
from pipeline.extractors.untitled import Scene, find_untitled
from pipeline.page import Page
from pipeline.record import Date, Event, Person, SessionTopic


def find(page: Page, *, people: list[Person], events: list[Event], dates: list[Date]) -> list[SessionTopic]:
    """Return the session topics of a page."""
    outline = build_outline(page)
    mentions = sorted(
        (
            Named(*page.tokens_in(mention.start, mention.end), person.id, person.gender)
            for person in people
            for mention in person.mentions
        ),
        key=lambda named: named.first,
    )
    names = {named.last - 1: named.first for named in mentions}
    blocked = {i for named in mentions for i in range(named.first, named.last)}
    for date in dates:
        blocked.update(range(*page.tokens_in(date.start, date.end)))
    spans = {page.tokens_in(m.start, m.end) for event in events for m in event.mentions}
    titled = find_titles(page, outline, names, spans)
    known = {t.first for t in titled} | {a for a, _ in spans}
    speech = {i for q in page.quotes if q.first + 1 not in known for i in range(q.first, q.last)}
    scene = Scene(page, outline, find_heads(page), titled, names, frozenset(blocked), frozenset(speech))
    topics = sorted(titled + find_untitled(scene), key=lambda t: t.first)
    whole = topics[0] if topics and topics[0].kind in BOTH and not events else None
    assign_speakers(page, outline, topics, mentions, whole)
    return [
        SessionTopic(
            id=f"topic-{n}",
            title=page.span_text(t.first, t.last),
            titled=t.titled,
            kind=t.kind,
            speakers=tuple(t.speakers),
            mentions=(page.span(t.first, t.last, t.rule),),
        )
        for n, t in enumerate(topics, 1)
    ]
