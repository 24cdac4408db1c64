"""Figures are the same bytes for the same arrays, and their parts show what they are given."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.base.errors import PipelineError
from pipeline.figures import curves, density, diagram, samples, strip, table
from pipeline.figures import style as figure


def picture(path):
    rng = np.random.default_rng(0)
    canvas, axes = figure.canvas(1, 3)
    curves.spread(axes[0, 0], np.arange(5.0), rng.normal(size=(3, 5)), label="mean", color=figure.REAL)
    density.cloud(axes[0, 1], rng.uniform(-1, 1, (50, 2)), rng.uniform(-1, 1, (50, 2)))
    samples.show(axes[0, 2], rng.integers(0, 256, (6, 3, 8, 8)).astype(np.uint8), columns=3)
    figure.legend_below(canvas, axes[0, 1])
    figure.save(canvas, path)
    return path.read_bytes()


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_equal_figures_are_equal_bytes_without_dates_or_versions(tmp_path, suffix):
    content = picture(tmp_path / f"a.{suffix}")
    assert content == picture(tmp_path / f"b.{suffix}")
    for word in (b"Matplotlib", b"matplotlib.org", b"dc:date", b"Software"):
        assert word not in content


def test_other_suffixes_are_refused(tmp_path):
    canvas, _ = figure.canvas()
    with pytest.raises(PipelineError, match="not as page.pdf"):
        figure.save(canvas, tmp_path / "page.pdf")
    assert not list(tmp_path.iterdir())


def test_tile_places_images_in_rows():
    images = np.arange(3, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 2, 2), np.uint8)
    picture = samples.tile(images, columns=2, padding=1)
    assert picture.shape == (5, 5, 3)
    assert (picture[0, 0], picture[0, 3], picture[3, 0]) == pytest.approx((0, 1, 2))
    assert (picture[2] == 255).all() and (picture[3:, 3:] == 255).all()


def test_tile_keeps_channels_in_order():
    red = np.zeros((1, 3, 2, 2), np.uint8)
    red[:, 0] = 200
    assert samples.tile(red, columns=1)[0, 0].tolist() == [200, 0, 0]


@pytest.mark.parametrize("images", [np.zeros((1, 2, 4, 4), np.uint8), np.zeros((1, 1, 4, 4))])
def test_tile_refuses_what_is_no_image(images):
    with pytest.raises(PipelineError, match="image grid takes uint8"):
        samples.tile(images, columns=1)


def test_spread_is_mean_and_sample_deviation_of_the_seeds_that_are_there():
    _, axes = figure.canvas()
    values = np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 6.0]])
    curves.spread(axes[0, 0], np.array([0.0, 1.0]), values, label="x", color="k")
    mean = axes[0, 0].lines[0].get_ydata()
    assert mean.tolist() == [3.0, 4.0]
    band = axes[0, 0].collections[0].get_paths()[0].vertices[:, 1]
    deviation = np.sqrt(8)
    assert band.min() == pytest.approx(min(1.0, 4 - deviation))
    assert band.max() == pytest.approx(4 + deviation)


def test_three_dimensional_clouds_and_stacked_parts_are_picture(tmp_path):
    points = np.random.default_rng(0).uniform(-1, 1, (40, 3))
    canvas, axes = figure.canvas(three_d=True)
    density.cloud(axes[0, 0], points, None)
    figure.save(canvas, tmp_path / "space.png")
    stacked, parts = figure.stack([1.0, 2.0])
    assert stacked.get_size_inches().tolist() == [figure.TEXT_WIDTH, 3.0]
    assert len(parts) == 2


def test_table_figure_grows_with_its_text():
    small = table.figure(["a", "b"], [["1", "2"]])
    large = table.figure(["a", "b"], [["a much longer cell", "2"], ["3", "4"]], note="small print")
    assert (large.get_size_inches() > small.get_size_inches()).all()
    texts = [text.get_text() for text in large.axes[0].texts]
    assert texts == ["a", "b", "a much longer cell", "2", "3", "4", "small print"]


def test_a_curve_returns_the_rows_that_it_drew():
    _, axes = figure.canvas()
    table_ = {
        "seed": np.array([0, 0, 1]),
        "step": np.array([0, 5, 0]),
        "fid": np.array([3.0, 1.23456, np.nan]),
    }
    rows = curves.over_steps(axes[0, 0], table_, "fid", label="x", color="k", about={"method": "m"})
    assert [row["fid"] for row in rows] == [3.0, 1.2346, None]
    assert rows[1] == {"method": "m", "seed": 0, "step": 5, "fid": 1.2346}
    assert curves.rows([4], np.array([1, 2]), {"a": np.array([[0.5, 0.25]])}, {})[1] == {
        "seed": 4,
        "step": 2,
        "a": 0.25,
    }


def test_a_strip_has_a_dot_for_each_seed_a_cross_for_a_lost_one_and_their_mean():
    _, axes = figure.canvas()
    strip.dots(axes[0, 0], [0, 1], [[1.0, 3.0], [2.0, None]], color="k", label="x")
    dots = [
        dots.get_offsets().data.tolist() for dots in axes[0, 0].collections[:4:2] if len(dots.get_offsets())
    ]
    assert [height for _, height in dots[0]] == [1.0, 3.0]
    assert [bar[0].get_ydata().tolist() for bar in axes[0, 0].containers] == [[2.0], [2.0]]


def test_values_beyond_a_histogram_take_from_its_mass():
    _, axes = figure.canvas()
    values = np.array([0.1, 0.1, 0.6, 9.0])
    rows = density.histogram(axes[0, 0], values, 2, (0.0, 1.0), label="x", beyond=True)
    assert rows[0] == {"x_from": 0.0, "x_to": 0.5, "density": 1.0}
    assert rows[1] == {"x_from": 0.5, "x_to": 1.0, "density": 0.5}
    rows = density.histogram(axes[0, 0], values, 2, (0.0, 1.0), label="x")
    assert sum(row["density"] for row in rows) / 2 == pytest.approx(1)


def test_a_legend_names_everything_once():
    canvas, axes = figure.canvas(1, 2)
    for panel, names in zip(axes[0], ("a", "ab"), strict=True):
        for name in names:
            panel.plot([0], [0], label=name)
    figure.legend_below(canvas, axes)
    assert [text.get_text() for text in canvas.legends[0].get_texts()] == ["a", "b"]


def test_a_table_of_rows_has_a_dash_where_there_is_nothing():
    texts = [
        text.get_text()
        for text in table.of([{"a": 1, "b": ""}, {"a": None}], {"b": "B", "a": "A"}).axes[0].texts
    ]
    assert texts == ["B", "A", "—", "1", "—", "—"]


def test_table_cells():
    assert table.number(-1.234) == "−1.23"
    assert table.number(None) == table.number(float("nan")) == "—"
    assert table.plus_minus(2.0, 0.5, 1) == "2.0 ± 0.5"
    assert table.plus_minus(2.0, None, 1) == "2.0"
    assert table.plus_minus(None, 0.5) == "—"


def test_markdown_has_every_column_and_escapes_bars():
    text = table.markdown([{"a": 1, "b": "x|y"}, {"a": None, "c": 0.123456789}])
    assert text == "| a | b | c |\n| --- | --- | --- |\n| 1 | x\\|y |  |\n|  |  | 0.12346 |\n"


def test_diagram_has_its_boxes_and_arrows():
    _, axes = diagram.sheet(3, 1)
    diagram.box(axes, (0.5, 0.5), "z", width=0.5)
    diagram.arrow(axes, (0.75, 0.5), (1.5, 0.5), "feeds")
    diagram.route(axes, [(2, 0), (2, 0.5), (1, 0.5)], dashed=True)
    assert len(axes.patches) == 1
    assert [text.get_text() for text in axes.texts if text.get_text()] == ["z", "feeds"]
    assert axes.get_xlim() == (0, 3)
