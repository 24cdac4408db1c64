"""render writes four whole files whose page says what was run."""

from __future__ import annotations

import fakes
import pytest

from pipeline import __main__
from pipeline.base import paths
from pipeline.base.files import read_csv
from pipeline.papers.page import heading as heading_of
from pipeline.params.experiment import Result


@pytest.fixture
def suite(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return fakes.write_suite()


def test_a_table_gives_picture_rows_and_page(suite):
    assert __main__.main(["render", "gan-table1"]) == 0
    png, svg, csv, md = paths.result_files("gan", "table1")
    assert png.read_bytes().startswith(b"\x89PNG") and b"<svg" in svg.read_bytes()
    assert len(read_csv(csv)) == 9
    page = md.read_text()
    assert page.startswith("# Table 1\n\n![gan/table1](table1.png)\n")
    assert "`digits`: `gan-digits` on data set `digits` (100 examples of its test split" in page
    assert "20 steps, 100 samples a snapshot, seeds 0, 1, 2; features coordinates 0123456789ab" in page
    assert "| Adversarial nets | MNIST | 225 ± 2 | not run in this suite: see suites/paper |" in page


def test_a_figure_names_its_diverged_seeds_and_settings(suite):
    assert __main__.main(["render", "gan-collapse"]) == 0
    page = paths.result("gan", "collapse", "md").read_text()
    assert "diverged: seed 2 at step 15" in page and "no seed diverged" in page
    assert "settings: columns = 4" in page
    assert "| --- |" not in page


def test_a_result_without_experiments_says_so(suite):
    assert __main__.main(["render", "gan-schematics"]) == 0
    page = paths.result("gan", "schematics", "md").read_text()
    assert "no experiment" in page


def test_rendering_twice_gives_equal_files(suite):
    files = paths.result_files("gan", "fig3")
    assert __main__.main(["render", "gan-fig3"]) == 0
    first = [path.read_bytes() for path in files]
    assert __main__.main(["render", "gan-fig3"]) == 0
    assert [path.read_bytes() for path in files] == first


def test_bad_input_is_one_sentence(suite, capsys):
    assert __main__.main(["render", "gan-tabel1"]) == 1
    assert (
        "There is no result 'gan-tabel1' in params.yaml: did you mean 'gan-table1'?"
        in capsys.readouterr().err
    )
    for damage, sentence in (
        (b"PK not a zip", "gan-digits.npz is not what `python -m pipeline evaluate gan-digits` made"),
        (None, "gan-digits.npz is missing"),
    ):
        path = paths.evidence("gan", "gan-digits")
        path.unlink() if damage is None else path.write_bytes(damage)
        assert __main__.main(["render", "gan-fig3"]) == 1
        assert sentence in capsys.readouterr().err
    paths.metrics("gan", "gan-digits").unlink()
    assert __main__.main(["render", "gan-table1"]) == 1
    assert "gan-digits.json is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("fig3", "Figure 3"),
        ("fig2-top", "Figure 2 (top)"),
        ("fig3a", "Figure 3a"),
        ("table1", "Table 1"),
        ("inline-note", "inline note"),
    ],
)
def test_headings_are_the_papers_own_numbers(name, heading):
    assert heading_of(Result().of("gan", name)) == heading


def test_a_paper_draws_what_is_not_up_to_date_and_drops_what_is_gone(suite, capsys):
    assert __main__.main(["render", "gan"]) == 0
    assert capsys.readouterr().out.count("reports/papers/gan/") == len(suite.results)
    stray = paths.result("gan", "fig99", "png")
    stray.touch()
    md = paths.result("gan", "rps", "md")
    md.write_text("edited")
    assert __main__.main(["render", "gan"]) == 0
    assert capsys.readouterr().out == "gan-rps: reports/papers/gan/rps.png\n"
    assert md.read_text() != "edited" and not stray.exists()
    assert __main__.main(["render", "gan"]) == 0
    assert capsys.readouterr().out == ""
