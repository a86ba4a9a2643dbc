"""Finds titles of sessions: names in quotes that a session word, a list or a verb of naming makes a topic.

Steps
    Every pair of quotes is shown to the rules of ``RULES`` in order; the first that knows it says its kind.
    The noun that governs the quote decides first: «фонд «Вера»» is never a title, in no list.
Leaves out
    Topics without a title (``untitled``), speakers (``speakers``), direct speech.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline.extractors.governor import acts_as_house, head_before, is_inflected
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, find_head, is_plural, may_be
from pipeline.extractors.outline import Line
from pipeline.extractors.session_topics.scene import SESSIONS, Scene, Topic, last_session, part_kind
from pipeline.page import Page, Pair

LONGEST = 30  # tokens in quotes; titles of the annotated texts are below 16, direct speech is longer
HEADING = 14  # tokens; a longer line without a colon was never the heading of a list
DASHES = ("—", "–", "-")
NEAR = 11  # tokens between «тема» and the title: «Тема выступления Ивана Ли на форуме «Край» — «…»»


class Title(NamedTuple):
    """The answer of a rule: the kind of the session and where its phrase begins."""

    kind: str | None
    anchor: int
    grouped: bool = False


class Quoted(NamedTuple):
    """A pair of quotes as the rules see it: the noun that governs it and the topics found before."""

    pair: Pair
    head: Head | None
    found: list[Topic]

    @property
    def first(self) -> int:
        """Return the token of the opening mark."""
        return self.pair.first


def find_titles(scene: Scene) -> list[Topic]:
    """Return the titled topics in text order: «Секция «Право и отчётность»» gives «Право и отчётность»."""
    page, found = scene.page, list[Topic]()
    names, end = scene.ends_of_names, 0
    for pair in page.quotes:
        if pair.first < end or pair.first in scene.bodies or not _may_be_title(page, pair):
            continue
        head = head_before(page, pair, names, scene.outline.line(pair.first).first)
        inner = (pair.first + 1, pair.last)
        if head is not None and head.sort not in SESSIONS and head.kind not in word_set("numbered_parts"):
            continue
        if head is not None and (is_inflected(page, pair) or acts_as_house(page, head, pair)):
            continue  # «площадка «Тихого праздника»»: the word does not name what is in the quotes
        if inner in scene.events and not (head and _is_both(scene, head)):
            continue
        quoted = Quoted(pair, head, found)
        for rule, check in RULES:
            title = check(scene, quoted) if page.uses(rule) else None
            if title is not None:
                found.append(Topic(*inner, True, title.kind, rule, title.anchor, title.grouped))
                end = pair.last
                break
    return found


def _is_both(scene: Scene, head: Head) -> bool:
    """Tell whether a session word names the event and its session: «слушания «…»», a training and nothing else."""
    last = head.kind.split()[-1]
    if last in word_set("both"):
        return True
    others = (other for other in scene.heads.values() if other.sort in SESSIONS)
    return last in word_set("sessional") and all(other.kind.split()[-1] in (last, "занятие") for other in others)


def _may_be_title(page: Page, pair: Pair) -> bool:
    """Direct speech is no title: «…», — сказала она; nor is a single mark or a whole paragraph."""
    size = pair.last - pair.first - 1
    if not 0 < size <= LONGEST or page.line_of[pair.first] != page.line_of[pair.last]:
        return False
    if page.words[pair.last - 1] in (",", ".", ";"):
        return False
    if not any(word[0].isalpha() for word in page.words[pair.first + 1 : pair.last]):
        return False
    after = page.words[pair.last + 1 : pair.last + 3]
    return not (len(after) == 2 and after[0] == "," and after[1] in DASHES)


# -- rules: each gets a pair of quotes and answers with the kind of the session ------------------------------------


def _coordinated(scene: Scene, quoted: Quoted) -> Title | None:
    """«три мастер-класса: «Азимут», «Тепловизор» и «Следы»»; «секции: «Право» (модератор — Ли), «Медиа»»."""
    if not quoted.found:
        return None
    page, last = scene.page, quoted.found[-1]
    i = last.last + 1
    bracket = page.bracket_at.get(i)
    if bracket is not None:
        i = bracket.last + 1
    between = page.lower[i : quoted.first]
    if not 0 < len(between) <= 2 or any(word not in (",", "и", ";", "или") for word in between):
        return None
    same_line = page.line_of[last.first] == page.line_of[quoted.first]
    return Title(last.kind, quoted.first, grouped=bracket is None) if same_line else None


def _after_word(scene: Scene, quoted: Quoted) -> Title | None:
    """«мастер-класс «Видео на телефон»», «Секция 1. «Право»», «круглый стол» «Закон»."""
    head = quoted.head
    if head is not None and _are_counted_parts(scene, head, quoted.first):
        named = (other.kind for other in scene.heads.values() if other.kind.split()[-1] == head.kind)
        return Title(max(named, key=len), head.first)  # «рабочая группа», if the text says so anywhere
    return Title(head.kind, head.first) if head and head.sort in SESSIONS else None


def _are_counted_parts(scene: Scene, head: Head, at: int) -> bool:
    """«работали четыре группы: «Экология», «Спорт»»: parts of a programme that are no session words."""
    page = scene.page
    before = head.first - 1
    while before > 0 and page.pos[before] == "ADJ":
        before -= 1  # «четыре образовательных модуля: …»
    counted = before >= 0 and page.pos[before] == "NUM"
    return head.kind in word_set("numbered_parts") and counted and page.words[at - 1] == ":"


def _before_word(scene: Scene, quoted: Quoted) -> Title | None:
    """««Голос молодых» — секция, которую…», ««Моногород»: секция спасателя»."""
    page, line = scene.page, scene.outline.line(quoted.first)
    i = quoted.pair.last + 1
    if quoted.first not in (scene.outline.unit(quoted.first)[0], line.body):
        return None
    if i >= line.last or page.words[i] not in (*DASHES, ":", "("):
        return None
    for j in range(i + 1, min(i + 4, line.last)):
        head = scene.heads.get(j)
        if head is not None:
            return Title(head.kind, quoted.first) if head.sort in SESSIONS else None
        if page.pos[j] != "ADJ":
            return None
    return None


def _called(scene: Scene, quoted: Quoted) -> Title | None:
    """«лекцию он назвал «Спирогира»», «её занятие называлось «Глаза закрыты»»."""
    page = scene.page
    i = quoted.first - 1
    low = max(scene.outline.unit(quoted.first)[0], i - 6)
    while i > low and page.lemmas[i] not in word_set("naming") and page.pos[i] not in ("VERB", "PROPN"):
        i -= 1
    if i < low or page.lemmas[i] not in word_set("naming"):
        return None
    start = scene.outline.unit(i)[0]
    head = last_session(scene, start, i, quoted.found)
    if (
        head is None
        and {"он", "она", "оно"} & set(page.lemmas[start : quoted.first])
        and start > scene.outline.line(i).first
    ):
        head = last_session(scene, scene.outline.unit(start - 1)[0], start, quoted.found)
    if head is None and (part := part_kind(scene, i)):
        return Title(part, i)  # «Секций было две. … Вторая называлась «Медиация»»
    return Title(head.kind, head.first) if head else None


def _theme(scene: Scene, quoted: Quoted) -> Title | None:
    """«разобрал тему «Первые сутки»», «Тема — «Отчётность»», «Темой дискуссии стала «Экономика доверия»»."""
    page = scene.page
    start = max(scene.outline.unit(quoted.first)[0], quoted.first - NEAR)
    i = next((k for k in range(quoted.first - 1, start - 1, -1) if page.lemmas[k] == "тема"), None)
    if i is None:
        return None
    for k in range(i + 1, quoted.first):
        linking = page.lemmas[k] in word_set("linking") or page.pos[k] in ("ADJ", "NOUN", "ADP", "PROPN")
        if page.words[k][0].isalpha() and not linking:
            return None
    line = scene.outline.line(i)
    head = last_session(scene, i, quoted.first, quoted.found) or last_session(scene, line.first, i, quoted.found)
    return Title(head.kind if head else part_kind(scene, i), i)


def _ordinal(scene: Scene, quoted: Quoted) -> Title | None:
    """«Первая, «Деревня и деньги», искала…», «Вторая секция — «Право»»: one of the parts told before."""
    page, start = scene.page, scene.outline.unit(quoted.first)[0]
    if not 2 <= quoted.first - start <= 4 or page.words[quoted.first - 1] not in (",", *DASHES):
        return None
    kind = part_kind(scene, quoted.first)
    if kind is None and quoted.found and not word_set("beside").isdisjoint(page.lemmas[start : quoted.first]):
        kind = quoted.found[-1].kind  # «На соседней, «Площадь без ёлочки», архитектор…»
    if kind is None and page.lemmas[start] in word_set("part_numbers"):
        head = scene.heads.get(start + 1)  # «Первая лекция цикла, «Город и память», состоится…»
        kind = head.kind if head is not None and head.sort in SESSIONS else None
    return Title(kind, start) if kind else None


def _one_of(scene: Scene, quoted: Quoted) -> Title | None:
    """«Самая многолюдная из них — «Отчёт»», «Из площадок можно отметить «Работа РЦ»»."""
    page, i = scene.page, quoted.first - 1
    if i < 0 or (page.words[i] not in (*DASHES, ":") and page.lemmas[i] not in word_set("pointing")):
        return None
    start = scene.outline.unit(quoted.first)[0]
    if {"из", "самый", "первый", "последний"}.isdisjoint(page.lemmas[start : quoted.first]):
        return None
    head = last_session(scene, start, quoted.first, quoted.found)
    if head is None:
        head = last_session(scene, scene.outline.line(quoted.first).first, start, quoted.found)
        several = head is not None and is_plural(page.words[head.index])  # «девять докладов. Самый острый — «…»»
        head = head if several or "из" in page.lower[start : quoted.first] else None
    return Title(head.kind, start) if head else None


def _read_out(scene: Scene, quoted: Quoted) -> Title | None:
    """«Лекторов было двое. Профессор Рощина читала «Доверие»»: what lecturers read is a lecture."""
    page, verb = scene.page, quoted.first - 1
    if quoted.head is not None or verb < 0 or page.lemmas[verb] not in ("читать", "прочитать", "прочесть"):
        return None
    told = {"лекция", "лектор", "лекторий"}.isdisjoint(page.lemmas[: quoted.first])
    return None if told else Title("лекция", verb)


def _led(scene: Scene, quoted: Quoted) -> Title | None:
    """«…двумя семинарами. «Как читать опросы» провела Верещагина, «Оферта» — Шульц»."""
    page, outline = scene.page, scene.outline
    i = quoted.pair.last + 1
    line = outline.line(quoted.first)
    if i >= line.last:
        return None
    start, stop = outline.unit(quoted.first)
    if start == quoted.first and not word_set("leading").isdisjoint(page.lemmas[i : min(i + 3, stop)]):
        head = last_session(scene, line.first, start, quoted.found)
        return Title(head.kind, quoted.first) if head else None
    if quoted.head is None and page.lemmas[quoted.first - 1] in word_set("leading"):
        head = last_session(scene, line.first, quoted.first, quoted.found)
        several = head is not None and is_plural(page.words[head.index])  # «…на мастерских. Ли провела «Границы»»
        return Title(head.kind, quoted.first) if head and several else None
    last = quoted.found[-1] if quoted.found else None
    before = quoted.first - 2
    named = before in scene.ends_of_names or page.lemmas[before] in word_set("part_numbers")
    described = last is not None and page.words[before] == "," and bool(scene.people_in(last.last, before))
    gapped = page.words[before + 1] in DASHES and (named or described)
    if last and start <= last.first and gapped:
        return Title(last.kind, quoted.first)  # «Ли провела мастер-класс «Свет», а Ким — «Тень»», «вторая — «Тень»»
    if last and start <= last.first and page.words[i] in DASHES and page.lower[quoted.first - 1] in (",", ";", "а"):
        return Title(last.kind, quoted.first)
    return None


def _listed(scene: Scene, quoted: Quoted) -> Title | None:
    """«работали три секции: • «Деньги рядом»», «10:00 — «Зачем заводу волонтёры»», «Доклады: • Ли — «Опыт»»."""
    line = scene.outline.line(quoted.first)
    before = scene.page.words[line.body : quoted.first]
    named = line.body in scene.names_from and before[-1:] and before[-1] in DASHES
    if before and before[-1] != ":" and not named and not _is_dated(scene, line, quoted.first):
        return None
    heads = heading_heads(scene, line)
    if heads is None:
        return Title(None, line.first) if line.starts else None
    return Title(heads[-1].kind if heads else None, line.first)


def _is_dated(scene: Scene, line: Line, stop: int) -> bool:
    """«14 января — «Спорт во дворе»», «13 октября, 16:00. «Реклама»»: only a day and an hour stand before."""
    words = scene.page.words
    rest = [words[k] for k in range(line.body, stop) if k not in scene.blocked and words[k][0].isalpha()]
    return line.body in scene.blocked and line.body not in scene.names_from and not rest


def _by_name(scene: Scene, quoted: Quoted) -> Title | None:
    """«Спикеры: Анна Келлер — «Закон», Борис Юн (Томск) — «Дети в медиа»»: who, then what, after a heading."""
    page, dash = scene.page, quoted.first - 1
    start = scene.outline.line(quoted.first).first
    if dash <= start or page.words[dash] not in DASHES:
        return None
    colon = next((k for k in range(dash - 1, start, -1) if page.words[k] == ":"), None)
    if colon is None or not scene.people_in(colon, dash):
        return None
    heads = list(scene.sessions_in(start, colon))
    told = word_set("programme") | word_set("labels") | word_set("speaking")
    if not heads and told.isdisjoint(page.lemmas[start:colon]):
        return None
    return Title(heads[0].kind if heads else None, quoted.first)


def _numbered(scene: Scene, quoted: Quoted) -> Title | None:
    """«Группа 1. «Деньги рядом»», «Поток А: «Соседи»»: a numbered part of a programme at the head of a line."""
    page, line = scene.page, scene.outline.line(quoted.first)
    words = page.words[line.body : quoted.first]
    if not 2 <= len(words) <= 4 or page.lemmas[line.body] not in word_set("numbered_parts"):
        return None
    number = words[1] == "№" or words[1].isdigit() or (len(words[1]) == 1 and words[1].isupper())
    return Title(page.lemmas[line.body], line.body) if number else None


def _programme(scene: Scene, quoted: Quoted) -> Title | None:
    """«10:00–12:00 Групповая работа «Проектируем акцию»»: whatever a line with hours calls it."""
    page, line = scene.page, scene.outline.line(quoted.first)
    words = page.words[line.body : quoted.first]
    if not line.starts or not 0 < len(words) <= 3:
        return None
    plain = all(word.replace("-", "").isalpha() and may_be(word, "nomn") for word in words)
    return Title(page.span_text(line.body, quoted.first).lower(), line.body) if plain else None


def _bracketed(scene: Scene, quoted: Quoted) -> Title | None:
    """«Самыми людными оказались мастер-классы. … показал, как звучат строки («Стихи в ладонях»)»."""
    words, pair = scene.page.words, quoted.pair
    if words[pair.first - 1 : pair.first] != ["("] or words[pair.last + 1 : pair.last + 2] != [")"]:
        return None
    head = last_session(scene, scene.outline.line(pair.first).first, pair.first, quoted.found)
    return Title(head.kind, scene.outline.unit(pair.first)[0]) if head else None


RULES: tuple[tuple[str, Callable[[Scene, Quoted], Title | None]], ...] = (
    ("titles.coordinated", _coordinated),
    ("titles.after_word", _after_word),
    ("titles.before_word", _before_word),
    ("titles.called", _called),
    ("titles.theme", _theme),
    ("titles.ordinal", _ordinal),
    ("titles.one_of", _one_of),
    ("titles.read_out", _read_out),
    ("titles.led", _led),
    ("titles.listed", _listed),
    ("titles.by_name", _by_name),
    ("titles.numbered", _numbered),
    ("titles.programme", _programme),
    ("titles.bracketed", _bracketed),
)


# -- headings of lists ---------------------------------------------------------------------------------------------


def heading_heads(scene: Scene, line: Line) -> list[Head] | None:
    """Return the session words of the heading of a list, ``None`` where the heading makes it no programme.

    The heading is the nearest line above that is no item of the same list: «После обеда работали три секции:»,
    «МАСТЕР-КЛАССЫ», «11:45–13:15 Секции (параллельно)», «разобрали четыре темы:».
    """
    page, outline = scene.page, scene.outline
    number = outline.line_of[line.first] - 1
    while number >= 0 and _same_list(scene, outline.lines[number], line):
        number -= 1
    if number < 0:
        return None
    above = outline.lines[number]
    last = page.words[above.last - 1]
    if last not in ":?" and (last in ".!…,;" or above.last - above.first > HEADING):
        return None
    unit = outline.unit_of[above.last - 1]
    first = max(above.first, outline.units[max(0, unit - 1)][0])
    heads = [head for i in range(first, above.last) if (head := find_head(page, i)) and head.sort in SESSIONS]
    if heads:
        return heads
    return None if word_set("programme").isdisjoint(page.lemmas[first : above.last]) else []


def _same_list(scene: Scene, above: Line, line: Line) -> bool:
    if line.marker:
        return above.marker == line.marker
    if scene.page.lower[line.body] == "по":
        return scene.page.lower[above.body] == "по"
    if line.starts:
        return above.starts is not None
    if line.body in scene.names_from:
        return not above.item and above.body in scene.names_from
    if line.body in scene.blocked:
        return above.body in scene.blocked and above.body not in scene.names_from
    return not above.item and above.body in scene.page.quote_at
