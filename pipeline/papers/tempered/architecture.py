"""Figure 3 of tempered: generator, discriminator and lens, read off the networks that the code builds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.measures.evidence import Evidence
from pipeline.papers.registry import result
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
    generator, discriminator = build(networks, latent, tuple(shape))
    rows = [
        *layers(generator, "generator", (latent,), channels),
        *layers(discriminator, "discriminator", shape, channels),
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


def build(networks: Networks, latent: int, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    """Generator and discriminator of a block, for data of `shape`."""
    from pipeline.networks import build_discriminator, build_generator

    generator = build_generator(networks.generator, latent, shape, seed=0)
    return generator, build_discriminator(networks.discriminator, shape, seed=0)


def layers(network: nn.Module, name: str, given: Sequence[int], unit: int) -> list[Row]:
    """A row for each layer with weights: the layer, what follows it, its output in units of C, parameters."""
    import torch

    rows: list[Row] = []

    def note(layer: nn.Module, _: Any, output: torch.Tensor) -> None:
        kind = type(layer).__name__
        if title := _title(layer):
            rows.append({"network": name, "layer": title, "then": "", "output": "", "parameters": 0})
        if rows and kind != "Flatten":
            row = rows[-1]
            row["then"] = ", ".join(word for word in (row["then"], AFTER.get(kind, "")) if word)
            row["output"] = shape_text(tuple(output.shape[1:]), unit, "C")
            row["parameters"] += count(layer)

    leaves = [layer for layer in network.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(note) for layer in leaves]
    with torch.no_grad():
        network.eval()(torch.zeros(1, *given))
    for hook in hooks:
        hook.remove()
    return rows


def lens_layers(config: Lens, shape: tuple[int, ...]) -> list[Row]:
    """The lens as three rows: its first layer, its blocks together, and its last layer."""
    from pipeline.networks.lens import lens

    first, *blocks, last = lens(config, shape).get_submodule("inner").children()
    kernel = f"conv {config.kernel}×{config.kernel}"
    wide = shape_text((config.width, *shape[1:]), config.width, "W")
    block = f"{len(blocks)} × [{kernel}, ReLU, {kernel}]"
    return [
        {"network": "lens", "layer": f"{kernel}, stride 1", "then": "", "output": wide,
         "parameters": count(first)},
        {"network": "lens", "layer": block, "then": "+ the block's input", "output": wide,
         "parameters": sum(count(one) for one in blocks)},
        {"network": "lens", "layer": f"{kernel}, stride 1", "then": "+ the lens's input",
         "output": shape_text(shape, config.width, "W"), "parameters": count(last)},
    ]  # fmt: skip


def run_size(run: Evidence) -> str:
    """A sentence on the networks of an experiment."""
    from pipeline.networks.lens import lens

    train, shape = run.experiment.train, run.dataset.prepare.shape
    generator, discriminator = build(train.networks, train.prior.dim, shape)
    parts = [f"G {count(generator):,}", f"D {count(discriminator):,}"]
    if isinstance(train.tempering, Lens):
        parts.append(
            f"L {count(lens(train.tempering, shape)):,} ({train.tempering.blocks} blocks of width "
            f"{train.tempering.width})"
        )
    width = getattr(train.networks.generator, "channels", None)
    where = f"In experiment `{run.name}`, C = {width}"
    return f"{where} at {shape_text(shape)}: {', '.join(parts)} parameters."


def count(network: nn.Module) -> int:
    """Number of trained values."""
    return sum(parameter.numel() for parameter in network.parameters())


def shape_text(shape: Sequence[int], unit: int | None = None, name: str = "") -> str:
    """A shape, its channels as a multiple of `unit` if they are: (128, 4, 4) is '4C×4×4' at C = 32."""
    first, *rest = shape
    text = str(first)
    if unit and rest and first % unit == 0:
        text = name if first == unit else f"{first // unit}{name}"
    return "×".join([text, *map(str, rest)])


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
