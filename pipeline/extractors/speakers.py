"""Joins people to the sessions at which they spoke, led or moderated.

Steps
    Every topic has a zone: its sentence and what follows up to the next topic, inside its paragraph or programme
    item; further lines belong to it where they answer («возразил», «ответила») or list its speakers. People named
    in the zone are its speakers. In a sentence with several topics a person goes to the topic on the near side of
    the comma. «Она модерировала круглый стол…» takes the last person named before.
Leaves out
    Roles of people, and who only attended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extractors.outline import Line, Outline
from pipeline.extractors.titles import Topic
from pipeline.page import Page

ANSWERING = frozenset(
    "ответить возразить парировать добавить поддержать согласиться оппонировать поспорить заявить подхватить "
    "усомниться отвечать возражать дополнить уточнить вступить отреагировать оспорить поправить".split()
)
CONTACT = frozenset("тел телефон справка администратор контакт регистрация заявка запись почта реквизиты адрес фото".split())
PANELS = frozenset("стол дискуссия заседание панель секция конференция сессия диалог дебаты площадка совещание".split())
PARTS = frozenset({"доклад", "сообщение", "выступление", "презентация", None})
PRONOUNS = {"он": "male", "его": "male", "она": "female", "ее": "female"}


@dataclass(frozen=True, slots=True)
class Named:
    """A mention of a person: tokens ``[first, last)``, the person's id and gender where known."""

    first: int
    last: int
    person: str
    gender: str | None


def assign_speakers(
    page: Page, outline: Outline, topics: Sequence[Topic], people: Sequence[Named], whole: Topic | None
) -> None:
    """Fill ``speakers`` of the topics (in text order).

    Args:
        people: mentions in text order.
        whole: the topic that is the event itself, so that all who spoke after it spoke there, or ``None``.
    """
    for group in _groups(topics):
        names = _own_sentence(page, outline, topics, group, people)
        names += _zone(page, outline, topics, group, people, group[0] is whole)
        if not names:
            names = _pronoun(page, outline, group[0], people)
        for topic in group:
            topic.speakers = list(dict.fromkeys(named.person for named in names))
    _join_parts(outline, topics)


def _groups(topics: Sequence[Topic]) -> list[list[Topic]]:
    """Topics side by side share their speakers: «A», «B» и «C»."""
    groups: list[list[Topic]] = []
    for topic in topics:
        if topic.grouped and groups:
            groups[-1].append(topic)
        else:
            groups.append([topic])
    return groups


def _own_sentence(
    page: Page, outline: Outline, topics: Sequence[Topic], group: list[Topic], people: Sequence[Named]
) -> list[Named]:
    """Return the people of the sentence that stands around a group of topics."""
    start, stop = _sentence(outline, group)
    before = [t for t in topics if start <= t.first and t.last <= group[0].first and t not in group]
    after = [t for t in topics if group[-1].last <= t.first < stop]
    left = before[-1].last if before else start
    right = after[0].anchor if after else stop
    found = []
    for named in people:
        if not start <= named.first < stop:
            continue
        if named.first < group[0].first:
            if named.first >= left and (not before or _leans_right(page, left, named.first, group[0].first)):
                found.append(named)
        elif named.first < right and not (after and _leans_right(page, group[-1].last, named.first, after[0].first)):
            found.append(named)
    return found


def _sentence(outline: Outline, group: list[Topic]) -> tuple[int, int]:
    start = outline.unit(min(group[0].anchor, group[0].first))[0]
    line = outline.line(group[0].first)
    return max(start, line.first), outline.unit(group[-1].first)[1]


def _leans_right(page: Page, left: int, person: int, right: int) -> bool:
    """Tell whether a person between two topics belongs to the second: «вёл «A», директор П. — тренинг «B»»."""
    before, after = page.words[left:person], page.words[person:right]
    if ";" in after:
        return False
    return ";" in before or "," in before


def _zone(
    page: Page, outline: Outline, topics: Sequence[Topic], group: list[Topic], people: Sequence[Named], whole: bool
) -> list[Named]:
    """Return the people of the sentences and lines after the topic that still belong to it."""
    start = _sentence(outline, group)[1]
    following = [t for t in topics if t.first >= start]
    limit = min((outline.unit(min(t.anchor, t.first))[0] for t in following), default=len(page))
    stop = limit if whole else min(limit, _end_of_zone(page, outline, outline.line(group[-1].first)))
    return [
        named for named in people if start <= named.first < stop and not _is_contact(page, outline, named.first)
    ]


def _end_of_zone(page: Page, outline: Outline, line: Line) -> int:
    """Return where the lines of a session end: its own, those of its programme item, those that answer."""
    number = outline.line_of[line.first]
    end = line.last
    listing = page.words[line.last - 1] == ":"
    for following in outline.lines[number + 1 :]:
        if listing and following.item:
            end = following.last
            continue
        if _is_title_line(page, line) and not following.gap and not following.item:
            end = following.last
            continue
        if _answers(page, following):
            end = following.last
            continue
        break
    return end


def _is_title_line(page: Page, line: Line) -> bool:
    """A line of a programme («10:00 Секция «Право»»), after which lines with speakers may follow."""
    return line.starts is not None or bool(line.marker) or page.words[line.last - 1] not in ".!?…"


def _answers(page: Page, line: Line) -> bool:
    """«Заместитель министра ответил, что…», «— Нам нужны четыре часа, — заявила Ахметова»."""
    if line.starts or line.marker not in ("", "—", "-", "–"):
        return False
    return any(word in ANSWERING for word in page.lemmas[line.first : line.last])


def _is_contact(page: Page, outline: Outline, i: int) -> bool:
    """«Администратор Кира Зайончковская: 8 (812) …»: not a speaker."""
    start, stop = outline.unit(i)
    return any(word in CONTACT for word in page.lemmas[start:stop])


def _pronoun(page: Page, outline: Outline, topic: Topic, people: Sequence[Named]) -> list[Named]:
    """«Она модерировала круглый стол «Отряд»»: the last person of that gender named before."""
    start = outline.unit(topic.anchor)[0]
    words = page.lower[start : topic.first]
    pronoun = next((word for word in words if word in PRONOUNS), None)
    if pronoun is None:
        return []
    line = outline.line_of[start]
    earliest = outline.lines[max(0, line - 1)].first
    for named in reversed(people):
        if earliest <= named.first < start and named.gender in (None, PRONOUNS[pronoun]):
            return [named]
    return []


def _join_parts(outline: Outline, topics: Sequence[Topic]) -> None:
    """A report or a remark inside a round table: who made it spoke at the round table."""
    parent: Topic | None = None
    for topic in topics:
        part = topic.kind in PARTS and parent is not None
        if parent and part and outline.line_of[topic.first] == outline.line_of[parent.first]:
            later = outline.unit_of[topic.first] > outline.unit_of[parent.first]
            if later and parent.kind and parent.kind.split()[-1] in PANELS:
                parent.speakers.extend(s for s in topic.speakers if s not in parent.speakers)
            continue
        parent = topic
