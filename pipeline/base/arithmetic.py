"""Holding every numerical library to AVX2 or less, so that processors of different kinds give the same bits.

The libraries choose their kernels by processor as they are loaded, and sums are ordered otherwise in each.
What they are told stands in the environment, so it must be said before the first import of NumPy or PyTorch:
this module imports neither, nor does anything that `python -m pipeline` imports before it.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pipeline.base.errors import PipelineError
from pipeline.base.paths import PARAMS

Arithmetic = Literal["portable", "native"]

# The number of threads orders sums as well; left alone it is the number of cores. A run sets its own.
THREADS = {
    "OMP_NUM_THREADS": "1",
    "OMP_DYNAMIC": "FALSE",
    "MKL_NUM_THREADS": "1",
    "MKL_DYNAMIC": "FALSE",
    "OPENBLAS_NUM_THREADS": "1",
}
INSTRUCTIONS = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    # Where the processor is not Intel's, MKL takes every other value for AUTO, whose kernels are not those
    # that it has for Intel's AVX2: this value alone is one code path for all.
    "MKL_CBWR": "COMPATIBLE",
    # NumPy's own OpenBLAS, and SciPy's, which scikit-learn uses too
    "OPENBLAS_CORETYPE": "Haswell",
    # Whatever is not named is off. NumPy from 2.4 on knows the last name, before it the others.
    "NPY_ENABLE_CPU_FEATURES": "SSSE3 SSE41 POPCNT SSE42 AVX F16C FMA3 AVX2 X86_V3",
}
# What would stand against the above, or loosen it
CLEARED = (
    "DNNL_MAX_CPU_ISA",
    "DNNL_CPU_ISA_HINTS",
    "DNNL_DEFAULT_FPMATH_MODE",
    "ONEDNN_CPU_ISA_HINTS",
    "ONEDNN_DEFAULT_FPMATH_MODE",
    "MKL_DEBUG_CPU_TYPE",
    "MKL_DOMAIN_NUM_THREADS",
    "MKL_ENABLE_INSTRUCTIONS",
    "NPY_DISABLE_CPU_FEATURES",
    "OPENBLAS_BLOCK_FACTOR",
    "OPENBLAS_L2_SIZE",
)
NEEDED = {"avx2", "fma"}
LIBRARIES = ("numpy", "torch")
SUITE_BLOCK = re.compile(r"^suite:.*\n(?:[ \t#].*\n|\n)*", re.MULTILINE)


def wanted(path: Path = PARAMS) -> Arithmetic:
    """`suite.arithmetic` of a params.yaml, `portable` where it says nothing; `native` without a file.

    Only the block `suite` is read, since every process needs this before it may import anything. A value
    that is not known is left for the loader to refuse.
    """
    from ruamel.yaml import YAML, YAMLError

    from pipeline.base import document

    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError):
        return "native"
    block = SUITE_BLOCK.search(text)
    try:
        try:
            content = YAML(typ="safe", pure=True).load(block.group()) if block else document.read(path)
        except YAMLError:  # such as an alias of what stands elsewhere in the file
            content = document.read(path)
    except PipelineError:
        return "native"
    suite = content.get("suite") if isinstance(content, dict) else None
    value = suite.get("arithmetic", "portable") if isinstance(suite, dict) else "native"
    return "portable" if value == "portable" else "native"


def hold(arithmetic: Arithmetic) -> None:
    """Compute as asked for in this process and those that it starts; `native` changes nothing.

    On a processor that is no x86-64 only the number of threads is held. Raises PipelineError where a library
    has been loaded that was not told, or where the processor lacks AVX2.
    """
    if arithmetic == "native" or held():
        return
    loaded = [name for name in LIBRARIES if name in sys.modules]
    if loaded:
        raise PipelineError(
            f"suite.arithmetic: portable must be set before {' and '.join(loaded)} is imported: run the "
            "stage as `python -m pipeline STAGE`, or call pipeline.base.arithmetic.hold first."
        )
    flags = processor()[1]
    if is_x86() and flags and NEEDED - flags:
        raise PipelineError(
            "suite.arithmetic: portable needs a processor with AVX2 and FMA, and this one lacks them: write "
            "`arithmetic: native` under `suite` in params.yaml."
        )
    os.environ.update(variables())
    for name in CLEARED:
        os.environ.pop(name, None)


def held() -> bool:
    """Whether this process was told to compute portably."""
    here = os.environ
    return all(here.get(name) == value for name, value in variables().items()) and not any(
        name in here for name in CLEARED
    )


def variables() -> Mapping[str, str]:
    """What portable arithmetic sets on this kind of machine."""
    return {**THREADS, **INSTRUCTIONS} if is_x86() else THREADS


def is_x86() -> bool:
    return platform.machine() in ("x86_64", "AMD64")


def processor() -> tuple[str, frozenset[str]]:
    """Vendor, family and model of the processor, and its flags; nothing where the system does not say."""
    try:
        first = Path("/proc/cpuinfo").read_text().partition("\n\n")[0]
    except OSError:
        return "", frozenset()
    lines = (line.partition(":") for line in first.splitlines())
    facts = {name.strip(): value.strip() for name, _, value in lines}
    name = " ".join(facts[key] for key in ("vendor_id", "cpu family", "model") if key in facts)
    return name, frozenset(facts.get("flags", "").split())
