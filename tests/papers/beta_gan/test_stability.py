"""The comparison over learning rates."""

import beta_gan_fakes as made
import pytest

from pipeline.base.errors import PipelineError
from pipeline.papers.beta_gan import toys

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


def test_rows():
    drawing = toys.stability(evidence(diverged={1: 50}))
    assert [(row["learning_rate"], row["method"]) for row in drawing.rows] == [
        (1e-4, "β-GAN"), (1e-4, "plain GAN"), (1e-3, "β-GAN"), (1e-3, "plain GAN"),
    ]  # fmt: skip
    assert drawing.rows[3]["modes_mean"] == 2.0
    assert drawing.rows[3]["modes_by_seed"] == "2 – 2"
    assert drawing.rows[3]["diverged"] == 1


def test_every_seed_is_a_dot():
    drawing = toys.stability(evidence())
    heights = [dots.get_offsets()[:, 1].tolist() for dots in drawing.figure.axes[0].collections]
    assert [h for h in heights if len(h) == 3] == [[5, 5, 4], [4, 5, 3], [5, 4, 4], [2, 1, 2]]


def test_two_experiments_in_one_place_and_a_missing_method():
    twice = {"a": run("one", (5, 5, 5), 1e-4), "b": run("two", (5, 5, 5), 1e-4)}
    with pytest.raises(
        PipelineError, match=r"two experiments of the plain GAN at learning rate 0.0001, 'one' and 'two'"
    ):
        toys.by_rate(twice)
    with pytest.raises(PipelineError, match="no experiment under uses is one of β-GAN"):
        toys.by_rate({"a": twice["a"]})
