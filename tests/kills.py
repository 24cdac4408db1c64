"""Kill engines and stages of a finished suite at random moments; the same command must end in the same bits.

    PYTHONPATH=.:tests/support python tests/kills.py --count 100

A trial takes one output away, has an engine make it again, kills it meanwhile, runs the same command until
it ends, and compares every output of the suite with the undisturbed ones.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from engines import ROOT, make_suite, run, snakemake

# Outputs whose makers cover every stage, and the stage in dvc.yaml that makes each.
TARGETS = {
    "data/raw/digits": "download@digits",
    "data/processed/digits": "prepare@digits",
    "data/processed/mixture": "prepare@mixture",
    "data/extractors/digits.pt": "extractor@digits",
    "data/checkpoints/gan/gan-digits": "train@gan-digits",
    "data/checkpoints/beta_gan/mixture-plain": "train@mixture-plain",
    "data/checkpoints/beta_gan/mixture-annealed": "train@mixture-annealed",
    "data/samples/gan/gan-digits": "sample@gan-digits",
    "data/evidence/gan/gan-digits.npz": "evaluate@gan-digits",
    "reports/metrics/beta_gan/mixture-plain.json": "evaluate@mixture-plain",
    "reports/papers/gan/rps.svg": "render@gan",
    "reports/claims.json": "claims",
    "reports/summary.md": "report",
}
# Snakemake knows the folder as one output.
WHOLE = "data/samples"
SECONDS_TO_END = 20


@dataclass
class Outcome:
    """Whether the kill found its victim at work, whether DVC left a torn file of its own, what was wrong."""

    hit: bool
    remedied: bool
    wrong: list[str]


@dataclass
class Trial:
    """What is killed, how, and how many seconds after the first stage was seen at work."""

    engine: str
    target: str
    victim: str
    deadly: signal.Signals
    after: float

    def __str__(self) -> str:
        name = signal.Signals(self.deadly).name
        return f"{self.engine:9}  {name:7} of {self.victim:6}  {self.after:5.2f} s  {TARGETS[self.target]}"


def draw(chance: random.Random, number: int) -> Trial:
    """The stages and engines in turn, the rest at random."""
    target = list(TARGETS)[number % len(TARGETS)]
    engine = ("snakemake", "dvc")[(number // len(TARGETS) + number) % 2]
    victim = chance.choice(["stage", "engine", "all"])
    kinds = [signal.SIGKILL] * 3 + ([signal.SIGTERM, signal.SIGHUP] if victim != "stage" else [])
    return Trial(engine, target, victim, chance.choice(kinds), chance.random() * 6)


def outputs(folder: Path) -> dict[str, str]:
    """Hashes of all that the stages made in a suite."""
    made = [file for top in ("data", "reports") for file in (folder / top).rglob("*") if file.is_file()]
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in made
        if file.name != ".snakemake_timestamp" and "work" not in file.parts
    }


def undertake(trial: Trial, folder: Path) -> Outcome:
    expected = outputs(folder)
    place = folder / trial.target
    command = _command(trial, [name for name in expected if name.startswith(trial.target)])
    # DVC clears a stage's outputs itself, but for those that it is to keep.
    if trial.engine == "snakemake" or TARGETS[trial.target].startswith("render"):
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    hit = _disturb(trial, command, folder)
    wrong = [f"process {one.pid} still at work: {one.cmdline()}" for one in _left(folder)]
    ended = run(folder, *command)
    if remedied := ended.returncode != 0 and _put_dvc_right(folder, ended.stdout + ended.stderr):
        ended = run(folder, *command)
    if ended.returncode:
        wrong.append(ended.stderr.strip()[-600:] or ended.stdout.strip()[-600:])
    found = outputs(folder)
    changed = {name for name in expected | found if expected.get(name) != found.get(name)}
    wrong += [f"{name} differs" for name in sorted(changed)]
    return Outcome(hit, remedied, wrong)


def _put_dvc_right(folder: Path, said: str) -> bool:
    """Take away what DVC itself left torn, as docs/graph.md says: it writes these two in place."""
    for name, words in (("dvc.lock", "required key not provided"), (".dvc/tmp/rwlock", "RWLock-file")):
        if words in said:
            (folder / name).unlink()
            return True
    return False


def _command(trial: Trial, files: list[str]) -> list[str]:
    """What makes the target. Snakemake makes a file that no job waits for only if it is named."""
    if trial.engine == "snakemake":
        if trial.target.startswith("data/raw"):
            files = [name for name in files if name.endswith("manifest.json")]
        named = [trial.target] if trial.target.startswith(WHOLE) else files
        return ["snakemake", "-s", str(ROOT / "Snakefile"), "--cores", "2", "all", *named]
    return ["dvc", "repro", "--force", "--single-item", TARGETS[trial.target]]


def _disturb(trial: Trial, command: list[str], folder: Path) -> bool:
    """Start the engine in a session of its own and kill; False when it had ended before."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    engine = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, **quiet)
    _wait_until(lambda: engine.poll() is not None or bool(_stages(folder)), 120)
    try:
        engine.wait(trial.after)
        return False
    except subprocess.TimeoutExpired:
        hit = _kill(trial, engine, folder)
    if trial.victim == "stage":
        engine.wait()
    _wait_until(lambda: engine.poll() is not None and not _left(folder), SECONDS_TO_END)
    return hit


def _kill(trial: Trial, engine: subprocess.Popen[bytes], folder: Path) -> bool:
    if trial.victim == "all":
        os.killpg(engine.pid, trial.deadly)
    elif trial.victim == "engine":
        engine.send_signal(trial.deadly)
    else:
        stages = _stages(folder)
        for stage in stages:
            stage.send_signal(trial.deadly)
        return bool(stages)
    return True


def _stages(folder: Path) -> list[psutil.Process]:
    return [one for one in _left(folder) if "pipeline" in one.cmdline()[1:4]]


def _left(folder: Path) -> list[psutil.Process]:
    """Processes at work in the suite."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def _wait_until(holds: Callable[[], bool], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not holds() and time.monotonic() < ends:
        time.sleep(0.02)


def finish_both(folder: Path) -> None:
    """Make a suite that both engines take for finished."""
    for words in (("lock",), ()):
        made = snakemake(folder, *words)
        assert made.returncode == 0, made.stderr


def campaign(
    reference: Path, folder: Path, count: int, seed: int, say: Callable[[str], object] = print
) -> int:
    """Undertake trials on copies of a finished suite; how many ended bit-equal."""
    chance, outcomes = random.Random(seed), []
    for number in range(count):
        trial = draw(chance, number)
        shutil.copytree(reference, folder, symlinks=True)
        outcome = undertake(trial, folder)
        shutil.rmtree(folder)
        outcomes.append(outcome)
        late = "" if outcome.hit else " (had ended before)"
        torn = " (DVC's own file was torn)" if outcome.remedied else ""
        say(f"{number + 1:3}  {trial}  {'; '.join(outcome.wrong) or 'equal'}{late}{torn}")
    equal, hits = sum(not one.wrong for one in outcomes), sum(one.hit for one in outcomes)
    torn_files = sum(one.remedied for one in outcomes)
    say(f"{equal} of {count} end bit-equal; {hits} hit their victim; {torn_files} tore DVC's own file.")
    return equal


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reference", type=Path, help="a finished smoke suite, to save making one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as top:
        reference = options.reference or make_suite(Path(top) / "reference")
        if options.reference is None:
            finish_both(reference)
        place = Path(top).resolve() / "suite"
        return campaign(reference, place, options.count, options.seed) != options.count


if __name__ == "__main__":
    sys.exit(main())
