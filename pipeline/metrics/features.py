"""Features of samples and of real examples: each array goes through the feature network once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.base.pixels import to_pixels
from pipeline.base.random_streams import numpy_stream
from pipeline.metrics import Subject, first, rows

BATCH = 250


@dataclass(frozen=True)
class Features:
    """values: float64 (n, d). logits: float64 (n, classes), or none where the features are coordinates."""

    values: np.ndarray
    logits: np.ndarray | None

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: slice) -> Features:
        return Features(self.values[rows], None if self.logits is None else self.logits[rows])


@dataclass
class Extracted:
    """Examples and the features of as many of them, from the first on, as were asked for."""

    source: np.ndarray
    features: Features | None = None


def of_samples(subject: Subject, count: int, metric: str) -> Features:
    """Features of the first `count` samples. Raises PipelineError when there are fewer."""
    first(subject.samples, count, "samples (sample.count)", metric)
    known = subject.cache.get("samples")
    if not isinstance(known, Extracted) or known.source is not subject.samples:
        known = subject.cache["samples"] = Extracted(subject.samples)
    return _up_to(count, known, subject)


def of_reference(subject: Subject, count: int, metric: str) -> Features:
    """Features of `count` real examples, drawn once without replacement from the reference split.

    A data set may be sorted, so the first ones would not do. Raises PipelineError when there are fewer.
    """
    split = subject.experiment.evaluate.reference
    first(subject.reference, count, f"examples in the reference split '{split}'", metric)
    return _up_to(
        count, subject.cached("reference", lambda: Extracted(_shuffled(subject.reference))), subject
    )


def _shuffled(examples: np.ndarray) -> np.ndarray:
    return examples[numpy_stream(0, "reference examples").permutation(len(examples))]


def of_array(subject: Subject, examples: np.ndarray) -> Features:
    """Features of any examples in the form of the samples or of the data set."""
    return _extract(examples, subject)


def _up_to(count: int, known: Extracted, subject: Subject) -> Features:
    """The first `count` rows, of which only those not seen before pass through the network."""
    done = known.features
    start = 0 if done is None else len(done)
    if start < count:
        new = _extract(known.source[start:count], subject)
        known.features = new if done is None else _joined(done, new)
    assert known.features is not None
    return known.features[:count]


def _joined(a: Features, b: Features) -> Features:
    logits = None if a.logits is None or b.logits is None else np.concatenate([a.logits, b.logits])
    return Features(np.concatenate([a.values, b.values]), logits)


def _extract(examples: np.ndarray, subject: Subject) -> Features:
    extractor = subject.block.extractor
    if extractor.kind == "coordinates":
        return Features(rows(examples, subject.experiment.train.range), None)
    import torch

    from pipeline.base.device import compute

    with compute(subject.experiment.train.threads) as device, torch.inference_mode():
        network = subject.cached("network", lambda: extractor.load().load(subject.extractor).to(device))
        images = torch.from_numpy(np.ascontiguousarray(to_pixels(examples, subject.experiment.train.range)))
        parts = [network(batch.to(device)) for batch in images.split(BATCH)]
    values, logits = (torch.cat(side).cpu().double().numpy() for side in zip(*parts, strict=True))
    return Features(values, logits)
