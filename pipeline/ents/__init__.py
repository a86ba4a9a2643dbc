"""The flat reading PER, ORG, LOC that other Russian tools give, made of everything found.

Purpose
    ``doc.ents`` compares with other tools on public data, so it follows the habits of FactRuEval-2016, not those
    of the record: an organisation with a name in quotes is what stands inside them, legal form and kind word stay
    out; a place after a body is a place of its own («Законодательное собрание | Приморского края»).
Steps
    The spans of the model of named entities are cut where no name goes on, then what the extractors know is laid
    over them, then a name found once is found everywhere in the text.
Sources
    FactRuEval-2016 (Starostin et al., 2016) as the naeval benchmark maps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pipeline.ents.consistency import consistency
from pipeline.ents.labels import LOC, ORG, PER, Labels
from pipeline.extractors.organisations.reader import Reader
from pipeline.extractors.organisations.tails import read_tail
from pipeline.extractors.organisations.words import kind_of, legal_forms, same_words, titled_thing, word_set
from pipeline.extractors.people.posts import is_person_word
from pipeline.gazetteer import other_places
from pipeline.morphology import parses
from pipeline.page import QUOTE_MARKS, Chunk, Page

BRACKETS, LISTS = frozenset("()[]•"), frozenset(",;—–/")
EDGES = QUOTE_MARKS | frozenset("()[]•,.;:—–-!?*#")


def flat_entities(page: Page, found: Mapping[str, Sequence[Any]]) -> list[tuple[int, int, str]]:
    """Return ``(start, end, label)`` of persons, organisations and places, in text order, without overlaps."""
    labels = Labels(page, list(page.chunks))
    for rule in RULES:
        if page.uses(f"ents.{rule.__name__}"):
            rule(labels, found)
    chunks = sorted(labels.spans, key=lambda c: c.first)
    return [(page.starts[c.first], page.ends[c.last - 1], c.label) for c in chunks]


def cut(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Cut spans at brackets, bullets and ends of lines: «Джошуа Вольфа | (Joshua Wolf | )»."""
    page = labels.page
    breaks = {first for first, _ in page.lines}
    pieces: list[Chunk] = []
    for chunk in labels.spans:
        marks = BRACKETS if chunk.label == ORG else BRACKETS | LISTS
        first = chunk.first
        for i in range(chunk.first, chunk.last):
            if i in breaks or page.words[i] in marks:
                pieces.append(Chunk(first, i, chunk.label))
                first = i if i in breaks else i + 1
        pieces.append(Chunk(first, chunk.last, chunk.label))
    trimmed = (_trim(page, piece.first, piece.last, piece.label) for piece in pieces)
    labels.spans = [piece for piece in trimmed if piece]


def _trim(page: Page, first: int, last: int, label: str) -> Chunk | None:
    """Take punctuation off the edges of a span, and «площади» off «Тверской площади»."""
    while first < last and page.words[first] in EDGES:
        first += 1
    while last > first and page.words[last - 1] in EDGES:
        last -= 1
    if label == LOC and last - first > 1 and page.lower[last - 1] in word_set("street"):
        last -= 1
    return Chunk(first, last, label) if first < last else None


def not_names(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Drop what names nothing: «СМИ», a legal form alone, «Исследователи» and «Все» first in a sentence."""
    labels.spans = [c for c in labels.spans if c.last - c.first > 1 or not _empty(labels.page, c)]


def _empty(page: Page, chunk: Chunk) -> bool:
    i, word = chunk.first, page.words[chunk.first]
    if chunk.label == PER and any(c.isdigit() for c in word):
        return True
    if chunk.label == ORG and (page.lower[i] in word_set("no name") or word in legal_forms()):
        return True
    if word.isupper() or not (_opens(page, i) or (chunk.label == PER and i - 1 in page.quote_at)):
        return False
    if chunk.label == PER and is_person_word(page.lemmas[i]):
        return _common(page.lower[i], nouns=True)  # «Супруга президента», «Маэстро не видит звёзд»
    return _common(page.lower[i], nouns=chunk.label != PER)


def _opens(page: Page, i: int) -> bool:
    """Tell whether a token begins a sentence or a line."""
    return page.sentences[page.sentence_of[i]][0] == i or page.line_of[i] != page.line_of[i - 1]


@lru_cache(maxsize=20_000)
def _common(word: str, nouns: bool) -> bool:
    """Tell whether a word is in the dictionary as no name of anything, with ``nouns`` or without."""
    readings = [p for p in parses(word) if p.is_known]
    named = {"Orgn", "Geox", "Name", "Surn", "Trad", "Abbr"}
    return bool(readings) and not any(
        named & p.tag.grammemes or (p.tag.POS == "NOUN" and not nouns) for p in readings
    )


def teams(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """A name alone after a kind word is no person's: «команда Феррари», «компания Хонда»."""
    page = labels.page
    for n, chunk in enumerate(labels.spans):
        if chunk.label == PER and chunk.last - chunk.first == 1 and chunk.first:
            lemma = page.lemmas[chunk.first - 1]
            kind = kind_of(lemma)
            if lemma in ("команда", "группа", "марка") or (kind and kind.kind in ("business", "media")):
                labels.spans[n] = Chunk(chunk.first, chunk.last, ORG)


def vessels(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Drop names of things in quotes everywhere in the text: «корабль «Союз»», «шаттл «Дискавери»»."""
    page, things = labels.page, word_set("thing")
    kinds = _with_kind(page, found)
    names: list[list[str]] = []
    for quote in page.quotes:
        if quote.first and (page.lemmas[quote.first - 1] in things or titled_thing(page.lemmas[quote.first - 1])):
            name = page.lower[quote.first + 1 : quote.last]
            if not any(same_words(name, other) for other in kinds):
                names.append(name)
    labels.spans = [
        c
        for c in labels.spans
        if c.label == PER
        or page.words[c.first - 1] not in QUOTE_MARKS
        or not any(same_words(page.lower[c.first : c.last], name[: c.last - c.first]) for name in names)
    ]


def _with_kind(page: Page, found: Mapping[str, Sequence[Any]]) -> list[list[str]]:
    """Return the names in quotes that a kind word makes an organisation's somewhere: «партия «Яблоко»»."""
    spans = (
        page.tokens_in(spot.start, spot.end) for row in found.get("organisations", ()) for spot in row.mentions
    )
    quotes = ((first, page.quote_ending.get(last - 1)) for first, last in spans)
    return [page.lower[q.first + 1 : q.last] for first, q in quotes if q and first < q.first]


def reporters(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Find sites and agencies that report: «сообщает baltinfo.ru»."""
    page, verbs = labels.page, word_set("reporting verb")
    for i in range(len(page) - 1):
        if page.lemmas[i] not in verbs or not page.words[i + 1].isascii() or not page.words[i + 1].isalpha():
            continue
        last = i + 2
        while last < len(page) and page.starts[last] == page.ends[last - 1] and page.words[last] not in ",;:!?»)":
            last += 1
        piece = _trim(page, i + 1, last, ORG)
        if piece and labels.label_at(piece.first) is None:
            labels.lay(piece.first, piece.last, ORG)


def kinds(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Take a kind word off a bare name: «агентство | Kollektiv», «футбольный клуб | Челси», not «банк России»."""
    page = labels.page
    labels.spans = [_without_kind(page, c) if c.label == ORG else c for c in labels.spans]


def _without_kind(page: Page, chunk: Chunk) -> Chunk:
    i, kind = chunk.first, kind_of(page.lemmas[chunk.first])
    small = page.words[i][0].islower() or (_opens(page, i) and not page.words[i].isupper())
    if chunk.last - i < 2 or not small or kind is None:
        return chunk
    bare = page.words[i + 1].isascii() or (
        kind.lemma in word_set("kind of bare name") and not _common(page.lower[i + 1], nouns=True)
    )
    return Chunk(i + 1, chunk.last, ORG) if bare and page.words[i + 1][0].isupper() else chunk


def seats(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """What is called by its building is a place where somebody is in it: «в Белом доме», «из Кремля»."""
    page = labels.page
    for n, chunk in enumerate(labels.spans):
        first = page.lemmas[chunk.first]
        seat = first == "кремль" or (first == "белый" and page.lemmas[chunk.last - 1] == "дом")
        if chunk.label == ORG and seat and chunk.first:
            near = page.lower[chunk.first - 1] in ("в", "во", "из", "возле", "около", "у")
            labels.spans[n] = chunk._replace(label=LOC) if near else chunk


def ministries(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Find ministries of other countries in lower case: «американского | министерства иностранных дел»."""
    page = labels.page
    for i, lemma in enumerate(page.lemmas):
        if lemma != "министерство" or page.words[i][0].isupper() or labels.label_at(i) or not i:
            continue
        if page.pos[i - 1] == "ADJ" and page.lemmas[i - 1].endswith(("ский", "цкий")):
            end = read_tail(Reader(page, (), (), ()), i)[0]
            if end > i + 1:
                labels.lay(i, end, ORG)


def people(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Lay persons over the spans of the model; an ordinary word left over goes: «Император | Акихито»."""
    page = labels.page
    for row in found.get("people", ()):
        for mention in row.mentions:
            labels.lay(*page.tokens_in(mention.start, mention.end), PER)
    firsts = {c.first for c in labels.spans if c.label == PER}
    labels.spans = [c for c in labels.spans if not (c.last in firsts and _is_title(page, c))]


def _is_title(page: Page, chunk: Chunk) -> bool:
    """Tell whether a lone word before a person says who it is, or is capital only as the first: «Свергнутый»."""
    i = chunk.first
    if chunk.label != PER or chunk.last - i > 1 or not _common(page.lower[i], nouns=True):
        return False
    return is_person_word(page.lemmas[i]) or (page.pos[i] != "PROPN" and _opens(page, i))


def organisations(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Lay organisations by the edges of this reading: inside quotes, without the place at the end."""
    page = labels.page
    places = _place_starts(page, found)
    for row in found.get("organisations", ()):
        for mention in row.mentions:
            first, last = page.tokens_in(mention.start, mention.end)
            quote = page.quote_ending.get(last - 1)
            if quote and quote.first >= first:
                labels.drop(first, last)
                piece = _trim(page, quote.first, last, ORG)
            else:
                end = _without_place(page, first, last, places)
                piece = _trim(page, first, end, ORG) if end == last or end - first > 1 else None
            if piece:
                labels.lay(piece.first, piece.last, ORG)


def _place_starts(page: Page, found: Mapping[str, Sequence[Any]]) -> dict[int, int]:
    """Return places that are nouns by their first token: where they end."""
    starts: dict[int, int] = {}
    for field in ("countries", "regions", "cities"):
        for row in found.get(field, ()):
            for spot in row.mentions:
                if spot.form == "noun":
                    first, last = page.tokens_in(spot.start, spot.end)
                    starts[first] = max(last, starts.get(first, 0))
    return starts


def _without_place(page: Page, first: int, last: int, places: dict[int, int]) -> int:
    """Return where a body ends before the place that completes its name, unless «по» joins them."""
    for i in range(first + 1, last):
        if places.get(i) == last and page.lower[i - 1] != "по":
            return i
    return last


def places(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Lay cities, regions and countries where no other span stands; a country also over a person."""
    page = labels.page
    labels.spans = [
        Chunk(c.first, c.last, LOC)
        if page.lower[c.first] in word_set("place name") and c.last - c.first == 1
        else c
        for c in labels.spans
    ]
    countries = _place_starts(page, {"countries": found.get("countries", ())})
    for first, last in _place_starts(page, found).items():
        if first - 1 in page.quote_at and page.quote_at[first - 1].last == last:
            continue
        over = (LOC, PER) if first in countries else (LOC,)
        covered = [c for c in labels.spans if c.first < last and first < c.last]
        if all(c.label in over and first <= c.first and c.last <= last for c in covered):
            labels.lay(first, last, LOC)


def geography(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Lay parts of the world, rivers, seas and the like that no span covers: «чемпион Европы»."""
    page = labels.page
    for i, lemma in enumerate(page.lemmas):
        if lemma in other_places() and page.words[i][0].isupper() and labels.label_at(i) is None:
            labels.lay(i, i + 1, LOC)


def stations(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Lay what a building for travellers is called: «аэропорт «Домодедово»», «станция метро «Охотный Ряд»»."""
    page = labels.page
    for quote in page.quotes:
        if quote.first and page.lemmas[quote.first - 1] in word_set("station"):
            piece = _trim(page, quote.first, quote.last, LOC)
            if piece:
                labels.lay(piece.first, piece.last, LOC)


def brackets(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Name in brackets what stands before them once more: «Международная амнистия (Amnesty International)»."""
    page = labels.page
    ends = {c.last: c.label for c in labels.spans}
    ends.update({c.last + 1: c.label for c in labels.spans if page.words[c.last : c.last + 1] == [")"]})
    for pair in page.brackets:
        label = ends.get(pair.first) or ends.get(
            pair.first - 1 if page.words[pair.first - 1] in QUOTE_MARKS else -1
        )
        inside = page.words[pair.first + 1 : pair.last]
        free = all(labels.label_at(i) is None for i in range(pair.first + 1, pair.last))
        if label and free and 0 < len(inside) < 10 and _names_again(inside):
            labels.lay(pair.first + 1, pair.last, label)
            ends[pair.last + 1] = label


def _names_again(words: Sequence[str]) -> bool:
    """Tell whether words in brackets are a name in Latin letters or an abbreviation."""
    if len(words) == 1:
        return len(words[0]) > 1 and words[0].isupper() and words[0].isalpha()
    return words[0][0].isupper() and all(w.isascii() and (w.isalpha() or w in ".-&'") for w in words)


def adjectives(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Take in the lower-case adjective of a place: «японского МИДа», «российском министерстве финансов»."""
    page = labels.page
    for chunk in list(labels.spans):
        i = chunk.first - 1
        if chunk.label != ORG or i < 0 or not page.words[i][0].islower() or page.pos[i] != "ADJ":
            continue
        if page.lemmas[i].endswith(("ский", "цкий")) and labels.label_at(i) is None:
            labels.lay(i, chunk.last, ORG)


RULES: tuple[Callable[[Labels, Mapping[str, Sequence[Any]]], None], ...] = (
    cut,
    not_names,
    people,
    organisations,
    kinds,
    ministries,
    reporters,
    teams,
    vessels,
    places,
    geography,
    stations,
    brackets,
    consistency,
    seats,
    adjectives,
)
