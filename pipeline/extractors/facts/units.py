"""Reads what a number counts: the unit after it.

Purpose
    «54 представителя», «8 федеральных округов», «512,7 миллиона рублей», «20 академических часов»: the kind of
    the fact and the unit in the nominative singular with the adjectives of the text.
Steps
    Abbreviations and signs (%, ₽, кг, кв. м) by table; else the noun phrase after the number, if its noun can
    stand after that number; a noun of measure, time or money sets the kind.
Leaves out
    Numbers whose noun stands elsewhere (``understood``), years of age (decided in ``facts``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.extractors.facts.words import UnitWord, part, unit_word, unit_words, word_classes
from pipeline.extractors.numbers import Number, numerals
from pipeline.morphology import nominative, parses
from pipeline.page import Page

MAX_ADJECTIVES = 5
DOTTED = frozenset({"руб", "чел", "шт", "экз", "долл", "коп", "стр", "мин", "сек", "мес", "р", "ч"})
SURPLUS = frozenset({("с", "лишним"), ("с", "небольшим"), ("с", "хвостиком")})  # «сто с лишним человек»
MEASURES = frozenset({"процентный пункт", "квадратный метр", "погонный метр"})
NO_SINGULAR = {"ребята": "ребёнок", "ребятки": "ребёнок", "ребятишки": "ребёнок"}
SIGNS = frozenset("$€£¥₽₴₸")
SQUARES = {"кв": "квадратный", "куб": "кубический"}


class Unit(NamedTuple):
    """What is counted: the kind (that of ``units.tsv``, else "count"), its name, the tokens ``[head, last)``."""

    kind: str
    name: str
    head: int
    last: int
    lemma: str


def read_unit(page: Page, number: Number) -> Unit | None:
    """Return the unit that follows a number, ``None`` where its noun stands elsewhere."""
    i = number.last
    if i < len(page) and page.words[i] == "+" and page.starts[i] == number.end:  # «300+ участников»
        i += 1
    if tuple(page.lower[i : i + 2]) in SURPLUS:
        i += 2
    if i >= len(page) or "\n" in page.text[number.end : page.starts[i]]:
        return None
    glued = page.starts[i] == number.end
    return read_sign(page, i, glued) or read_phrase(page, i, number)


def read_sign_before(page: Page, number: Number) -> Unit | None:
    """Read the sign of a currency that stands before its sum: «$1,5 млн», «€ 500»."""
    i = number.first - 1
    row = unit_word(page.lower[i]) if i >= 0 and page.lower[i] in SIGNS else None
    if row is None or "\n" in page.text[page.ends[i] : number.start]:
        return None
    return Unit(row.kind, row.unit, i, number.last, row.unit)


def read_sign(page: Page, i: int, glued: bool = False) -> Unit | None:
    """Read a sign or an abbreviation: %, ₽, «руб.», «кв. м», «км/ч»."""
    word = page.lower[i]
    if word in SQUARES:
        return _square(page, i)
    if word == "п" and [w for w in page.lower[i : i + 4] if w != "."][:2] == ["п", "п"]:
        return Unit("measure", "процентный пункт", i, i + page.lower[i : i + 4].count(".") + 2, "пункт")
    row = unit_word(word)
    if row is None or not row.short:
        return None
    if not _is_abbreviation(page, i, glued):
        return None
    last = i + 1
    if page.lower[last : last + 2] == ["/", "ч"]:
        return Unit("measure", f"{row.unit} в час", i, last + 2, row.unit)
    if word in DOTTED and page.lower[last : last + 1] == ["."]:
        last += 1
    return Unit(row.kind, row.unit, i, last, row.unit)


def _is_abbreviation(page: Page, i: int, glued: bool) -> bool:
    """A single letter is a unit only in its own place: «4,4 т отходов», not «5 г. Томск», «2 с Урала»."""
    word = page.lower[i]
    if len(word) > 1 or not word.isalpha():
        return True
    dot = page.lower[i + 1 : i + 2] == ["."]
    ends = (
        i + 2 >= len(page)
        or not page.words[i + 2][0].isalnum()
        or "\n" in page.text[page.ends[i] : page.starts[i + 2]]
    )
    if word == "с":
        return i + 1 < len(page) and page.words[i + 1] == ")"
    if word in ("р", "ч"):
        return dot or glued or page.words[i].islower()
    return page.words[i].islower() and (glued or not dot or ends)


def _square(page: Page, i: int) -> Unit | None:
    """Read «кв. м», «кв. метров», «куб. м»."""
    last = i + 1 + (page.lower[i + 1 : i + 2] == ["."])
    row = unit_word(page.lower[last]) if last < len(page) else None
    if row is None or row.kind != "measure":
        return None
    return Unit("measure", f"{SQUARES[page.lower[i]]} {row.unit}", last, last + 1, row.unit)


def read_phrase(page: Page, i: int, number: Number) -> Unit | None:
    """Read the noun phrase at ``i``: adjectives, participles, then the noun that the number counts."""
    head = find_counted(page, i)
    if head is None:
        return None
    if abbreviation_stem(page.words[head]) is not None:
        return Unit("count", unit_name(page, i, head), head, head + 1, page.lemmas[head])
    row = unit_word(page.lower[head])
    if row is not None and not row.short:
        fixed = page.lower[head] in unit_words()[0] and page.lower[head][-1] in "еоиу"  # «тенге», «евро»
        return _measure(page, i, head, row) if fixed or fits(number, page.lower[head]) else None
    if not fits(number, page.lower[head]):
        return None
    name = unit_name(page, i, head, number)
    return Unit("measure" if name in MEASURES else "count", name, head, head + 1, page.lemmas[head])


def find_counted(page: Page, i: int) -> int | None:
    """Return the token of the first noun at or after ``i`` that only adjectives part from it.

    Where no noun comes, the last adjective counts if it can be a noun («12 незрячих»).
    """
    j = i
    while j < min(i + MAX_ADJECTIVES, len(page)):
        if j > i and j in page.breaks:
            break
        row = unit_word(page.lower[j])
        if (row is not None and not row.short) or (row is None and is_noun(page, j)):
            return j
        if not _may_precede(page, j, i):
            break
        j += 1
    return j - 1 if j > i and part(page, j - 1) == "ADJ" and may_be_noun(page.lower[j - 1]) else None


def _may_precede(page: Page, j: int, first: int) -> bool:
    """Adjectives, «и» between them, an adverb before them («социально ориентированных»)."""
    kind = part(page, j)
    if page.lower[j] in numerals():
        return False
    if kind == "ADJ":
        return page.words[j][0].isalpha()
    after = j + 1 < len(page) and part(page, j + 1) == "ADJ"
    if kind == "ADV":
        return after and page.words[j][0].isalpha()
    return page.lower[j] == "и" and j > first and part(page, j - 1) == "ADJ" and after


def is_noun(page: Page, i: int) -> bool:
    """Tell whether a word can be the counted noun: no name of a person or place."""
    kind = part(page, i)
    word = page.words[i]
    if kind in ("NOUN", "PROPN"):
        if not word[0].isalpha() or len(word) == 1:
            return False
        if abbreviation_stem(word) is not None:
            return True
        if word[0].isupper() and not word.isupper():
            common = (kind == "NOUN" and page.pos[i] != "PROPN") or _only_begins(page, i)
            return common and dictionary_noun(page.lower[i])
        return kind == "NOUN" or word.islower() or len(word) < 5 or dictionary_noun(page.lower[i])
    return kind == "X" and word.islower() and only_noun(page.lower[i])


def _only_begins(page: Page, i: int) -> bool:
    """Tell whether a capital is but that of the sentence: «Лавок было четырнадцать»."""
    begins = page.sentences[page.sentence_of[i]][0] == i
    return begins and i not in page.chunk_at and only_noun(page.lower[i]) and not _may_be_name(page.lower[i])


@lru_cache(maxsize=50_000)
def _may_be_name(word: str) -> bool:
    return any({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"} & p.tag.grammemes for p in parses(word))


@lru_cache(maxsize=50_000)
def dictionary_noun(word: str) -> bool:
    """Tell whether the dictionary knows a form as a common noun."""
    return any(p.tag.POS == "NOUN" and not {"Name", "Surn", "Patr", "Geox"} & p.tag.grammemes for p in parses(word))


@lru_cache(maxsize=50_000)
def only_noun(word: str) -> bool:
    """Tell whether a form is a noun before all («человек», «студентов» tagged as something else)."""
    if word in numerals() or not word[0].isalpha():
        return False
    tags = [parse.tag for parse in parses(word)]
    return tags[0].POS == "NOUN" and "UNKN" not in tags[0] and all(tag.POS != "PRTF" for tag in tags)


@lru_cache(maxsize=50_000)
def may_be_noun(word: str) -> bool:
    """Tell whether an adjective form is used as a noun too: «подопечных», «взрослых», not «платных»."""
    if any(base_form(parse) in word_classes()["substantive"] for parse in parses(word)):
        return True
    tags = [parse.tag for parse in parses(word)]
    if any("Apro" in tag for tag in tags):
        return False
    return any(tag.POS == "NOUN" or "Subx" in tag for tag in tags) and all(tag.POS != "PRTF" for tag in tags)


def base_form(parse: Any) -> str:
    """Return the dictionary form of an adjective or noun, of a participle its own nominative, ё as е."""
    own = parse.inflect({"nomn", "sing", "masc"}) if parse.tag.POS == "PRTF" else None
    return (own.word if own else str(parse.normal_form)).replace("ё", "е")


@lru_cache(maxsize=50_000)
def forms_of(word: str) -> frozenset[str]:
    """Return what a noun form may be: "sing", "gent" (its genitive), "plur", "oblique" (plural but nominative)."""
    found = set()
    for parse in parses(word):
        tag = parse.tag
        if tag.POS == "NOUN" and tag.number == "plur" and parse.normal_form.endswith(("ая", "ое", "ый", "ий")):
            found.add("gent")  # «четыре мастерские»
        if tag.POS not in ("NOUN", "ADJF", "PRTF") or "Fixd" in tag:
            if tag.POS not in ("VERB", "INFN", "ADJS", "PRTS", "ADVB"):
                found.update(("sing", "gent", "plur", "oblique"))
            continue
        found.add(str(tag.number))
        if tag.number == "sing" and tag.case in ("gent", "gen1", "gen2"):
            found.add("gent")
        if (
            tag.number == "plur"
            and tag.case not in ("nomn", "voct")
            and not (tag.case == "accs" and tag.animacy != "anim")
        ):
            found.add("oblique")
    return frozenset(found)


def fits(number: Number, word: str) -> bool:
    """Tell whether a noun form can stand after a number.

    «12 районов», «21 улус», «9,5 часа», «5 млн рублей»; not «9 класса», «220 тыс предприниматели».
    """
    forms = forms_of(word)
    tens, units = int(number.high) % 100 // 10, int(number.high) % 10
    if number.scale > 1:
        return "oblique" in forms
    if not number.whole:
        return "gent" in forms or "oblique" in forms
    if units == 1 and tens != 1:
        return "sing" in forms or (number.form == "collective" and "oblique" in forms)
    if "oblique" in forms:
        return True
    return units in (2, 3, 4) and tens != 1 and "gent" in forms


def is_ordinal_reading(page: Page, number: Number) -> bool:
    """Tell «9 класса», «3 курсе»: digits before a lone singular noun are an ordinal."""
    i = number.last
    if number.form != "digits" or not number.whole or number.scale > 1 or i >= len(page):
        return False
    if "\n" in page.text[number.end : page.starts[i]] or not page.words[i][0].islower():
        return False
    noun = part(page, i) == "NOUN" and dictionary_noun(page.lower[i])
    return noun and unit_word(page.lower[i]) is None and not fits(number, page.lower[i])


# -- the name of a unit -----------------------------------------------------------------------------------


def _measure(page: Page, first: int, head: int, row: UnitWord) -> Unit:
    """A unit of measure or time keeps its adjectives («академический час»), money and per cent do not."""
    name = row.unit
    if row.kind in ("duration", "measure") and head > first:
        name = unit_name(page, first, head)
    return Unit(row.kind, name, head, head + 1, row.unit)


def unit_name(page: Page, first: int, head: int, number: Number | None = None) -> str:
    """Put a counted phrase into the nominative singular: «дискуссионных площадок» → «дискуссионная площадка».

    The number before it says the case where the form allows it, whatever the model says of a heading in capitals.
    """
    classes = word_classes()
    kept = [i for i in range(first, head) if page.lemmas[i] not in classes["pronominal"] and page.lower[i] != "и"]
    words = [page.words[i].lower() for i in kept] + [_head_word(page, head)]
    pos = [part(page, i) for i in kept] + ["NOUN"]
    tags = [page.tags[i] for i in kept] + [_head_tag(page, head, number)]
    return " ".join(_singular(tuple(words), tuple(pos), tuple(tags)))


@lru_cache(maxsize=20_000)
def abbreviation_stem(word: str) -> str | None:
    """Return «ТОС» for «ТОСов», ``None`` for other words."""
    match = re.fullmatch(r"([А-ЯЁ]{2,})-?(?:ов|ы|ам|ами|ах|а|ом|е|у|и)", word)
    return match[1] if match else None


def _head_word(page: Page, head: int) -> str:
    """Lower-case a noun; an abbreviation («НКО») keeps its capitals."""
    word = abbreviation_stem(page.words[head]) or page.words[head]
    return word if word.isupper() and not dictionary_noun(word.lower()) else word.lower()


@lru_cache(maxsize=5_000)
def _double_noun(word: str) -> str | None:
    """Put «спасателей-добровольцев» into the nominative singular; the first half of «мастер-классов» stays."""
    halves = word.split("-")
    parse = next((p for p in parses(halves[-1]) if p.tag.POS == "NOUN"), None)
    last = parse.inflect({"nomn", "sing"}) if parse else None
    if parse is None or last is None or len(halves) != 2:
        return None
    like = {g for g in (parse.tag.number, parse.tag.case) if g}
    first = next((p for p in parses(halves[0]) if p.tag.POS == "NOUN" and like <= p.tag.grammemes), None)
    changed = first.inflect({"nomn", "sing"}) if first and parse.tag.number == "plur" else None
    return f"{changed.word if changed else halves[0]}-{last.word}"


def _head_tag(page: Page, head: int, number: Number | None) -> str:
    """Return the tag of a noun after a number: «пять вебинаров» is plural, «четыре вебинара» singular."""
    tag = page.tags[head]
    if number is None:
        return tag
    few = number.scale == 1 and number.whole and number.high % 10 in (2, 3, 4) and number.high % 100 // 10 != 1
    wanted = "sing" if few or not number.whole else "plur"
    if not _may_be_genitive(page.lower[head], wanted):
        return tag
    said = page.feature(head, "Case") in ("Nom", None) or page.pos[head] == "PROPN"
    return f"Case=Gen|Number={wanted.capitalize()}" if said else tag


@lru_cache(maxsize=20_000)
def _may_be_genitive(word: str, number: str) -> bool:
    return any(p.tag.POS == "NOUN" and {"gent", number} <= p.tag.grammemes for p in parses(word))


@lru_cache(maxsize=20_000)
def _singular(words: tuple[str, ...], pos: tuple[str, ...], tags: tuple[str, ...]) -> tuple[str, ...]:
    result = nominative(words, pos, tags, number="sing")
    if result[-1] in NO_SINGULAR:
        return _singular((*words[:-1], NO_SINGULAR[result[-1]]), pos, (*tags[:-1], "Case=Nom|Number=Sing"))
    if "-" in words[-1]:
        result[-1] = _double_noun(words[-1]) or result[-1]
    gender = abbreviation_gender(words[-1])
    if gender is not None:
        result[-1] = words[-1]
        for i, (word, kind) in enumerate(zip(words[:-1], pos[:-1], strict=True)):
            parse = next((p for p in parses(word) if p.tag.POS in ("ADJF", "PRTF")), None)
            form = parse.inflect({"nomn", "sing", gender}) if parse and kind == "ADJ" else None
            result[i] = form.word if form else word
    return tuple(result)


def abbreviation_gender(word: str) -> str | None:
    """Return the gender of an abbreviation that does not decline: «НКО» is feminine."""
    classes = word_classes()
    return next((g for g in ("femn", "masc", "neut") if word.lower() in classes[g]), None)
