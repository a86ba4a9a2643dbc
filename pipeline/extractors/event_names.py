"""Finds what names an event: a name in quotes after an event word, or a phrase that names it without quotes.

Steps
    Every pair of quotes is shown to ``QUOTED`` in order; then phrases around event words to ``PHRASES`` («IV съезд
    НКО Башкортостана», «Школа пациента», «провёл день открытых дверей»). Both answer with a ``Named`` span.
Leaves out
    Projects, programmes and nominations; when and where an event was (``event_facts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.extractors.naming import Head, cases_of, find_head, head_before, is_plural, may_be
from pipeline.extractors.outline import Outline
from pipeline.page import Page, Pair

BEGAN = frozenset(
    "пройти проходить состояться завершиться закончиться стартовать начаться отгреметь завершать прошедший "
    "открыться пройдет".split()
)
HELD = frozenset("провести проводить организовать устроить подготовить вручить отметить устраивать".split())
DAYS = frozenset("день ночь вечер утро неделя месяц час год понедельник вторник среда четверг пятница суббота воскресенье".split())
PERIODS = frozenset("день ночь неделя суббота воскресенье час".split())
LEAD = 5  # lines in which the whole event of a text is named
WEEKDAYS = frozenset("понедельник вторник среда четверг пятница суббота воскресенье".split())
ORDINALS = re.compile(r"[IVXLC]+|\d{1,2}-[а-я]{1,3}")
ORDINAL_WORDS = frozenset(
    "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый "
    "тринадцатый четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый двадцатый "
    "двадцать тридцатый юбилейный".split()
)
PLAIN = frozenset(
    "юбилейный традиционный ежегодный очередной новый большой региональный республиканский областной городской краевой "
    "всероссийский международный межрегиональный районный следующий прошлый весенний осенний зимний летний этот наш "
    "весь свой первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый последний отдельный самый "
    "общий главный подобный такой один каждый другой прошедший нынешний сельский местный муниципальный открытый совместный крупный успешный яркий финальный заключительный итоговый "
    "финальный завершающий собственный благодарный тот иной".split()
)
QUOTED_ONLY = frozenset(  # words too common to name an event without a name in quotes
    "выставка сбор вечер мероприятие событие показ челлендж розыгрыш лотерея ёлка вечеринка маркет распродажа базар "
    "гуляние гуляния уборка стажировка учения чаепитие посиделки кастинг выпускной пробежка зарядка тур сплав курс "
    "встреча кинопоказ выезд".split()
)
SIZE = 22


@dataclass(frozen=True, slots=True)
class Named:
    """A span ``[first, last)`` that names an event, its kind, the rule, and the token where its phrase begins.

    ``nominative`` tells that the name stands in the nominative there, as it does after an event word.
    """

    first: int
    last: int
    kind: str | None
    rule: str
    anchor: int
    quoted: bool
    nominative: bool


def find_quoted(page: Page, outline: Outline, names: dict[int, int], has_day: Callable[[int], bool]) -> list[Named]:
    """Return the names of events in quotes.

    Args:
        names: last token → first token of names of people.
        has_day: tells whether the sentence of a token holds a day of the calendar.
    """
    found = []
    for quote in page.quotes:
        if not 0 < quote.last - quote.first - 1 <= SIZE or _is_speech(page, quote):
            continue
        head = head_before(page, quote, names, outline.line(quote.first).first)
        for rule, check in QUOTED:
            if not page.uses(rule):
                continue
            answer = check(page, outline, quote, head, has_day)
            if answer is not None:
                kind, anchor, nominative = answer
                found.append(Named(quote.first + 1, quote.last, kind, rule, anchor, True, nominative))
                break
    return found


def _is_speech(page: Page, quote: Pair) -> bool:
    """Direct speech and slogans name no event: «…», — сказал он; акция «за чистый воздух»."""
    if page.line_of[quote.first] != page.line_of[quote.last] or page.words[quote.last - 1] in (",", "."):
        return True
    if page.words[quote.first + 1][0].islower():
        return True
    after = page.words[quote.last + 1 : quote.last + 3]
    return after[:1] == [","] and len(after) > 1 and after[1] in ("—", "-", "–")


HasDay = Callable[[int], bool]
Answer = tuple[str | None, int, bool]  # the kind, where the phrase begins, whether the name stands in the nominative


def _after_word(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """«форум добровольцев и НКО «Тёплый край»», «конкурса «Город своими руками»»."""
    return (head.kind, head.first, True) if head is not None and head.sort == "event" else None


def _whole(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """«4–5 октября в Якутске прошёл семинар-практикум «Грант без ошибок»»: a session word that is the whole event.

    It has a day of its own, or the first lines say that it took place.
    """
    if head is None or head.sort != "either" or outline.line(quote.first).item:
        return None
    start, stop = outline.unit(quote.first)
    began = outline.line_of[quote.first] < LEAD and any(word in BEGAN for word in page.lemmas[start:stop])
    return (head.kind, head.first, True) if began or has_day(quote.first) else None


def _on_day(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """«собрали в «Щедрый вторник»», «с первого «Щедрого вторника»», ««Ночь музеев»»: the name of a day."""
    if head is not None:
        return None
    words = range(quote.first + 1, quote.last)
    with_in = page.lower[quote.first - 1] in ("в", "во") and any(
        page.lemmas[i] in DAYS and may_be(page.words[i], "accs") for i in words
    )
    weekday = len(words) == 2 and page.lemmas[quote.last - 1] in WEEKDAYS
    if not with_in and not weekday:
        return None
    return None, quote.first, with_in


def _began(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """«в Петербурге завершились «Белые ночи фандрайзинга»», «завершилось юбилейное «Сообщество Сибири»»."""
    i = quote.first - 1
    if i > 0 and page.pos[i] == "ADJ":
        i -= 1
    if head is not None or i < 0 or page.lemmas[i] not in BEGAN or _is_kind(page, quote):
        return None
    return None, quote.first - 1, True


def _subject(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """««Добрая суббота» прошла в Туле», ««Белые ночи» состоялись»: the name, then the verb."""
    if head is not None or outline.unit(quote.first)[0] != quote.first or _is_kind(page, quote):
        return None
    after = page.lemmas[quote.last + 1 : quote.last + 3]
    return (None, quote.first, True) if after and after[0] in BEGAN else None


def _called(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """«Форум называется «Тёплый край»», «акция получила название «Капля тепла»»."""
    if head is not None or quote.first < 2:
        return None
    if page.lemmas[quote.first - 1] not in ("называться", "название", "назвать"):
        return None
    start = outline.unit(quote.first)[0]
    for i in range(start, quote.first - 1):
        found = find_head(page, i)
        if found is not None:
            return (found.kind, quote.first - 1, True) if found.sort == "event" else None
    return None


def _is_kind(page: Page, quote: Pair) -> bool:
    """«прошёл «круглый стол»»: the quotes hold the kind and no name."""
    found = find_head(page, quote.last - 1)
    return found is not None and found.first == quote.first + 1


def _before_word(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """««НКО-дача»: летняя школа под старой крепостью», ««Тёплый край» — это форум добровольцев»."""
    i = quote.last + 1
    if head is not None or quote.first not in (outline.line(quote.first).body, outline.unit(quote.first)[0]):
        return None
    if page.words[i : i + 1] not in ([":"], ["—"], ["–"], ["-"]):
        return None
    for j in range(i + 1, min(i + 5, len(page))):
        found = find_head(page, j)
        if found is not None:
            fits = found.sort == "event" and may_be(page.words[j], "nomn")
            return (found.kind, quote.first, True) if fits else None
        if page.pos[j] != "ADJ" and page.lower[j] != "это":
            return None
    return None


def _inner(page: Page, outline: Outline, quote: Pair, head: Head | None, has_day: HasDay) -> Answer | None:
    """«закончилась «Хвостатая школа»», «объявили «Школу заявки»», ««Весенняя неделя добра»»: what it is in the name."""
    if head is not None:
        return None
    for i in range(quote.first + 1, quote.last):
        found = find_head(page, i)
        event = found is not None and found.sort == "event"
        day = found is None and page.lemmas[i] in PERIODS and quote.last - quote.first > 2
        if event or day:
            rest = page.words[i + 1 : quote.last]
            plain = all(word[0].isalpha() and ("gent" in cases_of(word) or word == "и") for word in rest)
            return (found.kind if found else None, quote.first, False) if plain else None
        if found is not None or page.pos[i] not in ("ADJ", "NUM", "DET", "PROPN"):
            return None
    return None


Check = Callable[[Page, Outline, Pair, Head | None, HasDay], Answer | None]

QUOTED: tuple[tuple[str, Check], ...] = (
    ("events.after_word", _after_word),
    ("events.whole", _whole),
    ("events.on_day", _on_day),
    ("events.began", _began),
    ("events.subject", _subject),
    ("events.called", _called),
    ("events.before_word", _before_word),
    ("events.inner", _inner),
)


# -- phrases without quotes -------------------------------------------------------------------------------------


def find_phrases(
    page: Page, outline: Outline, heads: dict[int, Head], taken: set[int], has_day: HasDay
) -> list[Named]:
    """Return phrases that name an event without quotes.

    Args:
        heads: listed nouns by token.
        taken: tokens that are in quotes or where a phrase begins that a quoted name follows.
    """
    found = []
    end = 0
    for i, head in sorted(heads.items()):
        if i < end or i in taken or head.sort != "event" or head.kind in QUOTED_ONLY:
            continue
        first = _phrase_start(page, outline, head)
        last = complement_end(page, outline, head)
        if page.uses("events.plain") and (name := _plain_name(page, outline, head)):
            found.append(Named(*name, head.kind, "events.plain", first, False, True))
            end = name[1]
            continue
        if last < len(page) and page.words[last] in ("«", '"', "“", "„") and page.line_of[last] == page.line_of[i]:
            continue
        for rule, check in PHRASES:
            start = check(page, outline, head, first, last, has_day) if page.uses(rule) else None
            if start is not None:
                found.append(Named(start, last, head.kind, rule, first, False, False))
                end = last
                break
    return found


def _phrase_start(page: Page, outline: Outline, head: Head) -> int:
    """Return where the phrase begins: adjectives and a number before the event word."""
    first = min(head.first, head.index)
    start = outline.unit(first)[0]
    while first > start and page.pos[first - 1] in ("ADJ", "PROPN", "NUM", "X") and _is_adjective(page, first - 1):
        first -= 1
    if first > start and ORDINALS.fullmatch(page.words[first - 1]):
        first -= 1
    return first


def _is_adjective(page: Page, i: int) -> bool:
    if ORDINALS.fullmatch(page.words[i]):
        return True
    return page.words[i][0].isalpha() and (page.pos[i] == "ADJ" or page.lemmas[i] in ORDINAL_WORDS)


def complement_end(page: Page, outline: Outline, head: Head) -> int:
    """Return the end of the genitives after an event word: «съезд некоммерческих организаций Липецкой области»."""
    j = head.index + 1
    for k in range(head.index + 1, head.index + 4):  # the rest of a set phrase: «день открытых дверей»
        if head.kind.count(" ") and k < len(page) and page.lower[k] in head.kind.replace("ё", "е").split():
            j = k + 1
    stop = outline.unit(head.index)[1]
    last = j
    while j < stop:
        word = page.lower[j]
        if word in ("и", "для"):
            if last == j and (word == "для" or j > head.index + 1):
                j += 1
                continue
            break
        if j in page.quote_at and j > head.index + 1 and page.lemmas[j - 1] in ("фонд", "центр"):
            j = last = page.quote_at[j].last + 1
            continue
        if not _is_genitive(page, j):
            break
        j += 1
        if page.pos[j - 1] not in ("ADJ", "DET", "NUM"):
            last = j
    return last


def _is_genitive(page: Page, j: int) -> bool:
    """Tell whether a word goes on with the genitives after an event word («Республики Башкортостан» does too)."""
    word = page.words[j]
    if not word[0].isalpha() or page.pos[j] in ("VERB", "AUX", "ADP", "ADV", "PRON", "SCONJ", "PART"):
        return False
    if word[0].isupper() and page.lemmas[j - 1] == "республика":
        return True
    if page.lower[j + 1 : j + 2] and page.lower[j + 1].endswith(("вна", "вич")):
        return False  # «Открыла Школу Маргарита Зуевна»
    cases = cases_of(word)
    return "gent" in cases or (not cases and word[0].isupper())


def _plain_name(page: Page, outline: Outline, head: Head) -> tuple[int, int] | None:
    """«акция Белый цветок прошла»: a name without quotes after the event word, in the nominative."""
    i, stop = head.index + 1, outline.unit(head.index)[1]
    word = page.words[i] if i < stop else ""
    known = {k for chunk in page.chunks for k in range(chunk.first, chunk.last) if chunk.label != "ORG"}
    if not word[:1].isupper() or word.isupper() or i in known or page.words[head.index].isupper():
        return None
    cases = cases_of(word)
    if "nomn" not in cases or "gent" in cases or page.lemmas[i - 1] == page.lemmas[i]:
        return None
    j = i
    while j < stop and page.pos[j] in ("ADJ", "NOUN", "PROPN", "DET") and page.words[j][0].isalpha():
        j += 1
    body = any((found := find_head(page, k)) and found.sort == "other" for k in range(i, j))
    return (i, j) if j - i >= 2 and not body else None


def _numbered(page: Page, outline: Outline, head: Head, first: int, last: int, has_day: HasDay) -> int | None:
    """«IV съезд НКО Башкортостана», «первого конкурса Фонда президентских грантов»."""
    if last <= head.index + 1 or first == head.index:
        return None
    return first if ORDINALS.fullmatch(page.words[first]) or page.lemmas[first] in ORDINAL_WORDS else None


def _capital(page: Page, outline: Outline, head: Head, first: int, last: int, has_day: HasDay) -> int | None:
    """«прошёл Конгресс волонтеров Юга», «Летняя школа социальных проектов», «День донора»."""
    start = first
    while start < head.index and not page.words[start][0].isupper():
        start += 1
    if not page.words[start][0].isupper() or last - start < 2:
        return None
    if page.words[head.index].isupper() and len(page.words[head.index]) > 1:
        repeated = last > head.index + 1 and start == outline.line(start).first and _is_repeated(page, start, last)
        return start if repeated else None
    if start == outline.unit(start)[0] or page.lower[head.index + 1 : head.index + 2] == ["сша"]:
        return None
    return start


def _is_repeated(page: Page, first: int, last: int) -> bool:
    """A heading in capitals names the event if the text says the same words again: «ШКОЛА ПАЦИЕНТА В РЫБИНСКЕ»."""
    wanted = page.lower[first:last]
    size = last - first
    return any(page.lower[i : i + size] == wanted for i in range(last, len(page) - size))


def _held(page: Page, outline: Outline, head: Head, first: int, last: int, has_day: HasDay) -> int | None:
    """«прошёл форум добровольцев Урала», «провёл день открытых дверей», «учились в грантовой школе»."""
    start, stop = outline.unit(head.index)
    if is_plural(page.words[head.index]) or (first > start and page.pos[first - 1] in ("NOUN", "PROPN")):
        return None
    special = any(page.pos[k] == "ADJ" and page.lemmas[k] not in PLAIN for k in range(first, head.index))
    named = last > head.index + 1 or head.kind.count(" ") > 0
    within = first > start and page.lower[first - 1] == "в" and has_day(head.index)
    near = range(max(start, first - 6), min(stop, last + 6))
    happened = any(page.lemmas[k] in BEGAN or page.lemmas[k] in HELD for k in near)
    if named and (happened or within):
        return first
    return first if special and has_day(head.index) and (happened or within) else None


def _judged(page: Page, outline: Outline, head: Head, first: int, last: int, has_day: HasDay) -> int | None:
    """«наградили победителей республиканского конкурса субсидий для НКО»: a contest with its scope and subject."""
    if head.kind.split()[-1] not in ("конкурс", "премия", "олимпиада") or last <= head.index + 1 or first == head.index:
        return None
    return first if first > 0 and page.lemmas[first - 1] in ("победитель", "лауреат", "финалист", "призер") else None


PHRASES: tuple[tuple[str, Callable[[Page, Outline, Head, int, int, HasDay], int | None]], ...] = (
    ("events.numbered", _numbered),
    ("events.capital", _capital),
    ("events.held", _held),
    ("events.judged", _judged),
)
