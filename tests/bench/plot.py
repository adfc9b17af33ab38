"""Draws cost against size from measured figures: `python -m tests.bench.plot FIGURES.json PLOT.svg [PAGE.md]`.

Given a page, it writes the figures into it as tables as well, between two marks. It knows no figure of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

KIND = "in person"
LINES = {
    "engine": ("the engine", "#1b6ca8", "o"),
    "postgis": ("PostgreSQL with PostGIS", "#c0561f", "s"),
    "scan": ("full scan, NumPy", "#5b8c3a", "^"),
    "loop": ("loop over rows, Python", "#777777", "x"),
}
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
Figures = dict[str, Any]


def draw(figures: Figures, plot: Path) -> None:
    """Draw the median cost of in-person questions against the number of offerings, both axes logarithmic."""
    # The same figures give the same file, byte for byte.
    mpl.rcParams.update({"svg.hashsalt": "matching", "svg.fonttype": "none", "font.size": 11})
    figure = Figure(figsize=(7.5, 4.8), layout="constrained")
    axes = figure.subplots()
    for name, (label, colour, marker) in LINES.items():
        sizes = [size for size in sorted(figures["alone"], key=int) if name in figures["alone"][size]]
        medians = [figures["alone"][size][name]["ms"][KIND]["median"] for size in sizes]
        if sizes:
            axes.plot([int(size) for size in sizes], medians, color=colour, marker=marker, label=label)
    axes.set(
        xscale="log", yscale="log", xlabel="offerings in the directory", ylabel="milliseconds a question (median)",
        title="First ten matches for somebody in person",
    )  # fmt: skip
    axes.grid(visible=True, which="both", linewidth=0.3)
    axes.legend()
    figure.savefig(plot, metadata={"Date": None})


def tell(figures: Figures, page: Path, plot: Path) -> None:
    """Write the figures into a page, between its two marks, and show the plot above them."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{_shown(plot)}\n\n" + "\n".join(_lines(figures)) + f"\n\n{END}{after}")


def _shown(plot: Path) -> str:
    return f"![Milliseconds a question against the number of offerings]({plot.name})"


def _lines(figures: Figures) -> Iterator[str]:
    yield f"Measured at {figures['at']}. {figures['machine']}."
    for size in sorted(figures["alone"], key=int):
        yield from ("", f"### {int(size):,} offerings, engines alone", "")
        yield from _alone(figures["alone"][size])
    for size in sorted(figures["http"], key=int):
        yield from ("", f"### {int(size):,} offerings, through HTTP", "")
        yield from _served(figures["http"][size])


def _alone(measured: Figures) -> Iterator[str]:
    everybody = [name for name in LINES if name in measured]
    kinds = list(measured[everybody[0]]["ms"])
    yield _row(("median / p99, ms", *kinds, "build, s", "memory, MB"))
    yield _row("---" for _ in range(len(kinds) + 3))
    for name in everybody:
        each = measured[name]
        label = LINES[name][0] + (" (extrapolated)" if each["extrapolated"] else "")
        cells = (f"{each['ms'][kind]['median']:.2f} / {each['ms'][kind]['p99']:.2f}" for kind in kinds)
        yield _row((label, *cells, f"{each['build_seconds']:.1f}", f"{each['megabytes']:.0f}"))
    yield ""
    yield from (f"* {said}." for said in measured.get("agreement", ()))
    for name in everybody:
        news = {key: each for key, each in measured[name].items() if key.startswith("absorbs_")}
        yield from (f"* {LINES[name][0]}, {key.replace('_', ' ')}: {each:.4f}." for key, each in news.items())
        on_disk = measured[name].get("megabytes_on_disk", {})
        if on_disk:
            yield (
                f"* {LINES[name][0]}, MB on disk: "
                + ", ".join(f"{key} {each:.1f}" for key, each in on_disk.items())
                + "."
            )


def _served(measured: Figures) -> Iterator[str]:
    yield _row(("GET …/matches, ms", "p50", "p99"))
    yield _row(("---", "---", "---"))
    for name, each in measured["ms"].items():
        yield _row((name, f"{each['p50']:.1f}", f"{each['p99']:.1f}"))
    change = measured["after_a_change"]
    yield ""
    yield (
        f"* A change of room just before adds {change['added']:.1f} ms to the next answer "
        f"(median of {change['changes']}; {change['refused']} refused)."
    )
    yield f"* Start to ready: {measured['ready_seconds']:.1f} s."
    yield "* Memory a worker (PSS), MB: " + ", ".join(f"{each:.0f}" for each in measured["worker_megabytes"]) + "."
    yield "* Index of one process: " + ", ".join(f"{key} {each:.3g}" for key, each in measured["index"].items()) + "."
    yield f"* Compared with the full scan: {measured['agrees']}."


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    read: Figures = json.loads(Path(sys.argv[1]).read_text())
    draw(read, Path(sys.argv[2]))
    if len(sys.argv) > 3:
        tell(read, Path(sys.argv[3]), Path(sys.argv[2]))
