"""Feature networks as blocks of params.yaml."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.params.base import Choice, Positive, PositiveFloat, Seed


class Classifier(Choice):
    """A small convolutional classifier trained on the data set's own labels.

    `width` is the number of channels of the first layer, `features` the width of the last hidden
    layer, which serves as feature space for FID, KID, precision and recall.
    """

    implementation: ClassVar[str] = "pipeline.networks.classifier"
    kind: Literal["classifier"]
    width: Positive
    features: Positive
    epochs: Positive
    batch: Positive
    lr: PositiveFloat
    seed: Seed


class Coordinates(Choice):
    """For points, and images with nothing to classify: the features are the coordinates themselves."""

    implementation: ClassVar[str] = "pipeline.networks.coordinates"
    kind: Literal["coordinates"]


class Inception(Choice):
    """torch-fidelity's inception-v3-compat.

    Its weights come from the file `weights`, whose sha256 is checked, or are downloaded if that is null.
    """

    implementation: ClassVar[str] = "pipeline.networks.inception"
    kind: Literal["inception"]
    weights: str | None
    sha256: str | None = None


Extractor = Annotated[Classifier | Coordinates | Inception, Field(discriminator="kind")]
