"""Finds names of events in quotes: after an event word, as the name of a day, as the subject of «прошёл».

Steps
    Every pair of quotes is shown to ``RULES`` in order, and the first that knows it answers with the kind.
Leaves out
    Projects, programmes and nominations; phrases without quotes (``phrases``); when and where the event
    was (``days``, ``places``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.extractors.events.ground import LEAD, Ground, Named, known_events, stem
from pipeline.extractors.governor import acts_as_house, head_before, is_inflected
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, cases_of, is_living, is_plural, may_be
from pipeline.extractors.outline import Outline
from pipeline.page import Page, Pair

LONGEST = 22  # tokens in quotes
NEAR = 7  # tokens between «пришли» and the name
DASHES = ("—", "–", "-")
NOMINATIVE_PRONOUNS = ("он", "она", "оно", "они")


class Quoted(NamedTuple):
    """A pair of quotes as the rules see it, with the noun that governs it."""

    pair: Pair
    head: Head | None

    @property
    def first(self) -> int:
        """Return the token of the opening mark."""
        return self.pair.first

    @property
    def inner(self) -> range:
        """Return the tokens between the marks."""
        return range(self.pair.first + 1, self.pair.last)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a rule: the kind, where the phrase begins, whether the name stands in the nominative."""

    kind: str | None
    anchor: int
    nominative: bool = True


def find_quoted(ground: Ground) -> list[Named]:
    """Return the names of events in quotes, in text order."""
    page, found = ground.page, list[Named]()
    people = (chunk for chunk in page.chunks if chunk.label == "PER" and chunk.first not in ground.heads)
    names = {chunk.last - 1: chunk.first for chunk in people}
    for pair in page.quotes:
        if not _may_be_name(page, pair):
            continue
        head = head_before(page, pair, names, ground.outline.line(pair.first).first)
        quoted = Quoted(pair, None if head and is_inflected(page, pair) else head)
        if found and _is_coordinated(page, found[-1], quoted) and page.uses("events.coordinated"):
            last = found[-1]
            found.append(Named(pair.first + 1, pair.last, last.kind, "events.coordinated", pair.first, True, True))
            continue
        for rule, check in page.rules_of(RULES):
            if (answer := check(ground, quoted)) is not None:
                span = (pair.first + 1, pair.last)
                found.append(Named(*span, answer.kind, rule, answer.anchor, True, answer.nominative))
                break
    return found


def _is_coordinated(page: Page, last: Named, quoted: Quoted) -> bool:
    """«в акциях «Оберегая сердца», «Следуй за мной» и «Будь здоров»»: names side by side after a plural."""
    between = page.lower[last.last + 1 : quoted.first]
    if between not in ([","], ["и"], [",", "и"]) or last.rule not in ("events.after_word", "events.coordinated"):
        return False
    return last.rule == "events.coordinated" or any(
        is_plural(page.words[k]) for k in range(last.anchor, last.first)
    )


def _may_be_name(page: Page, pair: Pair) -> bool:
    """Direct speech and slogans name no event: «…», — сказал он; акция «за чистый воздух»."""
    if not 0 < pair.last - pair.first - 1 <= LONGEST or page.line_of[pair.first] != page.line_of[pair.last]:
        return False
    if page.words[pair.last - 1] in (",", ".") or page.words[pair.first + 1][0].islower():
        return False
    after = page.words[pair.last + 1 : pair.last + 3]
    return not (len(after) == 2 and after[0] == "," and after[1] in DASHES)


# -- rules: each gets a pair of quotes and answers if it names an event --------------------------------------------


def _after_word(ground: Ground, quoted: Quoted) -> Answer | None:
    """«форум добровольцев и НКО «Тёплый край»», «конкурса «Город своими руками»»."""
    head = quoted.head
    if head is None or head.sort != "event" or _is_span_of_time(ground.page, head):
        return None
    if _is_institution(ground, head) or acts_as_house(ground.page, head, quoted.pair):
        return None
    return Answer(head.kind, head.first)


def _is_span_of_time(page: Page, head: Head) -> bool:
    """«За неделю «Добрый дом» принял сорок человек»: how long something took, not what it is called."""
    before = page.lemmas[head.first - 1 : head.first]
    return head.kind in word_set("periods") and bool(before) and before[0] in word_set("lasting")


def _is_institution(ground: Ground, head: Head) -> bool:
    """«окончила школу родителей «Аист»», «смена «Юный эколог» в лагере «Чайка»»: a house, not a week of lessons."""
    page, i = ground.page, head.first - 1
    if head.kind not in word_set("places"):
        return False
    if page.lower[i] in ("в", "во") and _has_named_event(ground, head):
        return True
    while i >= 0 and page.pos[i] in ("ADJ", "ADP"):
        i -= 1
    studied = i >= 0 and page.lemmas[i] in word_set("schooling") and page.line_of[i] == page.line_of[head.first]
    return studied and not ground.has_day(head.index)


def _has_named_event(ground: Ground, house: Head) -> bool:
    """Tell whether another event word before a quote stands in the sentence of a house."""
    heads = (ground.heads.get(k) for k in range(*ground.outline.unit(house.index)) if k != house.index)
    return any(
        head and head.sort in ("event", "either") and head.index + 1 in ground.page.quote_at for head in heads
    )


def _whole(ground: Ground, quoted: Quoted) -> Answer | None:
    """«4–5 октября в Якутске прошёл семинар-практикум «Грант без ошибок»»: a session word that is the whole event.

    It has a day of its own, or the first lines say that it took place.
    """
    head, outline = quoted.head, ground.outline
    if head is None or head.sort != "either" or _is_listed(outline, quoted.first):
        return None
    if ground.page.lower[head.first - 1] in ("с", "со") and head.first > outline.unit(head.first)[0]:
        return None  # «Началось с семинара «Бюджет»»: a part of the event
    if _is_inside(ground, head):
        return None
    lemmas = ground.page.lemmas[slice(*outline.unit(quoted.first))]
    later = _is_dated_later(ground, head)
    told = not (word_set("began") | word_set("inviting")).isdisjoint(lemmas) or later
    lead, dated = outline.line_of[quoted.first] < LEAD and told, ground.has_day(quoted.first) or later
    sessional = word_set("sessional").issuperset(head.kind.split()[-1].split("-"))
    return Answer(head.kind, head.first) if (lead and dated if sessional else lead or dated) else None


def _is_inside(ground: Ground, head: Head) -> bool:
    """«На форуме прошла лаборатория «Кровь»», «В рамках слёта шёл семинар «Костёр»»: a part of another event."""
    page, start = ground.page, ground.outline.unit(head.index)[0]
    for k in range(start + 1, head.first):
        other = ground.heads.get(k)
        if other is not None and other.sort == "event" and not is_plural(page.words[k]):
            before = page.lower[other.first - 1] if other.first > start else ""
            if (before == "на" and may_be(page.words[k], "loct")) or page.lemmas[other.first - 1] == "рамка":
                return True
    return False


def _is_listed(outline: Outline, i: int) -> bool:
    """Tell whether a sentence opens an item of a list or programme; a later sentence of a reply does not."""
    return outline.line(i).item and outline.unit(i)[0] == outline.line(i).first


def _is_dated_later(ground: Ground, head: Head) -> bool:
    """«…на сессии «Край». Сессия шла 1 и 2 июня», «Он пройдёт 5 мая»: a later sentence says the day."""
    page, outline = ground.page, ground.outline
    following = outline.unit_of[head.index] + 1
    if following in ground.dated and page.lower[outline.units[following][0]] in NOMINATIVE_PRONOUNS:
        return True
    kind = page.lemmas[head.index]
    return any(
        start > head.index and page.lemmas[start] == kind and ground.has_day(start) for start, _ in outline.units
    )


def _on_day(ground: Ground, quoted: Quoted) -> Answer | None:
    """«собрали в «Щедрый вторник»», «с первого «Щедрого вторника»»: the name of a day."""
    page = ground.page
    if quoted.head is not None:
        return None
    time = any(page.lemmas[i] in word_set("days") and may_be(page.words[i], "accs") for i in quoted.inner)
    if time and page.lower[quoted.first - 1] in ("в", "во"):
        return Answer(None, quoted.first)
    weekday = len(quoted.inner) == 2 and page.lemmas[quoted.inner[-1]] in word_set("weekdays")
    return Answer(None, quoted.first, nominative=False) if weekday else None


def _known(ground: Ground, quoted: Quoted) -> Answer | None:
    """«бегать по залам «Белых ночей фандрайзинга»»: an action that is known by its name alone."""
    head = quoted.head
    if head is not None and not (head.sort == "other" and head.kind in word_set("venues")):
        return None
    known = known_events().get(tuple(stem(ground.page.lemmas[i]) for i in quoted.inner))
    return Answer(known[1], quoted.first, nominative=False) if known else None


def _invited(ground: Ground, quoted: Quoted) -> Answer | None:
    """«пришли 17 мая на «Ночь тихих музеев»», «позвала на «Чистый двор»»: one comes to an event."""
    page, at = ground.page, quoted.first - 1
    if quoted.head is not None or len(quoted.inner) < 2 or at < 1 or page.lower[at] != "на":
        return None
    start = max(ground.outline.unit(quoted.first)[0], at - NEAR)
    coming = not word_set("inviting").isdisjoint(page.lemmas[start:at])
    return Answer(None, quoted.first) if coming and "," not in page.words[start:at] else None


def _timed(ground: Ground, quoted: Quoted) -> Answer | None:
    """«состоится ли августовская «Чистая вода»»: an adjective of time before the name."""
    page, at = ground.page, quoted.first - 1
    named = quoted.head is None and len(quoted.inner) > 1 and at >= 0
    return Answer(None, at) if named and page.lemmas[at] in word_set("months") else None


def _began(ground: Ground, quoted: Quoted) -> Answer | None:
    """«в Петербурге завершились «Белые ночи фандрайзинга»», «завершилось юбилейное «Сообщество Сибири»»."""
    page, i = ground.page, quoted.first - 1
    if i > 0 and page.pos[i] == "ADJ":
        i -= 1
    if quoted.head is not None or i < 0 or _is_kind(ground, quoted):
        return None
    if page.lemmas[i] in word_set("celebrating"):
        return Answer(None, quoted.first - 1, nominative=False)  # «село отмечало «Большую горку»»
    people = (
        is_living(page.words[i]) and is_plural(page.words[i]) and page.lemmas[i - 1] in word_set("gathered")
    )  # «собирает друзей «Круг»»
    return Answer(None, quoted.first - 1) if page.lemmas[i] in word_set("began") or people else None


def _subject(ground: Ground, quoted: Quoted) -> Answer | None:
    """««Добрая суббота» прошла в Туле», ««Белые ночи» состоялись»: the name, then the verb."""
    page, at = ground.page, quoted.pair.last + 1
    if quoted.head is not None or ground.outline.unit(quoted.first)[0] != quoted.first:
        return None
    began = at < len(page) and page.lemmas[at] in word_set("began")
    return Answer(None, quoted.first) if began and not _is_kind(ground, quoted) else None


def _headline(ground: Ground, quoted: Quoted) -> Answer | None:
    """««Добрая осень» собрала двести волонтёров» in a headline over a text that speaks of «акция»."""
    page, at = ground.page, quoted.pair.last + 1
    if quoted.head is not None or ground.outline.line_of[quoted.first] > 1 or at >= len(page):
        return None
    if ground.outline.unit(quoted.first)[0] != quoted.first or page.lemmas[at] not in word_set("gathered"):
        return None
    bare = next((head for head in ground.heads.values() if head.sort == "event" and head.index > at), None)
    return Answer(bare.kind, quoted.first) if bare is not None else None


def _called(ground: Ground, quoted: Quoted) -> Answer | None:
    """«Форум называется «Тёплый край»», «акция получила название «Капля тепла»»."""
    page, at = ground.page, quoted.first - 1
    while at > 0 and (page.pos[at] == "ADV" or page.words[at] in (",", ":", *DASHES, *NOMINATIVE_PRONOUNS)):
        at -= 1
    if quoted.head is not None or at < 1 or page.lemmas[at] not in ("называться", "название", "назвать"):
        return None
    start = ground.outline.unit(quoted.first)[0]
    goes_on = page.lemmas[at] == "называться" and "он" in page.lemmas[start : quoted.first]
    if goes_on and start > ground.outline.line(start).first:
        start = ground.outline.unit(start - 1)[0]  # «Форум открылся в мае. Называется он «Край»»
    head = next((ground.heads[i] for i in range(start, at) if i in ground.heads), None)
    return Answer(head.kind, at) if head is not None and head.sort == "event" else None


def _explained(ground: Ground, quoted: Quoted) -> Answer | None:
    """«отчитываемся про «Чистую Свиягу». Субботник состоялся…», «провели «Двор». Это третий соседский праздник»."""
    page, outline, i = ground.page, ground.outline, quoted.pair.last + 1
    if (
        quoted.head is not None
        or len(quoted.inner) < 2
        or i + 2 >= len(page)
        or page.words[i] not in (".", ":", "!")
    ):
        return None
    pointed = page.lower[i + 1] in ("этот", "эта", "это")
    said = page.lower[i + 1] == "это"
    i += 2 if pointed else 1
    while said and page.pos[i] in ("ADJ", "NUM") and i + 2 < len(page):
        i += 1
    head = ground.heads.get(i)
    if head is None or head.sort != "event" or outline.line_of[i] != outline.line_of[quoted.first]:
        return None
    told = page.pos[i + 1] == "VERB" and page.lemmas[i + 1] in word_set("began")
    return Answer(head.kind, quoted.first, nominative=False) if told or said else None


def _before_word(ground: Ground, quoted: Quoted) -> Answer | None:
    """««НКО-дача»: летняя школа под старой крепостью», ««Тёплый край» — это форум добровольцев»."""
    page, outline, i = ground.page, ground.outline, quoted.pair.last + 1
    if quoted.head is not None or quoted.first not in (
        outline.line(quoted.first).body,
        outline.unit(quoted.first)[0],
    ):
        return None
    if i >= len(page) or page.words[i] not in (*DASHES, ":"):
        return None
    for j in range(i + 1, min(i + 5, len(page))):
        head = ground.heads.get(j)
        if head is not None:
            fits = head.sort == "event" and may_be(page.words[j], "nomn")
            return Answer(head.kind, quoted.first) if fits else None
        if page.pos[j] != "ADJ" and page.lower[j] != "это":
            return None
    return None


def _inner(ground: Ground, quoted: Quoted) -> Answer | None:
    """«закончилась «Хвостатая школа»», «объявили «Школу заявки»», ««Весенняя неделя добра»»: a kind in the name."""
    page = ground.page
    if quoted.head is not None or len(quoted.inner) < 2:
        return None
    for i in quoted.inner:
        head = ground.heads.get(i)
        period = head is None and page.lemmas[i] in word_set("periods")
        if period or (head is not None and head.sort == "event"):
            rest = page.words[i + 1 : quoted.pair.last]
            genitive = all(word[0].isalpha() and ("gent" in cases_of(word) or word == "и") for word in rest)
            return Answer(head.kind if head else None, quoted.first, nominative=False) if genitive else None
        if head is not None or page.pos[i] not in ("ADJ", "NUM", "DET", "PROPN"):
            return None
    return None


def _is_kind(ground: Ground, quoted: Quoted) -> bool:
    """«прошёл «круглый стол»»: the quotes hold the kind and no name."""
    head = ground.heads.get(quoted.pair.last - 1)
    return head is not None and head.first == quoted.first + 1


RULES: tuple[tuple[str, Callable[[Ground, Quoted], Answer | None]], ...] = (
    ("events.after_word", _after_word),
    ("events.whole", _whole),
    ("events.known", _known),
    ("events.on_day", _on_day),
    ("events.invited", _invited),
    ("events.timed", _timed),
    ("events.began", _began),
    ("events.subject", _subject),
    ("events.headline", _headline),
    ("events.called", _called),
    ("events.explained", _explained),
    ("events.before_word", _before_word),
    ("events.inner", _inner),
)
