"""What the rules of session topics look at: the page with its outline, names of people, events and session words.

Steps
    ``build_scene`` puts the rows of earlier extractors onto tokens once, so that every rule asks by token.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, find_heads, is_plural
from pipeline.extractors.outline import Outline, build_outline
from pipeline.page import Page
from pipeline.record import Date, Event, Organisation, Person

SESSIONS = ("session", "either")


@dataclass
class Topic:
    """A topic while it is being put together: tokens ``[first, last)`` and what is known of it.

    ``anchor`` is the first token of its session («мастер-класс», or the opening quote); ``grouped`` tells that it
    shares speakers with the topic before it («A», «B» и «C»).
    """

    first: int
    last: int
    titled: bool
    kind: str | None
    rule: str
    anchor: int
    grouped: bool = False
    speakers: list[str] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Return the first token of the topic with its session word."""
        return min(self.anchor, self.first)


class Named(NamedTuple):
    """A mention of a person: tokens ``[first, last)``, the person's id and gender where known."""

    first: int
    last: int
    person: str
    gender: str | None


@dataclass(frozen=True)
class Scene:
    """See the module docstring.

    ``heads`` are the listed nouns by token; ``people`` the mentions in text order; ``events`` the ids of events by
    the token range that names them; ``blocked`` the tokens of names and dates, which belong to no topic; ``bodies``
    the opening quotes of names of organisations.
    """

    page: Page
    outline: Outline
    heads: dict[int, Head]
    people: list[Named]
    events: dict[tuple[int, int], str]
    blocked: frozenset[int]
    bodies: frozenset[int] = frozenset()

    @cached_property
    def names_from(self) -> dict[int, int]:
        """Return first token → token after each name of a person."""
        return {named.first: named.last for named in self.people}

    @cached_property
    def events_in_order(self) -> list[tuple[int, str]]:
        """Return first token and id of each name of an event, in text order."""
        return [(first, event) for (first, _), event in sorted(self.events.items())]

    @cached_property
    def ends_of_names(self) -> dict[int, int]:
        """Return last token → first token of each name of a person."""
        return {named.last - 1: named.first for named in self.people}

    def people_in(self, start: int, stop: int) -> list[Named]:
        """Return the mentions of people that begin in tokens ``[start, stop)``."""
        first, last = (bisect_left(self.people, i, key=lambda named: named.first) for i in (start, stop))
        return self.people[first:last]

    def sessions_in(self, start: int, stop: int) -> Iterator[Head]:
        """Yield the session words of tokens ``[start, stop)`` from the last to the first."""
        for i in range(stop - 1, start - 1, -1):
            head = self.heads.get(i)
            if head is not None and head.sort in SESSIONS:
                yield head


def build_scene(
    page: Page,
    people: Iterable[Person],
    events: Iterable[Event],
    dates: Iterable[Date],
    organisations: Iterable[Organisation] = (),
) -> Scene:
    """Put people, events and dates onto the tokens of a page."""
    heads = find_heads(page)
    bodies = [page.tokens_in(m.start, m.end) for body in organisations for m in body.mentions]
    inside = {i for first, last in bodies if last - first > 1 for i in _after_noun(page, first, last)}
    heads = {i: head for i, head in heads.items() if i not in inside or head.sort not in SESSIONS}
    found = [Named(*page.tokens_in(m.start, m.end), p.id, p.gender) for p in people for m in p.mentions]
    found = [_without_kind(heads, named) for named in found]
    blocked = {i for named in found for i in range(named.first, named.last)}
    for date in dates:
        blocked.update(range(*page.tokens_in(date.start, date.end)))
    return Scene(
        page=page,
        outline=build_outline(page),
        heads=heads,
        people=sorted(found, key=lambda named: named.first),
        events={page.tokens_in(m.start, m.end): event.id for event in events for m in event.mentions},
        blocked=frozenset(blocked),
        bodies=frozenset(_quotes_of_bodies(page, heads, bodies)),
    )


def _after_noun(page: Page, first: int, last: int) -> range:
    """Return the tokens of an organisation after its own noun: «центр межкультурного диалога» is no «диалог»."""
    return range(next((i for i in range(first, last) if page.pos[i] in ("NOUN", "PROPN")), last) + 1, last)


def _quotes_of_bodies(page: Page, heads: dict[int, Head], bodies: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield the opening quotes of names of organisations: «РЦ «Ашкадар»», not «мастерская «Свет»»."""
    for first, last in bodies:
        pair = page.quote_ending.get(last - 1)
        if pair is None or first >= pair.first:
            continue
        if not any(k in heads and heads[k].sort in SESSIONS for k in range(first, pair.first)):
            yield pair.first


def _without_kind(heads: dict[int, Head], named: Named) -> Named:
    """«Лекция Инги Вальтер»: where the tagger took the session word into the name, the name begins after it."""
    return named._replace(first=named.first + 1) if named.first in heads and named.last - named.first > 1 else named


def part_kind(scene: Scene, i: int) -> str | None:
    """Return the kind of «Вторая группа обсуждала…», «Первая, «Деревня», искала…» after «четыре рабочие группы».

    ``None`` where the sentence of token ``i`` does not begin with the number of a part, or no such parts were told.
    """
    page = scene.page
    start = scene.outline.unit(i)[0]
    first = opens_part(scene, i)
    if first is None:
        return None
    noun = page.lemmas[first + 1] if page.pos[first + 1] == "NOUN" else None
    if noun is not None and noun not in word_set("numbered_parts") | word_set("panels"):
        return None
    for head in scene.sessions_in(scene.outline.lines[max(0, scene.outline.line_of[i] - 6)].first, start):
        several = is_plural(page.words[head.index]) or (head.first > 0 and page.pos[head.first - 1] == "NUM")
        several = several or page.lemmas[first] in word_set("beside")  # «Следующая, о грантах, пройдёт в мае»
        if several and noun in (None, page.lemmas[head.index]):
            return head.kind
    return None


def opens_part(scene: Scene, i: int) -> int | None:
    """Return the number of a part that opens the sentence of token ``i``, up to it: «На второй говорили о…»."""
    start = scene.outline.unit(i)[0]
    words = word_set("part_numbers")
    return next((k for k in range(start, min(start + 3, i + 1)) if scene.page.lemmas[k] in words), None)


def last_session(scene: Scene, start: int, stop: int, topics: Iterable[Topic]) -> Head | None:
    """Return the last session word of tokens ``[start, stop)`` that belongs to no topic yet."""
    topics = list(topics)
    taken = {topic.anchor for topic in topics}
    for head in scene.sessions_in(start, stop):
        inside = any(topic.first <= head.index < topic.last for topic in topics)
        if not inside and head.first not in taken:
            return head
    return None
