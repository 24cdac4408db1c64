"""The ten training batches of ILSVRC2012 at 32×32 (Chrabaszcz, Loshchilov, Hutter 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.datasets.fetch import Remote, fetch_all
from pipeline.params.sources import ImageNet32

MD5 = {
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
BY_HAND = (
    "register at https://image-net.org/download-images.php, get Imagenet32_train_npz.zip under "
    '"Download downsampled image data" and unpack its ten files'
)


def fetch(config: ImageNet32, folder: Path, mirrors: Sequence[Path]) -> list[str]:
    """The ten .npz files, from `folder` itself or a mirror folder."""
    files = [Remote(name, (), "md5", digest, archive=True, by_hand=BY_HAND) for name, digest in MD5.items()]
    return fetch_all(files, folder, mirrors, config.verify)
