"""`python -m tests.benchmarks.draw FILE PICTURE`: draws what growth_chart measured. Needs matplotlib, and no tray."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_OURS, _THEIRS, _INK = "#0b6e99", "#b4532a", "#333333"
_MIB = 1 << 20


def main() -> int:
    """Draw two charts side by side: memory, and the time from the start to the full menu."""
    import matplotlib as mpl  # type: ignore[import-not-found] # in the bench environment alone

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # type: ignore[import-not-found]

    source, target = map(Path, sys.argv[1:])
    measured = json.loads(source.read_text("utf-8"))
    plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "text.color": _INK})
    figure, (memory, seconds) = plt.subplots(1, 2, figsize=(9, 3.8), dpi=150)
    for axes, member, factor, title in (
        (memory, "resident_bytes", 1 / _MIB, "Memory with everything listed (RSS, MiB)"),
        (seconds, "seconds", 1.0, "Start of the process to everything listed (s)"),
    ):
        for who, colour, name in (
            ("ours", _OURS, "Notebook Tray"),
            ("textbook", _THEIRS, "boto3 as in its documentation"),
        ):
            xs, ys = series(measured["points"], who, member, factor)
            axes.plot(xs, ys, "o-", color=colour, label=name, markersize=4)
            if xs:
                axes.annotate(
                    f"{ys[-1]:,.0f}" if ys[-1] >= 10 else f"{ys[-1]:.1f}",
                    (xs[-1], ys[-1]),
                    (4, 5),
                    textcoords="offset points",
                    color=colour,
                )
        axes.set(xscale="log", yscale="log", title=title, xlabel="profiles")
        axes.title.set_fontsize(10)
        numbers = [point["profiles"] for point in measured["points"]]
        axes.set_xticks(numbers, [str(number) for number in numbers])
        axes.minorticks_off()
        axes.yaxis.set_major_locator(mpl.ticker.LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:,g}"))
        axes.grid(alpha=0.25)
    figure.legend(*memory.get_legend_handles_labels(), frameon=False, loc="upper center", ncols=2)
    figure.text(0.01, 0.01, caption(measured), fontsize=7)
    figure.tight_layout(rect=(0, 0.05, 1, 0.93))
    figure.savefig(target)
    return 0


def series(points: list[dict[str, Any]], who: str, member: str, factor: float) -> tuple[list[int], list[float]]:
    """Return the numbers of profiles at which somebody was measured, and the figures."""
    there = [point for point in points if who in point]
    return [point["profiles"] for point in there], [point[who][member] * factor for point in there]


def caption(measured: dict[str, Any]) -> str:
    """Return where and when this was measured, and why a line ends early."""
    machine, versions = measured["machine"], measured["versions"]
    parts = [
        f"{measured['regions']} region a profile, each answer after 100 ms",
        f"{machine['processor']}, {machine['cores']} cores",
        f"Python {versions['python']}, botocore {versions['botocore']}",
        measured["date"][:10],
    ]
    if measured["textbook_stopped"]:
        parts.append(f"boto3's line ends: {measured['textbook_stopped']}")
    return " · ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
