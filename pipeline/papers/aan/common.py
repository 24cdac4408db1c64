"""What the figures of aan share: names of methods, the monitored ratio R, panels of samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from pipeline.figures import data, style
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import by_seed, part
from pipeline.params.experiment import Experiment
from pipeline.params.seams import RBM

AAN, GAN = "AAN", "GAN"
COLORS = {AAN: style.PALETTE[2], GAN: style.PALETTE[3]}
# numbers of G's inputs in the paper (Sec. 6.2)
PRINTED_SIZES = {1000, 100}


def made_from(runs: Iterable[Evidence]) -> str:
    """A sentence on the data and on the numbers of inputs, where they are not the paper's."""
    used = list(runs)
    found = sorted({size(run) for run in used}, reverse=True)
    here = data.described(used[0].dataset, "celeba")
    if set(found) <= PRINTED_SIZES:
        return f"Made from {here}."
    values = " and ".join(map(str, found))
    return f"Made from {here}, with inputs of {values} values where the paper has 1000 and 100."


def method(experiment: Experiment) -> str:
    return AAN if isinstance(experiment.train.prior, RBM) else GAN


def memory(run: Evidence) -> RBM:
    """The RBM's block of an experiment. Raises PipelineError when its prior is another."""
    return part(run, "prior", RBM)


def size(run: Evidence) -> int:
    """Number of G's inputs."""
    return run.experiment.train.prior.dim


def sizes(evidence: Mapping[str, Evidence]) -> list[int]:
    """Numbers of G's inputs among the experiments, the largest first."""
    return sorted({size(run) for run in evidence.values()}, reverse=True)


def expectations(run: Evidence) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps (n,), E log D(x) and E log D(G(f)) (seeds, n) over single batches (aan, Sec. 6.2)."""
    steps, real = by_seed(run.training, "log_d_real")
    return steps, real, by_seed(run.training, "log_d_fake")[1]


def smoothed(values: np.ndarray, window: int) -> np.ndarray:
    """Means over the last `window` entries of each row (seeds, n), over fewer at its start."""
    total = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    last = np.arange(1, values.shape[1] + 1)
    first = np.maximum(last - window, 0)
    return (total[:, last] - total[:, first]) / (last - first)


def ratio(run: Evidence, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps (n,) and R = E log D(x) / E log D(G(f)) (seeds, n), each mean over `window` rows of the log."""
    steps, real, fake = expectations(run)
    return steps, smoothed(real, window) / smoothed(fake, window)
