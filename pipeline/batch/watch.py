"""Who looks on while a run works: a progress bar for a person, a log, and a status file for a monitor."""

from __future__ import annotations

import json
import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from pipeline.batch.manifest import Plan
from pipeline.batch.options import NUMBERS, Tally
from pipeline.errors import LetopisError
from pipeline.ingest import SourceError

LOG = logging.getLogger("letopis")
LOG.addHandler(logging.NullHandler())  # else Python prints what the terminal shows already
STATUS_SECONDS = 5.0
TICK_SECONDS = 0.2
SHOWN = 10  # problems shown in the terminal; all are in errors.jsonl


class ConsoleWatch:
    """Shows a run in the terminal, logs it, and keeps its status file."""

    def __init__(self, console: Console, *, status_file: Path | None = None, quiet: bool = False) -> None:
        self._console, self._status_file, self._quiet = console, status_file, quiet
        self._tally = Tally()
        self._shown = 0
        self._ticked = self._status = 0.0
        self._progress = _progress(console)
        self._task = self._progress.add_task("", total=None, tally=self._tally)
        self.stop = False

    def planned(self, plan: Plan, tally: Tally) -> None:
        """The work is known: the bar has a length."""
        self._tally = tally
        LOG.info(
            "planned", extra={"new": plan.new, "changed": plan.changed, "gone": plan.gone, "bytes": plan.bytes}
        )
        self._progress.update(self._task, total=plan.bytes or None, tally=tally)

    def problem(self, problem: SourceError) -> None:
        """Show the first few, log all."""
        LOG.log(logging.ERROR if problem.level == "error" else logging.WARNING, problem.message)
        if problem.level == "error" and not self._quiet:
            self._shown += 1
            if self._shown <= SHOWN:
                self._console.print(Text(problem.message, style="yellow"))
            elif self._shown == SHOWN + 1:
                self._console.print(Text("… further errors are only listed in errors.jsonl", style="yellow"))

    def committed(self, records: int) -> None:
        """A shard is on the disk."""
        LOG.info("committed", extra={"records": records, **_figures(self._tally)})

    def tick(self) -> None:
        """Something was done."""
        now = time.monotonic()
        if now - self._ticked > TICK_SECONDS:
            self._ticked = now
            self._progress.update(self._task, completed=self._tally.bytes, tally=self._tally)
        if self._status_file and now - self._status > STATUS_SECONDS:
            self._status = now
            write_status(self._status_file, self._tally, "running")

    def close(self, state: str) -> None:
        """The run has ended: done, stopped or failed."""
        self._progress.stop()
        LOG.info(state, extra=_figures(self._tally))
        if self._status_file:
            write_status(self._status_file, self._tally, state)

    @contextmanager
    def until_told(self) -> Iterator[None]:
        """End the run in good order at Ctrl-C or SIGTERM; at a second Ctrl-C, at once."""

        def ask(number: int, _: FrameType | None) -> None:
            if self.stop:
                raise KeyboardInterrupt
            self.stop = True
            self._console.print(
                "[yellow]stopping: what is under way is finished and kept[/] (Ctrl-C again: at once)"
            )

        told = (signal.SIGINT, signal.SIGTERM) if current_thread() is main_thread() else ()
        before = {number: signal.signal(number, ask) for number in told}
        state = "failed"
        if not self._quiet:
            self._progress.start()
        try:
            yield
            state = "stopped" if self._tally.stopped else "done"
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.close(state)


def write_status(path: Path, tally: Tally, state: str) -> None:
    """Write the status file, whole or not at all: JSON, or Prometheus text for the name ``*.prom``."""
    text = (
        prometheus(tally, state)
        if path.suffix == ".prom"
        else json.dumps({"state": state, "updated": _now(), **tally.to_dict()}, ensure_ascii=False, indent=1)
    )
    temporary = path.with_name(f".{path.name}.tmp")
    with suppress(OSError):  # a monitor that cannot be served stops no run
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(path)


def prometheus(tally: Tally, state: str) -> str:
    """The counts in Prometheus' text format, for the textfile collector of its node exporter."""
    lines = []
    for name in [*NUMBERS, "articles"]:
        lines += [f"# TYPE letopis_{name} gauge", f"letopis_{name} {getattr(tally, name)}"]
    lines += ["# TYPE letopis_found gauge"]
    lines += [f'letopis_found{{kind="{kind}"}} {count}' for kind, count in sorted(tally.found.items())]
    lines += ["# TYPE letopis_articles_per_second gauge", f"letopis_articles_per_second {tally.rate:.2f}"]
    lines += ["# TYPE letopis_updated_seconds gauge", f"letopis_updated_seconds {time.time():.0f}"]
    lines += ["# TYPE letopis_running gauge", f"letopis_running {int(state == 'running')}"]
    return "\n".join(lines)


def log_to(path: Path) -> None:
    """Write the log as JSON Lines: time, level, message, and the figures of the moment."""
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise LetopisError(
            f"--log-json {path}: cannot be written ({error.strerror}); choose another place"
        ) from error
    handler.setFormatter(JsonFormatter())
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


class JsonFormatter(logging.Formatter):
    """A record of the log as one line of JSON."""

    STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        extra = {name: value for name, value in vars(record).items() if name not in self.STANDARD}
        time_of = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        row = {"time": time_of, "level": record.levelname.lower(), "event": record.getMessage(), **extra}
        return json.dumps(row, ensure_ascii=False, default=str)


class _Figures(ProgressColumn):
    """Articles, errors and speed beside the bar."""

    def render(self, task: Task) -> Text:
        tally: Tally = task.fields["tally"]
        errors = f" · {tally.errors:,} errors" if tally.errors else ""
        return Text(f"{tally.articles:,} articles{errors} · {tally.rate:.0f}/s", style="cyan")


class _Left(ProgressColumn):
    """Time left, by the share of bytes that are read."""

    def render(self, task: Task) -> Text:
        left = task.fields["tally"].seconds_left()
        return Text("" if left is None else f"{duration(left)} left", style="dim")


def duration(seconds: float) -> str:
    """Seconds as people say them.

    >>> duration(3725)
    '1 h 02 min'
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _progress(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f} %"),
        _Figures(),
        _Left(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _figures(tally: Tally) -> dict[str, object]:
    return {name: value for name, value in tally.to_dict().items() if name != "found"}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
