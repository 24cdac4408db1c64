"""Random weights in the form of those that torch-fidelity offers for inception-v3-compat."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch import nn
from torch_fidelity import feature_extractor_inceptionv3 as fidelity


class Unloaded(fidelity.FeatureExtractorInceptionV3):
    """The network with the weights that it is built with, and nothing loaded."""

    def load_state_dict(self, *_: Any, **__: Any) -> None:
        return None


def write(path: Path, seed: int = 0) -> Path:
    """Write a state dict of the true names and shapes. The convolutions keep the scale of what passes
    through them, so that the features of two images differ."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        with patch.object(fidelity, "load_state_dict_from_url", return_value={}):
            network = Unloaded("random", ["2048"])
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
    torch.save(network.state_dict(), path)
    return path
