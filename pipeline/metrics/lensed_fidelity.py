"""Where the lens stands between data and generator (tempered, C9 and C12)."""

from __future__ import annotations

import numpy as np

from pipeline.metrics import Subject, Values, first
from pipeline.metrics.features import of_array, of_samples
from pipeline.metrics.frechet import frechet_distance, gaussian
from pipeline.params.metrics import LensedFidelity


def lensed_fidelity(config: LensedFidelity, subject: Subject) -> Values:
    """FID between each two of G(Z), X and L(X), with the same examples X in both places:
    fid_lens<count> of L(X) against X, fid_lensed<count> and fid_unlensed<count> of G(Z) against L(X), X."""
    count = config.count
    samples = first(subject.samples, count, "samples (sample.count)", "lensed_fidelity")
    if not np.isfinite(samples).all() or "shown" not in subject.arrays:
        return None
    shown = subject.arrays["shown"][:count]
    if not np.isfinite(shown).all():
        return None
    generated = gaussian(of_samples(subject, count, "lensed_fidelity").values)
    examples = subject.arrays["examples"][:count]
    real = subject.cached(
        f"examples{count}", lambda: gaussian(of_array(subject, examples).values).with_root()
    )
    lensed = gaussian(of_array(subject, shown).values).with_root()
    pairs = (lensed, real), (generated, lensed), (generated, real)
    return [frechet_distance(*pair) for pair in pairs]
