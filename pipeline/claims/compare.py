"""Comparisons of experiments: what a role's runs give, put to the rules.

A claim that is one measure of two roles is declared: `C1 = Compare(headline, "lens", "plain", …)`. It is
called, as any claim is, with the evidence of its roles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.base.errors import PipelineError
from pipeline.claims.finding import Finding, all_of, unmeasured
from pipeline.claims.rules import over_settings, paired
from pipeline.measures.evidence import Evidence, Roles, Runs

Measure = Callable[[Evidence], Runs]
Pairs = Sequence[tuple[str, Evidence, Evidence]]
# What is told beside a verdict, one sentence each
Told = Callable[[Roles], Iterable[str]]


@dataclass(frozen=True)
class Compare:
    """Is a measure higher in the experiments of one role than in those of another (lower, unless `higher`)?

    what: the difference in words, with its unit. failure: as the rules have it. over_range: whether
    one pair of experiments alone leaves the claim open. measured: whether an experiment has the measure; the
    claim stays open with the reason `lacking` unless all have.
    """

    measure: Measure
    first: str
    second: str
    what: str
    higher: bool = True
    failure: float | None = None
    over_range: bool = False
    measured: Callable[[Evidence], bool] | None = None
    lacking: str = ""
    told: Told | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        return self.first, self.second

    def __call__(self, evidence: Roles) -> Finding:
        pairs = matched(evidence, self.first, self.second)
        if self.measured is not None and not all(map(self.measured, experiments(pairs))):
            return unmeasured(self.what, self.lacking)
        found = compare(
            pairs, self.measure, self.what, higher=self.higher, failure=self.failure,
            over_range=self.over_range,
        )  # fmt: skip
        return found.noting(*self.told(evidence)) if self.told else found


@dataclass(frozen=True)
class AllOf:
    """A claim of several comparisons, by name; the first is the main one."""

    parts: Mapping[str, Compare]
    told: Told | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(role for part in self.parts.values() for role in part.roles))

    def __call__(self, evidence: Roles) -> Finding:
        found = all_of({name: part(evidence) for name, part in self.parts.items()})
        return found.noting(*self.told(evidence)) if self.told else found


def one(evidence: Roles, role: str) -> Evidence:
    """The only experiment of a role. Raises PipelineError when there are several."""
    if len(evidence[role]) != 1:
        raise PipelineError(f"role '{role}' takes one experiment, but uses lists {len(evidence[role])}.")
    return evidence[role][0]


def matched(evidence: Roles, first: str, second: str) -> Pairs:
    """The experiments of two roles, place by place, each pair with a name.

    Raises PipelineError unless there are as many of one as of the other.
    """
    a, b = evidence[first], evidence[second]
    if len(a) != len(b):
        raise PipelineError(
            f"the experiments of '{first}' and '{second}' are compared place by place, but uses lists "
            f"{len(a)} and {len(b)}."
        )
    return [(f"{x.name} and {y.name}", x, y) for x, y in zip(a, b, strict=True)]


def compare(pairs: Pairs, measure: Measure, what: str, *, higher: bool = True, margin: float = 0.0,
            failure: float | None = None, over_range: bool = False) -> Finding:  # fmt: skip
    """Is `measure` higher (or lower) in the first of each pair? Seed by seed, and over all pairs if there
    are several, or must be."""
    if len(pairs) == 1 and not over_range:
        _, a, b = pairs[0]
        return paired(measure(a), measure(b), what, higher=higher, margin=margin, failure=failure)
    favoured = {name: measure(a) for name, a, _ in pairs}
    other = {name: measure(b) for name, _, b in pairs}
    return over_settings(favoured, other, what, higher=higher, margin=margin, failure=failure)


def experiments(pairs: Pairs) -> list[Evidence]:
    """Both experiments of every pair."""
    return [run for _, a, b in pairs for run in (a, b)]
