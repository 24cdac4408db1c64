"""Figure 2 of tempered: where the lens is, and how the weight of its adversarial loss falls."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipeline.figures import diagram, style
from pipeline.figures.drawing import Drawing
from pipeline.gan.schedule import lambda_at
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import by_seed, role
from pipeline.papers.registry import result
from pipeline.papers.tempered.common import lens_of

LENS = style.PALETTE[2]
# A run may have a million steps; a drawn curve needs no more points than this.
POINTS = 501
LOSSES = (
    r"$\mathcal{L}_G$", r"$\mathcal{L}_D$",
    r"$\mathcal{L}_L=\lambda\,\mathcal{L}_L^A+\mathcal{L}_L^R$",
)  # fmt: skip


@result("tempered", "fig2-left")
def schematic(evidence: Mapping[str, Evidence]) -> Drawing:
    """Z → G → D and X → L → D, with the losses that train each network."""
    figure, axes = diagram.sheet(5.6, 2.6)
    upper, lower, middle = 2.0, 0.75, 1.375
    diagram.box(axes, (0.45, upper), "$Z$", width=0.5, rounded=False)
    diagram.box(axes, (0.45, lower), "$X$", width=0.5, rounded=False, color=style.REAL)
    diagram.box(axes, (1.75, upper), "generator $G$", color=style.GENERATED)
    diagram.box(axes, (1.75, lower), "lens $L$", color=LENS)
    diagram.box(axes, (4.05, middle), "discriminator $D$", width=1.3)
    diagram.arrow(axes, (0.7, upper), (1.2, upper))
    diagram.arrow(axes, (0.7, lower), (1.2, lower), color=style.REAL)
    diagram.arrow(axes, (2.3, upper), (3.4, middle + 0.12), "$G(Z)$", color=style.GENERATED, offset=(0, 0.17))
    diagram.arrow(axes, (2.3, lower), (3.4, middle - 0.12), "$L(X)$", color=LENS, offset=(0, -0.17))
    diagram.arrow(axes, (4.7, middle), (5.15, middle))
    axes.text(5.2, middle, LOSSES[1], ha="left", va="center", size=10)
    diagram.route(axes, [(4.05, middle + 0.25), (4.05, 2.45), (1.75, 2.45), (1.75, upper + 0.25)],
                  color=style.GENERATED, dashed=True)  # fmt: skip
    axes.text(2.9, 2.47, LOSSES[0], ha="center", va="bottom", size=10, color=style.GENERATED)
    diagram.route(axes, [(4.05, middle - 0.25), (4.05, 0.3), (1.75, 0.3), (1.75, lower - 0.25)],
                  color=LENS, dashed=True)  # fmt: skip
    axes.text(2.9, 0.26, LOSSES[2], ha="center", va="top", size=10, color=LENS)
    caption = (
        "The lens L stands between the real data X and the discriminator D, which sees L(X) and G(Z). "
        "Dashed: whose loss comes back through D. The lens wants D to take L(X) for generated data (L_A) and "
        "wants L(X) to stay close to X (L_R)."
    )
    rows = [
        {"network": "generator", "sees": "Z", "loss": "L_G(D(G(Z)))"},
        {"network": "discriminator", "sees": "L(X), G(Z)", "loss": "L_D(D(L(X)), D(G(Z)))"},
        {"network": "lens", "sees": "X", "loss": "λ L_A(D(L(X))) + ‖X − L(X)‖²"},
    ]
    return Drawing(figure, rows, caption)


@result("tempered", "fig2-right", roles=("lens",))
def schedule(evidence: Mapping[str, Evidence]) -> Drawing:
    """λ by Eq. 7 as a line, and as the run of role `lens` logged it as dots, up to twice K."""
    run = role(evidence, "lens")
    config, train = lens_of(run), run.experiment.train
    end = config.schedule_steps
    last = train.steps if end is None else min(train.steps, 2 * end)
    times = np.unique(np.linspace(0, last, POINTS).astype(int))
    values = np.array([lambda_at(config, int(step)) for step in times])
    steps, logged = by_seed(run.training, "lambda")
    figure, axes = style.canvas(width=3.6, height=2.3)
    axis = axes[0, 0]
    axis.plot(times, values, color=style.REAL, label="Eq. 7")
    # the row of step s holds the λ of the step that led there, which is λ(s − 1)
    axis.plot(steps - 1, logged[0], ".", color=style.THEORY, markersize=3.5, label="logged in training")
    if end is not None:
        axis.axvline(end, color=style.MUTED, linewidth=0.7, linestyle=":")
        axis.annotate(f"$K = {end}$", (end, 0.9 * config.weight), (4, 0), textcoords="offset points",
                      color=style.MUTED)  # fmt: skip
    axis.set(xlabel="step $t$", ylabel=r"$\lambda$", xlim=(0, last), ylim=(-0.02, 1.05 * config.weight))
    axis.legend(loc="center right")
    rows = [{"t": int(t), "lambda": round(float(v), 6)} for t, v in zip(times, values, strict=True)]
    caption = (
        "Weight λ of the lens's adversarial loss over training, λ = 1 − sin(tπ/2K) up to t = K and 0 after "
        f"(Eq. 7), as in experiment `{run.name}`, where K = {end} of {train.steps} steps. The paper has "
        "K = 10k in the caption of its Fig. 2 and for WGAN-GP, and K = 10⁵ in Sec. A.3."
    )
    return Drawing(figure, rows, caption)
