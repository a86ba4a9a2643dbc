"""Heads of titles and the adjectives before them: «исполнительный директор», not «новый томский директор».

Leaves out
    What follows a head: ``phrases``.
Sources
    ``resources/post_adjectives.txt``, ``resources/not_post_adjectives.txt``, the gazetteer for places.
"""

from __future__ import annotations

from functools import cache, lru_cache

from pipeline.extractors.people.posts import PARTICIPLE_POSTS, form_cases, head_lemma, is_fused, is_post
from pipeline.extractors.people.runs import opens
from pipeline.extractors.people.words import word_list
from pipeline.gazetteer import countries, regions, settlements
from pipeline.morphology import is_adjective, parses
from pipeline.page import Page
from pipeline.resources import read_rows
from pipeline.tokens import Trigger

ADJECTIVE_POS = ("ADJ", "DET", "VERB", "PROPN", "NUM", "X", "NOUN")
# Words that head a title only before certain others: «кандидат наук», «спикер парламента», «контактное лицо».
SCIENCES = frozenset(("наука", "право", "философия"))
PARLIAMENTS = frozenset(
    ("верхний", "госдума", "дума", "нижний", "палата", "парламент", "сенат", "собрание", "совет")
)
BANDS = frozenset(("ансамбль", "группа", "дуэт", "квартет", "коллектив", "оркестр", "трио", "хор"))
ASSEMBLIES = PARLIAMENTS | frozenset(("ассамблея", "еврокомиссия", "комиссия", "комитет", "оон", "пасе"))
FIRMS = frozenset(
    (
        "агентство", "банк", "газета", "гостиница", "журнал", "завод", "издательство", "кафе", "клуб",
        "компания", "концерн", "корпорация", "магазин", "предприятие", "радиостанция", "ресторан", "сайт", "сеть",
        "телеканал", "театр", "фабрика", "фирма", "холдинг",
    )
)  # fmt: skip
CHANNELS = frozenset(("канал", "радио", "радиостанция", "телеканал"))
BEFORE = {
    "ведущая": CHANNELS, "ведущий": CHANNELS, "владелец": FIRMS, "владелица": FIRMS, "докладчик": ASSEMBLIES,
    "докладчица": ASSEMBLIES, "доктор": SCIENCES, "кандидат": SCIENCES, "магистр": SCIENCES,
    "сестра": frozenset(("милосердие",)), "спикер": PARLIAMENTS, "участник": BANDS, "участница": BANDS,
}  # fmt: skip
ROYALS = frozenset(("император", "императрица", "королева", "король", "принц", "принцесса", "царица", "царь"))


@cache
def abbreviations() -> dict[str, tuple[str, str]]:
    """Return the full word and use («head», «adjective») of the shortened words of posts: «зам»."""
    return {short: (full, use) for short, full, use in read_rows("post_abbreviations.tsv")}


def shortened(page: Page, i: int) -> tuple[str, str] | None:
    """Return the full word and use of the shortened word at token ``i`` with a dot after it: «зам.»."""
    found = abbreviations().get(page.lower[i])
    if found is None or i + 1 >= len(page.words) or page.words[i + 1] != ".":
        return None
    return found if page.starts[i + 1] == page.ends[i] else None


def _is_head(page: Page, i: int) -> bool:
    """Tell whether a word may be the head of a title: a word for a person, «лицо» after «контактное»."""
    short = shortened(page, i)
    if short is not None:
        return short[1] == "head"
    if page.lemmas[i] == "лицо":
        return i > 0 and page.lemmas[i - 1] in ("контактный", "доверенный", "должностной")
    if not page.words[i][0].isalpha():
        return False
    if page.lemmas[i] in ROYALS:  # of a country, not of a play
        return i + 1 < len(page) and countries().match(page.lower, i + 1)[0] > 0
    following = BEFORE.get(page.lemmas[i].removeprefix("экс-"))
    if following is FIRMS and _named_next(page, i):
        return True  # «владелец «Базового элемента»», «владелец News Corp.»
    if following is not None:
        return not following.isdisjoint(page.lemmas[i + 1 : i + 4])
    if not is_post(head_lemma(page, i)):
        return False
    if i and names_science(page.lower[i]) and is_post(page.lemmas[i - 1]):
        return False  # «учитель физики»
    if (
        page.lower[i].startswith("управляющ")
        and i + 1 < len(page)
        and page.lemmas[i + 1] in ("директор", "партнер")
    ):
        return False  # «управляющий директор»
    if page.pos[i] != "NOUN" and _rather_adjective(page.lower[i]) and not is_fused(page.lower[i]):
        return False
    if _may_modify(page, i):
        return False
    return page.words[i][0].islower() or _small_capital(page, i)


def _named_next(page: Page, i: int) -> bool:
    """Tell whether a name in quotes or in Latin letters follows."""
    return i + 1 < len(page) and (
        i + 1 in page.quote_at or (page.words[i + 1].isascii() and page.words[i + 1].istitle())
    )


@lru_cache(maxsize=20_000)
def names_science(lower: str) -> bool:
    """Tell whether a form of people is one of a thing too: «физики», «химики», «механики»."""
    return lower.endswith("ики") and any({"inan", "femn", "gent", "sing"} <= p.tag.grammemes for p in parses(lower))


@lru_cache(maxsize=20_000)
def _has_adjective(word: str) -> bool:
    return any(is_adjective(p) and p.is_known for p in parses(word))


def _may_modify(page: Page, i: int) -> bool:
    """Tell whether a word is an adjective of the post after it: «участковый терапевт», «дежурный врач»."""
    if i + 1 >= len(page.words) or not page.words[i + 1][0].islower() or not _has_adjective(page.lower[i]):
        return False
    same = set(form_cases(page.lower[i])) & set(form_cases(page.lower[i + 1]))
    return bool(same) and page.pos[i + 1] == "NOUN" and is_post(page.lemmas[i + 1])


@lru_cache(maxsize=50_000)
def _rather_adjective(lower: str) -> bool:
    """Tell whether a form is an adjective more often than a noun: «городской», not «рабочий»."""
    best = {
        kind: max((p.score for p in parses(lower) if kind == p.tag.POS), default=0.0) for kind in ("ADJF", "NOUN")
    }
    return best["ADJF"] > best["NOUN"]


def find_heads(page: Page) -> frozenset[int]:
    """Return the words of a page that may head a title."""
    return frozenset(i for i in page.find(HEADS) if _is_head(page, i))


def _may_head(lemma: str) -> bool:
    """Tell whether a word may head a title at all, by its lemma."""
    return lemma in BEFORE or lemma in ROYALS or lemma == "лицо" or is_post(lemma)


def _may_head_as_it_stands(lower: str) -> bool:
    """Tell the same by the form of a word: an abbreviation, a participle, two words written as one."""
    return lower in abbreviations() or lower.startswith(PARTICIPLE_POSTS) or is_fused(lower)


HEADS = Trigger(lambda token: _may_head(token.lemma) or _may_head_as_it_stands(token.lower))


def _small_capital(page: Page, i: int) -> bool:
    """Tell whether a capital letter is no name's: at the start, in «SMM-специалист», in an official's title."""
    word = page.words[i]
    if opens(page, i) or word.isupper() or word.partition("-")[0].isupper():
        return True
    lemma = head_lemma(page, i)
    return lemma in word_list("leaders.txt") or page.pos[i] == "NOUN" or is_fused(lemma)


def first_of(page: Page, heads: frozenset[int], head: int) -> int:
    """Return the first word of a title: its head or the adjectives before it that belong to a post."""
    edge = left_edge(page, heads, head)
    others = [j for j in range(edge, head) if not _belongs(page, j) and page.lower[j] != "и"]
    if others and page.lower[others[-1] + 1] == "и":
        others.append(others[-1] + 1)
    return others[-1] + 1 if others else edge


def _belongs(page: Page, i: int) -> bool:
    if page.words[i] == "." or shortened(page, i) is not None:
        return True
    return belongs_to_post(page.words[i])


def left_edge(page: Page, heads: frozenset[int], head: int) -> int:
    """Return where the phrase with all its adjectives begins: «новый томский» belong to it but not to the title."""
    edges: dict[tuple[frozenset[int], int], int] = page.shared.setdefault("left_edges", {})
    if (heads, head) not in edges:
        edges[heads, head] = _left_edge(page, heads, head)
    return edges[heads, head]


def _left_edge(page: Page, heads: frozenset[int], head: int) -> int:
    i = head
    cases = set(form_cases(page.lower[head])) if shortened(page, head) is None else set()
    while i > 0 and page.line_of[i - 1] == page.line_of[head]:
        if i > 1 and page.words[i - 1] == "." and (shortened(page, i - 2) or ("", ""))[1] == "adjective":
            i -= 2
        elif i - 1 not in heads and (_modifies(page, i - 1, cases) or _may_modify(page, i - 1)):
            i -= 1
        elif i < head and i > 1 and page.lower[i - 1] == "и" and _modifies(page, i - 2, cases):
            i -= 2  # «чрезвычайный и полномочный посол»
        else:
            break
    return i


def _modifies(page: Page, i: int, cases: set[str]) -> bool:
    if not is_modifier(page, i):
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
    plain = parse.inflect({"masc", "sing", "nomn"}) or parse
    base = plain.word.replace("ё", "е")
    if base in word_list("post_adjectives.txt"):
        return True
    if parse.tag.POS == "PRTF" or {"Apro", "Anum", "Qual", "Poss", "Supr"} & parse.tag.grammemes:
        return False
    return base not in word_list("not_post_adjectives.txt") and not is_place_adjective(lower)


@lru_cache(maxsize=50_000)
def is_place_adjective(word: str) -> bool:
    """Tell whether an adjective is made of a place: «томский», «карельского», «немецкий»."""
    return any(index.adjective(word) for index in (settlements(), regions(), countries()))


def is_plural(page: Page, i: int) -> bool:
    """Tell whether a head is plural: by its tag, unless the form is singular only."""
    forms = _noun_numbers(page.words[i].lower())
    if len(forms) == 1:
        return forms == {"plur"}
    return page.feature(i, "Number") == "Plur"


@lru_cache(maxsize=20_000)
def _noun_numbers(word: str) -> frozenset[str]:
    return frozenset(str(p.tag.number) for p in parses(word) if p.tag.POS == "NOUN")
