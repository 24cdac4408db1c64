"""What was run, in words: experiments, studies, settings, and the seeds that diverged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.figures import table as tables
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.params import plain
from pipeline.params.experiment import Result
from pipeline.studies import Studied


def ran(block: Result, evidence: Mapping[str, Evidence], studies: Mapping[str, Studied]) -> list[str]:
    """One line for each experiment and study that the result rests on, and one for its settings."""
    lines = [_experiment_line(role, used) for role, used in evidence.items()]
    lines += [study_line(role, used) for role, used in studies.items()]
    if not lines:
        lines.append("- no experiment: the result is computed from its settings")
    return [*lines, *settings_line(block.settings)]


def study_line(role: str, used: Studied) -> str:
    """Role, name and kind of a study, and all its settings."""
    settings = plain(used.block)
    for name in ("kind", "paper"):
        del settings[name]
    return f"- `{role}`: study `{used.name}` ({used.block.kind}): {_told(settings)}"


def settings_line(settings: Mapping[str, Any]) -> list[str]:
    """One line with all settings; none where there are none."""
    told = _told(settings)
    return [f"- settings: {told}"] if told else []


def _told(settings: Mapping[str, Any], owner: str = "") -> str:
    """Names and values; those of a block in a block have its name before their own."""
    return ", ".join(
        _told(value, f"{owner}{name}.")
        if isinstance(value, Mapping)
        else f"{owner}{name} = {_setting(value)}"
        for name, value in settings.items()
    )


def _experiment_line(role: str, used: Evidence) -> str:
    """Role, data set, split, steps, samples, seeds, feature network and diverged seeds of an experiment."""
    metrics, train = used.metrics, used.experiment.train
    seeds = ", ".join(str(seed) for seed in metrics["seeds"])
    reference = metrics["reference"]
    return (
        f"- `{role}`: `{used.name}` on data set `{metrics['dataset']}` ({reference['count']} examples of its "
        f"{reference['split']} split as reference), {train.objective.kind}, {metrics['steps']} steps, "
        f"{metrics['samples']} samples a snapshot, seeds {seeds}; features {features(metrics)}; "
        f"{lost(reading.diverged(used))}"
    )


def features(metrics: Mapping[str, Any]) -> str:
    """The feature network and the beginning of its weights' hash."""
    network = metrics["features"]
    hashed = network.get("sha256")
    return f"{network['kind']} {hashed[:12]}" if hashed else str(network["kind"])


def trained(*runs: Evidence) -> str:
    """How many seeds did not diverge: '2 of 3'."""
    seeds = sum(len(run.experiment.seeds) for run in runs)
    return f"{seeds - sum(len(reading.diverged(run)) for run in runs)} of {seeds}"


def lost(steps: Mapping[int, int]) -> str:
    """Which seeds diverged, and when."""
    if not steps:
        return "no seed diverged"
    return "diverged: " + ", ".join(f"seed {seed} at step {step}" for seed, step in sorted(steps.items()))


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_setting, value))}]"
    return tables.plain(value) if isinstance(value, str) else str(value)
