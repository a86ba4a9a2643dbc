"""Finds titles of sessions: names in quotes that a session word, a list or a verb of naming makes a topic.

Steps
    Every pair of quotes is shown to the rules of ``RULES`` in order; the first that knows it says its kind.
    The noun that governs the quote decides first: «фонд «Вера»» is never a title, in no list.
Leaves out
    Topics without a title (``untitled``), speakers (``speakers``), direct speech.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.extractors.naming import Head, find_head, head_before, may_be
from pipeline.extractors.outline import Line, Outline
from pipeline.page import Page, Pair

LONGEST = 30  # tokens in quotes; direct speech is longer, titles of the annotated texts are below 16
NAMING = frozenset({"называться", "назвать", "озаглавить", "озаглавленный", "назваться"})
LEADING = frozenset(
    "вести провести проводить прочитать прочесть читать дать давать модерировать представить сделать подготовить "
    "открыть показать".split()
)
POINTING = frozenset({"отметить", "выделить", "назвать", "упомянуть"})
THEMES = frozenset({"тема", "вопрос", "программа", "расписание", "направление", "занятие", "занятия"})
LINKING = frozenset("стать быть звучать называться этот год день это".split())
BOTH = frozenset({"круглый стол", "пресс-конференция"})  # the whole event and its topic on one span


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


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at: the page, its outline, names of people (last token → first), events, topics so far."""

    page: Page
    outline: Outline
    names: dict[int, int]
    events: set[tuple[int, int]]
    found: list[Topic]


@dataclass(frozen=True, slots=True)
class Title:
    """The answer of a rule: the kind of the session and where its phrase begins."""

    kind: str | None
    anchor: int
    grouped: bool = False


def find_titles(page: Page, outline: Outline, names: dict[int, int], events: set[tuple[int, int]]) -> list[Topic]:
    """Return the titled topics in text order.

    Args:
        names: last token → first token of each name of a person.
        events: token ranges inside the quotes of named events.
    """
    context = Context(page, outline, names, events, [])
    end = 0
    for quote in page.quotes:
        if quote.first < end or not _may_be_title(page, quote):
            continue
        head = head_before(page, quote, names, outline.line(quote.first).first)
        inner = (quote.first + 1, quote.last)
        if head is not None and head.sort in ("event", "other"):
            continue
        if inner in events and not (head and head.kind in BOTH):
            continue
        title = _apply(context, quote, head)
        if title is not None:
            context.found.append(Topic(*inner, True, title[0].kind, title[1], title[0].anchor, title[0].grouped))
            end = quote.last
    return context.found


def _apply(context: Context, quote: Pair, head: Head | None) -> tuple[Title, str] | None:
    for name, rule in RULES:
        if context.page.uses(name) and (title := rule(context, quote, head)):
            return title, name
    return None


def _may_be_title(page: Page, quote: Pair) -> bool:
    """Direct speech is no title: «…», — сказала она; nor is a single mark or a whole paragraph."""
    size = quote.last - quote.first - 1
    if not 0 < size <= LONGEST or page.line_of[quote.first] != page.line_of[quote.last]:
        return False
    if page.words[quote.last - 1] in (",", ".", ";") or not any(
        word[0].isalpha() for word in page.words[quote.first + 1 : quote.last]
    ):
        return False
    after = page.words[quote.last + 1 : quote.last + 3]
    return not (after[:1] == [","] and after[1:] and after[1] in ("—", "-", "–"))


# -- rules: each gets the quote and the noun that governs it, and answers with the kind ------------------------


def _after_word(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«мастер-класс «Видео на телефон»», «Секция 1. «Право»», «круглый стол» «Закон»."""
    return Title(head.kind, head.first) if head else None


def _listed(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«работали три секции: • «Деньги рядом»», «10:00 — «Зачем заводу волонтёры»»."""
    page, outline = context.page, context.outline
    line = outline.line(quote.first)
    before = page.words[line.body : quote.first]
    if before and before[-1] != ":":
        return None
    heads = heading_heads(page, outline, line)
    if heads is None:
        return Title(None, line.first) if line.starts else None
    kind = next((h.kind for h in reversed(heads) if h.sort in ("session", "either")), None)
    return Title(kind, line.first)


def _coordinated(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«три мастер-класса: «Азимут», «Тепловизор» и «Следы»»; «секции: «Право» (модератор — Ли), «Медиа»»."""
    if not context.found:
        return None
    page, last = context.page, context.found[-1]
    i = last.last + 1
    bracket = next((pair for pair in page.brackets if pair.first == i), None)
    if bracket is not None:
        i = bracket.last + 1
    between = page.lower[i : quote.first]
    if 0 < len(between) <= 2 and all(word in (",", "и", ";", "или") for word in between):
        same_line = page.line_of[last.first] == page.line_of[quote.first]
        return Title(last.kind, quote.first, grouped=bracket is None) if same_line else None
    return None


def _before_word(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """««Голос молодых» — секция, которую…», ««Моногород»: секция спасателя»."""
    page, line = context.page, context.outline.line(quote.first)
    i = quote.last + 1
    if context.outline.unit(quote.first)[0] != quote.first and line.body != quote.first:
        return None
    if i < line.last and page.words[i] in ("—", "-", "–", ":", "("):
        for j in range(i + 1, min(i + 4, line.last)):
            found = find_head(page, j)
            if found is not None:
                return Title(found.kind, quote.first) if found.sort in ("session", "either") else None
            if page.pos[j] != "ADJ":
                return None
    return None


def _called(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«лекцию он назвал «Спирогира»», «её занятие называлось «Глаза закрыты»»."""
    page = context.page
    i = quote.first - 1
    while i > 0 and page.words[i] in (":", "-", "—", "так"):
        i -= 1
    if page.lemmas[i] not in NAMING:
        return None
    start = context.outline.unit(i)[0]
    found = last_session(page, start, i, context.found)
    return Title(found.kind, found.first) if found else None


def _one_of(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«Самая многолюдная из них — «Отчёт»», «Из площадок можно отметить «Работа РЦ»»."""
    page = context.page
    before = page.words[quote.first - 1] if quote.first else ""
    pointed = page.lemmas[quote.first - 1] in POINTING if quote.first else False
    if before not in ("—", "-", "–", ":") and not pointed:
        return None
    start = context.outline.unit(quote.first)[0]
    if not {"из", "самый", "первый", "последний"} & set(page.lemmas[start : quote.first]):
        return None
    found = last_session(page, start, quote.first, context.found)
    if found is None and "из" in page.lower[start : quote.first]:
        found = last_session(page, context.outline.line(quote.first).first, start, context.found)
    return Title(found.kind, start) if found else None


def _theme(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«разобрал тему «Первые сутки»», «Тема — «Отчётность»», «Темой дискуссии стала «Экономика доверия»»."""
    page = context.page
    start = context.outline.unit(quote.first)[0]
    i = next((k for k in range(quote.first - 1, max(start, quote.first - 8) - 1, -1) if page.lemmas[k] == "тема"), -1)
    if i < 0 or any(
        page.words[k][0].isalpha() and page.lemmas[k] not in LINKING and page.pos[k] not in ("ADJ", "NOUN", "ADP")
        for k in range(i + 1, quote.first)
    ):
        return None
    line = context.outline.line(i)
    found = last_session(page, i, quote.first, context.found) or last_session(page, line.first, i, context.found)
    return Title(found.kind if found else None, i)


def _programme(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«10:00–12:00 Групповая работа «Проектируем акцию»»: whatever a line with hours calls it."""
    page, line = context.page, context.outline.line(quote.first)
    words = range(line.body, quote.first)
    if not line.starts or not 0 < len(words) <= 3 or not all(may_be(page.words[k], "nomn") for k in words):
        return None
    plain = all(page.words[k].isalpha() or "-" in page.words[k][1:] for k in words)
    return Title(page.span_text(line.body, quote.first).lower(), line.body) if plain else None


def _led(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«…двумя семинарами. «Как читать опросы» провела Верещагина, «Оферта» — Шульц»."""
    page, outline = context.page, context.outline
    i = quote.last + 1
    line = outline.line(quote.first)
    if i >= line.last:
        return None
    start, end = outline.unit(quote.first)
    if start == quote.first and any(word in LEADING for word in page.lemmas[i : min(i + 3, end)]):
        found = last_session(page, line.first, start, context.found)
        return Title(found.kind, quote.first) if found else None
    last = context.found[-1] if context.found else None
    if last and start <= last.first and page.words[i] in ("—", "-", "–") and page.words[quote.first - 1] in ",;а":
        return Title(last.kind, quote.first)
    return None


def _bracketed(context: Context, quote: Pair, head: Head | None) -> Title | None:
    """«Самыми людными оказались мастер-классы. … показал, как звучат строки («Стихи в ладонях»)»."""
    page = context.page
    if page.words[quote.first - 1 : quote.first] != ["("] or page.words[quote.last + 1 : quote.last + 2] != [")"]:
        return None
    line = context.outline.line(quote.first)
    found = last_session(page, line.first, quote.first, context.found)
    return Title(found.kind, context.outline.unit(quote.first)[0]) if found else None


Rule = Callable[[Context, Pair, Head | None], Title | None]

RULES: tuple[tuple[str, Rule], ...] = (
    ("titles.coordinated", _coordinated),
    ("titles.after_word", _after_word),
    ("titles.before_word", _before_word),
    ("titles.called", _called),
    ("titles.theme", _theme),
    ("titles.one_of", _one_of),
    ("titles.led", _led),
    ("titles.listed", _listed),
    ("titles.programme", _programme),
    ("titles.bracketed", _bracketed),
)


# -- session words around --------------------------------------------------------------------------------------


def last_session(page: Page, start: int, stop: int, found: Sequence[Topic]) -> Head | None:
    """Return the last session word of tokens ``[start, stop)`` that has no title of its own."""
    taken = {topic.anchor for topic in found}
    inside = [(topic.first, topic.last) for topic in found if topic.last > start]
    for i in range(stop - 1, start - 1, -1):
        if any(a <= i < b for a, b in inside):
            continue
        head = find_head(page, i)
        if head is not None and head.sort in ("session", "either") and head.first not in taken:
            return head
    return None


def heading_heads(page: Page, outline: Outline, line: Line) -> list[Head] | None:
    """Return the session words of the heading of a list, ``None`` where the heading makes it no programme.

    The heading is the nearest line above that is no item of the same list: «После обеда работали три секции:»,
    «МАСТЕР-КЛАССЫ», «11:45–13:15 Секции (параллельно)», «разобрали четыре темы:».
    """
    number = outline.line_of[line.first] - 1
    while number >= 0 and _same_list(page, outline.lines[number], line):
        number -= 1
    if number < 0:
        return None
    above = outline.lines[number]
    last = page.words[above.last - 1]
    heading = last not in ENDS_OF_PROSE and above.last - above.first <= 14
    if last != ":" and not heading:
        return None
    last_unit = outline.unit_of[above.last - 1]
    first = max(above.first, outline.units[max(0, last_unit - 1)][0])
    heads = [head for i in range(first, above.last) if (head := find_head(page, i))]
    sessions = [head for head in heads if head.sort in ("session", "either")]
    if sessions:
        return sessions
    return [] if any(page.lemmas[i] in THEMES for i in range(first, above.last)) else None


ENDS_OF_PROSE = frozenset(".!?…,;")


def _same_list(page: Page, above: Line, line: Line) -> bool:
    if line.marker:
        return above.marker == line.marker
    if line.starts:
        return above.starts is not None
    return not above.item and page.words[above.body] in ("«", '"', "“", "„")
