"""The value of `aan`'s game at its optimum (Sec. 6.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipeline.figures import data
from pipeline.figures import table as tables
from pipeline.figures.drawing import Drawing
from pipeline.measures.evidence import Evidence
from pipeline.measures.reading import finals, mean_deviation, role
from pipeline.measures.training import late
from pipeline.papers.registry import result


@result("aan", "optimum", "The value at the optimum", roles=("aan",))
def optimum(evidence: Mapping[str, Evidence]) -> Drawing:
    """What Sec. 6.2 prints for the optimum, the correct form, and the second half of training."""
    run = role(evidence, "aan")
    columns = ("d_real", "log_d_real", "log_d_fake", "loss_discriminator")
    measured = {name: mean_deviation(late(run, name).values()) for name in columns}
    loss = measured["loss_discriminator"]
    measured["terms 1 + 2"] = (None if loss[0] is None else -loss[0], loss[1])
    memory_loglik = mean_deviation(finals(run, "loglik_memory").values())
    lines = [
        ("D(x)", '"log D(x) = 1/2"', "D(x) = 1/2", "0.5000", measured["d_real"]),
        ("E log D(x)", "log 1/2", "log 1/2", _nats(-math.log(2)), measured["log_d_real"]),
        ("E log D(G(f))", "log 1/2", "log 1/2", _nats(-math.log(2)), measured["log_d_fake"]),
        ("terms 1 + 2 of Eq. 1", '"log 4"', "−log 4", _nats(-math.log(4)), measured["terms 1 + 2"]),
        ("term 3 of Eq. 1", "–", "−H(p_f)", "unknown", memory_loglik),
        ("all of Eq. 1", '"log 4"', "−log 4 − H(p_f)", "unknown", (None, None)),
    ]
    rows = [
        {"quantity": quantity, "printed": printed, "corrected": corrected, "at the optimum": value,
         "regenerated": tables.plus_minus(*pair, 3)}
        for quantity, printed, corrected, value, pair in lines
    ]  # fmt: skip
    figure = tables.figure(
        list(rows[0]), [[str(cell) for cell in row.values()] for row in rows],
        note=f"regenerated: the second half of training on {data.name(run.dataset)} (term 3: held-out "
        "log-likelihood\nof the RBM at the last step, a lower bound of −H(p_f) for binarised f); mean ± one "
        "deviation over seeds",
    )  # fmt: skip
    caption = (
        "The value of the game at its optimum (Sec. 6.2). The printed forms lack a sign, and a term: with "
        "D = 1/2 the first two terms of Eq. 1 are −log 4, and with the RBM's law equal to that of f the "
        "third is −H(p_f). Beside them what a run on "
        f"{data.described(run.dataset)}, reached, which is no optimum."
    )
    return Drawing(figure, rows, caption)


def _nats(value: float) -> str:
    return tables.number(value, 4)
