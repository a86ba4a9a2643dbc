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

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.extractors.organisations.reader import Reader
from pipeline.extractors.organisations.tails import read_tail
from pipeline.extractors.organisations.words import kind_of, legal_forms, same_words, titled_thing, word_set
from pipeline.extractors.people.posts import is_person_word
from pipeline.gazetteer import other_places
from pipeline.morphology import parses
from pipeline.page import QUOTE_MARKS, Chunk, Page

Name = tuple[str, ...]
PER, LOC, ORG = "PER", "LOC", "ORG"
BRACKETS, LISTS = frozenset("()[]•"), frozenset(",;—–/")
EDGES = QUOTE_MARKS | frozenset("()[]•,.;:—–-!?*#")


@dataclass
class Labels:
    """Spans over the tokens of a page that never overlap: the last one laid wins."""

    page: Page
    spans: list[Chunk]

    def lay(self, first: int, last: int, label: str) -> None:
        """Lay a span; what it covers of others is cut off them."""
        kept: list[Chunk] = []
        for chunk in self.spans:
            if chunk.last <= first or last <= chunk.first:
                kept.append(chunk)
                continue
            for a, b in ((chunk.first, first), (last, chunk.last)):
                if a < b:
                    kept.append(Chunk(a, b, chunk.label))
        self.spans = [*kept, Chunk(first, last, label)]

    def drop(self, first: int, last: int) -> None:
        """Take a stretch out of every span."""
        self.lay(first, last, "")
        self.spans.pop()

    def label_at(self, i: int) -> str | None:
        """Return the label of a token."""
        return next((c.label for c in self.spans if c.first <= i < c.last), None)


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
    """Take punctuation off the edges of a span."""
    while first < last and page.words[first] in EDGES:
        first += 1
    while last > first and page.words[last - 1] in EDGES:
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
    return _opens(page, i) and not word.isupper() and _common(page.lower[i], chunk.label == ORG)


def _opens(page: Page, i: int) -> bool:
    return page.sentences[page.sentence_of[i]][0] == i


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
    for pair in page.brackets:
        label = ends.get(pair.first) or ends.get(
            pair.first - 1 if page.words[pair.first - 1] in QUOTE_MARKS else -1
        )
        inside = page.words[pair.first + 1 : pair.last]
        free = all(labels.label_at(i) is None for i in range(pair.first + 1, pair.last))
        if label and free and 0 < len(inside) < 10 and _names_again(inside):
            labels.lay(pair.first + 1, pair.last, label)


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


def consistency(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Find everywhere in the text what was found once: «Голос Америки», «Vestas»."""
    page, votes = labels.page, _votes(labels)
    totals: dict[Name, Counter[str]] = {}
    i = 0
    while i < len(page):
        names = votes.get(page.lower[i][:3]) if page.words[i][0].isupper() else None
        name = _longest(page, i, names) if names else ()
        if names and name:
            if name not in totals:
                totals[name] = sum((n for other, n in names.items() if same_words(name, other)), Counter())
            _settle(labels, i, i + len(name), totals[name])
        i += len(name) or 1


def _votes(labels: Labels) -> dict[str, dict[Name, Counter[str]]]:
    """Count the labels of every name, by the first three letters of its first word."""
    lower = labels.page.lower
    votes: dict[str, dict[Name, Counter[str]]] = {}
    for chunk in labels.spans:
        names = [tuple(lower[chunk.first : chunk.last])]
        if chunk.label == PER and chunk.last - chunk.first > 1:
            names.append((lower[chunk.last - 1],))  # the surname alone later in the text
        for name in names:
            votes.setdefault(name[0][:3], {}).setdefault(name, Counter())[chunk.label] += 1
    return votes


def _longest(page: Page, i: int, names: Iterable[Name]) -> Name:
    """Return the longest known name that stands at ``i`` in some case."""
    if len(page.words[i]) < 2:
        return ()
    fitting = [name for name in names if same_words(name, page.lower[i : i + len(name)])]
    return max(fitting, key=len, default=())


def _settle(labels: Labels, first: int, last: int, total: Counter[str]) -> None:
    """Give a name the label that most of its forms have in the text."""
    label, count = total.most_common(1)[0]
    now = {labels.label_at(i) for i in range(first, last)}
    if now == {label} or (len(now) == 1 and now != {None} and total[next(iter(now)) or ""] * 2 > count):
        return
    covering = [c for c in labels.spans if c.first < last and first < c.last]
    if all(first <= c.first and c.last <= last for c in covering):
        labels.lay(first, last, label)


RULES: tuple[Callable[[Labels, Mapping[str, Sequence[Any]]], None], ...] = (
    cut,
    not_names,
    people,
    organisations,
    ministries,
    reporters,
    teams,
    vessels,
    places,
    geography,
    stations,
    brackets,
    consistency,
    adjectives,
)
