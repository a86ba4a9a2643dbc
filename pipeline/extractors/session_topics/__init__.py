"""Finds session topics: what was on at panels, lectures, round tables …, of what kind, by whom, when.

Steps
    1. ``titles`` finds titles in quotes, ``untitled`` and ``discussion`` the phrases that say what was discussed.
    2. ``speakers`` joins the people who spoke, led or moderated.
    3. The lines of the programme give hours, headings with dates the day, the events of the text the event.
Leaves out
    Keywords: another module fills them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Day

from pipeline.extractors.events.days import day_rows
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.session_topics.scene import Scene, Topic, build_scene
from pipeline.extractors.session_topics.speakers import assign_speakers
from pipeline.extractors.session_topics.titles import find_titles
from pipeline.extractors.session_topics.untitled import find_untitled, speech_tokens
from pipeline.page import Page
from pipeline.record import Date, Event, Organisation, Person, SessionTopic

DAY_STEMS = {"перв": 1, "втор": 2, "трет": 3, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7}
LONGEST = 14  # days; a date farther from the first day is no day of the programme


def find(
    page: Page,
    *,
    people: list[Person],
    events: list[Event],
    dates: list[Date],
    organisations: list[Organisation] | None = None,
) -> list[SessionTopic]:
    """Return the session topics of a page.

    «10:00–11:30 Лекция «Как эксперт читает заявку». Сергей Мальцев» gives the topic of that title, kind «лекция»,
    starts 10:00, ends 11:30, speaker Сергей Мальцев.
    """
    scene = build_scene(page, people, events, dates, organisations or ())
    topics, again = _merge_repeated(page, _find_topics(scene))
    days = _days(scene, topics, events, dates)
    rows = []
    for number, topic in enumerate(topics, 1):
        starts, ends = _hours(scene, topic, topics)
        rows.append(
            SessionTopic(
                id=f"topic-{number}",
                title=page.span_text(topic.first, topic.last),
                titled=topic.titled,
                kind=topic.kind,
                event=_event(scene, topic, events),
                day=days.get(topic.first),
                starts=starts,
                ends=ends,
                speakers=tuple(topic.speakers),
                mentions=tuple(page.span(t.first, t.last, t.rule) for t in (topic, *again[topic.first])),
            )
        )
    return rows


def _merge_repeated(page: Page, topics: Sequence[Topic]) -> tuple[list[Topic], dict[int, list[Topic]]]:
    """Join topics of one title; return the first of each and the further mentions by the token of the first."""
    first: dict[str, Topic] = {}
    again: dict[int, list[Topic]] = {}
    for topic in topics:
        named = topic.titled or topic.last - topic.first > 1  # «о грантах» may be said again by somebody else
        title = page.span_text(topic.first, topic.last).lower() if named else str(topic.first)
        known = first.setdefault(title, topic)
        if known is topic:
            again[topic.first] = []
            continue
        again[known.first].append(topic)
        known.kind = known.kind or topic.kind
        known.speakers += [speaker for speaker in topic.speakers if speaker not in known.speakers]
    return list(first.values()), again


def _find_topics(scene: Scene) -> list[Topic]:
    """Return the topics in text order, with their speakers."""
    titled = find_titles(scene)
    topics = sorted(titled + find_untitled(scene, titled), key=lambda topic: topic.first)
    kind = topics[0].kind if topics else None
    first = topics[0] if kind and kind.split()[-1] in word_set("both") else None
    whole = first if first and (not scene.events or _is_whole(scene, first)) else None
    speech = speech_tokens(scene, titled)
    speaking = replace(scene, people=[named for named in scene.people if named.first not in speech])
    assign_speakers(speaking, topics, whole=whole)
    return topics


def _is_whole(scene: Scene, topic: Topic) -> bool:
    """Tell whether the topic is that of the event: its name, or told after «состоялась пресс-конференция»."""
    if (topic.first, topic.last) in scene.events:
        return True
    line = scene.outline.line(topic.first)
    before = [first for first, _ in scene.events if line.first <= first < topic.first]
    return any(first in scene.heads and scene.heads[first].kind == topic.kind for first in before)


def _event(scene: Scene, topic: Topic, events: Sequence[Event]) -> str | None:
    """Return the event of a topic: itself, one named in its line or the heading of its list, else the main one."""
    if (topic.first, topic.last) in scene.events:
        return scene.events[topic.first, topic.last]
    lines = scene.outline.lines
    number = heading = scene.outline.line_of[topic.first]
    while heading and lines[heading].item:
        heading -= 1
    for line in (lines[number], lines[heading]):
        stop = min(line.last, topic.first)
        earlier = bisect_left(scene.events_in_order, (stop, ""))
        if earlier and scene.events_in_order[earlier - 1][0] >= line.first:
            return scene.events_in_order[earlier - 1][1]
    main = next((event for event in events if event.kind not in word_set("contests")), None)
    return main.id if main else None


def _hours(scene: Scene, topic: Topic, topics: Sequence[Topic]) -> tuple[str | None, str | None]:
    """Return the hours of a topic: of its line, or of the heading «11:45–13:15 Секции (параллельно)» above it."""
    outline = scene.outline
    taken = {outline.line_of[other.first] for other in topics}
    number = outline.line_of[topic.anchor]
    line = outline.lines[number]
    while number and not line.starts and not line.gap:
        number -= 1
        line = outline.lines[number]
        if line.starts and number in taken:
            return None, None
    return line.starts, line.ends


def _days(scene: Scene, topics: Sequence[Topic], events: Sequence[Event], dates: Sequence[Date]) -> dict[int, int]:
    """Return the number of the day of each topic (by its first token), where the text says it.

    A heading «20 АПРЕЛЯ», «ДЕНЬ ВТОРОЙ. 17 октября», or a sentence «Второй день посвятили…» says the day of what
    follows; days are counted from the first day of the main event, else from the first heading.
    """
    headings, numbers = _dated_headings(scene, dates), _numbered_days(scene)
    begin = next((event.start for event in events if event.start), None) or next(iter(headings.values()), None)
    counted = dict(numbers)
    for at, day in headings.items():
        number = (Day.fromisoformat(day) - Day.fromisoformat(begin)).days + 1 if begin else 0
        if 1 <= number <= LONGEST:
            counted.setdefault(at, number)
    found = {}
    for topic in topics:
        stop = scene.outline.unit(topic.first)[1]
        last = max((at for at in counted if at < stop), default=None)
        if last is not None:
            found[topic.first] = counted[last]
    return found


def _dated_headings(scene: Scene, dates: Sequence[Date]) -> dict[int, str]:
    """Return ISO days of headings such as «5 октября, четверг. Дом дружбы», by their first token."""
    found = {}
    for row in day_rows(scene.page, dates):
        line = scene.outline.line(row.first)
        heading = row.first - line.body <= 4 and line.last - line.first <= LONGEST and not line.starts
        if heading and row.start and row.start == row.end and scene.outline.line_of[line.first] > 0:
            found[line.first] = row.start
    return found


def _numbered_days(scene: Scene) -> dict[int, int]:
    """Return numbers of days by the first token of the sentence: «ДЕНЬ ВТОРОЙ», «Второй день посвятили…»."""
    found = {}
    for start, stop in scene.outline.units:
        words = scene.page.lower[start : min(stop, start + 4)]
        at = next((k for k, word in enumerate(words) if word in ("день", "дня")), None)
        if at is not None:
            beside = words[max(0, at - 1) : at + 2]
            numbers = (n for word in beside for stem, n in DAY_STEMS.items() if word.startswith(stem))
            number = next(numbers, None)
            if number is not None:
                found[start] = number
    return found
