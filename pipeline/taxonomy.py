"""The theme of an article by the directions of grants that Russian NGOs report by, with calibrated scores.

Steps
    An article becomes counts of lemmas (``terms``: nouns, adjectives, verbs; words of the headline count
    ``HEADLINE`` times) and of pairs of neighbours («горячий линия»), these TF-IDF weights, and a linear model
    gives a score to each of the fourteen labels. The scores add up to one. «другое» is a class with texts of
    its own, and the answer where no other label is likelier than ``UNSURE``.
Leaves out
    Training: ``pipeline.training.themes`` writes ``resources/themes.npz`` from the texts beside it and the
    sample corpus. Themes of one archive, found without labels, are in ``pipeline.themes``.
Sources
    The labels follow the directions of the Presidential Grants Fund (президентскиегранты.рф).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.memo import Memo
from pipeline.page import Page
from pipeline.record import Theme
from pipeline.tokens import Token, Trigger

OTHER = "другое"
LABELS = (
    "социальное обслуживание", "охрана здоровья", "поддержка семьи", "молодёжные проекты", "наука и образование",
    "культура и искусство", "историческая память", "права человека", "экология",
    "институты гражданского общества", "межнациональное согласие", "общественная дипломатия", "защита животных",
    OTHER,
)  # fmt: skip
PASSED = frozenset({"ADP", "CCONJ"})  # neighbours have at most one of these between them: «люди и собаки»
CONTENT_POS = frozenset({"NOUN", "PROPN", "ADJ", "VERB"})
HEADLINE = 4  # of 1 … 6 by cross-validation; from 3 on little changes
HEADLINE_WORDS = 30  # a longer first line is a paragraph
UNSURE = 0.15  # of 0.1 … 0.25: an article whose likeliest label scores more has that label more often than not
DAMPED = Memo[int, float](lambda count: 1 + log(count))
SHOWN = 0.1  # scores under this are not told
TELLING = 90  # per cent; a word that tells of its theme more than so many others tells all


def _is_content(token: Token) -> bool:
    return token.pos in CONTENT_POS and len(token.lemma) > 2 and token.lemma[0].isalpha()


CONTENT = Trigger(_is_content)


def terms(page: Page) -> Counter[str]:
    """Count the lemmas that tell what a page is about, and pairs of neighbours, without names of people.

    >>> terms(Page.build("Приют", pos=["NOUN"]))
    Counter({'приют': 4})
    """
    names = {i for chunk in page.chunks if chunk.label == "PER" for i in range(chunk.first, chunk.last)}
    headline = page.lines[0][1] if page.lines and page.lines[0][1] <= HEADLINE_WORDS else 0
    lemmas, pos = page.lemmas, page.pos
    counts: dict[str, int] = {}
    told = counts.get
    before, last = "", -9
    for i in page.find(CONTENT):
        if i in names:
            continue
        lemma, weight = lemmas[i], HEADLINE if i < headline else 1
        counts[lemma] = told(lemma, 0) + weight
        if i - last == 1 or (i - last == 2 and pos[i - 1] in PASSED):
            pair = f"{before} {lemma}"
            counts[pair] = told(pair, 0) + weight
        before, last = lemma, i
    return Counter(counts)


@dataclass(frozen=True)
class Classifier:
    """A linear model over TF-IDF: ``weights`` (n_terms, n_labels), already multiplied by the temperature."""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    idf: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def vector(self, counts: Mapping[str, int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return the known terms and their TF-IDF weights, of length one."""
        known = [term for term in counts if term in self.vocabulary]
        columns = np.array([self.vocabulary[term] for term in known], dtype=np.int64)
        values = np.array([DAMPED[counts[term]] for term in known], dtype=np.float32) * self.idf[columns]
        length = float(np.sqrt(values @ values))
        return columns, values / length if length else values

    def scores(self, counts: Mapping[str, int]) -> npt.NDArray[np.float32]:
        """Return a score for each label; they add up to one."""
        columns, values = self.vector(counts)
        logits = values @ self.weights[columns] + self.bias
        exponents = np.exp(logits - logits.max())
        return np.asarray(exponents / exponents.sum(), dtype=np.float32)

    def classify(self, counts: Mapping[str, int]) -> list[Theme]:
        """Return the likely labels, the best first."""
        return rank_labels(self.labels, self.scores(counts).tolist())


def rank_labels(labels: Iterable[str], scores: Iterable[float]) -> list[Theme]:
    """Return the labels worth telling, the best first; where all are unlikely the first is «другое»."""
    ranked = sorted(zip(labels, scores, strict=True), key=lambda pair: -pair[1])
    if ranked[0][1] < UNSURE:
        ranked.sort(key=lambda pair: pair[0] != OTHER)
    return [
        Theme(label=label, score=round(score, 3))
        for n, (label, score) in enumerate(ranked)
        if n == 0 or score >= SHOWN
    ]


@cache
def topical_words() -> Mapping[str, float]:
    """How much the lemmas that the classifier knows tell of a theme, 0 … 1: «сиделка» 1, «спичка» 0.06."""
    model = load_classifier()
    words = {word: column for word, column in model.vocabulary.items() if " " not in word}
    columns = list(words.values())
    weights = model.weights[columns][:, [label != OTHER for label in model.labels]]
    told = (weights.max(1) - weights.mean(1)) * model.idf[columns]
    values = np.minimum(1.0, told / np.percentile(told, TELLING))
    return dict(zip(words, values.tolist(), strict=True))


@cache
def load_classifier() -> Classifier:
    """Read the classifier of the package, once per process."""
    data = files("pipeline").joinpath("resources/themes.npz").read_bytes()
    with np.load(BytesIO(data)) as arrays:
        return build_classifier(arrays)


def build_classifier(arrays: Mapping[str, Any]) -> Classifier:
    """Build a classifier from the arrays of ``themes.npz``."""
    words = bytes(arrays["vocabulary"]).decode().split("\n")
    return Classifier(
        labels=LABELS,
        vocabulary={word: column for column, word in enumerate(words)},
        idf=arrays["idf"].astype(np.float32),
        weights=np.ascontiguousarray(arrays["weights"], np.float32),
        bias=arrays["bias"].astype(np.float32),
    )


def find(page: Page) -> list[Theme]:
    """Return the themes of an article: ``[Theme(label="экология", score=0.93)]``; none for an empty page."""
    counts = terms(page)
    return load_classifier().classify(counts) if counts else []
