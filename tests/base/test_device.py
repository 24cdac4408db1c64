from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pipeline.base import device
from pipeline.base.errors import PipelineError


def test_each_job_takes_a_free_slot(tmp_path: Path) -> None:
    with device.free_slot(3, tmp_path) as first, device.free_slot(3, tmp_path) as second:
        assert {first, second} == {0, 1}
        with device.free_slot(3, tmp_path) as third:
            assert third == 2
    with device.free_slot(3, tmp_path) as again:
        assert again == 0


def test_a_job_waits_while_all_slots_are_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    holder = device.free_slot(1, tmp_path)
    holder.__enter__()
    naps = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        holder.__exit__(None, None, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device.time, "sleep", nap)
        with device.free_slot(1, tmp_path) as number:
            assert number == 0
    assert naps == [1.0]
    assert "all 1 GPUs are taken" in capsys.readouterr().err


def test_the_environment_names_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(device.OVERRIDE, "cpu")
    with device.compute(threads=1) as chosen:
        assert chosen == torch.device("cpu")
        assert torch.get_num_threads() == 1
    monkeypatch.setenv(device.OVERRIDE, "warp9")
    with (
        pytest.raises(PipelineError, match="TEMPERA_DEVICE=warp9 names no device"),
        device.compute(threads=1),
    ):
        pass


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_job_trains_on_the_gpu() -> None:
    with device.compute(threads=1) as chosen:
        assert chosen.type == "cuda"
