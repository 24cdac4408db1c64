"""Figure 1 of β-GAN: data diffuse to the uniform law as the inverse temperature goes to zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipeline.base.random_streams import numpy_stream
from pipeline.datasets.mixture import Law
from pipeline.figures import style
from pipeline.figures.drawing import Drawing
from pipeline.measures.annealing import beta_text
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import result
from pipeline.params.base import Positive

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@result("beta_gan", "fig1")
def schematic(
    evidence: Mapping[str, Evidence],
    *,
    betas: list[float],
    components: Positive,
    radius: float,
    sigma: float,
    points: Positive,
    seed: int,
) -> Drawing:
    """Clouds of a 2-D ring of Gaussians at β = 0, the given finite `betas`, and β = ∞."""
    stream = numpy_stream(seed, "schematic")
    data = ring(components, radius, sigma).sample(points, stream)
    shown = [0.0, *sorted(betas), math.inf]
    clouds = [heated(data, beta, stream) for beta in shown]
    rows = [
        {"beta": beta_text(beta), "x": round(float(x), 4), "y": round(float(y), 4)}
        for beta, cloud in zip(shown, clouds, strict=True)
        for x, y in cloud
    ]
    caption = (
        "Schematic of β-GAN. Training begins with the uniform law in the box [−1, 1]² (β = 0) and ends with "
        f"the data (β = ∞), here {components} Gaussians on a ring. In between the data are heated: "
        "x + β^(−1/2) ε with ε ~ N(0, I), reflected at the faces of the box. The networks at each β start "
        "from those found at the β before."
    )
    return Drawing(_draw(shown, clouds), rows, caption)


def ring(components: int, radius: float, sigma: float) -> Law:
    """Gaussians equally spaced on a circle."""
    angles = 2 * np.pi * np.arange(components) / components
    return Law(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), sigma)


def heated(data: np.ndarray, beta: float, stream: np.random.Generator) -> np.ndarray:
    """x_β of points in [−1, 1]^d (beta_gan, Eq. 4, in the box): uniform at β = 0, the data at β = ∞."""
    if beta == 0:
        return stream.uniform(-1, 1, data.shape)
    if beta == math.inf:
        return data
    return reflect(data + beta**-0.5 * stream.standard_normal(data.shape))


def reflect(x: np.ndarray) -> np.ndarray:
    """Fold the line into [−1, 1] at both faces: a triangle wave of period 4."""
    return 1 - np.abs((x + 1) % 4 - 2)


def _draw(betas: list[float], clouds: list[np.ndarray]) -> Figure:
    """Clouds over an arrow from β = 0 to β = ∞."""
    count = len(betas)
    figure, axes = style.canvas(1, count, height=style.TEXT_WIDTH / count + 0.8)
    names = {0: "uniform law", count - 1: "data"}
    for number, (panel, beta, cloud) in enumerate(zip(axes[0], betas, clouds, strict=True)):
        panel.scatter(*cloud.T, s=2.2, color=style.REAL, alpha=0.6, linewidths=0, rasterized=True)
        panel.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[], yticks=[], aspect="equal")
        panel.spines[:].set_visible(True)
        label = beta_text(beta).replace("∞", r"\infty")
        panel.set_xlabel(rf"$\beta = {label}$" + f"\n{names.get(number, '')}", labelpad=12)
    arrow = {"arrowstyle": "-|>", "color": style.THEORY, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    first, last = axes[0, 0].transAxes, axes[0, -1].transAxes
    axes[0, 0].annotate(
        "", xy=(1, -0.08), xycoords=last, xytext=(0, -0.08), textcoords=first, arrowprops=arrow,
        annotation_clip=False,
    ).set_in_layout(False)  # fmt: skip
    figure.supxlabel(
        r"heated data  $x_\beta = x + \beta^{-1/2}\,\varepsilon$,  reflected into the box"
        "\n" + r"$G$ and $D$ at each $\beta$ start from the optimum found at the one before",
        size=9, color="#444444",
    )  # fmt: skip
    return figure
