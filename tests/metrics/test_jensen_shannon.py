from __future__ import annotations

import math

import numpy as np
import pytest
from configs import changed
from metric_subjects import LINE, subject

from pipeline.metrics import measure
from pipeline.metrics.jensen_shannon import bin_probabilities
from pipeline.params.metrics import JensenShannon

BINS = JensenShannon(kind="jensen_shannon", bins=40)
UNIFORM = changed(LINE, {"prepare": {"kind": "uniform", "dims": [1], "count": 9, "seed": 0,
                                     "splits": LINE["prepare"]["splits"]}})  # fmt: skip


def test_bin_probabilities_are_those_of_the_law() -> None:
    block = changed(LINE, {"prepare.components": 3, "prepare.sigma": 0.1})
    made = subject(np.zeros((1, 1), np.float32), block=block)
    edges, chances = bin_probabilities(made.block.prepare, 40)
    assert chances.sum() == pytest.approx(1)
    fine = np.linspace(edges[7], edges[8], 2001)
    density = np.mean([np.exp(-((fine - m) ** 2) / 0.02) / (0.1 * math.sqrt(2 * math.pi)) for m in
                       (-0.6, 0.0, 0.6)], axis=0)  # fmt: skip
    assert chances[8] == pytest.approx(np.trapezoid(density, fine), rel=1e-6)


def test_samples_of_the_law_diverge_little_and_others_fully() -> None:
    rng = np.random.default_rng(0)
    own = measure(BINS, subject(rng.normal(size=(5000, 1)).astype(np.float32), block=LINE))
    assert 0 < own["jsd5000"] < 3 * 42 / (8 * 5000)
    far = measure(BINS, subject(np.full((100, 1), 50.0, np.float32), block=LINE))
    assert far["jsd100"] == pytest.approx(math.log(2), abs=1e-5)
    lost = measure(BINS, subject(np.full((100, 1), np.nan, np.float32), block=LINE))
    assert math.isnan(lost["jsd100"])


def test_uniform_law_on_the_line() -> None:
    samples = ((np.arange(4000) + 0.5) / 2000 - 1)[:, None].astype(np.float32)
    found = measure(BINS, subject(samples, block=UNIFORM))
    assert found["jsd4000"] == pytest.approx(0, abs=1e-6)
