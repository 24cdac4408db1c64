"""The numbers behind the theory results, and that every result of `gan` draws from evidence."""

from __future__ import annotations

import copy

import fakes
import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.measures.laws import densities
from pipeline.measures.reading import finals
from pipeline.metrics import divergence
from pipeline.papers.gan import digits, numerics, toys
from pipeline.papers.registry import drawing_function

GRID = np.linspace(-8, 8, 8001)


@pytest.fixture
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return fakes.write_suite()


def draw(suite, key):
    block = suite.results[key]
    return drawing_function(block)(fakes.evidence(suite, key), **block.settings)


def test_rock_paper_scissors_is_solved_by_the_uniform_mixture():
    strategy, value = numerics.equilibrium(numerics.ROCK_PAPER_SCISSORS)
    np.testing.assert_allclose(strategy, [1 / 3] * 3, atol=1e-12)
    assert abs(value) < 1e-12


def test_equilibrium_of_a_game_with_known_value():
    # 2×2 without a saddle point: p = (d − c, a − b)/(a − b − c + d), value (ad − bc)/(a − b − c + d)
    strategy, value = numerics.equilibrium(np.array([[3.0, -1.0], [-2.0, 4.0]]))
    np.testing.assert_allclose(strategy, [0.6, 0.4], atol=1e-12)
    assert value == pytest.approx(1.0)


def test_projection_onto_the_simplex_is_the_nearest_point():
    rng = np.random.default_rng(0)
    for point in rng.normal(size=(20, 3)):
        nearest = numerics.onto_simplex(point)
        assert nearest.min() >= 0 and nearest.sum() == pytest.approx(1)
        others = rng.dirichlet(np.ones(3), size=2000)
        assert np.linalg.norm(point - nearest) <= np.linalg.norm(others - point, axis=1).min() + 1e-12


def test_gradient_play_is_simultaneous_and_its_average_nears_the_equilibrium():
    payoff = numerics.ROCK_PAPER_SCISSORS
    p, q = np.array([0.4, 0.35, 0.25]), np.array([0.3, 0.3, 0.4])
    you, other = numerics.gradient_play(payoff, p, q, 0.05, 2000)
    np.testing.assert_allclose(you[1], p + 0.05 * payoff @ q)
    np.testing.assert_allclose(other[1], q - 0.05 * payoff.T @ p)
    assert np.abs(you.mean(axis=0) - 1 / 3).max() < 0.02
    assert np.linalg.norm(you[-1] - 1 / 3) > 2 * np.linalg.norm(p - 1 / 3)


@pytest.mark.parametrize("gap", [0.0, 0.5, 3.0])
def test_criterion_is_minus_log_four_plus_twice_the_divergence(gap):
    p, q = numerics.normal_density(GRID, 0, 0.5), numerics.normal_density(GRID, gap, 0.5)
    identity = -np.log(4) + 2 * divergence.jsd_quadrature(p, q, GRID)
    criterion = numerics.criterion(p, q, GRID)
    assert criterion == pytest.approx(identity, abs=1e-9)
    best = divergence.optimal_discriminator(p, q)
    assert divergence.value(best, p, q, GRID) == pytest.approx(criterion, abs=1e-4)
    if gap == 0:
        assert criterion == pytest.approx(-1.386294, abs=1e-6)


def test_no_discriminator_exceeds_the_criterion():
    p, q = numerics.normal_density(GRID, 0, 0.5), numerics.normal_density(GRID, 1, 0.5)
    best = divergence.optimal_discriminator(p, q)
    for shift in (-0.2, -0.01, 0.01, 0.2):
        moved = np.clip(best + shift, 0.001, 0.999)
        assert divergence.value(moved, p, q, GRID) < numerics.criterion(p, q, GRID)


def test_optimal_discriminator_far_from_both_laws_is_undecided():
    assert divergence.optimal_discriminator(np.zeros(2), np.zeros(2)).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("count", "width"), [(1, 1.06), (10, 0.67), (100, 0.3)])
def test_parzen_density_integrates_to_one_and_its_error_matches_quadrature(count, width):
    samples = np.random.default_rng(1).standard_normal(count)
    density = numerics.kernel_density(samples, GRID, width)
    assert np.trapezoid(density, GRID) == pytest.approx(1, abs=1e-6)
    error = np.trapezoid((density - numerics.normal_density(GRID, 0, 1)) ** 2, GRID)
    assert numerics.squared_error(samples, width) == pytest.approx(error, abs=1e-9)


def test_parzen_error_falls_with_the_number_of_draws(suite):
    block = suite.results["gan-parzen-n"]
    drawing = drawing_function(block)({}, seed=0, counts=[1, 10, 100, 1000], fixed_width=0.5, repeats=30)
    errors = [row["ise_mean"] for row in drawing.rows if row["width"] == "h_n"]
    assert len(errors) == 4
    assert errors == sorted(errors, reverse=True)
    assert numerics.silverman(32) == pytest.approx(1.06 / 2)


@pytest.mark.parametrize("key", [f"gan-{name}" for name in fakes.content()["papers"]["gan"]["results"]])
def test_every_result_draws(suite, key, tmp_path):
    from pipeline.figures import style as figure

    drawing = draw(suite, key)
    figure.save(drawing.figure, tmp_path / "drawn.png")
    assert (tmp_path / "drawn.png").read_bytes().startswith(b"\x89PNG")
    assert drawing.rows
    assert drawing.caption.endswith(".")


def test_table1_keeps_reported_and_regenerated_apart(suite):
    rows = {(row["model"], row["dataset"]): row for row in draw(suite, "gan-table1").rows}
    assert rows["Deep GSN", "MNIST"]["regenerated"] == "quoted"
    assert rows["Adversarial nets", "MNIST"]["reported"] == "225 ± 2"
    assert rows["Adversarial nets", "MNIST"]["regenerated"].startswith("not run in this suite")
    assert "permission" in rows["Adversarial nets", "TFD"]["regenerated"]
    digits = rows["Adversarial nets", "digits"]
    assert digits["reported"] == ""
    assert digits["regenerated"] == "203.0 ± 2.0"
    assert (digits["samples"], digits["seeds"]) == ("1000", "3 of 3")


def test_table1_takes_mnist_where_the_suite_runs_it(suite):
    evidence = {"mnist": fakes.evidence(suite, "gan-table1")["digits"]}
    rows = digits.table1(evidence).rows
    assert len(rows) == 8
    assert next(r for r in rows if r["dataset"] == "MNIST" and "sigma" in r)["regenerated"] == "203.0 ± 2.0"


def test_table1_takes_tfd_by_folds_with_its_error_over_them(suite):
    used = fakes.evidence(suite, "gan-table1")["digits"]
    folds = {}
    for fold, value in enumerate((2000.0, 2060.0, 2030.0)):
        one = type(used)(f"fold{fold}", used.experiment, used.dataset)
        metrics = copy.deepcopy(used.metrics)
        metrics["metrics"]["parzen1000"]["final"]["values"] = {str(seed): value for seed in fakes.SEEDS}
        one.__dict__["metrics"] = metrics
        folds[f"tfd{fold}"] = one
    row = {(r["model"], r["dataset"]): r for r in digits.table1(folds).rows}["Adversarial nets", "TFD"]
    assert row["reported"] == "2057 ± 26"
    # the deviation of the three is 30
    assert row["regenerated"] == f"2030.0 ± {30 / 3**0.5:.1f}"
    assert (row["folds"], row["seeds"], row["sigma"]) == ("3 of 5", "9 of 9", "0.167, 0.167, 0.167")
    alone = digits.table1({"tfd0": folds["tfd0"]}).rows
    assert next(r for r in alone if "folds" in r)["regenerated"] == "2000.0"
    folds["tfd1"].metrics["metrics"]["parzen1000"]["final"]["values"]["1"] = None
    row = next(r for r in digits.table1(folds).rows if "folds" in r)
    assert (row["regenerated"], row["folds"]) == (f"2015.0 ± {(450 / 2) ** 0.5:.1f}", "2 of 5")


def test_fig3_takes_the_surest_path_from_one_to_five_and_turns_it(suite):
    rows = draw(suite, "gan-fig3").rows
    assert {(row["seed"], row["pair"]) for row in rows} == {(1, 2)}
    assert (rows[0]["class"], rows[-1]["class"]) == (1, 5)


def test_fig3_says_so_when_no_path_has_the_wanted_ends(suite):
    drawing = digits.fig3(fakes.evidence(suite, "gan-fig3"), start=0, end=2)
    ends = {drawing.rows[0]["class"], drawing.rows[-1]["class"]}
    assert len(ends) == 2 and ends != {0, 2}


def test_fig3_without_paths_is_an_error(suite):
    used = fakes.evidence(suite, "gan-table1")["digits"]
    del used.arrays["paths_seed0"], used.arrays["paths_seed1"], used.arrays["paths_seed2"]
    with pytest.raises(PipelineError, match="left no latent paths"):
        digits.fig3({"digits": used}, start=1, end=5)


def test_dstar_errors_are_distances_to_the_optimum(suite):
    evidence = fakes.evidence(suite, "gan-dstar")
    used = evidence["gap1"]
    grid, p_data, p_g = densities(used)
    best = divergence.optimal_discriminator(p_data, p_g)
    for seed, offset in zip(fakes.SEEDS, (0.0, 0.05, -0.1), strict=True):
        used.arrays[f"discriminator_seed{seed}_{fakes.STEPS[-1]}"] = best + offset
    rows = toys.dstar({"gap1": used}, support=0.01).rows
    assert [row["mean_error"] for row in rows] == [
        round(value, 6) for value in finals(used, "discriminator_error_mean").values() if value is not None
    ]
    assert [row["max_error"] for row in rows] == pytest.approx([0, 0.05, 0.1], abs=1e-6)
    assert {row["gap"] for row in rows} == {0.3}
    assert len(grid) == len(best)


def test_dstar_names_a_seed_that_diverged(suite):
    used = fakes.evidence(suite, "gan-dstar")["gap0"]
    del used.arrays[f"discriminator_seed1_{fakes.STEPS[-1]}"]
    used.metrics["metrics"]["discriminator_error_mean"]["final"]["values"]["1"] = None
    rows = toys.dstar({"gap0": used}, support=0.01).rows
    assert [row["mean_error"] == "diverged" for row in rows] == [False, True, False]


def test_jsd_starts_at_minus_log_four_and_trained_values_stay_below(suite):
    drawing = draw(suite, "gan-jsd")
    for row in drawing.rows:
        assert row["criterion"] == pytest.approx(row["minus_log4_plus_2jsd"], abs=1e-5)
        assert row["value_trained"] <= row["criterion"] + 1e-6


def test_jsd_needs_a_generator_whose_law_is_known(suite):
    used = fakes.evidence(suite, "gan-algo1")["saturating"]
    with pytest.raises(PipelineError, match="a generator whose density is known"):
        toys.jsd({"gap0": used}, points=5)


def test_collapse_lists_a_diverged_seed(suite):
    rows = draw(suite, "gan-collapse").rows
    lost = [row for row in rows if row["diverged"] != ""]
    assert [(row["ratio"], row["seed"], row["modes"], row["diverged"]) for row in lost] == [
        ("5 : 1", 2, None, 15)
    ]


def test_settings_must_match_the_drawing_function(suite):
    block = suite.results["gan-dstar"]
    with pytest.raises(PipelineError, match=r"settings\.support: is missing"):
        drawing_function(block.model_copy(update={"settings": {}}))
    with pytest.raises(PipelineError, match=r"suport: is unknown; did you mean 'support'"):
        drawing_function(block.model_copy(update={"settings": {"support": 0.01, "suport": 0.01}}))
