"""How good themes are: coherence of their best words, stability under other articles, plain LDA beside them.

Coherence is NPMI: how much more often two best words of a theme stand in the same article than chance has it,
-1 never together … 0 by chance … 1 always together; the mean over pairs of the ``TOP`` best words and over themes.
Stability is how much of the best words stays when a fifth of the articles is left out, 0 … 1.
Sources
    Bouma 2009 (NPMI); Röder, Both, Hinneburg 2015 (coherence); Greene, O'Callaghan, Cunningham 2014 (stability).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import log

import numpy as np
import numpy.typing as npt

Counts = Mapping[str, int]
TOP = 10  # best words of a theme that are looked at
SEEDS = (1, 2, 3)
KEPT = 0.8


def coherence(themes: Sequence[Sequence[str]], articles: Sequence[Counts]) -> float:
    """Return the mean NPMI of the best words of themes over articles."""
    return float(np.mean([_npmi(words[:TOP], articles) for words in themes])) if themes else 0.0


def _npmi(words: Sequence[str], articles: Sequence[Counts]) -> float:
    where = {word: {i for i, counts in enumerate(articles) if word in counts} for word in words}
    values = [_pair(where[a], where[b], len(articles)) for a, b in combinations(words, 2)]
    return float(np.mean(values)) if values else 0.0


def _pair(a: set[int], b: set[int], size: int) -> float:
    both = len(a & b)
    if not both:
        return -1.0
    if both == size:
        return 0.0
    return log(both * size / (len(a) * len(b))) / -log(both / size)


def stability(
    fit: Callable[[list[Counts]], Sequence[Sequence[str]]],
    themes: Sequence[Sequence[str]],
    articles: Sequence[Counts],
) -> float:
    """Return the mean overlap (Jaccard) of themes with those fitted on other parts of the articles."""
    from scipy.optimize import linear_sum_assignment

    overlaps = []
    for seed in SEEDS:
        chosen = np.random.default_rng(seed).permutation(len(articles))[: int(KEPT * len(articles))]
        others = fit([articles[i] for i in sorted(chosen.tolist())])
        table = np.array([[_jaccard(a[:TOP], b[:TOP]) for b in others] for a in themes])
        overlaps.append(float(table[linear_sum_assignment(-table)].mean()))
    return float(np.mean(overlaps))


def _jaccard(a: Sequence[str], b: Sequence[str]) -> float:
    return len({*a} & {*b}) / len({*a} | {*b})


def lda_words(articles: Sequence[Counts], count: int, *, min_articles: int = 1) -> list[list[str]]:
    """Return the best words of plain scikit-learn LDA over the same counts, for comparison."""
    from sklearn.decomposition import LatentDirichletAllocation
    from sklearn.feature_extraction import DictVectorizer

    frequency = Counter(word for counts in articles for word in counts)
    kept = [{word: n for word, n in counts.items() if frequency[word] >= min_articles} for counts in articles]
    vectorizer = DictVectorizer(dtype=np.float64)
    matrix = vectorizer.fit_transform(kept)
    lda = LatentDirichletAllocation(n_components=count, random_state=0).fit(matrix)
    return best_words(lda.components_, vectorizer.get_feature_names_out().tolist())


def best_words(components: npt.NDArray[np.floating], words: Sequence[str], count: int = TOP) -> list[list[str]]:
    """Return the words with the highest weights of each row of ``components`` (n_themes, n_words)."""
    order = np.argsort(-components, axis=1, kind="stable")[:, :count]
    return [[words[column] for column in row] for row in order.tolist()]
