"""The themes of an archive: what its articles are about, found without labels.

Steps
    1. An article becomes counts of lemmas: nouns and adjectives, no names, posts, places, organisations, events in
       quotes, no words that are too general (``resources/generic_words.tsv``), nor those that say in what form
       people met (форум, секция: ``event_words.txt``, ``session_words.txt``).
    2. TF-IDF and non-negative matrix factorisation give themes; of several numbers of themes, of those with the
       most coherent best words, the one that other articles change least is taken (``pipeline.theme_quality``).
    3. A theme is called by two keyphrases of its own articles, longer ones before single words, and by none that
       another theme is called by.
    4. Articles and session topics get the themes they are made of; a fitted model is saved and says the same of
       the same article later, so that new articles are assigned without fitting again.
Leaves out
    The fixed taxonomy of grant directions (``pipeline.taxonomy``).
"""

from __future__ import annotations

import json
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from pipeline import theme_quality as quality
from pipeline.errors import LetopisError
from pipeline.extractors.lexicon import read_words
from pipeline.models.segment import tokenize
from pipeline.morphology import fold, parses
from pipeline.record import Record, Theme

Floats = npt.NDArray[np.float64]

SCHEMA = "letopis.themes/1"
NUMBERS = range(6, 21, 2)  # of themes, that are tried
MIN_ARTICLES = 3  # a word must be in so many
MAX_SHARE = 0.4  # and in no more of them than this
SHOWN = 0.2  # a theme that makes up less of an article is not told
NEAR = 0.01  # of numbers whose coherence is as near to the best as this the most stable is taken
FEWEST = 12  # articles; with fewer there are no themes to find
COMMON = 2  # articles; a phrase that fewer have names no theme
NO_TERMS = frozenset({"Name", "Surn", "Patr", "Geox", "Apro"})
LONGER = 0.4  # a phrase names a theme before a single word that is worth no more than 1 / LONGER of it


def article_terms(record: Record) -> Counter[str]:
    """Count the nouns and adjectives of an article that stand in no name, by lemma."""
    rows: list[Any] = [*record.people, *record.organisations, *record.cities, *record.regions]
    named = [(m.start, m.end) for row in rows for m in row.mentions]
    posts = [role for person in record.people for role in person.roles]
    named += [(row.start, row.end) for row in (*posts, *record.facts, *record.dates)]
    named += [
        (m.start, m.end) for event in record.events for m in event.mentions if _is_quoted(record.text, m.start)
    ]
    taken = bytearray(len(record.text))
    for start, end in named:
        taken[start:end] = b"\x01" * (end - start)
    words = (record.text[start:end] for start, end in tokenize(record.text) if not taken[start])
    return _count(words)


def _is_quoted(text: str, start: int) -> bool:
    """Tell whether what begins there stands in quotes: such a name says little («Белые ночи», «Щедрый вторник»)."""
    return text[start - 1 : start] in tuple('«„“"')


def text_terms(text: str) -> Counter[str]:
    """Count the nouns and adjectives of a short text, a title."""
    return _count(text[start:end] for start, end in tokenize(text))


def _count(words: Iterable[str]) -> Counter[str]:
    return Counter(term for word in words if len(word) > 2 and (term := _term(word.lower())))


@lru_cache(maxsize=100_000)
def _term(word: str) -> str | None:
    if not word.replace("-", "").isalpha():
        return None
    parse = parses(word)[0]
    if parse.tag.POS not in ("NOUN", "ADJF") or NO_TERMS & parse.tag.grammemes:
        return None
    term = str(parse.normal_form).replace("ё", "е")
    return None if term in _general() else term


@cache
def _general() -> frozenset[str]:
    rows = (line.split("\t") for line in read_words("generic_words.tsv"))
    general = {word for kind, word in rows if kind != "alone"}
    general.update(fold(word) for name in ("event_words.txt", "session_words.txt") for word in read_words(name))
    return frozenset(general)


@dataclass(frozen=True)
class ThemeModel:
    """Fitted themes: ``components`` (n_themes, n_words) over ``words`` with their ``idf`` (n_words,)."""

    labels: tuple[str, ...]
    words: tuple[str, ...]
    idf: Floats
    components: Floats
    coherence: float

    @property
    def version(self) -> str:
        """A short name of this very model: the same articles give the same."""
        content = json.dumps([self.labels, self.words, np.round(self.components, 4).tolist()], ensure_ascii=False)
        return sha256(content.encode()).hexdigest()[:12]

    def best_words(self, count: int = quality.TOP) -> list[list[str]]:
        """Return the best words of each theme."""
        return quality.best_words(self.components, self.words, count)

    def shares(self, articles: Sequence[Mapping[str, int]]) -> Floats:
        """Return what articles are made of (n_articles, n_themes); rows add up to one (to zero: no known word)."""
        from sklearn.decomposition import non_negative_factorization

        matrix = _weigh(articles, self.words, self.idf)
        weights, _, _ = non_negative_factorization(
            matrix, H=self.components, n_components=len(self.labels), init="custom", update_H=False,
            max_iter=400, random_state=0,
        )  # fmt: skip
        total = weights.sum(1, keepdims=True)
        return cast(Floats, np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))

    def assign(self, articles: Sequence[Mapping[str, int]]) -> list[list[Theme]]:
        """Return the themes of articles, the largest first, none where no word is known."""
        return [self._tell(row) for row in self.shares(articles).tolist()] if articles else []

    def assign_topics(
        self, titles: Sequence[Mapping[str, int]], articles: Sequence[Mapping[str, int]]
    ) -> list[list[Theme]]:
        """Return the themes of session topics by the words of their titles, and of the article of each.

        A title of many known words speaks for itself, one of none has the themes of its article.
        """
        if not titles:
            return []
        known = np.array([sum(word in title for word in self.words) for title in titles])[:, None]
        own, around = self.shares(titles), self.shares(articles)
        return [self._tell(row) for row in ((known * own + around) / (known + 1)).tolist()]

    def _tell(self, row: list[float]) -> list[Theme]:
        order = sorted(range(len(row)), key=lambda i: (-row[i], i))
        return [
            Theme(label=self.labels[i], score=round(row[i], 3))
            for n, i in enumerate(order)
            if row[i] > 0 and (n == 0 or row[i] >= SHOWN)
        ]

    def save(self, path: Path) -> None:
        """Write the model as arrays (``.npz``), no pickles."""
        texts = json.dumps({"schema": SCHEMA, "labels": self.labels, "words": self.words}, ensure_ascii=False)
        np.savez_compressed(
            path,
            texts=np.frombuffer(texts.encode(), np.uint8),
            idf=self.idf,
            components=self.components,
            coherence=np.array(self.coherence),
        )


def load_model(path: Path) -> ThemeModel:
    """Read a saved model; raises ``LetopisError`` on anything else."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            texts = json.loads(bytes(arrays["texts"]))
            if texts["schema"] != SCHEMA:
                raise LetopisError(f"{path}: schema {texts['schema']}, this version reads {SCHEMA}; fit again")
            idf, components, value = arrays["idf"], arrays["components"], float(arrays["coherence"])
    except (OSError, ValueError, KeyError) as error:
        raise LetopisError(f"{path}: no model of themes ({error}); fit one with --refit") from error
    return ThemeModel(tuple(texts["labels"]), tuple(texts["words"]), idf, components, value)


def _weigh(articles: Sequence[Mapping[str, int]], words: Sequence[str], idf: Floats) -> Floats:
    """TF-IDF with dampened counts, rows of length one: (n_articles, n_words)."""
    columns = {word: column for column, word in enumerate(words)}
    matrix = np.zeros((len(articles), len(words)))
    for row, counts in enumerate(articles):
        for word, n in counts.items():
            column = columns.get(word)
            if column is not None:
                matrix[row, column] = (1 + np.log(n)) * idf[column]
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return cast(Floats, np.divide(matrix, lengths, out=matrix, where=lengths > 0))


# -- fitting ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """How a number of themes did."""

    number: int
    coherence: float


def fit(records: Sequence[Record], *, number: int | None = None) -> tuple[ThemeModel, list[Trial]]:
    """Find the themes of an archive.

    Args:
        number: how many; without it one that is about the most coherent, and stable.

    Returns the model and what was tried. Raises ``LetopisError`` where there are too few articles.
    """
    records = sorted(records, key=lambda record: record.id)  # the order of articles decides nothing
    articles = [article_terms(record) for record in records]
    if len(articles) < FEWEST:
        raise LetopisError(f"{len(articles)} articles: themes need at least {FEWEST}; extract more")
    words, idf = _vocabulary(articles)
    matrix = _weigh(articles, words, idf)
    numbers = [number] if number else [n for n in NUMBERS if n <= len(articles) // 4] or [3]
    fitted = {n: _factorize(matrix, n) for n in numbers}
    trials = [Trial(n, quality.coherence(quality.best_words(h, words), articles)) for n, h in fitted.items()]
    best = _choose(trials, fitted, words, articles)
    model = ThemeModel((), words, idf, fitted[best.number], best.coherence)
    named = ThemeModel(_name(model, records, articles), words, idf, model.components, best.coherence)
    return named, trials


def _choose(
    trials: Sequence[Trial],
    fitted: Mapping[int, Floats],
    words: Sequence[str],
    articles: Sequence[Mapping[str, int]],
) -> Trial:
    """Of the numbers whose coherence is about the best take the one whose themes are the most stable."""
    top = max(trial.coherence for trial in trials)
    near = [trial for trial in trials if trial.coherence >= top - NEAR]
    if len(near) == 1:
        return near[0]

    def stable(trial: Trial) -> float:
        themes = quality.best_words(fitted[trial.number], words)
        return quality.stability(lambda part: fit_words(part, trial.number), themes, articles)

    return max(near, key=lambda trial: (round(stable(trial), 2), trial.number))


def fit_words(articles: Sequence[Mapping[str, int]], number: int) -> list[list[str]]:
    """Return the best words of a given number of themes: for measuring."""
    words, idf = _vocabulary(articles)
    return quality.best_words(_factorize(_weigh(articles, words, idf), number), words)


def _vocabulary(articles: Sequence[Mapping[str, int]]) -> tuple[tuple[str, ...], Floats]:
    frequency = Counter(word for counts in articles for word in counts)
    most = MAX_SHARE * len(articles)
    words = tuple(sorted(word for word, n in frequency.items() if MIN_ARTICLES <= n <= most))
    idf = np.array([np.log((1 + len(articles)) / (1 + frequency[word])) + 1 for word in words])
    return words, idf


def _factorize(matrix: Floats, number: int) -> Floats:
    """Components by NMF, begun from the singular vectors: no seed decides anything."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(n_components=number, init="nndsvd", max_iter=600, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the last thousandths change no word
        model.fit(matrix)
    return cast(Floats, model.components_)


def _name(model: ThemeModel, records: Sequence[Record], articles: Sequence[Mapping[str, int]]) -> tuple[str, ...]:
    """Call each theme by two keyphrases of its articles, or by its best nouns; no phrase names two themes."""
    unnamed = ThemeModel(tuple("?" * len(model.components)), model.words, model.idf, model.components, 0.0)
    shares = unnamed.shares(articles)
    phrases = [_phrases(record) for record in records]
    spellings = Counter(text for spelled in phrases for text, _ in spelled.values())
    usual: dict[str, str] = {}
    for text in sorted(spellings, key=lambda text: (-spellings[text], text != _key(text), text)):
        usual.setdefault(_key(text), text)
    held = Counter(key for spelled in phrases for key in spelled)
    total: dict[str, float] = defaultdict(float)
    for spelled in phrases:
        for key, (_, score) in spelled.items():
            total[key] += score
    labels: list[str] = []
    taken: set[str] = set()
    for theme, words in enumerate(unnamed.best_words()):
        weight = _word_weights(model, theme)
        value: dict[str, float] = defaultdict(float)
        for spelled, share in zip(phrases, shares[:, theme].tolist(), strict=True):
            for key, (_, score) in spelled.items():
                if held[key] >= COMMON and key not in taken:
                    value[key] += share * score * _fitness(usual[key], weight) / total[key] ** 0.5
        chosen = _choose_phrases(value, [word for word in words if _is_noun(word)])
        taken.update(chosen)
        label = ", ".join(usual.get(key, key) for key in chosen)
        labels.append(label if label not in labels else f"{label} ({words[0]})")
    return tuple(labels)


def _phrases(record: Record) -> dict[str, tuple[str, float]]:
    """Return how the keyphrases of an article are spelled and what they are worth, by their dictionary forms."""
    return {_key(phrase.text): (phrase.text, phrase.score) for phrase in reversed(record.keyphrases)}


@lru_cache(maxsize=100_000)
def _key(phrase: str) -> str:
    """Return the dictionary forms of a phrase: «семьи» and «семья» are one."""
    return " ".join(str(parses(word.lower())[0].normal_form) for word in phrase.split())


def _is_noun(word: str) -> bool:
    return bool(parses(word)[0].tag.POS == "NOUN")


def _word_weights(model: ThemeModel, theme: int) -> dict[str, float]:
    row = model.components[theme]
    return dict(zip(model.words, (row / (row.max() or 1.0)).tolist(), strict=True))


def _fitness(phrase: str, weight: Mapping[str, float]) -> float:
    """How much the words of a phrase belong to the theme."""
    terms, length = text_terms(phrase), max(1, len(phrase.split()))
    told = len(terms) / length  # «пленарное заседание» says little: one of its words is too general
    return float(told * sum(weight.get(term, 0.0) for term in terms) / length**0.5)


def _choose_phrases(value: Mapping[str, float], words: Sequence[str]) -> list[str]:
    """Return the best phrase and the next one that has other words: «паллиативная помощь, хоспис»."""
    worth = {key: score / (1.0 if " " in key else 1 / LONGER) for key, score in value.items() if score > 0}
    chosen: list[str] = []
    used: set[str] = set()
    for phrase in [*sorted(worth, key=lambda key: (-worth[key], key)), *words]:
        terms = set(text_terms(phrase))
        if not used & terms:
            chosen.append(phrase)
            used |= terms
        if len(chosen) == 2:
            break
    return chosen
