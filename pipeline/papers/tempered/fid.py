"""FID with and without a lens: over training (tempered, Fig. 4 bottom, 5 and 6), and in numbers (Sec. 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.figures import curves, data, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import by_seed, mean_deviation, rounded
from pipeline.measures.runs import known
from pipeline.measures.training import below, first_reached
from pipeline.papers.registry import result
from pipeline.papers.tempered import common
from pipeline.papers.tempered.common import COLORS, PLAIN, SCHEDULED, fid_note, method, pairs, spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


# FID over 4096 samples on Inception's features, as printed: without a lens, with a lens.
GAN = {PLAIN: "42 (best)", SCHEDULED: "22"}
LSGAN = {
    "mnist": {PLAIN: "19 (best); most fail", SCHEDULED: "14–16; all train"},
    "color_mnist": {PLAIN: "90 (best); stalls", SCHEDULED: "14–22"},
    "celeba": {PLAIN: "52 (best)", SCHEDULED: "32 (best)–37 (worst)"},
}


@result("tempered", "fig4-bottom-left", each=True)
def fixed_weight(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID and reconstruction error over training at a fixed λ, a panel for each run."""
    figure, axes = style.canvas(1, len(evidence), width=3.4 * len(evidence), height=2.5)
    rows: list[Row] = []
    for axis, run in zip(axes[0], evidence.values(), strict=True):
        lens = common.lens_of(run)
        rows += _draw_fid(axis, [run])
        steps, errors = by_seed(run.training, "reconstruction")
        right = style.right_axis(axis, yscale="log", ylabel="$(X-L(X))^2$ a pixel")
        curves.spread(right, steps, errors, label="reconstruction error", color=style.THEORY, linestyle="--")
        axis.plot([], [], color=style.THEORY, linestyle="--", label="reconstruction error (right)")
        axis.legend(loc="upper right")
        how = "summed" if lens.reconstruction == "sum" else "averaged"
        style.letter(axis, rf"$\lambda = {lens.weight:g}$ throughout, $L_R$ {how}")
        about = {"method": spoken(run), "experiment": run.name}
        rows += curves.rows(run.experiment.seeds, steps, {"reconstruction": errors}, about, 6)
    run = next(iter(evidence.values()))
    caption = (
        f"A lens with a fixed λ on {data.described(run.dataset, 'mnist')}: FID (left axes) and squared "
        "reconstruction error (right axes, logarithmic) over training, mean ± deviation and every seed. In "
        f"the paper FID is 60 after 10M steps and both still fall. {fid_note(run, 'mnist')}"
    )
    return Drawing(figure, rows, caption)


MNIST_SEEN = "start higher with the lens and end at 22 with and 42 without"
COLOR_SEEN = "with a lens are worse at first, then better, and closer together"


@result("tempered", "fig4-bottom-right", each=True, printed="mnist", mean=True, seen=MNIST_SEEN)
@result("tempered", "fig5", each=True, printed="color_mnist", mean=False, seen=COLOR_SEEN)
def scheduled_weight(evidence: Mapping[str, Evidence], *, printed: str, mean: bool, seen: str) -> Drawing:
    """FID over training with a scheduled λ and without a lens: mean over seeds, with the step from which on
    it is lower with the lens, or the seeds alone."""
    lensed, plain = pairs(evidence)
    figure, axes, rows = _with_and_without(lensed, plain, mean)
    for run in lensed if mean else ():
        step = common.crossing(run, plain)
        if step is not None:
            axes.axvline(step, color=COLORS[method(run)], linewidth=0.7, linestyle="--")
    lines = (
        "mean ± deviation and every seed; dotted: K; dashed, where there is one: the step from which on mean "
        "FID with a lens is the lower one"
        if mean
        else f"{len(plain.experiment.seeds)} runs a method; dotted: K"
    )
    caption = (
        f"FID over training, from the same initial weights with and without a lens, on "
        f"{data.described(plain.dataset, printed)}: {lines}. The paper's curves, on {data.NAMES[printed]}, "
        f"{seen}. {fid_note(plain, printed)}"
    )
    return Drawing(figure, rows, caption)


def _with_and_without(
    lensed: Sequence[Evidence], plain: Evidence, mean: bool = True
) -> tuple[Figure, Axes, list[Row]]:
    """FID of every method in one panel, and K."""
    figure, axes = style.canvas(width=4.6, height=2.7)
    axis: Axes = axes[0, 0]
    rows = _draw_fid(axis, [plain, *lensed], mean)
    end = common.lens_of(lensed[0]).schedule_steps
    if end is not None:
        axis.axvline(end, color=style.MUTED, linewidth=0.8, linestyle=":")
    axis.legend()
    return figure, axis, rows


def _draw_fid(axes: Axes, runs: Sequence[Evidence], mean: bool = True) -> list[Row]:
    """FID over training: every seed, with mean and deviation or by itself."""
    rows: list[Row] = []
    for run in runs:
        rows += curves.over_steps(
            axes, run.curves, reading.metric_like(run, "fid"), label=method(run), color=COLORS[method(run)],
            about={"method": spoken(run), "experiment": run.name}, mean=mean,
        )  # fmt: skip
    axes.set(xlabel="step", ylabel="FID", ylim=(0, None))
    return rows


@result("tempered", "fig6", each=True)
def wasserstein(evidence: Mapping[str, Evidence], *, thresholds: list[float]) -> Drawing:
    """FID of WGAN-GP over training with and without a lens, and the steps to each of the `thresholds`."""
    lensed, plain = pairs(evidence)
    figure, axes, rows = _with_and_without(lensed, plain)
    for threshold in thresholds:
        style.level(axes, threshold, linewidth=0.5, linestyle="-")
        rows += [
            {"method": spoken(run), "experiment": run.name, "seed": seed, "threshold": threshold,
             "steps_to_threshold": None if step is None else int(step)}
            for run in (plain, *lensed)
            for seed, step in first_reached(run, reading.metric_like(run, "fid"), threshold).items()
        ]  # fmt: skip
    axes.set_xlabel("generator step")
    caption = (
        f"WGAN-GP on {data.described(plain.dataset, 'cifar10')}: FID over training, mean ± deviation and "
        "every seed; dotted: K; lines across: the levels of FID whose first snapshot the table of what was "
        "drawn has for every seed. The paper's two runs, on CIFAR-10, both end at 39 and the one with a lens "
        f"gets there sooner. {fid_note(plain, 'cifar10')}"
    )
    return Drawing(figure, rows, caption)


@result("tempered", "inline-mnist-gan", each=True)
def mnist_gan(evidence: Mapping[str, Evidence]) -> Drawing:
    """FID of each method: as reported, and over the runs here."""
    lensed, plain = pairs(evidence)
    rows = [_method_row(run, GAN) for run in (plain, *lensed)]
    headings = {
        "method": "method", "reported": "FID reported\n(MNIST)",
        "best_run_best_snapshot": "best run,\nbest snapshot", "best_run_last_step": "best run,\nlast step",
        "last_step_mean_sd": "last step,\nmean ± sd", "runs": "runs",
    }  # fmt: skip
    figure = tables.of(rows, headings, note=_note(plain))
    caption = (
        f"DCGAN with and without a lens on {data.described(plain.dataset, 'mnist')}. The reported "
        "values are the best over the paper's runs, on MNIST with Inception's features; both of what 'best' "
        f"may mean are given for the runs here. {fid_note(plain, 'mnist')}"
    )
    return Drawing(figure, rows, caption)


def _method_row(run: Evidence, reported: Mapping[str, str]) -> Row:
    """One method as cells of text; a method that the paper does not have is reported as a dash."""
    finals, bests = common.final(run), common.best(run)
    return {
        "method": spoken(run),
        "reported": reported.get(method(run), tables.MISSING),
        "best_run_best_snapshot": tables.number(min(known(bests), default=None), 1),
        "best_run_last_step": tables.number(min(known(finals), default=None), 1),
        "last_step_mean_sd": tables.plus_minus(*mean_deviation(finals.values()), 1),
        "runs": len(finals),
    }


@result("tempered", "inline-lsgan-mnist", each=True, printed="mnist")
@result("tempered", "inline-lsgan-cmnist", each=True, printed="color_mnist")
@result("tempered", "inline-lsgan-celeba", each=True, printed="celeba")
def seed_by_seed(evidence: Mapping[str, Evidence], *, threshold: float, printed: str) -> Drawing:
    """FID of every seed of every method, with a flag for those that trained: final FID below `threshold`."""
    runs = [run for run in evidence.values() if method(run) == PLAIN]
    runs += [run for run in evidence.values() if method(run) != PLAIN]
    rows = [row for run in runs for row in seed_rows(run, LSGAN[printed], threshold)]
    headings = {
        "method": "method", "output": "output\nof D", "reported": f"FID reported\n({data.NAMES[printed]})",
        "seed": "seed", "fid_last": "FID, last\nstep", "fid_best": "FID, best\nsnapshot",
        "gradient_generator": "|grad G|\nat the end", "trained": "trained",
    }  # fmt: skip
    digits = {"fid_last": 1, "fid_best": 1, "gradient_generator": 3}
    cells = [row | {name: tables.number(row[name], few) for name, few in digits.items()} for row in rows]
    starts = [i for i, row in enumerate(rows) if i and row["experiment"] != rows[i - 1]["experiment"]]
    figure = tables.of(cells, headings, rules=starts, note=_note(runs[0]))
    caption = (
        f"LSGAN with and without a lens on {data.described(runs[0].dataset, printed)}, seed by "
        f"seed. A run counts as trained if its FID at the last step is below {threshold:g}, a threshold "
        "of ours, since the paper names none. The last column but one is the norm of G's gradient, small "
        f"where it starves. {fid_note(runs[0], printed)}"
    )
    return Drawing(figure, rows, caption)


def seed_rows(run: Evidence, reported: Mapping[str, str], threshold: float) -> list[Row]:
    """One row for each seed of a run."""
    name, objective = reading.metric_like(run, "fid"), run.experiment.train.objective
    finals, bests = common.final(run), common.best(run)
    gradients, trained = reading.logged_at(run, "gradient_generator"), below(run, name, threshold)
    rows = []
    for seed in run.experiment.seeds:
        rows.append({
            "method": spoken(run), "output": getattr(objective, "output", objective.kind),
            "reported": reported.get(method(run), tables.MISSING), "experiment": run.name, "seed": seed,
            "fid_last": rounded(finals[seed]), "fid_best": rounded(bests[seed]),
            "gradient_generator": rounded(gradients[seed], 5),
            "trained": "yes" if trained[seed] else "no",
        })  # fmt: skip
    return rows


def _note(run: Evidence) -> str:
    name, features = reading.metric_like(run, "fid"), run.metrics["features"]["kind"]
    return f"Regenerated: {name}, {features} features, {run.experiment.train.steps} steps"
