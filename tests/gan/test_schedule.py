"""β and λ over training against values worked out by hand."""

import math
from itertools import pairwise

import pytest
from configs import LENS

from pipeline.gan.schedule import beta_at, boundaries, inverse_temperatures, lambda_at
from pipeline.params.seams import Anneal, Lens


def anneal(**changes):
    values = {
        "kind": "anneal",
        "beta_first": 0.1,
        "beta_last": 10.0,
        "stages": 20,
        "uniform_steps": 5000,
        "stage_steps": 1000,
        "box": "reflect",
    }
    return Anneal(**{**values, **changes})


def test_printed_schedule():
    betas = inverse_temperatures(anneal())
    assert len(betas) == 20
    assert betas[0] == pytest.approx(0.1)
    assert betas[10] == pytest.approx(1.0, rel=1e-12)
    assert betas[17] == pytest.approx(5.0119, abs=5e-5)
    assert betas[19] == pytest.approx(7.9433, abs=5e-5)
    assert all(after / before == pytest.approx(1.2589, abs=5e-5) for before, after in pairwise(betas))


def test_last_temperature_is_an_option():
    betas = inverse_temperatures(anneal(include_last=True))
    assert len(betas) == 21
    assert betas[20] == 10.0
    assert betas[:20] == inverse_temperatures(anneal())


@pytest.mark.parametrize(
    ("step", "beta"),
    [
        (0, 0.0),
        (4999, 0.0),
        (5000, 0.1),
        (5999, 0.1),
        (6000, 0.12589),
        (15000, 1.0),
        (22000, 5.0119),
        (24999, 7.9433),
        (25000, math.inf),
        (10**6, math.inf),
    ],
)
def test_beta_of_the_step_to_come(step, beta):
    assert beta_at(anneal(), step) == pytest.approx(beta, rel=1e-4)


def test_last_temperature_comes_before_raw_data():
    config = anneal(include_last=True)
    assert beta_at(config, 25000) == 10.0
    assert beta_at(config, 26000) == math.inf


def test_stages_without_steps_are_skipped():
    config = anneal(stage_steps=0)
    assert beta_at(config, 4999) == 0.0
    assert beta_at(config, 5000) == math.inf


def test_boundaries_are_where_beta_changes():
    config = anneal(uniform_steps=3, stages=4, stage_steps=2)
    changes = [step for step in range(1, 30) if beta_at(config, step) != beta_at(config, step - 1)]
    assert boundaries(config) == changes == [3, 5, 7, 9, 11]


def test_lambda_falls_from_one_to_zero_along_a_sine():
    """tempered, Eq. 7 at K = 300: sin(π/6) = 1/2 at a third of the way."""
    lens = Lens.model_validate({**LENS, "schedule_steps": 300})
    assert lambda_at(lens, 0) == 1
    assert lambda_at(lens, 100) == pytest.approx(0.5)
    assert lambda_at(lens, 200) == pytest.approx(1 - math.sqrt(3) / 2)
    assert lambda_at(lens, 300) == 0
    assert lambda_at(lens, 301) == lambda_at(lens, 10_000) == 0
    values = [lambda_at(lens, step) for step in range(301)]
    assert all(after < before for before, after in pairwise(values))


def test_lambda_scales_with_its_first_value_and_may_be_fixed():
    lens = Lens.model_validate({**LENS, "schedule_steps": 300, "weight": 4.0})
    assert [lambda_at(lens, step) for step in (0, 100, 300)] == pytest.approx([4, 2, 0])
    fixed = Lens.model_validate({**LENS, "schedule_steps": None, "weight": 4.0})
    assert {lambda_at(fixed, step) for step in (0, 1, 10**7)} == {4.0}
