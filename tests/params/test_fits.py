"""What would end a run after hours is told by the blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from configs import LENS, MIXTURE, MLP, PARAMS, RBM, SPLITS, changed, source
from pydantic import TypeAdapter

from pipeline import params
from pipeline.base.errors import PipelineError
from pipeline.datasets.splits import assign
from pipeline.networks import build_discriminator, build_generator
from pipeline.params.datasets import Prepare
from pipeline.params.networks import Discriminator, Generator
from pipeline.params.sizes import split_sizes

DCGAN: dict[str, Any] = {"kind": "dcgan", "channels": 4, "kernel": 4}
CONV3 = {"kind": "conv3", "channels": 4}
DIGITS = {
    "source": "digits",
    "prepare": {"kind": "digits", "size": 16, "splits": SPLITS},
    "extractor": {"kind": "coordinates"},
}
CLASSIFIER = {"kind": "classifier", "width": 4, "features": 8, "epochs": 1, "batch": 8, "lr": 0.1, "seed": 0}
TRAIN, SAMPLE, EVALUATE = ("experiments.toy." + name for name in ("train", "sample", "evaluate"))
FIDELITY = {"kind": "fidelity", "count": 20, "measures": ["fid"]}
PARZEN = {"kind": "parzen", "samples": 20, "validation": 40, "sigma_range": [0.1, 1.0], "sigmas": 3}
MODES = {"kind": "modes", "share": 0.01, "radius": 3.0}
POINTS: dict[str, Any] = {}
IMAGES = {
    "sources.digits": {"kind": "digits"},
    "datasets.digits": DIGITS,
    "experiments.toy.dataset": "digits",
    f"{EVALUATE}.metrics": [FIDELITY],
    f"{EVALUATE}.headline": "fid20",
}
MEMORY = {
    f"{TRAIN}.prior": RBM,
    f"{TRAIN}.networks.discriminator": {**MLP, "features": {"width": 3, "activation": "tanh"}},
}


INCEPTION = {"kind": "inception", "weights": None}
# D against its optimum on a line, for an affine G that stays as it is.
LINE = {
    "datasets.mixture.prepare.dim": 1,
    "datasets.mixture.prepare.layout": "spaced",
    f"{TRAIN}.networks.generator": {"kind": "affine", "shift": 0.5, "scale": 0.2},
    f"{TRAIN}.generator_steps": 0,
    f"{TRAIN}.prior": {"kind": "normal", "dim": 1},
    f"{SAMPLE}.grid": 21,
    f"{SAMPLE}.grid_range": [-2.0, 2.0],
    f"{EVALUATE}.metrics": [{"kind": "discriminator_error"}],
    f"{EVALUATE}.headline": "discriminator_error_mean",
}
HELD_OUT = {
    "kind": "rbm_likelihood", "hidden": [2], "gibbs": [1], "lr": [0.01], "momentum": [0.0], "epochs": [1],
    "batch": 8, "init_std": 0.1, "chains": 4, "temperatures": 4,
}  # fmt: skip


def measured(metric: dict[str, Any], headline: str) -> dict[str, Any]:
    return {f"{EVALUATE}.metrics": [metric], f"{EVALUATE}.headline": headline}


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "error of D in three dimensions": (
        LINE,
        {"datasets.mixture.prepare.dim": 3, "datasets.mixture.prepare.layout": "simplex"},
        "knows mixtures and the uniform law in one dimension",
    ),
    "error of D against a G that learns": (
        LINE,
        {f"{TRAIN}.generator_steps": 1},
        "needs a generator whose density is known",
    ),
    "error of D without a grid": (
        LINE,
        {f"{SAMPLE}.grid": None, f"{SAMPLE}.grid_range": None},
        "needs D on a grid",
    ),
    "error of a D that gives no probability": (
        LINE,
        {f"{TRAIN}.objective": {"kind": "least_squares", "output": "linear"}},
        "needs D to be a probability",
    ),
    "factors on Inception's classes": (
        IMAGES,
        {"datasets.digits": {**DIGITS, "extractor": INCEPTION}, **measured({"kind": "factors"}, "x")},
        "needs the data set's own classes",
    ),
    "likelihood of a memory without features": (
        {**IMAGES, **MEMORY},
        measured(HELD_OUT, "x"),
        "needs D's features: set sample.features",
    ),
    "no metrics": (POINTS, {f"{EVALUATE}.metrics": []}, "evaluate.metrics: there is none"),
    "headline": (
        POINTS,
        {f"{EVALUATE}.headline": "modes200"},
        "headline: no metric makes 'modes200'; did you",
    ),
    "dcgan on points": (
        POINTS,
        {f"{TRAIN}.networks.generator": DCGAN},
        "networks.generator: kind 'dcgan' is for square images of 16, 28, 32, 64 pixels, but 'mixture'",
    ),
    "conv3 on points": (
        POINTS,
        {f"{TRAIN}.networks.discriminator": {**CONV3, "last": "relu"}},
        "networks.discriminator: kind 'conv3' is for square images",
    ),
    "conv3 of another side": (
        IMAGES,
        {
            "datasets.digits": {
                "source": "synthetic",
                "prepare": {
                    "kind": "uniform",
                    "dims": [1, 64, 64],
                    "count": 400,
                    "seed": 0,
                    "splits": SPLITS,
                },
                "extractor": {"kind": "coordinates"},
            },
            f"{TRAIN}.networks.generator": CONV3,
        },
        "shape [1, 64, 64]",
    ),
    "affine of another size": (
        POINTS,
        {
            f"{TRAIN}.networks.generator": {"kind": "affine", "shift": 0.0, "scale": 1.0},
            f"{TRAIN}.prior.dim": 2,
        },
        "train.prior.dim is 2 and 'mixture' has shape [3]",
    ),
    "sigmoid in [-1, 1]": (
        IMAGES,
        {f"{TRAIN}.networks.generator": {**MLP, "output": "sigmoid"}},
        "output: 'sigmoid' gives values in [0, 1], which do not fill train.range [-1, 1]",
    ),
    "tanh in [0, 255]": (
        IMAGES,
        {f"{TRAIN}.networks.generator": {**MLP, "output": "tanh"}, f"{TRAIN}.range": [0.0, 255.0]},
        "output: 'tanh'",
    ),
    "fidelity above samples": (
        IMAGES,
        measured({**FIDELITY, "count": 21}, "fid21"),
        "metrics.0: metric 'fidelity' takes 21, but sample.count is 20",
    ),
    "fidelity above the reference": (
        IMAGES,
        {**measured({**FIDELITY, "count": 360}, "fid360"), f"{SAMPLE}.count": 1000},
        "takes 360 examples of the test split of 'digits', which has 359",
    ),
    "parzen above samples": (
        IMAGES,
        measured({**PARZEN, "samples": 30}, "parzen30"),
        "metric 'parzen' takes 30, but sample.count is 20",
    ),
    "parzen above validation": (
        IMAGES,
        measured({**PARZEN, "validation": 181}, "parzen20"),
        "takes 181 examples of the validation split of 'digits', which has 180",
    ),
    "inception score": (
        {**IMAGES, "datasets.digits": {**DIGITS, "extractor": CLASSIFIER}},
        measured({"kind": "inception_score", "groups": 3, "size": 7}, "is3x7"),
        "metric 'inception_score' takes 21",
    ),
    "real inception score": (
        {**IMAGES, "datasets.digits": {**DIGITS, "extractor": CLASSIFIER}},
        {
            **measured({"kind": "inception_score", "groups": 2, "size": 180, "real": True}, "is2x180"),
            f"{SAMPLE}.count": 360,
        },
        "takes 360 examples of the test split",
    ),
    "classes of coordinates": (
        IMAGES,
        measured({"kind": "class_entropy"}, "class_entropy20"),
        "metric 'class_entropy' needs an extractor with classes",
    ),
    "signs": (
        POINTS,
        {**MEMORY, **measured({"kind": "signs_fidelity", "count": 10}, "fid_signs10")},
        "takes 10, but sample.signs is 0",
    ),
    "lensed": (
        IMAGES,
        {**measured({"kind": "lensed_fidelity", "count": 10}, "fid_lens10"), f"{SAMPLE}.shown": 9},
        "takes 10, but sample.shown is 9",
    ),
    "modes of images": (
        IMAGES,
        measured(MODES, "modes20"),
        "metric 'modes' knows mixtures and cubes, but 'digits' is of kind 'digits'",
    ),
    "jsd in three dimensions": (
        POINTS,
        measured({"kind": "jensen_shannon", "bins": 9}, "jsd20"),
        "in one dimension, but 'mixture' is 'mixture' of shape [3]",
    ),
    "a grid in three dimensions": (
        POINTS,
        {f"{SAMPLE}.grid": 9, f"{SAMPLE}.grid_range": [0.0, 1.0]},
        "sample.grid: D is recorded on a line, but 'mixture' has shape [3]",
    ),
    "an empty reference": (
        POINTS,
        {"datasets.mixture.prepare.splits": {**SPLITS, "test": 0.0}},
        "evaluate.reference: the test split of 'mixture' is empty",
    ),
    "shown": (POINTS, {f"{SAMPLE}.shown": 81}, "sample.shown: 81 examples are asked for, but the test split"),
    "chains": (
        POINTS,
        {**MEMORY, f"{SAMPLE}.gibbs": {"chains": 81, "steps": 1}},
        "sample.gibbs.chains: 81 examples",
    ),
    "features": (
        POINTS,
        {**MEMORY, f"{SAMPLE}.features": {"train": 281, "test": 80}},
        "sample.features.train: 281 examples are asked for, but the train split of 'mixture' has 280",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_misfit_is_told_before_anything_runs(name: str) -> None:
    base, changes, words = REFUSED[name]
    with pytest.raises(PipelineError) as caught:
        params.check(changed(PARAMS, {**base, **changes}))
    assert words in str(caught.value)
    assert "experiments.toy." in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        IMAGES,
        {**IMAGES, f"{TRAIN}.networks.generator": DCGAN, f"{TRAIN}.networks.discriminator": DCGAN},
        {**IMAGES, f"{TRAIN}.networks.generator": {**MLP, "output": "sigmoid"}, f"{TRAIN}.range": [0.0, 1.0]},
        {**IMAGES, **measured({**FIDELITY, "count": 359}, "fid359"), f"{SAMPLE}.count": 359},
        {**IMAGES, **measured({**PARZEN, "validation": 180}, "parzen20")},
        {f"{TRAIN}.tempering": LENS},
        {f"{SAMPLE}.shown": 80},
        LINE,
    ],
)
def test_what_just_fits_is_legal(changes: dict[str, Any]) -> None:
    params.check(changed(PARAMS, changes))


def test_a_large_batch_and_a_cut_off_output_are_doubted() -> None:
    suite = params.check(changed(PARAMS, {f"{TRAIN}.batch": 281}))
    assert suite.doubts(["toy"]) == [
        "experiments.toy.train.batch: 281 is more than the 280 training examples of 'mixture', so every "
        "batch repeats some."
    ]
    tanh = {f"{TRAIN}.networks.generator": {**MLP, "output": "tanh"}, f"{TRAIN}.range": [0.0, 1.0]}
    (doubt,) = params.check(changed(PARAMS, {**IMAGES, **tanh})).doubts(["toy"])
    assert "beyond train.range [0, 1]" in doubt
    assert params.check(changed(PARAMS, {f"{TRAIN}.batch": 280})).doubts(["toy"]) == []


def test_nothing_is_said_of_files_that_are_not_verified() -> None:
    mnist = {
        "sources.mnist": {"kind": "mnist", "verify": False},
        "datasets.mnist": {
            "source": "mnist",
            "prepare": {"kind": "mnist", "size": 28, "validation": 0},
            "extractor": {"kind": "coordinates"},
        },
        "experiments.toy.dataset": "mnist",
        f"{SAMPLE}.count": 10_001,
        **measured({**FIDELITY, "count": 10_001}, "fid10001"),
    }
    params.check(changed(PARAMS, mnist))
    with pytest.raises(PipelineError, match="the test split of 'mnist', which has 10000"):
        params.check(changed(PARAMS, {**mnist, "sources.mnist": {"kind": "mnist"}}))


@pytest.mark.parametrize("splits", [SPLITS, {"validation": 0.05, "test": 0.0, "seed": 1}])
def test_sizes_are_those_that_preparing_gives(splits: dict[str, Any]) -> None:
    prepare = TypeAdapter(Prepare).validate_python({**MIXTURE["prepare"], "count": 1797, "splits": splits})
    counts = np.bincount(assign(1797, prepare.splits), minlength=3).tolist()
    digits = TypeAdapter(Prepare).validate_python({"kind": "digits", "size": 16, "splits": splits})
    assert list(split_sizes(prepare, source("synthetic")) or ()) == counts
    assert list(split_sizes(digits, source("digits")) or ()) == counts


@pytest.mark.parametrize("kind", ["dcgan", "conv3"])
@pytest.mark.parametrize("side", [8, 16, 28, 32, 48, 64])
def test_the_sides_of_a_kind_are_those_that_its_code_builds(kind: str, side: int) -> None:
    blocks = {
        "dcgan": (DCGAN, DCGAN),
        "conv3": (CONV3, {**CONV3, "last": "relu"}),
    }[kind]
    generator = TypeAdapter(Generator).validate_python(blocks[0])
    discriminator = TypeAdapter(Discriminator).validate_python(blocks[1])
    assert generator.sides == discriminator.sides
    if side in generator.sides:
        build_generator(generator, 2, (1, side, side), 0)
        build_discriminator(discriminator, (1, side, side), 0)
    else:
        with pytest.raises(PipelineError):
            build_generator(generator, 2, (1, side, side), 0)
        with pytest.raises(PipelineError):
            build_discriminator(discriminator, (1, side, side), 0)
