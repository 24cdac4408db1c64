"""States in which an engine called wrong results clean: each is made, and each is refused."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from configs import PARAMS, changed
from ruamel.yaml import YAML

from pipeline import params
from pipeline.__main__ import main
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.gan.run import Run
from pipeline.graph import code, needs, schema
from pipeline.graph.needs import Book
from pipeline.graph.receipts import Checker, read
from pipeline.graph.steps import Steps

CHECKPOINT = paths.checkpoint("beta_gan", "toy", 0)
STAGES = (["download", "synthetic"], ["prepare", "mixture"], ["extractor", "mixture"], ["train", "toy"])
ENDS = (["sample", "toy"], ["evaluate", "toy"])


def write(changes: dict[str, Any]) -> None:
    YAML(typ="safe").dump(changed(PARAMS, changes), paths.PARAMS)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite of one experiment, made by the stages themselves."""
    folder = tmp_path_factory.mktemp("states") / "suite"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write({})
        for words in (*STAGES, *ENDS):
            assert main(words) == 0
    return folder


@pytest.fixture
def suite(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it, with a copy of the code, which is what is hashed."""
    shutil.copytree(finished, tmp_path / "suite", symlinks=True)
    shutil.copytree(code.FOLDER, tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path / "suite")
    monkeypatch.setattr(code, "FOLDER", tmp_path / "pipeline")
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    schema.class_digest.cache_clear()
    schema._definitions.cache_clear()


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def problems() -> list[str]:
    """What `lock` and `verify` would refuse of the experiment's steps, a sentence each."""
    forget()
    suite = params.load()
    checker, steps, found = Checker(Book(suite)), Steps(suite), []
    for step in (
        steps.download("synthetic"),
        steps.prepare("mixture"),
        steps.extractor("mixture"),
        *steps.of("train", "toy"),
        steps.sample("toy"),
        steps.evaluate("toy"),
    ):
        try:
            if checker.check(step).inputs != checker.inputs(step):
                found.append(f"{step.name} was made from other files")
        except PipelineError as error:
            found.append(str(error))
    return found


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(words) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: ") and told.count("\n") == 1
    return told


def test_nothing_is_refused_of_what_is_finished(suite: Path) -> None:
    assert problems() == []


def test_a_schema_default(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = needs.plain
    monkeypatch.setattr(needs, "plain", lambda block: {**plain(block), "a default": 1})
    assert any("a default is new" in text for text in problems())


def test_a_file_that_decides_numbers_from_afar(suite: Path) -> None:
    """`part()` of datasets/__init__.py made to train on the test split."""
    replace(suite / "pipeline/datasets/__init__.py", "SPLITS.index(split)", "SPLITS.index('test')")
    assert any("pipeline/datasets/__init__.py was edited" in text for text in problems())


def test_code_edited_with_an_older_date(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = suite / "pipeline/gan/trainer.py"
    replace(file, "self.completed += 1", "self.completed += 2")
    os.utime(file, (0, 0))
    assert "trainer.py was edited): run `python -m pipeline train toy" in refused(["sample", "toy"], capsys)


def test_a_metric_edited_by_hand(suite: Path) -> None:
    file = paths.metrics("beta_gan", "toy")
    content = json.loads(file.read_text())
    content["trained"] = 99
    file.write_text(json.dumps(content))
    assert any(f"{file} is not what `python -m pipeline evaluate toy` made" in text for text in problems())


@pytest.mark.parametrize(
    "file", [paths.curves("beta_gan", "toy"), paths.evidence("beta_gan", "toy")], ids=str
)
def test_an_output_replaced(suite: Path, file: Path) -> None:
    file.write_bytes(b"another")
    assert any(f"{file} is not what" in text for text in problems())


def test_new_code_over_old_results(suite: Path) -> None:
    """As after `dvc checkout`: files and receipts agree, but not with the code."""
    replace(suite / "pipeline/metrics/modes.py", "def modes(", "def modes_(")
    assert any("pipeline/metrics/modes.py was edited" in text for text in problems())


def while_training(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Train anew, with something done by another while the steps are run."""
    train = Run.train

    def interrupted(self: Run, data: Any) -> None:
        other = threading.Thread(target=act)
        other.start()
        other.join()
        train(self, data)

    monkeypatch.setattr(Run, "train", interrupted)
    assert main(["train", "toy", "--seed", "0"]) == 0


def test_code_edited_while_training_runs(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = lambda: replace(suite / "pipeline/gan/trainer.py", "self.completed += 1", "self.completed += 2")  # noqa: E731
    while_training(monkeypatch, edit)
    assert any("trainer.py was edited" in text for text in problems())
    assert "trainer.py was edited" in refused(["sample", "toy"], capsys)


def test_a_value_changed_before_the_stage_and_put_back(
    suite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A checkpoint of other parameters: trained by hand with another batch, params.yaml put back."""
    write({"experiments.toy.train.batch": 12})
    while_training(monkeypatch, lambda: write({}))
    told = refused(["sample", "toy"], capsys)
    assert "experiments.toy.train.batch was 12 and is 16" in told
    assert any("train.batch was 12" in text for text in problems())


def test_the_whole_of_another_run_in_its_place(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = paths.checkpoint("beta_gan", "toy", 1)
    for suffix in (".pt", ".csv", ".json"):
        shutil.copy(other.with_suffix(suffix), CHECKPOINT.with_suffix(suffix))
    assert "is damaged: delete it and run `python -m pipeline train toy" in refused(["sample", "toy"], capsys)


def unfinished(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The work folder of a training that was stopped in the middle."""
    monkeypatch.setattr(Run, "_finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main(["train", "toy", "--seed", "0"]) == 130
    monkeypatch.undo()
    (folder,) = (paths.WORK / "beta_gan/toy").iterdir()
    return folder


@pytest.mark.parametrize("edited", ["code", "split"])
def test_what_was_begun_with_other_code_or_data_is_not_gone_on_with(suite: Path, edited: str) -> None:
    here = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "FOLDER", suite / "pipeline")
        begun = unfinished(patch)
    os.chdir(here)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "FOLDER", suite / "pipeline")
        forget()
        if edited == "code":
            replace(
                suite / "pipeline/gan/trainer.py",
                "self.completed += 1",
                "self.completed = self.completed + 1",
            )
        else:
            write({"datasets.mixture.prepare.splits.seed": 5})
            assert main(["prepare", "mixture"]) == 0
        assert main(["train", "toy", "--seed", "0"]) == 0
        assert begun.exists()


@pytest.mark.parametrize("dated", ["now", "as before"])
@pytest.mark.parametrize("number", range(4))
def test_a_flipped_bit_in_prepared_data(
    suite: Path, capsys: pytest.CaptureFixture[str], dated: str, number: int
) -> None:
    file = paths.processed_files("mixture")[number]
    before = file.stat()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    if dated == "as before":
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    for words in (["extractor", "mixture"], ["train", "toy"], ["sample", "toy"], ["evaluate", "toy"]):
        told = refused(words, capsys)
        assert f"{file} is not what `python -m pipeline prepare mixture` made" in told
        assert "Delete it and run that again." in told


READ_BY = {
    paths.manifest("synthetic"): ["prepare", "mixture"],
    paths.extractor("mixture"): ["evaluate", "toy"],
    CHECKPOINT: ["sample", "toy"],
    paths.training_log("beta_gan", "toy", 1): ["evaluate", "toy"],
    paths.samples("beta_gan", "toy", 0): ["evaluate", "toy"],
    paths.metrics("beta_gan", "toy"): ["claims"],
    paths.evidence("beta_gan", "toy"): ["claims"],
    paths.curves("beta_gan", "toy"): ["claims"],
    paths.training("beta_gan", "toy"): ["report"],
    paths.extractor_metrics("mixture"): ["report"],
}


@pytest.mark.parametrize("file", READ_BY, ids=str)
def test_a_flipped_bit_in_any_file_that_a_stage_reads(
    suite: Path, capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    told = refused(READ_BY[file], capsys)
    assert f"{file} is not what `python -m pipeline" in told and "Delete it and run that again." in told


def test_a_receipt_that_is_damaged_or_gone_is_named(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (step, _) = Steps(params.load()).of("train", "toy")
    content = step.receipt.read_bytes()
    step.receipt.write_bytes(content[:100])
    assert f"{step.receipt} is" in refused(["sample", "toy"], capsys)
    step.receipt.write_text("[]")
    assert "is damaged: delete it and run `python -m pipeline train toy" in refused(["sample", "toy"], capsys)
    step.receipt.unlink()
    assert "so nothing tells what made" in refused(["sample", "toy"], capsys)


def test_data_made_anew_since_training_is_another(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every receipt agrees with its files, but one maker read what is gone."""
    write({"datasets.mixture.prepare.seed": 7})
    assert main(["prepare", "mixture"]) == 0
    told = refused(["sample", "toy"], capsys)
    assert "was made from another data/processed/mixture/" in told
    assert "run `python -m pipeline train toy --seed 0` again" in told


def test_why_names_value_file_and_version(
    suite: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["why", "train", "toy"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"train toy seed {seed}: nothing to do" for seed in (0, 1)
    ]
    write({"experiments.toy.train.batch": 12})
    replace(suite / "pipeline/gan/trainer.py", "self.completed += 1", "self.completed += 2")
    version = needs._version
    monkeypatch.setattr(needs, "_version", lambda name: "99" if name == "torch" else version(name))
    forget()
    assert main(["why", "train", "toy"]) == 0
    told = capsys.readouterr().out
    for words in (
        "experiments.toy.train.batch was 16 and is 12",
        "pipeline/gan/trainer.py was edited",
        "torch was '",
    ):
        assert words in told
    CHECKPOINT.unlink()
    assert main(["why", "train", "toy"]) == 0
    assert f"{CHECKPOINT} is missing" in capsys.readouterr().out
    assert main(["why", "train", "tyo"]) == 1
    assert "did you mean 'toy'" in capsys.readouterr().err


def test_a_receipt_tells_what_was_read_and_made(suite: Path) -> None:
    step = Steps(params.load()).sample("toy")
    receipt = read(step)
    assert set(receipt.outputs) == {str(path) for path in step.outputs}
    assert {str(path) for maker in step.makers for path in maker.outputs} == set(receipt.inputs)
    assert receipt.platform["arithmetic"] in ("portable", "native")
    assert "torch" in receipt.needs["versions"]
