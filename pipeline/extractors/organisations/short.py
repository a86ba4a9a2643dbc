"""Finds short later names: «Опора» in quotes, «Фонд» with a capital letter, «ИСИ» and «АВЦ Юга».

Purpose
    These mean nothing by themselves; each is read against the names that the text gives in full.
Leaves out
    Lower-case «фонд», «центр», and pronouns: they are no mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.extractors.organisations.reader import GENITIVE, Reader, is_abbreviation
from pipeline.extractors.organisations.spans import Found
from pipeline.extractors.organisations.tails import read_place
from pipeline.extractors.organisations.words import (
    abbreviates,
    base_forms,
    first_initials,
    kind_of,
    same_words,
    titled_thing,
    word_set,
)
from pipeline.extractors.people.posts import head_lemma, is_post
from pipeline.morphology import fold
from pipeline.page import Page, Pair

# Singular persons of an event, not of an organisation: «участник «Ночи кода»», «автор «Записок»».


def cores(page: Page, found: Found) -> list[tuple[str, ...]]:
    """Return the names in quotes of a span, folded: the whole and, where quotes nest, the innermost.

    «АНО «Ресурсный центр «Опора»» → ресурсный центр опора; опора.
    """
    if found.quote is None:
        return []
    names = []
    for pair in page.quotes_in(found.quote.first, found.quote.last + 1):
        words = tuple(w for w in page.lower[pair.first + 1 : pair.last] if w[0].isalnum() or w == "+")
        if words and words not in names:
            names.append(words)
    return names


def kind_lemmas(page: Page, found: Found) -> frozenset[str]:
    """Return the kind words of a span, of its head, its legal form and in its quotes: «центр» for «ЦРНО»."""
    lemmas = {found.kind.lemma} if found.kind and found.kind.lemma else set()
    first = found.first if found.quote is None else found.quote.first
    for i in range(first, found.last):
        kind = kind_of(page.lemmas[i]) if page.words[i][0].isalpha() else None
        if (kind and (i == found.head or (found.quote and page.words[i - 1] in '«"“„'))) or (
            found.quote and kind and page.feature(i, "Case") == "Nom"
        ):
            lemmas.add(kind.lemma)
    return frozenset(lemmas)


def full_words(page: Page, found: Found) -> tuple[str, ...]:
    """Return the folded words of a span before its quotes, or all of them."""
    last = found.quote.first if found.quote and found.quote.first > found.first else found.last
    return tuple(w for w in page.lower[found.first : last] if w[0].isalnum())


# -- quotes alone ---------------------------------------------------------------------------------------------


def find_bare_quotes(reader: Reader, named: Sequence[Found]) -> Iterator[Found]:
    """«директор «Опоры»», «владивостокский «Код добра»», «(«Ак Барс Мейер»)»."""
    page = reader.page
    taken = {i for span in named if span.quote for i in range(span.quote.first, span.quote.last + 1)}
    ends = {span.last for span in named}
    known: dict[str, list[tuple[str, ...]]] = {}  # by the first letter, in which forms of a word agree
    for core in (core for span in named for core in cores(page, span)):
        known.setdefault(core[0][0], []).append(core)
    for quote in page.quotes:
        if quote.first in taken and quote.last in taken:
            continue
        words = tuple(w for w in page.lower[quote.first + 1 : quote.last] if w[0].isalnum() or w == "+")
        if not words or not _names(reader, quote):
            continue
        met = any(same_words(words, core[: len(words)]) for core in known.get(words[0][0], ()))
        placed = quote.first not in ends and _placed(reader, quote)  # «статья Частного корреспондента «Жара»»
        if _fits(reader, quote, words) if met else placed:
            yield Found(quote.first, quote.last + 1, "organisations.bare_quote", -1, quote, stands_in=True)


def _names(reader: Reader, quote: Pair) -> bool:
    """Tell whether words in quotes look like a name: short, a capital letter, no sentence."""
    inside = reader.page.words[quote.first + 1 : quote.last]
    return len(inside) <= 6 and inside[0][0].isupper() and not any(w in "?!:…;" or w == "..." for w in inside)


def _fits(reader: Reader, quote: Pair, words: tuple[str, ...]) -> bool:
    """Tell whether a known name is the organisation here and not an action of the same name."""
    page, before = reader.page, quote.first - 1
    if before < 0 or quote.first in reader.breaks or not titled_thing(page.lemmas[before]):
        return True
    return not _nominative(page, quote)


def _nominative(page: Page, quote: Pair) -> bool:
    """Tell whether a name in quotes stands in the nominative or does not decline («Мы рядом»)."""
    for i in range(quote.first + 1, quote.last):
        if page.pos[i] in ("NOUN", "PROPN"):
            return page.feature(i, "Case") in (None, "Nom")
        if page.pos[i] not in ("ADJ", "NUM", "DET"):
            return True
    return True


def rules_person(reader: Reader, i: int) -> bool:
    """Tell whether a noun is a post that rules the quotes: «директор», «командир»."""
    page = reader.page
    lemma = head_lemma(page, i)  # «управляющий компанией» is tagged as a participle
    return (
        (page.pos[i] == "NOUN" or lemma != page.lemmas[i])
        and (page.feature(i, "Animacy") == "Anim" or is_post(lemma))
        and page.feature(i, "Number") == "Sing"
        and page.lemmas[i] not in word_set("event person")
        and not titled_thing(page.lemmas[i])
        and i not in reader.persons
    )


def _placed(reader: Reader, quote: Pair) -> bool:
    """Tell whether a name not met before is an organisation by what stands before it."""
    page, before = reader.page, quote.first - 1
    if before < 0 or quote.first in reader.breaks:
        return False
    if (
        _rules_name(reader, before)
        or before in reader.place_adjectives
        or page.lemmas[before] in word_set("founding verb")
    ):
        return True
    if not _nominative(page, quote) and (_post_before(reader, before) or _kind_inside(reader, quote)):
        return True
    if page.lower[before] == "от" and before and rules_person(reader, before - 1):
        return True  # «депутат от «Справедливой России»»
    if page.words[before] in "—–-:" and before and page.lemmas[before - 1] in word_set("partner"):
        return True
    alone = page.words[before] == "(" and quote.last + 1 < len(page) and page.words[quote.last + 1] in "),"
    if alone and before - 1 in reader.persons:
        return True
    chunk = page.chunk_at.get(quote.first + 1)
    model = chunk is not None and chunk.label == "ORG" and chunk.first > quote.first and chunk.last >= quote.last
    return model and page.words[before] == "," and page.pos[before - 1] == "NOUN"


def _rules_name(reader: Reader, i: int) -> bool:
    """Tell whether a post names what it leads in the nominative too: «председатель «Мы рядом»»."""
    return rules_person(reader, i) and reader.page.lemmas[i] in word_set("leader")


def _kind_inside(reader: Reader, quote: Pair) -> bool:
    """«в «Доме Анны»»: a kind word in another case than titles stand in."""
    kind = reader.kind(quote.first + 1)
    return (
        kind is not None
        and reader.page.pos[quote.first - 1] == "ADP"
        and kind.lemma not in word_set("event-like") | word_set("vague kind")
    )


def _post_before(reader: Reader, i: int) -> bool:
    """«куратор программ | «Веры в людей»», «директор по ответственности | «УралСтальПрома»»."""
    page = reader.page
    for j in range(i, max(i - 6, -1), -1):
        if rules_person(reader, j):
            return True
        if page.pos[j] not in ("NOUN", "ADJ") and page.lower[j] != "по":
            return False
        title = titled_thing(page.lemmas[j]) and page.feature(j, "Number") != "Plur"  # one of many has no title
        if title or j in reader.persons:
            return False
    return False


# -- capital stand-ins ----------------------------------------------------------------------------------------


def find_stand_ins(reader: Reader, named: Sequence[Found]) -> Iterator[Found]:
    """«директор Фонда», «Палата обещает»: a kind word alone with a capital letter, after one named in full."""
    page = reader.page
    taken = {i for span in named for i in range(span.first, span.last)}
    for i in reader.capitals:
        kind = reader.kind(i) or (reader.legal(i) if page.words[i] == "ТОС" else None)
        if kind is None or i in taken or i in reader.persons or not reader.capital(i):
            continue
        if page.feature(i, "Number") == "Plur" or i + 1 in page.quote_at or (i and page.words[i - 1] in '«"“„'):
            continue
        if any(span.last <= i and _same_kind(page, span, i, kind.lemma) for span in named):
            yield Found(i, i + 1, "organisations.stand_in", i, None, kind, stands_in=True)


def _same_kind(page: Page, span: Found, i: int, lemma: str) -> bool:
    if not lemma:
        return span.head >= 0 and page.words[span.head] == page.words[i]
    return lemma in kind_lemmas(page, span)


# -- abbreviations --------------------------------------------------------------------------------------------


def find_abbreviations(reader: Reader, named: Sequence[Found]) -> Iterator[Found]:
    """«(АВЦ Юга)», «ИСИ»: the initials of a name given in full, with the words left over."""
    page = reader.page
    full: dict[str, list[tuple[str, ...]]] = {}  # by the letters that an abbreviation may begin with
    for words in dict.fromkeys(full_words(page, span) for span in named):
        for letter in first_initials(words) if len(words) > 1 else ():
            full.setdefault(letter, []).append(words)
    for i in reader.abbreviations:
        if i in reader.shouting:
            continue
        ends = [end for words in full.get(page.lower[i][0], ()) if (end := _abbreviation_end(page, i, words))]
        if ends:
            yield Found(i, max(ends), "organisations.abbreviation", i, stands_in=True)


def _abbreviation_end(page: Page, i: int, words: tuple[str, ...]) -> int:
    """Return the end of an abbreviation of ``words`` that begins at ``i`` with the words left over, or 0."""
    for used in range(len(words), 1, -1):
        if abbreviates(page.words[i], words[:used]):
            rest = words[used:]
            following = page.lower[i + 1 : i + 1 + len(rest)]
            if rest and same_words(rest, following):
                return i + 1 + len(rest)
            for shorter in range(len(rest) - 1, 0, -1):
                if same_words(rest[:shorter], page.lower[i + 1 : i + 1 + shorter]):
                    return i + 1 + shorter
            return i + 1 if len(page.words[i]) >= 3 else 0
    return 0


def find_model(reader: Reader, named: Sequence[Found]) -> Iterator[Found]:
    """Abbreviations that only the model of named entities sees: «ДВФУ», «АВЦ Юга»."""
    page = reader.page
    for chunk in page.chunks:
        if chunk.label != "ORG" or any(i in reader.shouting for i in range(chunk.first, chunk.last)):
            continue
        last = chunk.first
        while last < chunk.last and _is_name(page, last):
            last += 1
        while (
            last > chunk.first and last < chunk.last and page.words[last].isascii() and page.words[last].isalpha()
        ):
            last += 1  # «USM Holdings»
        if last > chunk.first:
            last = read_place(reader, last, GENITIVE) or _capital_genitive(reader, last) or last
            yield Found(chunk.first, last, "organisations.model", chunk.first)


BRANCHES = ("филиал", "отделение", "представительство", "подразделение")


def find_branches(reader: Reader, named: Sequence[Found]) -> Iterator[Found]:
    """«Стерлитамакский филиал | Уфимского университета»: the name of a branch holds that of the whole."""
    page = reader.page
    for span in named:
        head = span.first - 1
        if head < 0 or page.lemmas[head] not in BRANCHES or not reader.has_case(span.first, GENITIVE):
            continue
        first = head
        while first > 0 and reader.agrees(first - 1, head) and reader.capital(first - 1):
            first -= 1
        if first < head and page.line_of[first] == page.line_of[head]:
            yield Found(first, span.last, "organisations.branch", head, span.quote, span.kind)


def _is_name(page: Page, i: int) -> bool:
    """Tell whether a word in capitals is an abbreviation that may name: not «НКО», not a shouted word."""
    word = page.words[i]
    return (
        is_abbreviation(word)
        and fold(word) not in word_set("no name")
        and not (len(word) > 4 and base_forms(fold(word)))
    )


def _capital_genitive(reader: Reader, i: int) -> int:
    """«АВЦ | Юга»: a word in the genitive with a capital letter."""
    if reader.boundary(i) or reader.page.pos[i] not in ("NOUN", "PROPN") or not reader.capital(i):
        return 0
    return i + 1 if reader.has_case(i, GENITIVE) and reader.page.feature(i, "Case") == "Gen" else 0
