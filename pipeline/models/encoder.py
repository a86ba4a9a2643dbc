"""The encoder of slovnet's models: three convolutions over the words of a text, in float32 numpy.

A layer is a convolution over three words, ReLU and batch normalisation: 330 → 256 → 128 → 64 channels. These
steps make it several times faster than the library, and give the same figures but for rounding:

1. Sequences are laid end to end with an empty row between them, instead of padded to one length, and the long
   layout is cut in blocks of rows that fit the processor's cache. An output row depends on three rows to either
   side, so a block brings these along and it does not matter where it is cut.
2. The first convolution is tabulated. Its input is one of few distinct words, so what a word gives to the row
   before it, to its own and to the next is computed once and kept; a row is then a sum of three rows of
   the table.
3. The other convolutions compute two rows at a time by four matrix products instead of six, F(2, 3) in
   Winograd's minimal filtering.
4. Batch normalisation is folded into the weights that follow; rows of boundaries are set to the value that
   these weights see as zero.

Sources: slovnet 0.6 `exec/model.py` (MIT licence); Lavin & Gray, Fast Algorithms for Convolutional Neural
Networks, 2015 (arXiv 1509.09308).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from pipeline.models.vocabulary import BOUNDARY, Ints, Vocabulary
from pipeline.models.weights import Embedding, Floats

BLOCK = 1024  # rows, even; on 256 to 2048 the fastest, as what a block needs fits the second-level cache
HALO = 3  # rows to either side that an output row depends on: one a layer
TABLE_WORDS = 3 << 13  # words kept, 75 MB a model: seven of eight words of unseen news stand in the table


class WordTable:
    """What each word gives to the three rows around it in the first convolution, for the words seen lately."""

    def __init__(self, vocabulary: Vocabulary, embedding: Embedding, tree: Mapping[str, Any]) -> None:
        """`tree`: the part of the model with `emb` and `encoder`."""
        convolution = tree["encoder"]["layers"][0]["conv"]
        bias = np.zeros((3, 1, len(convolution["bias"])), np.float32)
        bias[1] = convolution["bias"]  # comes with the word in the middle
        self._weight = np.hstack([convolution["weight"].transpose(2, 1, 0), bias])  # (3, 331, 256)
        self._vocabulary = vocabulary
        self._embedding = embedding
        shapes = tree["emb"]["shape"]["weight"]
        self._shapes = np.hstack([shapes, np.ones((len(shapes), 1), np.float32)])  # (n_shapes, 31), 1 for the bias
        # What a word gives as the one before, in the middle and after; row 0 is of the boundary and stays zero.
        # `empty`, not `zeros`: numpy then asks for huge pages, which halves the time of a look-up.
        self._taps = [np.empty((TABLE_WORDS, self._weight.shape[2]), np.float32) for _ in range(3)]
        for tap in self._taps:
            tap[0] = 0
        self._clear()

    def _clear(self) -> None:
        self._slots = np.zeros(1, np.int64)  # number of a word → its row, -1: has none
        self._words = np.zeros(TABLE_WORDS, np.int64)  # row → number of its word
        self._used = np.zeros(TABLE_WORDS, np.int64)  # row → when it was last asked for
        self._free = np.arange(1, TABLE_WORDS)
        self._clock = 0
        self._generation = self._vocabulary.generation

    def convolve(self, words: Ints) -> Floats:
        """Return the first convolution (n - 2, 256) of words (n,), without its ends."""
        rows = self._find(words)
        before, middle, after = self._taps
        sums: Floats = before[rows[:-2]]
        sums += middle[rows[1:-1]]
        sums += after[rows[2:]]
        return sums

    def _find(self, words: Ints) -> Ints:
        """The rows of at most `BLOCK` + 2 `HALO` words, computed first where they are missing."""
        if self._generation != self._vocabulary.generation:
            self._clear()
        unknown = len(self._vocabulary.pairs) - len(self._slots)
        if unknown > 0:
            self._slots = np.pad(self._slots, (0, unknown + len(self._slots)), constant_values=-1)
        self._clock += 1
        rows = self._slots[words]
        missing = np.unique(words[rows < 0])
        if missing.size:
            self._used[rows[rows >= 0]] = self._clock
            self._compute(missing)
            rows = self._slots[words]
        self._used[rows] = self._clock
        return rows

    def _compute(self, words: Ints) -> None:
        if len(self._free) < len(words):
            self._forget(max(TABLE_WORDS // 8, len(words)))
        rows, self._free = self._free[: len(words)], self._free[len(words) :]
        pairs = np.array([self._vocabulary.pairs[word] for word in words.tolist()])
        vectors = np.hstack([self._embedding.vectors(pairs[:, 0]), self._shapes[pairs[:, 1]]])
        for tap, weight in zip(self._taps, self._weight, strict=True):
            tap[rows] = vectors @ weight
        self._slots[words] = rows
        self._words[rows] = words

    def _forget(self, count: int) -> None:
        """Free the rows not asked for longest."""
        rows = 1 + np.argpartition(self._used[1:], count)[:count]
        held = self._words[rows]
        self._slots[held[held != BOUNDARY]] = -1
        self._words[rows] = BOUNDARY
        self._free = rows


class Convolution:
    """A layer after the first, ReLU included: rows (2 n + 2, in) → (2 n, out).

    Rows 0 … 3 and taps g0, g1, g2 give a = (r0 - r2) g0, b = (r1 + r2) (g0 + g1 + g2) / 2,
    c = (r2 - r1) (g0 - g1 + g2) / 2, d = (r1 - r3) g2, and two rows of output: a + b + c and b - c - d.
    """

    def __init__(self, weight: Floats, bias: Floats) -> None:
        """`weight` (3, in, out), `bias` (out,)."""
        before, here, after = weight
        self._weight = before, (before + here + after) / 2, (before - here + after) / 2, after
        self._bias = bias

    def __call__(self, rows: Floats) -> Floats:
        n_in, n_out = self._weight[0].shape
        pairs = rows.reshape(-1, 2 * n_in)
        first, second = pairs[:-1], pairs[1:]  # rows (0, 1) and (2, 3) of each four
        outer = first - second
        inner = first[:, n_in:], second[:, :n_in]
        a = outer[:, :n_in] @ self._weight[0]
        b = (inner[0] + inner[1]) @ self._weight[1]
        c = (inner[1] - inner[0]) @ self._weight[2]
        d = outer[:, n_in:] @ self._weight[3]
        b += self._bias
        sums = np.empty((len(first), 2 * n_out), np.float32)
        even, odd = sums[:, :n_out], sums[:, n_out:]
        np.add(a, b, out=even)
        even += c
        np.subtract(b, c, out=odd)
        odd -= d
        return np.maximum(sums, 0, out=sums).reshape(-1, n_out)


class Encoder:
    """Words laid end to end → 64 channels a word."""

    def __init__(self, vocabulary: Vocabulary, embedding: Embedding, tree: Mapping[str, Any]) -> None:
        """`tree`: the part of the model with `emb` and `encoder`."""
        self._table = WordTable(vocabulary, embedding, tree)
        self._layers: list[tuple[Floats, Convolution]] = []  # with the row that the convolution sees as zero
        layers = tree["encoder"]["layers"]
        self.scale, self.shift = _normalisation(layers[0]["norm"])
        for layer in layers[1:]:
            weight = layer["conv"]["weight"].transpose(2, 1, 0)  # (3, in, out)
            bias = layer["conv"]["bias"] + (self.shift @ weight).sum(0)
            zero = -self.shift / self.scale
            self._layers.append((zero, Convolution(self.scale[:, None] * weight, bias)))
            self.scale, self.shift = _normalisation(layer["norm"])

    def __call__(self, layout: Ints) -> Iterator[Floats]:
        """Yield the rows (n_rows, 64) of a layout (n_rows,) block by block, to be taken × `scale` + `shift`.

        The layout holds numbers of words, with `BOUNDARY` between sequences; its rows mean nothing there.
        """
        words = np.pad(layout, (HALO, HALO + len(layout) % 2), constant_values=BOUNDARY)
        for start in range(0, len(layout), BLOCK):
            rows = self._encode(words[start : start + BLOCK + 2 * HALO])
            yield rows[: len(layout) - start]

    def _encode(self, words: Ints) -> Floats:
        boundaries = words == BOUNDARY
        rows = self._table.convolve(words)
        np.maximum(rows, 0, out=rows)
        for halo, (zero, convolution) in enumerate(self._layers, 1):
            rows[boundaries[halo:-halo]] = zero
            rows = convolution(rows)
        return rows

    def fold(self, weight: Floats, bias: Floats) -> tuple[Floats, Floats]:
        """Return weight (64, n) and bias (n,) to use on the rows in place of those of the layer that follows."""
        return self.scale[:, None] * weight, bias + self.shift @ weight


def _normalisation(norm: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Batch normalisation as scale and shift by channel."""
    scale = norm["weight"] / norm["std"]
    return scale, norm["bias"] - norm["mean"] * scale
