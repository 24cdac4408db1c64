"""The project's own classifier under a name of torch-fidelity's.

After importing this module, torch_fidelity.calculate_metrics(feature_extractor="dataset-classifier",
feature_extractor_weights_path="data/extractors/<dataset>.pt", …) uses it. torch-fidelity's cache keys
know neither the data nor the weights: give its cache names hashes of both, or cache=False.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor
from torch_fidelity.feature_extractor_base import FeatureExtractorBase
from torch_fidelity.registry import register_feature_extractor

from pipeline.networks import classifier

CLASSIFIER = "dataset-classifier"


class ClassifierExtractor(FeatureExtractorBase):
    """Features and joint logits of `pipeline.networks.classifier`, from a weights file.

    torch-fidelity builds the class anew at each use, so everything it needs is in that file.
    """

    def __init__(
        self, name: str, features_list: list[str], feature_extractor_weights_path: str, **_: Any
    ) -> None:
        super().__init__(name, features_list)
        self.network = classifier.load(Path(feature_extractor_weights_path))

    @staticmethod
    def get_provided_features_list() -> tuple[str, ...]:
        return ("features", "logits")

    @staticmethod
    def get_default_feature_layer_for_metric(metric: str) -> str:
        return "logits" if metric == "isc" else "features"

    @staticmethod
    def can_be_compiled() -> bool:
        return False

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """The requested layers, in the order of the request, of uint8 images (n, channels, height, width)."""
        given = dict(zip(self.get_provided_features_list(), self.network(images), strict=True))
        return tuple(given[name] for name in self.features_list)


register_feature_extractor(CLASSIFIER, ClassifierExtractor)
