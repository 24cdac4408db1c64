"""Inception scores of `dfm`: Table 1 and the scores without labels of Section 5.1."""

from __future__ import annotations

from typing import Any

from pipeline.results import Drawing, Evidence, reading, result
from pipeline.results import table as tables
from pipeline.results.reading import role

# Table 1 and Sec. 5.1 as printed: model, how it was trained, score, and where the score is from
REPORTED = (
    ("Real data", "", "11.24 ± .12", "quoted"),
    ("Improved GAN (Salimans et al.)", "semi-supervised", "8.09 ± .07", "quoted"),
    ("Improved GAN (Salimans et al.), no labels", "unsupervised", "4.36 ± .04", "quoted"),
    (
        "ALI (Dumoulin et al.)",
        "unsupervised",
        "5.34 ± 0.05",
        "not run: scored there from its authors' weights",
    ),
    ("Denoising feature matching", "unsupervised", "7.72 ± 0.13", ""),
    ("GAN control, λ = 0", "unsupervised", "", ""),
)
DFM, CONTROL = REPORTED[4][0], REPORTED[5][0]
ROLES = {DFM: "dfm", CONTROL: "control"}


@result("dfm", "table1")
def table1(evidence: dict[str, Evidence]) -> Drawing:
    """Inception scores as printed for CIFAR-10, beside those measured on the data that the suite has."""
    runs = {name: role(evidence, name) for name in ROLES.values()}
    metric = reading.metric_like(runs["dfm"], "is")
    data = runs["dfm"].metrics["dataset"]
    rows = [
        _score_row(model, labels, reported, note, runs, metric) for model, labels, reported, note in REPORTED
    ]
    header = ["Model", "training", "CIFAR-10\nreported", "CIFAR-10\nregenerated", f"{data}\nregenerated"]
    lines = [
        [row["model"], row["training"], row["CIFAR-10 reported"] or tables.MISSING,
         row["CIFAR-10 regenerated"].split(":")[0], row[f"{data} regenerated"] or tables.MISSING]
        for row in rows
    ]  # fmt: skip
    groups, size = metric.removeprefix("is").split("x")
    seeds = {name: _trained(run) for name, run in runs.items()}
    split = runs["dfm"].metrics["reference"]["split"]
    note = (
        f"{data}: {groups} groups of {size} samples, scored by the data set's own classifier;\n"
        f"real data: its {split} split, ± over groups; models: mean ± deviation over seeds "
        f"(trained: {seeds['dfm']} and {seeds['control']})\n"
        "CIFAR-10 reported: 10 groups of 5,000, Inception network; quoted: taken from Salimans et al."
    )
    figure = tables.figure(header, lines, rules=[1, 2], note=note)
    caption = (
        "Table 1: Inception scores. The reported column is the paper's, for CIFAR-10 and its Inception "
        f"network. The last column is of another data set, {data}, with another network and other group "
        "sizes: its numbers are to be held against each other only, never against the printed ones. "
        + _paired(runs, metric)
    )
    return Drawing(figure, rows, caption)


def _score_row(
    model: str, labels: str, reported: str, note: str, runs: dict[str, Evidence], metric: str
) -> dict[str, Any]:
    data = runs["dfm"].metrics["dataset"]
    here = ""
    if model in ROLES:
        here = _final(runs[ROLES[model]], metric)
    elif model == "Real data":
        final = {k: runs["dfm"].metrics["metrics"].get(f"real_{metric}{k}") for k in ("", "_deviation")}
        values = [None if each is None else each["final"]["mean"] for each in final.values()]
        here = tables.plus_minus(values[0], values[1])
    return {
        "model": model,
        "training": labels,
        "CIFAR-10 reported": reported,
        "CIFAR-10 regenerated": note or "not run in this suite",
        f"{data} regenerated": here,
    }


def _final(run: Evidence, metric: str) -> str:
    statistic = run.metrics["metrics"][metric]["final"]
    if statistic["mean"] is None:
        return "every seed diverged"
    return tables.plus_minus(statistic["mean"], statistic["std"])


def _trained(run: Evidence) -> str:
    seeds = run.experiment.seeds
    return f"{len(seeds) - len(reading.diverged(run))} of {len(seeds)}"


def _paired(runs: dict[str, Evidence], metric: str) -> str:
    """One sentence on DFM minus control at equal seeds, whichever way it comes out."""
    guided, control = (reading.finals(runs[name], metric) for name in ("dfm", "control"))
    differences = [
        value - other
        for seed, value in guided.items()
        if value is not None and (other := control.get(seed)) is not None
    ]
    if not differences:
        return "No seed trained with both methods, so that they cannot be compared."
    listed = ", ".join(tables.number(each) for each in differences)
    above = sum(each > 0 for each in differences)
    return (
        f"Seed by seed, denoising feature matching minus its control is {listed}: it is ahead in {above} of "
        f"{len(differences)}."
    )


@result("dfm", "inline-cifar", "CIFAR-10 without labels (Section 5.1)")
def inline_cifar(evidence: dict[str, Evidence]) -> Drawing:
    """The score that Salimans et al. reach without labels, quoted, and the suite's own runs by seed."""
    runs = {model: role(evidence, name) for model, name in ROLES.items()}
    metric = reading.metric_like(runs[DFM], "is")
    names = [metric, *_others(runs[DFM])]
    model, _, reported, _ = REPORTED[2]
    rows: list[dict[str, Any]] = [
        {"model": model, "data": "CIFAR-10", "seed": "", "reported": f"{reported} (quoted)"}
    ]
    for model, run in runs.items():
        values = {name: reading.finals(run, name) for name in names}
        for seed in run.experiment.seeds:
            row = {"model": model, "data": run.metrics["dataset"], "seed": seed, "reported": ""}
            rows.append(row | {name: _cell(found[seed]) for name, found in values.items()})
    header = ["Model", "data", "seed", "Inception score\nreported", *[HEADINGS[_stem(n)] for n in names]]
    lines = [
        [
            str(row["model"]),
            row["data"],
            str(row["seed"]) or tables.MISSING,
            row["reported"] or tables.MISSING,
        ]
        + [str(row.get(name, tables.MISSING)) for name in names]
        for row in rows
    ]
    starts = [1, 1 + len(runs[DFM].experiment.seeds)]
    caption = (
        "Section 5.1 quotes 4.36 ± .04 for the Improved GAN without labels on CIFAR-10. Below it the suite's "
        f"own unlabelled runs on {runs[DFM].metrics['dataset']}, every seed, with and without denoising: "
        "the Inception score and what it is made of, the classifier's certainty about each sample (its mean "
        "largest probability) and the entropy of the classes over all samples; and FID. "
        + _paired({name: runs[model] for model, name in ROLES.items()}, metric)
    )
    return Drawing(tables.figure(header, lines, rules=starts), rows, caption)


HEADINGS = {
    "is": "Inception\nscore",
    "class_confidence": "certainty\na sample",
    "class_entropy": "class\nentropy",
    "fid": "FID",
}


def _others(run: Evidence) -> list[str]:
    """What else was measured of the things that make up the score, by their names with protocol."""
    stems = [stem for stem in HEADINGS if stem != "is"]
    return [name for stem in stems for name in run.metrics["metrics"] if _stem(name) == stem]


def _stem(name: str) -> str:
    return name.rstrip("0123456789x")


def _cell(value: float | None) -> str:
    return "diverged" if value is None else tables.number(value)
