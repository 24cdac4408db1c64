from __future__ import annotations

import pytest
from configs import ANNEAL, DENOISING, LENS, MLP, PARAMS, RBM, changed
from study_fakes import DENOISERS

from pipeline import params
from pipeline.base.errors import PipelineError


def associative(**features: object) -> dict:
    judge = {**MLP, "features": {"width": 3, "activation": "tanh", **features}}
    return {
        "experiments.toy.train.prior": RBM,
        "experiments.toy.train.networks": {"generator": MLP, "discriminator": judge},
    }


def problem(changes: dict) -> str:
    with pytest.raises(PipelineError) as caught:
        params.check(changed(PARAMS, changes))
    return str(caught.value)


def test_the_plain_example_is_valid() -> None:
    assert list(params.check(PARAMS).experiments) == ["toy"]


@pytest.mark.parametrize(
    ("changes", "path", "hint"),
    [
        ({"expriments": {}}, "expriments:", "'experiments'"),
        ({"experiments.toy.train.btach": 3}, "experiments.toy.train.btach:", "'batch'"),
        ({"experiments.toy.train.objective.kind": "saturing"}, "train.objective.kind:", "'saturating'"),
        (
            {"experiments.toy.train.tempering": {**ANNEAL, "beta_frist": 1.0}},
            "experiments.toy.train.tempering.beta_frist:",
            "'beta_first'",
        ),
        (
            {"experiments.toy.evaluate.metrics": [{"kind": "spread", "sigma": 1}]},
            "experiments.toy.evaluate.metrics.0.sigma:",
            "valid names are kind",
        ),
        ({"experiments.toy.train.batch": "64"}, "experiments.toy.train.batch:", "valid integer, not '64'"),
        ({"experiments.toy.train.batch": True}, "experiments.toy.train.batch:", "valid integer"),
        ({"experiments.toy.train.batch": 0}, "experiments.toy.train.batch:", "greater than 0"),
        ({"experiments.toy.dataset": "mixtur"}, "experiments.toy.dataset:", "'mixture'"),
        ({"experiments.toy.paper": "betagan"}, "experiments.toy.paper:", "'beta_gan'"),
        ({"datasets.mixture.source": "digits"}, "datasets.mixture.source:", "synthetic"),
        ({"datasets.mixture.prepare.dim": 2}, "datasets.mixture.prepare:", "needs dim 3"),
        ({"experiments.toy.train.snapshots": [99]}, "experiments.toy.train:", "step 99"),
        ({"experiments.toy.train.range": [1.0, -1.0]}, "experiments.toy.train:", "low < high"),
        ({"experiments.toy.seeds": [1, 1]}, "experiments.toy:", "twice"),
        (
            {
                "experiments.toy.train.batch": 1,
                "experiments.toy.train.networks.generator": {**MLP, "batch_norm": True},
            },
            "experiments.toy.train:",
            "batch: 1 leaves the batch norm of networks.generator nothing to take a mean of: use batch: 2",
        ),
        (
            {"experiments.toy.train.batch": 1, "experiments.toy.train.guidance": DENOISING},
            "experiments.toy.train:",
            "batch norm of guidance.denoiser",
        ),
        ({"experiments.toy.train.prior": RBM}, "experiments.toy.train:", "features has none: give it"),
        (
            associative(width=5),
            "experiments.toy.train:",
            "features has width 5: give it width 3",
        ),
        (
            associative(activation="relu"),
            "experiments.toy.train:",
            "use tanh, or visible: gaussian",
        ),
        (
            {"experiments.toy.sample.gibbs": {"chains": 1, "steps": 1}},
            "experiments.toy:",
            "sample.gibbs needs train.prior of kind 'rbm'",
        ),
        ({"experiments": {"a.b": PARAMS["experiments"]["toy"]}}, "experiments.a.b:", "letters, digits"),
        (
            {"studies.s": {**DENOISERS, "paper": "beta_gam"}},
            "studies.s.paper:",
            "'beta_gan'",
        ),
        ({"studies.toy": {**DENOISERS, "paper": "beta_gan"}}, "studies.toy:", "experiment has this name"),
        ({"studies.s": {**DENOISERS, "noises": [0.1, 0.1]}}, "studies.s:", "noises are listed twice"),
        ({"studies.s": {**DENOISERS, "kind": "denoisers"}}, "studies.s.kind:", "'denoiser'"),
        ({"studies.s": {**DENOISERS, "widht": 1}}, "studies.s.widht:", "'width'"),
        (
            {"studies.s": {**DENOISERS, "law": {"centres": [[0.0], [0.0, 1.0]], "sigma": 1.0}}},
            "studies.s.law:",
            "same number of coordinates",
        ),
        (
            {"studies.s": {**DENOISERS, "paper": "beta_gan"},
             "papers.beta_gan.results.x": {"studies": {"role": "t"}}},
            "papers.beta_gan.results.x.studies.role:",
            "valid names are s",
        ),
        (
            {"papers.beta_gan.claims.C1": {"studies": {"role": "t"}}},
            "papers.beta_gan.claims.C1.studies.role:",
            "there is no 't'",
        ),
        ({"papers.gan": PARAMS["papers"]["beta_gan"]}, "papers.gan:", "no experiment"),
        (
            {"papers.beta_gan.results.fig2": {"uses": {"x": "tyo"}}},
            "papers.beta_gan.results.fig2.uses.x:",
            "'toy'",
        ),
        (
            {"experiments.toy.train.update": "simultaneous", "experiments.toy.train.discriminator_steps": 2},
            "experiments.toy.train:",
            "discriminator_steps: 1",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_path_and_a_hint(changes: dict, path: str, hint: str) -> None:
    text = problem(changes)
    assert path in text
    assert hint in text


def test_annealing_needs_a_prior_as_wide_as_the_data_unless_that_is_studied() -> None:
    narrow = {"experiments.toy.train.tempering": ANNEAL, "experiments.toy.train.prior.dim": 2}
    assert "2 is smaller than the 3 dimensions" in problem(narrow)
    allowed = {"experiments.toy.train.tempering": {**ANNEAL, "full_support": False}}
    params.check(changed(PARAMS, {**narrow, **allowed}))


def test_annealing_must_end_within_the_run() -> None:
    long = {"experiments.toy.train.tempering": {**ANNEAL, "stage_steps": 100}}
    assert "402 steps before β = ∞" in problem(long)


def test_the_lens_must_become_the_identity_within_the_run_unless_its_weight_is_fixed() -> None:
    long = {"experiments.toy.train.tempering": {**LENS, "schedule_steps": 13}}
    assert "13 steps before λ = 0" in problem(long)
    params.check(changed(PARAMS, {"experiments.toy.train.tempering": {**LENS, "schedule_steps": 12}}))
    params.check(changed(PARAMS, {"experiments.toy.train.tempering": {**LENS, "schedule_steps": None}}))


def test_all_problems_are_told_at_once() -> None:
    text = problem({"experiments.toy.train.btach": 3, "suite.nam": "x"})
    assert "btach" in text and "nam" in text


def test_a_missing_or_broken_file_is_one_sentence(tmp_path) -> None:
    with pytest.raises(PipelineError, match=r"not in .*suite's folder"):
        params.load(tmp_path / "params.yaml")
    (tmp_path / "params.yaml").write_text("a: [1,\n")
    with pytest.raises(PipelineError, match="not valid YAML"):
        params.load(tmp_path / "params.yaml")


def test_fingerprint_ignores_the_order_of_keys() -> None:
    assert params.fingerprint({"a": 1, "b": 2}) == params.fingerprint({"b": 2, "a": 1})
    assert params.fingerprint({"a": 1}) != params.fingerprint({"a": 2})


def test_choose_names_the_nearest() -> None:
    with pytest.raises(PipelineError, match="no experiment 'tyo'.*'toy'"):
        params.choose(params.check(PARAMS).experiments, "tyo", "experiment")
