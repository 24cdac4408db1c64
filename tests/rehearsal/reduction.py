"""What a rehearsal changes of suites/paper/params.yaml; everything that is not named here stays as it is.

Architectures, batch sizes, critic updates a step, objectives, priors, guidances and optimisers are the
suite's own. Shorter are the runs, and fewer the seeds, samples and examples.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from pipeline.params.datasets import Prepare

Values = dict[str, Any]

# Runs of two MLPs: seeds, and how many of the suite's steps become one, in long runs and in others. It
# divides the length of every stage of annealing, so that a rehearsed run visits every temperature.
MLP_SEEDS, MLP_LONG, MLP_SCALES = 2, 100_000, (2500, 1000)
# All other runs: seeds and steps, and the schedules that fit. Annealing visits the β that claims look at.
SEEDS, STEPS = 1, 1
LENS = {"schedule_steps": 1}
ANNEAL = {"uniform_steps": 0, "stages": 1, "stage_steps": 1, "beta_first": 5.01}

# Numbers of samples, examples and groups, wherever one is a value or part of a metric's name
POINT_COUNTS = {10_000: 500, 2_000: 200, 1_000: 200}
IMAGE_COUNTS = {50_000: 8, 10_000: 6, 5_000: 4, 4_096: 5, 1_000: 4}
GROUPS = {10: 2}

# Path of an experiment's value → its value in a rehearsal, where the experiment has one
EXPERIMENT: Values = {
    "train.log_every": 1,
    "train.threads": 1,
}
IMAGES: Values = {
    "sample.shown": 6,
    "sample.paths.pairs": 4,
    "sample.gibbs.chains": 8,
    "sample.features.train": 16,
    "sample.features.test": 16,
    "evaluate.panel": 4,
    "sample.concepts.pool": 40,
    "sample.concepts.confidence": 0.0,
    "sample.concepts.turn.samples": 4,
    "sample.concepts.turn.rows": 2,
}
ARITHMETIC: Values = {"triplets": 2}
METRICS: dict[str, Values] = {
    "parzen": {"validation": 5, "sigmas": 3},
    "rbm_likelihood": {"epochs": [1, 2, 3], "chains": 4, "temperatures": 5},
}
PREPARE: dict[str, Values] = {
    "mnist": {"validation": 60},
    "color_mnist": {"count": 200, "reference_count": 60},
    "cifar10": {"validation": 30},
}
CLASSIFIER: Values = {"epochs": 1}
# Settings of results and claims; those of COUNTED are numbers of samples
RESULT: Values = {"images": 4, "samples": 4, "rows": 2, "window": 1}
COUNTED = ("few", "many")
# Settings of studies, and of those that are computed without an experiment
COMPUTED: Values = {"steps": 100, "seeds": [0, 1]}


def reduce(content: Mapping[str, Any], mirror: str, weights: str, digest: str) -> Values:
    """params.yaml of the rehearsal, as plain values.

    mirror: the folder with generated files. weights, digest: a file of Inception's weights, and its sha256.
    """
    small: Values = json.loads(json.dumps(content))  # anchors share values; here each has its own
    small.pop("defaults", None)
    small["mirror"] = mirror
    small["suite"] = {"name": "rehearsal", "title": "Dress rehearsal (the numbers mean nothing)"}
    for name, block in small["sources"].items():
        if block["kind"] != "synthetic":
            block["verify"] = False
        if "path" in block:
            block["path"] = f"{mirror}/{name}"
    for block in small["datasets"].values():
        _shrink_dataset(block, weights, digest)
    for name, block in small["experiments"].items():
        _shrink_experiment(block, on_points(small, name))
    for block in small["studies"].values():
        block.update({key: value for key, value in COMPUTED.items() if key in block})
    for paper in small["papers"].values():
        for block in (*paper.get("results", {}).values(), *paper.get("claims", {}).values()):
            _shrink_settings(block, content, small)
    return small


def on_points(content: Mapping[str, Any], experiment: str) -> bool:
    """Whether an experiment's examples are points, not images."""
    prepare = content["datasets"][content["experiments"][experiment]["dataset"]]["prepare"]
    return len(TypeAdapter(Prepare).validate_python(prepare).shape) == 1


def of_mlps(experiment: Mapping[str, Any]) -> bool:
    """Whether both networks are small enough for some hundred steps."""
    networks = experiment["train"]["networks"]
    return networks["discriminator"]["kind"] == "mlp"


def mlp_scale(experiment: Mapping[str, Any]) -> int:
    """Steps of the suite that one step of a rehearsed run of MLPs stands for."""
    return MLP_SCALES[0] if experiment["train"]["steps"] >= MLP_LONG else MLP_SCALES[1]


def rehearsed_step(step: int, experiment: Mapping[str, Any], reduced: Mapping[str, Any]) -> int:
    """The step of a rehearsed run that stands for `step` of the run it rehearses."""
    if of_mlps(experiment):
        return -(-step // mlp_scale(experiment))
    tempering = experiment["train"]["tempering"]
    if tempering["kind"] == "anneal":
        annealed = tempering["uniform_steps"] + tempering["stages"] * tempering["stage_steps"]
        return min(step, STEPS if step <= annealed else STEPS + 1)
    return min(step, reduced["train"]["steps"])


def _shrink_dataset(block: Values, weights: str, digest: str) -> None:
    prepare, extractor = block["prepare"], block["extractor"]
    for key, value in PREPARE.get(prepare["kind"], {}).items():
        prepare[key] = min(prepare[key], value)
    if extractor["kind"] == "classifier":
        extractor.update(CLASSIFIER)
    if extractor["kind"] == "inception":
        extractor.update(weights=weights, sha256=digest)


def _shrink_experiment(block: Values, points: bool) -> None:
    before = json.loads(json.dumps(block))
    train, tempering = block["train"], block["train"]["tempering"]
    if of_mlps(block):
        block["seeds"] = block["seeds"][:MLP_SEEDS]
        scale = mlp_scale(before)
        train["steps"] = -(-train["steps"] // scale)
        if tempering["kind"] == "anneal":
            tempering["uniform_steps"] //= scale
            tempering["stage_steps"] //= scale
    else:
        block["seeds"] = block["seeds"][:SEEDS]
        train["steps"] = STEPS
        if tempering["kind"] == "anneal":
            tempering.update(ANNEAL)
            train["steps"] = STEPS + 1
        elif tempering["kind"] == "lens" and tempering["schedule_steps"] is not None:
            tempering.update(LENS)
    train["snapshots"] = sorted({rehearsed_step(step, before, block) for step in train["snapshots"]})
    for path, value in (EXPERIMENT | ({} if points else IMAGES)).items():
        _put(block, path, value)
    for one in (block["sample"].get("concepts") or {}).get("arithmetic", []):
        one.update(ARITHMETIC)
    counts = POINT_COUNTS if points else IMAGE_COUNTS
    block["sample"]["count"] = counts.get(block["sample"]["count"], block["sample"]["count"])
    for metric in block["evaluate"]["metrics"]:
        for key in ("count", "samples", "size"):
            if key in metric:
                metric[key] = counts[metric[key]]
        if "groups" in metric:
            metric["groups"] = GROUPS[metric["groups"]]
        metric.update(METRICS.get(metric["kind"], {}))
    block["evaluate"]["headline"] = renamed(block["evaluate"]["headline"], points)
    if points:
        block["evaluate"]["panel"] = min(block["evaluate"]["panel"], block["sample"]["count"])


def renamed(metric: str, points: bool) -> str:
    """A metric's name with the numbers of its protocol in the rehearsal."""
    counts = POINT_COUNTS if points else IMAGE_COUNTS
    metric = re.sub(r"(?<=^is)\d+(?=x)", lambda found: str(GROUPS[int(found[0])]), metric)
    return re.sub(r"\d{3,}", lambda found: str(counts.get(int(found[0]), found[0])), metric)


def _shrink_settings(block: Values, content: Mapping[str, Any], small: Mapping[str, Any]) -> None:
    """Settings of a result or claim: steps that its experiments have, and pictures that there are."""
    roles = ([names] if isinstance(names, str) else names for names in block.get("uses", {}).values())
    used = [name for names in roles for name in names]
    settings = block.get("settings", {})
    for key, value in (RESULT | ({} if used else COMPUTED)).items():
        if key in settings:
            settings[key] = value
    for key in COUNTED:
        if key in settings:
            settings[key] = IMAGE_COUNTS[settings[key]]
    if not used:
        return
    for key in ("steps", "stages"):
        if isinstance(settings.get(key), list):
            pair = content["experiments"][used[0]], small["experiments"][used[0]]
            settings[key] = sorted({rehearsed_step(step, *pair) for step in settings[key]})
    if "betas" in settings and not of_mlps(content["experiments"][used[0]]):
        settings["betas"] = [ANNEAL["beta_first"]]


def _put(block: Values, path: str, value: Any) -> None:
    """Replace the value at a dotted path, where there is one."""
    *parents, last = path.split(".")
    place: Any = block
    for parent in parents:
        place = place.get(parent) or {}
    if place.get(last) is not None:
        place[last] = value
