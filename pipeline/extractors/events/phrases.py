"""Finds phrases that name an event without quotes: «IV съезд НКО Башкортостана», «прошёл форум добровольцев Урала».

Steps
    Around each event word the phrase is read: number and adjectives before it, genitives after it. The rules of
    ``RULES`` say whether it names a certain event and where the name begins.
Leaves out
    Any forum («ежегодный форум», «чемпионаты»): without a number, a subject or a capital letter nothing is named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.extractors.events.extent import phrase_end, phrase_start
from pipeline.extractors.events.ground import LEAD, Ground, Named, known_events, known_starts, stem
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, cases_of, is_person_name, is_plural
from pipeline.page import Page
from pipeline.tokens import Trigger

FUNCTION_WORDS = frozenset(
    ("а", "без", "в", "во", "для", "до", "за", "и", "из", "или", "к", "как", "на", "не", "но", "о", "об", "от",
     "по", "под", "при", "про", "с", "со", "у", "что")
)  # fmt: skip
NEAR = 6  # tokens between a phrase and the verb that says it took place


@dataclass(frozen=True, slots=True)
class Phrase:
    """An event word with its phrase: tokens ``[first, last)``."""

    head: Head
    first: int
    last: int

    @property
    def at(self) -> int:
        """Return the token of the event word."""
        return self.head.index

    @property
    def has_complement(self) -> bool:
        """Tell whether genitives follow («съезд НКО») or it is a set phrase («день открытых дверей»)."""
        return self.last > self.at + 1 or " " in self.head.kind


def find_phrases(ground: Ground, taken: set[int], bodies: dict[int, int]) -> list[Named]:
    """Return phrases that name an event without quotes, in text order.

    Args:
        taken: tokens in quotes and those between an event word and the quoted name that it governs.
        bodies: first token → token after each name of an organisation.
    """
    page = ground.page
    found = _find_known(ground, taken) if page.uses("events.known") else []
    found += _find_days(ground, taken) if page.uses("events.day") else []
    taken = taken | {i for named in found for i in range(named.first, named.last)}
    end = 0
    for i, head in sorted(ground.heads.items()):
        several = is_plural(page.words[i]) and not _is_plural_kind(head)  # «дни открытых дверей», «форумы»
        if i < end or i in taken or several or not _may_name(head):
            continue
        phrase = Phrase(head, phrase_start(ground, head), phrase_end(ground, head, bodies))
        named = _plain_name(ground, phrase) if page.uses("events.plain") and not _is_common(head) else None
        if named is None and not _before_quote(page, phrase):
            named = _apply(ground, phrase)
        if named is not None:
            found.append(named)
            end = named.last
    return found


KNOWN = Trigger(lambda token: token.lemma in known_starts() and token.word[0].isupper())


def _find_known(ground: Ground, taken: set[int]) -> list[Named]:
    """«присоединились к Щедрому вторнику»: a known action without quotes, with a capital letter."""
    page, found, starts = ground.page, list[Named](), known_starts()
    for i in page.find(KNOWN):
        if i in taken or not _takes_place(ground, i):
            continue
        for name in starts[page.lemmas[i]]:
            if tuple(map(stem, page.lemmas[i : i + len(name)])) == name:
                span = (i, i + len(name))
                found.append(Named(*span, known_events()[name][1], "events.known", i, False, False))
                break
    return found


DAY = Trigger(lambda token: token.lemma == "день" and token.word[0] == "Д" and not token.word.isupper())


def _find_days(ground: Ground, taken: set[int]) -> list[Named]:
    """«19 мая в Уфе прошёл День некоммерческих организаций»; not «ко Дню пожилых», «отметили День России»."""
    page, found = ground.page, list[Named]()
    for i in page.find(DAY):
        start, stop = ground.outline.unit(i)
        free = i not in taken and i not in ground.heads and (i == start or page.pos[i - 1] != "ADP")
        last = phrase_end(ground, Head(i, i, "event", "день"), {}) if free and ground.has_day(i) else i + 1
        near = set(page.lemmas[max(start, i - NEAR) : min(stop, last + NEAR)])
        held = (word_set("began") | word_set("held") - {"отметить"}) & near
        if last > i + 1 and held and not is_plural(page.words[i]):
            found.append(Named(i, last, "день", "events.day", i, False, False))
    return found


def _takes_place(ground: Ground, i: int) -> bool:
    """Tell whether the sentence speaks of a known action as of an event; a list of technologies does not."""
    page = ground.page
    start, stop = ground.outline.unit(i)
    if i == start or page.pos[i - 1] == "ADP" or ground.has_day(i):
        return True
    told = word_set("began") | word_set("held") | word_set("inviting") | word_set("gathered")
    event = any(k in ground.heads and ground.heads[k].sort == "event" for k in range(start, stop))
    return event or not told.isdisjoint(page.lemmas[start:stop])


def _may_name(head: Head) -> bool:
    """Tell whether a noun may name an event without quotes: «форум», a gathering («заседание»), not «вечер»."""
    if head.sort == "either":
        return head.kind.split()[-1] in word_set("gatherings")
    return head.sort == "event"


def _is_common(head: Head) -> bool:
    """Tell whether a word names little by itself: «выставка», «тур»; «гала-концерт» and «день донора» do."""
    return head.kind in word_set("quoted_only") and head.first == head.index


def _apply(ground: Ground, phrase: Phrase) -> Named | None:
    page = ground.page
    if phrase.first > 0 and page.lower[phrase.first - 1] in ("к", "ко"):
        return None  # «ко Дню соседей провели уборку», «готовятся к форуму добровольцев»
    for rule, check in RULES:
        if (phrase.head.sort == "either" or _is_common(phrase.head)) and rule != "events.held":
            continue
        inner = page.lower[phrase.at + 1 : phrase.last]
        if len(inner) == 1 and phrase.at + 1 in ground.heads and " " not in phrase.head.kind:
            return None  # «премию съезда», but «ночь музеев»
        start = check(ground, phrase) if ground.page.uses(rule) else None
        if start is not None:
            last = _trimmed(ground.page, phrase.at + 1, phrase.last)
            return Named(start, last, phrase.head.kind, rule, phrase.first, False, False)
    return None


def _trimmed(page: Page, first: int, last: int) -> int:
    """«Щедрый вторник и»: a name ends with no conjunction or preposition, whatever the tagger says."""
    while last > first and page.lower[last - 1] in FUNCTION_WORDS:
        last -= 1
    return last


def _before_quote(page: Page, phrase: Phrase) -> bool:
    """«Ярмарка некоммерческих организаций «Добрые соседи»»: the name is in the quotes."""
    same_line = phrase.last < len(page) and page.line_of[phrase.last] == page.line_of[phrase.at]
    return same_line and page.words[phrase.last] in ("«", '"', "“", "„")


def _plain_start(ground: Ground, phrase: Phrase) -> int:
    """«первый форум соседских сообществ», «Последний слёт отрядов»: which one it was is no part of the name."""
    page, first, opens = ground.page, phrase.first, ground.outline.unit(phrase.first)[0]
    counting = word_set("ordinals") | word_set("which_one")
    while first < phrase.at and page.lemmas[first] in counting:
        if page.words[first][0].isupper() and (first > opens or page.words[first].isupper()):
            break
        first += 1
    return first


# -- rules: each answers with the token at which the name begins ---------------------------------------------------


def _plain_name(ground: Ground, phrase: Phrase) -> Named | None:
    """«акция Белый цветок прошла»: a name without quotes after the event word, in the nominative."""
    page, i = ground.page, phrase.at + 1
    stop = ground.outline.unit(phrase.at)[1]
    word = page.words[i] if i < stop else ""
    if not word[:1].isupper() or word.isupper() or page.words[phrase.at].isupper():
        return None
    known = {k for chunk in page.chunks for k in range(chunk.first, chunk.last) if chunk.label != "ORG"}
    cases = cases_of(word)
    if i in known or "nomn" not in cases or "gent" in cases:
        return None
    j = i
    while j < stop and page.pos[j] in ("ADJ", "NOUN", "PROPN", "DET") and page.words[j][0].isalpha():
        j += 1
    j = _trimmed(page, i, j)
    body = any(k in ground.heads and ground.heads[k].sort == "other" for k in range(i, j))
    if body or j - i < 2 or is_person_name(word):
        return None
    return Named(i, j, phrase.head.kind, "events.plain", phrase.first, False, True)


def _capital(ground: Ground, phrase: Phrase) -> int | None:
    """«прошёл Конгресс волонтеров Юга», «Летняя школа социальных проектов», «День донора»."""
    page = ground.page
    start = next((k for k in range(phrase.first, phrase.at + 1) if page.words[k][0].isupper()), None)
    if start is None or phrase.last - start < 2 or page.lower[phrase.at + 1 : phrase.at + 2] == ["сша"]:
        return None
    if len(page.words[phrase.at]) > 1 and page.words[phrase.at].isupper():
        heading = phrase.has_complement and start == ground.outline.line(start).first
        return start if heading and _is_repeated(page, start, phrase.last) else None
    school = phrase.head.kind in word_set("places") and not phrase.has_complement
    if school and page.lemmas[start] not in word_set("months"):
        return None  # «Камызякская школа» is a house, «Летняя школа» an event
    if start == ground.outline.unit(start)[0]:  # «Неделя открытых разговоров началась 8 апреля»
        return start if phrase.head.kind in word_set("periods") and ground.has_day(start) else None
    return start


def _is_repeated(page: Page, first: int, last: int) -> bool:
    """A heading in capitals names the event if the text says the same words again: «ШКОЛА ПАЦИЕНТА В РЫБИНСКЕ»."""
    wanted, size = page.lower[first:last], last - first
    return any(page.lower[i : i + size] == wanted for i in range(last, len(page) - size))


def _held(ground: Ground, phrase: Phrase) -> int | None:
    """«прошёл форум добровольцев Урала», «провёл день открытых дверей», «учились в грантовой школе»."""
    page, first = ground.page, phrase.first
    start, stop = ground.outline.unit(phrase.at)
    if first > start and (_is_counted(page, first - 1) or _is_owned(page, start, phrase)):
        return None
    if phrase.head.kind in word_set("periods"):
        return None  # «прошла неделя ожидания»
    house = first > start and page.lower[first - 1] in ("в", "во") and phrase.head.kind in word_set("places")
    if house and word_set("learning").isdisjoint(page.lemmas[start:stop]):
        return None  # «концерт прошёл в бывшей лютеранской школе»
    certain = _is_held(ground, phrase, start, stop) and _is_certain(ground, phrase)
    return _plain_start(ground, phrase) if certain else None


def _is_held(ground: Ground, phrase: Phrase, start: int, stop: int) -> bool:
    """Tell whether the sentence ``[start, stop)`` or the next says that the event took or will take place."""
    page, first, dated = ground.page, phrase.first, ground.has_day(phrase.at)
    near = page.lemmas[max(start, first - NEAR) : min(stop, phrase.last + NEAR)] + _next_words(ground, phrase.at)
    told = word_set("began") | word_set("held") | word_set("gathered") | word_set("scheduled")
    if not told.isdisjoint(near) or (dated and not word_set("launching").isdisjoint(near)):
        return True
    if not {"будет", "будут"}.isdisjoint(page.lower[phrase.last : min(stop, phrase.last + NEAR)]):
        return True
    before = page.lower[first - 1] if first > start and dated else ""
    return before == "в" or (before == "на" and not word_set("inviting").isdisjoint(near))


def _is_certain(ground: Ground, phrase: Phrase) -> bool:
    """Tell whether a phrase names a certain event: by its subject, or by an adjective and a day."""
    page, kind, here = ground.page, phrase.head.kind, ground.has_day(phrase.at)
    dated = here or _is_dated_next(ground, phrase.at)
    adjectives = [page.lemmas[k] for k in range(phrase.first, phrase.at) if page.pos[k] == "ADJ"]
    special = dated and any(word not in word_set("plain_adjectives") for word in adjectives)
    if phrase.head.sort == "either" or kind.split()[-1] == "собрание":
        alone = kind in ("пресс-конференция", "слушания")
        return here and not ground.outline.line(phrase.at).item and (phrase.has_complement or alone)
    if _is_common(phrase.head):
        return special and phrase.has_complement and ground.outline.line_of[phrase.at] < LEAD
    return phrase.has_complement or special


def _next_words(ground: Ground, i: int) -> list[str]:
    """Return the first lemmas of a next sentence that goes on with a pronoun: «Он пройдёт», «Его проведёт…»."""
    outline = ground.outline
    number = outline.unit_of[i] + 1
    start, stop = outline.units[number] if number < len(outline.units) else (0, 0)
    pronoun = stop > start and ground.page.lower[start] in ("он", "она", "оно", "они", "его", "ее", "их")
    return ground.page.lemmas[start : min(stop, start + 4)] if pronoun else []


def _is_dated_next(ground: Ground, i: int) -> bool:
    """«Отряд провёл архивную школу. 27 и 28 мая на неё съехались…»: the next sentence says the day."""
    outline = ground.outline
    number = outline.unit_of[i] + 1
    if number >= len(outline.units) or number not in ground.dated:
        return False
    start, stop = outline.units[number]
    return not word_set("event_pronouns").isdisjoint(ground.page.lower[start : min(stop, start + 8)])


def _is_plural_kind(head: Head) -> bool:
    """«парламентские слушания», «Рождественские чтения»: one event in the plural."""
    words = head.kind.split()
    return is_plural(words[min(head.index - head.first, len(words) - 1)])


def _is_counted(page: Page, i: int) -> bool:
    """«три школы Северодвинска», «12 форумов»: not one event."""
    return page.pos[i] == "NUM" or (page.words[i][0].isdigit() and page.pos[i] != "NOUN")


def _is_owned(page: Page, start: int, phrase: Phrase) -> bool:
    """«участники форума добровольцев»: a noun before it governs it; not «проводим в Zoom день открытых дверей»."""
    i = phrase.first - 1
    if page.pos[i] not in ("NOUN", "PROPN"):
        return False
    k = i - 1
    while k >= start and page.pos[k] in ("ADJ", "DET", "NOUN", "PROPN"):
        k -= 1
    placed = (
        k >= start and page.pos[k] == "ADP" and not cases_of(page.words[phrase.at]).isdisjoint(("nomn", "accs"))
    )
    return not placed


def _in_lead(ground: Ground, phrase: Phrase) -> int | None:
    """«Форум добровольцев Урала: что было»: one of the first lines begins with it; it has a proper name."""
    page, word = ground.page, ground.page.words[phrase.at]
    late = ground.outline.line_of[phrase.at] >= LEAD
    late = late or phrase.first != ground.outline.line(phrase.at).body
    if late or word.isupper() or phrase.head.kind.split()[-1] in word_set("contests"):
        return None
    complement = page.words[phrase.at + 1 : phrase.last]
    proper = any(name[0].isupper() and name != "США" for name in complement)
    institution = phrase.head.kind in word_set("places") and len(complement) == 1  # «школа Северодвинска»
    return phrase.first if proper and not institution else None


def _grants(ground: Ground, phrase: Phrase) -> int | None:
    """«конкурс Фонда президентских грантов», «конкурс грантов губернатора Томской области»: who gives, names it."""
    contest = phrase.head.kind.split()[-1] in word_set("contests")
    givers = {"президентский", "губернатор", "губернаторский", "президент"}
    return phrase.first if contest and givers & set(ground.page.lemmas[phrase.at + 1 : phrase.last]) else None


def _judged(ground: Ground, phrase: Phrase) -> int | None:
    """«наградили победителей республиканского конкурса субсидий для НКО»: a contest with its scope and subject."""
    page, first = ground.page, phrase.first
    contest = phrase.head.kind.split()[-1] in word_set("contests")
    if contest and page.lower[phrase.at + 1 : phrase.last][:1] == ["на"]:
        return _plain_start(ground, phrase)  # «объявлен конкурс на лучший годовой отчёт»
    if not contest or not phrase.has_complement or first == phrase.at or first == 0:
        return None
    return first if page.lemmas[first - 1] in ("победитель", "лауреат", "финалист", "призер") else None


RULES: tuple[tuple[str, Callable[[Ground, Phrase], int | None]], ...] = (
    ("events.capital", _capital),
    ("events.held", _held),
    ("events.judged", _judged),
    ("events.in_lead", _in_lead),
    ("events.grants", _grants),
)
