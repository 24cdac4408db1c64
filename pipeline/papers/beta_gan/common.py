"""What the β-GAN figures share: names of the two methods, τ, β at a snapshot, numbers over seeds."""

from __future__ import annotations

from typing import Any

from pipeline.base.errors import PipelineError
from pipeline.figures import style
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import diverged, finals, listed, mean_deviation, metric_like, rounded
from pipeline.params.datasets import Cubes, Dataset, Mixture
from pipeline.params.experiment import Experiment
from pipeline.params.seams import Anneal

ANNEALED = "β-GAN"
PLAIN = "plain GAN"
METHODS = (ANNEALED, PLAIN)
THE = {ANNEALED: "β-GAN", PLAIN: "the plain GAN"}
# where each stands beside the other in a strip
SIDES = {ANNEALED: -0.17, PLAIN: 0.17}
COLORS = {ANNEALED: style.PALETTE[2], PLAIN: style.PALETTE[3]}


def method(experiment: Experiment) -> str:
    return ANNEALED if isinstance(experiment.train.tempering, Anneal) else PLAIN


def mode_metric(dataset: Dataset) -> str:
    """Prefix of the metric that counts modes: components of a mixture, covered pieces of cubes' edges."""
    return "coverage" if isinstance(dataset.prepare, Cubes) else "modes"


def components(run: Evidence) -> int:
    """How many Gaussians the data have. Raises PipelineError for data that are no mixture."""
    prepare = run.dataset.prepare
    if not isinstance(prepare, Mixture):
        raise PipelineError(
            f"Experiment '{run.name}' is drawn as a mixture of Gaussians, but its data are '{prepare.kind}'."
        )
    return prepare.components


def summary(run: Evidence) -> dict[str, Any]:
    """Modes and quality at the last step as cells of a table: mean, deviation, and every seed's value."""
    row: dict[str, Any] = {
        "method": method(run.experiment),
        "seeds": len(run.experiment.seeds),
        "diverged": len(diverged(run)),
    }
    for name, digits in (("modes", 0), ("quality", 3)):
        values = finals(run, metric_like(run, name)).values()
        mean, deviation = mean_deviation(values)
        row |= {
            f"{name}_mean": rounded(mean),
            f"{name}_sd": rounded(deviation),
            f"{name}_by_seed": listed(values, digits),
        }
    return row
