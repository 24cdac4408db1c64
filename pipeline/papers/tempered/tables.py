"""Numbers that tempered prints in its text, beside what was regenerated (Sec. 3 and A.4)."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.figures import data
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import mean_deviation, rounded
from pipeline.papers.registry import result
from pipeline.papers.tempered.common import PLAIN, SCHEDULED, best, fid_note, final, method, pairs, spoken

# FID over 4096 samples on Inception's features, as printed: without a lens, with a lens.
GAN = {PLAIN: "42 (best)", SCHEDULED: "22"}
LSGAN = {
    "mnist": {PLAIN: "19 (best); most fail", SCHEDULED: "14–16; all train"},
    "color_mnist": {PLAIN: "90 (best); stalls", SCHEDULED: "14–22"},
    "celeba": {PLAIN: "52 (best)", SCHEDULED: "32 (best)–37 (worst)"},
}


@result("tempered", "inline-mnist-gan", "DCGAN on digits with and without a lens (Sec. 3, A.4.1)", each=True)
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
    finals, bests = final(run), best(run)
    known = [value for value in finals.values() if value is not None]
    smallest = [value for value in bests.values() if value is not None]
    return {
        "method": spoken(run),
        "reported": reported.get(method(run), tables.MISSING),
        "best_run_best_snapshot": tables.number(min(smallest, default=None), 1),
        "best_run_last_step": tables.number(min(known, default=None), 1),
        "last_step_mean_sd": tables.plus_minus(*mean_deviation(finals.values()), 1),
        "runs": len(finals),
    }


BY_SEED = "seed by seed (Sec. 3, A.4.2)"


@result("tempered", "inline-lsgan-mnist", f"LSGAN on digits, {BY_SEED}", each=True, printed="mnist")
@result(
    "tempered", "inline-lsgan-cmnist", f"LSGAN on colour digits, {BY_SEED}", each=True, printed="color_mnist"
)
@result(
    "tempered", "inline-lsgan-celeba", "LSGAN on faces, seed by seed (Sec. 3)", each=True, printed="celeba"
)
def seeds(evidence: Mapping[str, Evidence], *, threshold: float, printed: str) -> Drawing:
    """FID of every seed of every method, with a flag for those that trained: final FID ≤ `threshold`."""
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
        f"seed. A run counts as trained if its FID at the last step is at most {threshold:g}, a threshold "
        "of ours, since the paper names none. The last column but one is the norm of G's gradient, small "
        f"where it starves. {fid_note(runs[0], printed)}"
    )
    return Drawing(figure, rows, caption)


def seed_rows(run: Evidence, reported: Mapping[str, str], threshold: float) -> list[Row]:
    """One row for each seed of a run."""
    finals, bests, objective = final(run), best(run), run.experiment.train.objective
    _, gradients = reading.by_seed(run.training, "gradient_generator")
    rows = []
    for seed, gradient in zip(run.experiment.seeds, gradients, strict=True):
        value = finals[seed]
        rows.append({
            "method": spoken(run), "output": getattr(objective, "output", objective.kind),
            "reported": reported.get(method(run), tables.MISSING), "experiment": run.name, "seed": seed,
            "fid_last": rounded(value), "fid_best": rounded(bests[seed]),
            "gradient_generator": rounded(float(gradient[-1]), 5),
            "trained": "yes" if value is not None and value <= threshold else "no",
        })  # fmt: skip
    return rows


def _note(run: Evidence) -> str:
    name, features = reading.metric_like(run, "fid"), run.metrics["features"]["kind"]
    return f"Regenerated: {name}, {features} features, {run.experiment.train.steps} steps"
