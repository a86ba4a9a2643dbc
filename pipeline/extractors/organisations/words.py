"""Words of organisations: kinds, legal forms, known bodies, and how to tell that two forms are one word.

Purpose
    The word lists behind ``organisations``, read once, and the comparison of inflected words that joins
    «Тёплым ладоням» to «Тёплые ладони».
Sources
    ``resources/org_kinds.tsv``, ``org_adjectives.txt``, ``legal_forms.tsv``, ``known_bodies.tsv``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

from pipeline.memo import Memo
from pipeline.morphology import fold, parses, shared_length
from pipeline.record import OrganisationKind
from pipeline.resources import read_rows

BODY, INSTITUTION, NAMED = "body", "institution", "named"

# Solid compounds take the kind of their last part: «экодвижение», «ветклиника», «медиацентр».
PREFIXES = (
    "авиа", "авто", "агро", "арт-", "библио", "био", "бизнес-", "вело", "вет", "видео", "гор", "евро", "зоо", "ит-",
    "интернет-", "информ", "кино", "книго", "край", "культ", "мед", "медиа", "мини-", "мото", "нарко", "обл",
    "онко", "онлайн-", "пед", "пресс-", "проф", "психо", "радио", "рай", "соц", "спец", "спорт", "строй", "супер",
    "тех", "теле", "тур", "физ", "фито", "фото", "экс-", "эко", "энерго", "этно", "it-", "smm-", "айти-",
)  # fmt: skip
ABBREVIATED = {"нко": ("некоммерческих", "организаций"), "рф": ("российской", "федерации")}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind word: its lemma, the kind of the record, and how organisations of this kind are named."""

    lemma: str
    kind: OrganisationKind
    use: str


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body known by name without a place: the words of one of its names, its first name, its kind."""

    words: tuple[str, ...]
    name: str
    kind: OrganisationKind


@cache
def kinds() -> dict[str, Kind]:
    """Return kind words by lemma."""
    return {
        lemma: Kind(lemma, cast(OrganisationKind, kind), use) for lemma, kind, use in read_rows("org_kinds.tsv")
    }


@cache
def type_adjectives() -> frozenset[str]:
    """Return lemmas of the adjectives that belong to a kind: «благотворительный»."""
    return frozenset(row[0] for row in read_rows("org_adjectives.txt"))


@cache
def legal_forms() -> dict[str, Kind]:
    """Return abbreviations before quotes, each with the kind word that it holds («БФ» holds «фонд»)."""
    return {
        form: Kind(noun, cast(OrganisationKind, kind), NAMED) for form, kind, noun in read_rows("legal_forms.tsv")
    }


@cache
def known_bodies() -> dict[str, list[KnownBody]]:
    """Return known bodies, the longest name first, by the first three letters of a name in lower case."""
    found: dict[str, list[KnownBody]] = {}
    for name, kind, aliases in read_rows("known_bodies.tsv"):
        for alias in (name, *aliases.split("|")):
            if alias:
                body = KnownBody(tuple(alias.split()), name, cast(OrganisationKind, kind))
                found.setdefault(fold(body.words[0])[:3], []).append(body)
    for bodies in found.values():
        bodies.sort(key=lambda body: -len(body.words))
    return found


@cache
def word_set(name: str) -> frozenset[str]:
    """Return the lemmas of a set of ``org_context.tsv``: ``word_set("judgement")`` holds «новый»."""
    return frozenset(row[1] for row in read_rows("org_context.tsv") if row[0] == name)


@cache
def titled_things() -> frozenset[str]:
    """Return lemmas of nouns whose name in quotes is a title: events, sessions, works, projects."""
    lists = (row[0] for name in ("event_words.txt", "session_words.txt") for row in read_rows(name))
    words = {fold(line) for line in lists if " " not in line}
    return frozenset(words | word_set("titled thing")) - kinds().keys()


@lru_cache(maxsize=50_000)
def titled_thing(lemma: str) -> bool:
    """Tell whether a noun takes a title in quotes: an event, a session, a work; also «форум-выставка»."""
    things = titled_things()
    return lemma in things or any(part in things for part in lemma.split("-"))


def kind_of(lemma: str) -> Kind | None:
    """Return the kind that a lemma names, also as the last part of a compound: «ветклиника», «музей-усадьба»."""
    return KINDS[lemma]


def _kind_of(lemma: str) -> Kind | None:
    found = kinds().get(lemma)
    if found is not None:
        return found
    head, hyphen, tail = lemma.partition("-")
    if hyphen and titled_thing(lemma):
        return None  # «фокус-группа», «паблик-ток»
    if hyphen and (head in kinds() or tail in kinds()) and tail.isalpha():
        model = kinds().get(head) or kinds()[tail]
        return Kind(model.lemma, model.kind, model.use)
    for prefix in PREFIXES:
        if lemma.startswith(prefix) and lemma[len(prefix) :] in kinds():
            model = kinds()[lemma[len(prefix) :]]
            return Kind(model.lemma, model.kind, model.use)
    return None


KINDS = Memo(_kind_of, 50_000)

# -- comparing words ----------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def base_forms(word: str) -> frozenset[str]:
    """Return the dictionary forms that a folded word form may have; a guess counts as none."""
    return frozenset(p.normal_form.replace("ё", "е") for p in parses(word) if p.is_known)


# What may follow the stem of a noun or adjective.
_ENDINGS = frozenset(
    [
        "",
        "а",
        "я",
        "о",
        "е",
        "ы",
        "и",
        "у",
        "ю",
        "ь",
        "й",
        "ью",
        "ью",
        "ей",
        "ой",
        "ом",
        "ем",
        "ам",
        "ям",
        "ах",
        "ях",
        "ами",
        "ями",
        "ов",
        "ев",
        "ия",
        "ию",
        "ии",
        "ий",
        "ие",
        "ией",
        "иям",
        "иями",
        "иях",
        "ая",
        "яя",
        "ое",
        "ее",
        "ые",
        "ого",
        "его",
        "ому",
        "ему",
        "ым",
        "им",
        "ых",
        "их",
        "ыми",
        "ими",
        "ую",
        "юю",
        "ый",
    ]
)


@lru_cache(maxsize=100_000)
def same_word(a: str, b: str) -> bool:
    """Tell whether two folded word forms may be forms of one word: «ладоням» and «ладони»."""
    if a == b:
        return True
    if a[0] != b[0] or a[0].isdigit():
        return False
    first, second = base_forms(a), base_forms(b)
    if first and second:
        return not first.isdisjoint(second)
    shared = shared_length(a, b)
    return shared >= 3 and a[shared:] in _ENDINGS and b[shared:] in _ENDINGS


def same_words(a: Sequence[str], b: Sequence[str]) -> bool:
    """Tell whether two sequences of folded word forms may be one name in different cases."""
    return len(a) == len(b) and all(same_word(x, y) for x, y in zip(a, b, strict=True))


_PREPOSITIONS = frozenset({"и", "по", "для", "при", "в", "на", "с", "им", "имени", "о", "об", "за", "без"})


def abbreviates(letters: str, words: Sequence[str]) -> bool:
    """Tell whether letters are the initials of all words: ("ИСИ", институт социальных исследований).

    Prepositions may give no letter, a long compound may give two («ДВФУ»).
    """
    return len(letters) >= 2 and _initials(fold(letters), tuple(words))


def first_initials(words: Sequence[str]) -> set[str]:
    """Return the letters with which an abbreviation of words may begin: a preposition need not give one."""
    content = next((n for n, word in enumerate(words) if word not in _PREPOSITIONS), len(words))
    return {word[0] for word in words[: content + 1]}


def _initials(letters: str, words: tuple[str, ...]) -> bool:
    if not words:
        return not letters
    word, rest = words[0], words[1:]
    if word in _PREPOSITIONS and _initials(letters, rest):
        return True
    if not letters or word[0] != letters[0]:
        return False
    if _initials(letters[1:], rest):
        return True
    return len(word) >= 10 and len(letters) > 1 and letters[1] in word[4:] and _initials(letters[2:], rest)
