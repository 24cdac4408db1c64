"""report: one page of all results, one file of all final metrics, and the platform that they were made on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import read_json, reading, write_json, write_text
from pipeline.base.provenance import platform
from pipeline.claims.finding import counts
from pipeline.figures import protocol
from pipeline.figures import table as tables
from pipeline.graph.job import Worker
from pipeline.measures import forms
from pipeline.measures.evidence import Evidence
from pipeline.papers.table import table
from pipeline.params import Params


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(options: argparse.Namespace) -> None:
    suite = params.load()
    worker = Worker(suite)
    with worker.job(worker.steps.report()):
        measured = {
            name: Evidence(name, experiment, suite.datasets[experiment.dataset]).metrics
            for name, experiment in suite.experiments.items()
        }
        write_json(paths.METRICS_SUMMARY, {name: _numbers(metrics) for name, metrics in measured.items()})
        write_text(paths.SUMMARY, _page(suite, measured))
        write_json(paths.PLATFORM, platform())
    print(paths.SUMMARY)


def _numbers(metrics: dict[str, Any]) -> dict[str, float | int | None]:
    """Flat numbers of one experiment: mean over seeds of every final metric, its deviation, seeds trained."""
    flat: dict[str, float | int | None] = {"trained": metrics["trained"]}
    for name, measure in metrics["metrics"].items():
        flat[name] = _rounded(measure["final"]["mean"])
        if measure["final"]["std"] is not None:
            flat[f"{name}_std"] = _rounded(measure["final"]["std"])
    return flat


def _rounded(value: float | None) -> float | None:
    # the mean of equal values may differ from them in the last bit, which is no deviation
    return None if value is None else float(f"{round(value, 12):.6g}")


def _page(suite: Params, measured: dict[str, dict[str, Any]]) -> str:
    parts = [f"# {tables.plain(suite.suite.title)}"]
    for paper, about in suite.papers.items():
        source = table(paper)
        parts.append(f"## {tables.plain(source.title)}\n\n{tables.plain(source.authors)}, {source.year}")
        parts += [_result(paths.result(paper, name, "md"), f"{paper}-{name}") for name in about.results]
        if about.waiting:
            reasons = [
                f"- `{paper}/{name}`: {tables.plain(reason)}" for name, reason in about.waiting.items()
            ]
            parts.append("### Not made by this suite\n\n" + "\n".join(reasons))
    parts += [_claims(), *_extractors(suite), "## Experiments\n\n" + _experiments(suite, measured)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _result(path: Path, key: str) -> str:
    """A result's own page as a section of the report: headings two levels down, links from reports/."""
    with reading(path, f"`python -m pipeline render {key}`"):
        text = path.read_bytes().decode()
    folder = path.parent.relative_to(paths.REPORTS).as_posix()
    name = path.stem
    for suffix in ("png", "csv"):
        text = text.replace(f"]({name}.{suffix})", f"]({folder}/{name}.{suffix})")
    return "##" + text


def _claims() -> str:
    """A section that counts the verdicts on each paper's claims."""
    link = f"[{paths.CLAIMS.name}]({paths.CLAIMS.name})"
    judged = read_json(paths.CLAIMS_METRICS, "`python -m pipeline claims`", forms.Claims)
    verdicts = {paper: [one["verdict"] for one in claims.values()] for paper, claims in judged.items()}
    return f"## Claims\n\nVerdicts on the papers' claims; each with its evidence in {link}.\n\n" + counts(
        verdicts
    )


def _extractors(suite: Params) -> list[str]:
    """A section on the feature networks that were trained or fetched; nothing where there is none."""
    used = {experiment.dataset for experiment in suite.experiments.values()}
    rows = []
    for name, dataset in suite.datasets.items():
        if name in used and dataset.extractor.kind != "coordinates":
            about = read_json(
                paths.extractor_metrics(name), f"`python -m pipeline extractor {name}`", forms.Extractor
            )
            rows.append(
                {
                    "data set": name,
                    "feature network": about["kind"],
                    "test accuracy": tables.number(about.get("test_accuracy"), 4),
                    "weights": str(about["sha256"])[:12],
                }
            )
    return ["## Feature networks\n\n" + tables.markdown(rows)] if rows else []


def _experiments(suite: Params, measured: dict[str, dict[str, Any]]) -> str:
    """Headline metric of every experiment, mean ± sample deviation over the seeds that trained."""
    rows = []
    for name, experiment in suite.experiments.items():
        metrics = measured[name]
        headline = experiment.evaluate.headline
        measure = metrics["metrics"].get(headline)
        if measure is None:
            raise PipelineError(
                f"experiments.{name}.evaluate.headline: '{headline}' was not measured; it has "
                f"{', '.join(metrics['metrics'])}."
            )
        ended = {int(seed): step for seed, step in metrics["diverged"].items() if step is not None}
        rows.append(
            {
                "experiment": f"`{name}`",
                "data set": metrics["dataset"],
                "steps": metrics["steps"],
                "metric": headline,
                "better": measure["better"],
                "final": _spread(measure["final"]),
                "best snapshot": _spread(measure["best"]),
                "seeds trained": f"{metrics['trained']} of {len(metrics['seeds'])}",
                "diverged": protocol.lost(ended).removeprefix("diverged: ") if ended else "",
            }
        )
    return tables.markdown(rows)


def _spread(statistic: dict[str, Any]) -> str:
    return tables.plus_minus(statistic["mean"], statistic["std"], 4)
