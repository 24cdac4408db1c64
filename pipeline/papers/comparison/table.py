"""All methods and some combinations of them, on the same data, networks, budget and seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pipeline.base.errors import PipelineError
from pipeline.figures import data
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.measures.training import below
from pipeline.papers.registry import result
from pipeline.params import plain
from pipeline.params.experiment import Train

NAMES = {
    "anneal": "anneal (β-GAN)",
    "lens": "lens (tempered)",
    "rbm": "rbm (AAN)",
    "denoising": "denoising (DFM)",
    "feature_matching": "feature matching",
}
BASELINE = "plain GAN"
# what a method or a combination may change; everything else must be the same
SEAMS = ("objective", "prior", "tempering", "guidance")


# the beginning of a metric's name: its heading, and its decimals
COLUMNS = {
    "fid": ("FID ↓", 1),
    "is": ("Inception\nscore ↑", 2),
    "parzen": ("Parzen\n[nats] ↑", 1),
    "recall": ("recall ↑", 2),
}


@result(
    "comparison",
    "table",
    each=True,
)
def comparison(evidence: dict[str, Evidence], *, fid_limit: float) -> Drawing:
    """A row an experiment: quality, share of runs that trained, and cost.

    A run counts as trained when it stayed finite and its FID is below `fid_limit`.
    """
    runs = sorted(evidence.values(), key=lambda run: len(changed(run.experiment.train)))
    _same(runs)
    metrics = {prefix: reading.metric_like(runs[0], prefix) for prefix in COLUMNS}
    rows = [_row(run, metrics, fid_limit) for run in runs]
    best = {name: _best(runs, name) for name in metrics.values()}
    headings = {"method": "method", "objective": "objective"}
    headings |= {metrics[prefix]: heading for prefix, (heading, _) in COLUMNS.items()}
    headings |= {"trained": "trained", "million multiply-adds a step": "$10^6$ multiply-\nadds a step"}
    headings["weights"] = "weights"
    places = [
        (line, list(headings).index(name))
        for name in metrics.values()
        for line, run in enumerate(runs)
        if run is best[name]
    ]
    sizes = [len(changed(run.experiment.train)) for run in runs]
    rules = [line for line in range(1, len(runs)) if sizes[line] > sizes[line - 1] >= 1]
    note = _note(runs, metrics, fid_limit)
    return Drawing(tables.of(rows, headings, bold=places, rules=rules, note=note), rows, _caption(runs))


def changed(train: Train) -> list[str]:
    """What a run adds to the plain GAN, by the names of its parts."""
    kinds: tuple[str, ...] = (train.tempering.kind, train.prior.kind, train.guidance.kind)
    parts = [kind for kind in kinds if kind in NAMES]
    objective: str = train.objective.kind
    return parts if objective == "non_saturating" else [*parts, objective.replace("_", " ")]


def label(train: Train) -> str:
    """'plain GAN', a method with its paper, or a combination such as 'lens + denoising'."""
    parts = changed(train)
    if not parts:
        return BASELINE
    if len(parts) == 1:
        return NAMES.get(parts[0], parts[0])
    return " + ".join(part.replace("_", " ") for part in parts)


def _same(runs: list[Evidence]) -> None:
    """Raise PipelineError when two experiments differ in more than their seams."""

    def fixed(run: Evidence) -> dict[str, Any]:
        block = plain(run.experiment)
        block["train"] = {key: value for key, value in block["train"].items() if key not in SEAMS}
        return block

    first = fixed(runs[0])
    for run in runs[1:]:
        other = fixed(run)
        if other != first:
            keys = [key for key in first if other[key] != first[key]]
            keys += [f"train.{key}" for key in first["train"] if other["train"][key] != first["train"][key]]
            raise PipelineError(
                f"The comparison is of runs alike in all but {', '.join(SEAMS)}, but '{runs[0].name}' and "
                f"'{run.name}' differ in {', '.join(key for key in keys if key != 'train')}: make them equal."
            )


def _row(run: Evidence, metrics: Mapping[str, str], fid_limit: float) -> Row:
    train, known = run.experiment.train, run.metrics["metrics"]
    row: Row = {"method": label(train), "objective": train.objective.kind.replace("_", " ")}
    for prefix, (_, digits) in COLUMNS.items():
        final = known[metrics[prefix]]["final"]
        row[metrics[prefix]] = tables.plus_minus(final["mean"], final["std"], digits)
    trained = below(run, metrics["fid"], fid_limit)
    row["trained"] = f"{sum(trained.values())} of {len(trained)}"
    # these two are the same for every seed
    cost, weights = (
        next((value for value in reading.finals(run, name).values() if value is not None), None)
        for name in ("multiply_adds", "weights")
    )
    row["million multiply-adds a step"] = tables.number(None if cost is None else cost / 1e6, 1)
    row["weights"] = tables.MISSING if weights is None else f"{weights:,.0f}"
    row["experiment"] = run.name
    return row


def _best(runs: list[Evidence], name: str) -> Evidence | None:
    """The run with the best mean over seeds; None where no run has one."""
    found = {run.name: run.metrics["metrics"][name]["final"]["mean"] for run in runs}
    known = [run for run in runs if found[run.name] is not None and math.isfinite(found[run.name])]
    if not known:
        return None
    sign = 1 if runs[0].metrics["metrics"][name]["better"] == "lower" else -1
    return min(known, key=lambda run: sign * found[run.name])


def _note(runs: list[Evidence], metrics: Mapping[str, str], fid_limit: float) -> str:
    train, about = runs[0].experiment.train, runs[0].metrics
    names = ", ".join(metrics.values())
    return (
        f"{about['dataset']}; {train.steps} steps of {train.batch} examples; mean ± deviation over "
        f"{len(about['seeds'])} seeds; bold: best mean\n"
        f"{names}, on the features of {data.features(runs[0])}; "
        f"trained: finite, and FID below {fid_limit:g}"
    )


def _caption(runs: list[Evidence]) -> str:
    return (
        "Every method of the five papers and combinations of them, each a plain GAN with one or two parts "
        "exchanged: same data, networks, optimisers, steps and seeds, and the same initial weights seed by "
        f"seed. {_schedules(runs)}The optimisers were chosen on the plain GAN, which favours it, and nothing "
        "was tuned for any method; the budget is small, and the table "
        "ranks nothing. Runs that diverged are in no mean, and count as not trained. Cost is what "
        "the code does in one step, the multiply-adds of matrix products and convolutions forwards and "
        "backwards, since seconds differ from machine to machine; measured steps per second are in each "
        "run's provenance."
    )


def _schedules(runs: list[Evidence]) -> str:
    """Until when data were tempered: what is left of the budget is training on the data themselves."""
    ends = {}
    for run in runs:
        tempering = run.experiment.train.tempering
        end = getattr(tempering, "annealing_steps", None) or getattr(tempering, "schedule_steps", None)
        if end:
            ends[tempering.kind] = int(end)
    if not ends:
        return ""
    steps = runs[0].experiment.train.steps
    listed = " and ".join(f"{kind}'s to step {end}" for kind, end in ends.items())
    return f"Of the {steps} steps the schedule of tempered data takes {listed}. "
