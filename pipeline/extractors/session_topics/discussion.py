"""Reads what was discussed after a verb: «обсудили», «говорила о», «консультировала по», «объяснял, как…».

Steps
    ``after_verb`` asks whether the text gives what was said as somebody's part in the programme, reads the phrase
    that the verb of ``discussion_verbs.txt`` governs, and drops what is no topic: figures, own plans, pronouns.
Leaves out
    What somebody said at a session with a title, or only said of himself; direct speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.extractors.lexicon import read_words, word_set
from pipeline.extractors.naming import Head, cases_of, is_living, is_one, is_plural
from pipeline.extractors.session_topics.phrases import CASE_OF, Range, Reader, join_pair
from pipeline.extractors.session_topics.scene import SESSIONS, Scene, Topic, last_session, part_kind
from pipeline.page import Page

ABOUT = ("о", "об", "обо", "про")
DASHES = ("—", "–", "-")
REMARK = 5  # tokens; shorter quotes are names
REACH = 12  # tokens between a verb and its preposition


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of discussion: what governs its topic («о», «accs», «clause») and the kind it names, if any."""

    government: frozenset[str]
    kind: str | None


@dataclass(frozen=True, slots=True)
class Hall:
    """A scene with the topics found so far: ``titled``, those without a title, and tokens of direct speech."""

    scene: Scene
    titled: list[Topic]
    untitled: list[Topic]
    speech: frozenset[int]

    def reader(self, i: int) -> Reader:
        """Return a reader of phrases for the sentence that holds token ``i``."""
        return Reader(self.scene.page, self.scene.outline.unit(i)[1], self.scene.blocked)


@cache
def discussion_verbs() -> dict[str, Verb]:
    """Read ``discussion_verbs.txt``: lemma, governments, kind, separated by tabs."""
    verbs = {}
    for line in read_words("discussion_verbs.txt"):
        word, government, *kind = line.split("\t")
        verbs[word.replace("ё", "е")] = Verb(frozenset(government.split()), kind[0] if kind else None)
    return verbs


def after_verb(hall: Hall, i: int, verb: Verb) -> list[Topic]:
    """«аудитор говорила об упрощённой отчётности», «О вычетах рассказал консультант», «участники обсудили…»."""
    line = hall.scene.outline.line(i)
    if line.marker in ("—", "-", "–") and line.starts is None:
        return []  # a reply
    if hall.scene.page.feature(i, "Person") == "1" and line.starts is None:
        return []  # «Поговорим о том, как…» invites
    head = _session_in_sentence(hall, i)
    if "datv" in verb.government:
        ranges = _given_to(hall, i, head)
    elif _is_programme_part(hall, i, head, verb):
        ranges = _governed(hall, i, verb)
    else:
        return []
    shared = hall.scene.page.lemmas[i] in word_set("reviewing")
    if any(_is_no_topic(hall, *found, shared=shared) for found in ranges):
        return []
    inside = head is not None and any(first <= head.index < last for first, last in ranges)
    if inside or (head is not None and head.index > i and "занятие" in verb.government):
        head = None  # «решали, где строить площадку», «разберут документы, занятия поведёт Ли»
    kind = verb.kind or (head.kind if head else _inherited(hall, i, verb))
    several = "accs" in verb.government or (kind is not None and kind.split()[-1] in word_set("panels"))
    if not several and (hall.scene.people_in(*hall.scene.outline.unit(i)) or _is_pronoun(hall, i)):
        ranges = join_pair(hall.scene.page, ranges)
    rule = "untitled.given" if "datv" in verb.government else "untitled.verb"
    topics = [
        Topic(first, last, False, kind, rule, ranges[0][0], grouped=n > 0) for n, (first, last) in enumerate(ranges)
    ]
    return topics + _gapped(hall, i, topics) if topics else topics


def _gapped(hall: Hall, i: int, topics: list[Topic]) -> list[Topic]:
    """«О грантах рассказал Ли, о волонтёрах — Ким», «Ли рассказал о грантах, Ким — о волонтёрах»."""
    page, kind = hall.scene.page, topics[0].kind
    names = hall.scene.ends_of_names
    found = []
    for j in range(max(i + 1, topics[-1].last), hall.scene.outline.unit(i)[1] - 1):
        if page.lower[j] not in ABOUT:
            continue
        after_name = page.words[j - 1] in DASHES and (j - 2 in names or page.pos[j - 2] in ("NOUN", "PROPN"))
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
    head = _session_in_sentence(hall, i)
    before = range(*outline.unit(start - 1)) if start > outline.line(i).first else range(0)
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
        found = [question] if question and lower[at] != "что" else []
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
    return hall.reader(i).topics(at, "datv") or _fronted_dative(hall, i, start)


def _fronted_dative(hall: Hall, i: int, start: int) -> list[Range]:
    """«Работе с местными СМИ посвятили круглый стол»: the topic before its verb."""
    for k in range(start, i):
        if hall.scene.page.pos[k] in ("NOUN", "ADJ") and "datv" in cases_of(hall.scene.page.words[k]):
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


# -- of what kind --------------------------------------------------------------------------------------------------


def _session_in_sentence(hall: Hall, i: int) -> Head | None:
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


def _inherited(hall: Hall, i: int, verb: Verb) -> str | None:
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


def _is_programme_part(hall: Hall, i: int, head: Head | None, verb: Verb) -> bool:
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
    if scene.people_in(start, stop) or _is_pronoun(hall, i):
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


def _is_pronoun(hall: Hall, i: int) -> bool:
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
