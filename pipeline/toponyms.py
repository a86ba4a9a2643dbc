"""How Russian place names decline and which adjectives they give.

Purpose
    A gazetteer holds nominatives; texts hold «из Хатассов», «в Каменске-Уральском», «нижнетагильский».
    ``nominatives`` undoes the declension of a word by its ending (a few candidates, to be looked up in a
    gazetteer), ``adjective_stem`` strips the ending of an adjective, ``adjectives_of`` derives adjectives.
Leaves out
    Choosing among candidates: that is for who holds the gazetteer.
Sources
    Endings: Зализняк, «Грамматический словарь», the types that place names belong to. Adjectives: the suffixes
    -ск-, -инск-, -енск-, -овск- as dictionaries of adjectives from place names describe them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from pipeline.morphology import parses

# ending of a form → endings of the nominative it may come from
ENDINGS: dict[str, tuple[str, ...]] = {
    "а": ("", "о"),
    "я": ("ь", "е", "й"),
    "у": ("", "о", "а"),
    "ю": ("ь", "е", "й", "я"),
    "ом": ("", "о", "ый", "ой", "ий", "ое"),
    "ем": ("ь", "е", "й", "ий", "ее"),
    "е": ("", "о", "а", "ь", "я", "й"),
    "и": ("ь", "я", "а", "й"),
    "ы": ("а",),
    "ой": ("а", "ая"),
    "ою": ("а", "ая"),
    "ей": ("я", "а", "ь", "и", "яя", "ая", "ье"),
    "ью": ("ь",),
    "ов": ("ы", "и", "о"),
    "ев": ("ы", "и", "е"),
    "ам": ("ы", "и", "а"),
    "ям": ("и", "я"),
    "ами": ("ы", "и", "а"),
    "ями": ("и", "я"),
    "ах": ("ы", "и", "а"),
    "ях": ("и", "я"),
    "ого": ("ый", "ой", "ий", "ое"),
    "его": ("ий", "ее"),
    "ому": ("ый", "ой", "ий", "ое"),
    "ему": ("ий", "ее"),
    "ым": ("ый", "ой", "ое", "ые", ""),
    "им": ("ий", "ое", "ее", "ие", "ой"),
    "ую": ("ая",),
    "юю": ("яя",),
    "ых": ("ые",),
    "их": ("ие",),
    "ыми": ("ые",),
    "ими": ("ие",),
}
# plural heads of lists («Томской и Омской областей») back to the singular that names of regions have
PLURAL_HEADS: dict[str, str] = {
    form: singular
    for singular, forms in {
        "область": "области областей областям областями областях",
        "край": "края краев краям краями краях",
        "республика": "республики республик республикам республиками республиках",
        "округ": "округа округов округам округами округах",
        "автономный": "автономные автономных автономным автономными",
        "автономная": "автономные автономных автономным автономными",
        "федеральный": "федеральные федеральных федеральным федеральными",
    }.items()
    for form in forms.split()
}
CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")
ADJECTIVE_STEMS = ("ск", "цк", "восточн", "московн", "черноземн")
ADJECTIVE_ENDINGS = frozenset(
    ("ий", "ый", "ой", "ого", "ому", "им", "ым", "ом", "ая", "ую", "ою", "ое", "ие", "ые", "их", "ых", "ими", "ыми")
)
FIXED_PARTS = frozenset(("на", "де", "ла", "ле", "эль"))
VOWELS = "аеиоуыэюя"


@lru_cache(maxsize=50_000)
def fold(name: str) -> str:
    """Fold a name for comparison: lower case, ё as е, one kind of dash."""
    return re.sub(r"\s*[–—−‑‐]\s*", "-", name.lower().replace("ё", "е"))


@lru_cache(maxsize=50_000)
def nominatives(word: str) -> tuple[str, ...]:
    """Return the nominatives that a form of a place name may come from, itself first, folded.

    ``nominatives("Хатассов")`` holds "хатассы"; ``nominatives("Каменске-Уральском")`` "каменск-уральский".
    """
    word = fold(word)
    if "-" not in word.strip("-"):
        return tuple(dict.fromkeys(_undeclined(word)))
    parts = word.split("-")
    if len(parts) > 4:
        return (word,)
    choices = [_part_choices(parts, i) for i in range(len(parts))]
    return tuple(dict.fromkeys("-".join(choice) for choice in product(*choices)))


def _part_choices(parts: list[str], i: int) -> tuple[str, ...]:
    """Return what a part of a hyphenated name may be: what follows «на» never changes («на-Дону»)."""
    if not parts[i] or parts[i] in FIXED_PARTS or (i and parts[i - 1] in FIXED_PARTS):
        return (parts[i],)
    return tuple(dict.fromkeys(_undeclined(parts[i])))


def _undeclined(word: str) -> Iterator[str]:
    yield word
    if not word.isalpha():
        return
    if word in PLURAL_HEADS:
        yield PLURAL_HEADS[word]
    for size in (1, 2, 3):
        if len(word) <= size + 1:
            break
        if word[-size:] == "ем" and word[-3] in "цчжшщ":
            yield word[:-2]
        for ending in ENDINGS.get(word[-size:], ()):
            if not (ending == "а" and word[-size - 1] in "оу"):  # «Самоа» and «Никарагуа» never change
                yield word[:-size] + ending
        if word[-size:] in ENDINGS:
            yield from _with_vowel(word[:-size])
    if word[-1] in CONSONANTS:
        yield word + "ы"
        yield word + "и"
        if len(word) > 3 and word[-2] in "ео":
            for stem in (word[:-2] + word[-1], word[:-2] + "ь" + word[-1], word[:-2] + "й" + word[-1]):
                yield stem + "и"
                yield stem + "ы"


def _with_vowel(stem: str) -> Iterator[str]:
    """Give back the vowel that the oblique cases lose: «Ельц-» → «елец», «Торжк-» → «торжок», «Орл-» → «орел»."""
    if len(stem) < 3 or stem[-1] not in "цкл" or stem[-2] not in "бвгджзклмнпрстфхчшщьй":
        return
    head = stem[:-2] if stem[-2] in "ьй" else stem[:-1]
    yield head + "е" + stem[-1]
    if stem[-1] == "к":
        yield head + "о" + stem[-1]


@lru_cache(maxsize=50_000)
def adjective_stem(word: str) -> str | None:
    """Return the stem of an adjective of a place, folded, ``None`` for other words: «томского» → "томск"."""
    for size in (2, 3):
        if word[-size:] in ADJECTIVE_ENDINGS and word[:-size].endswith(ADJECTIVE_STEMS) and len(word) > 5:
            return word[:-size]
    return None


HUSHING = tuple((letter, letter + "и") for letter in "кгхжшчщ")
# endings of a form by the case, gender or number that the model saw → endings of the nominative
BY_TAG: dict[str, tuple[tuple[str, str], ...]] = {
    "Gen Masc": (("ия", "ий"), ("ая", "ай"), ("ея", "ей"), ("а", ""), ("я", "ь")),
    "Gen Fem": (("ии", "ия"), ("ы", "а"), ("ки", "ка"), ("ги", "га"), ("хи", "ха"), ("и", "ь")),
    "Gen Neut": (("ья", "ье"), ("а", "о"), ("я", "е")),
    "Gen Plur": (("ов", "ы"), ("цев", "цы"), ("ев", "и"), ("ек", "ки"), ("ок", "ки"), *HUSHING, ("", "ы")),
    "Dat Masc": (("ею", "ей"), ("аю", "ай"), ("у", ""), ("ю", "ь")),
    "Dat Fem": (("ии", "ия"), ("е", "а"), ("и", "ь")),
    "Dat Neut": (("у", "о"), ("ю", "е")),
    "Dat Plur": (("кам", "ки"), ("ам", "ы"), ("ям", "и")),
    "Acc Fem": (("у", "а"), ("ю", "я")),
    "Ins Masc": (("ом", ""), ("ем", "ь")),
    "Ins Fem": (("ой", "а"), ("ей", "я"), ("ью", "ь")),
    "Ins Neut": (("ом", "о"), ("ем", "е")),
    "Ins Plur": (("ками", "ки"), ("ами", "ы"), ("ями", "и")),
    "Loc Masc": (("ае", "ай"), ("ее", "ей"), ("е", "")),
    "Loc Fem": (("ии", "ия"), ("е", "а"), ("и", "ь")),
    "Loc Neut": (("ье", "ье"), ("е", "о")),
    "Loc Plur": (("ках", "ки"), ("ах", "ы"), ("ях", "и")),
}


def unlisted_nominative(word: str, case: str, gender: str, number: str) -> str:
    """Guess the nominative of a place name that no gazetteer has, from its Universal Dependencies features.

    ("Осокине", "Loc", "Masc", "Sing") → «Осокино»; ("Хатассов", "Gen", "Masc", "Plur") → «Хатассы».
    """
    if case == "Nom" or (case == "Acc" and gender != "Fem") or word.endswith(("уу", "оо", "юю")):
        return word
    if match := re.fullmatch(r"(.+(?:[оеё]в|[иы]н))(?:а|у|ом|е|о)", word):
        return match[1] + "о"
    if word.endswith(("ов", "ев")) and case == "Gen":
        number = "Plur"
    elif word.endswith(("ах", "ях")):
        case, number = "Loc", "Plur"  # whatever the model says of a name that it does not know
    for ending, nominative in BY_TAG.get(f"{case} {'Plur' if number == 'Plur' else gender}", ()):
        if word.endswith(ending):
            return word[: len(word) - len(ending)] + nominative
    return word


def adjectives_of(name: str) -> list[str]:
    """Derive the adjectives of a place name, the likeliest first, masculine nominative, folded.

    «Нижний Тагил» → ["нижнетагильский"]; «Каменск-Уральский» → ["каменск-уральский"].
    """
    words = fold(name).split()
    if len(words) == 2:
        first = _compound_stem(words[0])
        return [first + adjective for adjective in adjectives_of(words[1])] if first else []
    if len(words) != 1:
        return []
    parts = words[0].split("-")
    if "на" in parts[1:-1]:
        return adjectives_of(parts[0])
    if len(parts) > 1:
        return ["-".join([*parts[:-1], adjective]) for adjective in adjectives_of(parts[-1])]
    candidates = list(dict.fromkeys(_derived(words[0])))
    known = [adjective for adjective in candidates if any(p.is_known for p in parses(adjective))]
    return known[:2] or candidates[:1]


def _compound_stem(adjective: str) -> str | None:
    """Turn the adjective of a two-word name into the first part of a compound: «нижний» → «нижне»."""
    match = re.fullmatch(r"(.{2,})(ый|ая|ое|ые|ой|ий|яя|ее|ие)", adjective)
    if not match:
        return None
    stem, ending = match.groups()
    soft = ending in ("яя", "ее") or (ending in ("ий", "ие") and stem[-1] not in "кгх") or stem[-1] in "шжчщ"
    return stem + ("е" if soft else "о")


def _derived(name: str) -> Iterator[str]:
    """Yield adjectives of a one-word name by its ending."""
    if match := re.fullmatch(r"(.+[сц]к)(ий|ая|ое|ие|ой)?", name):
        yield match[1] + "ий"
    elif match := re.fullmatch(r"(.+)(ый|ая|ое|ые|ий|яя|ее|ие)", name):
        yield match[1] + "енский"
        yield match[1] + "инский"
    elif re.search(r"[оеё]во$|[иы]но$", name):
        yield name[:-1] + "ский"
    elif name[-1] == "ь":
        yield (name[:-2] if name.endswith("вль") else name if name[-2] == "л" else name[:-1]) + "ский"
        yield name[:-1] + "инский"
    elif name[-1] in VOWELS:
        yield from _derived_from_vowel(name[:-1], name[-1])
    elif name.endswith("ец"):
        yield name[:-1] + "цкий"
    elif name[-1] == "л":
        yield name + "ьский"
    else:
        yield name + "ский"
        yield name + "овский"
        yield name + "инский"


def _derived_from_vowel(stem: str, vowel: str) -> Iterator[str]:
    """Yield adjectives of names in a vowel: «Воркута» → «воркутинский», «Слюдянка» → «слюдянский»."""
    if vowel in "уюэ":
        yield stem + vowel + ("нский" if vowel == "э" else "ский")
        return
    soft = stem + "ь" if stem.endswith("л") else stem
    if vowel == "а" and stem.endswith("к"):
        yield stem[:-1] + "ский"
        yield stem + "инский"
    elif vowel in "иы":
        yield (stem + "овский") if stem.endswith("к") else soft + "ский"
        yield stem + "инский"
    elif vowel == "а":
        yield stem + "инский"
        yield stem + "енский"
        yield soft + "ский"
        yield stem + "овский"
    elif vowel == "я":
        yield (stem + "йский") if stem.endswith("и") else stem + "инский"
        yield soft + "ский"
    else:
        yield soft + "ский"
        yield stem + "енский"
        yield stem + "инский"
