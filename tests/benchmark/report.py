"""The times of both systems as a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import zip_longest
from statistics import median
from typing import Any

from tests.benchmark.systems import STAGES, WHOLE, Found, Seconds

MODELS = ("ner", "morph", "syntax")


@dataclass(frozen=True)
class Result:
    """What was measured: seconds by system, round and stage; floors in microseconds a token."""

    n_texts: int
    n_tokens: int
    times: dict[str, list[Seconds]]
    load: dict[str, float]
    memory: dict[str, float]
    floors: dict[str, tuple[float, float]]
    different: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def seconds(self, system: str, *stages: str, first: bool = False) -> float:
        """Median over the rounds of the sum of stages, or its value in the first round."""
        sums = [sum(times[stage] for stage in stages) for times in self.times[system]]
        return sums[0] if first else median(sums)

    def ratio(self, theirs: tuple[str, ...], ours: tuple[str, ...], *, first: bool = False) -> float:
        """Median over the rounds of natasha's time over Letopis' in the same round."""
        ratios = [
            sum(a[stage] for stage in theirs) / sum(b[stage] for stage in ours)
            for a, b in zip(self.times["natasha"], self.times["letopis"], strict=True)
        ]
        return ratios[0] if first else median(ratios)


def differences(theirs: list[Found], ours: list[Found]) -> dict[str, int]:
    """Count the tokens with another boundary, tag, head or relation, and the entities only one has."""
    counts = dict.fromkeys(("tokens", "tags", "heads", "relations", "entities"), 0)
    for (tokens, entities), (our_tokens, our_entities) in zip(theirs, ours, strict=True):
        for a, b in zip_longest(tokens, our_tokens, fillvalue=(-1, -1, "", -1, "")):
            counts["tokens"] += a[:2] != b[:2]
            counts["tags"] += a[2] != b[2]
            counts["heads"] += a[3] != b[3]
            counts["relations"] += a[4] != b[4]
        counts["entities"] += len(set(entities) ^ set(our_entities))
    return counts


def markdown(result: Result) -> str:
    """The table of the README."""
    rows = [_row(result, stage, (stage,)) for stage in STAGES if stage != "lemmas"]
    rows.append(_row(result, "models together", MODELS))
    rows.append(_row(result, "whole: natasha with lemmas, Letopis with records on disk", (WHOLE,)))
    return "\n".join(
        [
            f"{result.n_texts} texts, {result.n_tokens} tokens, median of {len(result.times['letopis'])} rounds, "
            "one thread; milliseconds a text.\n",
            "| stage | natasha | Letopis | times as fast | in round 1 | floor | floor, words known |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            *_sentences(result),
            "",
        ]
    )


def _row(result: Result, name: str, stages: tuple[str, ...]) -> str:
    theirs, ours = (result.seconds(system, *stages) for system in ("natasha", "letopis"))
    floors = [
        f"{sum(result.floors[stage][i] for stage in stages) * result.n_tokens / result.n_texts / 1000:.2f}"
        if set(stages) <= set(MODELS)
        else ""
        for i in (0, 1)
    ]
    cells = [
        name,
        *(f"{1000 * seconds / result.n_texts:.2f}" for seconds in (theirs, ours)),
        f"{result.ratio(stages, stages):.1f}",
        f"{result.ratio(stages, stages, first=True):.1f}",
        *floors,
    ]
    return f"| {' | '.join(cells)} |"


def _sentences(result: Result) -> list[str]:
    lines = []
    for name, title in (("natasha", "natasha"), ("letopis", "Letopis")):
        seconds = result.seconds(name, WHOLE)
        lines.append(
            f"- {title}: {result.n_texts / seconds:.0f} texts/s, {result.n_tokens / seconds:.0f} tokens/s, "
            f"loads in {result.load[name]:.1f} s, peak memory {result.memory[name]:.0f} MB."
        )
    counts = ", ".join(f"{count} {name}" for name, count in result.different.items())
    return [*lines, f"- Differences between the two on these texts: {counts}."]
