"""Which noun governs a quoted name: «мастер-класс режиссёра Юлии Пашниной «Видео на телефон»».

Steps
    ``head_before`` walks from an opening quote to the left and finds the listed noun (``naming``), over genitives,
    names, numbers and brackets between them; ``is_inflected`` tells that the words in quotes stand in its genitive.
Leaves out
    Nouns after the quote (««Добрый край» — это форум»): the rules that need them look there themselves.
"""

from __future__ import annotations

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, cases_of, find_head, is_living, is_one, is_plural, may_be
from pipeline.page import Page, Pair

REACH = 14  # a longer stretch between noun and quote was never one phrase in the annotated texts


def head_before(page: Page, quote: Pair, names: dict[int, int], start: int = 0) -> Head | None:
    """Return the listed noun that governs a quoted name, or ``None``.

    Args:
        quote: the pair of quotes.
        names: last token → first token of each name of a person («мастер-класс Юлии Пашниной «Видео»»).
        start: the search goes no further to the left than this token.

    «мастер-класс режиссёра Юлии Пашниной «Видео на телефон»» → «мастер-класс»;
    «Секция 1. «Право»» → «секция»; «руководитель фонда «Вера»» → «фонд» (sort "other").
    """
    i = quote.first - 1
    stop = max(start, quote.first - REACH)
    near, named, pending = True, False, None
    bare = True  # no noun between: «из владивостокского «Кода добра»» is governed by nothing
    while i >= stop:
        word = page.lower[i]
        if i in names:
            i, near, named, bare = names[i] - 1, False, True, False
        elif word == ")":
            i = (page.bracket_ending[i].first if i in page.bracket_ending else stop) - 1
        elif word in CLOSING_MARKS:
            if not named:
                return pending or (_quoted_head(page, i) if near else None)
            i = _before_owner(page, i)
        elif _is_number(page, i) or (near and _is_link(page, i)):
            i -= 1
        elif word == "," and near and not named:
            i = _before_apposition(page, i, names, stop)
        elif not word[0].isalpha():
            break
        else:
            head = find_head(page, i)
            if named and head is not None and head.sort == "other" and _is_employer(page, head, i):
                head = None  # «лекция координатора Фонда Оксаны Ли «Что видит эксперт»»
            if head is not None and not _belongs(page, head):
                return pending or _as_place(page, head) if head.sort == "other" else _as_place(page, head)
            pending = pending or head
            if head is None and (not _may_stand_between(page, i, near) or (bare and page.pos[i] == "ADP")):
                break
            bare = bare and page.pos[i] in ("ADJ", "DET", "ADP", "CCONJ")
            i, near = i - 1, False
    return pending


def is_inflected(page: Page, quote: Pair) -> bool:
    """«площадка «Тихого праздника»»: the words in quotes stand in another case than the nominative."""
    i = quote.first + 1
    if quote.last - i < 2 or page.pos[i] != "ADJ" or page.pos[i + 1] not in ("NOUN", "PROPN"):
        return False
    cases = cases_of(page.words[i]) & cases_of(page.words[i + 1])
    return cases == {"gent"}


CLOSING_MARKS = frozenset('"»”“')


def _is_number(page: Page, i: int) -> bool:
    """«Секция 1», «Секция А», «форум 2023 года»."""
    word = page.words[i]
    return word[0].isdigit() or (len(word) == 1 and word.isupper())


def _is_link(page: Page, i: int) -> bool:
    """«Секция 1. «Право»», «мастер-классы: «Азимут»», «Лекция — «Право»»: a mark right before the quote."""
    word = page.words[i]
    if word == ".":
        return i > 0 and _is_number(page, i - 1)
    if word in "—–-":
        head = find_head(page, i - 1) if i > 0 else None
        return head is not None and head.sort == "session" and may_be(page.words[i - 1], "nomn")
    return word in ":№"


def _before_apposition(page: Page, i: int, names: dict[int, int], stop: int) -> int:
    """«Лекция Т. Бурковой, доцента университета, «Смартфон»»: jump to the name before the two commas."""
    return next((j - 1 for j in range(i - 1, stop, -1) if page.words[j] == "," and j - 1 in names), -1)


def _before_owner(page: Page, i: int) -> int:
    """Jump over an organisation between: «мастер-класс тренера фонда «Вера» Ивана Петрова «Видео»»."""
    pair = page.quote_ending.get(i)
    if pair is None:
        return -1
    j = pair.first - 1
    head = find_head(page, j) if j >= 0 else None
    return head.first - 1 if head is not None and head.sort == "other" else j


def _is_employer(page: Page, head: Head, i: int) -> bool:
    """Tell whether a noun in the genitive follows somebody's post: «координатора Фонда», «директору центра»."""
    k = head.first - 1
    while k > 0 and page.pos[k] == "ADJ":
        k -= 1
    return k >= 0 and is_living(page.words[k]) and "gent" in cases_of(page.words[i])


def _belongs(page: Page, head: Head) -> bool:
    """«форум общественных организаций «Край»», «марафон вебинаров «Осень»»: a genitive plural only completes."""
    if not (is_plural(page.words[head.index]) and "gent" in cases_of(page.words[head.index])):
        return False
    before = find_head(page, head.first - 1) if head.first else None
    return head.sort == "other" or (before is not None and before.sort == "event")


def _as_place(page: Page, head: Head) -> Head:
    """«основатель мастерской «Ремесло»», «ветеринар клиники «Хвост»»: the word is an organisation there."""
    i, line = head.first - 1, page.line_of[head.first]
    while i >= 0 and page.pos[i] == "ADJ":
        i -= 1
    if (
        i < 0
        or page.line_of[i] != line
        or page.lemmas[head.index] not in word_set("places")
        or page.feature(head.index, "Case") == "Nom"
    ):
        return head
    if page.pos[i] == "NOUN" and page.feature(i, "Animacy") == "Anim":
        return Head(head.index, head.first, "other", head.kind)
    return head


def _quoted_head(page: Page, i: int) -> Head | None:
    """«прошел "круглый стол" "Новый закон"»: the kind itself in quotes."""
    pair = page.quote_ending.get(i)
    if pair is None or pair.last - pair.first > 4:
        return None
    return next((h for j in range(pair.last - 1, pair.first, -1) if (h := find_head(page, j))), None)


def _may_stand_between(page: Page, i: int, near: bool) -> bool:
    """Tell whether a word may stand between a noun and the quoted name that it governs."""
    word, pos = page.lower[i], page.pos[i]
    if word in word_set("links"):
        return True
    if pos in ("VERB", "AUX"):
        return page.feature(i, "VerbForm") == "Part" and page.feature(i, "Variant") != "Short"
    if pos in ("ADJ", "DET", "ADP", "NUM", "CCONJ"):
        return True
    if near and is_one(word):  # «в беседе с корреспондентом «Голоса Америки»», but «школа юного журналиста «Перо»»
        k = i - 1
        while k > 0 and page.pos[k] == "ADJ":
            k -= 1
        head = find_head(page, k) if k >= 0 else None
        return head is not None and head.kind in word_set("places") and "gent" in cases_of(word)
    if i and (page.pos[i - 1] == "ADP" or page.lemmas[i - 1] in word_set("proper_after")):
        return True
    return not cases_of(word) or not cases_of(word).isdisjoint(("gent", "datv", "ablt", "loct"))


def acts_as_house(page: Page, head: Head, quote: Pair) -> bool:
    """«клиника «Айболит» прооперирует», «школа танцев «Ритм» выступила»: tell that a house with this name acts."""
    after = quote.last + 1
    return head.kind in word_set("places") and not word_set("deeds").isdisjoint(page.lemmas[after : after + 1])
