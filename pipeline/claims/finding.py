"""What came out of a test: a verdict, the effect with its interval, and the rule in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pipeline.figures.table import markdown
from pipeline.measures.evidence import Runs

# Runs, or pairs of runs, below which nothing is decided; coverage of an interval, and what is left on a side
MINIMUM = 3
LEVEL = 0.95
TAIL = (1 - LEVEL) / 2


class Verdict(StrEnum):
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    INCONCLUSIVE = "inconclusive"
    UNTESTED = "not testable here"


@dataclass(frozen=True)
class Claim:
    """statement: what a paper claims, in our words. test: what decides it, and in which direction."""

    statement: str
    test: str


@dataclass(frozen=True)
class Finding:
    """The outcome of one test.

    what: the effect in words, with its unit. effect, low, high: the estimate and the ends of its interval;
    None where there is none. seeds: the runs, or pairs of runs, that the test rests on; of the smallest group
    where it compares groups, None where it needs no runs. rule: the sentences by which the verdict was
    reached. details: the numbers behind it, one sentence each. parts: the findings that a claim of several
    parts is made of, by name.
    """

    verdict: Verdict
    what: str
    effect: float | None
    low: float | None
    high: float | None
    seeds: int | None
    rule: str
    details: tuple[str, ...] = ()
    parts: Mapping[str, Finding] = field(default_factory=dict)

    def noting(self, *details: str) -> Finding:
        """The same finding with more details."""
        return replace(self, details=(*self.details, *details))


def all_of(parts: Mapping[str, Finding]) -> Finding:
    """A claim of several parts: supported if every part is, contradicted if any is, else inconclusive.

    Effect and interval are those of the first part, the main one. A single part stands for itself.
    """
    first = next(iter(parts.values()))
    if len(parts) == 1:
        return first
    verdicts = [part.verdict for part in parts.values()]
    verdict = Verdict.INCONCLUSIVE
    if Verdict.CONTRADICTED in verdicts:
        verdict = Verdict.CONTRADICTED
    elif all(one is Verdict.SUPPORTED for one in verdicts):
        verdict = Verdict.SUPPORTED
    seeds = [part.seeds for part in parts.values() if part.seeds is not None and part.effect is not None]
    rule = (
        f"Supported if all {len(parts)} parts are, contradicted if one is; the effect shown is that of the "
        "first part."
    )
    return replace(
        first, verdict=verdict, seeds=min(seeds, default=None), rule=rule, details=(), parts=dict(parts)
    )


def over_a_range(found: Finding, settings: int) -> Finding:
    """The finding, left open if it rests on a single setting."""
    if settings > 1:
        return found
    return replace(found, verdict=Verdict.INCONCLUSIVE).noting("one setting alone is never enough")


def unmeasured(what: str, reason: str) -> Finding:
    """A part of a claim that the experiments did not measure: it leaves the claim open."""
    rule = "What was not measured decides nothing."
    return Finding(Verdict.INCONCLUSIVE, what, None, None, None, 0, rule, (reason,))


def format_number(value: float | None) -> str:
    """A number to four figures with a true minus sign, or a dash."""
    if value is None or not math.isfinite(value):
        return "—"
    return f"{value:.4g}".replace("-", "−")


def each(runs: Runs) -> str:
    """Every seed's value, a dash for one that diverged."""
    return ", ".join(format_number(value) for value in runs.values())


def listed(values: Iterable[float]) -> str:
    return ", ".join(format_number(float(value)) for value in values)


def interval(finding: Finding) -> str:
    """effect [low, high]; the effect alone where there is no interval."""
    if finding.low is None and finding.high is None:
        return format_number(finding.effect)
    return f"{format_number(finding.effect)} [{format_number(finding.low)}, {format_number(finding.high)}]"


def side_of(low: float | None, high: float | None, bound: float, higher: bool) -> Verdict:
    """Supported if an interval lies wholly above a bound (below it unless `higher`), contradicted if on the
    other side, inconclusive if it holds the bound or there is none."""
    if low is None or high is None or low <= bound <= high:
        return Verdict.INCONCLUSIVE
    return Verdict.SUPPORTED if (low > bound) is higher else Verdict.CONTRADICTED


def counts(verdicts: Mapping[str, Sequence[str]]) -> str:
    """A markdown table of how many claims of each paper have which verdict. verdicts: paper → one a claim."""
    return markdown(
        [
            {"paper": f"`{paper}`", **{str(verdict): found.count(verdict) for verdict in Verdict}}
            for paper, found in verdicts.items()
        ]
    )
