"""Table 1 and Figure 3 of `gan`: Parzen-window log-likelihoods, and a straight line between two latents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import data, samples, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.figures.protocol import trained
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.measures.runs import whole_mean
from pipeline.papers.registry import result

# Table 1 as printed: mean and standard error in nats, over test examples (MNIST) or folds (TFD)
REPORTED: dict[str, dict[str, tuple[float, float]]] = {
    "DBN": {"MNIST": (138, 2), "TFD": (1909, 66)},
    "Stacked CAE": {"MNIST": (121, 1.6), "TFD": (2110, 50)},
    "Deep GSN": {"MNIST": (214, 1.1), "TFD": (1890, 29)},
    "Adversarial nets": {"MNIST": (225, 2), "TFD": (2057, 26)},
}
PRINTED_BOLD = {("Stacked CAE", "TFD"), ("Adversarial nets", "MNIST"), ("Adversarial nets", "TFD")}
OURS = "Adversarial nets"
FOLDS = 5
NO_TFD = "not run: the data need their authors' permission"


@result("gan", "table1", optional=("mnist", "digits", *(f"tfd{fold}" for fold in range(FOLDS))))
def table1(evidence: dict[str, Evidence]) -> Drawing:
    """Parzen log-likelihoods as printed, beside those of the experiments under the roles `mnist`, `tfd0` …
    `tfd4` (one a fold), and `digits`."""
    rows: list[Row] = [
        {"model": model, "dataset": dataset, "reported": f"{printed[dataset][0]:g} ± {printed[dataset][1]:g}"}
        | _status(model, dataset, evidence)
        for dataset in ("MNIST", "TFD")
        for model, printed in REPORTED.items()
    ]
    if "digits" in evidence:
        rows.append({"model": OURS, "dataset": "digits", "reported": ""} | _regenerated(evidence["digits"]))
    places = [
        (i, 1 if of == "MNIST" else 3) for i, m in enumerate(REPORTED) for n, of in PRINTED_BOLD if n == m
    ]
    header = ["Model", "MNIST\nreported", "MNIST\nregenerated", "TFD\nreported", "TFD\nregenerated",
              "digits\nregenerated"]  # fmt: skip
    shown = len(header) if "digits" in evidence else len(header) - 1
    lines = [_line(model, rows)[:shown] for model in REPORTED]
    figure = tables.figure(header[:shown], lines, bold=places, note=_protocol(rows))
    caption = (
        "Table 1: Parzen-window log-likelihood in nats, mean ± standard error (TFD: over folds; otherwise "
        "over test examples). Reported values are the paper's; rows marked quoted were quoted there from "
        "other work and are not run here."
    )
    if "digits" in evidence:
        caption += (
            f" Values on {data.described(evidence['digits'].dataset)}, are another data set's and are not to "
            "be compared with MNIST's."
        )
    return Drawing(figure, rows, caption)


def _status(model: str, dataset: str, evidence: dict[str, Evidence]) -> Row:
    """The regenerated part of a row, or the reason why there is none."""
    if model != OURS:
        return {"regenerated": "quoted"}
    if dataset == "TFD":
        folds = [run for name, run in sorted(evidence.items()) if name.startswith("tfd")]
        return _over_folds(folds) if folds else {"regenerated": NO_TFD}
    if "mnist" in evidence:
        return _regenerated(evidence["mnist"])
    return {"regenerated": "not run in this suite: see suites/paper"}


def _regenerated(used: Evidence) -> Row:
    """Mean over seeds of log-likelihood, of its standard error over test examples, and of σ."""
    name = reading.metric_like(used, "parzen")
    stats = {key: used.metrics["metrics"][key]["final"] for key in (name, "parzen_se", "parzen_sigma")}
    if stats[name]["mean"] is None:
        return {"regenerated": "every seed diverged"}
    return {
        "regenerated": tables.plus_minus(stats[name]["mean"], stats["parzen_se"]["mean"], 1),
        "deviation over seeds": tables.number(stats[name]["std"], 1),
        "sigma": tables.number(stats["parzen_sigma"]["mean"], 3),
        "samples": name.removeprefix("parzen"),
        "seeds": trained(used),
        "experiment": used.name,
    }


def _over_folds(folds: list[Evidence]) -> Row:
    """Mean over folds of each fold's mean over seeds, its standard error over folds, and every fold's σ.

    A fold with a seed that diverged has no mean.
    """
    name = reading.metric_like(folds[0], "parzen")
    finals = [{key: run.metrics["metrics"][key]["final"] for key in (name, "parzen_sigma")} for run in folds]
    means = [whole_mean(reading.finals(run, name)) for run in folds]
    known = [final for final, mean in zip(finals, means, strict=True) if mean is not None]
    mean, deviation = reading.mean_deviation(means)
    if mean is None:
        return {"regenerated": "no fold trained with every seed"}
    return {
        "regenerated": tables.plus_minus(mean, deviation and deviation / math.sqrt(len(known)), 1),
        "deviation over seeds": ", ".join(tables.number(final[name]["std"], 1) for final in known),
        "sigma": ", ".join(tables.number(final["parzen_sigma"]["mean"], 3) for final in known),
        "samples": name.removeprefix("parzen"),
        "seeds": trained(*folds),
        "folds": f"{len(known)} of {FOLDS}",
        "experiment": ", ".join(run.name for run in folds),
    }


def _line(model: str, rows: list[Row]) -> list[str]:
    """A model's line of the printed table; long reasons are shortened, and given in full in the CSV."""
    found = {row["dataset"]: row for row in rows if row["model"] == model}
    cells = [model]
    for dataset in ("MNIST", "TFD"):
        cells += [found[dataset]["reported"], found[dataset]["regenerated"].split(":")[0]]
    cells.append(found["digits"]["regenerated"] if "digits" in found else tables.MISSING)
    return [cell.replace(" in this suite", "") for cell in cells]


def _protocol(rows: list[Row]) -> str:
    runs = [row for row in rows if "sigma" in row]
    lines = [
        f"{row['dataset']} regenerated: {row['samples']} samples a seed, {row['seeds']} seeds trained"
        f"{', ' + row['folds'] + ' folds' if 'folds' in row else ''},\n"
        f"σ = {row['sigma']} by validation, deviation over seeds {row['deviation over seeds']}"
        for row in runs
    ]
    lines.append("quoted: the paper took the value from other work and it is not run here")
    lines += [
        f"{row['dataset']} {row['regenerated']}" for row in rows if row["regenerated"].startswith("not run")
    ]
    return "\n".join(lines)


@result("gan", "fig3", roles=("digits",))
def fig3(evidence: dict[str, Evidence], *, start: int, end: int) -> Drawing:
    """A straight line in z from a sample classified `start` to one classified `end`, with probabilities."""
    used = reading.role(evidence, "digits")
    seed, pair, images, probabilities = _best_path(used, start, end)
    first, last = int(probabilities[0].argmax()), int(probabilities[-1].argmax())
    pixels = to_pixels(images, used.experiment.train.range)
    points = len(images)
    height = (style.TEXT_WIDTH - 0.5) / points
    figure, axes = style.canvas(2, 1, height=1.25 * height + 2.3, height_ratios=[1.25 * height, 1.6])
    strip, curves = axes[:, 0]
    style.bare(strip)
    # one image a unit wide and centred on its point, so that strip and curves share their abscissa
    strip.imshow(samples.tile(pixels, points, 2), extent=(-0.5, points - 0.5, 0, 1))
    _probability_curves(curves, probabilities, first, last)
    style.legend_below(figure, curves)
    rows = [
        {"seed": seed, "pair": pair, "point": point, "class": int(line.argmax())}
        | {f"p{digit}": round(float(p), 6) for digit, p in enumerate(line)}
        for point, line in enumerate(probabilities)
    ]
    wanted = (first, last) == (start, end)
    found = f'"{first}" to "{last}"' if wanted else (
        f'"{first}" to "{last}", since no sampled pair of latents gave a "{start}" and a "{end}"'
    )  # fmt: skip
    caption = (
        f"Figure 3, on {data.described(used.dataset)}: digits decoded from equally spaced points of a "
        f"straight line in z, {found} (seed {seed}, pair {pair} of those sampled, chosen by the "
        "classifier's confidence at both ends). Below: the probabilities of the two end classes and of the "
        "most probable class, named where it is another."
    )
    return Drawing(figure, rows, caption)


def _best_path(used: Evidence, start: int, end: int) -> tuple[int, int, np.ndarray, np.ndarray]:
    """Seed, pair, images and probabilities of the path whose ends are most surely `start` and `end`.

    Paths may be walked either way. Where no path has these ends, the surest one between two different
    classes; where there is none either, the surest of all. Raises PipelineError without paths.
    """
    candidates = []
    for seed in used.experiment.seeds:
        images, chances = (used.arrays.get(f"{name}_seed{seed}") for name in ("paths", "path_probabilities"))
        if images is None or chances is None:
            continue
        for pair in range(len(images)):
            for way in (slice(None), slice(None, None, -1)):
                walk = chances[pair][way]
                ends = (int(walk[0].argmax()), int(walk[-1].argmax()))
                rank = (ends == (start, end), ends[0] != ends[1], float(walk[0].max() * walk[-1].max()))
                candidates.append((rank, seed, pair, images[pair][way], walk))
    if not candidates:
        raise PipelineError(
            f"experiments.{used.name} left no latent paths: set sample.paths, and use a data set with a "
            "classifier as extractor."
        )
    _, seed, pair, images, chances = max(candidates, key=lambda candidate: candidate[0])
    return seed, pair, images, chances


def _probability_curves(axes: Any, probabilities: np.ndarray, first: int, last: int) -> None:
    points = np.arange(len(probabilities))
    top = probabilities.argmax(axis=1)
    axes.plot(
        points, probabilities.max(axis=1), color=style.MUTED, linewidth=0.9, linestyle=(0, (4, 2)),
        label="most probable class", marker="o", markersize=3,
    )  # fmt: skip
    for digit, color in {first: style.REAL, last: style.GENERATED}.items():
        axes.plot(points, probabilities[:, digit], color=color, label=f"P({digit})", marker="o", markersize=3)
    for point, digit in enumerate(top):
        if digit not in (first, last):
            axes.annotate(
                str(digit), (point, probabilities[point, digit]), (0, 4),
                textcoords="offset points", ha="center", color="#555555",
            )  # fmt: skip
    axes.set(
        xlim=(-0.5, len(points) - 0.5), ylim=(-0.03, 1.15), yticks=[0, 0.5, 1], xticks=points,
        xlabel=r"$\alpha$ in $z(\alpha)=(1-\alpha)\,z_a+\alpha\,z_b$", ylabel="classifier's probability",
    )  # fmt: skip
    axes.set_xticklabels([f"{alpha:.2f}" for alpha in np.linspace(0, 1, len(points))])
