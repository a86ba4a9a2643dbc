"""Tells whether what was said was a part of the programme, and at what kind of session.

Steps
    ``is_programme_part`` asks who speaks: somebody named, the participants, nobody; ``session_in_sentence`` and
    ``inherited_kind`` look for the session, in the sentence and before it.
Leaves out
    Remarks for the press, what somebody said at a session with a title.
"""

from __future__ import annotations

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, cases_of, is_living, is_plural
from pipeline.extractors.session_topics.hall import Hall, Verb
from pipeline.extractors.session_topics.scene import SESSIONS, last_session, part_kind
from pipeline.page import Page

REMARK = 5  # tokens; shorter quotes are names


# -- of what kind --------------------------------------------------------------------------------------------------


def session_in_sentence(hall: Hall, i: int) -> Head | None:
    """Return the first session word without a title in the sentence: «говорили на круглом столе»."""
    scene = hall.scene
    owned = {topic.anchor for topic in hall.titled}
    start, stop = scene.outline.unit(i)
    start = max([start, *(topic.last for topic in hall.untitled if start <= topic.first < i)])
    for k in range(start, stop):
        head = scene.heads.get(k)
        if head is None or head.sort not in SESSIONS or head.first in owned or k in hall.speech:
            continue
        if scene.page.lemmas[k] not in word_set("light"):  # «посвятили обсуждению форматов»
            return head
    return None


def inherited_kind(hall: Hall, i: int, verb: Verb) -> str | None:
    """«Субботу отдали лекциям. … рассказала о переохлаждении»; «остановилась на…» goes on with its session."""
    page, line = hall.scene.page, hall.scene.outline.line(i)
    if "на" in verb.government:
        before = [topic for topic in hall.titled if line.first <= topic.first < i]
        return before[-1].kind if before else None
    if part := part_kind(hall.scene, i):
        return part
    head = last_session(hall.scene, line.first, i, (*hall.titled, *hall.untitled))
    if head is not None and line.item and head.first == line.body:
        return head.kind  # «4. Секция прессы. Говорили о…»
    if head is None or page.lower[head.first - 1] in word_set("between"):
        return None
    if head.kind in word_set("with_genitive"):
        return None
    one = not is_plural(page.words[head.index])
    start = hall.scene.outline.unit(i)[0]
    just = head.index >= hall.scene.outline.unit(max(line.first, start - 1))[0]
    return None if one and not just else head.kind  # «Прошёл семинар для педагогов. Им рассказали о…»


# -- whether it was a part of the programme ------------------------------------------------------------------------


def is_programme_part(hall: Hall, i: int, head: Head | None, verb: Verb) -> bool:
    """Tell whether the text gives what was said as a part of the programme, and not as somebody's remark."""
    scene = hall.scene
    start, stop = scene.outline.unit(i)
    line = scene.outline.line(i)
    if "занятие" in verb.government and head is None:
        return not scene.people_in(start, stop) and _is_impersonal(hall, i, head, verb)
    if "занятие" in verb.government:
        return True
    sessions = hall.titled + [topic for topic in hall.untitled if topic.rule != "untitled.verb"]
    before = sorted(topic.first for topic in sessions if line.first <= topic.first < stop)
    if scene.people_in(start, stop) or is_pronoun(hall, i):
        if "на" in verb.government:
            return bool(before) or not line.item
        if _is_remark(hall, i):
            return False
        return not before or _is_someone_else(hall, i, before[-1])
    if any(start <= first and (first < i or "," not in scene.page.words[i:first]) for first in before):
        return False
    if part_kind(scene, i) is not None:
        return True
    return _is_impersonal(hall, i, head, verb)


def _is_remark(hall: Hall, i: int) -> bool:
    """««Мы выросли», — рассказала о фонде Ли», «рассказал журналистам о…»: words for the press, no session."""
    page = hall.scene.page
    start, stop = hall.scene.outline.unit(i)
    if not word_set("press").isdisjoint(page.lower[start:stop]):
        return True
    direct = {pair.first for pair in page.quotes if pair.last - pair.first > REMARK}
    return any(k in direct and k in hall.speech for k in range(start, stop))


def _is_impersonal(hall: Hall, i: int, head: Head | None, verb: Verb) -> bool:
    """«участники обсудили», «После обеда спорили о плате», «На лекциях рассказали о правах»; no headline."""
    page, outline = hall.scene.page, hall.scene.outline
    start, line = outline.unit(i)[0], outline.line(i)
    if not line.item and page.words[line.last - 1] not in ".!?…:":
        return False
    discussed = page.lemmas[i] in word_set("reviewing")
    plural = page.feature(i, "Number") == "Plur" or page.lower[i].endswith(("ли", "лись"))  # «Говорили»: an ADJ?
    if not plural or (page.feature(i, "Person") == "3" and not discussed):
        return False
    placed = head is not None and (head.index < i or page.lower[head.first - 1] in ("на", "за"))
    if placed or line.starts or discussed:
        return True
    subject = i > start and page.pos[start] in ("NOUN", "PROPN") and page.lemmas[start] not in word_set("people")
    there = i > start + 1 and page.pos[start] == "ADP" and page.lemmas[start + 1] in word_set("event_pronouns")
    if (there or i <= start + 1) and not subject and start > line.first:
        # «прошла встреча … Говорили о подготовке к зиме», «На ней говорили о…»
        before = range(outline.unit(start - 1)[0], start)
        if any(k in hall.scene.heads and hall.scene.heads[k].sort != "other" for k in before):
            return True
    if page.lemmas[i] in word_set("talking") and _is_aside(page, start, i):
        return True
    lemmas = page.lemmas[start:i]
    if outline.line_of[i] < 2 and start == line.first and head is None:
        return False  # the first lines sum up the whole event
    cases = ("datv",) if verb.government <= {"clause", "кому"} else ("datv", "nomn")
    later = bool(lemmas) and lemmas[0] in word_set("later")
    return (
        later
        or not word_set("people").isdisjoint(lemmas)
        or any(_is_audience(page, k, cases) for k in range(start, i))
    )


def _is_aside(page: Page, start: int, i: int) -> bool:
    """«В кулуарах говорили о…», «За чаем спорили о…»: where or when, and nobody named as speaking."""
    placed = page.pos[start] == "ADP" and not word_set("asides").isdisjoint(page.lemmas[start:i])
    return placed and all(
        page.pos[k] in ("ADP", "ADJ", "ADV")
        or (page.pos[k] in ("NOUN", "PROPN") and page.feature(k, "Case") != "Nom")
        for k in range(start, i)
    )


def _is_audience(page: Page, k: int, cases: tuple[str, ...]) -> bool:
    """«Волонтёрам объяснили, как…», «педагоги говорили о…»: several people who hear or discuss."""
    word = page.words[k]
    if word.lower() == "им":
        return True
    return is_living(word) and is_plural(word) and not cases_of(word).isdisjoint(cases)


def is_pronoun(hall: Hall, i: int) -> bool:
    """«Он рассказал о поисках» after a sentence that names him."""
    scene = hall.scene
    start = scene.outline.unit(i)[0]
    if {"он", "она"}.isdisjoint(scene.page.lower[start:i]):
        return False
    return bool(scene.people_in(scene.outline.line(i).first, start))


def _is_on_stage(hall: Hall, title: int, i: int) -> bool:
    """«На секции по экологии Ли говорил о свалках»: the sentence is set at the session, which has its topic."""
    page = hall.scene.page
    anchor = next((t.anchor for t in (*hall.titled, *hall.untitled) if t.first == title), title)
    placed = anchor > 0 and page.lower[anchor - 1] in ("на", "в")
    return placed and {",", ";", "а"}.isdisjoint(page.lower[title:i])


def _is_someone_else(hall: Hall, i: int, title: int) -> bool:
    """Tell whether who speaks at ``i`` is not the one who had the session whose topic is at ``title``."""
    scene = hall.scene
    if scene.outline.line(i).item:
        return False
    first, last = scene.outline.unit(title)
    if i < last:
        if _is_on_stage(hall, title, i):
            return False
        return any(named.first > title for named in scene.people_in(first, last))
    start, stop = scene.outline.unit(i)
    before = {named.person for named in scene.people_in(first, start)}
    return bool(before) and any(named.person not in before for named in scene.people_in(start, stop))
