"""The size of the generator of `dfm` (Sec. 5.1)."""

from __future__ import annotations

from typing import Any

from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import result
from pipeline.params.base import Positive

# The generator of Salimans et al.'s CIFAR-10 code: z of 100 to 512 maps of 4×4, then 5×5 kernels
SALIMANS = {"100 → 512×4×4": 100 * 512 * 16, "512 → 256": 512 * 256 * 25, "256 → 128": 256 * 128 * 25,
            "128 → 3": 128 * 3 * 25}  # fmt: skip


@result("dfm", "inline-params", "Weights of the CIFAR-10 generator (Section 5.1)")
def inline_params(
    evidence: dict[str, Evidence], *, latents: list[int], channels: Positive, full: Positive
) -> Drawing:
    """Sizes of the 32×32 generator with half the channels, counted from the code, beside the others'."""
    salimans = sum(SALIMANS.values())
    reference = generator_weights(full, 256)
    rows = [
        _size_row("Radford et al., 32×32 ImageNet", full, 256, reference, reference, salimans),
        *(
            _size_row("half the channels", channels, z, generator_weights(channels, z), reference, salimans)
            for z in sorted(latents, reverse=True)
        ),
        _size_row("half the weights at each layer", "", 256, reference // 2, reference, salimans),
        _size_row("Salimans et al., CIFAR-10", "", 100, salimans, reference, salimans),
    ]
    header = ["generator", "channels next\nto the image", "dim z", "weights", "share of\nRadford et al.",
              "share of\nSalimans et al."]  # fmt: skip
    lines = [[str(cell) or tables.MISSING for cell in row.values()] for row in rows]
    caption = (
        'Section 5.1: the best generator had "half the number of parameters at each layer" of Radford et '
        "al.'s and \"less than 40%\" of the parameters of Salimans et al.'s CIFAR-10 generator (reported: "
        "< 40 %). Weights of matrices and kernels, counted from the networks of this code; Salimans et al.'s "
        "from its layers. Half the weights is more than 40 %; half the channels at z of 100 or 128 is less, "
        "which is how the two statements are read here."
    )
    return Drawing(tables.figure(header, lines, rules=[1, len(rows) - 2]), rows, caption)


def _size_row(
    name: str, channels: int | str, latent: int, weights: int, reference: int, salimans: int
) -> dict[str, Any]:
    return {
        "generator": name,
        "channels": channels,
        "dim z": latent,
        "weights": f"{weights:,}",
        "share of Radford et al.": f"{100 * weights / reference:.1f} %",
        "share of Salimans et al.": f"{100 * weights / salimans:.1f} %",
    }


def generator_weights(channels: int, latent: int) -> int:
    """Weights of matrices and kernels of the 32×32 generator, from the network itself."""
    import torch

    from pipeline.networks import build_generator
    from pipeline.params.networks import Conv3Generator

    with torch.device("meta"):
        network = build_generator(
            Conv3Generator(kind="conv3", channels=channels), latent, (3, 32, 32), seed=0
        )
    return sum(p.numel() for p in network.parameters() if p.ndim > 1)
