"""The Russian news models of the natasha wheel: names, morphology and syntax of words, several times faster.

`load_models()` reads the weights (0.2 s, once a process) and gives the same tags, heads and relations as slovnet;
`pipeline.models.segment` gives razdel's tokens and sentences. The parts: `weights` reads the archives,
`vocabulary` numbers words, `encoder` is the convolutional network that the three models share in kind,
`heads` and `crf` read its rows.

Batches are faster than single calls; 20 articles at a time are enough. Memory stays flat: sequences are worked
on in groups of some 16,000 words, and the table of words (3 × 75 MB) forgets those not seen for long.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from pipeline.models.heads import Layout, MorphHead, NERHead, SyntaxHead
from pipeline.models.vocabulary import Vocabulary
from pipeline.models.weights import EMBEDDING, WeightsError, data_folder, load_embedding, load_pack

__all__ = ["Models", "WeightsError", "load_models"]

Words = Sequence[str]
MAX_TEXT = 1 << 16  # words; longer texts are tagged in pieces
MAX_SENTENCE = 1 << 12  # words; longer sentences (lists, tables) are parsed in pieces: 64 MB for all pairs
GROUP = 1 << 14  # words worked on at a time


class Models:
    """Named entities, morphology and syntax, by lists of words as `segment.tokenize` cuts them."""

    def __init__(self) -> None:
        folder = data_folder()
        embedding = load_embedding(folder)
        ner, morph, syntax = (load_pack(folder, kind) for kind in ("ner", "morph", "syntax"))
        self.versions = {"ner": ner.id, "morph": morph.id, "syntax": syntax.id, "embedding": EMBEDDING}
        self._vocabulary = Vocabulary(embedding.words, ner.shapes)
        self._ner = NERHead(self._vocabulary, embedding, ner)
        self._morph = MorphHead(self._vocabulary, embedding, morph)
        self._syntax = SyntaxHead(self._vocabulary, embedding, syntax)
        self._lock = Lock()
        self._blas = ThreadpoolController().select(user_api="blas")
        self._names, self._tags, self._relations = (
            np.array(pack.tags, dtype=object) for pack in (ner, morph, syntax)
        )

    def ner(self, texts: Sequence[Words]) -> list[list[str]]:
        """Return the BIO tags of the words of whole texts.

        >>> load_models().ner([["В", "Томске", "выступила", "Анна", "Петрова"]])
        [['O', 'B-LOC', 'O', 'B-PER', 'I-PER']]
        """
        with self._alone():
            tags = [self._names[self._ner(layout)] for layout in self._layouts(texts, MAX_TEXT)]
        return _split(tags, texts)

    def morph(self, sentences: Sequence[Words]) -> list[list[str]]:
        """Return the tags of the words of sentences.

        >>> load_models().morph([["Приехали", "гости"]])[0][1]
        'NOUN|Animacy=Anim|Case=Nom|Gender=Masc|Number=Plur'
        """
        with self._alone():
            tags = [self._tags[self._morph(layout)] for layout in self._layouts(sentences, MAX_TEXT)]
        return _split(tags, sentences)

    def syntax(self, sentences: Sequence[Words]) -> list[tuple[list[int], list[str]]]:
        """Return the head of each word of sentences, as its index in the sentence, -1 for a root, and the relation.

        >>> load_models().syntax([["Приехали", "гости"]])
        [([-1, 0], ['root', 'nsubj'])]
        """
        heads, relations = [], []
        with self._alone():
            for layout in self._layouts(sentences, MAX_SENTENCE):
                found, kinds = self._syntax(layout)
                heads.append(found - 1)
                relations.append(self._relations[kinds])
        trees = zip(_split(heads, sentences), _split(relations, sentences), strict=True)
        return [(_shift_pieces(head), relation) for head, relation in trees]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One call at a time, as all write to the tables of words; one thread, or workers would fight for cores."""
        with self._lock, self._blas.limit(limits=1):
            yield

    def _layouts(self, sequences: Sequence[Words], limit: int) -> Iterator[Layout]:
        """Lay out sequences in groups, those over `limit` words in pieces."""
        words = self._vocabulary.encode(sequences)
        lengths = np.array([piece for words in sequences for piece in _pieces(len(words), limit)], np.int64)
        start = 0
        for group in np.split(lengths, np.flatnonzero(np.diff(np.cumsum(lengths) // GROUP)) + 1):
            size = int(group.sum())
            if size:
                yield Layout.of(words[start : start + size], group)
            start += size


def _pieces(length: int, limit: int) -> list[int]:
    return [min(limit, length - start) for start in range(0, length, limit)]


def _shift_pieces(heads: list[int]) -> list[int]:
    """Count the heads of a sentence parsed in pieces from its beginning."""
    if len(heads) <= MAX_SENTENCE:
        return heads
    return [head if head < 0 else head + i - i % MAX_SENTENCE for i, head in enumerate(heads)]


def _split(values: Sequence[npt.NDArray[Any]], sequences: Sequence[Words]) -> list[list[Any]]:
    """Values of all words → lists by sequence."""
    flat = np.concatenate(values).tolist() if values else []
    ends = np.cumsum([len(words) for words in sequences]).tolist()
    return [flat[end - len(words) : end] for words, end in zip(sequences, ends, strict=True)]


@lru_cache(maxsize=1)
def load_models() -> Models:
    """Return the models, loaded once a process."""
    return Models()
