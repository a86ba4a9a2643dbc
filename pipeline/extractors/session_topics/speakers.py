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
from itertools import pairwise

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import is_plural
from pipeline.extractors.outline import Line
from pipeline.extractors.session_topics.scene import Named, Scene, Topic, opens_part

MARKS = frozenset('«»"“”„,')
ORDINALS = {"первый": 0, "второй": 1, "третий": 2, "четвертый": 3, "пятый": 4}
PRONOUNS = {"он": "male", "его": "male", "она": "female", "ее": "female"}


def assign_speakers(scene: Scene, topics: Sequence[Topic], *, whole: Topic | None = None) -> None:
    """Fill ``speakers`` of the topics, which come in text order.

    Args:
        scene: its people are those who may have spoken (no mentions inside direct speech).
        whole: the topic that is the event itself, so that all who spoke after it spoke there.
    """
    for group in _groups(topics):
        names = _own_sentence(scene, topics, group)
        if not names or _goes_on(scene, group[0]):
            names += _zone(scene, topics, group, group[0] is whole)
        names += _pronoun(scene, group[0])
        names = names or _led_before(scene, group[0])
        for topic, own in zip(group, _shared_out(scene, group, names), strict=True):
            topic.speakers = list(dict.fromkeys(named.person for named in own))
    _carry_on(scene, topics)
    _led_together(scene, topics)
    _join_parts(scene, topics, whole)
    _lead_lists(scene, topics)


def _groups(topics: Sequence[Topic]) -> list[list[Topic]]:
    """Topics side by side share their speakers: «A», «B» и «C»."""
    groups: list[list[Topic]] = []
    for topic in topics:
        if topic.grouped and groups:
            groups[-1].append(topic)
        else:
            groups.append([topic])
    return groups


def _shared_out(scene: Scene, group: list[Topic], names: list[Named]) -> list[list[Named]]:
    """Return for each topic of a group its people: all of them, unless the text says who had which.

    «Площадки «A» и «B». Первую вёл Ли, вторую — Ким»; «Секции «Гранты», «Дети». О детях говорил Ли».
    """
    if len(group) == 1:
        return [names]
    own: list[list[Named]] = [[] for _ in group]
    stems = [_stems(scene, topic.first, topic.last) for topic in group]
    for named in names:
        which = _which(scene, group, stems, named)
        for number in range(len(group)) if which is None else (which,):
            own[number].append(named)
    return own


def _which(scene: Scene, group: list[Topic], stems: list[set[str]], named: Named) -> int | None:
    """Return the number of the topic that a later clause says a person had, ``None`` where it says none."""
    page = scene.page
    start, stop = scene.outline.unit(named.first)
    if start <= group[-1].first:
        return None
    before = [ORDINALS[page.lemmas[k]] for k in range(start, named.first) if page.lemmas[k] in ORDINALS]
    if before and before[-1] < len(group):
        return before[-1]
    start, stop = _clause(scene, start, stop, named.first)
    alike = [number for number, words in enumerate(stems) if words & _stems(scene, start, stop)]
    return alike[0] if len(alike) == 1 else None


def _stems(scene: Scene, first: int, last: int) -> set[str]:
    """Return the stems of the nouns of tokens ``[first, last)`` that are long enough to tell topics apart."""
    page = scene.page
    return {page.lemmas[k][:6] for k in range(first, last) if page.pos[k] == "NOUN" and len(page.lemmas[k]) > 4}


def _led_before(scene: Scene, topic: Topic) -> list[Named]:
    """«Семинар провёл Ли. Тема семинара: «Отчёт»»: the sentence before says who led it."""
    start = scene.outline.unit(topic.start)[0]
    line = scene.outline.line(topic.first)
    if topic.kind is None or start <= line.first:
        return []
    first, stop = scene.outline.unit(start - 1)
    same = any(head.kind.split()[-1] == topic.kind.split()[-1] and not is_plural(scene.page.words[head.index])
               for k in range(first, stop) if (head := scene.heads.get(k)))  # fmt: skip
    led = not (word_set("leading") | word_set("speaking")).isdisjoint(scene.page.lemmas[first:stop])
    return scene.people_in(first, stop) if same and led else []


def _carry_on(scene: Scene, topics: Sequence[Topic]) -> None:
    """«Ли провёл тренинг по A и лекцию о B»: who had the first had the second."""
    page = scene.page
    for last, topic in pairwise(topics):
        between = page.words[last.last : topic.start]
        joined = [word for word in between if word not in MARKS]
        start = scene.outline.unit(topic.start)[0]
        told = topic.rule == last.rule == "untitled.verb" and "и" in joined and start <= last.first
        if topic.speakers or not last.speakers or not between or last.last > topic.start:
            continue
        if not told and joined not in ([], ["и"]):
            continue
        if any(named.first < last.start for named in scene.people_in(start, last.start)):
            topic.speakers = list(last.speakers)


def _led_together(scene: Scene, topics: Sequence[Topic]) -> None:
    """«Воркшоп «A» и квиз «B» провели Ли и Ким»: both led both; with «соответственно» each led one."""
    page = scene.page
    for topic, last in pairwise(topics):
        between = [word for word in page.lower[topic.last : last.start] if word not in MARKS]
        stop = scene.outline.unit(last.first)[1]
        verb = page.lemmas[min(last.last + 1, stop - 1)] in word_set("leading")
        if topic.speakers or not verb or between not in ([], ["и"]) or topic.last >= last.start:
            continue
        if "соответственно" in page.lower[last.last : stop] and len(last.speakers) == 2:
            topic.speakers, last.speakers = last.speakers[:1], last.speakers[1:]
        else:
            topic.speakers = list(last.speakers)


def _goes_on(scene: Scene, topic: Topic) -> bool:
    """Tell whether further people may come after the sentence that names a speaker.

    At a panel they do, and in a programme («Модератор — …»); a lecture was given by who gave it.
    """
    if topic.rule == "untitled.verb":
        return False
    return scene.outline.line(topic.first).item or not _is_alone(topic)


def _is_alone(topic: Topic) -> bool:
    return topic.kind is not None and topic.kind.split()[-1].split("-")[-1] in word_set("alone")


# -- the sentence of a topic ---------------------------------------------------------------------------------------


def _sentence(scene: Scene, group: list[Topic]) -> tuple[int, int]:
    """Return the tokens of the sentence around a group of topics, or of its clause for «А. рассказала, как…»."""
    start = scene.outline.unit(group[0].start)[0]
    stop = scene.outline.unit(group[-1].first)[1]
    return max(start, scene.outline.line(group[0].first).first), stop


def _own_sentence(scene: Scene, topics: Sequence[Topic], group: list[Topic]) -> list[Named]:
    """Return the people of the sentence around a group of topics."""
    page = scene.page
    start, stop = _sentence(scene, group)
    if group[0].rule == "untitled.verb":
        start, stop = _clause(scene, start, stop, group[0].first)
    before = [topic for topic in topics if start <= topic.first and topic.last <= group[0].first]
    after = [topic for topic in topics if group[-1].last <= topic.first < stop]
    begins = (i for topic in after[:1] for i in (topic.anchor, topic.first) if i > group[-1].first)
    left, right = before[-1].last if before else start, next(begins, stop)
    found: list[Named] = []
    bracket = next((pair for pair in page.brackets if pair.first < group[0].first < pair.last), None)
    named_by = scene.ends_of_names.get(bracket.first - 1) if bracket is not None else None
    if named_by is not None and named_by >= start:
        return scene.people_in(named_by, named_by + 1)  # «Рита Чен (тема — «Карьера») и Ян Белов (тема — …)»
    if _is_visited(scene, group[0], start, stop):
        return found
    for named in scene.people_in(left, right):
        if page.lower[named.first - 1] in word_set("not_speaking"):
            continue  # «прошла в зале имени Ли», «стал первым для Ли»
        if named.first < group[0].first:
            near = named.first >= group[0].anchor  # «воркшоп Елены Кузиной «Дерево целей»»
            if not before or near or _leans_right(page.words, left, named.first, group[0].first):
                if found and not near and _has_own_verb(scene, left, found[-1], named.first):
                    found.clear()  # «поэт Ли читал стихи, краевед Ким провёл экскурсию по…»
                found.append(named)
        elif (not after or not _leans_right(page.words, group[-1].last, named.first, after[0].first)) and not (
            found and _has_own_verb(scene, group[-1].last, named, stop)
        ):
            found.append(named)
    return found


def _has_own_verb(scene: Scene, start: int, named: Named, stop: int) -> bool:
    """«Павлов раскрыл тему «Возраст», врач Сухова показала упражнения»: a clause that tells of something else."""
    page = scene.page
    if named.last >= len(page):
        return False
    verb = page.pos[named.last] == "VERB" and page.feature(named.last, "VerbForm") == "Fin"
    apart = "," in page.words[start : named.first] or "," in page.words[named.last : stop]
    return verb and apart and page.lemmas[named.last] not in word_set("leading")


def _is_visited(scene: Scene, topic: Topic, start: int, stop: int) -> bool:
    """«На лекцию «Свет» Ли пришёл с сыном», «лекцию слушали сорок человек, среди них Ли»: those came to listen."""
    page = scene.page
    if topic.rule == "untitled.verb":
        return False
    before = page.lower[topic.anchor - 1] if topic.anchor > start else ""
    to = before == "на" and page.feature(topic.anchor, "Case") == "Acc"
    lemmas = page.lemmas[start:stop]
    came = to and not word_set("coming").isdisjoint(lemmas)
    came = came or not word_set("listening").isdisjoint(lemmas)
    return came and word_set("leading").isdisjoint(lemmas)


def _clause(scene: Scene, start: int, stop: int, i: int) -> tuple[int, int]:
    """Return the part of a sentence between «, а» or semicolons: «А. рассказала, как…, а П. научил…»."""
    page = scene.page
    cuts = [k for k in range(start, stop) if page.words[k] == ";" or page.lower[k : k + 2] == [",", "а"]]
    return max([start, *(k for k in cuts if k < i)]), min([stop, *(k for k in cuts if k > i)])


def _leans_right(words: list[str], left: int, person: int, right: int) -> bool:
    """Tell whether a person between two topics belongs to the second: «вёл «A», директор П. — тренинг «B»»."""
    if ";" in words[person:right] or [",", "а"] in (words[k : k + 2] for k in range(person, right)):
        return False
    return not {";", ","}.isdisjoint(words[left:person])


def _pronoun(scene: Scene, topic: Topic) -> list[Named]:
    """«Она модерировала круглый стол «Отряд»»: the last person of that gender named before."""
    start, stop = scene.outline.unit(topic.start)
    if scene.people_in(start, stop):
        stop = topic.first
    words = [scene.page.lower[k] for k in range(start, stop) if not topic.first <= k < topic.last]
    pronoun = next((word for word in words if word in ("он", "она")), None)
    pronoun = pronoun or next((word for word in words if word in PRONOUNS), None)
    first = scene.page.lower[start] in ("он", "она")  # «Она же вместе с Верой Ли вела разговор…»
    if pronoun is None or (scene.people_in(start, topic.first) and not first):
        return []
    earliest = scene.outline.lines[max(0, scene.outline.line_of[start] - 1)].first
    for named in reversed(scene.people_in(earliest, start)):
        if named.gender in (None, PRONOUNS[pronoun]):
            return [named]
    return []


# -- what follows the sentence -------------------------------------------------------------------------------------


def _zone(scene: Scene, topics: Sequence[Topic], group: list[Topic], whole: bool) -> list[Named]:
    """Return the people of the sentences and lines after the topic that still belong to it."""
    start = _sentence(scene, group)[1]
    if any(group[-1].last <= topic.first < start for topic in topics):
        return []  # what follows belongs to the last topic of the sentence
    following = [scene.outline.unit(topic.start)[0] for topic in topics if topic.first >= start]
    stop = len(scene.page) if whole else min([*following, _end_of_zone(scene, group[-1])])
    names = [named for named in scene.people_in(start, stop) if not _is_guest(scene, named)]
    names = [n for n in names if not _is_contact(scene, n.first) and not _opens_event(scene, n.first)]
    if whole:
        told = min(following, default=len(scene.page)) if group[0].titled else start
        names = [named for named in names if named.first < told or _speaks(scene, named.first)]
    if names and _is_alone(group[-1]) and not scene.outline.line(group[-1].first).item:
        first = scene.outline.unit_of[names[0].first]  # «Лекция «A». Прочёл её Ли. «Я понял», — сказал Ким»
        names = [named for named in names if scene.outline.unit_of[named.first] == first]
    return names


def _is_guest(scene: Scene, named: Named) -> bool:
    """«призналась участница Ким», «организатор форума Лис»: a guest or host of the session, no speaker."""
    before = range(max(0, named.first - 2), named.first)
    return any(scene.page.lemmas[k] in word_set("guests") and not is_plural(scene.page.words[k]) for k in before)


def _opens_event(scene: Scene, i: int) -> bool:
    """«Открыла слёт министр Чижова»: words at the opening of the whole are no part of a session."""
    start, stop = scene.outline.unit(i)
    opened = not word_set("opening").isdisjoint(scene.page.lemmas[start:stop])
    return opened and any(k in scene.heads and scene.heads[k].sort == "event" for k in range(start, stop))


def _speaks(scene: Scene, i: int) -> bool:
    """«Первым взял слово Ли», «его дополнил Ким», «на вопросы отвечала Шульц»: a sentence that gives the floor."""
    lemmas = scene.page.lemmas[slice(*scene.outline.unit(i))]
    return not (word_set("answering") | word_set("speaking")).isdisjoint(lemmas)


def _end_of_zone(scene: Scene, topic: Topic) -> int:
    """Return where the lines of a session end: its own, those of its programme item, those that answer."""
    page, outline = scene.page, scene.outline
    line = outline.line(topic.first)
    last, end = page.words[line.last - 1], line.last
    heading = line.last - topic.last <= 2 and last not in ".…"
    labelled = False
    for following in outline.lines[outline.line_of[line.first] + 1 :]:
        listed = last == ":" and following.item
        label = page.lemmas[following.body] in word_set("labels")
        labelled = labelled or label
        told = heading and (label or not labelled)  # after «Модератор — Ли» only lines of names go on
        under = not (following.item or following.gap) and (told or _names_only(scene, following))
        if _has_own_session(scene, topic, following) or not (
            listed or under or _answers(scene, following) or _named_again(scene, topic, following)
        ):
            break
        end = following.last
    return end


def _has_own_session(scene: Scene, topic: Topic, line: Line) -> bool:
    """«зал Б. Консультации юриста Тимофея Щукина»: the line of another session, which has no topic."""
    heads = (scene.heads.get(k) for k in range(line.first, min(line.first + 6, line.last)))
    return any(head is not None and head.sort == "session" and head.kind != topic.kind for head in heads)


def _names_only(scene: Scene, line: Line) -> bool:
    """«Модератор: Ирина Малахова, директор центра», a line of a programme: a name and no verb."""
    finite = any(scene.page.feature(k, "VerbForm") == "Fin" for k in range(line.first, line.last))
    return bool(scene.people_in(line.first, line.last)) and not finite


def _answers(scene: Scene, line: Line) -> bool:
    """«Заместитель министра ответил, что…», «— Нам нужны четыре часа, — заявила Ахметова»."""
    page, i = scene.page, line.first
    if line.starts or line.marker not in ("", "—", "-", "–"):
        return False
    while i < line.last:
        if i in page.quote_at:
            i = page.quote_at[i].last
        elif page.lemmas[i] in word_set("answering"):
            return True
        i += 1
    return False


def _named_again(scene: Scene, topic: Topic, line: Line) -> bool:
    """«К круглому столу по видеосвязи подключилась Марина Шульц»: the line goes on about the same session."""
    heads = (scene.heads.get(k) for k in range(line.first, min(line.first + 5, line.last)))
    return topic.kind is not None and any(
        head is not None and head.kind == topic.kind and not is_plural(scene.page.words[head.index])
        for head in heads
    )


def _is_contact(scene: Scene, i: int) -> bool:
    """«Администратор Кира Зайончковская: 8 (812) …»: not a speaker."""
    page = scene.page
    start, stop = scene.outline.unit(i)
    numbers = any(len(word) >= 5 and word.replace("-", "").isdigit() for word in page.words[start:stop])
    contact = page.lemmas[scene.outline.line(i).body] in word_set("contact")
    return numbers or contact or not {"тел", "@"}.isdisjoint(page.lower[start:stop])


# -- sessions inside sessions, lists with one leader ---------------------------------------------------------------


def _join_parts(scene: Scene, topics: Sequence[Topic], whole: Topic | None) -> None:
    """A report or a remark inside a round table: who made it spoke at the round table."""
    outline = scene.outline
    parent: Topic | None = None
    for topic in topics:
        beside = parent is not None and outline.unit_of[topic.first] == outline.unit_of[parent.first]
        if parent is None or beside or not _is_part(topic, parent) or opens_part(scene, topic.first):
            parent = topic
        elif parent is whole or outline.line_of[topic.first] == outline.line_of[parent.first]:
            later = outline.unit_of[topic.first] > outline.unit_of[parent.first]
            panel = parent.kind is not None and parent.kind.split()[-1] in word_set("panels")
            if (later and panel) or parent is whole or not parent.speakers:
                parent.speakers.extend(s for s in topic.speakers if s not in parent.speakers)


def _is_part(topic: Topic, parent: Topic) -> bool:
    """Tell whether a topic may be a part of the session before it: a report, a remark, «остановилась на…»."""
    if topic.kind is None or topic.kind in word_set("reports"):
        return True
    return topic.rule == "untitled.verb" and topic.kind == parent.kind


def _lead_lists(scene: Scene, topics: Sequence[Topic]) -> None:
    """«Занятия вела юрист Марина Шульц. Три блока: • «Налоги» • «Договор»»: one leader for the whole list."""
    page, outline = scene.page, scene.outline
    for topic in topics:
        marker = outline.line(topic.first).marker
        number = outline.line_of[topic.first]
        if topic.speakers or not marker:
            continue
        while number and outline.lines[number].marker == marker:
            number -= 1
        above = outline.lines[number]
        start = max(above.first, outline.units[max(0, outline.unit_of[above.last - 1] - 1)][0])
        alike = [other for other in topics if outline.line(other.first).marker == marker]
        led = not word_set("leading").isdisjoint(page.lemmas[start : above.last])
        if led and not any(other.speakers for other in alike):
            names = [named.person for named in scene.people_in(start, above.last)]
            for other in alike:
                other.speakers = list(dict.fromkeys(names))
