"""The trainer's speed against a plain eager loop over the same networks, Parzen's cost per width, and the
Fréchet distance against torch-fidelity's."""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from pipeline.base.device import compute
from pipeline.base.timing import random_examples, timed
from pipeline.gan.trainer import Trainer
from pipeline.metrics.frechet import frechet_distance, gaussian
from pipeline.metrics.parzen import log_likelihood
from pipeline.params.experiment import Train

T = TypeVar("T")
ROUNDS = 7
FRECHET = "frechet"
FRECHET_SHAPE, FRECHET_THREADS = (50_000, 2048), 2
ADAM = {"kind": "adam", "lr": 2e-4}
DIGIT_G = {"kind": "mlp", "hidden": [256] * 3, "activation": "relu", "batch_norm": True}
DIGIT_D = {"kind": "mlp", "hidden": [256, 512, 512], "activation": "relu", "batch_norm": True}
MAXOUT_G = {"kind": "mlp", "hidden": [1200, 1200], "activation": "relu", "output": "sigmoid"}
MAXOUT_D = {"kind": "maxout", "units": [240, 240], "pieces": 5, "dropout_input": 0.2, "dropout_hidden": 0.5}
DCGAN = {"kind": "dcgan", "channels": 32, "kernel": 4}

# name: (shape of the data, latent dimension, generator, discriminator, batch, steps a round)
ARCHITECTURES: dict[str, tuple[tuple[int, ...], int, dict[str, Any], dict[str, Any], int, int]] = {
    "mlp-3d": (
        (3,),
        3,
        {"kind": "mlp", "hidden": [128] * 2, "activation": "relu"},
        {"kind": "mlp", "hidden": [128] * 3, "activation": "tanh"},
        128,
        200,
    ),
    "mlp-bn-784": ((1, 28, 28), 784, DIGIT_G, DIGIT_D, 128, 40),
    "maxout-784": ((1, 28, 28), 100, MAXOUT_G, MAXOUT_D, 100, 20),
    "dcgan-28": ((1, 28, 28), 100, DCGAN, DCGAN, 64, 5),
    "dcgan-32": ((3, 32, 32), 100, DCGAN, DCGAN, 64, 5),
    "dcgan-64": ((3, 64, 64), 100, DCGAN, DCGAN, 32, 2),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")
    parser.add_argument("--only", choices=[*ARCHITECTURES, FRECHET], help="one architecture, or 'frechet'")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(options: argparse.Namespace) -> None:
    """Print what was asked for: by default everything, which takes minutes."""
    only = options.only
    found: dict[str, Any] = {}
    if only != FRECHET:
        names = [only] if only else list(ARCHITECTURES)
        with compute(options.threads) as device:
            found["device"] = str(device)
            found["trainer"] = [{"architecture": name, **compare(name, device)} for name in names]
    if only is None:
        found["parzen_ten_widths_over_one"] = parzen_ratio()
    if only in (None, FRECHET):
        found["frechet"] = frechet_ratio(*FRECHET_SHAPE)
    print(json.dumps(found, indent=1) if options.json else "\n".join(lines(found)))


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The measurements as text."""
    if "trainer" in found:
        device = found["device"]
        yield f"{'architecture':14}{'trainer':>12}{'plain loop':>12}{'ratio':>8}{'peak MiB':>10}   ({device})"
    for row in found.get("trainer", []):
        yield (
            f"{row['architecture']:14}{row['trainer']:>10.1f}/s{row['plain']:>10.1f}/s"
            f"{row['ratio']:>8.2f}{row['peak_mib']:>10.0f}"
        )
    if "parzen_ten_widths_over_one" in found:
        yield f"Parzen: ten widths take {found['parzen_ten_widths_over_one']:.2f} times as long as one"
    if "frechet" in found:
        one = found["frechet"]
        yield (
            f"Fréchet distance of {one['examples']} × {one['features']} on {FRECHET_THREADS} threads: "
            f"moments {one['moments']:.2f} s an array, distance {one['distance']:.2f} s; torch-fidelity's "
            f"distance {one['torch_fidelity']:.2f} s, {one['ratio']:.1f} times as long; relative difference "
            f"{one['relative_difference']:.1e}"
        )


def compare(name: str, device: torch.device) -> dict[str, float]:
    """Median steps per second of both loops, timed in turns in this process, and their ratio."""
    shape, latent, generator, discriminator, batch, steps = ARCHITECTURES[name]
    data = random_examples(2000, shape).to(device)
    config = Train.model_validate(
        {
            "networks": {"generator": generator, "discriminator": discriminator},
            "objective": {"kind": "non_saturating"},
            "prior": {"kind": "uniform", "dim": latent},
            "tempering": {"kind": "none"},
            "guidance": {"kind": "none"},
            "update": "alternating",
            "discriminator_steps": 1,
            "generator_steps": 1,
            "optimizers": {"generator": ADAM, "discriminator": ADAM},
            "batch": batch,
            "steps": 1,
            "snapshots": [],
            "range": [-1.0, 1.0],
            "log_every": 1,
            "checkpoint_seconds": 1.0,
            "threads": 1,
        }
    )
    trainer = Trainer(config, data, 0)
    loops: dict[str, Callable[[], None]] = {"trainer": trainer.step, "plain": plain_loop(config, data)}
    speeds: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(ROUNDS + 1):
        for loop, step in loops.items():
            speed = steps / timed(step, steps, device)
            if turn:  # the first round warms up
                speeds[loop].append(speed)
    median = {loop: statistics.median(values) for loop, values in speeds.items()}
    return {**median, "ratio": median["trainer"] / median["plain"], "peak_mib": peak_memory(device)}


def plain_loop(config: Train, data: Tensor) -> Callable[[], None]:
    """The loop that a tutorial would write: torch.optim, zero_grad, backward, step."""
    twin = Trainer(config, data, 0)
    g, d = twin.generator.network, twin.discriminator.network
    g_optimizer = torch.optim.Adam(g.parameters(), 2e-4, (0.5, 0.999))
    d_optimizer = torch.optim.Adam(d.parameters(), 2e-4, (0.5, 0.999))
    batch, latent, device = config.batch, config.prior.dim, data.device
    ones, zeros = torch.ones(batch, device=device), torch.zeros(batch, device=device)

    def step() -> None:
        real = data[torch.randint(len(data), (batch,), device=device)]
        if real.dtype == torch.uint8:
            real = real.float() / 127.5 - 1
        fake = g(torch.rand(batch, latent, device=device) * 2 - 1)
        d_optimizer.zero_grad()
        d_loss = cross_entropy(d(real).score, ones) + cross_entropy(d(fake.detach()).score, zeros)
        d_loss.backward()
        d_optimizer.step()
        fake = g(torch.rand(batch, latent, device=device) * 2 - 1)
        g_optimizer.zero_grad()
        g_loss = cross_entropy(d(fake).score, ones)
        g_loss.backward()
        g_optimizer.step()

    return step


def peak_memory(device: torch.device) -> float:
    """MiB at most allocated on the GPU, or resident in this process on a CPU, so far."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def parzen_ratio() -> float:
    """Median time of ten widths over that of one, on 2,000 samples and 500 points of 784 dimensions."""
    stream = torch.Generator().manual_seed(0)
    samples, points = (torch.rand(count, 784, generator=stream).numpy() for count in (2000, 500))
    widths = torch.logspace(-1, 0, 10).tolist()
    times: dict[int, list[float]] = {1: [], 10: []}
    for _ in range(ROUNDS):
        for count, spent in times.items():
            seconds, _ = timed_result(partial(log_likelihood, samples, points, widths[:count]))
            spent.append(seconds)
    return statistics.median(times[10]) / statistics.median(times[1])


def frechet_ratio(count: int, width: int) -> dict[str, float]:
    """Seconds of our Fréchet distance and of torch-fidelity's, from moments of the same features.

    Features are as a ReLU network gives them: correlated and never negative.
    """
    from threadpoolctl import threadpool_limits
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_statistics_to_metric

    stream = np.random.default_rng(0)
    mixing = stream.standard_normal((width, width)) / width**0.5
    sides = [np.maximum(stream.standard_normal((count, width)) @ (scale * mixing), 0) for scale in (1, 1.1)]
    with threadpool_limits(FRECHET_THREADS):
        moments, (a, b) = timed_result(lambda: [gaussian(side) for side in sides])
        distance, ours = timed_result(lambda: frechet_distance(a, b.with_root()))
        both = [{"mu": side.mean, "sigma": side.covariance} for side in (a, b)]
        torch_fidelity, theirs = timed_result(lambda: fid_statistics_to_metric(*both, verbose=False))
    return {
        "examples": count,
        "features": width,
        "moments": moments / 2,
        "distance": distance,
        "torch_fidelity": torch_fidelity,
        "ratio": torch_fidelity / distance,
        "relative_difference": abs(ours / theirs[KEY_METRIC_FID] - 1),
    }


def timed_result(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that it took, and what it gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result
