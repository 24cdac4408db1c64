"""ILSVRC2012's training images: its folders of classes, and the public release at 32×32."""

from __future__ import annotations

from typing import ClassVar, Literal

from pipeline.params.base import Choice
from pipeline.params.datasets.common import Files, Remote, Sizes, Squares

RELEASED = Sizes(1_281_167, 0, 0)
CLASSES = 1000
BY_HAND = (
    "register at https://image-net.org/download.php to get ILSVRC2012_img_train.tar, unpack it and the 1,000 "
    "files in it into one folder a class (n01440764, …)"
)
BATCHES_BY_HAND = (
    "register at https://image-net.org/download-images.php, get Imagenet32_train_npz.zip under "
    '"Download downsampled image data" and unpack its ten files'
)
BATCHES = {
    "train_data_batch_1.npz": "464fde20de6eb44c28cc1a8c11544bb1",
    "train_data_batch_2.npz": "bdb56e71882c3fd91619d789d5dd7c79",
    "train_data_batch_3.npz": "83ff36d76ea26867491a281ea6e1d03b",
    "train_data_batch_4.npz": "98ff184fe109d5c2a0f6da63843880c7",
    "train_data_batch_5.npz": "62b8803e13c3e6de9498da7aaaae57c8",
    "train_data_batch_6.npz": "e0b06665f890b029f1d8d0a0db26e119",
    "train_data_batch_7.npz": "9731f469aac1622477813c132c5a847a",
    "train_data_batch_8.npz": "60aed934b9d26b7ee83a1a83bdcfbe0f",
    "train_data_batch_9.npz": "b96328e6affd718660c2561a6fe8c14c",
    "train_data_batch_10.npz": "1dc618d544c554220dd118f72975470c",
}
OBTAINED, LICENCE = "by hand, after registration", "for non-commercial research and education"


class Source(Files):
    """The training images in `path`, one folder a class, named by its WordNet id.

    Verified is that there are 1,000 classes and 1,281,167 images.
    """

    implementation: ClassVar[str] = "pipeline.datasets.folder:fetch_imagenet"
    released: ClassVar[Sizes] = RELEASED
    classes: ClassVar[int] = CLASSES
    by_hand: ClassVar[str] = BY_HAND
    kind: Literal["imagenet"]
    path: str


class ImageNet(Squares):
    """The shorter side to `size`, antialiased, and the central square."""

    implementation: ClassVar[str] = "pipeline.datasets.folder:imagenet"
    source: ClassVar[str] = "imagenet"
    title: ClassVar[str] = "ImageNet"
    classes: ClassVar[int] = CLASSES
    kind: Literal["imagenet"]


class Source32(Files):
    """The ten files of `Imagenet32_train_npz.zip` (Chrabaszcz, Loshchilov, Hutter 2017)."""

    remotes: ClassVar[tuple[Remote, ...]] = tuple(
        Remote(name, (), "md5", digest, archive=True, by_hand=BATCHES_BY_HAND)
        for name, digest in BATCHES.items()
    )
    released: ClassVar[Sizes] = RELEASED
    kind: Literal["imagenet32"]


class ImageNet32(Choice):
    """As released: squeezed to a square by a box filter, without a crop."""

    implementation: ClassVar[str] = "pipeline.datasets.imagenet32:prepare"
    source: ClassVar[str] = "imagenet32"
    title: ClassVar[str] = "the pre-shrunk release of ImageNet"
    shape: ClassVar[tuple[int, ...]] = (3, 32, 32)
    classes: ClassVar[int] = CLASSES
    kind: Literal["imagenet32"]
