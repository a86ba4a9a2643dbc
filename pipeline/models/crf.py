"""The best sequence of tags under a linear-chain CRF, for many texts at once.

1. The texts are cut in windows, with a margin on both sides that is thrown away after decoding: how a text goes
   on tells little of a tag far from it (truncated Viterbi decoding, as in radio receivers). So long texts take
   no longer than many short ones.
2. The Viterbi algorithm steps along all windows together, and numpy's calls are shared by them. Windows go from
   long to short: those still running at a step are always the first ones.

Source: slovnet 0.6 `exec/model.py` (`CRF`, MIT licence).
"""

from itertools import pairwise

import numpy as np

from pipeline.models.vocabulary import Ints
from pipeline.models.weights import Floats

CORE = 64
# On 327,000 words of news in windows of 16, margins of 4, 8, 12, 16 words left 102, 10, 2, 0 tags unlike those
# of whole texts.
MARGIN = 32


def best_tags(emissions: Floats, lengths: Ints, transitions: Floats) -> Ints:
    """Return the tags (n,) of the best paths.

    Args:
        emissions: (n, n_tags), texts one after another.
        lengths: (n_texts,), summing up to n.
        transitions: (n_tags, n_tags), from, to.
    """
    n_windows = -(-lengths // CORE)
    text = np.repeat(np.arange(len(lengths)), n_windows)
    core = CORE * _count(n_windows)  # where the core of each window starts in its text
    start = np.maximum(core - MARGIN, 0)
    size = np.minimum(core + CORE + MARGIN, lengths[text]) - start
    words = np.repeat((np.cumsum(lengths) - lengths)[text] + start, size) + _count(size)
    in_core = (np.repeat(core - start, size) <= _count(size)) & (
        _count(size) < np.repeat(core - start + CORE, size)
    )
    return viterbi(emissions[words], size, transitions)[in_core]


def _count(sizes: Ints) -> Ints:
    """0, 1 … of each size in turn: [2, 3] → [0, 1, 0, 1, 2]."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def viterbi(emissions: Floats, lengths: Ints, transitions: Floats) -> Ints:
    """Return the tags of the best paths: `best_tags` without windows."""
    tags = np.empty(len(emissions), np.int64)
    order, bounds = _steps(lengths)
    scores = np.ascontiguousarray(emissions[order].T)  # (n_tags, n), step by step; scores of paths replace them
    steps = [scores[:, start:stop] for start, stop in pairwise(bounds)]
    for before, here in pairwise(steps):
        here += (before[:, None, : here.shape[1]] + transitions[:, :, None]).max(0)
    tags[order] = _follow_back(steps, transitions)
    return tags


def _steps(lengths: Ints) -> tuple[Ints, list[int]]:
    """The tokens step by step, longest sequences first, and where in this list each step starts."""
    longest_first = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[longest_first]
    running = np.searchsorted(-lengths[longest_first], -np.arange(lengths.max(initial=0)))
    order = starts[_count(running)] + np.repeat(np.arange(len(running)), running)
    return order, [0, *np.cumsum(running).tolist()]


def _follow_back(steps: list[Floats], transitions: Floats) -> Ints:
    """The tags of the best paths, step by step, found from the last step to the first."""
    path: list[Ints] = [np.empty(0, np.int64)]
    for scores in reversed(steps):
        after = path[-1]
        ways = scores.copy()
        ways[:, : len(after)] += transitions[:, after]
        path.append(ways.argmax(0))
    return np.concatenate(path[::-1])
