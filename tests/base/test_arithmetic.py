from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from engines import ROOT, SUITES

from pipeline import params
from pipeline.base import arithmetic, provenance
from pipeline.base.errors import PipelineError


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_block_alone_says_what_the_whole_file_does(suite: Path) -> None:
    assert arithmetic.wanted(suite / "params.yaml") == params.load(suite / "params.yaml").suite.arithmetic


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("suite:\n  name: a\n", "portable"),
        ("suite:\n\n  # why\n  name: a\n  arithmetic: native\npapers: {}\n", "native"),
        ("papers: {}\nsuite: {name: a, arithmetic: native}\n", "native"),
        ('{"papers": {}, "suite": {"arithmetic": "portable"}}', "portable"),
        ("x: &a native\nsuite:\n  arithmetic: *a\n", "native"),
        ("x: &a portable\nsuite:\n  arithmetic: *a\n", "portable"),
        ("suite:\n  arithmetic: portble\n", "native"),
        ("suite: [\n", "native"),
        ("nothing", "native"),
    ],
)
def test_any_spelling_of_the_block_is_read(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "params.yaml").write_text(text)
    assert arithmetic.wanted(tmp_path / "params.yaml") == expected


def test_a_folder_without_a_suite_is_left_alone(tmp_path: Path) -> None:
    assert arithmetic.wanted(tmp_path / "params.yaml") == "native"


def bare() -> dict[str, str]:
    """This environment without what the tests were told."""
    return {name: value for name, value in os.environ.items() if name not in arithmetic.variables()}


@pytest.mark.parametrize(("value", "isa"), [("portable", "haswell"), ("native", None)])
def test_a_stage_tells_the_libraries_before_it_imports_them(
    tmp_path: Path, value: str, isa: str | None
) -> None:
    (tmp_path / "params.yaml").write_text(f"suite:\n  name: a\n  arithmetic: {value}\n")
    script = (
        "from pipeline.__main__ import main; import sys; loaded = {'numpy', 'torch'} & set(sys.modules)\n"
        "try: main(['bits', '--help'])\nexcept SystemExit: pass\n"
        "import torch, threadpoolctl, numpy, scipy.linalg\n"
        "from pipeline.base import arithmetic\n"
        "blas = {one.get('architecture') for one in threadpoolctl.threadpool_info()"
        " if one['internal_api'] == 'openblas'}\n"
        "print(loaded, arithmetic.held(), sorted(blas), torch.get_num_threads(), file=sys.stderr)"
    )
    told = {**bare(), "PYTHONPATH": str(ROOT), "OPENBLAS_CORETYPE": "Nehalem", "OMP_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=told, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    expected = "set() True ['Haswell'] 1" if isa else "set() False ['Nehalem'] 2"
    assert done.stderr.strip().splitlines()[-1] == expected


def test_it_is_too_late_once_a_library_is_loaded() -> None:
    script = "import numpy; from pipeline.base import arithmetic; arithmetic.hold('portable')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**bare(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "must be set before numpy is imported" in done.stderr


def test_a_processor_without_avx2_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "held", lambda: False)
    monkeypatch.setattr(arithmetic, "is_x86", lambda: True)
    monkeypatch.setattr(arithmetic, "LIBRARIES", ())
    monkeypatch.setattr(arithmetic, "processor", lambda: ("old", frozenset({"sse2"})))
    with pytest.raises(PipelineError, match="lacks them.*arithmetic: native"):
        arithmetic.hold("portable")


def test_the_tests_are_held_and_the_platform_says_so() -> None:
    assert arithmetic.held()
    found = provenance.platform()
    assert found["arithmetic"] == "portable"
    assert set(found["packages"]) == set(provenance.PACKAGES)
    assert None not in found["packages"].values()


def test_the_platform_of_native_arithmetic_names_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "held", lambda: False)
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    found = provenance.platform()
    assert found["arithmetic"] == "native"
    assert found["processor"] == arithmetic.processor()[0]
    assert found["told"]["ATEN_CPU_CAPABILITY"] == "default"


def test_the_platform_costs_no_import_of_pytorch() -> None:
    script = (
        "import sys; from pipeline.base.provenance import platform; platform(); print('torch' in sys.modules)"
    )
    told = {**os.environ, "PYTHONPATH": str(ROOT), "TEMPERA_DEVICE": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=told, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
