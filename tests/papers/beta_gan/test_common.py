"""The numbers of a run."""

import beta_gan_fakes as made
import pytest

from pipeline.papers.beta_gan import common


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_summary_of_a_run():
    values = {"modes100": lambda s, t: 5.0 - s, "quality100": lambda s, t: 0.5}
    row = common.summary(made.annealed(values=values, diverged={2: 100}))
    assert row == {
        "method": "β-GAN",
        "seeds": 3,
        "diverged": 1,
        "modes_mean": 4.5,
        "modes_sd": 0.7071,
        "modes_by_seed": "5 4 –",
        "quality_mean": 0.5,
        "quality_sd": 0.0,
        "quality_by_seed": "0.500 0.500 –",
    }
