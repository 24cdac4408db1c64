"""Figure 1 of `aan`: the network, with the sizes that the code builds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipeline.figures import diagram, layers, style
from pipeline.figures.drawing import Drawing
from pipeline.figures.layers import shape_text
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import role
from pipeline.papers.aan.common import memory
from pipeline.papers.registry import result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Layer = tuple[str, tuple[int, ...]]
NAMES = {"Conv2d": "conv", "ConvTranspose2d": "up-conv", "Linear": "full"}
CLASSIFIER, FEATURES = style.PALETTE[2], style.REAL


@result("aan", "fig1", roles=("aan",))
def schematic(evidence: Mapping[str, Evidence]) -> Drawing:
    """D = C∘F, the RBM on its features, and G, with the sizes that the code builds for role `aan`."""
    run = role(evidence, "aan")
    block = memory(run)
    found = built_layers(run)
    width, head = block.dim, len(run.experiment.train.networks.discriminator.head) + 1
    trunk, c = found["discriminator"][: -head - 1], found["discriminator"][-head:]
    figure, axes = diagram.sheet(6.5, 3.3)
    _draw_discriminator(axes, run, trunk, width, c)
    _draw_memory(axes, block.dim, block.hidden, block.gibbs)
    _draw_generator(axes, found["generator"])
    found["RBM"] = [("visible ±1", (block.dim,)), ("hidden ±1", (block.hidden,))]
    rows = [
        {"network": name, "layer": kind, "output": shape_text(shape)}
        for name, made in found.items()
        for kind, shape in made
    ]
    caption = (
        "The associative adversarial network as built here: F, the first layers of D, ends in a tanh layer "
        "whose features f are the RBM's visible units; C, the rest of D, classifies them. Chains of "
        f"{block.gibbs} Gibbs steps from f end in the negative samples f⁻, which train the RBM and are G's "
        "input. Sizes are those of the networks that the code builds for the experiment named; the paper's "
        "are convolutions of depth 64, 128, 256 and 512, features of 1000 or 100, and two layers of 500."
    )
    return Drawing(figure, rows, caption)


def built_layers(run: Evidence) -> dict[str, list[Layer]]:
    """The layers with weights of an experiment's networks, in order: kind, and shape of the output."""
    train, shape = run.experiment.train, run.dataset.prepare.shape
    generator, discriminator = layers.build(train.networks, train.prior.dim, shape)
    found = {"discriminator": (discriminator, shape), "generator": (generator, (train.prior.dim,))}
    return {
        name: [
            (NAMES[kind], output)
            for layer, output in layers.outputs(network, given)
            if (kind := type(layer).__name__) in NAMES
        ]
        for name, (network, given) in found.items()
    }


def _draw_discriminator(axes: Axes, run: Evidence, trunk: list[Layer], width: int, head: list[Layer]) -> None:
    """The upper row, from images on the left to D's output on the right."""
    labels = [("$x$ or $G(f^-)$\n" + shape_text(run.dataset.prepare.shape), style.THEORY, False)]
    labels += [(f"{kind}\n{shape_text(shape)}", FEATURES, True) for kind, shape in trunk]
    labels.append((f"$f$: tanh\n{width}", style.GENERATED, True))
    labels += [(f"{kind}\n{shape_text(shape)}", CLASSIFIER, True) for kind, shape in head[:-1]]
    labels.append(("$D(x)$", CLASSIFIER, True))
    places = np.linspace(0.58, 6.1, len(labels))
    step = places[1] - places[0]
    diagram.row(axes, places, 2.6, labels, fill=0.78)
    at = places[len(trunk) + 1]
    axes.text((places[1] + at) / 2, 3.05, "$F$", ha="center", color=FEATURES, size=11)
    axes.text((at + places[-1]) / 2 + step / 2, 3.05, "$C$", ha="center", color=CLASSIFIER, size=11)
    diagram.route(axes, [(at, 2.35), (at, 1.95), (4.2, 1.95), (4.2, 1.68)], color=style.GENERATED)
    axes.text(at - 0.07, 2.08, "clamped", ha="right", va="center", size=8, color="#555555")


def _draw_memory(axes: Axes, visible: int, hidden: int, steps: int) -> None:
    for height, label, color in (
        (1.42, f"visible ±1: {visible}", style.GENERATED),
        (0.55, f"hidden ±1: {hidden}", style.PALETTE[4]),
    ):
        diagram.box(axes, (4.2, height), label, width=1.5, height=0.42, color=color, size=8)
    diagram.arrow(axes, (4.0, 1.21), (4.0, 0.76))
    diagram.arrow(axes, (4.4, 0.76), (4.4, 1.21))
    axes.text(4.55, 0.98, f"{steps} Gibbs steps,\nCD-{steps}", va="center", size=8, color="#555555")
    axes.text(5.15, 1.42, "RBM: the associative memory", va="center", size=8, color="#555555", style="italic")


def _draw_generator(axes: Axes, made: list[Layer]) -> None:
    """The lower row, from the RBM leftwards to the generated image, which goes up to D."""
    color = style.PALETTE[3]
    places = np.linspace(2.75, 0.58, len(made))
    step = places[0] - places[1]
    diagram.row(axes, places, 1.42, [(f"{kind}\n{shape_text(shape)}", color, True) for kind, shape in made])
    diagram.arrow(axes, (3.45, 1.42), (places[0] + 0.4 * step, 1.42), color=style.GENERATED)
    axes.text(3.33, 1.53, "$f^-$", ha="center", color=style.GENERATED, size=9)
    diagram.arrow(axes, (places[-1], 1.67), (places[-1], 2.35))
    axes.text(places.mean(), 0.95, "$G$", ha="center", color=color, size=11)
