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
    "ответить ответ возразить парировать добавить поддержать согласиться оппонировать поспорить заявить подхватить "
    "усомниться возражать дополнить уточнить вступить отреагировать оспорить поправить".split()
)
CONTACT = frozenset("справка администратор контакт регистрация заявка запись почта реквизиты адрес фото вопрос телефон".split())
LEADING = frozenset("вести провести проводить прочитать прочесть читать модерировать".split())
PANELS = frozenset("стол дискуссия заседание панель секция конференция сессия диалог дебаты площадка совещание".split())
ALONE = frozenset(
    "лекция класс тренинг воркшоп вебинар доклад практикум занятие консультация экскурсия мастерская урок семинар "
    "сообщение выступление презентация разбор хакатон".split()
)
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
        if not names or _goes_on(outline, group[0]):
            names += _zone(page, outline, topics, group, people, group[0] is whole)
        names += _pronoun(page, outline, group[0], people)
        for topic in group:
            topic.speakers = list(dict.fromkeys(named.person for named in names))
    _join_parts(outline, topics)
    _lead_lists(page, outline, topics, people)


def _goes_on(outline: Outline, topic: Topic) -> bool:
    """Tell whether further people may come after the sentence that names a speaker.

    At a panel they do, and in a programme («Модератор — …»); a lecture has been given by who gave it.
    """
    if topic.rule == "untitled.verb":
        return False
    alone = topic.kind is not None and topic.kind.split()[-1].split("-")[-1] in ALONE
    return outline.line(topic.first).item or not alone


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
    if group[0].rule == "untitled.verb":
        start, stop = _clause(page, start, stop, group[0].first)
    before = [t for t in topics if start <= t.first and t.last <= group[0].first and t not in group]
    after = [t for t in topics if group[-1].last <= t.first < stop]
    left = before[-1].last if before else start
    right = after[0].anchor if after else stop
    found = []
    for named in people:
        if not start <= named.first < stop:
            continue
        if named.first < group[0].first:
            inside = named.first >= group[0].anchor  # «воркшоп Елены Кузиной «Дерево целей»»
            if named.first >= left and (not before or inside or _leans_right(page, left, named.first, group[0].first)):
                found.append(named)
        elif named.first < right and not (after and _leans_right(page, group[-1].last, named.first, after[0].first)):
            found.append(named)
    return found


def _sentence(outline: Outline, group: list[Topic]) -> tuple[int, int]:
    start = outline.unit(min(group[0].anchor, group[0].first))[0]
    line = outline.line(group[0].first)
    return max(start, line.first), outline.unit(group[-1].first)[1]


def _clause(page: Page, start: int, stop: int, i: int) -> tuple[int, int]:
    """Return the part of a sentence between «, а» or semicolons: «А. рассказала, как…, а П. научил…»."""
    cuts = [k for k in range(start, stop) if page.words[k] == ";" or page.lower[k : k + 2] == [",", "а"]]
    return max([start, *(k for k in cuts if k < i)]), min([stop, *(k for k in cuts if k > i)])


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
    stop = limit if whole else min(limit, _end_of_zone(page, outline, group[-1], people))
    return [
        named for named in people if start <= named.first < stop and not _is_contact(page, outline, named.first)
    ]


def _end_of_zone(page: Page, outline: Outline, topic: Topic, people: Sequence[Named]) -> int:
    """Return where the lines of a session end: its own, those of its programme item, those that answer."""
    line = outline.line(topic.first)
    end = line.last
    listing = page.words[line.last - 1] == ":"
    heading = line.last - topic.last <= 2 and page.words[line.last - 1] not in ".…"
    for following in outline.lines[outline.line_of[line.first] + 1 :]:
        item = following.item or following.gap
        listed = listing and following.item
        under = not item and (heading or _names_only(page, following, people))
        if not (listed or under or _answers(page, following)):
            break
        end = following.last
    return end


def _names_only(page: Page, line: Line, people: Sequence[Named]) -> bool:
    """«Модератор: Ирина Малахова, директор центра», a line of a programme: a name and no verb."""
    if not any(line.first <= named.first < line.last for named in people):
        return False
    return not any(page.feature(k, "VerbForm") == "Fin" for k in range(line.first, line.last))


def _answers(page: Page, line: Line) -> bool:
    """«Заместитель министра ответил, что…», «— Нам нужны четыре часа, — заявила Ахметова»."""
    if line.starts or line.marker not in ("", "—", "-", "–"):
        return False
    i = line.first
    while i < line.last:
        if i in page.quote_at:
            i = page.quote_at[i].last
        elif page.lemmas[i] in ANSWERING:
            return True
        i += 1
    return False


def _is_contact(page: Page, outline: Outline, i: int) -> bool:
    """«Администратор Кира Зайончковская: 8 (812) …»: not a speaker."""
    start, stop = outline.unit(i)
    phone = any(len(word) >= 5 and word.replace("-", "").isdigit() or word == "@" for word in page.words[start:stop])
    return phone or "тел" in page.lower[start:stop] or page.lemmas[outline.line(i).body] in CONTACT


def _pronoun(page: Page, outline: Outline, topic: Topic, people: Sequence[Named]) -> list[Named]:
    """«Она модерировала круглый стол «Отряд»»: the last person of that gender named before."""
    start = outline.unit(topic.anchor)[0]
    words = page.lower[start : topic.first]
    pronoun = next((word for word in words if word in PRONOUNS), None)
    if pronoun is None or any(start <= named.first < topic.first for named in people):
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
        goes_on = topic.rule == "untitled.verb" and parent is not None and topic.kind == parent.kind
        part = parent is not None and (topic.kind in PARTS or goes_on)
        if parent and part and outline.line_of[topic.first] == outline.line_of[parent.first]:
            later = outline.unit_of[topic.first] > outline.unit_of[parent.first]
            panel = parent.kind is not None and parent.kind.split()[-1] in PANELS
            if later and panel or not parent.speakers:
                parent.speakers.extend(s for s in topic.speakers if s not in parent.speakers)
            continue
        parent = topic


def _lead_lists(page: Page, outline: Outline, topics: Sequence[Topic], people: Sequence[Named]) -> None:
    """«Занятия вела юрист Марина Шульц. Три блока: • «Налоги» • «Договор»»: one leader for the whole list."""
    for topic in topics:
        line = outline.line(topic.first)
        if topic.speakers or not line.marker:
            continue
        number = outline.line_of[line.first]
        alike = [t for t in topics if outline.line(t.first).marker == line.marker]
        while number and outline.lines[number].marker == line.marker:
            number -= 1
        above = outline.lines[number]
        start = outline.units[max(0, outline.unit_of[above.last - 1] - 1)][0]
        names = [named.person for named in people if max(start, above.first) <= named.first < above.last]
        led = any(word in LEADING for word in page.lemmas[max(start, above.first) : above.last])
        if led and names and not any(t.speakers for t in alike):
            for other in alike:
                other.speakers = list(dict.fromkeys(names))
