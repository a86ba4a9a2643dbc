"""Reads a title from its head: «заместитель министра социальной защиты Свердловской области».

Steps
    From a word for a person (``posts``) the phrase goes right as long as words depend on it: an organisation ends
    the title and becomes its organisation; genitives, «по» with its noun, nested posts belong to the title; «из»,
    a comma, a verb end it. To the left it takes the adjectives that belong to a post («исполнительный»), not
    places and judgements («томский», «новый»).
Leaves out
    Which person bears the title: ``roles``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extractors.org_words import kind_of
from pipeline.extractors.person_spans import opens
from pipeline.extractors.person_words import is_place, word_list
from pipeline.extractors.posts import dictionary_cases, form_cases, head_lemma, is_post
from pipeline.extractors.role_scene import RoleScene
from pipeline.gazetteer import countries, regions, settlements
from pipeline.morphology import is_adjective, parses
from pipeline.page import Page

GENITIVE = ("gent", "accs")
NESTING = frozenset(
    (
        "ассистент", "ассистентка", "врио", "заместитель", "заместительница", "зам", "исполняющий", "консультант",
        "лидер", "помощник", "помощница", "представитель", "представительница", "референт", "секретарь", "советник",
        "советница", "сотрудник", "сотрудница", "член", "эксперт",
    )
)  # fmt: skip
TAKES_WITH = frozenset(("взаимодействие", "общение", "отношение", "работа", "связь", "сотрудничество"))
GOVERNS_INSTRUMENTAL = frozenset(("заведующая", "заведующий", "управляющая", "управляющий"))
FIXED_TAILS = (("в", "отставке"), ("в", "запасе"), ("на", "пенсии"), ("в", "области"), ("в", "сфере"))
ADJECTIVE_POS = ("ADJ", "DET", "VERB", "PROPN", "NUM", "X", "NOUN")


@dataclass(frozen=True, slots=True)
class Title:
    """A title in tokens: words ``[first, last)`` around the head, the organisation, where the whole phrase ends."""

    first: int
    head: int
    last: int
    end: int
    organisation: int | None = None


def is_head(page: Page, i: int) -> bool:
    """Tell whether a word may be the head of a title: a word for a person, «лицо» after «контактное»."""
    if page.lemmas[i] == "лицо":
        return i > 0 and page.lemmas[i - 1] in ("контактный", "доверенный", "должностной")
    if not page.words[i][0].isalpha() or not is_post(head_lemma(page, i)):
        return False
    return page.words[i][0].islower() or _small_capital(page, i)


def _small_capital(page: Page, i: int) -> bool:
    """Tell whether a capital letter is no name's: at the start, in «SMM-специалист», in an official's title."""
    word = page.words[i]
    if opens(page, i) or word.isupper() or word.partition("-")[0].isupper():
        return True
    return head_lemma(page, i) in word_list("leaders.txt") or page.pos[i] == "NOUN"


def read_title(scene: RoleScene, head: int, limit: int) -> Title:
    """Read the title whose head is token ``head``; it goes no further than ``limit``."""
    page = scene.page
    i = head + 1
    last = i
    while i < limit:
        found = _organisation(scene, i, limit, head)
        if found:
            return Title(first_of(page, head), head, last, *found)
        step = _dependant(scene, head, i, limit)
        if step <= i:
            break
        i = last = step
    return Title(first_of(page, head), head, last, i)


def _organisation(scene: RoleScene, i: int, limit: int, head: int) -> tuple[int, int] | None:
    """Return the end and row of an organisation that begins here, past adjectives: «томского центра»."""
    page = scene.page
    j = i
    while j < limit and j not in scene.organisation_at and page.pos[j] in ("ADJ", "DET", "PRON") and j - i < 3:
        j += 1
    if j >= limit:
        return None
    named = scene.organisation_at.get(j)
    if named is not None and named.last <= limit:
        return named.last, named.row
    if page.words[j][0].islower() and scene.in_case(j, (*GENITIVE, "ablt")) and not _complemented(scene, j, limit):
        row = scene.meant_by(j)
        if row is not None:
            return j + 1, row
    return None


def _complemented(scene: RoleScene, j: int, limit: int) -> bool:
    """Tell whether the noun at ``j`` has a genitive of its own: «отдела продаж» stands for nothing named."""
    page = scene.page
    if j + 1 >= limit or j + 1 in scene.person_at:
        return False
    if page.words[j + 1][0].isupper():
        return j + 1 in scene.places or (page.pos[j + 1] == "PROPN" and page.feature(j + 1, "Case") == "Gen")
    return page.pos[j + 1] in ("NOUN", "ADJ") and page.words[j + 1][0].islower() and not is_post(page.lemmas[j + 1])


def _dependant(scene: RoleScene, head: int, i: int, limit: int) -> int:
    """Return where the word or phrase at ``i`` ends if it belongs to the title, else ``i``."""
    page = scene.page
    word = page.lower[i]
    if i in scene.person_at:
        return i
    if i in scene.places and not (is_modifier(page, i) and page.words[i][0].islower()):
        while i < limit and i in scene.places:
            i += 1
        return i
    if page.words[i][0].isupper() and scene.named_at.get(i, i) > i:
        return min(scene.named_at[i], limit)
    for tail in FIXED_TAILS:
        if tuple(page.lower[i : i + 2]) == tail and i + 2 <= limit:
            return i + 2
    if word == "по" or (word in ("с", "со") and page.lemmas[i - 1] in TAKES_WITH) or word == "при":
        return max(_noun_phrase(scene, i + 1, limit, ("datv", "ablt", "loct")), i)
    if word == "и" and i > head + 1:
        return _coordinated(scene, i, limit)
    if word == "," and i > head + 1 and "и" in page.lower[i + 1 : i + 5]:
        end = _coordinated(scene, i, limit)
        return end if end > i and end < limit and page.lower[end] in ("и", ",") else i
    cases: tuple[str, ...] = ("gent",)
    if head_lemma(page, head) in GOVERNS_INSTRUMENTAL and i == head + 1:
        cases = ("ablt", "gent")
    return _noun_phrase(scene, i, limit, cases)


def _noun_phrase(scene: RoleScene, i: int, limit: int, cases: tuple[str, ...]) -> int:
    """Return the end of adjectives and a noun in one of the cases, ``i`` where there is none."""
    page = scene.page
    j = i
    while j < limit and j not in scene.person_at and is_modifier(page, j) and j - i < 4:
        j += 1
    if j >= limit or j in scene.person_at or not page.words[j][0].isalpha():
        return i
    if page.pos[j] in ("ADP", "CCONJ", "ADV", "PRON") or (page.pos[j] == "VERB" and j == i):
        return i
    if is_head(page, j) and "nomn" in dictionary_cases(page.lower[j], "sing"):
        return i  # a post beside a post: «капитан старшекурсник»
    return j + 1 if scene.in_case(j, cases) or page.words[j].isupper() else i


def _coordinated(scene: RoleScene, i: int, limit: int) -> int:
    """Return the end of a further genitive after «и» or a comma: «семьи, труда и социальной защиты»."""
    page = scene.page
    end = _noun_phrase(scene, i + 1, limit, ("gent", "datv"))
    if end == i + 1 or any(is_head(page, j) for j in range(i + 1, end)):
        return i
    same = set(_case(page, i - 1)) & set(_case(page, end - 1))
    return end if same else i


def _case(page: Page, i: int) -> tuple[str, ...]:
    value = page.feature(i, "Case")
    return (value,) if value else ()


# -- adjectives before the head -------------------------------------------------------------------------------


def first_of(page: Page, head: int) -> int:
    """Return the first word of a title: its head or the adjectives before it that belong to a post."""
    edge = left_edge(page, head)
    others = [j for j in range(edge, head) if not belongs_to_post(page.words[j])]
    return others[-1] + 1 if others else edge


def left_edge(page: Page, head: int) -> int:
    """Return where the phrase with all its adjectives begins: «новый томский» belong to it but not to the title."""
    i = head
    cases = set(form_cases(page.lower[head]))
    while i > 0 and page.line_of[i - 1] == page.line_of[head] and _modifies(page, i - 1, cases):
        i -= 1
    return i


def _modifies(page: Page, i: int, cases: set[str]) -> bool:
    if is_head(page, i) or not is_modifier(page, i):
        return False
    return not cases or not cases.isdisjoint(form_cases(page.lower[i]))


def is_modifier(page: Page, i: int) -> bool:
    """Tell whether a word declines with the noun after it: an adjective, participle, possessive."""
    word = page.words[i]
    return word[0].isalpha() and page.pos[i] in ADJECTIVE_POS and _declines(word.lower())


@lru_cache(maxsize=50_000)
def _declines(word: str) -> bool:
    found = parses(word)
    return is_adjective(found[0]) or any(is_adjective(p) for p in found if p.is_known and p.score > 0.2)


@lru_cache(maxsize=50_000)
def belongs_to_post(word: str) -> bool:
    """Tell whether an adjective is part of a post: «главный», «социальный», not «томский», «новый», «известный»."""
    lower = word.lower().replace("ё", "е")
    parse = next((p for p in parses(lower) if is_adjective(p)), None)
    if parse is None or lower[0].isdigit():
        return False
    base = parse.normal_form.replace("ё", "е")
    if base in word_list("post_adjectives.txt"):
        return True
    if parse.tag.POS == "PRTF" or {"Apro", "Anum", "Qual", "Poss", "Supr"} & parse.tag.grammemes:
        return False
    return base not in word_list("not_post_adjectives.txt") and not is_place_adjective(lower)


@lru_cache(maxsize=50_000)
def is_place_adjective(word: str) -> bool:
    """Tell whether an adjective is made of a place: «томский», «карельского», «немецкий»."""
    return any(index.adjective(word) for index in (settlements(), regions(), countries()))


def heads_between(page: Page, first: int, last: int) -> Iterator[int]:
    """Yield the words in ``[first, last)`` that may head a title, from right to left."""
    for i in range(last - 1, first - 1, -1):
        if is_head(page, i):
            yield i


def stands_for_place(page: Page, i: int) -> bool:
    """Tell whether a word names a place or a kind of organisation."""
    return bool(kind_of(page.lemmas[i])) or is_place(page.words[i])
