"""Finds topics that have no title: the phrase that says what a session was about.

Steps
    A session word with a preposition («круглый стол об этике нейросетей», «тренинг по радиосвязи»), a colon or a
    number is read here; verbs («обсудили», «говорила о», also «посвящённый») by ``discussion``.
Leaves out
    Sessions with a title: what was said there is no further topic.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, cases_of, find_head, is_plural, says_several
from pipeline.extractors.outline import Line
from pipeline.extractors.session_topics.discussion import (
    ABOUT,
    DASHES,
    after_speech,
    after_verb,
    read_about,
)
from pipeline.extractors.session_topics.hall import Hall, discussion_verbs
from pipeline.extractors.session_topics.phrases import CASE_OF, Range, join_pair
from pipeline.extractors.session_topics.scene import SESSIONS, Scene, Topic, last_session, part_kind
from pipeline.extractors.session_topics.titles import heading_heads
from pipeline.page import Page
from pipeline.tokens import Trigger

NOUNS = frozenset({"тема", "повестка", "речь", "спор"})  # «темой стало…», «речь шла о…»


def find_untitled(scene: Scene, titled: list[Topic]) -> list[Topic]:
    """Return the topics without a title, in text order."""
    page, verbs, found = scene.page, discussion_verbs(), list[Topic]()
    hall = Hall(scene, titled, found, speech_tokens(scene, titled))
    owned = {topic.anchor for topic in titled}
    inside = {i for topic in titled for i in range(topic.first, topic.last)}
    common = word_set("quoted_only")
    told = any(
        head.sort in SESSIONS or (head.sort == "event" and head.kind not in common) for head in scene.heads.values()
    )
    context = bool(titled or scene.events) or told
    end = 0
    for i in sorted({*scene.heads, *page.find(SPEAKING)}):
        head, word = scene.heads.get(i), page.lemmas[i]
        if i < end or i in inside or i in hall.speech:
            continue
        topics: list[Topic] = []
        if head is not None and head.sort in SESSIONS:
            topics = [] if head.first in owned else _after_word(hall, head)
            if not topics and word == "разговор" and context and page.uses("untitled.speech"):
                topics = after_speech(hall, i)
        elif context and word in ("тема", "повестка") and page.uses("untitled.theme"):
            topics = _theme(hall, i)
        elif context and word in ("речь", "спор") and page.uses("untitled.speech"):
            topics = after_speech(hall, i)
        elif context and word in verbs and page.uses("untitled.verb"):
            topics = after_verb(hall, i, verbs[word])
        elif context and word in word_set("part_numbers") and page.uses("untitled.part"):
            topics = _part(hall, i)
        for topic in topics:
            if not any(topic.first < other.last and other.first < topic.last for other in found):
                found.append(topic)
                end = max(end, topic.last)
    if page.uses("untitled.listed"):
        found += _find_listed(hall)
    return sorted(found, key=lambda topic: topic.first)


def _find_listed(hall: Hall) -> list[Topic]:
    """«После перерыва работали секции: по вопросам отчётности — модератор Ли», «Чему учим? ✓ договоры — Ким»."""
    scene, found = hall.scene, list[Topic]()
    for line in scene.outline.lines:
        listed = line.marker or scene.page.lower[line.body] == "по"
        if not listed or line.starts or line.body in scene.page.quote_at or line.body in scene.names_from:
            continue
        if any(line.first <= topic.first < line.last for topic in (*hall.titled, *hall.untitled)):
            continue
        heads = heading_heads(scene, line)
        ranges = _read_item(hall, line) if heads is not None else []
        kind = heads[-1].kind if heads else None
        found += [Topic(a, b, False, kind, "untitled.listed", line.body) for a, b in ranges]
    return found


def _read_item(hall: Hall, line: Line) -> list[Range]:
    """Return the topic of an item that goes on, after a dash or in brackets, with who spoke of it."""
    page, reader = hall.scene.page, hall.reader(line.body)
    at = line.body + 1 if page.lower[line.body] in (*ABOUT, "по") else line.body
    case = CASE_OF[page.lower[line.body]] if at > line.body else "nomn"
    question = reader.question(at)
    found = [question] if question else reader.theme(at, case)
    if not found or found[0][1] >= line.last or page.words[found[0][1]] not in (*DASHES, "("):
        return []
    return found if hall.scene.people_in(found[0][1], line.last) else []


@cache
def _triggers() -> frozenset[str]:
    """Return the lemmas beside session words at which a topic may be told."""
    return NOUNS | discussion_verbs().keys() | word_set("part_numbers")


SPEAKING = Trigger(lambda token: token.lemma in _triggers())


def speech_tokens(scene: Scene, titled: list[Topic]) -> frozenset[int]:
    """Return the tokens in quotes that are neither a title nor the name of an event."""
    known = {topic.first for topic in titled} | {first for first, _ in scene.events}
    return frozenset(
        i for pair in scene.page.quotes if pair.first + 1 not in known for i in range(pair.first, pair.last)
    )


def _after_word(hall: Hall, head: Head) -> list[Topic]:
    """«круглый стол об этике нейросетей», «Разговор с Рощиной о том, как считать», «тренинг по радиосвязи»."""
    page = hall.scene.page
    if head.kind in word_set("reports") and not _is_given(hall, head):
        return []
    headline = hall.scene.outline.line_of[head.index] == 0
    if headline and is_plural(page.words[head.index]) and "gent" in cases_of(page.words[head.index]):
        return []  # «Три дня разговоров о том, как быть рядом»
    reader = hall.reader(head.index)
    colon = page.words[head.index + 2 : head.index + 3] == [":"]  # «разбор ошибок: Ли расскажет о…»
    if head.kind in word_set("with_genitive") and not colon and _is_announced(hall, head):
        found = reader.topics(head.index + 1, "gent")
        if found and page.words[found[0][0]].islower():
            return _topics(hall, head, found, "untitled.genitive")
    if numbered := _after_number(hall, head):
        return _topics(hall, head, [numbered], "untitled.numbered")
    for j, plain in _words_after(hall, head):
        word = page.lower[j]
        if word in ABOUT:
            return _topics(hall, head, read_about(hall, j), "untitled.about")
        if word == "по" and plain and not _is_of_body(page, head, j) and _says_topic(hall, head, j):
            ranges = [found for found in read_about(hall, j) if not _holds_event(hall, *found)]
            return _topics(hall, head, ranges, "untitled.by")
        if word == "тему" and page.lower[j - 1] == "на":
            return _topics(hall, head, reader.topics(j + 1, "gent"), "untitled.about")
        if word == ":":
            return _topics(hall, head, _after_colon(hall, head, j + 1), "untitled.colon")
    return []


def _after_number(hall: Hall, head: Head) -> Range | None:
    """«Секция 1. Добровольчество на селе. Модератор — Ли»: return what stands after the number, without a verb."""
    page, outline = hall.scene.page, hall.scene.outline
    line, j = outline.line(head.index), head.index + 1
    if head.first != line.body or j + 2 >= line.last or page.words[j + 1] not in (".", ":"):
        return None
    if not (page.words[j].isdigit() or (len(page.words[j]) == 1 and page.words[j].isupper())):
        return None
    first = j + 2
    stop = next(
        (k for k in range(first, line.last) if page.words[k] in '.;(«"' or page.words[k] in DASHES), line.last
    )
    told = any(
        page.pos[k] in ("VERB", "AUX") or k in hall.scene.names_from or page.words[k][0].isdigit()
        for k in range(first, stop)
    )
    return (first, stop) if stop > first and not told and page.lemmas[first] not in word_set("labels") else None


def _after_colon(hall: Hall, head: Head, i: int) -> list[Range]:
    """«Дискуссия: как считать добро», in a programme «Секция для бухгалтеров: новая форма отчётности»."""
    page, outline = hall.scene.page, hall.scene.outline
    reader = hall.reader(head.index)
    if question := reader.question(i):
        return [question]
    line = outline.line(i)
    whole = line.item and head.first == line.body and not is_plural(page.words[head.index])
    if not whole or i >= line.last or page.lemmas[i] in word_set("labels"):
        return []
    found = reader.topics(i, "nomn")
    ended = bool(found) and (found[-1][1] >= line.last or page.words[found[-1][1]] in ".;")
    return found if ended else []


def _theme(hall: Hall, i: int) -> list[Topic]:
    """«Главной темой встречи стало развитие туризма»: the subject of «стать» is the topic."""
    scene = hall.scene
    page, stop = scene.page, scene.outline.unit(i)[1]
    if page.feature(i, "Case") != "Ins":
        return _stated_theme(hall, i)
    verb = next((k for k in range(i + 1, min(i + 6, stop)) if page.pos[k] in ("VERB", "AUX")), None)
    if verb is None or any(verb < topic.first < stop for topic in hall.titled):
        return []
    head = next((scene.heads[k] for k in range(i + 1, verb) if k in scene.heads), None)
    kind = head.kind if head is not None and head.sort in SESSIONS else None
    case = "accs" if page.lemmas[verb] in word_set("choosing") else "nomn"
    reader = hall.reader(verb)
    several = page.lower[i] == "темами"
    ranges = reader.topics(verb + 1, case) if several else reader.theme(verb + 1, case)
    kind = kind or _theme_kind(hall, i, verb)
    long = [(a, b) for a, b in ranges if kind or b - a > 1]  # «главной темой была семья» says the theme of all
    return [Topic(a, b, False, kind, "untitled.theme", i, grouped=n > 0) for n, (a, b) in enumerate(long)]


def _stated_theme(hall: Hall, i: int) -> list[Topic]:
    """«Третья тема — выплаты добровольцам на проезд», «Тема занятия: первые сутки поиска»."""
    page = hall.scene.page
    start, stop = hall.scene.outline.unit(i)
    start = max(start, hall.scene.outline.line(i).body)
    start = max([start, *(k + 1 for k in range(start, i) if page.words[k] in ";,(")])
    if any(page.pos[k] not in ("ADJ", "NUM", "DET", "ADP") for k in range(start, i)):
        return []
    j = next((k for k in range(i + 1, stop) if page.words[k] in ("—", "–", "-", ":", ",")), stop)
    if j >= stop - 1 or page.words[j] == ",":
        return []
    if any(page.pos[k] in ("VERB", "AUX") for k in range(i + 1, j)) and page.words[j] != ":":
        return []
    reader = hall.reader(i)
    ranges = (
        reader.topics(j + 1, "nomn")
        if says_several(page, i) or page.lower[i] in ("темы", "повестка")
        else reader.theme(j + 1, "nomn")
    )
    kind = _theme_kind(hall, i, j)
    return [Topic(a, b, False, kind, "untitled.theme", i, grouped=n > 0) for n, (a, b) in enumerate(ranges)]


def _theme_kind(hall: Hall, i: int, stop: int) -> str | None:
    """«Тема заседания: …», «Вечер завершил открытый микрофон. Тему участники выбрали сами: …»."""
    scene = hall.scene
    line = scene.outline.line(i)
    before = last_session(scene, line.first, i, hall.titled)
    named = next((scene.heads[k] for k in range(i + 1, stop) if k in scene.heads), None)
    if named is None:
        return before.kind if before is not None and not is_plural(scene.page.words[before.index]) else None
    if named.sort not in SESSIONS:
        return named.kind
    fuller = before is not None and before.kind.split()[-1] == named.kind
    return before.kind if before is not None and fuller else named.kind


def _part(hall: Hall, i: int) -> list[Topic]:
    """«Секций было две. Первую, по вопросам обмена студентами, провела…», «Вторая — о льготах»."""
    page = hall.scene.page
    start, stop = hall.scene.outline.unit(i)
    j = i + 2 if page.words[i + 1 : i + 2] in ([","], ["—"], ["–"], ["-"]) else i + 1
    if page.lower[j : j + 1] == ["по"] and page.lemmas[j + 1] in word_set("not_by"):
        return []  # «Последний, по словам Ли, состоится в мае»
    if i != start or j >= stop or page.lower[j] not in (*ABOUT, "по") or (kind := part_kind(hall.scene, i)) is None:
        return []
    ranges = read_about(hall, j)
    return [Topic(ranges[0][0], ranges[-1][1], False, kind, "untitled.part", i)] if ranges else []


def _words_after(hall: Hall, head: Head) -> Iterator[tuple[int, bool]]:
    """Yield the words after a session word that may still belong to it, over names, brackets and quotes.

    With each comes whether only genitives and names stand between, so that «по» still belongs to the session word.
    The words end before a title, after a mark, at a verb that does not deliver a report.
    """
    page = hall.scene.page
    stop = hall.scene.outline.unit(head.index)[1]
    names = hall.scene.names_from
    titles = {topic.first for topic in hall.titled}
    j, plain = head.index + 1, True
    while j < stop:
        if j in names:
            j = names[j]
        elif page.words[j] == "(":
            j = (page.bracket_at[j].last if j in page.bracket_at else stop) + 1
        elif j in page.quote_at:
            if j + 1 in titles:
                return
            j = page.quote_at[j].last + 1
        else:
            head_here = hall.scene.heads.get(j)
            if head_here is not None and head_here.sort in SESSIONS:
                return  # «Завершил сессию тренинг по отчётам», «Встреча шла в форме диалога о грантах»
            yield j, plain
            linking = word_set("delivering") | word_set("arising")
            verb = page.pos[j] in ("VERB", "AUX") and page.lemmas[j] not in linking
            if verb or not page.words[j][0].isalnum():
                return
            plain = plain and (page.pos[j] in ("NOUN", "PROPN", "ADJ") or page.lower[j] == "для")
            j += 1


def _holds_event(hall: Hall, first: int, last: int) -> bool:
    """«практикум по пожертвованиям «Друзья дела»» is an event with a name: what it was by is no topic."""
    return any(first < event <= last + 1 for event, _ in hall.scene.events)


def _is_of_body(page: Page, head: Head, j: int) -> bool:
    """«заседание Совета по поддержке НКО»: the preposition belongs to the body."""
    between = [find_head(page, k) for k in range(head.index + 1, j)]
    return any(found is not None and found.sort == "other" for found in between)


def _is_announced(hall: Hall, head: Head) -> bool:
    """«11:00 Обсуждение законопроекта», «прошло обсуждение законопроекта»; not «после обсуждения законопроекта»."""
    page, outline = hall.scene.page, hall.scene.outline
    start, stop = outline.unit(head.index)
    if outline.line(start).item and head.first == outline.line(start).body:
        return True
    began = not word_set("began").isdisjoint(page.lemmas[start:stop])
    return began and page.feature(head.index, "Case") == "Nom"


def _is_given(hall: Hall, head: Head) -> bool:
    """«с докладом о…», «сделала доклад о…», an item of a programme; not «поступают сообщения о поджогах»."""
    page, outline = hall.scene.page, hall.scene.outline
    start, stop = outline.unit(head.index)
    first = head.first
    while first > start and page.pos[first - 1] == "ADJ":
        first -= 1
    if page.lower[first - 1] in ("с", "со") or first == outline.line(start).body:
        return True
    if page.feature(head.index, "Case") == "Ins" and page.lemmas[first - 1] in word_set("began"):
        return True  # «Второй день открылся сообщением о…»
    return not word_set("delivering").isdisjoint(page.lemmas[start:stop])


def _says_topic(hall: Hall, head: Head, j: int) -> bool:
    """«тренинг по радиосвязи»; not «сессия по видеосвязи», «встреча по инициативе мэрии»."""
    page = hall.scene.page
    following = page.lemmas[j + 1 : j + 2]
    if following == ["запись"] and page.pos[j + 2 : j + 3] in (["NOUN"], ["ADJ"]):
        return True  # «мастер-класс по записи аудиокниг»
    return word_set("not_by").isdisjoint(following) and head.kind.split()[-1] not in word_set("no_by")


def _topics(hall: Hall, head: Head, ranges: list[Range], rule: str) -> list[Topic]:
    page = hall.scene.page
    if not page.uses(rule):
        return []
    shared = head.kind.split()[-1] in word_set("panels") and rule != "untitled.by"
    if not shared and not says_several(page, head.index):
        ranges = join_pair(page, ranges)
    return [
        Topic(first, last, False, head.kind, rule, head.first, grouped=n > 0)
        for n, (first, last) in enumerate(ranges)
    ]
