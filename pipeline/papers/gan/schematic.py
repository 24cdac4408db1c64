"""The diagram of the game of `gan`."""

from __future__ import annotations

from pipeline.figures import diagram, style
from pipeline.figures.drawing import Drawing
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import result


@result("gan", "schematics", "The adversarial game")
def schematics(evidence: dict[str, Evidence]) -> Drawing:
    """The game: noise through G, real or generated data through D, and what each learns from."""
    figure, axes = diagram.sheet(6.5, 2.45)
    diagram.box(
        axes,
        (0.62, 0.75),
        "noise\n$z\\sim p_z(z)$",
        width=0.98,
        height=0.56,
        color=style.MUTED,
        rounded=False,
    )
    diagram.box(axes, (2.12, 0.75), "generator\n$G(z)$", color=style.GENERATED, height=0.56)
    diagram.box(axes, (3.55, 0.75), "generated\n$\\hat x\\sim p_g(x)$", width=1.0, height=0.56,
                color=style.GENERATED, rounded=False)  # fmt: skip
    diagram.box(axes, (3.55, 1.75), "real\n$x\\sim p_{\\mathrm{data}}(x)$", width=1.0, height=0.56,
                color=style.REAL, rounded=False)  # fmt: skip
    diagram.box(axes, (5.05, 1.25), "discriminator\n$D(x)$", color=style.PALETTE[2], width=1.1, height=0.56)
    diagram.arrow(axes, (1.11, 0.75), (1.57, 0.75))
    diagram.arrow(axes, (2.67, 0.75), (3.05, 0.75))
    diagram.arrow(axes, (4.05, 0.75), (4.5, 1.14), color=style.GENERATED)
    diagram.arrow(axes, (4.05, 1.75), (4.5, 1.36), color=style.REAL)
    diagram.arrow(axes, (5.6, 1.25), (5.88, 1.25))
    axes.text(5.92, 1.25, "real?\n$D\\in[0,1]$", va="center", size=9)
    diagram.route(
        axes, [(5.05, 0.97), (5.05, 0.3), (2.12, 0.3), (2.12, 0.47)], color=style.MUTED, dashed=True
    )
    axes.text(3.6, 0.15, "gradient to $G$: descend $\\log(1-D(G(z)))$", ha="center", va="center", size=8.5,
              color="#555555")  # fmt: skip
    diagram.route(
        axes, [(5.35, 1.53), (5.35, 1.83), (4.75, 1.83), (4.75, 1.53)], color=style.MUTED, dashed=True
    )
    axes.text(5.05, 2.1, "gradient to $D$: ascend\n$\\log D(x)+\\log(1-D(\\hat x))$", ha="center",
              va="center", size=8.5, color="#555555")  # fmt: skip
    rows = [
        {"from": "noise z ~ p_z(z)", "to": "generator G"},
        {"from": "generator G", "to": "generated x̂ ~ p_g(x)"},
        {"from": "generated x̂ ~ p_g(x)", "to": "discriminator D"},
        {"from": "real x ~ p_data(x)", "to": "discriminator D"},
        {"from": "discriminator D", "to": "probability that the input is real"},
    ]
    caption = (
        "The game of two networks: G turns noise z into generated data; D sees real or generated data and "
        "gives the probability that it is real. Dashed: which gradient each network learns from (Eq. 1)."
    )
    return Drawing(figure, rows, caption)
