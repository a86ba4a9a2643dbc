"""What slovnet's models read off an encoded word: its tag, its part of a name, its head and relation.

A head takes words laid end to end and gives numbers; `Models` gives them names.

Syntax is biaffine (Dozat & Manning 2017, arXiv 1611.01734): a word as dependent, times a matrix, times each
candidate head; the boundary before a sentence stands for its root. The relation is read off the word and the
chosen head by 45 bilinear forms of 32 × 32.

Source: slovnet 0.6 `exec/model.py` (`MorphHead`, `NERHead`, `SyntaxHead`, `SyntaxRel`; MIT licence).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.models.crf import best_tags
from pipeline.models.encoder import Encoder
from pipeline.models.vocabulary import BOUNDARY, Ints, Vocabulary
from pipeline.models.weights import Embedding, Floats, Pack

# Two words with the same seven words around them have the same score as heads, and the first is to win. Rounding
# puts them up to 2e-6 apart; scores of different words were never closer than 1e-4 (110,000 words of news).
TIE = np.float32(1e-5)
SCORES = 1 << 18  # scores of words as heads computed at a time, 1 MB
RELATIONS = 256  # words whose relations are scored at a time; 256 × 45 × 32 × 4 bytes fit the cache


@dataclass(frozen=True)
class Layout:
    """Sequences laid end to end, a boundary before and after each."""

    rows: Ints  # (n_rows,): numbers of words and boundaries
    lengths: Ints  # (n_sequences,): words of each

    @classmethod
    def of(cls, words: Ints, lengths: Ints) -> "Layout":
        """Lay out sequences of given lengths; words (n_words,) holds them one after another."""
        rows = np.full(len(words) + len(lengths) + 1, BOUNDARY)
        rows[np.arange(1, len(words) + 1) + np.repeat(np.arange(len(lengths)), lengths)] = words
        return cls(rows, lengths)

    @property
    def words(self) -> npt.NDArray[np.bool_]:
        """Which rows are words, (n_rows,)."""
        words: npt.NDArray[np.bool_] = self.rows != BOUNDARY
        return words


class MorphHead:
    """The tag with the highest score."""

    def __init__(self, vocabulary: Vocabulary, embedding: Embedding, pack: Pack) -> None:
        self._encoder = Encoder(vocabulary, embedding, pack.tree)
        projection = pack.tree["head"]["proj"]
        self._weight = np.vstack(self._encoder.fold(projection["weight"], projection["bias"]))  # (65, 753)

    def __call__(self, layout: Layout) -> Ints:
        """Return the tags (n_words,)."""
        return np.concatenate(list(self._tags(layout)))

    def _tags(self, layout: Layout) -> Iterator[Ints]:
        words, start = layout.words, 0
        for rows in self._encoder(layout.rows):
            ones = np.ones((len(rows), 1), np.float32)
            scores = np.hstack([rows, ones])[words[start : start + len(rows)]] @ self._weight
            yield scores.argmax(1)
            start += len(rows)


class NERHead:
    """The best path of BIO tags."""

    def __init__(self, vocabulary: Vocabulary, embedding: Embedding, pack: Pack) -> None:
        self._encoder = Encoder(vocabulary, embedding, pack.tree)
        projection = pack.tree["head"]["proj"]
        self._weight, self._bias = self._encoder.fold(projection["weight"], projection["bias"])  # (64, 8), (8,)
        self._transitions: Floats = pack.tree["head"]["crf"]["transitions"]

    def __call__(self, layout: Layout) -> Ints:
        """Return the tags (n_words,)."""
        scores = np.concatenate([rows @ self._weight for rows in self._encoder(layout.rows)])
        return best_tags(scores[layout.words] + self._bias, layout.lengths, self._transitions)


class SyntaxHead:
    """The head with the highest score, whatever tree that makes, and the relation to it."""

    def __init__(self, vocabulary: Vocabulary, embedding: Embedding, pack: Pack) -> None:
        self._encoder = Encoder(vocabulary, embedding, pack.tree)
        arcs, relations = pack.tree["head"], pack.tree["rel"]
        views = [arcs["head"], arcs["tail"], relations["head"], relations["tail"]]
        folded = [self._encoder.fold(view["proj"]["weight"], view["proj"]["bias"]) for view in views]
        self._weight = np.hstack([weight for weight, _ in folded])  # (64, 4 × 32)
        self._bias = np.hstack([bias for _, bias in folded])
        self._root = _view(arcs["tail"], arcs["root"]), _view(relations["head"], relations["root"])
        self._arcs: Floats = arcs["kernel"]  # (32, 32)
        self._relations: Floats = relations["kernel"]  # (32, 45 × 32): head, relation × dependent

    def __call__(self, layout: Layout) -> tuple[Ints, Ints]:
        """Return heads (n_words,), counted from 1 in the sentence, 0 for the root, and relations (n_words,)."""
        views = np.concatenate([rows @ self._weight for rows in self._encoder(layout.rows)])
        np.maximum(np.add(views, self._bias, out=views), 0, out=views)
        dependent, candidate, head, tail = np.hsplit(views, 4)
        words = layout.words
        candidate[~words], head[~words] = self._root
        heads = self._find_heads(dependent @ self._arcs, candidate, layout.lengths)[words]
        starts = np.repeat(np.flatnonzero(~words)[:-1], layout.lengths)
        return heads, self._name_relations(head[starts + heads], tail[words])

    def _find_heads(self, dependents: Floats, candidates: Floats, lengths: Ints) -> Ints:
        """The best head of each word, sentences of one length together."""
        heads = np.empty(len(dependents), np.int64)
        starts = np.cumsum(lengths + 1) - lengths - 1
        for length in np.unique(lengths).tolist():
            same = starts[lengths == length, None]
            step = max(1, SCORES // length**2)
            for first in range(0, len(same), step):
                rows = same[first : first + step] + np.arange(length + 1)
                scores = dependents[rows[:, 1:]] @ candidates[rows].swapaxes(1, 2)
                best = scores.max(2, keepdims=True)
                heads[rows[:, 1:]] = (scores >= best - TIE).argmax(2)
        return heads

    def _name_relations(self, heads: Floats, dependents: Floats) -> Ints:
        """The best relation of each pair of head and dependent, both (n_words, 32)."""
        relations = []
        for start in range(0, len(heads), RELATIONS):
            views = dependents[start : start + RELATIONS, :, None]
            forms = heads[start : start + RELATIONS] @ self._relations
            relations.append((forms.reshape(len(views), -1, views.shape[1]) @ views).argmax(1))
        return np.concatenate(relations)[:, 0]


def _view(layer: dict[str, dict[str, Floats]], rows: Floats) -> Floats:
    """A linear layer with ReLU."""
    view: Floats = np.maximum(rows @ layer["proj"]["weight"] + layer["proj"]["bias"], 0)
    return view
