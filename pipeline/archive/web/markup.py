"""An article as HTML: what was found in it marked by kind, entities linked to their pages.

Spans may lie in each other (a city in the name of an organisation) or cross; what crosses is closed and opened
again. A link never lies in a link: the outer one counts. All text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class MarkSpan:
    """A span to mark: its kind (a class of the style sheet), the page it leads to, an anchor, a hint."""

    start: int
    end: int
    kind: str
    href: str | None = None
    anchor: str | None = None
    title: str | None = None


def mark_text(text: str, spans: Iterable[MarkSpan]) -> list[Markup]:
    """Return the lines of a text with its spans marked; blank lines and spans outside the text are left out."""
    known = sorted((s for s in spans if 0 <= s.start < s.end <= len(text)), key=lambda s: (s.start, -s.end, s.kind))
    lines, at, used = [], 0, set[str]()
    for line in text.split("\n"):
        stop = at + len(line)
        inside = [
            replace(s, start=max(s.start, at) - at, end=min(s.end, stop) - at)
            for s in known
            if s.start < stop and s.end > at
        ]
        if line.strip():
            lines.append(_mark_line(line, inside, used))
        at = stop + 1
    return lines


def _mark_line(line: str, spans: Sequence[MarkSpan], used: set[str]) -> Markup:
    html: list[Markup] = []
    around: list[MarkSpan] = []
    at = 0
    for place in sorted({s.start for s in spans} | {s.end for s in spans}):
        html.append(escape(line[at:place]))
        at = place
        ended = next((i for i, s in enumerate(around) if s.end <= place), len(around))
        html += [_close(around[i], around[:i]) for i in range(len(around) - 1, ended - 1, -1)]
        opening = [s for s in around[ended:] if s.end > place] + [s for s in spans if s.start == place]
        around = around[:ended]
        for span in opening:
            html.append(_open(span, around, used))
            around.append(span)
    html.append(escape(line[at:]))
    return Markup("").join(html)


def _is_link(span: MarkSpan, around: Sequence[MarkSpan]) -> bool:
    return span.href is not None and not any(s.href for s in around)


def _open(span: MarkSpan, around: Sequence[MarkSpan], used: set[str]) -> Markup:
    attributes = Markup(' class="m {}"').format(span.kind)
    if span.anchor and span.anchor not in used:
        used.add(span.anchor)
        attributes += Markup(' id="{}"').format(span.anchor)
    if span.title:
        attributes += Markup(' title="{}"').format(span.title)
    if _is_link(span, around):
        return Markup('<a href="{}"{}>').format(span.href, attributes)
    return Markup("<mark{}>").format(attributes)


def _close(span: MarkSpan, around: Sequence[MarkSpan]) -> Markup:
    return Markup("</a>") if _is_link(span, around) else Markup("</mark>")
