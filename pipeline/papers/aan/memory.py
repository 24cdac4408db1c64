"""Results of `aan` on the associative memory: Gibbs steps (Fig. 3), mixing, held-out likelihood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.base.errors import PipelineError
from pipeline.base.pixels import to_pixels
from pipeline.figures import curves, samples, strip, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures.evidence import Evidence
from pipeline.measures.mixing import by_factor, feature_spread, likelihood_gain
from pipeline.measures.reading import diverged, finals, mean_deviation, role, rounded
from pipeline.measures.runs import known
from pipeline.metrics.mixing import autocorrelation, chance_flips, flip_rate
from pipeline.papers.aan.common import made_from, memory, size
from pipeline.papers.registry import result
from pipeline.params.base import Positive
from pipeline.params.datasets import factors
from pipeline.params.metrics import RBMLikelihood, RBMSetting

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PADDING = 3
# k, rate and momentum of the paper's RBM (Sec. 6)
PRINTED = (2, 0.001, 0.8)
PARAMETERS = {
    "hidden": "hidden units",
    "gibbs": "$k$ of CD-$k$",
    "lr": "learning rate",
    "momentum": "momentum",
    "epochs": "epochs",
}


@result("aan", "fig3a", roles=("aan",), printed="1000", reported="change slowly")
@result("aan", "fig3b", roles=("aan",), printed="100", reported="change at the first step already")
def gibbs_steps(evidence: Mapping[str, Evidence], *, rows: Positive, printed: str, reported: str) -> Drawing:
    """Rows of a real image and what G makes of the chain that starts from its features, first seed."""
    run = role(evidence, "aan")
    block, seed = memory(run), run.experiment.seeds[0]
    if seed not in _trained(run):
        raise _no_chains(run)
    real, made = run.arrays["gibbs_real"], run.arrays[f"gibbs_seed{seed}"]
    shown = np.concatenate([real[:, None], made], axis=1)[:rows]
    steps = made.shape[1]
    figure, axes = style.canvas(height=style.TEXT_WIDTH / (steps + 1) * rows + 0.3)
    pixels = to_pixels(shown, run.experiment.train.range)
    names = ["real", *map(str, range(1, steps + 1))]
    pitch = samples.sheet(axes[0, 0], pixels.reshape(-1, *pixels.shape[2:]), names, PADDING)
    axes[0, 0].axvline(pitch - PADDING / 2 - 0.5, color=style.REAL, linewidth=1.5)
    caption = (
        f"Gibbs steps with an RBM of {block.dim} × {block.hidden} units: left a real test image x, then G of "
        f"the chain that starts from x's features f, after 1 to {steps} steps (seed {seed}). The paper's "
        f"figure has an RBM of {printed} × {printed} units, whose images are said to {reported}. "
        f"{made_from([run])}"
    )
    return Drawing(figure, _class_rows(run, seed, rows), caption)


def _class_rows(run: Evidence, seed: int, count: int) -> list[Row]:
    """What the data set's classifier sees in each picture."""
    chances = run.arrays.get(f"gibbs_probabilities_seed{seed}")
    if chances is None:
        return [{"chain": chain} for chain in range(count)]
    return [
        {"chain": chain, "step": step, "class": int(p.argmax()), "probability": round(float(p.max()), 4)}
        for chain, line in enumerate(chances[:count])
        for step, p in enumerate(line)
    ]


@result("aan", "mixing", each=True)
def mixing(evidence: Mapping[str, Evidence]) -> Drawing:
    """Autocorrelation of the visible units, class flips of G's images, and the spread of the features."""
    runs = sorted(evidence.values(), key=size, reverse=True)
    figure, axes = style.canvas(
        2, 2, height=3.4 + 0.3 * len(runs), height_ratios=(2.4, 0.45 + 0.22 * len(runs))
    )
    table = style.wide(figure, axes, 1)
    rows: list[Row] = []
    for run, color in zip(runs, (style.GENERATED, style.REAL, *style.PALETTE[2:]), strict=False):
        label, kept = _label(run), _trained(run)
        memories = np.array([autocorrelation(run.arrays[f"gibbs_states_seed{s}"]) for s in kept])
        seen = [by_factor(run, run.arrays[f"gibbs_probabilities_seed{s}"]) for s in kept]
        flips = np.array([[flip_rate(chances) for chances in each.values()] for each in seen])
        lags, steps = np.arange(memories.shape[1]), np.arange(1, flips.shape[2] + 1)
        curves.spread(axes[0, 0], lags, memories, label=label, color=color)
        curves.spread(axes[0, 1], steps, flips.mean(axis=1), label=label, color=color)
        chance = np.mean([chance_flips(chances) for each in seen for chances in each.values()])
        style.level(axes[0, 1], float(chance), color=color)
        columns = {"autocorrelation_from_step_1": memories}
        columns |= {f"{name}_flips": rates for name, rates in zip(seen[0], flips.swapaxes(0, 1), strict=True)}
        rows += curves.rows(kept, steps, columns, {"RBM": label})
    axes[0, 0].set(xlabel="Gibbs steps $t$", ylabel="autocorrelation of $v$", ylim=(-0.05, 1.02))
    what = "attributes" if factors(runs[0].dataset.prepare) else "classes"
    axes[0, 1].set(xlabel="Gibbs steps", ylabel=f"{what} other than the real image's", ylim=(0, 1))
    style.letter(axes[0, 0], "(a) memory of the chain")
    style.letter(axes[0, 1], f"(b) {what} of $G$'s images")
    axes[0, 0].legend(title="RBM", loc="upper right")
    _feature_table(table, runs)
    return Drawing(figure, rows, _mixing_caption(runs))


def _mixing_caption(runs: Sequence[Evidence]) -> str:
    names = list(factors(runs[0].dataset.prepare))
    seen = (
        f"share of the attributes ({', '.join(names)}) in which the image differs from the real one that its "
        "chain started from"
        if names
        else "share of chains whose image has another class than the real image they started from"
    )
    return (
        "How fast the chain forgets. (a) Correlation of the visible units after the first step with those t "
        f"steps later, over chains from test images and pooled over units; (b) {seen}, by the data set's "
        "classifier, dotted: the share if image and start were independent. Mean ± one deviation over seeds. "
        "Below, D's features f of test images: entropy of a unit that is up with probability (1 + f)/2, "
        "averaged over images first; root mean square correlation of pairs of units; participation ratio of "
        "the covariance's spectrum, as a share of its dimension; all are 0.693, 0 and 1 for independent, "
        "uniform units. The paper says of Fig. 3 that 100 × 100 units mix faster, and spread f more "
        f"uniformly, than 1000 × 1000. {made_from(runs)}"
    )


def _label(run: Evidence) -> str:
    """Sizes of an RBM, and its learning rate."""
    block = memory(run)
    return f"{block.dim} × {block.hidden}, rate {block.optimizer.lr:g}"


def _trained(run: Evidence) -> list[int]:
    """Seeds with chains, (chains, steps, …) arrays. Raises PipelineError when there is none."""
    lost = diverged(run)
    kept = [seed for seed in run.experiment.seeds if seed not in lost and f"gibbs_seed{seed}" in run.arrays]
    if not kept:
        raise _no_chains(run)
    return kept


def _no_chains(run: Evidence) -> PipelineError:
    return PipelineError(f"experiments.{run.name} left no chains: set sample.gibbs, or see why it diverged.")


def _feature_table(axes: Axes, runs: Sequence[Evidence]) -> None:
    lines = []
    for run in runs:
        spreads = (tables.plus_minus(*mean_deviation(by.values()), 3) for by in feature_spread(run))
        lines.append([_label(run), *spreads])
    header = ["RBM on $f$", "entropy of a unit [nats]", "rms pair correlation", "participation ratio / width"]
    style.bare(axes)
    tables.panel(axes, header, lines)


@result("aan", "heldout-ll", roles=("aan",))
def heldout(evidence: Mapping[str, Evidence]) -> Drawing:
    """Held-out log-likelihood over the Bernoulli baseline, a panel for each parameter of the grid."""
    run = role(evidence, "aan")
    block, units = _grid(run), size(run)
    names = [name for name in PARAMETERS if len(getattr(block, name)) > 1]
    figure, axes = style.canvas(1, len(names), height=2.7, sharey=True)
    for letter, axis, name in zip("abcdef", axes[0], names, strict=False):
        _parameter_panel(axis, run, block, name)
        style.letter(axis, f"({letter})")
    axes[0, 0].set_ylabel("held-out log-likelihood over\nindependent Bernoulli [nats]")
    style.legend_below(figure, axes[0, 0])
    return Drawing(figure, _likelihood_rows(run, block, units), _likelihood_caption(run, block))


def _grid(run: Evidence) -> RBMLikelihood:
    for metric in run.experiment.evaluate.metrics:
        if isinstance(metric, RBMLikelihood):
            return metric
    raise PipelineError(f"experiments.{run.name} lacks the metric 'rbm_likelihood' in evaluate.metrics.")


def _parameter_panel(axes: Axes, run: Evidence, block: RBMLikelihood, name: str) -> None:
    """Gains of the grid's points that differ in one parameter, and of the RBM that learned beside D and G."""
    values = sorted(getattr(block, name))
    cells = [gains(run, block.grid[0]._replace(**{name: value}).label) for value in values]
    strip.dots(axes, range(len(values)), cells, color=style.REAL, label="RBM, mean ± deviation over seeds")
    beside, _ = mean_deviation(gains(run, "memory"))
    if beside is not None:
        line = {"color": style.GENERATED, "linestyle": "-", "label": "RBM learned beside $D$ and $G$"}
        style.level(axes, beside, **line)
    style.level(axes, 0, color=style.THEORY, linestyle=(0, (4, 2)), label="independent Bernoulli")
    style.places(axes, [f"{value:g}" for value in values], xlabel=PARAMETERS[name])


def gains(run: Evidence, label: str) -> list[float]:
    """Nats above independent Bernoulli units, for each seed that has them."""
    return known(likelihood_gain(run, label))


def _likelihood_rows(run: Evidence, block: RBMLikelihood, units: int) -> list[Row]:
    rows = []
    labels: dict[str, RBMSetting | None] = dict.fromkeys(("uniform", "bernoulli", "memory"))
    labels |= {point.label: point for point in block.grid}
    for label, point in labels.items():
        name = f"loglik_{label}"
        mean, deviation = mean_deviation(finals(run, name).values())
        row: Row = {
            "model": "RBM" if point else {"memory": "RBM beside D and G"}.get(label, label),
            **(point._asdict() if point else dict.fromkeys(RBMSetting._fields, "")),
            "reported": "none",
            "nats": rounded(mean, 3), "deviation": rounded(deviation, 3),
            "nats_per_unit": rounded(None if mean is None else mean / units),
            "over_bernoulli": rounded(mean_deviation(gains(run, label))[0], 3),
        }  # fmt: skip
        known = run.metrics["metrics"]
        if f"{name}_error" in known:
            row["ais_error"] = rounded(mean_deviation(finals(run, f"{name}_error").values())[0], 4)
        if f"{name}_exact" in known:
            row["nats_exact"] = rounded(mean_deviation(finals(run, f"{name}_exact").values())[0], 3)
        rows.append(row)
    return rows


def _likelihood_caption(run: Evidence, block: RBMLikelihood) -> str:
    centre = block.grid[0]
    printed = " (k, rate and momentum as printed)" if centre[1:4] == PRINTED else ""
    return (
        "Held-out log P(v) of RBMs trained by contrastive divergence on D's frozen features of the training "
        f"images and measured on test images, v being ±1 draws with the {size(run)} features as means. One "
        f"parameter at a time leaves the centre: {centre.hidden} hidden units, CD-{centre.gibbs}, rate "
        f"{centre.lr:g}, momentum {centre.momentum:g}{printed}, {centre.epochs} epochs in batches of "
        f"{block.batch}. log Z is by annealed importance sampling with {block.chains} chains and "
        f"{block.temperatures} temperatures; the table of what was drawn has its standard error, and the "
        "exact value where one side can be enumerated. The paper announces this evaluation (contribution 3) "
        f"and prints no number or figure of it. {made_from([run])}"
    )
