"""FID, KID, precision and recall, and Inception score, from features extracted once per array.

KID, precision, recall and the score are torch-fidelity's. The Fréchet distance is computed here, in a
symmetric form that is faster at 2048 dimensions and prepares the real examples' half once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from pipeline.errors import PipelineError
from pipeline.metrics import Better, Measure, Subject, first, uncomputable
from pipeline.metrics.features import Features, of_array, of_reference, of_samples
from pipeline.params.experiment import Fidelity, InceptionScore, SignsFidelity

# torch-fidelity's own protocol for KID: the mean over 100 subsets of 1,000.
KID_SUBSETS, KID_SUBSET_SIZE = 100, 1000
NAMES: dict[str, dict[str, Better]] = {
    "fid": {"fid": "lower"},
    "kid": {"kid": "lower"},
    "prc": {"precision": "higher", "recall": "higher"},
}


def fidelity(config: Fidelity, subject: Subject) -> dict[str, Measure]:
    """fid<count>, kid<count>, precision<count>, recall<count>: `count` samples against as many real examples.

    KID is the unbiased squared MMD of all examples at once, or the mean over random subsets where
    there are more than 1,000 (Bińkowski et al. 2018). Precision and recall use balls that reach to the
    third neighbour (Kynkäänniemi et al. 2019).
    """
    count = config.count
    samples = first(subject.samples, count, "samples (sample.count)", "fidelity")
    if not np.isfinite(samples).all():
        names = {name: better for kind in config.measures for name, better in NAMES[kind].items()}
        return uncomputable({f"{name}{count}": better for name, better in names.items()})
    generated = of_samples(subject, count, "fidelity").values
    real = of_reference(subject, count, "fidelity").values
    measures = {}
    if "fid" in config.measures:
        distance = frechet_distance(gaussian(generated), _reference_gaussian(subject, real))
        measures[f"fid{count}"] = Measure(distance, "lower")
    if "kid" in config.measures:
        measures[f"kid{count}"] = Measure(_kid(generated, real), "lower")
    if "prc" in config.measures:
        precision, recall = _precision_recall(generated, real)
        measures[f"precision{count}"] = Measure(precision, "higher")
        measures[f"recall{count}"] = Measure(recall, "higher")
    return measures


def signs_fidelity(config: SignsFidelity, subject: Subject) -> dict[str, Measure]:
    """fid_signs<count>: FID of what G makes of independent ±1 inputs; only the last snapshot has them.

    Raises PipelineError when the experiment keeps none, or too few.
    """
    name, asked = f"fid_signs{config.count}", subject.experiment.sample.signs or 0
    if asked < config.count:
        raise PipelineError(
            f"Metric 'signs_fidelity' needs {config.count} samples from ±1 inputs, but sample.signs asks for "
            f"{asked}: raise it."
        )
    if "signs" not in subject.arrays or not np.isfinite(subject.arrays["signs"]).all():
        return uncomputable({name: "lower"})
    generated = of_array(subject, subject.arrays["signs"][: config.count]).values
    real = of_reference(subject, config.count, "signs_fidelity").values
    distance = frechet_distance(gaussian(generated), _reference_gaussian(subject, real))
    return {name: Measure(distance, "lower")}


def inception_score(config: InceptionScore, subject: Subject) -> dict[str, Measure]:
    """is<groups>x<size>: exp E KL(p(y|x) ‖ p(y)), the mean over groups of samples (dfm, Eq. 3).

    is<groups>x<size>_deviation: the deviation over groups. The same of real examples, if asked for, has
    `real_` before it. Raises PipelineError when there are no classes.
    """
    name, count = f"is{config.groups}x{config.size}", config.groups * config.size
    names: dict[str, Better] = {name: "higher", f"{name}_deviation": "neither"}
    samples = first(subject.samples, count, "samples (sample.count)", "inception_score")
    if not np.isfinite(samples).all():
        of_real: dict[str, Better] = {f"real_{each}": "neither" for each in names} if config.real else {}
        return uncomputable({**names, **of_real})
    of_generated = _score(config, of_samples(subject, count, "inception_score"))
    found = {each: Measure(value, names[each]) for each, value in zip(names, of_generated, strict=True)}
    if config.real:
        of_data = _score(config, of_reference(subject, count, "inception_score"))
        found |= {
            f"real_{each}": Measure(value, "neither") for each, value in zip(names, of_data, strict=True)
        }
    return found


def _score(config: InceptionScore, features: Features) -> tuple[float, float]:
    """Mean and deviation over groups. Raises PipelineError when the feature network gives no classes."""
    if features.logits is None:
        raise PipelineError(
            "Metric 'inception_score' needs an extractor with classes, not 'coordinates': remove it."
        )
    import torch
    from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, KEY_METRIC_ISC_STD, isc_features_to_metric

    score = isc_features_to_metric(torch.from_numpy(features.logits), splits=config.groups, shuffle=False)
    return score[KEY_METRIC_ISC_MEAN], score[KEY_METRIC_ISC_STD]


@dataclass(frozen=True)
class Gaussian:
    """Moments of features. root: a matrix A with A·Aᵀ = covariance."""

    mean: np.ndarray
    covariance: np.ndarray
    root: np.ndarray | None = None

    def with_root(self) -> Gaussian:
        """The same with a root: the one it has, Cholesky's, or, where some direction has no spread, that of
        the eigenvectors, which takes eight times as long."""
        if self.root is not None:
            return self
        try:
            root = np.linalg.cholesky(self.covariance)
        except np.linalg.LinAlgError:
            eigenvalues, vectors = np.linalg.eigh(self.covariance)
            root = vectors * np.sqrt(np.maximum(eigenvalues, 0))
        return replace(self, root=root)


def gaussian(features: np.ndarray) -> Gaussian:
    """Mean (d,) and unbiased covariance (d, d) of features (n, d) in float64.

    Where there are no more examples than features, the centred features are a root as they stand.
    """
    mean = features.mean(axis=0, dtype=np.float64)
    covariance = np.atleast_2d(np.cov(features, rowvar=False, dtype=np.float64))
    few = 1 < len(features) <= len(mean)
    return Gaussian(mean, covariance, (features - mean).T / math.sqrt(len(features) - 1) if few else None)


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """‖μ_a − μ_b‖² + tr(Σ_a + Σ_b − 2(Σ_a Σ_b)^½) (Heusel et al. 2017, Eq. 6); `b` has its root.

    With Σ_b = A·Aᵀ the product has the eigenvalues of the symmetric Aᵀ·Σ_a·A, whose computation is
    faster and stays real.
    """
    assert b.root is not None
    eigenvalues = np.linalg.eigvalsh(b.root.T @ a.covariance @ b.root)
    cross = np.sqrt(np.maximum(eigenvalues, 0)).sum()
    difference = a.mean - b.mean
    return float(difference @ difference + np.trace(a.covariance) + np.trace(b.covariance) - 2 * cross)


def _reference_gaussian(subject: Subject, real: np.ndarray) -> Gaussian:
    key = f"gaussian{len(real)}"
    known = subject.cache.get(key)
    if not isinstance(known, Gaussian):
        known = subject.cache[key] = gaussian(real).with_root()
    return known


def _kid(generated: np.ndarray, real: np.ndarray) -> float:
    import torch
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, kid_features_to_metric

    size = min(KID_SUBSET_SIZE, len(generated))
    mmd = kid_features_to_metric(
        torch.from_numpy(generated),
        torch.from_numpy(real),
        kid_subsets=1 if size == len(generated) else KID_SUBSETS,
        kid_subset_size=size,
        verbose=False,
    )
    return float(mmd[KEY_METRIC_KID_MEAN])


def _precision_recall(generated: np.ndarray, real: np.ndarray) -> tuple[float, float]:
    import torch
    from torch_fidelity.metric_prc import KEY_METRIC_PRECISION, KEY_METRIC_RECALL, prc_features_to_metric

    found = prc_features_to_metric(torch.from_numpy(generated), torch.from_numpy(real), verbose=False)
    return float(found[KEY_METRIC_PRECISION]), float(found[KEY_METRIC_RECALL])
