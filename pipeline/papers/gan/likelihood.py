"""Table 1 of `gan`: Parzen-window log-likelihoods."""

from __future__ import annotations

import math

from pipeline.figures import data
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
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
    lost = reading.diverged(used)
    return {
        "regenerated": tables.plus_minus(stats[name]["mean"], stats["parzen_se"]["mean"], 1),
        "deviation over seeds": tables.number(stats[name]["std"], 1),
        "sigma": tables.number(stats["parzen_sigma"]["mean"], 3),
        "samples": name.removeprefix("parzen"),
        "seeds": f"{len(used.experiment.seeds) - len(lost)} of {len(used.experiment.seeds)}",
        "experiment": used.name,
    }


def _over_folds(folds: list[Evidence]) -> Row:
    """Mean over folds of each fold's mean over seeds, its standard error over folds, and every fold's σ."""
    name = reading.metric_like(folds[0], "parzen")
    finals = [{key: run.metrics["metrics"][key]["final"] for key in (name, "parzen_sigma")} for run in folds]
    known = [final for final in finals if final[name]["mean"] is not None]
    mean, deviation = reading.mean_deviation(final[name]["mean"] for final in known)
    if mean is None:
        return {"regenerated": "every seed diverged"}
    seeds = sum(len(run.experiment.seeds) for run in folds)
    lost = sum(len(reading.diverged(run)) for run in folds)
    return {
        "regenerated": tables.plus_minus(mean, deviation and deviation / math.sqrt(len(known)), 1),
        "deviation over seeds": ", ".join(tables.number(final[name]["std"], 1) for final in known),
        "sigma": ", ".join(tables.number(final["parzen_sigma"]["mean"], 3) for final in known),
        "samples": name.removeprefix("parzen"),
        "seeds": f"{seeds - lost} of {seeds}",
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
