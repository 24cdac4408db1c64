from __future__ import annotations

import pytest
import torch
from pydantic import TypeAdapter

from pipeline.gan import optimizers
from pipeline.params.networks import SGD, Optimizer


def block(**values: object) -> Optimizer:
    return TypeAdapter(Optimizer).validate_python(values)


def twins() -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    torch.manual_seed(0)
    mine = [torch.randn(5, 3), torch.randn(3)]
    return mine, [value.clone().requires_grad_() for value in mine]


@pytest.mark.parametrize(
    ("config", "theirs"),
    [
        (block(kind="adam", lr=0.01, beta1=0.5), lambda p: torch.optim.Adam(p, 0.01, (0.5, 0.999))),
        (block(kind="rmsprop", lr=0.01), lambda p: torch.optim.RMSprop(p, 0.01, 0.9)),
        (block(kind="sgd", lr=0.1, momentum=0.7), lambda p: torch.optim.SGD(p, 0.1, 0.7)),
    ],
)
def test_updates_equal_torchs_own(config: Optimizer, theirs: object) -> None:
    mine, reference = twins()
    optimizer, other = optimizers.build(config, mine), theirs(reference)
    for _ in range(20):
        gradients = [torch.randn_like(value) for value in mine]
        for value, gradient in zip(reference, gradients, strict=True):
            value.grad = gradient.clone()
        optimizer.step(gradients)
        other.step()
    for a, b in zip(mine, reference, strict=True):
        torch.testing.assert_close(a, b.detach(), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("kind", ["adam", "rmsprop", "sgd"])
def test_a_restored_optimizer_goes_on_to_the_bit(kind: str) -> None:
    extra = {"momentum": 0.5, "momentum_final": 0.7, "momentum_steps": 4} if kind == "sgd" else {}
    config = block(kind=kind, lr=0.01, **extra)
    mine, _ = twins()
    optimizer = optimizers.build(config, mine)
    for _ in range(3):
        optimizer.step([torch.randn_like(value) for value in mine])
    copies = [value.clone() for value in mine]
    restored = optimizers.build(config, copies)
    restored.load_state_dict(optimizer.state_dict())
    gradients = [torch.randn_like(value) for value in mine]
    optimizer.step(gradients)
    restored.step(gradients)
    assert all(torch.equal(a, b) for a, b in zip(mine, copies, strict=True))


def test_sgd_schedules_by_hand() -> None:
    config = SGD(
        kind="sgd",
        lr=0.1,
        momentum=0.5,
        momentum_final=0.7,
        momentum_steps=10,
        lr_divisor=2.0,
        lr_minimum=0.02,
    )
    assert [optimizers.rate_at(config, n) for n in (0, 1, 2, 3)] == [0.1, 0.05, 0.025, 0.02]
    assert [optimizers.momentum_at(config, n) for n in (0, 5, 10, 99)] == pytest.approx([0.5, 0.6, 0.7, 0.7])


@pytest.mark.parametrize("kind", ["adam", "rmsprop", "sgd"])
def test_an_optimizers_state_follows_its_parameters(kind: str) -> None:
    optimizer = optimizers.build(block(kind=kind, lr=0.01), twins()[0])
    optimizer.convert(lambda tensor: tensor.to("meta"))
    state = [*optimizer.steps, *(slot for slots in optimizer.slots.values() for slot in slots)]
    assert {tensor.device.type for tensor in state} == {"meta"}
