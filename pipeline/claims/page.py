"""reports/claims.md and reports/claims.json: every claim of a suite's papers, its verdict and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.claims.finding import Claim, Finding, Verdict, counts, interval
from pipeline.figures import protocol as words
from pipeline.figures import table as tables
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import diverged
from pipeline.studies import Studied

Settings = Mapping[str, Any]
SILENT = "This suite has no entry for it."


@dataclass(frozen=True)
class Judged:
    """A claim as this suite finds it: a finding with what it rests on, or the reason why there is none."""

    claim: Claim
    finding: Finding | None
    reason: str
    used: Mapping[str, Sequence[Evidence]]
    settings: Settings
    studies: Mapping[str, Studied] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        return self.finding.verdict if self.finding else Verdict.UNTESTED


Judgements = Mapping[str, Mapping[str, Judged]]


def page(title: str, papers: Mapping[str, str], judgements: Judgements) -> str:
    """The markdown of all papers. papers: paper → its title."""
    parts = [
        f"# Claims: {tables.plain(title)}",
        "Each claim of the papers, tested on what this suite ran. A verdict holds at the scale that stands "
        "beside it, and no further. *Inconclusive* means that the seeds do not decide, which is no evidence "
        "either way. Effects have their interval in brackets; what they measure, and the rule, stand below "
        "each table. A run that diverged enters as a failure, such as no mode captured; a mean that cannot "
        "hold it tells how many it lacks, and the side that lost runs cannot win by the rest.",
        counts({paper: [one.verdict for one in claims.values()] for paper, claims in judgements.items()}),
    ]
    for paper, claims in judgements.items():
        parts.append(
            f"## {tables.plain(papers[paper])}\n\n"
            + tables.markdown([_row(*item) for item in claims.items()])
        )
        parts += [_section(name, one.finding, one) for name, one in claims.items() if one.finding]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def numbers(judgements: Judgements) -> dict[str, dict[str, Any]]:
    """Plain values by paper and claim.

    DVC shows the numbers and the verdict; words stand in a list, which it leaves out.
    """
    return {
        paper: {name: _numbers(one) for name, one in claims.items()} for paper, claims in judgements.items()
    }


def scale(used: Mapping[str, Sequence[Evidence]]) -> str:
    """Data sets, steps, samples and feature networks of all experiments that a claim rests on."""
    runs = [one.metrics for group in used.values() for one in group]
    if not runs:
        return "computed, no experiment"
    return "; ".join(
        [
            ", ".join(dict.fromkeys(run["dataset"] for run in runs)),
            f"{_range([run['steps'] for run in runs])} steps",
            f"{_range([run['samples'] for run in runs])} samples",
            ", ".join(dict.fromkeys(run["features"]["kind"] for run in runs)),
        ]
    )


def _row(name: str, judged: Judged) -> dict[str, str]:
    found = judged.finding
    return {
        "id": name,
        "claim": judged.claim.statement,
        "verdict": _marked(judged.verdict),
        "effect": interval(found) if found else "",
        "runs": str(found.seeds or "") if found else "",
        "seeds": _seeds(judged) if found else "",
        "scale": scale(judged.used) if found else tables.plain(judged.reason),
    }


def _marked(verdict: Verdict) -> str:
    decided = verdict in (Verdict.SUPPORTED, Verdict.CONTRADICTED)
    return f"**{verdict}**" if decided else str(verdict)


def _section(name: str, found: Finding, judged: Judged) -> str:
    """What was tested, by which rule, with which numbers and on what."""
    lines = [
        f"### {name}: {found.verdict}",
        f"{judged.claim.statement}",
        f"*Test.* {judged.claim.test}",
        f"*Rule.* {found.rule}",
        f"*Effect.* {found.what}: {interval(found)}.",
        "\n".join([*_parts(found), *(f"- {detail}" for detail in found.details)]),
        *_evidence(judged),
    ]
    return "\n\n".join(line for line in lines if line)


def _parts(found: Finding) -> list[str]:
    """The parts of a claim as a list, each with its rule and its numbers under it."""
    lines = []
    for name, part in found.parts.items():
        runs = "" if part.seeds is None else f" ({part.seeds} runs)"
        lines.append(f"- {name}: **{part.verdict}**; {part.what}: {interval(part)}{runs}")
        lines += [f"    - {detail}" for detail in (*part.details, f"*{part.rule}*")]
    return lines


def _evidence(judged: Judged) -> list[str]:
    """A table of the experiments that a claim rests on, its studies, and its settings."""
    rows = [_experiment(role, run) for role, group in judged.used.items() for run in group]
    told = [tables.markdown(rows).rstrip("\n")] if rows else ["Computed, without an experiment."]
    told += [words.study_line(role, one).removeprefix("- ") for role, one in judged.studies.items()]
    return [*told, *(line.removeprefix("- ").capitalize() for line in words.settings_line(judged.settings))]


def _experiment(role: str, run: Evidence) -> dict[str, Any]:
    metrics, train = run.metrics, run.experiment.train
    return {
        "role": role,
        "experiment": f"`{run.name}`",
        "data set": metrics["dataset"],
        "objective": train.objective.kind,
        "steps": metrics["steps"],
        "samples": metrics["samples"],
        "seeds": ", ".join(map(str, metrics["seeds"])),
        "features": words.features(metrics),
        "diverged": words.lost(diverged(run)).removeprefix("diverged: "),
    }


def _seeds(judged: Judged) -> str:
    """Seeds of an experiment that the claim rests on, of the one that has least."""
    found = [len(run.experiment.seeds) for group in judged.used.values() for run in group]
    return str(min(found)) if found else ""


def _numbers(judged: Judged) -> dict[str, Any]:
    found = judged.finding
    if found is None:
        why = {"statement": judged.claim.statement, "reason": judged.reason}
        return {"verdict": str(Verdict.UNTESTED), "about": [why]}
    about: dict[str, Any] = {
        "statement": judged.claim.statement,
        "what": found.what,
        "rule": found.rule,
        "details": list(found.details),
        "parts": {
            part: {"verdict": str(one.verdict), "what": one.what, "rule": one.rule, "details": one.details}
            for part, one in found.parts.items()
        },
        "scale": scale(judged.used),
        "experiments": {role: [one.name for one in group] for role, group in judged.used.items()},
    }
    ends = {"effect": found.effect, "low": found.low, "high": found.high}
    return {
        "verdict": str(found.verdict),
        "runs": found.seeds,
        **{name: None if value is None else float(f"{value:.6g}") for name, value in ends.items()},
        "about": [about],
    }


def _range(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
