"""Crops and resizes beside torchvision's, closed forms, and files that cannot be used."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import stream_fakes as fakes
from formats.images import encoded
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize
from torchvision.transforms.functional import pil_to_tensor, resize

from pipeline.base.errors import PipelineError
from pipeline.datasets.image_files import find
from pipeline.datasets.resize import decode, square, thumbnails


def noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(height * width).integers(256, size=(height, width, channels), dtype=np.uint8)


def file_of(image: Image.Image, form: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


@pytest.mark.parametrize(("crop", "size"), [(108, 64), (178, 32), (178, 178)])
def test_crop_and_resize_are_torchvisions(crop: int, size: int) -> None:
    face = Image.fromarray(noise(218, 178))
    expected = Compose([CenterCrop(crop), Resize(size)])(face)
    np.testing.assert_array_equal(np.asarray(square(face, crop, size)), np.asarray(expected))


@pytest.mark.parametrize(
    "shape", [(375, 500), (500, 375), (333, 500), (101, 32), (32, 33), (20, 17), (64, 64)]
)
def test_shorter_side_and_crop_are_torchvisions(shape: tuple[int, int]) -> None:
    photograph = Image.fromarray(noise(*shape))
    expected = Compose([Resize(32), CenterCrop(32)])(photograph)
    np.testing.assert_array_equal(np.asarray(square(photograph, None, 32)), np.asarray(expected))


def test_resize_is_the_antialiased_one() -> None:
    face = Image.fromarray(noise(178, 178))
    ours = np.asarray(square(face, 178, 32), dtype=int)
    tensor = pil_to_tensor(face)
    smooth, rough = (
        resize(tensor, [32, 32], InterpolationMode.BILINEAR, antialias=choice).numpy().transpose(1, 2, 0)
        for choice in (True, False)
    )
    assert np.abs(ours - smooth).max() <= 1
    assert np.abs(ours - rough).max() > 50


def test_same_size_changes_nothing() -> None:
    pixels = noise(32, 32)
    np.testing.assert_array_equal(np.asarray(square(Image.fromarray(pixels), None, 32)), pixels)


@pytest.mark.parametrize("crop", [108, None])
def test_a_constant_stays_constant(crop: int | None) -> None:
    plain = Image.new("RGB", (178, 218), (13, 200, 77))
    assert (np.asarray(square(plain, crop, 64)) == (13, 200, 77)).all()


def test_a_ramp_stays_a_ramp() -> None:
    """A symmetric filter keeps linear functions: output pixel i stands at 35 + (i + ½)·108/64 − ½."""
    ramp = np.broadcast_to(np.arange(178, dtype=np.uint8)[None, :, None], (218, 178, 3))
    found = np.asarray(square(Image.fromarray(ramp.copy()), 108, 64), dtype=float)
    expected = 35 + (np.arange(64) + 0.5) * 108 / 64 - 0.5
    inside = slice(2, -2)  # the filter is cut off at the borders
    assert np.abs(found[:, inside] - expected[inside, None]).max() <= 0.501
    assert (found[:, :, 0].std(axis=0) == 0).all()


def test_grey_palette_and_transparency_become_colour() -> None:
    grey = Image.fromarray(noise(8, 8, 1)[..., 0])
    for image in (grey, grey.convert("P"), grey.convert("RGBA"), grey.convert("LA")):
        colour = np.asarray(decode(file_of(image)))
        np.testing.assert_array_equal(colour, np.repeat(np.asarray(grey)[..., None], 3, axis=2))
    assert decode(file_of(grey.convert("CMYK"), "TIFF")).mode == "RGB"


def test_thumbnails_are_in_the_order_of_the_files(tmp_path: Path) -> None:
    images = [noise(8, 8).transpose(2, 0, 1) // (number + 1) for number in range(3)]
    for number, image in enumerate(images):
        (tmp_path / f"{2 - number}.png").write_bytes(encoded(image, "png"))
    stream = thumbnails(tmp_path, find(tmp_path), None, 8)
    np.testing.assert_array_equal(fakes.made(stream, tmp_path / "x"), images[::-1])


PICTURE = encoded(noise(40, 40).transpose(2, 0, 1), "png")
DEEP = Image.fromarray(np.zeros((40, 40), dtype=np.uint16))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no image at all", "is no image of PNG"),
        (b"", "is no image of PNG"),
        (PICTURE[: len(PICTURE) // 2], "truncated"),
        (encoded(noise(20, 30).transpose(2, 0, 1), "png"), "30×20 pixels are fewer than the crop's 32×32"),
        (file_of(DEEP), "more than 8 bits a channel"),
    ],
)
def test_a_bad_image_is_named_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/1.png").write_bytes(PICTURE)
    (tmp_path / "in/2.png").write_bytes(content)
    stream = thumbnails(tmp_path / "in", find(tmp_path / "in"), 32, 16)
    with pytest.raises(PipelineError, match=sentence) as caught:
        fakes.made(stream, tmp_path)
    assert f"{tmp_path}/in/2.png cannot be used" in str(caught.value)
    assert "\n" not in str(caught.value) and " at 0x" not in str(caught.value)
