"""What the figures of `gan` on picked latents share."""

from __future__ import annotations

from pipeline.base.errors import PipelineError
from pipeline.measures.evidence import Evidence
from pipeline.params.concepts import Concepts

PADDING = 2


def concepts_of(run: Evidence) -> Concepts:
    """What an experiment does with picked latents. Raises PipelineError when it does nothing."""
    found = run.experiment.sample.concepts
    if found is None:
        raise PipelineError(f"experiments.{run.name} works on no picked latents: give it sample.concepts.")
    return found
