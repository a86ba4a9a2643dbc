"""Finds session topics: what was on at panels, lectures, round tables …, of what kind, by whom, when.

Steps
    1. ``titles`` finds titles in quotes, ``untitled`` the phrases that say what was discussed.
    2. ``speakers`` joins the people who spoke, led or moderated.
    3. The lines of the programme give hours, headings with dates the day, the events of the text the event.
Leaves out
    Keywords: another module fills them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as Day

from pipeline.extractors.event_facts import day_rows
from pipeline.extractors.naming import find_heads
from pipeline.extractors.outline import Outline, build_outline
from pipeline.extractors.speakers import Named, assign_speakers
from pipeline.extractors.titles import BOTH, Topic, find_titles
from pipeline.extractors.untitled import Scene, find_untitled
from pipeline.page import Page
from pipeline.record import Date, Event, Person, SessionTopic

DAY_WORDS = {"перв": 1, "втор": 2, "трет": 3, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7}
CONTESTS = frozenset({"конкурс", "премия"})


def find(page: Page, *, people: list[Person], events: list[Event], dates: list[Date]) -> list[SessionTopic]:
    """Return the session topics of a page.

    «10:00–11:30 Лекция «Как эксперт читает заявку». Сергей Мальцев» gives the topic of that title, kind «лекция»,
    starts 10:00, ends 11:30, speaker Сергей Мальцев.
    """
    outline = build_outline(page)
    mentions = _mentions(page, people)
    spans = {page.tokens_in(m.start, m.end): event.id for event in events for m in event.mentions}
    topics = _find_topics(page, outline, mentions, spans, dates, bool(events))
    days = _days(page, outline, topics, events, dates)
    hours = [_hours(outline, topic, topics) for topic in topics]
    return [
        SessionTopic(
            id=f"topic-{n}",
            title=page.span_text(topic.first, topic.last),
            titled=topic.titled,
            kind=topic.kind,
            event=_event(page, outline, topic, events, spans),
            day=days.get(topic.first),
            starts=hours[n - 1][0],
            ends=hours[n - 1][1],
            speakers=tuple(topic.speakers),
            mentions=(page.span(topic.first, topic.last, topic.rule),),
        )
        for n, topic in enumerate(topics, 1)
    ]


def _mentions(page: Page, people: Iterable[Person]) -> list[Named]:
    """Return the mentions of people in text order."""
    found = [Named(*page.tokens_in(m.start, m.end), p.id, p.gender) for p in people for m in p.mentions]
    return sorted(found, key=lambda named: named.first)


def _find_topics(
    page: Page,
    outline: Outline,
    mentions: list[Named],
    spans: dict[tuple[int, int], str],
    dates: list[Date],
    context: bool,
) -> list[Topic]:
    """Return the topics in text order, with their speakers."""
    names = {named.last - 1: named.first for named in mentions}
    blocked = {i for named in mentions for i in range(named.first, named.last)}
    for date in dates:
        blocked.update(range(*page.tokens_in(date.start, date.end)))
    titled = find_titles(page, outline, names, set(spans))
    known = {topic.first for topic in titled} | {first for first, _ in spans}
    speech = frozenset(i for q in page.quotes if q.first + 1 not in known for i in range(q.first, q.last))
    scene = Scene(page, outline, find_heads(page), titled, names, frozenset(blocked), speech, context)
    topics = sorted(titled + find_untitled(scene), key=lambda topic: topic.first)
    first = topics[0] if topics and topics[0].kind in BOTH else None
    whole = first if first and (not spans or (first.first, first.last) in spans) else None
    assign_speakers(page, outline, topics, [named for named in mentions if named.first not in speech], whole)
    return topics


def _event(
    page: Page, outline: Outline, topic: Topic, events: list[Event], spans: dict[tuple[int, int], str]
) -> str | None:
    """Return the event of a topic: itself, one named in its line or in the heading of its list, else the main one."""
    if (topic.first, topic.last) in spans:
        return spans[(topic.first, topic.last)]
    number = outline.line_of[topic.first]
    heading = number
    while heading and outline.lines[heading].item:
        heading -= 1
    for line in (number, heading):
        here = [i for (first, _), i in sorted(spans.items()) if page.line_of[first] == line and first < topic.first]
        if here:
            return here[-1]
    main = next((event for event in events if event.kind not in CONTESTS), None)
    return main.id if main else None


def _hours(outline: Outline, topic: Topic, topics: list[Topic]) -> tuple[str | None, str | None]:
    """Return the hours of a topic: of its line, or of the heading «11:45–13:15 Секции (параллельно)» above it."""
    taken = {outline.line_of[other.first] for other in topics}
    number = outline.line_of[topic.anchor]
    line = outline.lines[number]
    while number and not line.starts and not line.gap:
        number -= 1
        line = outline.lines[number]
        if line.starts and number in taken:
            return None, None
    return line.starts, line.ends


def _days(
    page: Page, outline: Outline, topics: list[Topic], events: list[Event], dates: list[Date]
) -> dict[int, int]:
    """Return the number of the day of each topic (by its first token), where the text says it.

    A heading «20 АПРЕЛЯ», «ДЕНЬ ВТОРОЙ. 17 октября», or a sentence «Второй день посвятили…» says the day of what
    follows; days are counted from the first day of the main event, else from the first heading.
    """
    marks = _day_marks(page, outline, dates)
    first = events[0].start if events and events[0].start else next((m for _, m in marks if isinstance(m, str)), None)
    found: dict[int, int] = {}
    for topic in topics:
        start, stop = outline.unit(topic.first)
        mark = next((m for at, m in reversed(marks) if at < stop), None)
        if isinstance(mark, int):
            found[topic.first] = mark
        elif mark and first and (number := (Day.fromisoformat(mark) - Day.fromisoformat(first)).days + 1) in range(1, 15):
            found[topic.first] = number
    return found


def _day_marks(page: Page, outline: Outline, dates: list[Date]) -> list[tuple[int, int | str]]:
    """Return headings and sentences that begin a day: their first token and the day's number or date."""
    marks: list[tuple[int, int | str]] = []
    for row in day_rows(page, dates):
        line = outline.line(row.first)
        heading = row.first - line.body <= 4 and line.last - line.first <= 14 and not line.starts
        if heading and row.start and row.start == row.end and outline.line_of[line.first] > 1:
            marks.append((line.first, row.start))
    for start, stop in outline.units:
        words = page.lower[start : min(stop, start + 4)]
        at = next((k for k, word in enumerate(words) if word in ("день", "дня")), None)
        if at is None:
            continue
        beside = words[max(0, at - 1) : at + 2]
        number = next((n for word in beside for stem, n in DAY_WORDS.items() if word.startswith(stem)), None)
        if number is not None:
            marks.append((start, number))
    return sorted(marks, key=lambda mark: mark[0])
