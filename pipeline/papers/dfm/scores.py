"""Inception scores of `dfm`: Tables 1 to 3, and Section 5.1: scores without labels, the generator's size."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.figures import data
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing, Row
from pipeline.figures.protocol import trained
from pipeline.measures import reading
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import role
from pipeline.papers.registry import result
from pipeline.params.base import Positive

QUOTED = "quoted"
AUTHORS = "not run: scored there from its authors' weights"
# how the paper groups samples (Sec. 2.2)
PROTOCOL = "is10x5000"


@dataclass(frozen=True)
class Line:
    """A row as printed: model, how it was trained, its score; the role of the experiment that regenerates
    it, or why none does."""

    model: str
    training: str
    reported: str
    role: str = ""
    state: str = ""


@dataclass(frozen=True)
class Printed:
    """A table as printed: its number, the kind of its data, the score of real data, and its rows."""

    number: int
    kind: str
    real: float
    lines: tuple[Line, ...]


REAL = "Real data"
DFM = "Denoising feature matching"
CONTROL = "GAN control, λ = 0"
TABLE_1 = Printed(1, "cifar10", 11.24, (
    Line(REAL, "", "11.24 ± .12 (quoted)", role="dfm"),
    Line("Improved GAN (Salimans et al.)", "semi-supervised", "8.09 ± .07", state=QUOTED),
    Line("Improved GAN (Salimans et al.), no labels", "unsupervised", "4.36 ± .04", state=QUOTED),
    Line("ALI (Dumoulin et al.)", "unsupervised", "5.34 ± 0.05", state=AUTHORS),
    Line(DFM, "unsupervised", "7.72 ± 0.13", role="dfm"),
    Line(CONTROL, "unsupervised", "", role="control"),
))  # fmt: skip
TABLE_2 = Printed(2, "stl10", 26.08, (
    Line(REAL, "", "26.08 ± .26", role="dfm"),
    Line(DFM, "unsupervised", "8.51 ± 0.13", role="dfm"),
    Line("GAN baseline, λ = 0", "unsupervised", "7.84 ± .07", role="control"),
))  # fmt: skip
TABLE_3 = Printed(3, "imagenet", 25.78, (
    Line(REAL, "", "25.78 ± .47", role="dfm"),
    Line("Radford et al.", "unsupervised", "8.83 ± 0.14", state=AUTHORS),
    Line(DFM, "unsupervised", "9.18 ± .13", role="dfm"),
    Line(CONTROL, "unsupervised", "", role="control"),
))  # fmt: skip
ROLES = {DFM: "dfm", CONTROL: "control"}


@result("dfm", "table1", roles=ROLES.values(), printed=TABLE_1)
@result("dfm", "table2", roles=ROLES.values(), printed=TABLE_2)
@result("dfm", "table3", roles=ROLES.values(), printed=TABLE_3)
def scores(evidence: dict[str, Evidence], *, tolerance: float, printed: Printed) -> Drawing:
    """Inception scores as printed, beside those measured here, and whether the two may be compared.

    They may where data, network and groups are the paper's, and the score of real data is within
    `tolerance` of the printed one.
    """
    runs = {name: role(evidence, name) for name in ROLES.values()}
    metric = reading.metric_like(runs["dfm"], "is")
    obstacle = not_comparable(runs["dfm"], metric, printed, tolerance)
    rows = [_score_row(line, printed, runs, metric, obstacle) for line in printed.lines]
    own, other = data.NAMES[printed.kind], data.name(runs["dfm"].dataset)
    headings = {"model": "Model", "training": "training", f"{own} reported": f"{own}\nreported",
                "regenerated": f"{other}\nregenerated", "comparable": "comparable"}  # fmt: skip
    # reasons are given in the note
    cells = [row | {name: row[name].split(":")[0] for name in ("regenerated", "comparable")} for row in rows]
    first = [i for i, line in enumerate(printed.lines) if line.model in (REAL, DFM)]
    note = _note(runs, metric, printed, obstacle)
    figure = tables.of(cells, headings, rules=[1, first[-1]], note=note)
    caption = (
        f"Table {printed.number}: Inception scores. The reported column is the paper's, for {own} and its "
        f"Inception network; regenerated are those of {data.described(runs['dfm'].dataset, printed.kind)}. "
        "Only where data, network and groups are the paper's, and real data score what is printed to within "
        f"{tolerance:g}, may a number be held against the printed one; else only against the others of its "
        "column."
    )
    return Drawing(figure, rows, caption)


def not_comparable(run: Evidence, metric: str, printed: Printed, tolerance: float) -> str:
    """Why scores of an experiment are not to be held against the printed ones; empty where they may be."""
    kind = run.dataset.prepare.kind
    if not data.is_printed(run.dataset, printed.kind):
        return "other preprocessing" if (kind, printed.kind) == ("imagenet32", "imagenet") else "other data"
    if run.dataset.extractor.kind != "inception":
        return "another feature network"
    if metric != PROTOCOL:
        return f"other groups, {metric.removeprefix('is')}"
    real = _real(run, metric)[0]
    if real is None:
        return "real data were not scored"
    if abs(real - printed.real) > tolerance:
        return f"real data score {tables.number(real)} where {tables.number(printed.real)} is printed"
    return ""


def _real(run: Evidence, metric: str) -> tuple[float | None, float | None]:
    """Score of as many real examples, and its deviation over groups."""
    known = run.metrics["metrics"]
    found = [known.get(f"real_{metric}{suffix}") for suffix in ("", "_deviation")]
    mean, deviation = (None if each is None else each["final"]["mean"] for each in found)
    return mean, deviation


def _score_row(line: Line, printed: Printed, runs: dict[str, Evidence], metric: str, obstacle: str) -> Row:
    regenerated = line.state
    if line.model == REAL:
        regenerated = tables.plus_minus(*_real(runs[line.role], metric))
    elif line.role:
        final = runs[line.role].metrics["metrics"][metric]["final"]
        lost = final["mean"] is None
        regenerated = "every seed diverged" if lost else tables.plus_minus(final["mean"], final["std"])
    return {
        "model": line.model,
        "training": line.training,
        f"{data.NAMES[printed.kind]} reported": line.reported,
        "regenerated": regenerated,
        "data": data.name(runs["dfm"].dataset) if line.role else "",
        "comparable": ("no: " + obstacle if obstacle else "yes") if line.role and line.reported else "",
    }


def _note(runs: dict[str, Evidence], metric: str, printed: Printed, obstacle: str) -> str:
    run = runs["dfm"]
    groups, size = metric.removeprefix("is").split("x")
    split = run.metrics["reference"]["split"]
    lines = [
        f"regenerated: {groups} groups of {size} samples, scored by {data.features(run)};",
        f"real data: the {split} split, ± over groups; models: mean ± deviation over seeds "
        f"(trained: {trained(runs['dfm'])} and {trained(runs['control'])})",
        f"{data.NAMES[printed.kind]} reported: 10 groups of 5,000, Inception network, ± over groups",
    ]
    if any(line.state == QUOTED for line in printed.lines):
        lines.append("quoted: taken from Salimans et al. and not run here")
    if obstacle:
        lines.append(f"not comparable: {obstacle}")
    return "\n".join(lines)


@result("dfm", "inline-cifar", roles=ROLES.values())
def inline_cifar(evidence: dict[str, Evidence]) -> Drawing:
    """The score that Salimans et al. reach without labels, quoted, and the suite's own runs by seed."""
    runs = {model: role(evidence, name) for model, name in ROLES.items()}
    metric = reading.metric_like(runs[DFM], "is")
    names = [metric, *_others(runs[DFM])]
    quoted = TABLE_1.lines[2]
    rows: list[Row] = [
        {"model": quoted.model, "data": "CIFAR-10", "seed": "", "reported": f"{quoted.reported} (quoted)"}
    ]
    for model, run in runs.items():
        values = {name: reading.finals(run, name) for name in names}
        rows += [
            {"model": model, "data": data.name(run.dataset), "seed": seed, "reported": ""}
            | {name: _cell(found[seed]) for name, found in values.items()}
            for seed in run.experiment.seeds
        ]
    headings = {"model": "Model", "data": "data", "seed": "seed", "reported": "Inception score\nreported"}
    headings |= {name: HEADINGS[_stem(name)] for name in names}
    figure = tables.of(rows, headings, rules=[1, 1 + len(runs[DFM].experiment.seeds)])
    caption = (
        "Section 5.1 quotes 4.36 ± .04 for the Improved GAN without labels on CIFAR-10. Below it the suite's "
        f"own unlabelled runs on {data.name(runs[DFM].dataset)}, every seed, with and without denoising: "
        f"the Inception score ({data.features(runs[DFM])}) and what it is made of, the network's certainty "
        "about each sample (its mean largest probability) and the entropy of the classes over all samples; "
        "and FID."
    )
    return Drawing(figure, rows, caption)


HEADINGS = {
    "is": "Inception\nscore",
    "class_confidence": "certainty\na sample",
    "class_entropy": "class\nentropy",
    "fid": "FID",
}


def _others(run: Evidence) -> list[str]:
    """What else was measured of the things that make up the score, by their names with protocol."""
    stems = [stem for stem in HEADINGS if stem != "is"]
    return [name for stem in stems for name in run.metrics["metrics"] if _stem(name) == stem]


def _stem(name: str) -> str:
    return name.rstrip("0123456789x")


def _cell(value: float | None) -> str:
    return "diverged" if value is None else tables.number(value)


# The generator of Salimans et al.'s CIFAR-10 code: z of 100 to 512 maps of 4×4, then 5×5 kernels
SALIMANS = {"100 → 512×4×4": 100 * 512 * 16, "512 → 256": 512 * 256 * 25, "256 → 128": 256 * 128 * 25,
            "128 → 3": 128 * 3 * 25}  # fmt: skip


@result("dfm", "inline-params")
def inline_params(
    evidence: dict[str, Evidence], *, latents: list[int], channels: Positive, full: Positive
) -> Drawing:
    """Sizes of the 32×32 generator with half the channels, counted from the code, beside the others'."""
    salimans = sum(SALIMANS.values())
    reference = generator_weights(full, 256)
    sizes: list[tuple[str, int | str, int, int]] = [
        ("Radford et al., 32×32 ImageNet", full, 256, reference),
        *(
            ("half the channels", channels, z, generator_weights(channels, z))
            for z in sorted(latents, reverse=True)
        ),
        ("half the weights at each layer", "", 256, reference // 2),
        ("Salimans et al., CIFAR-10", "", 100, salimans),
    ]
    rows: list[Row] = [
        {
            "generator": name,
            "channels": width,
            "dim z": latent,
            "weights": f"{weights:,}",
            "share of Radford et al.": f"{100 * weights / reference:.1f} %",
            "share of Salimans et al.": f"{100 * weights / salimans:.1f} %",
        }
        for name, width, latent, weights in sizes
    ]
    headings = {name: name.replace("share of ", "share of\n") for name in rows[0]}
    headings["channels"] = "channels next\nto the image"
    caption = (
        'Section 5.1: the best generator had "half the number of parameters at each layer" of Radford et '
        "al.'s and \"less than 40%\" of the parameters of Salimans et al.'s CIFAR-10 generator (reported: "
        "< 40 %). Weights of matrices and kernels, counted from the networks of this code; Salimans et al.'s "
        "from its layers. Half the weights is more than 40 %; half the channels at z of 100 or 128 is less, "
        "which is how the two statements are read here."
    )
    return Drawing(tables.of(rows, headings, rules=[1, len(rows) - 2]), rows, caption)


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
