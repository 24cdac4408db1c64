"""What stands beside a picture: the paper's own number, and what was run for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipeline.params import plain
from pipeline.params.experiment import Result
from pipeline.results import Drawing, Evidence, reading, title
from pipeline.results import table as tables
from pipeline.studies import Studied


def heading(block: Result) -> str:
    """The number a paper gives its result, as 'Figure 2 (top)'; else its title, or its id in words."""
    numbered = re.fullmatch(r"(fig|table)(\d+)([a-z]?)(?:-(.+))?", block.id)
    if numbered is None:
        return title(block.paper, block.id) or block.id.replace("-", " ")
    word = {"fig": "Figure", "table": "Table"}[numbered[1]]
    part = f" ({numbered[4].replace('-', ' ')})" if numbered[4] else ""
    return f"{word} {numbered[2]}{numbered[3]}{part}"


def page(
    block: Result,
    paper: str,
    drawing: Drawing,
    evidence: Mapping[str, Evidence],
    studies: Mapping[str, Studied],
) -> str:
    """The result's markdown: number, picture, caption, what was run, and for a table its rows."""
    parts = [
        f"# {heading(block)}",
        f"![{block.paper}/{block.id}]({block.id}.png)",
        f"{drawing.caption}",
        f"*{tables.plain(paper)}; result `{block.paper}-{block.id}`; "
        f"what was drawn: [{block.id}.csv]({block.id}.csv).*",
        "What was run:\n\n" + "\n".join(ran(block, evidence, studies)),
    ]
    if block.kind == "tables":
        parts.append(tables.markdown(drawing.rows).rstrip("\n"))
    return "\n\n".join(parts) + "\n"


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


def lost(steps: Mapping[int, int]) -> str:
    """Which seeds diverged, and when."""
    if not steps:
        return "no seed diverged"
    return "diverged: " + ", ".join(f"seed {seed} at step {step}" for seed, step in sorted(steps.items()))


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_setting, value))}]"
    return tables.plain(value) if isinstance(value, str) else str(value)
