"""The small arrays that figures are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pipeline.base.pixels import to_pixels
from pipeline.base.random_streams import numpy_stream
from pipeline.datasets import Dataset
from pipeline.metrics.samples import RunSamples
from pipeline.params.experiment import Experiment

# Images uint8 (n, channels, height, width) → P(class | image) (n, classes)
Classify = Callable[[np.ndarray], np.ndarray]


def collect(
    experiment: Experiment, dataset: Dataset, runs: Mapping[int, RunSamples], classify: Classify | None
) -> dict[str, np.ndarray]:
    """The arrays of an evidence file, in a fixed order.

    real: examples of the reference split (panel, …). panel_seed<s>_<step>: the first samples of a
    snapshot, for images of the first seed alone. examples, shown_seed<s>_<step>: real examples, and what
    D is shown of them at a snapshot (panel, …), for images of the first seed alone. grid,
    discriminator_seed<s>_<step>: D on a line. paths_seed<s>: decoded latent paths, and
    path_probabilities_seed<s> (pairs, points, classes) if there is a classifier;
    pixel_probabilities_seed<s>, the same of straight lines in pixel space between the same ends.
    gibbs_real, gibbs_seed<s>: the first real examples that chains start from and what G makes of them at
    each step (panel, steps, …); gibbs_states_seed<s> (chains, steps + 1, dim): all latents, and
    gibbs_probabilities_seed<s> (chains, steps + 1, classes), from the real example on.
    features_seed<s>: D's features of the test split. arithmetic_<attribute>_<…>_seed<s>, turn_<…>_seed<s>:
    what was made of picked latents (see pipeline.gan.latent_arithmetic).
    """
    evaluate = experiment.evaluate
    reference = dataset.part(evaluate.reference)[0]
    order = numpy_stream(0, "reference panel").permutation(len(reference))
    kept = {"real": reference[order[: evaluate.panel]]}
    for seed, drawn in runs.items():
        if seed == experiment.seeds[0] or not dataset.images:
            for step in drawn.steps:
                kept[f"panel_seed{seed}_{step}"] = drawn.samples(step)[: evaluate.panel]
            if "examples" in drawn:
                kept["examples"] = drawn["examples"][: evaluate.panel]
                for step in drawn.steps:
                    kept[f"shown_seed{seed}_{step}"] = drawn[f"shown_{step}"][: evaluate.panel]
        if "grid" in drawn:
            kept["grid"] = drawn["grid"]
            for step in drawn.steps:
                kept[f"discriminator_seed{seed}_{step}"] = drawn[f"discriminator_{step}"]
        if "paths" in drawn:
            kept |= _paths(seed, drawn["paths"], experiment, classify)
        if "gibbs" in drawn:
            kept |= _chains(seed, drawn, experiment, classify)
        if "features_test" in drawn:
            kept[f"features_seed{seed}"] = drawn["features_test"]
    for seed, drawn in runs.items():
        kept |= {f"{name}_seed{seed}": array for name, array in drawn.concepts().items()}
    return kept


def _paths(
    seed: int, paths: np.ndarray, experiment: Experiment, classify: Classify | None
) -> dict[str, np.ndarray]:
    """The latent paths of one run (pairs, points, …), and the classes along them and along mixed pixels."""
    kept = {f"paths_seed{seed}": paths}
    if classify is not None:
        for kind, images in (("path", paths), ("pixel", _mixed(paths))):
            kept[f"{kind}_probabilities_seed{seed}"] = _probabilities(images, experiment, classify)
    return kept


def _mixed(paths: np.ndarray) -> np.ndarray:
    """Straight lines in pixel space between the ends of paths (pairs, points, …), in as many points."""
    alpha = np.linspace(0, 1, paths.shape[1]).reshape(1, -1, *[1] * (paths.ndim - 2))
    mixed = (1 - alpha) * paths[:, :1] + alpha * paths[:, -1:]
    return (mixed.round() if paths.dtype == np.uint8 else mixed).astype(paths.dtype)


def _chains(
    seed: int, samples: RunSamples, experiment: Experiment, classify: Classify | None
) -> dict[str, np.ndarray]:
    """The prior's chains of one run: pictures of a few, states and classes of all."""
    panel, made = experiment.evaluate.panel, samples["gibbs"]
    kept = {
        "gibbs_real": samples["gibbs_real"][:panel],
        f"gibbs_seed{seed}": made[:panel],
        f"gibbs_states_seed{seed}": samples["gibbs_states"],
    }
    if classify is not None:
        pictures = np.concatenate([samples["gibbs_real"][:, None], made], axis=1)
        kept[f"gibbs_probabilities_seed{seed}"] = _probabilities(pictures, experiment, classify)
    return kept


def _probabilities(paths: np.ndarray, experiment: Experiment, classify: Classify) -> np.ndarray:
    """P(class | image) along paths or chains (pairs, points, *image), as (pairs, points, classes)."""
    from pipeline.base.device import compute

    images = to_pixels(paths, experiment.train.range)
    with compute(experiment.train.threads):
        chances = classify(images.reshape(-1, *images.shape[2:]))
    return chances.reshape(*images.shape[:2], -1)
