"""Tells quoted titles («48 часов добра») from quoted speech, for extractors that pass over titles.

Purpose
    Numbers and dates inside the name of a session, a contest or an organisation are no facts; inside direct
    speech they are. Both stand in the same quotes.
Steps
    Each pair of quotes is judged by what stands around it and inside it; see ``is_speech``.
Sources
    ``resources/verbs_of_speech.txt``.
Leaves out
    Who speaks (``quotes``), which title it is (``session_topics``, ``organisations``, ``events``).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from pipeline.page import Page, Pair
from pipeline.resources import read_lines

DASHES = frozenset("-–—")
SENTENCE_ENDS = frozenset({".", "!", "?", "…", "..."})
SPEAKERS = frozenset(
    [
        "я",
        "мы",
        "нас",
        "нам",
        "нами",
        "меня",
        "мне",
        "мной",
        "наш",
        "наша",
        "наше",
        "наши",
        "нашей",
        "нашего",
        "нашу",
        "наших",
        "мой",
        "моя",
        "мое",
        "мои",
        "моей",
        "вы",
        "вас",
        "вам",
        "ты",
    ]
)
INTRODUCTION = 14  # words before a colon among which a verb of speech is looked for
LONG_SPEECH = 14  # words; the longest session title of genre-dev has 13


def title_spans(page: Page) -> list[tuple[int, int]]:
    """Return the offsets of quoted titles, quotes included, in text order, once for all extractors.

    >>> title_spans(Page.build("Акция «Сто рублей в месяц» идёт. «Мы ждали сто человек», — сказал он."))
    [(6, 26)]
    """
    spans: list[tuple[int, int]] | None = page.shared.get("title_spans")
    if spans is None:
        titles = [pair for pair in page.quotes if not is_speech(page, pair)]
        spans = page.shared["title_spans"] = [(page.starts[pair.first], page.ends[pair.last]) for pair in titles]
    return spans


def outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sort spans and join those that overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def is_speech(page: Page, pair: Pair) -> bool:
    """Tell whether a pair of quotes holds somebody's words.

    «Волонтёр уходит. Как отпустить» right after «мастер-класс» is a title, however many sentences it has.
    """
    first, last = pair.first + 1, pair.last
    if last - first > LONG_SPEECH or _followed_by_author(page, first, last) or _interrupted(page, first, last):
        return True
    if _has_sentence_end(page, first, last):
        return not _follows_noun(page, pair.first)
    if first < last and page.words[first].islower() and last - first > 3:
        return True
    speaks = not SPEAKERS.isdisjoint(page.lower[first:last])
    if pair.first and page.words[pair.first - 1] == ":":
        ends = last + 1 >= len(page) or not page.words[last + 1][0].isalnum()
        return speaks or _has_verb(page, first, last) or (ends and _introduced(page, pair.first - 1))
    return speaks and _has_verb(page, first, last) and last - first > 4


def _interrupted(page: Page, first: int, last: int) -> bool:
    """«Закон ещё пишут, — предупредил Дорохов, — но готовить услуги надо»."""
    if "," not in page.words[first : last - 2]:
        return False
    return any(
        page.words[i] == "," and page.words[i + 1] in DASHES and page.pos[i + 2] == "VERB"
        for i in range(first, last - 2)
    )


def _follows_noun(page: Page, i: int) -> bool:
    """Tell whether a noun («тренинг») or the number of a list («2.») stands right before a quote."""
    if i == 0:
        return False
    numbered = page.words[i - 1] in (".", ")") and i > 1 and page.words[i - 2].isdigit()
    return numbered or page.pos[i - 1] == "NOUN"


def _has_sentence_end(page: Page, first: int, last: int) -> bool:
    """A full stop with a capital after it inside the quotes: more than one sentence."""
    for i in range(first + 1, last - 1):
        if page.words[i] in SENTENCE_ENDS and page.words[i + 1][0].isupper() and len(page.words[i - 1]) > 3:
            return True
    return False


def _followed_by_author(page: Page, first: int, last: int) -> bool:
    """«…», — сказал он; «…!» — смеётся она; «…» — так подытожил он; but not «Равный равному» — Тамара Оюн."""
    after = last + 1
    if after + 1 >= len(page):
        return False
    if page.words[after] == "," and page.words[after + 1] in DASHES:
        return True
    if page.words[after] == ",":
        return last - first > 3 and not speech_verbs().isdisjoint(page.lemmas[after + 1 : after + 3])
    if page.words[after] not in DASHES:
        return False
    if not speech_verbs().isdisjoint(page.lemmas[after + 1 : after + 4]):
        return True
    return page.words[last - 1] in SENTENCE_ENDS and page.pos[after + 1] == "VERB"


def _introduced(page: Page, colon: int) -> bool:
    """«Верещагина пошутила: «Двести писем и ни одного ответа»»: a verb of speech before the colon."""
    for i in range(colon - 1, max(-1, colon - INTRODUCTION), -1):
        if page.words[i] in SENTENCE_ENDS or i + 1 in page.breaks:
            return False
        if page.lemmas[i] in speech_verbs():
            return True
    return False


@cache
def speech_verbs() -> frozenset[str]:
    """Return the verbs of speech by dictionary form."""
    return frozenset(read_lines("verbs_of_speech.txt"))


def _has_verb(page: Page, first: int, last: int) -> bool:
    return any(page.pos[i] == "VERB" and page.feature(i, "VerbForm") in ("Fin", None) for i in range(first, last))
