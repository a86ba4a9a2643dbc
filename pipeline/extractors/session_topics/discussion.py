"""Reads what was discussed after a verb: «обсудили», «говорила о», «консультировала по», «объяснял, как…».

Steps
    ``after_verb`` asks whether the text gives what was said as somebody's part in the programme, reads the phrase
    that the verb of ``discussion_verbs.txt`` governs, and drops what is no topic: figures, own plans, pronouns.
Leaves out
    What somebody said at a session with a title, or only said of himself; direct speech.
"""

from __future__ import annotations

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import CASES, Head, cases_of, is_one, is_plural
from pipeline.extractors.session_topics.hall import Hall, Verb
from pipeline.extractors.session_topics.phrases import CASE_OF, Range, join_pair
from pipeline.extractors.session_topics.programme import (
    inherited_kind,
    is_programme_part,
    is_pronoun,
    session_in_sentence,
)
from pipeline.extractors.session_topics.scene import SESSIONS, Topic
from pipeline.page import Page

ABOUT = ("о", "об", "обо", "про")
DASHES = ("—", "–", "-")
BACK = 2  # sentences between the session and «речь шла о…»
REACH = 12  # tokens between a verb and its preposition


def after_verb(hall: Hall, i: int, verb: Verb) -> list[Topic]:
    """«аудитор говорила об упрощённой отчётности», «О вычетах рассказал консультант», «участники обсудили…»."""
    line = hall.scene.outline.line(i)
    if line.marker in ("—", "-", "–") and line.starts is None:
        return []  # a reply
    if hall.scene.page.feature(i, "Person") == "1" and line.starts is None and not _announced(hall, i):
        return []  # «Поговорим о том, как…» invites
    if "мы" in hall.scene.page.lower[hall.scene.outline.unit(i)[0] : i] and "с" in hall.scene.page.lower[i : i + 3]:
        return []  # «О сухарях мы поговорили с директором» opens an interview
    head = session_in_sentence(hall, i)
    if "datv" in verb.government and hall.scene.page.uses("untitled.given"):
        ranges = _given_to(hall, i, head)
    elif is_programme_part(hall, i, head, verb):
        ranges = _governed(hall, i, verb)
    else:
        return []
    shared = hall.scene.page.lemmas[i] in word_set("reviewing")
    if any(_is_no_topic(hall, *found, shared=shared) for found in ranges):
        return []
    inside = head is not None and any(first <= head.index < last for first, last in ranges)
    if inside or (head is not None and head.index > i and "занятие" in verb.government):
        head = None  # «решали, где строить площадку», «разберут документы, занятия поведёт Ли»
    kind = verb.kind or (head.kind if head else inherited_kind(hall, i, verb))
    several = "accs" in verb.government or (kind is not None and kind.split()[-1] in word_set("panels"))
    if not several and (hall.scene.people_in(*hall.scene.outline.unit(i)) or is_pronoun(hall, i)):
        ranges = join_pair(hall.scene.page, ranges)
    rule = "untitled.given" if "datv" in verb.government else "untitled.verb"
    topics = [
        Topic(first, last, False, kind, rule, ranges[0][0], grouped=n > 0) for n, (first, last) in enumerate(ranges)
    ]
    return topics + _gapped(hall, i, topics) if topics else topics


def _announced(hall: Hall, i: int) -> bool:
    """«16 марта проведём семинар «Без отходов»: поговорим о вычетах»: the event and a colon stand before."""
    page, start = hall.scene.page, hall.scene.outline.unit(i)[0]
    return page.words[i - 1] == ":" and any(start <= first < i for first, _ in hall.scene.events)


def _gapped(hall: Hall, i: int, topics: list[Topic]) -> list[Topic]:
    """«О грантах рассказал Ли, о волонтёрах — Ким», «Ли рассказал о грантах, Ким — о волонтёрах»."""
    page, kind = hall.scene.page, topics[0].kind
    names = hall.scene.ends_of_names
    found = []
    for j in range(max(i + 1, topics[-1].last), hall.scene.outline.unit(i)[1] - 1):
        if page.lower[j] not in ABOUT:
            continue
        k = j - 2  # «председатель общества «Доверие», — о том, как…»
        while k > i and not page.words[k][0].isalnum():
            k -= 1
        after_name = page.words[j - 1] in DASHES and (k in names or page.pos[k] in ("NOUN", "PROPN"))
        if after_name or (page.lower[j - 1] in (",", ";", "а", "и") and topics[-1].last <= i):
            ranges = read_about(hall, j)
            if ranges and (after_name or page.words[ranges[-1][1]] in DASHES):
                found += [
                    Topic(first, last, False, kind, "untitled.verb", j, grouped=n > 0)
                    for n, (first, last) in enumerate(ranges)
                ]
    return found


def after_speech(hall: Hall, i: int) -> list[Topic]:
    """«Речь шла о поддержке сельских клубов», «за столом речь зашла о льготах»; not «речь идёт о миллионе»."""
    page, outline = hall.scene.page, hall.scene.outline
    start, stop = outline.unit(i)
    near = (i + 1, i - 1)
    verb = next((k for k in near if start <= k < stop and page.lemmas[k] in word_set("turning")), None)
    j = max(i, verb) + 1 if verb is not None else stop
    if verb is None or page.feature(verb, "Tense") != "Past" or j >= stop or page.lower[j] not in ABOUT:
        return []
    head = session_in_sentence(hall, i)
    back = max(outline.unit_of[start] - BACK, 0)
    before = range(max(outline.units[back][0], outline.line(i).first), start)
    if (head is None or head.index == i) and not any(
        k in hall.scene.heads and hall.scene.heads[k].sort != "other" for k in before
    ):
        return []
    ranges = read_about(hall, j)
    titled = {topic.anchor for topic in hall.titled}
    entitled = any(k in hall.scene.heads and hall.scene.heads[k].first in titled for k in before)
    if (entitled and head is None) or any(_is_no_topic(hall, *found) for found in ranges):
        return []  # what was said at a session with a title is no further topic
    whole = [h.kind for k in before if (h := hall.scene.heads.get(k)) and h.sort in SESSIONS]
    kind = head.kind if head and head.index != i else next(iter(whole), None)
    return [Topic(a, b, False, kind, "untitled.speech", i, grouped=n > 0) for n, (a, b) in enumerate(ranges)]


def read_about(hall: Hall, j: int) -> list[Range]:
    """Return the topics after the preposition ``j``: noun phrases, or «о том, как…»."""
    lower, reader = hall.scene.page.lower, hall.reader(j)
    if lower[j + 1 : j + 2] != ["том"]:
        found = reader.topics(j + 1, CASE_OF[lower[j]])
    else:
        at = j + 3 if lower[j + 2 : j + 3] == [","] else j + 2
        question = reader.question(at)
        told = question is not None and lower[at] == "как" and not reader.asks_how(question)
        told = told or (lower[at : at + 1] == ["что"] and lower[at + 1 : at + 2] != ["такое"])
        found = [question] if question and not told else []  # «о том, как искали родных»
    following = _and_about(lower, found[-1][1]) if found else None
    return found + read_about(hall, following) if following is not None else found


def _and_about(lower: list[str], i: int) -> int | None:
    """Return the next preposition of «о A, B и о том, почему C» where a further question begins, else ``None``."""
    while lower[i : i + 1] in ([","], ["и"]):
        i += 1
    return i if lower[i : i + 1] and lower[i] in ABOUT and lower[i + 1 : i + 2] == ["том"] else None


# -- what the verb governs -----------------------------------------------------------------------------------------


def _given_to(hall: Hall, i: int, head: Head | None) -> list[Range]:
    """«Второй день посвятили грантам», «посвятили круглый стол проблемам сирот»; not «проект посвящён письмам»."""
    page = hall.scene.page
    start = hall.scene.outline.unit(i)[0]
    if head is None and word_set("parts").isdisjoint(page.lemmas[start:i]):
        return []
    at = head.index + 1 if head is not None and i < head.first <= i + 3 else i + 1
    given = hall.reader(i).topics(at, "datv")
    return given + _next_part(hall, given[-1][1]) if given else _fronted_dative(hall, i, start)


def _next_part(hall: Hall, i: int) -> list[Range]:
    """«Первый день посвятили проектам, второй — продвижению в сетях»: the part of the programme after the comma."""
    page = hall.scene.page
    stop = hall.scene.outline.unit(i - 1)[1]
    dash = next((k for k in range(i, min(i + 5, stop)) if page.words[k] in DASHES), None)
    if dash is None or word_set("part_numbers").isdisjoint(page.lemmas[i:dash]):
        return []
    return hall.reader(dash).topics(dash + 1, "datv")


def _fronted_dative(hall: Hall, i: int, start: int) -> list[Range]:
    """«Работе с местными СМИ посвятили круглый стол»: the topic before its verb."""
    for k in range(start, i):
        cases = cases_of(hall.scene.page.words[k])  # a noun that does not change («жюри») may be anything
        if hall.scene.page.pos[k] in ("NOUN", "ADJ") and "datv" in cases and len(cases) < len(CASES):
            ranges = hall.reader(k).topics(k, "datv")
            if ranges and ranges[-1][1] == i:
                return ranges
    return []


def _governed(hall: Hall, i: int, verb: Verb) -> list[Range]:
    """Read what the verb governs, before it or after it."""
    page, reader = hall.scene.page, hall.reader(i)
    prepositions = {word for g in verb.government & {"о", "по", "на"} for word in (ABOUT if g == "о" else (g,))}
    if prepositions:
        if found := _fronted(hall, i, prepositions):
            return found
        j = _preposition_after(hall, i, prepositions)
        if j is not None:
            return read_about(hall, j)
    if nouns := word_set("vehicles") & verb.government:
        return _through_noun(hall, i, nouns)
    j = i + 1
    while j < reader.stop and _is_between(page, j):
        j += 1
    if ("accs" in verb.government or ("кому" in verb.government and j > i + 1)) and (
        found := reader.topics(j, "accs")
    ):
        return found
    if "nomn" in verb.government and (found := reader.topics(j, "nomn")):
        return found
    while j < reader.stop and page.pos[j] in ("NOUN", "ADJ", "PROPN") and "кому" in verb.government:
        j += 1  # «проинструктировала смену: как подойти…»
    question = reader.question(j + 1 if page.words[j : j + 1] in ([","], [":"]) else j)
    return [question] if "clause" in verb.government and question and reader.asks_how(question) else []


def _is_between(page: Page, j: int) -> bool:
    """«рассказывала мамам, почему…», «объяснила им правила», «затронули и поиск»: a word before the topic."""
    if page.lower[j] in word_set("questions"):
        return False
    told = page.pos[j] in ("NOUN", "PRON") and page.feature(j, "Case") == "Dat"
    return told or page.pos[j] in ("ADV", "PART") or page.lower[j] == "и"


def _fronted(hall: Hall, i: int, prepositions: set[str]) -> list[Range]:
    """«О типичных ошибках в отчётах рассказал Галеев», «О том, как просить на хоспис, говорил директор»."""
    page = hall.scene.page
    for k in range(hall.scene.outline.unit(i)[0], i):
        if page.lower[k] in ABOUT and page.lower[k] in prepositions and k not in hall.speech:
            ranges = read_about(hall, k)
            if ranges and ranges[-1][1] <= i:
                return ranges
    return []


def _preposition_after(hall: Hall, i: int, prepositions: set[str]) -> int | None:
    """Return the preposition of the verb, over its subject and those it speaks with."""
    page = hall.scene.page
    names = {named.first: named.last for named in hall.scene.people}
    j, stop = i + 1, min(hall.scene.outline.unit(i)[1], i + REACH)
    while j < stop:
        if j in names:
            j = names[j]
            continue
        word = page.lower[j]
        if word in prepositions:
            return j
        if not word[0].isalnum() or page.pos[j] in ("VERB", "AUX", "SCONJ") or word in word_set("questions"):
            return None
        j += 1
    return None


def _through_noun(hall: Hall, i: int, nouns: frozenset[str]) -> list[Range]:
    """«отвечала на вопросы о переносе данных», «делилась мыслями о сборах»: the noun is among the governments."""
    page = hall.scene.page
    for j in range(i + 1, min(i + 5, hall.scene.outline.unit(i)[1] - 1)):
        if page.lemmas[j] in nouns:
            if page.lemmas[j] == "опыт" and (found := hall.reader(i).topics(j + 1, "gent")):
                return found
            if page.lower[j + 1] in (*ABOUT, "по"):
                return read_about(hall, j + 1)
            if page.words[j + 1] == ",":
                question = hall.reader(i).question(j + 2)
                return [question] if question else []
    return []


def _is_no_topic(hall: Hall, first: int, last: int, *, shared: bool = False) -> bool:
    """«разобрали 21 письмо», «разобрали заявки», «рассказала о щенке», «разобрал тему «Право»»: no own topic.

    With ``shared`` several people discussed it, so that it is nobody's own affair («обсудили проект закона»).
    """
    page = hall.scene.page
    if any(first <= topic.first < last for topic in hall.titled):
        return True
    if page.lower[first] in word_set("questions") or page.lower[first + 1] == "ли":
        return False
    noun = next((k for k in range(first, last) if page.pos[k] in ("NOUN", "PROPN")), first)
    if page.lemmas[first] in word_set("pointers") or is_one(page.words[noun]):
        return True
    several = is_plural(page.words[noun]) and page.lemmas[noun] in word_set("bodies")  # «проблемы сельских школ»
    if not several and not shared and page.lemmas[noun] in word_set("own") | word_set("material"):
        return True
    return page.pos[first] == "NUM" or any(page.words[k][0].isdigit() for k in range(first, last))
