"""The best sequence of tags under a linear-chain CRF, for many sequences at once.

The Viterbi algorithm steps along all sequences together, so that numpy's calls are shared by them. Sequences
go from long to short: those still running at a step are always the first ones. What a step needs lies side by
side: `order` lists the tokens step by step.

Source: slovnet 0.6 `exec/model.py` (`CRF`, MIT licence). Scores are summed in float64: over a long text
float32 would lose the differences between paths.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.models.vocabulary import Ints
from pipeline.models.weights import Floats


def best_tags(emissions: Floats, lengths: Ints, transitions: Floats) -> Ints:
    """Return the tags (n,) of the best paths.

    Args:
        emissions: (n, n_tags), the sequences one after another.
        lengths: (n_sequences,), summing up to n.
        transitions: (n_tags, n_tags), from, to.
    """
    tags = np.empty(len(emissions), np.int64)
    if not len(tags):
        return tags
    order, bounds = _steps(lengths)
    scores = emissions[order].T.astype(np.float64)  # (n_tags, n); row by row the scores of paths replace them
    steps = [scores[:, start:stop] for start, stop in pairwise(bounds)]
    moves = transitions.astype(np.float64)
    for before, here in pairwise(steps):
        running = here.shape[1]
        here += (before[:, None, :running] + moves[:, :, None]).max(0)
    tags[order] = _follow_back(steps, moves)
    return tags


def _steps(lengths: Ints) -> tuple[Ints, list[int]]:
    """Tokens step by step, and where in this list each step starts."""
    longest_first = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[longest_first]
    n_steps = int(lengths.max())
    running = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(n_steps), side="right")
    bounds = np.concatenate([[0], np.cumsum(running)])
    step = np.repeat(np.arange(n_steps), running)
    order = starts[np.arange(len(step)) - bounds[step]] + step
    return order, bounds.tolist()


def _follow_back(steps: list[npt.NDArray[np.float64]], moves: npt.NDArray[np.float64]) -> Ints:
    """The tags of the best paths step by step, from the last step to the first."""
    path: list[Ints] = []
    tags = np.empty(0, np.int64)
    for scores in reversed(steps):
        scores = scores.copy()
        scores[:, : len(tags)] += moves[:, tags]  # where the path goes on: to the tag it goes to
        tags = scores.argmax(0)
        path.append(tags)
    return np.concatenate(path[::-1])
