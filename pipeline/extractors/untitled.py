"""Finds topics that have no title: the phrase that says what a session was about.

Steps
    A session word with a preposition («круглый стол об этике нейросетей», «тренинг по радиосвязи»), a colon or
    «посвящённый»; a verb of ``discussion_verbs.txt`` («обсудили», «говорила о», «консультировала по») where the
    text gives it as somebody's part in the programme. What somebody only said of himself is no topic.
Leaves out
    Sessions with a title: what was said there is no further topic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.extractors.naming import Head, is_plural, read_words
from pipeline.extractors.outline import Outline
from pipeline.extractors.phrases import CASE_OF, QUESTIONS, has_infinitive, read_question, read_topics
from pipeline.extractors.titles import Topic, last_session
from pipeline.page import Page

ABOUT = frozenset({"о", "об", "обо", "про"})
DELIVER = frozenset(
    "сделать прочитать прочесть читать провести проводить представить дать вести подготовить".split()
)
NOT_BY = frozenset(
    "видеосвязь скайп зум телефон запись итог инициатива заказ приглашение просьба традиция слово мнение данные адрес "
    "понедельник вторник среда четверг пятница суббота воскресенье вечер утро выходной будни ссылка место очередь "
    "предложение решение договоренность состояние".split()
)
BY_KINDS = frozenset(
    {"сессия", "площадка", "панель", "встреча", "игра", "квест", "рабочая группа", "выступление", "обсуждение", "разговор", "заседание"}
)  # «по» after them rarely says the topic
SESSIONS = ("session", "either")
REPORTS = frozenset({"доклад", "сообщение", "выступление", "презентация"})
POINTERS = frozenset("этот тот такой свой наш мой ваш его ее их весь каждый все любой который он она они я мы".split())
OWN = frozenset("план итог результат достижение деятельность успех победа мечта решение желание намерение".split())
PARTS = frozenset("день утро вечер половина часть час блок остаток время занятие суббота воскресенье".split())
PEOPLE = frozenset("участник слушатель гость эксперт спикер собравшийся все присутствующий делегат стороны".split())
LATER = frozenset("отдельно вечером потом затем после позже утром днем также еще кроме".split())
BETWEEN = frozenset({"между", "после", "до", "перед", "кроме", "помимо"})


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of discussion: what governs its topic («о», «accs», «clause») and the kind it names, if any."""

    government: frozenset[str]
    kind: str | None


@cache
def discussion_verbs() -> dict[str, Verb]:
    """Read ``discussion_verbs.txt``: lemma, governments, kind, separated by tabs."""
    verbs = {}
    for line in read_words("discussion_verbs.txt"):
        word, government, *kind = line.split("\t")
        verbs[word.replace("ё", "е")] = Verb(frozenset(government.split()), kind[0] if kind and kind[0] else None)
    return verbs


@dataclass(frozen=True, slots=True)
class Scene:
    """What the rules look at.

    ``heads`` are the listed nouns by token, ``blocked`` tokens of names and dates, ``speech`` those of direct speech;
    ``context`` tells that the text speaks of an event, without which a verb of speech says no topic.
    """

    page: Page
    outline: Outline
    heads: dict[int, Head]
    titled: list[Topic]
    names: dict[int, int]
    blocked: frozenset[int]
    speech: frozenset[int]
    context: bool


def find_untitled(scene: Scene) -> list[Topic]:
    """Return the topics without a title, in text order."""
    found: list[Topic] = []
    page, verbs = scene.page, discussion_verbs()
    owned = {topic.anchor for topic in scene.titled}
    inside = {i for topic in scene.titled for i in range(topic.first, topic.last)}
    end = 0
    known = bool(scene.titled) or scene.context or any(h.sort in SESSIONS for h in scene.heads.values())
    for i, word in enumerate(page.lemmas):
        if i < end or i in inside or i in scene.speech:
            continue
        head = scene.heads.get(i)
        topics: list[Topic] = []
        if head is not None and head.sort in SESSIONS:
            if head.first not in owned:
                topics = _after_word(scene, head)
        elif word in verbs and (known or found) and page.uses("untitled.verb"):
            topics = _after_verb(scene, i, verbs[word], found)
        for topic in topics:
            if not any(topic.first < t.last and t.first < topic.last for t in found):
                found.append(topic)
                end = max(end, topic.last)
    return sorted(found, key=lambda topic: topic.first)


# -- a session word and what it was about -----------------------------------------------------------------------


def _after_word(scene: Scene, head: Head) -> list[Topic]:
    """«круглый стол об этике нейросетей», «Разговор с Рощиной о том, как считать», «тренинг по радиосвязи»."""
    page = scene.page
    start, stop = scene.outline.unit(head.index)
    if head.kind in REPORTS and not _is_given(page, head, start, stop, scene.outline.line(start).body):
        return []
    j = head.index + 1
    plain = True  # only genitives and names so far, so that «по» still belongs to the session word
    starts = {first: last + 1 for last, first in scene.names.items()}
    while j < stop:
        word = page.lower[j]
        if j in starts:
            j = starts[j]
        elif page.words[j] == "(":
            j = next((p.last for p in page.brackets if p.first == j), stop) + 1
        elif j in page.quote_at:
            if any(t.first == j + 1 for t in scene.titled):
                return []
            j = page.quote_at[j].last + 1
        elif word in ABOUT:
            return _topics(scene, j, head, "untitled.about")
        elif word == "по" and plain and page.lemmas[min(j + 1, stop - 1)] not in NOT_BY and head.kind not in BY_KINDS:
            return _topics(scene, j, head, "untitled.by")
        elif _dedicated(page, j, stop):
            at = j + 2 if word == "," else j + 1
            return _make(scene, read_topics(page, at, "datv", stop, scene.blocked), head, "untitled.dedicated")
        elif word == "тему" and page.lower[j - 1] == "на":
            return _make(scene, read_topics(page, j + 1, "gent", stop, scene.blocked), head, "untitled.about")
        elif word == ":" and page.uses("untitled.colon"):
            question = read_question(page, j + 1, stop)
            return _make(scene, [question] if question else [], head, "untitled.colon")
        elif not word[0].isalnum() or (page.pos[j] in ("VERB", "AUX") and page.lemmas[j] not in DELIVER):
            return []
        else:
            plain = plain and page.pos[j] in ("NOUN", "PROPN", "ADJ")
            j += 1
    return []


def _is_given(page: Page, head: Head, start: int, stop: int, body: int) -> bool:
    """«с докладом о…», «сделала доклад о…», an item of a programme; not «поступают сообщения о поджогах»."""
    if page.lower[head.first - 1] in ("с", "со") or head.first == body:
        return True
    return any(page.lemmas[k] in DELIVER for k in range(start, stop))


def _dedicated(page: Page, j: int, stop: int) -> bool:
    """«, посвящённый судьбе клубов», «посвящённая грантам»."""
    k = j + 1 if page.words[j] == "," else j
    return k < stop and page.lemmas[k] in ("посвященный", "посвятить") and page.pos[k] != "NOUN" and k + 1 < stop


def _topics(scene: Scene, j: int, head: Head | None, rule: str, kind: str | None = None) -> list[Topic]:
    """Read what stands after the preposition ``j``: noun phrases, or «о том, как…»."""
    page = scene.page
    if not page.uses(rule):
        return []
    stop = scene.outline.unit(j)[1]
    if page.lower[j + 1 : j + 2] == ["том"]:
        at = j + 3 if page.words[j + 2 : j + 3] == [","] else j + 2
        question = read_question(page, at, stop)
        found = [question] if question and page.lower[at] != "что" else []
    else:
        found = read_topics(page, j + 1, CASE_OF[page.lower[j]], stop, scene.blocked)
    return _make(scene, found, head, rule, kind)


def _make(
    scene: Scene, found: list[tuple[int, int]], head: Head | None, rule: str, kind: str | None = None
) -> list[Topic]:
    anchor = head.first if head else (found[0][0] if found else 0)
    return [
        Topic(first, last, False, head.kind if head else kind, rule, anchor, grouped=n > 0)
        for n, (first, last) in enumerate(found)
    ]


# -- a verb of discussion ---------------------------------------------------------------------------------------


def _after_verb(scene: Scene, i: int, verb: Verb, found: list[Topic]) -> list[Topic]:
    """«аудитор говорила об упрощённой отчётности», «О вычетах рассказал консультант», «участники обсудили…»."""
    page = scene.page
    line = scene.outline.line(i)
    if line.marker in ("—", "-", "–") and line.starts is None:
        return []
    start, stop = scene.outline.unit(i)
    head = _session_in_unit(scene, start, stop)
    if "datv" in verb.government:
        parts = any(page.lemmas[k] in PARTS for k in range(start, i)) or head is not None
        at = head.index + 1 if head is not None and i < head.first <= i + 3 else i + 1  # «посвятили круглый стол…»
        ranges = read_topics(page, at, "datv", stop, scene.blocked) if parts else []
        if any(_is_figure(scene, first, last) for first, last in ranges):
            return []
        return _make(scene, ranges, None, "untitled.verb", head.kind if head else None)
    if not _is_programme_part(scene, i, start, stop, head, verb, found):
        return []
    kind = verb.kind or (head.kind if head else _inherited(scene, i, verb))
    ranges = _governed(scene, i, verb, start, stop)
    if any(_is_figure(scene, first, last) for first, last in ranges):
        return []
    return _make(scene, ranges, None, "untitled.verb", kind)


def _is_figure(scene: Scene, first: int, last: int) -> bool:
    """«разобрали 21 письмо», «рассказала о планах на будущее», «разобрал тему «Право»»: no topic of its own."""
    page = scene.page
    if any(first <= topic.first < last for topic in scene.titled):
        return True
    if page.lemmas[first] in POINTERS or _head_lemma(page, first, last) in OWN:
        return True
    return page.pos[first] == "NUM" or any(page.words[k][0].isdigit() for k in range(first, last))


def _head_lemma(page: Page, first: int, last: int) -> str:
    """Return the lemma of the first noun of a phrase."""
    return next((page.lemmas[k] for k in range(first, last) if page.pos[k] in ("NOUN", "PROPN")), "")


def _governed(scene: Scene, i: int, verb: Verb, start: int, stop: int) -> list[tuple[int, int]]:
    """Read what the verb governs, before it or after it."""
    page = scene.page
    if {"о", "по", "на"} & verb.government:
        wanted = {p for g in verb.government for p in ({"о": ABOUT}.get(g) or {g})}
        if found := _fronted(scene, i, start, wanted):
            return found
        j = _preposition_after(scene, i, stop, wanted)
        if j is not None:
            return [(t.first, t.last) for t in _topics(scene, j, None, "untitled.verb")]
    if {"вопрос", "мысль"} & verb.government:
        nouns = ("вопрос",) if "вопрос" in verb.government else ("мысль", "соображение", "впечатление", "мнение")
        j = next((k for k in range(i + 1, min(i + 5, stop)) if page.lemmas[k] in nouns), None)
        if j is not None and page.lower[j + 1 : j + 2] and page.lower[j + 1] in ABOUT | {"по"}:
            return [(t.first, t.last) for t in _topics(scene, j + 1, None, "untitled.verb")]
        return []
    j = i + 1
    while j < stop and page.pos[j] in ("ADV", "PART") and page.lower[j] not in QUESTIONS:
        j += 1
    if "accs" in verb.government and (found := read_topics(page, j, "accs", stop, scene.blocked)):
        return found
    if "clause" in verb.government:
        question = read_question(page, j + 1 if page.words[j : j + 1] == [","] else j, stop)
        if question and has_infinitive(page, *question):
            return [question]
    return []


def _fronted(scene: Scene, i: int, start: int, wanted: set[str]) -> list[tuple[int, int]]:
    """«О типичных ошибках в отчётах рассказал Галеев», «О том, как просить на хоспис, говорил директор»."""
    page = scene.page
    for k in range(start, i):
        if page.lower[k] not in wanted or page.lower[k] in ("на", "по") or k in scene.speech:
            continue
        ranges = [(t.first, t.last) for t in _topics(scene, k, None, "untitled.verb")]
        if ranges and ranges[-1][1] <= i:
            return ranges
    return []


def _preposition_after(scene: Scene, i: int, stop: int, wanted: set[str]) -> int | None:
    """Return the preposition of the verb, over its subject and those it speaks with."""
    page = scene.page
    starts = {first: last + 1 for last, first in scene.names.items()}
    j = i + 1
    while j < min(stop, i + 12):
        if j in starts:
            j = starts[j]
            continue
        word = page.lower[j]
        if word in wanted:
            return j
        if not word[0].isalnum() or page.pos[j] in ("VERB", "AUX", "SCONJ") or word in QUESTIONS:
            return None
        j += 1
    return None


def _session_in_unit(scene: Scene, start: int, stop: int) -> Head | None:
    """Return the session word without a title in a sentence: «говорили на круглом столе»."""
    owned = {topic.anchor for topic in scene.titled}
    for i in range(start, stop):
        head = scene.heads.get(i)
        if head and head.sort in SESSIONS and head.first not in owned and i not in scene.speech:
            return head
    return None


def _inherited(scene: Scene, i: int, verb: Verb) -> str | None:
    """«Субботу отдали лекциям. … рассказала о переохлаждении»; «остановилась на…» goes on with its session."""
    line = scene.outline.line(i)
    if "на" in verb.government:
        before = [t for t in scene.titled if line.first <= t.first < i]
        return before[-1].kind if before else None
    head = last_session(scene.page, line.first, i, scene.titled)
    if head is None or not is_plural(scene.page.words[head.index]) or scene.page.lower[head.first - 1] in BETWEEN:
        return None
    return head.kind


def _is_programme_part(
    scene: Scene, i: int, start: int, stop: int, head: Head | None, verb: Verb, found: list[Topic]
) -> bool:
    """Tell whether the text gives what was said as a part of the programme, and not as somebody's remark."""
    page = scene.page
    line = scene.outline.line(i)
    people = [first for first in scene.names.values() if start <= first < stop]
    sessions = scene.titled + [t for t in found if t.rule != "untitled.verb"]
    titles = [t for t in sorted(sessions, key=lambda t: t.first) if line.first <= t.first < stop]
    if people or _pronoun_of_person(scene, i, start):
        if "на" in verb.government:
            return bool(titles)
        return not titles or _someone_else(scene, i, titles[-1], line.item)
    if any(start <= t.first for t in titles):
        return False
    if not line.item and page.words[line.last - 1] not in ".!?…:":
        return False
    discussed = page.lemmas[i].startswith("обсу")
    if page.feature(i, "Number") != "Plur" or (page.feature(i, "Person") == "3" and not discussed):
        return False
    if head is not None or line.starts or discussed:
        return True
    lemmas = page.lemmas[start:i]
    if i <= start + 1 and start > line.first:  # «прошла встреча … Говорили о подготовке к зиме»
        before = range(scene.outline.unit(start - 1)[0], start)
        if any(k in scene.heads and scene.heads[k].sort != "other" for k in before):
            return True
    return any(word in PEOPLE for word in lemmas) or bool(lemmas and (lemmas[0] in LATER or lemmas[:1] == ["после"]))


def _pronoun_of_person(scene: Scene, i: int, start: int) -> bool:
    """«Он рассказал о поисках» after a sentence that names him."""
    page = scene.page
    if not {"он", "она"} & set(page.lower[start:i]):
        return False
    first = scene.outline.line(i).first
    return any(first <= name < start for name in scene.names.values())


def _someone_else(scene: Scene, i: int, topic: Topic, item: bool) -> bool:
    """Tell whether the speaker of a sentence is not the one who had the titled session before it."""
    outline = scene.outline
    if item:
        return False
    first, last = outline.unit(topic.first)
    names = scene.names.values()
    if i < last:
        return any(topic.last < name for name in names if first <= name < last)
    with_title = [name for name in names if first <= name < last]
    between = [name for name in names if last <= name < outline.unit(i)[0]]
    if not with_title and not between:
        return False
    known = {scene.page.lower[n] for n in with_title + between} | {scene.page.lower[k] for k in _last_words(scene, with_title + between)}
    here = [name for name in names if outline.unit(i)[0] <= name < outline.unit(i)[1]]
    return any(scene.page.lower[k] not in known for k in _last_words(scene, here))


def _last_words(scene: Scene, firsts: list[int]) -> list[int]:
    wanted = set(firsts)
    return [last for last, first in scene.names.items() if first in wanted]
