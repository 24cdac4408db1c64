"""The README's numbers are those of the reports, and its method is one."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from engines import ROOT, run
from pages import blocks, checkout

from pipeline.papers.table import papers, table

README = (ROOT / "README.md").read_text()
LAPTOP, MNIST = ROOT / "reports", ROOT / "suites/mnist/reports"


class Row(NamedTuple):
    """A row of the README's table of numbers."""

    paper: str
    quantity: str
    reported: str
    regenerated: str
    ran: str


def rows() -> list[Row]:
    section = README.partition("## Reported and regenerated")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [Row(*(cell.strip() for cell in line[1:-1].split("|"))) for line in lines]


def measured(reports: Path, experiment: str, metric: str, digits: int) -> str:
    """Mean and deviation over seeds."""
    found = json.loads((reports / "metrics.json").read_text())[experiment]
    return f"{found[metric]:.{digits}f} ± {found[f'{metric}_std']:.{digits}f}"


def cells(reports: Path, result: str, column: str, **where: str) -> str:
    """A column of a result's CSV where the others are as given."""
    with open(reports / "papers" / f"{result}.csv", newline="") as file:
        found = [row for row in csv.DictReader(file) if where.items() <= row.items()]
    assert len(found) == 1, where
    return found[0][column]


def protocol(reports: Path, *experiments: str) -> str:
    """Steps and seeds, alike in all experiments."""
    (found,) = {ran(next(reports.glob(f"metrics/*/{name}.json"))) for name in experiments}
    return found


def ran(file: Path) -> str:
    content: dict[str, Any] = json.loads(file.read_text())
    assert not any(step is not None for step in content["diverged"].values())
    return f"{content['steps']:,} steps, {len(content['seeds'])} seeds"


def regenerated() -> Iterator[tuple[str, str]]:
    """What the reports say today: the numbers of every row, and how they were made."""
    yield measured(MNIST, "mlp", "parzen10000", 1), protocol(MNIST, "mlp")
    yield measured(LAPTOP, "digits_gan", "parzen10000", 1), protocol(LAPTOP, "digits_gan")
    value = cells(LAPTOP, "aan/optimum", "regenerated", quantity="terms 1 + 2 of Eq. 1")
    yield value, protocol(LAPTOP, "aan_100")
    inputs = ("binary RBM, rate 0.001, 100", "uniform, 100")
    ratios = [cells(LAPTOP, "aan/variants", "R, second half", **{"G's input": name}) for name in inputs]
    yield ", ".join(ratios), protocol(LAPTOP, "aan_100", "gan_100")
    five = ("five_beta_1e-3", "five_gan_1e-3")
    yield ", ".join(measured(LAPTOP, name, "modes10000", 1) for name in five), protocol(LAPTOP, *five)
    for reports, lens, runs in (
        (LAPTOP, "lens", ("digits16_lens", "digits16_gan")),
        (MNIST, "lens with averaged L_R", ("grey_lens", "grey_plain")),
    ):
        best = [
            cells(reports, "tempered/inline-mnist-gan", "best_run_best_snapshot", method=method)
            for method in (lens, "no lens")
        ]
        yield ", ".join(best), protocol(reports, *runs)
    models = ("Denoising feature matching", "GAN control, λ = 0", "Real data")
    with_, without, real = (cells(LAPTOP, "dfm/table1", "regenerated", model=model) for model in models)
    how = protocol(LAPTOP, "dfm_patches", "dfm_control")
    yield f"{with_}, {without}", f"real ones {real.partition(' ± ')[0]}; {how}"


@pytest.mark.committed
def test_the_table_says_what_the_reports_say() -> None:
    found = list(regenerated())
    assert [row.regenerated for row in rows()] == [numbers for numbers, _ in found]
    assert [row.ran for row, (_, how) in zip(rows(), found, strict=True) if not row.ran.endswith(how)] == []


def test_the_table_says_what_the_papers_report() -> None:
    """The first row of a paper has its title; every number is among the printed ones in its paper.yaml."""
    by_title = {table(name).title: table(name) for name in papers()}
    seen = []
    for row in rows():
        if title := re.match(r"\[(.+)\]\(https://(arxiv\.org/abs|openreview\.net)", row.paper):
            seen.append(title[1])
        printed = " ".join(result.reported for result in by_title[seen[-1]].results.values())
        numbers = re.findall(r"(?<![\w.-])[\d.]+(?: ± [\d.]+)?", row.reported)
        assert [number for number in numbers if number not in printed] == []
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.committed
def test_the_choices_page_says_what_the_reports_say() -> None:
    page = (ROOT / "docs/choices.md").read_text()
    for experiment, metric, digits, shown in (
        ("five_gan_3e-4", "modes10000", 1, "{} ± {}"),
        ("five_gan_1e-3", "modes10000", 1, "{} ± {}"),
        ("ten_beta", "modes10000", 1, "β-GAN has {} ± {}"),
        ("ten_gan", "modes10000", 1, "plain GAN {} ± {}"),
    ):
        assert shown.format(*measured(LAPTOP, experiment, metric, digits).split(" ± ")) in page
    content = json.loads((LAPTOP / "metrics.json").read_text())
    tanh, relu = (content[f"uniform_{kind}"]["std_mean"] for kind in ("tanh", "relu"))
    assert f"deviations of {tanh:.2f} and {relu:.2f}" in page
    scores = [content[f"dfm_{arm}"]["is10x200"] for arm in ("patches", "control")]
    assert "score of {:.2f} on patches of photographs, its control {:.2f}".format(*scores) in page
    assert all(content[f"ratio{n}"]["modes5000"] <= 1 for n in (3, 6))


def test_the_method_trains(tmp_path: Path) -> None:
    """The README's block and file make an objective that a run can choose."""
    folder = checkout(tmp_path / "project", "suites/smoke")
    block, implementation = (found.text for found in blocks("python") if found.page.name == "README.md")
    (folder / "pipeline/gan/objective/hinge.py").write_text(implementation)
    schema = folder / "pipeline/params/seams.py"
    head, union, tail = schema.read_text().partition("Objective = Annotated[")
    schema.write_text(f"{head}{block}\n\n{union}Hinge | {tail}")
    params = folder / "params.yaml"
    params.write_text(
        params.read_text().replace("objective: {kind: non_saturating}", "objective: {kind: hinge}")
    )
    for words in ("download synthetic", "prepare mixture", "train mixture-plain --seed 0"):
        ended = run(folder, "python", "-m", "pipeline", *words.split(), PYTHONPATH=str(folder))
        assert ended.returncode == 0, ended.stderr
    log = next(folder.glob("data/checkpoints/beta_gan/mixture-plain/seed0.csv")).read_text()
    assert len(log.splitlines()) == 1 + 30 // 5 and "nan" not in log
    code = [line for line in (block + implementation).splitlines() if line and "import" not in line]
    assert len(code) <= 20


def test_the_readme_is_short() -> None:
    assert len(README.split()) < 1000
