"""What each stage rests on besides files: the values in params.yaml and the code that it runs.

The Snakefile reads both from here; dvc.yaml says the same in its own words, and a test holds the two
equal. `{key}` is the name that a stage is run for and `{item}` its block in params.yaml.

Code is what decides the numbers. The schema, paths, file writing and progress are left out: they
decide how a stage is called, and an edit there must not train everything anew.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Needs:
    """What a stage runs for, dotted paths into params.yaml, and files or folders of code."""

    subject: str | None
    values: tuple[str, ...]
    code: tuple[str, ...]


NETWORKS = (
    "pipeline/networks/__init__.py",
    "pipeline/networks/layers.py",
    "pipeline/networks/{item.train.networks.generator.kind}.py",
    "pipeline/networks/{item.train.networks.discriminator.kind}.py",
)
SEAMS = (
    "pipeline/gan/part.py",
    "pipeline/gan/optimizers.py",
    "pipeline/gan/objective/__init__.py",
    "pipeline/gan/objective/logistic.py",
    "pipeline/gan/objective/{item.train.objective.kind}.py",
    "pipeline/gan/prior/__init__.py",
    "pipeline/gan/prior/{item.train.prior.kind}.py",
    "pipeline/gan/rbm.py",
    "pipeline/gan/schedule.py",
    "pipeline/gan/tempering/__init__.py",
    "pipeline/gan/tempering/{item.train.tempering.kind}.py",
    "pipeline/networks/lens.py",
)
GUIDANCE = (
    "pipeline/gan/guidance/__init__.py",
    "pipeline/gan/guidance/{item.train.guidance.kind}.py",
    "pipeline/networks/denoiser.py",
)
FEATURES = (
    "pipeline/networks/__init__.py",
    "pipeline/networks/classifier.py",
    "pipeline/networks/coordinates.py",
    "pipeline/networks/inception.py",
    "pipeline/networks/layers.py",
)
LAWS = ("pipeline/datasets/mixture.py", "pipeline/datasets/splits.py")
PIXELS = ("pipeline/pixels.py",)
DRAWING = (
    "pipeline/results/__init__.py",
    "pipeline/results/figure.py",
    "pipeline/results/reading.py",
    "pipeline/results/summary.py",
    "pipeline/results/table.py",
)
# What figures and claims on toys compute for themselves
NUMERICS = (
    *LAWS,
    "pipeline/gan/part.py",
    "pipeline/gan/optimizers.py",
    "pipeline/gan/schedule.py",
    "pipeline/gan/guidance/__init__.py",
    "pipeline/gan/guidance/denoising.py",
    "pipeline/networks",
    "pipeline/metrics/__init__.py",
    "pipeline/metrics/divergence.py",
    *PIXELS,
)
CHANCE = ("pipeline/device.py", "pipeline/streams.py")

STAGES = {
    "download": Needs(
        subject="source",
        values=("sources.{key}",),
        code=(
            "pipeline/stages/download.py",
            "pipeline/datasets/fetch.py",
            "pipeline/datasets/image_files.py",
            "pipeline/datasets/matlab.py",
            "pipeline/datasets/sources/__init__.py",
            "pipeline/datasets/sources/{item.kind}.py",
            "pipeline/datasets/transfer.py",
        ),
    ),
    "prepare": Needs(
        subject="dataset",
        values=("datasets.{key}.source", "datasets.{key}.prepare"),
        code=(
            "pipeline/stages/prepare.py",
            "pipeline/datasets/{item.prepare.kind}.py",
            "pipeline/datasets/archives.py",
            "pipeline/datasets/digits.py",
            "pipeline/datasets/image_files.py",
            "pipeline/datasets/matlab.py",
            "pipeline/datasets/mnist.py",
            "pipeline/datasets/resize.py",
            "pipeline/datasets/splits.py",
            "pipeline/datasets/streaming.py",
            "pipeline/streams.py",
        ),
    ),
    "extractor": Needs(
        subject="dataset",
        values=("datasets.{key}.extractor",),
        code=("pipeline/stages/extractor.py", "pipeline/networks/{item.extractor.kind}.py", *CHANCE),
    ),
    "train": Needs(
        subject="experiment",
        values=("experiments.{key}.paper", "experiments.{key}.dataset", "experiments.{key}.train"),
        code=(
            "pipeline/stages/train.py",
            "pipeline/gan/run.py",
            "pipeline/gan/trainer.py",
            "pipeline/gan/draws.py",
            "pipeline/gan/checkpoint.py",
            *SEAMS,
            *GUIDANCE,
            *NETWORKS,
            *PIXELS,
            *CHANCE,
        ),
    ),
    "sample": Needs(
        subject="experiment",
        values=(
            "experiments.{key}.paper",
            "experiments.{key}.dataset",
            "experiments.{key}.seeds",
            "experiments.{key}.train",
            "experiments.{key}.sample",
        ),
        code=(
            "pipeline/stages/sample.py",
            "pipeline/gan/sampling.py",
            "pipeline/gan/checkpoint.py",
            *SEAMS,
            *NETWORKS,
            *PIXELS,
            *CHANCE,
        ),
    ),
    "evaluate": Needs(
        subject="experiment",
        values=("experiments.{key}", "datasets.{item.dataset}"),
        code=(
            "pipeline/stages/evaluate.py",
            "pipeline/metrics",
            "pipeline/gan/sampling.py",
            "pipeline/gan/checkpoint.py",
            "pipeline/gan/trainer.py",
            "pipeline/gan/draws.py",
            *SEAMS,
            *GUIDANCE,
            *NETWORKS,
            *LAWS,
            "pipeline/datasets/cubes.py",
            *FEATURES,
            *PIXELS,
            *CHANCE,
        ),
    ),
    "index": Needs(
        subject="paper",
        values=("results",),
        code=("pipeline/stages/index.py",),
    ),
    "render": Needs(
        subject="result",
        values=("results.{key}", "papers.{item.paper}.title"),
        code=(
            "pipeline/stages/render.py",
            "pipeline/results/{item.paper}",
            *DRAWING,
            "pipeline/results/data.py",
            "pipeline/results/diagram.py",
            *NUMERICS,
            *CHANCE,
        ),
    ),
    "claims": Needs(
        subject=None,
        values=("suite", "papers", "datasets", "experiments", "claims"),
        code=(
            "pipeline/stages/claims.py",
            "pipeline/claims",
            "pipeline/inventory/__init__.py",
            "pipeline/inventory/claims.yaml",
            *DRAWING,
            "pipeline/results/aan",
            "pipeline/results/data.py",
            "pipeline/results/dfm",
            *NUMERICS,
            "pipeline/metrics/discriminator_error.py",
            "pipeline/streams.py",
        ),
    ),
    "report": Needs(
        subject=None,
        values=("suite", "papers", "datasets", "experiments", "results"),
        code=(
            "pipeline/stages/report.py",
            "pipeline/claims/__init__.py",
            "pipeline/claims/finding.py",
            *DRAWING,
        ),
    ),
}
