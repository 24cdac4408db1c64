"""Results of `gan`, Generative Adversarial Nets: Table 1, Fig. 3 and the game's diagram.

The other results register themselves from the modules imported here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.errors import PipelineError
from pipeline.results import Drawing, Evidence, diagram, gan_theory, gan_toys, gan_training, reading, result
from pipeline.results import figure as style
from pipeline.results import table as tables

__all__ = ["gan_theory", "gan_toys", "gan_training"]

# Table 1 as printed: mean and standard error in nats, over test examples (MNIST) or folds (TFD)
REPORTED: dict[str, dict[str, tuple[float, float]]] = {
    "DBN": {"MNIST": (138, 2), "TFD": (1909, 66)},
    "Stacked CAE": {"MNIST": (121, 1.6), "TFD": (2110, 50)},
    "Deep GSN": {"MNIST": (214, 1.1), "TFD": (1890, 29)},
    "Adversarial nets": {"MNIST": (225, 2), "TFD": (2057, 26)},
}
PRINTED_BOLD = {("Stacked CAE", "TFD"), ("Adversarial nets", "MNIST"), ("Adversarial nets", "TFD")}
OURS = "Adversarial nets"


@result("gan", "table1")
def table1(evidence: dict[str, Evidence]) -> Drawing:
    """Parzen log-likelihoods as printed, beside those of the experiments under roles `mnist` and `digits`."""
    rows: list[dict[str, Any]] = []
    for dataset in ("MNIST", "TFD"):
        for model in REPORTED:
            rows.append(_reported_row(model, dataset) | _status(model, dataset, evidence))
    if "digits" in evidence:
        rows.append({"model": OURS, "dataset": "digits", "reported": ""} | _regenerated(evidence["digits"]))
    lines = [_line(model, rows) for model in REPORTED]
    places = [
        (i, 1 if data == "MNIST" else 3) for i, m in enumerate(REPORTED) for d, data in PRINTED_BOLD if d == m
    ]
    header = ["Model", "MNIST\nreported", "MNIST\nregenerated", "TFD\nreported", "TFD\nregenerated",
              "digits\nregenerated"]  # fmt: skip
    shown = len(header) if "digits" in evidence else len(header) - 1
    figure = tables.figure(
        header[:shown], [line[:shown] for line in lines], bold=places, note=_protocol(rows)
    )
    caption = (
        "Table 1: Parzen-window log-likelihood in nats, mean ± standard error (MNIST and digits: over test "
        "examples; TFD: over folds). Reported values are the paper's; rows marked quoted were quoted there "
        "from other work and are not run here. Values on digits, 8×8 originals upscaled to 28×28, are "
        "another data set's and are not to be compared with MNIST's."
    )
    return Drawing(figure, rows, caption)


def _reported_row(model: str, dataset: str) -> dict[str, Any]:
    mean, error = REPORTED[model][dataset]
    return {"model": model, "dataset": dataset, "reported": f"{mean:g} ± {error:g}"}


def _status(model: str, dataset: str, evidence: dict[str, Evidence]) -> dict[str, Any]:
    """The regenerated part of a row, or the reason why there is none."""
    if model != OURS:
        return {"regenerated": "quoted"}
    if dataset == "TFD":
        return {"regenerated": "not run: the data need their authors' permission"}
    if "mnist" in evidence:
        return _regenerated(evidence["mnist"])
    return {"regenerated": "not run in this suite: see suites/paper"}


def _regenerated(used: Evidence) -> dict[str, Any]:
    """Mean over seeds of log-likelihood, of its standard error over test examples, and of σ."""
    name = reading.metric_like(used, "parzen")
    stats = {key: used.metrics["metrics"][key]["final"] for key in (name, "parzen_se", "parzen_sigma")}
    if stats[name]["mean"] is None:
        return {"regenerated": "every seed diverged"}
    lost = reading.diverged(used)
    return {
        "regenerated": tables.plus_minus(stats[name]["mean"], stats["parzen_se"]["mean"], 1),
        "deviation over seeds": tables.number(stats[name]["std"], 1),
        "sigma": tables.number(stats["parzen_sigma"]["mean"], 3),
        "samples": name.removeprefix("parzen"),
        "seeds": f"{len(used.experiment.seeds) - len(lost)} of {len(used.experiment.seeds)}",
        "experiment": used.name,
    }


def _line(model: str, rows: list[dict[str, Any]]) -> list[str]:
    """A model's line of the printed table; long reasons are shortened, and given in full in the CSV."""
    found = {row["dataset"]: row for row in rows if row["model"] == model}
    cells = [model]
    for dataset in ("MNIST", "TFD"):
        cells += [found[dataset]["reported"], found[dataset]["regenerated"].split(":")[0]]
    cells.append(found["digits"]["regenerated"] if "digits" in found else tables.MISSING)
    return [cell.replace(" in this suite", "") for cell in cells]


def _protocol(rows: list[dict[str, Any]]) -> str:
    runs = [row for row in rows if "sigma" in row]
    lines = [
        f"{row['dataset']} regenerated: {row['samples']} samples a seed, {row['seeds']} seeds trained, "
        f"σ = {row['sigma']} by validation, deviation over seeds {row['deviation over seeds']}"
        for row in runs
    ]
    lines.append("quoted: the paper took the value from other work and it is not run here")
    lines += [
        f"{row['dataset']} {row['regenerated']}" for row in rows if row["regenerated"].startswith("not run")
    ]
    return "\n".join(lines)


@result("gan", "schematics", "The adversarial game")
def schematics(evidence: dict[str, Evidence]) -> Drawing:
    """The game: noise through G, real or generated data through D, and what each learns from."""
    figure, axes = diagram.sheet(6.5, 2.45)
    diagram.box(
        axes,
        (0.62, 0.75),
        "noise\n$z\\sim p_z(z)$",
        width=0.98,
        height=0.56,
        color=style.MUTED,
        rounded=False,
    )
    diagram.box(axes, (2.12, 0.75), "generator\n$G(z)$", color=style.GENERATED, height=0.56)
    diagram.box(axes, (3.55, 0.75), "generated\n$\\hat x\\sim p_g(x)$", width=1.0, height=0.56,
                color=style.GENERATED, rounded=False)  # fmt: skip
    diagram.box(axes, (3.55, 1.75), "real\n$x\\sim p_{\\mathrm{data}}(x)$", width=1.0, height=0.56,
                color=style.REAL, rounded=False)  # fmt: skip
    diagram.box(axes, (5.05, 1.25), "discriminator\n$D(x)$", color=style.PALETTE[2], width=1.1, height=0.56)
    diagram.arrow(axes, (1.11, 0.75), (1.57, 0.75))
    diagram.arrow(axes, (2.67, 0.75), (3.05, 0.75))
    diagram.arrow(axes, (4.05, 0.75), (4.5, 1.14), color=style.GENERATED)
    diagram.arrow(axes, (4.05, 1.75), (4.5, 1.36), color=style.REAL)
    diagram.arrow(axes, (5.6, 1.25), (5.88, 1.25))
    axes.text(5.92, 1.25, "real?\n$D\\in[0,1]$", va="center", size=9)
    diagram.route(
        axes, [(5.05, 0.97), (5.05, 0.3), (2.12, 0.3), (2.12, 0.47)], color=style.MUTED, dashed=True
    )
    axes.text(3.6, 0.15, "gradient to $G$: descend $\\log(1-D(G(z)))$", ha="center", va="center", size=8.5,
              color="#555555")  # fmt: skip
    diagram.route(
        axes, [(5.35, 1.53), (5.35, 1.83), (4.75, 1.83), (4.75, 1.53)], color=style.MUTED, dashed=True
    )
    axes.text(5.05, 2.1, "gradient to $D$: ascend\n$\\log D(x)+\\log(1-D(\\hat x))$", ha="center",
              va="center", size=8.5, color="#555555")  # fmt: skip
    rows = [
        {"from": "noise z ~ p_z(z)", "to": "generator G"},
        {"from": "generator G", "to": "generated x̂ ~ p_g(x)"},
        {"from": "generated x̂ ~ p_g(x)", "to": "discriminator D"},
        {"from": "real x ~ p_data(x)", "to": "discriminator D"},
        {"from": "discriminator D", "to": "probability that the input is real"},
    ]
    caption = (
        "The game of two networks: G turns noise z into generated data; D sees real or generated data and "
        "gives the probability that it is real. Dashed: which gradient each network learns from (Eq. 1)."
    )
    return Drawing(figure, rows, caption)


@result("gan", "fig3")
def fig3(evidence: dict[str, Evidence], *, start: int, end: int) -> Drawing:
    """A straight line in z from a sample classified `start` to one classified `end`, with probabilities."""
    if "digits" not in evidence:
        raise PipelineError("results.gan-fig3.uses: this result needs an experiment under the role 'digits'.")
    used = evidence["digits"]
    seed, pair, images, probabilities = _best_path(used, start, end)
    first, last = int(probabilities[0].argmax()), int(probabilities[-1].argmax())
    low, high = used.experiment.train.range
    points = len(images)
    height = (style.TEXT_WIDTH - 0.5) / points
    figure, axes = style.canvas(2, 1, height=1.25 * height + 2.3, height_ratios=[1.25 * height, 1.6])
    strip, curves = axes[:, 0]
    style.bare(strip)
    # one image a unit wide and centred on its point, so that strip and curves share their abscissa
    strip.imshow(style.tile(style.as_uint8(images, low, high), points, 2), extent=(-0.5, points - 0.5, 0, 1))
    _probability_curves(curves, probabilities, first, last)
    style.legend_below(figure, curves)
    rows = [_path_row(seed, pair, point, line) for point, line in enumerate(probabilities)]
    wanted = (first, last) == (start, end)
    found = f'"{first}" to "{last}"' if wanted else (
        f'"{first}" to "{last}", since no sampled pair of latents gave a "{start}" and a "{end}"'
    )  # fmt: skip
    caption = (
        f"Figure 3: digits decoded from equally spaced points of a straight line in z, {found} (seed {seed}, "
        f"pair {pair} of those sampled, chosen by the classifier's confidence at both ends). Below: the "
        "probabilities of the two end classes and of the most probable class, named where it is another."
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


def _path_row(seed: int, pair: int, point: int, line: np.ndarray) -> dict[str, Any]:
    return {
        "seed": seed,
        "pair": pair,
        "point": point,
        "class": int(line.argmax()),
        **{f"p{digit}": round(float(p), 6) for digit, p in enumerate(line)},
    }
