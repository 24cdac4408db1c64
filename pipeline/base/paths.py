"""Where every file of a suite lies, relative to the suite's folder (the working directory)."""

from __future__ import annotations

from pathlib import Path

PARAMS = Path("params.yaml")
RAW = Path("data/raw")
PROCESSED = Path("data/processed")
EXTRACTORS = Path("data/extractors")
CHECKPOINTS = Path("data/checkpoints")
SAMPLES = Path("data/samples")
EVIDENCE = Path("data/evidence")
NEEDS = Path("data/needs")
RECEIPTS = Path("data/receipts")
WORK = Path("data/work")
# Not in data/, which people clear while a stage is at work.
LOCKS = Path(".tempera/locks")
SYNTAX = Path(".tempera/syntax.json")
LOGS = Path("logs")
JOURNAL = LOGS / "journal.log"
REPORTS = Path("reports")

RECEIPT = "receipt.json"
RESULT_SUFFIXES = ("png", "svg", "csv", "md")


def raw(source: str) -> Path:
    """Folder of a source's raw files; `manifest.json` in it lists them with their hashes."""
    return RAW / source


def manifest(source: str) -> Path:
    return raw(source) / "manifest.json"


def processed(dataset: str) -> Path:
    """Folder of a prepared data set."""
    return PROCESSED / dataset


def processed_files(dataset: str) -> list[Path]:
    """The four files of a prepared data set: data, labels, split codes and a description."""
    names = ("data.npy", "labels.npy", "split.npy", "about.json")
    return [processed(dataset) / name for name in names]


def preparation(dataset: str) -> Path:
    """Folder of a data set that is being prepared in pieces."""
    return WORK / "prepare" / dataset


def extractor(dataset: str) -> Path:
    """Weights of the data set's feature network."""
    return EXTRACTORS / f"{dataset}.pt"


def extractor_metrics(dataset: str) -> Path:
    return REPORTS / "extractors" / f"{dataset}.json"


def checkpoints(paper: str, experiment: str) -> Path:
    """Folder of what training left of all seeds of an experiment."""
    return CHECKPOINTS / paper / experiment


def checkpoint(paper: str, experiment: str, seed: int) -> Path:
    """Snapshots of one run."""
    return checkpoints(paper, experiment) / f"seed{seed}.pt"


def training_log(paper: str, experiment: str, seed: int) -> Path:
    return checkpoints(paper, experiment) / f"seed{seed}.csv"


def work(paper: str, experiment: str, seed: int, fingerprint: str) -> Path:
    """Folder of a run in progress. It is no declared output: engines delete those before a job."""
    return WORK / paper / experiment / f"seed{seed}-{fingerprint[:12]}"


def provenance(paper: str, experiment: str, seed: int) -> Path:
    """Machine, versions and times of the last training of a run; not an output, since it never repeats."""
    return LOGS / "provenance" / paper / experiment / f"seed{seed}.json"


def samples_of(paper: str, experiment: str) -> Path:
    """Folder of the samples of all seeds of an experiment."""
    return SAMPLES / paper / experiment


def samples(paper: str, experiment: str, seed: int) -> Path:
    return samples_of(paper, experiment) / f"seed{seed}.npz"


def metrics(paper: str, experiment: str) -> Path:
    return REPORTS / "metrics" / paper / f"{experiment}.json"


def curves(paper: str, experiment: str) -> Path:
    """Metrics of every seed at every snapshot."""
    return REPORTS / "curves" / paper / f"{experiment}.csv"


def training(paper: str, experiment: str) -> Path:
    """The training logs of all seeds in one table."""
    return REPORTS / "training" / paper / f"{experiment}.csv"


def evidence(paper: str, name: str) -> Path:
    """Small arrays that figures are drawn from, of an experiment or a study."""
    return EVIDENCE / paper / f"{name}.npz"


def evidence_files(paper: str, experiment: str) -> list[Path]:
    """All that a result may read of an experiment."""
    places = (metrics, curves, training, evidence)
    return [place(paper, experiment) for place in places]


def receipt(stage: str, key: str) -> Path:
    """What a job read and made, by hash, where it does not lie beside the data that it tells of."""
    return RECEIPTS / stage / f"{key}.json" if key else RECEIPTS / f"{stage}.json"


def needs(stage: str, key: str) -> Path:
    """What a job rests on besides files."""
    return NEEDS / stage / f"{key}.json" if key else NEEDS / f"{stage}.json"


def results(paper: str) -> Path:
    """Folder of a paper's figures and tables."""
    return REPORTS / "papers" / paper


def result(paper: str, name: str, suffix: str) -> Path:
    """One file of a result, such as reports/papers/beta_gan/fig3.png."""
    return results(paper) / f"{name}.{suffix}"


def result_files(paper: str, name: str) -> list[Path]:
    return [result(paper, name, suffix) for suffix in RESULT_SUFFIXES]


METRICS_SUMMARY = REPORTS / "metrics.json"
SUMMARY = REPORTS / "summary.md"
CLAIMS = REPORTS / "claims.md"
PLATFORM = REPORTS / "platform.json"
CLAIMS_METRICS = REPORTS / "claims.json"
LOCK = Path("dvc.lock")
