"""Russian morphology over pymorphy3: parses, lemmas, agreement, phrases in the nominative.

Steps
    ``parses`` asks the OpenCorpora dictionary once per word form; ``best_parse`` picks the parse that agrees
    with the tag that the model gave the word in its sentence; ``inflect`` and ``nominative`` build on it.
Leaves out
    Names of persons (``pipeline.extractors.people.names``): surnames decline by rules of their own.
Sources
    The OpenCorpora → Universal Dependencies table follows russian-tagsets; the similarity of tags follows
    ``natasha.morph.lemma``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

from pipeline.memo import Memo
from pipeline.resources import read_rows

OC_POS = {
    "ADJF": "ADJ", "ADJS": "ADJ", "ADVB": "ADV", "COMP": "ADV", "VERB": "VERB", "GRND": "VERB",
    "INFN": "VERB", "PRTF": "VERB", "PRTS": "VERB", "NOUN": "NOUN", "NPRO": "PRON", "NUMR": "NUM",
    "CONJ": "CCONJ", "INTJ": "INTJ", "PRCL": "PART", "PREP": "ADP", "PRED": "ADV",
}  # fmt: skip
UD_POS = {"PROPN": "NOUN", "AUX": "VERB", "SCONJ": "CCONJ", "DET": "ADJ"}
CASES = {"Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
NUMBERS = {"Sing": "sing", "Plur": "plur"}
GENDERS = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}
SAME_CASE = {"gen1": "gent", "gen2": "gent", "loc1": "loct", "loc2": "loct", "acc2": "accs", "voct": "nomn"}


@cache
def analyzer() -> Any:
    """Load the OpenCorpora dictionary once per process."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return a word in lower case with ё as е: the form in which word lists are written."""
    return word.lower().replace("ё", "е")


@lru_cache(maxsize=200_000)
def parses(word: str) -> tuple[Any, ...]:
    """Return pymorphy3 parses of a word form, the likeliest first.

    pymorphy3 raises on a letter that this Python's Unicode tables do not name («𗀀»); such a word is read as Latin.
    """
    try:
        return tuple(analyzer().parse(word))
    except ValueError:
        return tuple(analyzer().parse("x" * len(word)))


@lru_cache(maxsize=200_000)
def known_parses(word: str) -> tuple[Any, ...]:
    """Return the parses of a word form that the dictionary holds, none for another: guesses take time to make."""
    return parses(word) if analyzer().word_is_known(word) else ()


@lru_cache(maxsize=200_000)
def best_parse(word: str, pos: str = "", tag: str = "") -> Any:
    """Return the parse of ``word`` that agrees best with its UD part of speech and tag.

    ``best_parse("области", "NOUN", "Case=Gen|Number=Sing")`` is the genitive singular. A word pymorphy3 has
    only a guess for is returned with that guess; the result is never ``None``.
    """
    candidates = parses(word)
    if not pos or len(candidates) == 1:
        return candidates[0]
    wanted = _wanted(tag)
    target = UD_POS.get(pos, pos)
    best, best_score = candidates[0], -1.0
    for parse in candidates:
        oc_pos, grammemes = TAGS[parse.tag.grammemes]
        score = 2.0 * (oc_pos == target) + len(wanted & grammemes) + parse.score / 10
        if score > best_score:
            best, best_score = parse, score
    return best


def _read_tag(grammemes: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Return the UD part of speech of the grammemes of a tag, and themselves with one name for each case."""
    pos = next((OC_POS[g] for g in grammemes if g in OC_POS), "X")
    return pos, frozenset(SAME_CASE.get(g, g) for g in grammemes)


TAGS = Memo(_read_tag)


@lru_cache(maxsize=8192)
def _wanted(tag: str) -> frozenset[str]:
    pairs = dict(pair.split("=", 1) for pair in tag.split("|") if "=" in pair)
    values = (
        CASES.get(pairs.get("Case", "")), NUMBERS.get(pairs.get("Number", "")), GENDERS.get(pairs.get("Gender", ""))
    )  # fmt: skip
    return frozenset(value for value in values if value)


def lemma(word: str, pos: str = "", tag: str = "") -> str:
    """Return the dictionary form in lower case with ё as е: «ресурсных» → «ресурсный»."""
    return LEMMAS[word, pos, tag]


def _lemma(key: tuple[str, str, str]) -> str:
    word, pos, tag = key
    if not word[0].isalpha():
        return word
    return str(best_parse(word.lower(), pos, tag).normal_form).replace("ё", "е")


LEMMAS: Memo[tuple[str, str, str], str] = Memo(_lemma, 200_000)


def shared_length(a: str, b: str) -> int:
    """Return how many letters two words have in common from the first on: («опора», «опорой») → 4."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def recase(word: str, model: str) -> str:
    """Give ``word`` the letter case of ``model``: («центр», «ЦЕНТРА») → «ЦЕНТР»."""
    if len(model) > 1 and model.isupper():
        return word.upper()
    if any(c.isupper() and model[n].islower() for n, c in enumerate(model[1:])):
        return "".join(
            c.upper() if m.isupper() else c for c, m in zip_longest(word, model[: len(word)], fillvalue="")
        )
    if model[:1].isupper():
        return "-".join(_recase_part(part, m) for part, m in zip(word.split("-"), _parts(model, word), strict=True))
    return word


def _recase_part(part: str, model: str) -> str:
    if len(model) > 1 and model.isupper():
        return part.upper()
    return part[:1].upper() + part[1:] if model[:1].isupper() else part


def _parts(model: str, word: str) -> list[str]:
    parts = model.split("-")
    count = word.count("-") + 1
    return parts if len(parts) == count else [parts[0]] + [""] * (count - 1)


@lru_cache(maxsize=100_000)
def inflect(word: str, wanted: frozenset[str], pos: str = "", tag: str = "") -> str | None:
    """Inflect a word form: ``inflect("областью", frozenset({"nomn"}))`` is «область»; ``None`` if it cannot be.

    ``wanted`` holds OpenCorpora grammemes. The letter case of the word is kept.
    """
    form = inflect_parse(best_parse(word.lower(), pos, tag), wanted)
    return recase(str(form.word), word) if form else None


class Inflected(NamedTuple):
    """A form of a word: how it is spelled, its OpenCorpora tag."""

    word: str
    tag: Any


def inflect_parse(parse: Any, wanted: frozenset[str]) -> Inflected | None:
    """Return the form of a parsed word that has the grammemes ``wanted``, as ``parse.inflect`` does.

    Of a word of the dictionary that one paradigm declines, the form is chosen once for all words of the paradigm.
    """
    by_dictionary = len(parse.methods_stack) == 1 and len(parse.methods_stack[0]) == 4
    if not by_dictionary:
        form = parse.inflect(set(wanted))
        return Inflected(form.word, form.tag) if form else None
    _, word, paradigm, index = parse.methods_stack[0]
    key = paradigm, index, wanted
    if key not in _CHOSEN:
        form = parse.inflect(set(wanted))
        _CHOSEN[key] = form.methods_stack[0][3] if form else None
    chosen = _CHOSEN[key]
    return None if chosen is None else _decline(word, paradigm, index, chosen)


_CHOSEN: dict[tuple[int, int, frozenset[str]], int | None] = {}  # there are some 3,000 paradigms


def _decline(word: str, paradigm: int, index: int, chosen: int) -> Inflected:
    """Replace the ending of form ``index`` of a paradigm by that of the form ``chosen``."""
    dictionary = analyzer().dictionary
    endings = dictionary.paradigms[paradigm]
    stem = dictionary.build_stem(endings, index, word)
    prefix = dictionary.paradigm_prefixes[endings[len(endings) // 3 * 2 + chosen]]
    return Inflected(
        prefix + stem + dictionary.suffixes[endings[chosen]], dictionary.build_tag_info(paradigm, chosen)
    )


def is_adjective(parse: Any) -> bool:
    """Tell whether a parse declines by agreement: adjectives, participles, ordinals, adjectival pronouns."""
    return parse.tag.POS in ("ADJF", "PRTF") or "Apro" in parse.tag


def find_head(words: Sequence[str], pos: Sequence[str], tags: Sequence[str]) -> int | None:
    """Return the index of the head noun of a phrase: its first noun, or ``None``.

    «московских благотворительных организаций инвалидов» → 2. What follows the head (a genitive, a phrase
    with a preposition) does not change when the phrase is put into the nominative.
    """
    for i, (word, p) in enumerate(zip(words, pos, strict=True)):
        if p in ("NOUN", "PROPN") and word[0].isalpha():
            return i
    for i, word in enumerate(words):
        if word[0].isalpha() and best_parse(word.lower(), pos[i], tags[i]).tag.POS == "NOUN":
            return i
    return None


def nominative(
    words: Sequence[str],
    pos: Sequence[str],
    tags: Sequence[str],
    *,
    number: str | None = None,
    head: int | None = None,
) -> list[str]:
    """Put a noun phrase into the nominative: its head noun and the adjectives that agree with it.

    Args:
        words, pos, tags: parallel; UD part of speech and tag as the model gave them ("" where unknown).
        number: "sing" or "plur" to change the number of the phrase; ``None`` keeps it.
        head: the index of the head noun where it is known; ``None`` looks for it.

    Returns the words, as many as were given, in their letter case:
    ["мэрии", "Новосибирска"] → ["мэрия", "Новосибирска"];
    ["дискуссионных", "площадок"] with ``number="sing"`` → ["дискуссионная", "площадка"].
    """
    return list(_nominative(tuple(words), tuple(pos), tuple(tags), number, head))


@lru_cache(maxsize=20_000)
def _nominative(
    words: tuple[str, ...], pos: tuple[str, ...], tags: tuple[str, ...], number: str | None, head: int | None
) -> list[str]:
    result = list(words)
    head = find_head(words, pos, tags) if head is None else head
    if head is None:
        return result
    parse = best_parse(words[head].lower(), pos[head], tags[head])
    wanted = {"nomn"}
    target = number or parse.tag.number
    if target and "Pltm" not in parse.tag:
        wanted.add(target)
    form = inflect_parse(parse, frozenset(wanted)) or inflect_parse(parse, frozenset(("nomn",))) or parse
    result[head] = recase(_spelled(form.word, words[head].lower()), words[head])
    agreement = {"nomn"} | ({form.tag.number} if form.tag.number else set())
    if form.tag.number == "sing" and form.tag.gender:
        agreement.add(form.tag.gender)
    for i in range(head):
        adjective = _adjective(words[i].lower(), pos[i], tags[i])
        if adjective is not None:
            changed = _superlative(adjective, agreement) or inflect_parse(adjective, frozenset(agreement))
            if changed:
                result[i] = recase(_spelled(changed.word, words[i].lower()), words[i])
    return result


def _superlative(adjective: Any, wanted: set[str]) -> Any | None:
    """Return «высшая» for «высшей»: the lexeme of «высокий» holds «высочайшая» as well."""
    if "Supr" not in adjective.tag:
        return None
    forms = [form for form in adjective.lexeme if "Supr" in form.tag and wanted <= set(form.tag.grammemes)]
    return max(forms, key=lambda form: shared_length(form.word, adjective.word), default=None)


def _spelled(form: str, word: str) -> str:
    """Mend two habits of the dictionary: «северо-осетинского» loses its hyphen, «донского» its stress."""
    if "-" in word and "-" not in form:
        cut = word.index("-")
        form = f"{form[:cut]}-{form[cut:]}"
    first, hyphen, last = form.rpartition("-")
    return form if form == word else first + hyphen + _usual_forms().get(last, last)


@cache
def _usual_forms() -> dict[str, str]:
    return dict(read_rows("usual_forms.tsv"))


@lru_cache(maxsize=50_000)
def _adjective(word: str, pos: str, tag: str) -> Any | None:
    """Return the declinable adjective reading of a word, or ``None``."""
    if not word[0].isalpha():
        return None
    parse = best_parse(word, pos, tag)
    if is_adjective(parse):
        return parse
    return next((p for p in parses(word) if is_adjective(p)), None) if pos in ("ADJ", "DET") else None
