"""Figures 2 and 3 of tempered: where the lens is, its weight, and the networks that the code builds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.figures import diagram, layers, style
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.figures.layers import count, shape_text
from pipeline.gan.schedule import lambda_at
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import by_seed, role
from pipeline.papers.registry import result
from pipeline.papers.tempered.common import lens_of
from pipeline.params.base import Positive
from pipeline.params.networks import DCGANDiscriminator, DCGANGenerator, Networks, XavierInit
from pipeline.params.seams import Lens

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import nn

AFTER = {"BatchNorm2d": "BN", "ReLU": "ReLU", "LeakyReLU": "leaky ReLU", "Tanh": "tanh"}


@result("tempered", "fig3", each=True)
def architectures(
    evidence: Mapping[str, Evidence],
    *,
    shape: list[int],
    latent: Positive,
    channels: Positive,
    kernel: Positive,
    lens_width: Positive,
    lens_blocks: int,
    lens_kernel: Positive,
) -> Drawing:
    """Layer tables of G, D and L in units of C and of the lens's width W, and the sizes of the runs used."""
    size: dict[str, Any] = {"kind": "dcgan", "channels": channels, "kernel": kernel}
    size["init"] = XavierInit(kind="xavier")
    networks = Networks(generator=DCGANGenerator(**size), discriminator=DCGANDiscriminator(**size))
    printed: dict[str, Any] = {"width": lens_width, "blocks": lens_blocks, "kernel": lens_kernel}
    lens = Lens.model_construct(**printed, init=XavierInit(kind="xavier"))
    generator, discriminator = layers.build(networks, latent, shape)
    rows = [
        *network_layers(generator, "generator", (latent,), channels),
        *network_layers(discriminator, "discriminator", shape, channels),
        *lens_layers(lens, tuple(shape)),
    ]
    used = [run_size(run) for run in evidence.values()]
    caption = (
        "The networks of Fig. 3 as the code builds them for data of shape "
        f"{shape_text(shape)}, C = {channels} and a lens of width W = {lens_width}, with their "
        f"parameters (those of batch norm with the layer before it). The paper prints the {kernel}×{kernel} "
        f"and {lens_kernel}×{lens_kernel} kernels, the strides, the {lens_blocks} blocks and both kinds of "
        "skip; C and W are not printed. " + " ".join(used)
    )
    return Drawing(_draw(rows), rows, caption)


def network_layers(network: nn.Module, name: str, given: Sequence[int], unit: int) -> list[Row]:
    """A row for each layer with weights: the layer, what follows it, its output in units of C, parameters."""
    rows: list[Row] = []
    for layer, shape in layers.outputs(network, given):
        kind = type(layer).__name__
        if title := _title(layer):
            rows.append({"network": name, "layer": title, "then": "", "output": "", "parameters": 0})
        if rows and kind != "Flatten":
            row = rows[-1]
            row["then"] = ", ".join(word for word in (row["then"], AFTER.get(kind, "")) if word)
            row["output"] = shape_text(shape, unit, "C")
            row["parameters"] += count(layer)
    return rows


def lens_layers(config: Lens, shape: tuple[int, ...]) -> list[Row]:
    """The lens as three rows: its first layer, its blocks together, and its last layer."""
    from pipeline.networks.lens import lens

    first, *blocks, last = lens(config, shape).get_submodule("inner").children()
    kernel = f"conv {config.kernel}×{config.kernel}"
    wide = shape_text((config.width, *shape[1:]), config.width, "W")
    block, narrow = f"{len(blocks)} × [{kernel}, ReLU, {kernel}]", shape_text(shape, config.width, "W")
    parts: list[tuple[str, str, str, list[nn.Module]]] = [
        (f"{kernel}, stride 1", "", wide, [first]),
        (block, "+ the block's input", wide, blocks),
        (f"{kernel}, stride 1", "+ the lens's input", narrow, [last]),
    ]
    return [
        {"network": "lens", "layer": layer, "then": then, "output": output,
         "parameters": sum(count(one) for one in made)}
        for layer, then, output, made in parts
    ]  # fmt: skip


def run_size(run: Evidence) -> str:
    """A sentence on the networks of an experiment."""
    from pipeline.networks.lens import lens

    train, shape = run.experiment.train, run.dataset.prepare.shape
    generator, discriminator = layers.build(train.networks, train.prior.dim, shape)
    parts = [f"G {count(generator):,}", f"D {count(discriminator):,}"]
    if isinstance(train.tempering, Lens):
        parts.append(
            f"L {count(lens(train.tempering, shape)):,} ({train.tempering.blocks} blocks of width "
            f"{train.tempering.width})"
        )
    width = getattr(train.networks.generator, "channels", None)
    where = f"In experiment `{run.name}`, C = {width}"
    return f"{where} at {shape_text(shape)}: {', '.join(parts)} parameters."


def _title(layer: nn.Module) -> str:
    """The name of a layer with weights, empty for any other; batch norm belongs to the layer before it."""
    from torch import nn

    if isinstance(layer, nn.Linear):
        return "fully connected"
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        stride = "1/2" if isinstance(layer, nn.ConvTranspose2d) else str(layer.stride[0])
        return f"conv {layer.kernel_size[0]}×{layer.kernel_size[1]}, stride {stride}"
    return ""


def _draw(rows: list[Row]) -> Figure:
    lines: list[Row] = []
    starts, totals = [], []
    for name in dict.fromkeys(row["network"] for row in rows):
        mine = [row for row in rows if row["network"] == name]
        starts.append(len(lines))
        lines += [{**row, "network": "" if place else name} for place, row in enumerate(mine)]
        totals.append(len(lines))
        lines.append({"output": "total", "parameters": sum(row["parameters"] for row in mine)})
    shown = [{**line, "parameters": f"{line['parameters']:,}"} for line in lines]
    bold = [(line, column) for line in totals for column in (3, 4)]
    cells = [[line.get(name, "") for name in rows[0]] for line in shown]
    return tables.figure(list(rows[0]), cells, bold=bold, rules=starts[1:])


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
