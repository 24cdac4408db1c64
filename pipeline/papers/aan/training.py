"""Results of `aan` on training: the ratio R (Fig. 2), its expectations, MNIST, and the variants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.base.pixels import to_pixels
from pipeline.figures import curves, data, style
from pipeline.figures import samples as grids
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import diverged, finals, mean_deviation, metric_like, role, rounded, snapshots
from pipeline.papers.aan.common import (
    COLORS,
    expectations,
    late,
    late_ratio,
    made_from,
    method,
    ratio,
    size,
    sizes,
    smoothed,
)
from pipeline.papers.registry import result
from pipeline.params.base import Positive
from pipeline.params.seams import RBM

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOG_HALF = -math.log(2)
# R is 1 at the optimum; single batches may lift it further, out of the panel.
HIGHEST = 1.25


@result("aan", "fig2", each=True)
def ratios(evidence: Mapping[str, Evidence], *, window: Positive) -> Drawing:
    """R over training, a panel for each number of inputs, and its value over the second half by seed."""
    wanted = sizes(evidence)
    figure, axes = style.canvas(1, len(wanted) + 1, height=2.6, width_ratios=[1.3] * len(wanted) + [1])
    rows: list[dict[str, Any]] = []
    for letter, axis, inputs in zip("abcdef", axes[0], wanted, strict=False):
        for run in (run for run in evidence.values() if size(run) == inputs):
            name = method(run.experiment)
            steps, values = ratio(run, window)
            curves.spread(axis, steps, values, label=name, color=COLORS[name])
            rows += _ratio_rows(run, steps, values)
        axis.axhline(1, color=style.MUTED, linewidth=0.7, linestyle=":")
        axis.set(xlabel="step", ylim=(0, HIGHEST))
        style.letter(axis, f"({letter}) {inputs} inputs")
    axes[0, 0].set_ylabel(r"$R=\mathbb{E}\log D(x)\,/\,\mathbb{E}\log D(G(f))$")
    axes[0, 0].legend(loc="upper left", bbox_to_anchor=(0.0, 0.78))
    _late_panel(axes[0, -1], evidence, wanted)
    style.letter(axes[0, -1], f"({'abcdef'[len(wanted)]}) second half")
    return Drawing(figure, rows, f"{_ratio_caption(evidence, window)} {made_from(evidence.values())}")


def _ratio_rows(run: Evidence, steps: np.ndarray, values: np.ndarray) -> list[dict[str, Any]]:
    late = late_ratio(run)
    return [
        {
            "method": method(run.experiment), "inputs": size(run), "seed": seed, "step": int(step),
            "R": rounded(float(value), 5), "R_second_half": rounded(late[seed], 5),
        }
        for seed, line in zip(run.experiment.seeds, values, strict=True)
        for step, value in zip(steps, line, strict=True)
    ]  # fmt: skip


def _late_panel(axes: Axes, evidence: Mapping[str, Evidence], wanted: list[int]) -> None:
    """R over the second half of training; points of one seed are joined."""
    for place, inputs in enumerate(wanted):
        runs = [run for run in evidence.values() if size(run) == inputs]
        values = [late_ratio(run) for run in runs]
        at = [place + 0.3 * (number - (len(runs) - 1) / 2) for number in range(len(runs))]
        for seed in runs[0].experiment.seeds:
            axes.plot(at, [v.get(seed, np.nan) for v in values], color=style.MUTED, linewidth=0.7, zorder=1)
        for x, run, value in zip(at, runs, values, strict=True):
            color = COLORS[method(run.experiment)]
            axes.plot([x] * len(value), list(value.values()), "o", color=color, markersize=3.5)
    axes.axhline(1, color=style.MUTED, linewidth=0.7, linestyle=":")
    axes.set(xticks=range(len(wanted)), xlabel="inputs", xlim=(-0.5, len(wanted) - 0.5))
    axes.set_xticklabels([str(inputs) for inputs in wanted])
    axes.set_ylim(bottom=0)


def _ratio_caption(evidence: Mapping[str, Evidence], window: int) -> str:
    found = [
        f"{method(run.experiment)} with {size(run)} inputs "
        f"{tables.plus_minus(*mean_deviation(late_ratio(run).values()), 3)}"
        for run in evidence.values()
    ]
    return (
        "The ratio R of Sec. 6.2, which is 1 at the optimum and 0 when D wins: each expectation is a mean "
        "over "
        f"{window} entries of the log, single batches in training; mean ± one deviation over seeds, thin "
        f"lines "
        f"single seeds. Over the second half of training R is {', '.join(found)}. {_verdicts(evidence)} "
        "The paper's curves exist only as an image."
    )


def _verdicts(evidence: Mapping[str, Evidence]) -> str:
    """In how many seeds the paper's two orderings hold: AAN above GAN, and few inputs above many."""
    late = {(method(run.experiment), size(run)): late_ratio(run) for run in evidence.values()}
    wanted = sizes(evidence)
    pairs = [
        (("AAN", inputs), ("GAN", inputs), f"R of AAN exceeds that of GAN at {inputs} inputs")
        for inputs in wanted
    ]
    pairs += [
        ((name, wanted[-1]), (name, wanted[0]), f"{name} has the larger R with {wanted[-1]} inputs")
        for name in ("AAN", "GAN")
        if len(wanted) > 1
    ]
    told = []
    for first, second, sentence in pairs:
        if first in late and second in late:
            above = [late[first][seed] > late[second][seed] for seed in late[first] if seed in late[second]]
            told.append(f"{sentence} in {sum(above)} of {len(above)} seeds")
    return "; ".join(told) + "." if told else ""


@result("aan", "expectations", "Both expectations during training", each=True)
def both_expectations(evidence: Mapping[str, Evidence], *, window: Positive) -> Drawing:
    """E log D(x) and E log D(G(f)) over training, a panel an experiment."""
    runs = sorted(evidence.values(), key=lambda run: (-size(run), method(run.experiment)))
    columns = 2
    figure, axes = style.canvas(-(-len(runs) // columns), columns, height=1.75 * -(-len(runs) // columns),
                                sharex=True, sharey=True)  # fmt: skip
    rows: list[dict[str, Any]] = []
    for letter, axis, run in zip("abcdefgh", axes.flat, runs, strict=False):
        steps, real, fake = expectations(run)
        for values, label, color in (
            (real, r"$\mathbb{E}\log D(x)$", style.REAL),
            (fake, r"$\mathbb{E}\log D(G(f))$", style.GENERATED),
        ):
            curves.spread(axis, steps, smoothed(values, window), label=label, color=color)
        axis.axhline(LOG_HALF, color=style.THEORY, linewidth=0.7, linestyle=":")
        style.letter(axis, f"({letter}) {method(run.experiment)}, {size(run)} inputs")
        rows += _expectation_rows(run, steps, real, fake)
    for axis in axes[-1]:
        axis.set_xlabel("step")
    for axis in axes[:, 0]:
        axis.set_ylabel("nats")
    style.legend_below(figure, axes.flat[0])
    caption = (
        "The two expectations that the paper monitors (Sec. 6.2), means over "
        f"{window} log entries; mean ± one deviation over seeds, thin lines single seeds; dotted: log ½ = "
        f"−0.6931, both at the optimum. {_ends(runs)} The paper reports, without numbers, that the first "
        f"comes "
        f'"extremely close to zero" and the second "diverges from zero". '
        f"{made_from(evidence.values())}"
    )
    return Drawing(figure, rows, caption)


def _expectation_rows(
    run: Evidence, steps: np.ndarray, real: np.ndarray, fake: np.ndarray
) -> list[dict[str, Any]]:
    return [
        {
            "method": method(run.experiment), "inputs": size(run), "seed": seed, "step": int(step),
            "log_d_real": rounded(float(a), 5), "log_d_fake": rounded(float(b), 5),
        }
        for seed, reals, fakes in zip(run.experiment.seeds, real, fake, strict=True)
        for step, a, b in zip(steps, reals, fakes, strict=True)
    ]  # fmt: skip


def _ends(runs: list[Evidence]) -> str:
    """Both expectations over the last tenth of training."""
    told = []
    for run in runs:
        steps, *both = expectations(run)
        late = steps > 0.9 * steps[-1]
        real, fake = (tables.number(float(np.nanmean(values[:, late])), 2) for values in both)
        told.append(f"{real} and {fake} ({method(run.experiment)}, {size(run)})")
    return f"Over the last tenth of training they are {', '.join(told)}."


@result("aan", "mnist", "Digits: samples and R", roles=("aan", "gan"))
def digits(evidence: Mapping[str, Evidence], *, images: Positive, window: Positive) -> Drawing:
    """Samples of AAN and GAN, first seed, over their R."""
    runs = {method(role(evidence, name).experiment): role(evidence, name) for name in ("aan", "gan")}
    columns = math.isqrt(images)
    figure, axes = style.canvas(2, 2, width=5.2, height=4.9, height_ratios=(1.75, 1))
    below = style.wide(figure, axes, 1)
    rows: list[dict[str, Any]] = []
    for axis, (name, run) in zip(axes[0], runs.items(), strict=True):
        seed, last = run.experiment.seeds[0], run.experiment.train.steps
        shown = snapshots(run, "panel", seed)
        score = tables.plus_minus(*mean_deviation(finals(run, metric_like(run, "fid")).values()), 1)
        if last in shown:
            pixels = to_pixels(shown[last][:images], run.experiment.train.range)
            grids.show(axis, pixels, columns)
        else:
            style.notice(axis, f"diverged at step {diverged(run).get(seed)}")
        axis.set_title(f"{name}\n{metric_like(run, 'fid').upper()}: {score}")
        steps, values = ratio(run, window)
        curves.spread(below, steps, values, label=name, color=COLORS[name])
        rows += _ratio_rows(run, steps, values)
    below.axhline(1, color=style.MUTED, linewidth=0.7, linestyle=":")
    below.set(xlabel="step", ylabel="$R$", ylim=(0, HIGHEST))
    below.legend(loc="upper left", bbox_to_anchor=(0.0, 0.78))
    caption = (
        "Training on digits: samples (first seed; AAN's from chains without data) and the ratio R. The paper "
        "names MNIST among its data and shows nothing of it, so there is no reported counterpart. Made from "
        f"{data.described(runs['AAN'].dataset, 'mnist')}, with {size(runs['AAN'])} inputs; FID on the "
        f"features of {data.features(runs['AAN'])}."
    )
    return Drawing(figure, rows, caption)


@result("aan", "variants", "Memories compared", each=True)
def variants(evidence: Mapping[str, Evidence]) -> Drawing:
    """Runs trained, FID, classes and R of each experiment, by role."""
    rows = [_variant_row(run) for run in evidence.values()]
    first = next(iter(evidence.values()))
    figure = tables.figure(
        list(rows[0]), [[str(cell) for cell in row.values()] for row in rows],
        note=f"mean ± one deviation over seeds; FID and classes on {data.features(first)};\n"
        f"{data.equal_classes(first)}samples of an RBM come from chains without data;\nentropy of a unit: of "
        "G's input in the second half of training, at most 0.693, and 0 for a memory that has collapsed",
    )  # fmt: skip
    caption = (
        "G's input from the ±1 RBM on tanh features, from a Gaussian–binary RBM on leaky ReLU features, "
        f'which the paper says "does not work well in practice", and from uniform noise, on '
        f"{data.described(first.dataset)}. The paper prints no numbers."
    )
    return Drawing(figure, rows, caption)


def _variant_row(run: Evidence) -> dict[str, Any]:
    prior, seeds = run.experiment.train.prior, run.experiment.seeds
    layer = run.experiment.train.networks.discriminator.features
    source: str = prior.kind
    if isinstance(prior, RBM):
        source = f"{prior.visible} RBM, rate {prior.optimizer.lr:g}"
    binary = isinstance(prior, RBM) and prior.visible == "binary"

    def over_seeds(name: str, digits: int) -> str:
        return tables.plus_minus(*mean_deviation(finals(run, metric_like(run, name)).values()), digits)

    return {
        "G's input": f"{source}, {prior.dim}",
        "D's features": layer.activation if layer else "trunk",
        "reported": "none",
        "seeds trained": f"{len(seeds) - len(diverged(run))} of {len(seeds)}",
        metric_like(run, "fid").upper(): over_seeds("fid", 1),
        "class entropy": over_seeds("class_entropy", 2),
        "R, second half": tables.plus_minus(*mean_deviation(late_ratio(run).values()), 3),
        "entropy of a unit": tables.plus_minus(*late(run, "prior_entropy"), 3) if binary else tables.MISSING,
    }
