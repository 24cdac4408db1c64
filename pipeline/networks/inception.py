"""torch-fidelity's inception-v3-compat, the feature network that papers' FID and IS are computed with."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import torch
from torch import Tensor, nn
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
from torch_fidelity.utils import create_feature_extractor

from pipeline import params
from pipeline.base import paths
from pipeline.base.errors import PipelineError
from pipeline.base.files import UNREADABLE, atomic, of_content, sha256
from pipeline.base.weights import load as load_weights
from pipeline.base.weights import write
from pipeline.datasets import Dataset
from pipeline.datasets.fetch import Corrupt, Remote, fetch, mirrors, verify
from pipeline.params.datasets import Inception as Config

INCEPTION = "inception-v3-compat"
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"


class Inception(nn.Module):
    """torch-fidelity's inception-v3-compat, giving features (n, 2048) and logits (n, 1008) of uint8 images.

    Raises PipelineError when the weights file is no plain state dict.
    """

    def __init__(self, weights: Path) -> None:
        super().__init__()
        # torch-fidelity unpickles its weights without restriction: let only a state dict pass
        load_weights(weights, f"`python -m pipeline extractor {weights.stem}`")
        self.network = create_feature_extractor(
            INCEPTION,
            ["2048", "logits_unbiased"],
            cuda=False,
            feature_extractor_weights_path=str(weights),
            verbose=False,
        )

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """images: (n, channels, height, width); one channel is shown as three equal ones."""
        colours = images.expand(-1, 3, -1, -1) if images.shape[1] == 1 else images
        features, logits = self.network(colours)
        return features, logits


def fit(config: Config, dataset: Dataset, path: Path) -> dict[str, Any]:
    """Put the weights at `path`: from the file named in the block, or from torch-fidelity's address.

    torch-fidelity unpickles its weights without restriction, so what it gets is a plain state dict
    that was read with weights_only and written anew.
    Raises PipelineError when the file is missing, has another hash or is no such network, or when
    the download fails.
    """
    source = _given(config) if config.weights else _downloaded()
    _rewrite(source, path)
    return {"weights": source.name, "weights_sha256": sha256(source)}


def _given(config: Config) -> Path:
    path = Path(config.weights or "").expanduser()
    if not path.is_file():
        raise PipelineError(f"extractor.weights names {path}, but there is no such file: correct the path.")
    if config.sha256 is not None:
        try:
            verify(path, Remote(path.name, (), "sha256", config.sha256.lower()))
        except Corrupt as problem:
            raise PipelineError(f"{problem}: correct extractor.sha256 or the file.") from None
    return path


def _downloaded() -> Path:
    from torch_fidelity.feature_extractor_inceptionv3 import URL_INCEPTION_V3

    file = Remote(PurePosixPath(URL_INCEPTION_V3).name, (URL_INCEPTION_V3,), "sha256", SHA256)
    folder = paths.RAW / "inception"
    try:
        fetch(file, folder, mirrors(params.load().mirror))
    except PipelineError as error:
        raise PipelineError(
            f"{error} Or download {URL_INCEPTION_V3} by hand and name the file as extractor.weights."
        ) from None
    return folder / file.name


def _rewrite(source: Path, path: Path) -> None:
    """Write the state dict of `source` to `path`, after loading it into torch-fidelity's network."""
    with atomic(path) as file:
        try:
            state = torch.load(source, map_location="cpu", weights_only=True)
            write(file, dict(state))
            file.flush()
            FeatureExtractorInceptionV3("check", ["2048"], feature_extractor_weights_path=file.name)
        except (*UNREADABLE, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not of_content(error):
                raise
            raise PipelineError(
                f"{source} does not hold the weights of inception-v3-compat ({type(error).__name__}): use "
                "the file that torch-fidelity offers for download."
            ) from None


def load(weights: Path) -> Inception:
    """The network as `fit` left it. Raises PipelineError when the file is missing or no plain state dict."""
    return Inception(weights)
