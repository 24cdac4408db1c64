"""The comparison over learning rates: pairing, the interval, and a sentence that follows from it."""

import beta_gan_fakes as made
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.measures.estimate import mean
from pipeline.papers.beta_gan import stability

RATES = (1e-4, 1e-3)
ANNEALED = {1e-4: (5, 5, 4), 1e-3: (4, 5, 3)}
PLAIN = {1e-4: (5, 4, 4), 1e-3: (2, 1, 2)}


@pytest.fixture(autouse=True)
def _suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(name, modes, rate, **changes):
    values = {"modes100": lambda seed, step: float(modes[seed]), "quality100": lambda seed, step: 0.5}
    return made.write_run(name, values=values, lr=rate, **changes)


def evidence(**changes):
    found = {}
    for number, rate in enumerate(RATES):
        found[f"annealed_{number}"] = run(f"a{number}", ANNEALED[rate], rate, tempering=made.ANNEAL)
        found[f"vanilla_{number}"] = run(f"v{number}", PLAIN[rate], rate, **changes)
    return found


def test_differences_are_paired_by_seed_and_averaged_over_rates():
    grid = stability.by_rate(evidence())
    by_seed = stability.paired_differences(grid, "modes", RATES)
    assert by_seed == {0: (0 + 2) / 2, 1: (1 + 4) / 2, 2: (0 + 1) / 2}
    assert stability.paired_differences(grid, "modes", [1e-3]) == {0: 2.0, 1: 4.0, 2: 1.0}


def test_a_diverged_run_counts_as_zero():
    grid = stability.by_rate(evidence(diverged={1: 50}))
    assert stability.paired_differences(grid, "modes", RATES)[1] == (5 + 5) / 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((1.0, 1.2, 1.1), "In modes β-GAN is ahead: the mean difference, β-GAN minus plain GAN, is 1.10"),
        (
            (-1.0, -1.2, -1.1),
            "In modes the plain GAN is ahead: the mean difference, β-GAN minus plain GAN, is −1.10",
        ),
        ((1.0, -1.2, 0.4), "In modes the two cannot be told apart"),
        ((1.0,), "from one seed, which decides nothing"),
        ((1.0, 1.0, 1.0), "the same in 3 seeds, which decides nothing"),
        ((), "there is no seed that both methods ran"),
    ],
)
def test_verdict_goes_either_way(values, words):
    assert words in stability.verdict("modes", mean(np.array(values)), 2)


def test_rows_and_caption():
    drawing = stability.stability(evidence(diverged={1: 50}))
    assert [(row["learning_rate"], row["method"]) for row in drawing.rows] == [
        (1e-4, "β-GAN"), (1e-4, "plain GAN"), (1e-3, "β-GAN"), (1e-3, "plain GAN"),
    ]  # fmt: skip
    assert drawing.rows[3]["modes_mean"] == 2.0
    assert drawing.rows[3]["modes_by_seed"] == "2 – 2"
    assert drawing.rows[3]["diverged"] == 1
    assert "By learning rate the difference in modes is 1.67 at 0.0001, 2.67 at 0.001." in drawing.caption
    assert "Crosses are runs that diverged" in drawing.caption
    assert "diverged" not in stability.stability(evidence()).caption


def test_every_seed_is_a_dot():
    drawing = stability.stability(evidence())
    heights = [dots.get_offsets()[:, 1].tolist() for dots in drawing.figure.axes[0].collections]
    assert [h for h in heights if len(h) == 3] == [[5, 5, 4], [4, 5, 3], [5, 4, 4], [2, 1, 2]]


def test_two_experiments_in_one_place_and_a_missing_method():
    twice = {"a": run("one", (5, 5, 5), 1e-4), "b": run("two", (5, 5, 5), 1e-4)}
    with pytest.raises(
        PipelineError, match=r"two experiments of the plain GAN at learning rate 0.0001, 'one' and 'two'"
    ):
        stability.by_rate(twice)
    with pytest.raises(PipelineError, match="no experiment under uses is one of β-GAN"):
        stability.by_rate({"a": twice["a"]})
