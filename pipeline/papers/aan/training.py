"""Results of `aan` on training: the ratio R (Fig. 2), its expectations, MNIST, variants, and the optimum."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipeline.figures import curves, data, samples, strip, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.figures.protocol import trained
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import finals, mean_deviation, metric_like, role
from pipeline.measures.training import late, late_ratio
from pipeline.papers.aan import common
from pipeline.papers.aan.common import COLORS, expectations, made_from, method, ratio, size
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
    wanted = common.sizes(evidence)
    figure, axes = style.canvas(1, len(wanted) + 1, height=2.6, width_ratios=[1.3] * len(wanted) + [1])
    rows: list[Row] = []
    for letter, axis, inputs in zip("abcdef", axes[0], wanted, strict=False):
        rows += _ratio_panel(axis, [run for run in evidence.values() if size(run) == inputs], window)
        style.letter(axis, f"({letter}) {inputs} inputs")
    axes[0, 0].set_ylabel(r"$R=\mathbb{E}\log D(x)\,/\,\mathbb{E}\log D(G(f))$")
    _late_panel(axes[0, -1], evidence, wanted)
    style.letter(axes[0, -1], f"({'abcdef'[len(wanted)]}) second half")
    caption = (
        "The ratio R of Sec. 6.2, which is 1 at the optimum and 0 when D wins: each expectation is a mean "
        f"over {window} entries of the log, single batches in training; mean ± one deviation over seeds, "
        "thin lines single seeds. At the right R over the second half of training, where lines join the "
        f"runs of a seed. The paper's curves exist only as an image. {made_from(evidence.values())}"
    )
    return Drawing(figure, rows, caption)


def _ratio_panel(axes: Axes, runs: Iterable[Evidence], window: int) -> list[Row]:
    """R of each run over training."""
    rows: list[Row] = []
    for number, run in enumerate(runs):
        name, seeds = method(run.experiment), run.experiment.seeds
        steps, values = ratio(run, window)
        curves.spread(axes, steps, values, label=name, color=COLORS[name])
        second = np.array([late_ratio(run)[seed] for seed in seeds], dtype=float)
        halves = np.broadcast_to(second[:, None], values.shape)
        about = {"method": name, "inputs": size(run)}
        rows += curves.rows(seeds, steps, {"R": values, "R_second_half": halves}, about, 5)
        if number == 0:
            style.level(axes, 1)
    axes.set(xlabel="step", ylim=(0, HIGHEST))
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, 0.78))
    return rows


def _late_panel(axes: Axes, evidence: Mapping[str, Evidence], wanted: list[int]) -> None:
    """R over the second half of training; points of one seed are joined."""
    for place, inputs in enumerate(wanted):
        runs = [run for run in evidence.values() if size(run) == inputs]
        values = [late_ratio(run) for run in runs]
        at = [place + 0.3 * (number - (len(runs) - 1) / 2) for number in range(len(runs))]
        seeds = runs[0].experiment.seeds
        strip.join(axes, at, [[value.get(seed) for seed in seeds] for value in values])
        for x, run, value in zip(at, runs, values, strict=True):
            strip.dots(axes, [x], [list(value.values())], color=COLORS[method(run.experiment)], width=0)
    style.level(axes, 1)
    style.places(axes, [str(inputs) for inputs in wanted], xlabel="inputs")
    axes.set_ylim(bottom=0)


@result("aan", "expectations", each=True)
def both_expectations(evidence: Mapping[str, Evidence], *, window: Positive) -> Drawing:
    """E log D(x) and E log D(G(f)) over training, a panel an experiment."""
    runs = sorted(evidence.values(), key=lambda run: (-size(run), method(run.experiment)))
    lines = -(-len(runs) // 2)
    figure, axes = style.canvas(lines, 2, height=1.75 * lines, sharex=True, sharey=True)
    rows: list[Row] = []
    for letter, axis, run in zip("abcdefgh", axes.flat, runs, strict=False):
        steps, real, fake = expectations(run)
        for values, label, color in (
            (real, r"$\mathbb{E}\log D(x)$", style.REAL),
            (fake, r"$\mathbb{E}\log D(G(f))$", style.GENERATED),
        ):
            curves.spread(axis, steps, common.smoothed(values, window), label=label, color=color)
        style.level(axis, LOG_HALF, color=style.THEORY)
        name = method(run.experiment)
        style.letter(axis, f"({letter}) {name}, {size(run)} inputs")
        both = {"log_d_real": real, "log_d_fake": fake}
        rows += curves.rows(run.experiment.seeds, steps, both, {"method": name, "inputs": size(run)}, 5)
    style.outer(axes, "step", "nats")
    style.legend_below(figure, axes)
    caption = (
        "The two expectations that the paper monitors (Sec. 6.2), means over "
        f"{window} log entries; mean ± one deviation over seeds, thin lines single seeds; dotted: log ½ = "
        '−0.6931, both at the optimum. The paper reports, without numbers, that the first comes "extremely '
        f'close to zero" and the second "diverges from zero". {made_from(evidence.values())}'
    )
    return Drawing(figure, rows, caption)


@result("aan", "mnist", roles=("aan", "gan"))
def digits(evidence: Mapping[str, Evidence], *, images: Positive, window: Positive) -> Drawing:
    """Samples of AAN and GAN, first seed, over their R."""
    runs = [role(evidence, name) for name in ("aan", "gan")]
    figure, axes = style.canvas(2, 2, width=5.2, height=4.9, height_ratios=(1.75, 1))
    for axis, run in zip(axes[0], runs, strict=True):
        samples.panel(axis, run, run.experiment.train.steps, images)
        axis.set_title(f"{method(run.experiment)}\n{_fid(run)}: {_over_seeds(run, 'fid', 1)}")
    below = style.wide(figure, axes, 1)
    rows = _ratio_panel(below, runs, window)
    below.set_ylabel("$R$")
    caption = (
        "Training on digits: samples (first seed; AAN's from chains without data) and the ratio R. The paper "
        "names MNIST among its data and shows nothing of it, so there is no reported counterpart. Made from "
        f"{data.described(runs[0].dataset, 'mnist')}, with {size(runs[0])} inputs; FID on the features of "
        f"{data.features(runs[0])}."
    )
    return Drawing(figure, rows, caption)


@result("aan", "variants", each=True)
def variants(evidence: Mapping[str, Evidence]) -> Drawing:
    """Runs trained, FID, classes and R of each experiment, by role."""
    rows = [_variant_row(run) for run in evidence.values()]
    first = next(iter(evidence.values()))
    figure = tables.of(
        rows,
        note=f"mean ± one deviation over seeds; FID and classes on {data.features(first)};\n"
        f"{data.equal_classes(first)}samples of an RBM come from chains without data;\nentropy of a unit: of "
        "G's input in the second half of training, at most 0.693, and 0 for a memory that has collapsed",
    )
    caption = (
        "G's input from the ±1 RBM on tanh features, from a Gaussian–binary RBM on leaky ReLU features, "
        f'which the paper says "does not work well in practice", and from uniform noise, on '
        f"{data.described(first.dataset)}. The paper prints no numbers."
    )
    return Drawing(figure, rows, caption)


def _variant_row(run: Evidence) -> Row:
    prior = run.experiment.train.prior
    layer = run.experiment.train.networks.discriminator.features
    source: str = prior.kind
    if isinstance(prior, RBM):
        source = f"{prior.visible} RBM, rate {prior.optimizer.lr:g}"
    binary = isinstance(prior, RBM) and prior.visible == "binary"
    return {
        "G's input": f"{source}, {prior.dim}",
        "D's features": layer.activation if layer else "trunk",
        "reported": "none",
        "seeds trained": trained(run),
        _fid(run): _over_seeds(run, "fid", 1),
        "class entropy": _over_seeds(run, "class_entropy", 2),
        "R, second half": tables.plus_minus(*mean_deviation(late_ratio(run).values()), 3),
        "entropy of a unit": tables.plus_minus(*_late(run, "prior_entropy"), 3) if binary else tables.MISSING,
    }


def _fid(run: Evidence) -> str:
    return metric_like(run, "fid").upper()


def _late(run: Evidence, column: str) -> tuple[float | None, float | None]:
    """Mean and deviation over seeds of a log column in the second half of training."""
    return mean_deviation(late(run, column).values())


def _over_seeds(run: Evidence, name: str, digits: int) -> str:
    return tables.plus_minus(*mean_deviation(finals(run, metric_like(run, name)).values()), digits)


@result("aan", "optimum", roles=("aan",))
def optimum(evidence: Mapping[str, Evidence]) -> Drawing:
    """What Sec. 6.2 prints for the optimum, the correct form, and the second half of training."""
    run = role(evidence, "aan")
    loss = _late(run, "loss_discriminator")
    value = (None if loss[0] is None else -loss[0], loss[1])
    memory = mean_deviation(finals(run, "loglik_memory").values())
    half, quarter = tables.number(LOG_HALF, 4), tables.number(-math.log(4), 4)
    lines = [
        ("D(x)", '"log D(x) = 1/2"', "D(x) = 1/2", "0.5000", _late(run, "d_real")),
        ("E log D(x)", "log 1/2", "log 1/2", half, _late(run, "log_d_real")),
        ("E log D(G(f))", "log 1/2", "log 1/2", half, _late(run, "log_d_fake")),
        ("terms 1 + 2 of Eq. 1", '"log 4"', "−log 4", quarter, value),
        ("term 3 of Eq. 1", "–", "−H(p_f)", "unknown", memory),
        ("all of Eq. 1", '"log 4"', "−log 4 − H(p_f)", "unknown", (None, None)),
    ]
    columns = ("quantity", "printed", "corrected", "at the optimum", "regenerated")
    rows: list[Row] = [
        dict(zip(columns, (*words, tables.plus_minus(*found, 3)), strict=True)) for *words, found in lines
    ]
    figure = tables.of(
        rows,
        note=f"regenerated: the second half of training on {data.name(run.dataset)} (term 3: held-out "
        "log-likelihood\nof the RBM at the last step, a lower bound of −H(p_f) for binarised f); mean ± one "
        "deviation over seeds",
    )
    caption = (
        "The value of the game at its optimum (Sec. 6.2). The printed forms lack a sign, and a term: with "
        "D = 1/2 the first two terms of Eq. 1 are −log 4, and with the RBM's law equal to that of f the "
        "third is −H(p_f). Beside them what a run on "
        f"{data.described(run.dataset)}, reached, which is no optimum."
    )
    return Drawing(figure, rows, caption)
