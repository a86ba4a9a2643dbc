"""Names of organisations as the resolution compares them.

Steps
    A name is taken apart into legal forms, which say nothing (АНО, региональная общественная организация), kind
    words (ресурсный центр, благотворительный фонд) and the core: what stands in the innermost quotes, or all
    words where there are none. Abbreviations of one word are written out (НКО, БФ, РФ).
    ``spelled_out`` finds names whose words an abbreviation of another is made of: АВЦ Юга, Ассоциация
    волонтёрских центров Юга.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.archive.words import SMALL_WORDS, WORD, fold, lemma, part_of_speech, words
from pipeline.resources import read_rows, read_table

QUOTES = str.maketrans({"“": "«", "”": "»", "„": "«", '"': '"'})
ACRONYM = re.compile(r"[А-ЯЁ]{2,7}|[A-Z]{2,7}")
# Words of legal forms: what stands of them before «организация» or «объединение» says nothing.
LEGAL_WORDS = frozenset(
    {
        "автономный", "акционерный", "благотворительный", "бюджетный", "всероссийский", "городской",
        "государственный", "детский", "закрытый", "казенный", "краевой", "международный", "межнациональный",
        "межрегиональный", "местный", "молодежный", "муниципальный", "национальный", "некоммерческий", "областной",
        "общероссийский", "общественный", "ограниченный", "ответственность", "открытый", "публичный", "районный",
        "региональный", "религиозный", "республиканский", "с", "частный",
    }
)  # fmt: skip
# Abbreviations that never name a body by themselves.
PURE_FORMS = frozenset(
    {
        "АНО", "АНОДПО", "АО", "ВО", "ГАУ", "ГБОУ", "ГБУ", "ГКУ", "ГОО", "ГУП", "ДПО", "ЗАО", "ИП", "МАОУ", "МАУ",
        "МБОУ", "МБУ", "МКУ", "МОО", "МРОО", "МУП", "НАО", "НКО", "НП", "ОАО", "ОО", "ООО", "ПАО", "РОО", "РФ",
        "СССР", "ФГАУ", "ФГБОУ", "ФГБУ", "ФГУП",
    }
)  # fmt: skip
VOID_HEADS = frozenset({"организация", "объединение", "учреждение", "предприятие"})
VOID_WORDS = frozenset({"республика", "город", "г", "имя", "им", "отделение", "региональный"})
CITY_BOUND = frozenset({"government", "education", "culture", "other", "religious"})


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """A name taken apart; all words are lemmas."""

    core: tuple[str, ...]
    head: str  # the kind word: центр, фонд; empty where only a legal form or nothing stands
    kinds: frozenset[str]  # the words around the core: ресурсный, центр
    quoted: bool
    acronym: str  # folded; empty where the name has none
    rest: tuple[str, ...]  # of a name with an acronym: its other words

    @property
    def bare(self) -> bool:
        """Whether nothing says what kind of organisation it is."""
        return not self.head


@cache
def legal_forms() -> dict[str, str]:
    """Return abbreviations of legal forms and kinds with the kind word they hold: БФ → фонд."""
    return {row[0]: row[2] if len(row) > 2 else "" for row in read_rows("legal_forms.tsv")}


@cache
def written_out() -> dict[str, tuple[str, ...]]:
    """Return abbreviations of one word with the words they stand for: нко → некоммерческий, организация."""
    return {row["abbreviation"]: tuple(row["words"].split()) for row in read_table("org_abbreviations.tsv")}


@cache
def kind_words() -> dict[str, str]:
    """Return the words that say what an organisation is, with the kind of the record: фонд → ngo."""
    return {row[0]: row[1] for row in read_rows("org_kinds.tsv") if len(row) > 1}


@cache
def known_bodies() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return bodies of the whole country: the words of each of their names, with those of the first."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, _, *others in read_rows("known_bodies.tsv"):
        first = _lemmas(name)
        for other in filter(None, (part.strip() for cell in others for part in cell.split(";"))):
            known.setdefault(_lemmas(other), first)
        known[first] = first
    return known


@lru_cache(maxsize=500_000)
def parse_organisation(name: str) -> OrganisationName:
    """Take a name apart.

    >>> parse_organisation("АНО «Ресурсный центр «Опора»").core
    ('опора',)
    """
    if name.isupper() and len(WORD.findall(name)) > 1:  # a name in capitals: «ФОНД „ВЕРА“»
        name = name.lower()
    before, core = _split_quotes(name)
    kinds = _kind_lemmas(before)
    if core:
        acronym = _acronym(before)
        head = _head(kinds)
        return OrganisationName(
            _lemmas(core), head, frozenset(kinds), True, acronym, _lemmas(core) if acronym else ()
        )
    every = _lemmas(_without_legal_form(name))
    every = known_bodies().get(every, every)
    acronym = _acronym(name)
    if acronym in every:
        return OrganisationName(every, "", frozenset(), False, acronym, tuple(w for w in every if w != acronym))
    return OrganisationName(every, _head(every), frozenset(every), False, "", ())


def _split_quotes(name: str) -> tuple[str, str]:
    """Return what stands before the innermost quotes, without other quotes, and what stands in them."""
    straight = _curly(name.translate(QUOTES))
    before, mark, core = straight.rpartition("«")
    core = core.split("»")[0]
    if not mark or not words(core):
        return name, ""
    return re.sub("[«»]", " ", before), core


def _curly(name: str) -> str:
    """Turn straight quotes into «…»: one after a blank or at the start opens."""
    return re.sub(r'(^|[\s«(])"', r"\1«", name).replace('"', "»")


def _kind_lemmas(before: str) -> tuple[str, ...]:
    """Return the lemmas of what stands before the quotes, legal forms left out or replaced by their kind word."""
    found: list[str] = []
    for word in WORD.findall(before):
        if word in legal_forms():
            found += filter(None, [legal_forms()[word]])
        else:
            found += _lemmas(word)
    while found and found[0] in LEGAL_WORDS and any(w in VOID_HEADS for w in found):
        found.pop(0)
    return tuple(found)


def _without_legal_form(name: str) -> str:
    """Leave out a legal form at the start of a name without quotes; «ВОИ Тувы» is a body of its own name."""
    first, _, rest = name.strip().partition(" ")
    return rest if rest and first in PURE_FORMS else name


@lru_cache(maxsize=500_000)
def _lemmas(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for form in WORD.findall(text):
        word = fold(form)
        one = word if ACRONYM.fullmatch(form) else lemma(word)
        found += written_out().get(one) or written_out().get(word) or (one,)
    kept = tuple(w for w in found if w not in {"республика", "город", "г"})
    return kept or tuple(found)


def _head(kinds: Iterable[str]) -> str:
    """Return the kind word of a name: the first that is a known one, else the first noun."""
    kinds = tuple(kinds)
    known = next((w for w in kinds if _kind_of(w)), "")
    if known:
        return "" if known in VOID_HEADS else known
    return next((w for w in kinds if part_of_speech(w) == "NOUN" and w not in VOID_HEADS), "")


def _kind_of(word: str) -> str:
    return kind_words().get(word, "")


def is_city_bound(name: OrganisationName, kind: str) -> bool:
    """Tell whether every city may have one of that name: «школа № 4», «Дом культуры»."""
    known = kind_words().get(name.head) or ("" if kind == "other" else kind)
    return known in CITY_BOUND


def _acronym(text: str) -> str:
    """Return the abbreviation that stands for a name: «АВЦ Юга» → «авц»; not a legal form."""
    for word in WORD.findall(text):
        if ACRONYM.fullmatch(word) and word not in PURE_FORMS:
            return fold(word)
    return ""


# -- abbreviations ------------------------------------------------------------------------------------------------

LONGEST = 7


def spelled_out(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of a name with an abbreviation and a name whose words it is made of.

    >>> list(spelled_out(["ИСИ", "Институт социальных исследований"]))
    [('ИСИ', 'Институт социальных исследований')]
    """
    known = sorted(set(names))
    short: dict[str, list[str]] = defaultdict(list)
    for name in known:
        acronym = parse_organisation(name).acronym
        if acronym:
            short[acronym].append(name)
    for name in known:
        for acronym, left in _abbreviations(name):
            for other in short.get(acronym, ()):
                if other != name and _covers(left, parse_organisation(other)):
                    yield other, name


def _abbreviations(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the abbreviations of successive words of a name, with the words left."""
    before, core = _split_quotes(name)
    content = [w for w in words(before) if part_of_speech(w) not in SMALL_WORDS]
    inner = tuple(words(core))
    for start in range(len(content)):
        for stop in range(start + 2, min(len(content), start + LONGEST) + 1):
            left = (*content[:start], *content[stop:])
            acronym = "".join(w[0] for w in content[start:stop])
            yield acronym, (*left, *inner)
            if inner and not left and len(acronym) > 2:
                yield acronym, ()


def _covers(left: tuple[str, ...], short: OrganisationName) -> bool:
    """Tell whether the words left of a long name are the other words of the short one, void words apart."""
    lemmas = [lemma(w) for w in left]
    wanted = [w for w in short.rest if w not in VOID_WORDS]
    unused = [w for w in lemmas if not any(_akin(w, other) for other in wanted)]
    found = all(any(_akin(w, other) for other in lemmas) for w in wanted)
    return found and all(w in VOID_WORDS or w in LEGAL_WORDS for w in unused)


def _akin(one: str, other: str) -> bool:
    """Tell whether two words have one stem: тува, тувинский."""
    if one == other:
        return True
    common = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return common >= 3 and common >= len(min(one, other, key=len)) - 2
