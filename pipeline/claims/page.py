"""reports/claims.md and reports/claims.json: every claim of a suite's papers, its verdict and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.claims.finding import Finding, Verdict, counts, interval
from pipeline.inventory import Claim
from pipeline.results import Evidence
from pipeline.results import summary as words
from pipeline.results import table as tables

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

    @property
    def verdict(self) -> Verdict:
        return self.finding.verdict if self.finding else Verdict.UNTESTED


Judgements = Mapping[str, Mapping[str, Judged]]


def page(title: str, papers: Mapping[str, str], judgements: Judgements) -> str:
    """The markdown of all papers. papers: paper → its title."""
    parts = [
        f"# Claims: {title}",
        "Each claim of the papers, tested on what this suite ran. A verdict holds at the scale that stands "
        "beside it, and no further. *Inconclusive* means that the seeds do not decide, which is no evidence "
        "either way. Effects have their interval in brackets; what they measure, and the rule, stand below "
        "each table.",
        counts({paper: [one.verdict for one in claims.values()] for paper, claims in judgements.items()}),
    ]
    for paper, claims in judgements.items():
        parts.append(f"## {papers[paper]}\n\n" + tables.markdown([_row(*item) for item in claims.items()]))
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
            ", ".join(dict.fromkeys(words.features(run) for run in runs)),
        ]
    )


def _row(name: str, judged: Judged) -> dict[str, str]:
    found = judged.finding
    return {
        "id": name,
        "claim": judged.claim.statement,
        "verdict": _marked(judged.verdict),
        "effect": interval(found) if found else "",
        "seeds": str(found.seeds) if found else "",
        "scale": scale(judged.used) if found else judged.reason,
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
        "\n".join(f"- {detail}" for detail in found.details),
        "Evidence:\n\n" + "\n".join(_evidence(judged)),
    ]
    return "\n\n".join(line for line in lines if line)


def _evidence(judged: Judged) -> list[str]:
    lines = [words.experiment_line(role, one) for role, group in judged.used.items() for one in group]
    lines = lines or ["- no experiment: computed from its settings"]
    return [*lines, *words.settings_line(judged.settings)]


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
        "scale": scale(judged.used),
        "experiments": {role: [one.name for one in group] for role, group in judged.used.items()},
    }
    ends = {"effect": found.effect, "low": found.low, "high": found.high}
    return {
        "verdict": str(found.verdict),
        "seeds": found.seeds,
        **{name: None if value is None else float(f"{value:.6g}") for name, value in ends.items()},
        "about": [about],
    }


def _range(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
