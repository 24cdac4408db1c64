"""Claims of `beta_gan` on made-up evidence: what supports each, what contradicts it, what leaves it open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from beta_gan_fakes import CUBES, FIVE, IMAGES
from claims_fakes import around, column, run

from pipeline.base.errors import PipelineError
from pipeline.claims.finding import Verdict
from pipeline.measures.evidence import Evidence
from pipeline.papers.beta_gan import claims as beta_gan

SUPPORTED, CONTRADICTED, INCONCLUSIVE = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.INCONCLUSIVE
ANNEAL = {
    "kind": "anneal", "beta_first": 0.1, "beta_last": 10.0, "stages": 20, "uniform_steps": 10,
    "stage_steps": 2, "box": "reflect",
}  # fmt: skip
# β is 0 to step 10, 5.01 in steps 44 to 46, infinite from step 50.
STEPS = (0, 10, 20, 46, 100)
ALL, SOME, FEW = [5.0, 5.0, 5.0, 5.0, 4.0], [3.0, 4.0, 3.0, 2.0, 4.0], [1.0, 0.0, 1.0, None, 1.0]


def annealed(name: str = "beta", *arguments: Any, **options: Any) -> Evidence:
    return run(name, *arguments, **{"dataset": FIVE, "tempering": ANNEAL, "steps": STEPS, **options})


def vanilla(name: str = "gan", *arguments: Any, **options: Any) -> Evidence:
    return run(name, *arguments, **{"dataset": FIVE, "steps": STEPS, **options})


def modes(*groups: Sequence[float | None], beta: bool) -> list[Evidence]:
    made = annealed if beta else vanilla
    return [
        made(f"{'beta' if beta else 'gan'}{place}", {"modes100": values})
        for place, values in enumerate(groups)
    ]


def test_consistency_is_judged_over_settings() -> None:
    good, bad = modes(ALL, ALL, ALL, beta=True), modes(SOME, FEW, [1, 5, 2, 0, 4], beta=False)
    assert beta_gan.consistent({"annealed": good, "vanilla": bad}).verdict is SUPPORTED
    turned = {
        "annealed": modes(SOME, FEW, [1, 5, 2, 0, 4], beta=True),
        "vanilla": modes(ALL, ALL, ALL, beta=False),
    }
    assert beta_gan.consistent(turned).verdict is CONTRADICTED
    one = beta_gan.consistent({"annealed": good[:1], "vanilla": bad[:1]})
    assert one.parts["more"].verdict is INCONCLUSIVE
    longer = annealed("long", {"modes100": ALL}, steps=(0, 10, 200))
    with pytest.raises(PipelineError, match="equal τ"):
        beta_gan.consistent({"annealed": [longer], "vanilla": bad[:1]})


def test_diverged_runs_count_as_no_mode() -> None:
    found = beta_gan.consistent({
        "annealed": modes(ALL, ALL, beta=True), "vanilla": modes([None] * 5, FEW, beta=False),
    })  # fmt: skip
    assert found.parts["more"].verdict is SUPPORTED
    assert any("5 of 5 runs of the second side" in line for line in found.parts["more"].details)


def test_two_methods_under_two_losses() -> None:
    def evidence(annealed_log: Sequence[float | None], vanilla_saturating: Sequence[float | None]) -> Any:
        return {
            "annealed_saturating": modes(ALL, beta=True), "annealed_log": modes(annealed_log, beta=True),
            "vanilla_log": modes(SOME, beta=False),
            "vanilla_saturating": modes(vanilla_saturating, beta=False),
        }  # fmt: skip

    assert beta_gan.without_log_trick(evidence([5, 4, 5, 5, 5], FEW), margin=0.9).verdict is SUPPORTED
    helped = beta_gan.without_log_trick(evidence([8, 7, 9, 8, 8], FEW), margin=0.5)
    assert helped.parts["β-GAN does not"].verdict is CONTRADICTED
    unneeded = beta_gan.without_log_trick(evidence(ALL, ALL), margin=0.5)
    assert unneeded.parts["vanilla needs log D"].verdict is CONTRADICTED


def test_no_extra_cost_is_equal_steps_and_no_fewer_modes() -> None:
    good, bad = modes(ALL, ALL, beta=True), modes(SOME, SOME, beta=False)
    assert beta_gan.no_extra_cost({"annealed": good, "vanilla": bad}, margin=0.5).verdict is SUPPORTED
    fewer = {"annealed": modes(FEW, FEW, beta=True), "vanilla": modes(ALL, ALL, beta=False)}
    assert beta_gan.no_extra_cost(fewer, margin=0.5).verdict is CONTRADICTED
    longer = [annealed("long", {"modes100": ALL}, steps=(0, 10, 200)) for _ in bad]
    found = beta_gan.no_extra_cost({"annealed": longer, "vanilla": bad}, margin=0.5)
    assert found.parts["τ"].verdict is CONTRADICTED


def gap(name: str, size: float) -> Evidence:
    real = 0.5 + size + 0.005 * column(around(size, 1.0))
    return vanilla(name, training={"d_real": real, "d_fake": 0.5})


def test_curves_are_compared_over_the_last_quarter() -> None:
    def found(vanilla_ten: float, annealed_ten: float) -> beta_gan.Finding:
        return beta_gan.robust_curves(
            {
                "vanilla_five": [gap("a", 0.1)], "vanilla_ten": [gap("b", vanilla_ten)],
                "annealed_five": [gap("c", 0.05)], "annealed_ten": [gap("d", annealed_ten)],
            },
            margin=0.05,
        )  # fmt: skip

    assert found(0.3, 0.06).verdict is SUPPORTED
    assert found(0.02, 0.06).verdict is CONTRADICTED
    assert found(0.3, 0.25).verdict is CONTRADICTED


def cubes(**changes: Sequence[float | None]) -> Evidence:
    values = {"modes": [2.0] * 5, "quality": around(0.9, 0.01), "coverage": around(0.8, 0.01)} | changes
    return annealed("cubes", {f"{name}100": each for name, each in values.items()}, dataset=CUBES)


def test_two_cubes_in_every_one_of_ten_runs() -> None:
    settings = {"quality": 0.5, "coverage": 0.5}
    assert beta_gan.two_cubes({"cubes": [cubes(), cubes()]}, **settings).verdict is INCONCLUSIVE
    others = annealed("more", {name: one["final"]["values"].values() for name, one in
                               cubes().metrics["metrics"].items()}, dataset=CUBES)  # fmt: skip
    assert beta_gan.two_cubes({"cubes": [cubes(), others]}, **settings).verdict is SUPPORTED
    for broken in (
        cubes(modes=[2, 2, 2, 2, 1]),
        cubes(quality=[0.9, 0.9, 0.9, 0.9, 0.1]),
        cubes(coverage=[0.8, 0.8, None, 0.8, 0.8]),
    ):
        assert beta_gan.two_cubes({"cubes": [broken, others]}, **settings).verdict is CONTRADICTED


def uniform(dims: int, deviation: float, kind: str) -> Evidence:
    dataset = {**IMAGES, "prepare": {**IMAGES["prepare"], "dims": [dims]}}
    return annealed(f"{kind}{dims}", {"std_mean": around(deviation, 0.01)}, dataset=dataset)


def test_frozen_noise_over_dimensions() -> None:
    relu = [uniform(dims, 0.57, "relu") for dims in (3, 64, 784)]
    tanh = [uniform(dims, level, "tanh") for dims, level in ((3, 0.5), (64, 0.3), (784, 0.02))]
    assert beta_gan.frozen_noise({"relu": relu, "tanh": tanh}).verdict is SUPPORTED
    assert beta_gan.frozen_noise({"relu": tanh, "tanh": relu}).verdict is CONTRADICTED
    more_seeds = annealed(
        "tanh3", {"std_mean": [*around(0.5, 0.01), 0.5, 0.5]}, dataset=relu[0].dataset.model_dump()
    )
    found = beta_gan.frozen_noise({"relu": relu, "tanh": [more_seeds, *tanh[1:]]})
    assert (found.verdict, found.parts["worse in high dimension"].seeds) == (SUPPORTED, 5)
    assert beta_gan.frozen_noise({"relu": relu[:1], "tanh": tanh[:1]}).verdict is INCONCLUSIVE


def test_the_least_entropy_after_the_uniform_stage() -> None:
    def entropy(made: Any, *levels: float) -> Evidence:
        grid = np.array([0.0, 0.0, *levels]) + 0.01 * column(around(0.0, 1.0 if made is annealed else -1.0))
        return made(
            made.__name__, {"class_entropy100": around(levels[-1])}, curves={"class_entropy100": grid}
        )

    steady, dipping = entropy(annealed, 2.0, 2.2, 2.1), entropy(vanilla, 2.1, 0.4, 2.2)
    found = beta_gan.stays_diverse({"annealed": [steady], "vanilla": [dipping]})
    assert found.verdict is SUPPORTED
    assert found.effect == pytest.approx(1.6, abs=0.1)
    sinking = entropy(annealed, 2.0, 0.2, 2.1)
    assert beta_gan.stays_diverse({"annealed": [sinking], "vanilla": [dipping]}).verdict is CONTRADICTED
    plain = entropy(vanilla, 2.0, 0.2, 2.1)
    with pytest.raises(PipelineError, match="use kind 'anneal'"):
        beta_gan.stays_diverse({"annealed": [plain], "vanilla": [dipping]})


def images(made: Any, fid: float, recall: float, heated: float = 300.0) -> Evidence:
    curve = np.array([0.0, 0.0, 0.0, heated, fid]) + column(around(0.0, 1.0))
    final = {"fid100": around(fid, 1.0), "recall100": around(recall, 0.01)}
    return made(f"images{fid:g}", final, curves={"fid100": curve}, dataset=IMAGES)


CLEAN = {"beta": 5.01, "fid_margin": 0.1, "recall_margin": 0.05}


def test_clean_images_at_the_end() -> None:
    good, plain = images(annealed, 100.0, 0.5), images(vanilla, 102.0, 0.45)
    found = beta_gan.clean({"annealed": [good], "vanilla": [plain]}, **CLEAN)
    assert found.verdict is SUPPORTED
    assert found.effect == pytest.approx(-200, abs=1)
    for worse in (
        images(annealed, 100.0, 0.5, heated=50.0),
        images(annealed, 150.0, 0.5),
        images(annealed, 100.0, 0.3),
    ):
        assert beta_gan.clean({"annealed": [worse], "vanilla": [plain]}, **CLEAN).verdict is CONTRADICTED
    with pytest.raises(PipelineError, match="keeps no snapshot of β = 1"):
        beta_gan.clean({"annealed": [good], "vanilla": [plain]}, **{**CLEAN, "beta": 1.0})


def test_one_schedule_for_everything() -> None:
    toy = annealed("toy", {"modes100": [5.0] * 5, "quality100": around(0.9, 0.01)})
    frames = annealed("frames", {"modes100": [2.0] * 5, "quality100": around(0.9, 0.01)}, dataset=CUBES)
    pictures = images(annealed, 100.0, 0.5)
    settings = {"beta": 5.01, "quality": 0.5}
    found = beta_gan.one_schedule({"runs": [toy, frames, pictures]}, **settings)
    assert (found.verdict, found.seeds) == (SUPPORTED, 15)
    missing = annealed("missing", {"modes100": ALL, "quality100": around(0.9, 0.01)})
    assert beta_gan.one_schedule({"runs": [toy, missing]}, **settings).verdict is CONTRADICTED
    tuned = annealed("tuned", {"modes100": [5.0] * 5, "quality100": around(0.9, 0.01)},
                     tempering={**ANNEAL, "beta_last": 50.0})  # fmt: skip
    assert (
        beta_gan.one_schedule({"runs": [toy, tuned]}, **settings).parts["one schedule"].verdict
        is CONTRADICTED
    )


def test_latents_of_fewer_dimensions_than_the_data() -> None:
    def latent(dim: int, recall: float) -> Evidence:
        tempering = {**ANNEAL, "full_support": False}
        prior = {"kind": "uniform", "dim": dim}
        return annealed(f"z{dim}", {"recall100": around(recall, 0.01)}, tempering=tempering, prior=prior)

    low = [latent(1, 0.1), latent(2, 0.3)]
    assert (
        beta_gan.full_latents({"latents": [*low, latent(3, 0.8), latent(6, 0.82)]}, margin=0.1).verdict
        is SUPPORTED
    )
    same = [latent(1, 0.83), latent(2, 0.84), latent(3, 0.8)]
    assert beta_gan.full_latents({"latents": same}, margin=0.1).verdict is CONTRADICTED
    more = beta_gan.full_latents({"latents": [*low, latent(3, 0.6), latent(6, 0.9)]}, margin=0.1)
    assert more.parts["enough"].verdict is CONTRADICTED
    with pytest.raises(PipelineError, match="below and at the data's dimension"):
        beta_gan.full_latents({"latents": low}, margin=0.1)


def test_other_divergences() -> None:
    good, bad = modes(ALL, ALL, beta=True), modes(FEW, SOME, beta=False)
    assert beta_gan.C11({"annealed": good, "vanilla": bad}).verdict is SUPPORTED
    turned = {"annealed": modes(FEW, SOME, beta=True), "vanilla": modes(ALL, ALL, beta=False)}
    assert beta_gan.C11(turned).verdict is CONTRADICTED


def test_the_span_of_samples_against_the_space() -> None:
    whole, flat = (annealed(f"rank{rank:g}", {"rank": [rank] * 5}) for rank in (3.0, 2.0))
    assert beta_gan.whole_space({"stated": [whole]}).verdict is SUPPORTED
    found = beta_gan.whole_space({"stated": [flat], "wide": [whole]})
    assert found.verdict is CONTRADICTED
    assert any("rank3 (wide): rank 3, 3, 3, 3, 3 of 3" in line for line in found.details)
    images_ = annealed("images", {"rank": [99.0] * 5}, dataset=IMAGES)
    with pytest.raises(PipelineError, match=r"cannot span 784 dimensions: raise sample.count"):
        beta_gan.whole_space({"stated": [images_]})


def test_roles_are_compared_place_by_place() -> None:
    with pytest.raises(PipelineError, match="place by place"):
        beta_gan.C11({
            "annealed": modes(ALL, ALL, beta=True), "vanilla": modes(ALL, beta=False),
        })  # fmt: skip
