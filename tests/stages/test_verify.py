"""What is made anew against what is committed, in small repositories."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.graph.verification import Agreement, compare, flips
from pipeline.stages import verify

HERE = {"isa": "AVX2", "packages": {"torch": "2"}}
CURVE = "seed,step,fid\n0,10,{0}\n1,10,{1}\n"


def metrics(mean: float, std: float) -> dict[str, Any]:
    final = {"mean": mean, "std": std, "values": {"0": mean - std, "1": mean + std}}
    return {"experiment": "toy", "metrics": {"fid300": {"better": "lower", "final": final}}}


def verdict(word: str) -> dict[str, Any]:
    return {"gan": {"C1": {"verdict": word, "effect": 0.25}, "C2": {"verdict": "supported", "effect": 1.0}}}


CONTENT: dict[str, str] = {
    "claims.json": json.dumps(verdict("inconclusive")),
    "platform.json": json.dumps(HERE),
    "metrics/gan/toy.json": json.dumps(metrics(10.0, 1.0)),
    "curves/gan/toy.csv": CURVE.format(1.0, 2.0),
    "papers/gan/fig1.csv": "x,y\n1,2.5\n",
    "papers/gan/fig1.png": "picture",
    "papers/gan/fig1.md": "# Figure 1",
}


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed suite one folder below its repository's root."""
    folder = tmp_path / "suites/tiny"
    folder.mkdir(parents=True)
    (folder / "params.yaml").write_text("suite:\n  name: tiny\n")
    for name, text in CONTENT.items():
        write(folder, name, text)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "Results"]):
        subprocess.run([*git, *words], check=True)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(verify, "platform", lambda: HERE)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    place = folder / "reports" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same suite, made anew on another platform."""
    other = {**HERE, "packages": {"torch": "3"}}
    write(folder, "platform.json", json.dumps(other))
    monkeypatch.setattr(verify, "platform", lambda: other)


def test_equal_results_pass(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    said = capsys.readouterr().out
    assert "This is the platform of the committed results" in said
    assert "Every verdict is the committed one" in said


def test_a_suite_is_found_from_elsewhere(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(suite.parents[1])
    assert main(["verify"]) == 1
    assert main(["verify", "--directory", "suites/tiny"]) == 0


def test_the_same_platform_demands_bits(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(suite, "metrics/gan/toy.json", json.dumps(metrics(10.000000001, 1.0)))
    assert main(["verify"]) == 1
    assert "must be equal to the bit" in (said := capsys.readouterr()).err
    assert "reports/metrics/gan/toy.json" in said.err


@pytest.mark.parametrize(
    ("name", "text", "status", "said"),
    [
        ("metrics/gan/toy.json", json.dumps(metrics(10.000001, 1.0)), 0, "within 1e-06"),
        ("metrics/gan/toy.json", json.dumps(metrics(12.9, 0.5)), 0, "within 3 deviations"),
        ("metrics/gan/toy.json", json.dumps(metrics(13.1, 0.5)), 1, "outside the spread"),
        ("papers/gan/fig1.csv", "x,y\n1,2.6\n", 0, "no spread of seeds"),
        ("papers/gan/fig1.png", "another", 0, "a picture that differs"),
        (
            "claims.json",
            json.dumps(verdict("contradicted")),
            1,
            "inconclusive as committed, contradicted here",
        ),
        ("metrics/gan/more.json", "{}", 0, "reports/metrics/gan/more.json: not committed"),
    ],
)
def test_another_platform_is_told_what_agrees(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, text: str, status: int, said: str,
) -> None:  # fmt: skip
    elsewhere(suite, monkeypatch)
    write(suite, name, text)
    assert main(["verify"]) == status
    out = capsys.readouterr().out
    assert "another platform" in out
    assert said in out


def test_other_arithmetic_on_the_same_platform_is_another_platform(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--elsewhere"]) == 0
    assert "another platform" in capsys.readouterr().out


def test_a_missing_file_is_a_defect_on_any_platform(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere(suite, monkeypatch)
    (suite / "reports/papers/gan/fig1.png").unlink()
    assert main(["verify"]) == 1
    assert "reports/papers/gan/fig1.png: committed, but not made" in capsys.readouterr().out
    assert main(["verify", "--only", "reports/metrics/*"]) == 0


def test_what_cannot_be_compared_is_said(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--only", "reports/metrix/*"]) == 1
    assert "No file matches" in capsys.readouterr().err
    assert main(["verify", "--against", "nowhere"]) == 1
    assert "--against" in capsys.readouterr().err


def test_runs_are_judged_by_their_means_over_seeds() -> None:
    old = {"curve.csv": CURVE.format(1.0, 2.0).encode()}
    within, outside = ({"curve.csv": CURVE.format(*cells).encode()} for cells in ((2.1, 1.2), (9.0, 9.1)))
    assert compare(old, within)[0].agreement is Agreement.SPREAD
    assert compare(old, outside)[0].agreement is Agreement.DIFFERS


def test_flat_metrics_are_judged_by_the_deviation_beside_them() -> None:
    old = {"metrics.json": b'{"toy": {"trained": 3, "fid": 5.0, "fid_std": 0.5}}'}
    near = {"metrics.json": b'{"toy": {"trained": 3, "fid": 5.6, "fid_std": 0.4}}'}
    far = {"metrics.json": b'{"toy": {"trained": 3, "fid": 9.6, "fid_std": 0.4}}'}
    fewer = {"metrics.json": b'{"toy": {"trained": 2, "fid": 5.0, "fid_std": 0.5}}'}
    found = [compare(old, new)[0].agreement for new in (near, far, fewer)]
    assert found == [Agreement.SPREAD, Agreement.OUTSIDE, Agreement.DIFFERS]


def test_a_picture_is_excused_by_its_numbers_alone() -> None:
    old = {"a.png": b"1", "a.csv": b"x\n1\n", "b.png": b"1", "b.csv": b"x\n1\n"}
    new = {"a.png": b"2", "a.csv": b"x\n1\n", "b.png": b"2", "b.csv": b"x\n2\n"}
    found = {one.path: one.agreement for one in compare(old, new)}
    assert found["a.png"] is Agreement.PICTURE
    assert found["b.png"] is Agreement.DIFFERS


def test_a_verdict_that_came_or_went_is_a_flip() -> None:
    before, after = verdict("supported"), verdict("supported")
    del after["gan"]["C1"]
    (flip,) = flips(json.dumps(before).encode(), json.dumps(after).encode())
    assert (flip.claim, flip.committed, flip.now) == ("gan/C1", "supported", None)
