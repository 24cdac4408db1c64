"""Numbers on annealed runs and on what they are held against (beta_gan)."""

from __future__ import annotations

import math

from pipeline.base.errors import PipelineError
from pipeline.gan.schedule import beta_at
from pipeline.measures.evidence import Evidence, Runs
from pipeline.measures.reading import at_step, finals, metric_like, part
from pipeline.params.experiment import Train
from pipeline.params.seams import Anneal

# Two values of β that differ by less than this share are the same.
SAME_BETA = 0.01


def schedule(run: Evidence) -> Anneal:
    """The block of β's schedule. Raises PipelineError when the experiment is not annealed."""
    return part(run, "tempering", Anneal)


def gradient_evaluations(train: Train, step: int) -> int:
    """τ, the discriminator's and the generator's gradient evaluations up to `step` (Fig. 2)."""
    return step * (train.discriminator_steps + train.generator_steps)


def last_beta(train: Train, step: int) -> float:
    """The β that the networks at `step` were last trained at, before any change at `step` itself."""
    if not isinstance(train.tempering, Anneal):
        return math.inf
    return beta_at(train.tempering, max(step - 1, 0))


def beta_text(beta: float) -> str:
    """β to three figures: 0, 0.1, 5.01, ∞."""
    return "∞" if beta == math.inf else f"{beta:.3g}"


def stage_end(run: Evidence, beta: float) -> int:
    """The last snapshot whose networks were trained at `beta`.

    Raises PipelineError, with the β of every snapshot, when there is none.
    """
    schedule(run)
    train = run.experiment.train
    at = {step: last_beta(train, step) for step in train.snapshot_steps if step > 0}
    fitting = [step for step, value in at.items() if math.isclose(value, beta, rel_tol=SAME_BETA)]
    if not fitting:
        known = ", ".join(f"{step} (β = {beta_text(value)})" for step, value in at.items())
        raise PipelineError(
            f"Experiment '{run.name}' keeps no snapshot of β = {beta_text(beta)}; it keeps {known}. Add the "
            "last step of that stage to train.snapshots."
        )
    return max(fitting)


def at_beta(run: Evidence, name: str, beta: float) -> Runs:
    """A metric at the last snapshot whose networks were trained at `beta`; None for a seed that diverged
    before. Raises PipelineError when there is none, or none that was evaluated."""
    end = stage_end(run, beta)
    if not (run.curves["step"] == end).any():
        raise PipelineError(
            f"experiments.{run.name} was not evaluated at β = {beta:g}: set evaluate.every_snapshot."
        )
    return at_step(run, name, end)


def modes(run: Evidence) -> Runs:
    """Modes captured at the last step: components of a mixture, frames of cubes (Fig. 2); None where the seed
    diverged."""
    return finals(run, metric_like(run, "modes"))


def dimension(run: Evidence) -> int:
    """d, the dimension of the space of the data."""
    return math.prod(run.dataset.prepare.shape)
