"""Train and measure the taxonomy: from labelled texts to ``resources/themes.npz``.

Steps
    The texts are written for this: short paragraphs (``training/themes/*.txt``, one a line, « | » after its
    headline) and texts of about eighty words (``training/themes/articles/*.txt``), then mixtures of them as long
    as an article, and the gold of the sample corpus. TF-IDF, multinomial logistic regression with balanced
    classes, to whose weights those of a naive Bayes of complements are added, then one temperature for all
    scores, chosen on articles that the model had not seen, so that a score of 0.8 is right four times in five.
    What an author writes is more alike than the news of strangers, so the articles of one hand are scored by a
    model that saw none of that hand.
    The same texts give the same file.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from pipeline.article import Article
from pipeline.errors import LetopisError
from pipeline.taxonomy import LABELS, Classifier, load_classifier, rank_labels, terms

Floats = npt.NDArray[np.float32]

TEXTS = Path(__file__).parent / "themes"
MODEL = Path(__file__).parent.parent / "resources" / "themes.npz"
FILES = dict(
    zip(
        ("social_service", "health", "family", "youth", "science_education", "culture", "memory", "rights",
         "ecology", "civil_society", "interethnic", "diplomacy", "animals", "other"),
        LABELS,
        strict=True,
    )
)  # fmt: skip
UNSEEN = frozenset({"wa", "xa"})  # hands of the corpus that are a measure: nothing is trained on them
MIN_TEXTS, MIN_PAIR_TEXTS = 2, 4  # a term must be in so many texts, a pair of words in more
STRENGTH = 100.0  # inverse of the regularisation; of 10, 30, 100, 300 by the likelihood of unseen hands
SECTOR = "институты гражданского общества"  # its words (форум, грант, НКО) are in the news of every direction
SMOOTHING = 0.3  # of the naive Bayes
BAYES = 1.0  # share of the naive Bayes; of 0, 0.5, 1, 2, 4, 8 by cross-validation
MIXED = 3  # of 2, 3, 5; without mixtures the macro-F1 is about 0.02 lower
TEMPERATURES = np.round(np.arange(0.3, 2.01, 0.1), 1)


@dataclass(frozen=True)
class Example:
    """A labelled text as counts of its terms; ``article`` tells gold articles from written paragraphs."""

    name: str
    label: str
    counts: Counter[str]
    article: bool

    @property
    def hand(self) -> str:
        return hand_of(self.name)


@dataclass(frozen=True)
class CrossValidation:
    """What the model says of articles that it had not seen: rows by article, columns by label."""

    examples: list[Example]
    scores: Floats

    @property
    def labels(self) -> list[str]:
        return [rank_labels(LABELS, row)[0].label for row in self.scores.tolist()]

    def macro_f1(self) -> float:
        """Return the mean F1 of the labels that the gold has."""
        return float(np.mean([f1 for _, f1 in self.by_label().values()]))

    def tempered(self, temperature: float) -> CrossValidation:
        """Return what a model of this temperature would say, from scores made with temperature one."""
        powers = np.maximum(self.scores, 1e-9) ** (1 / temperature)
        return CrossValidation(self.examples, powers / powers.sum(1, keepdims=True))

    def by_label(self) -> dict[str, tuple[int, float]]:
        """Return how many articles have a label, and its F1."""
        truth, found = [example.label for example in self.examples], self.labels
        rows = {}
        for label in LABELS:
            if label not in truth:
                continue
            hits = sum(a == b == label for a, b in zip(truth, found, strict=True))
            rows[label] = truth.count(label), 2 * hits / (truth.count(label) + found.count(label))
        return rows

    def by_hand(self) -> dict[str, tuple[int, float]]:
        """Return how many articles a hand wrote, and how many of them are right, from 0 to 1."""
        right: defaultdict[str, list[bool]] = defaultdict(list)
        for example, label in zip(self.examples, self.labels, strict=True):
            right[example.hand].append(example.label == label)
        return {hand: (len(rows), float(np.mean(rows))) for hand, rows in sorted(right.items())}

    def totals(self) -> str:
        right = np.mean([e.label == label for e, label in zip(self.examples, self.labels, strict=True)])
        return f"macro-F1 {self.macro_f1():.3f}   accuracy {right:.3f}   articles {len(self.examples)}"

    def to_text(self) -> str:
        rows = [f"{label:34}{n:5}{f1:8.3f}" for label, (n, f1) in self.by_label().items()]
        rows += ["", *(f"hand {hand:29}{n:5}{right:8.3f}" for hand, (n, right) in self.by_hand().items()), ""]
        wrong = [
            f"{e.name}: {e.label} → {label}" for e, label in zip(self.examples, self.labels, strict=True)
            if e.label != label
        ]  # fmt: skip
        return "\n".join([*rows, self.totals(), "", *wrong])


def read_paragraphs(*folders: Path) -> list[Example]:
    """Read written texts: a file a label, a text a line, ``#`` begins a comment; by default all to learn from."""
    rows = []
    for folder, (stem, label) in product(folders or (TEXTS, TEXTS / "articles"), FILES.items()):
        lines = (folder / f"{stem}.txt").read_text(encoding="utf-8").splitlines()
        rows += [
            (f"{folder.name}/{stem}:{n}", label, line.replace(" | ", "\n"))
            for n, line in enumerate(lines, 1)
            if line and line[0] != "#"
        ]
    return list(_examples(rows, article=False))


def read_gold(corpus: Path, *, unseen: bool = False) -> list[Example]:
    """Read the articles of a corpus whose theme is known, those to learn from or those of ``UNSEEN`` hands.

    The gold states it, or else ``training/themes/labels.tsv``. Raises ``LetopisError`` where there are none.
    """
    rows = []
    labels = dict(line.split("\t") for line in (TEXTS / "labels.tsv").read_text(encoding="utf-8").splitlines()[1:])
    for path in sorted((corpus / "gold").glob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        if (hand_of(name) in UNSEEN) != unseen:
            continue
        theme = json.loads(path.read_text(encoding="utf-8")).get("theme") or labels.get(name)
        if theme:
            rows.append((name, theme, (corpus / "news" / f"{name}.txt").read_text(encoding="utf-8")))
    if not rows:
        raise LetopisError(f"{corpus}/gold: no gold with a theme; give the folder corpus of this repository")
    return list(_examples(rows, article=True))


def hand_of(name: str) -> str:
    """Return who wrote an article, by the letters of its name: ``"2015-06-09_ma13"`` → ``"ma"``."""
    return name.rpartition("_")[2].rstrip("0123456789")


def _examples(rows: Sequence[tuple[str, str, str]], *, article: bool) -> Iterator[Example]:
    from pipeline.reading import read_pages

    pages = read_pages([Article.from_text(text) for _, _, text in rows])
    for (name, label, _), page in zip(rows, pages, strict=True):
        yield Example(name, label, terms(page), article)


def train(examples: Sequence[Example], temperature: float = 1.0) -> Classifier:
    """Fit the classifier on labelled texts."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB

    examples = [*examples, *mix(examples)]
    frequency = Counter(term for example in examples for term in example.counts)
    vocabulary = sorted(t for t, n in frequency.items() if n >= (MIN_PAIR_TEXTS if " " in t else MIN_TEXTS))
    idf = np.array([np.log((1 + len(examples)) / (1 + frequency[term])) + 1 for term in vocabulary], np.float32)
    columns = {term: column for column, term in enumerate(vocabulary)}
    blank = np.zeros((len(vocabulary), len(LABELS)), np.float32)
    classifier = Classifier(LABELS, columns, idf, blank, blank.sum(0))
    model = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight="balanced")
    matrix, truth = _matrix(classifier, examples), [LABELS.index(example.label) for example in examples]
    model.fit(matrix, truth)
    bayes = ComplementNB(alpha=SMOOTHING).fit(matrix, truth).feature_log_prob_
    weights, bias = blank.T.copy(), blank.sum(0)
    weights[model.classes_] = model.coef_ + BAYES * (bayes - bayes.mean(0))
    bias[model.classes_] = model.intercept_
    return Classifier(LABELS, columns, idf, weights.T / temperature, bias / temperature)


def mix(examples: Sequence[Example]) -> list[Example]:
    """Return texts like articles: ``MIXED`` paragraphs of a label and one of the news of the sector.

    News of every direction speaks of forums, grants and organisations too; a mixture teaches what is by the way.
    """
    random = np.random.default_rng(0)
    sector = [example.counts for example in examples if example.label == SECTOR and not example.article]
    mixed = []
    for label in LABELS:
        own = [example.counts for example in examples if example.label == label and not example.article]
        order = random.permutation(len(own)).tolist()
        for n in range(0, len(own), MIXED):
            parts = [own[i] for i in order[n : n + MIXED]]
            counts = sum([*parts, sector[int(random.integers(len(sector)))]], Counter[str]())
            mixed.append(Example(f"{label}:{n}", label, counts, article=False))
    return mixed


def _matrix(classifier: Classifier, examples: Sequence[Example]) -> Any:
    from scipy.sparse import csr_matrix

    vectors = [classifier.vector(example.counts) for example in examples]
    ends = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
    columns, values = (np.concatenate([vector[part] for vector in vectors]) for part in (0, 1))
    return csr_matrix((values, columns, ends), shape=(len(examples), len(classifier.idf)))


def cross_validate(examples: Sequence[Example]) -> CrossValidation:
    """Score each article by a model that saw the paragraphs and the articles of all other hands."""
    articles = [example for example in examples if example.article]
    scores = np.zeros((len(articles), len(LABELS)), np.float32)
    for hand in sorted({example.hand for example in articles}):
        seen = [example for example in examples if not (example.article and example.hand == hand)]
        classifier = train(seen)
        for i, example in enumerate(articles):
            if example.hand == hand:
                scores[i] = classifier.scores(example.counts)
    return CrossValidation(articles, scores)


def score_shipped(examples: Sequence[Example]) -> CrossValidation:
    """Return what the shipped model says of articles."""
    scores = [load_classifier().scores(example.counts) for example in examples]
    return CrossValidation(list(examples), np.array(scores, np.float32))


def choose_temperature(measured: CrossValidation) -> float:
    """Return the temperature under which the truth was likeliest, from scores made with temperature one."""
    truth = [LABELS.index(example.label) for example in measured.examples]

    def loss(temperature: float) -> float:
        scores = measured.tempered(temperature).scores
        return -float(np.log(scores[np.arange(len(truth)), truth]).mean())

    return min(map(float, TEMPERATURES), key=loss)


def write_model(examples: Sequence[Example], path: Path = MODEL) -> Path:
    """Train on all texts and write the arrays; the same texts give the same bytes."""
    classifier = train(examples, choose_temperature(cross_validate(examples)))
    words = "\n".join(classifier.vocabulary).encode()
    arrays: dict[str, npt.NDArray[Any]] = {
        "vocabulary": np.frombuffer(words, np.uint8),
        "idf": classifier.idf.astype(np.float16),
        "weights": classifier.weights.astype(np.float16),
        "bias": classifier.bias.astype(np.float16),
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(ZipInfo(f"{name}.npy"), buffer.getvalue(), ZIP_DEFLATED)  # no time of day in it
    return path
