"""Whether an experiment fits its data set: networks, metrics and numbers of examples.

Each of these would end a run with an error after hours of work; the blocks alone tell them beforehand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from pipeline.base.errors import nearest
from pipeline.params.datasets import Dataset
from pipeline.params.experiment import Experiment
from pipeline.params.metrics import metric_names
from pipeline.params.networks import Affine, Networks
from pipeline.params.seams import Convolutional, Denoising, NonSaturating, Saturating
from pipeline.params.sizes import Sizes

SQUASHED = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
WITH_CLASSES = ("inception_score", "class_entropy", "factors")


def misfits(experiment: Experiment, dataset: Dataset, sizes: Sizes | None) -> Iterator[str]:
    """What is wrong, as 'key below the experiment: sentence'. sizes: of the splits, where they are known."""
    yield from _networks(experiment, dataset.prepare.shape)
    yield from _output(experiment, dataset.prepare.shape)
    for place, metric in enumerate(experiment.evaluate.metrics):
        for problem in (
            *_needs(metric, experiment, dataset),
            *_samples(metric, experiment),
            *_real(metric, experiment, sizes),
        ):
            yield f"evaluate.metrics.{place}: metric '{metric.kind}' {problem}"
    yield from _headline(experiment, dataset)
    yield from _drawn(experiment, dataset.prepare.shape, sizes)


def doubts(experiment: Experiment, dataset: Dataset, sizes: Sizes | None) -> Iterator[str]:
    """What is legal and hardly meant, as 'key below the experiment: sentence'."""
    train = experiment.train
    if sizes and train.batch > sizes.train:
        yield (
            f"train.batch: {train.batch} is more than the {sizes.train} training examples of "
            f"'{experiment.dataset}', so every batch repeats some."
        )
    output = getattr(train.networks.generator, "output", "")
    if output in SQUASHED and len(dataset.prepare.shape) == 3:
        (least, most), (low, high) = SQUASHED[output], train.range
        if least < low or most > high:
            yield (
                f"train.networks.generator.output: '{output}' gives values in [{least:g}, {most:g}], beyond "
                f"train.range [{low:g}, {high:g}], where pixels are cut off."
            )


def _networks(experiment: Experiment, shape: tuple[int, ...]) -> Iterator[str]:
    train = experiment.train
    for name in Networks.model_fields:
        network = getattr(train.networks, name)
        sides: tuple[int, ...] = getattr(network, "sides", ())
        square = len(shape) == 3 and shape[1] == shape[2] and shape[1] in sides
        if sides and not square:
            listed = ", ".join(map(str, sides))
            yield (
                f"train.networks.{name}: kind '{network.kind}' is for square images of {listed} pixels, but "
                f"'{experiment.dataset}' has shape {list(shape)}: use kind 'mlp', or another data set."
            )
    generator, dim = train.networks.generator, train.prior.dim
    if isinstance(generator, Affine) and shape != (dim,):
        yield (
            f"train.networks.generator: kind 'affine' keeps the shape of its input, but train.prior.dim is "
            f"{dim} and '{experiment.dataset}' has shape {list(shape)}: make them equal."
        )
    layer, guidance = train.networks.discriminator.features, train.guidance
    if layer and isinstance(guidance, Denoising) and isinstance(guidance.denoiser, Convolutional):
        units = math.prod(guidance.denoiser.map)
        if units != layer.width:
            yield (
                f"train.guidance.denoiser.map: it holds {units} units, but D's feature layer has "
                f"{layer.width}: give the map that D's features were flattened from."
            )


def _output(experiment: Experiment, shape: tuple[int, ...]) -> Iterator[str]:
    """A squashed output must reach every pixel value."""
    output = getattr(experiment.train.networks.generator, "output", "")
    if output in SQUASHED and len(shape) == 3:
        (least, most), (low, high) = SQUASHED[output], experiment.train.range
        if low < least or high > most:
            yield (
                f"train.networks.generator.output: '{output}' gives values in [{least:g}, {most:g}], which "
                f"do not fill train.range [{low:g}, {high:g}]: set range to [{least}, {most}], or change "
                "the output."
            )


def _headline(experiment: Experiment, dataset: Dataset) -> Iterator[str]:
    headline, made = experiment.evaluate.headline, metric_names(experiment, dataset)
    if not made:
        yield "evaluate.metrics: there is none: name at least the one that makes the headline."
    elif headline not in made:
        yield f"evaluate.headline: no metric makes '{headline}'; {nearest(headline, made)}"


def _needs(metric: Any, experiment: Experiment, dataset: Dataset) -> Iterator[str]:
    """What a metric must know of the data, the networks and the samples."""
    prepare, extractor = dataset.prepare, dataset.extractor.kind
    line = prepare.shape == (1,) and prepare.kind in ("mixture", "uniform")
    if metric.kind == "modes" and prepare.kind not in ("mixture", "cubes"):
        yield f"knows mixtures and cubes, but '{experiment.dataset}' is of kind '{prepare.kind}': remove it."
    if metric.kind in ("jensen_shannon", "discriminator_error") and not line:
        yield (
            "knows mixtures and the uniform law in one dimension, but "
            f"'{experiment.dataset}' is '{prepare.kind}' of shape {list(prepare.shape)}: remove it."
        )
    if metric.kind in WITH_CLASSES and extractor == "coordinates":
        yield "needs an extractor with classes, not 'coordinates': use another extractor, or remove it."
    if metric.kind == "factors" and extractor == "inception":
        yield "needs the data set's own classes: use extractor 'classifier', or remove it."
    if metric.kind == "discriminator_error":
        yield from _needs_of_error(experiment)
    if metric.kind == "rbm_likelihood":
        layer = experiment.train.networks.discriminator.features
        if experiment.sample.features is None:
            yield "needs D's features: set sample.features."
        if layer is None or layer.activation != "tanh":
            yield "draws ±1 states with D's features as means: give D a feature layer with activation tanh."


def _needs_of_error(experiment: Experiment) -> Iterator[str]:
    train = experiment.train
    fixed = isinstance(train.networks.generator, Affine) and train.generator_steps == 0
    if not fixed or train.prior.kind == "rbm" or train.prior.dim != 1:
        yield (
            "needs a generator whose density is known: set generator kind 'affine', generator_steps: 0 and a "
            "uniform or normal prior with dim: 1."
        )
    if experiment.sample.grid is None:
        yield "needs D on a grid: set sample.grid and sample.grid_range."
    if not isinstance(train.objective, Saturating | NonSaturating):
        yield "needs D to be a probability: use objective 'saturating' or 'non_saturating'."


def _samples(metric: Any, experiment: Experiment) -> Iterator[str]:
    """Generated examples that a metric takes, against those that are drawn."""
    sample = experiment.sample
    taken = _taken(metric)
    sources = {"sample.count": sample.count}
    if metric.kind == "signs_fidelity":
        sources = {"sample.signs": sample.signs or 0}
    elif metric.kind == "lensed_fidelity":
        sources["sample.shown"] = sample.shown or 0
    for name, drawn in sources.items():
        if taken > drawn:
            yield f"takes {taken}, but {name} is {drawn}: lower the metric's count, or raise {name}."


def _taken(metric: Any) -> int:
    """How many generated examples a metric takes."""
    if metric.kind == "inception_score":
        return int(metric.groups * metric.size)
    return int(metric.samples if metric.kind == "parzen" else getattr(metric, "count", 0))


def _real(metric: Any, experiment: Experiment, sizes: Sizes | None) -> Iterator[str]:
    """Real examples that a metric takes, against the splits."""
    if sizes is None:
        return
    reference = experiment.evaluate.reference
    wanted = {reference: 0}
    if metric.kind in ("fidelity", "signs_fidelity") or getattr(metric, "real", False):
        wanted = {reference: _taken(metric)}
    elif metric.kind == "parzen":
        wanted = {"validation": metric.validation, "test": 1}
    for split, count in wanted.items():
        there = getattr(sizes, split)
        if count > there:
            yield (
                f"takes {count} examples of the {split} split of '{experiment.dataset}', which has {there}: "
                "take fewer, or make the split larger."
            )


def _drawn(experiment: Experiment, shape: tuple[int, ...], sizes: Sizes | None) -> Iterator[str]:
    """What is kept of real examples and of D on a line."""
    sample, reference = experiment.sample, experiment.evaluate.reference
    if sample.grid is not None and shape != (1,):
        yield (
            f"sample.grid: D is recorded on a line, but '{experiment.dataset}' has shape {list(shape)}: "
            "remove grid and grid_range."
        )
    if sizes is None:
        return
    if not getattr(sizes, reference):
        yield f"evaluate.reference: the {reference} split of '{experiment.dataset}' is empty: use another."
    wanted = [("sample.shown", reference, sample.shown)]
    if sample.gibbs:
        wanted.append(("sample.gibbs.chains", "test", sample.gibbs.chains))
    if sample.features:
        wanted.append(("sample.features.train", "train", sample.features.train))
        wanted.append(("sample.features.test", "test", sample.features.test))
    for key, split, count in wanted:
        if count and count > getattr(sizes, split):
            yield (
                f"{key}: {count} examples are asked for, but the {split} split of '{experiment.dataset}' has "
                f"{getattr(sizes, split)}: lower it."
            )
