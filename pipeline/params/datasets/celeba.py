"""CelebA: aligned faces of 178×218 pixels, attributes, the official split, landmarks (Liu et al. 2015)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.params.datasets.common import Files, Remote, Sizes, Squares

ARCHIVE = "img_align_celeba.zip"
ATTRIBUTE_LIST, SPLIT_LIST = "list_attr_celeba.txt", "list_eval_partition.txt"
LANDMARK_LIST = "list_landmarks_align_celeba.txt"
HEIGHT, WIDTH = 218, 178
# torchvision's
MD5 = {
    ATTRIBUTE_LIST: "75e246fa4810816ffd6ee81facbd244c",
    SPLIT_LIST: "d32c9cbf5e040fd4025c592c306e6668",
    LANDMARK_LIST: "cc24ecafdb5b50baae59b03474781f8c",
    ARCHIVE: "00d2c5bc6d35e252742224ab0c1e8fcb",
}
BY_HAND = (
    "get it from the Google Drive that https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html links to "
    "(folders Img, Anno and Eval)"
)
RELEASED = Sizes(162_770, 19_867, 19_962)
OBTAINED, LICENCE = "by hand, from the authors' page", "for non-commercial research"


class Source(Files):
    """The aligned faces, `img_align_celeba.zip` or unpacked, and three of the lists beside them."""

    implementation: ClassVar[str] = "pipeline.datasets.celeba:fetch"
    remotes: ClassVar[tuple[Remote, ...]] = tuple(
        Remote(name, (), "md5", digest, archive=True, by_hand=BY_HAND) for name, digest in MD5.items()
    )
    archive: ClassVar[str] = ARCHIVE
    released: ClassVar[Sizes] = RELEASED
    kind: Literal["celeba"]


class CelebA(Squares):
    """Faces: the central `crop` pixels of 178×218, antialiased to `size`.

    The label has one factor for each of the `attributes`, by CelebA's names, and, if `yaw_bins` is 3,
    the pose: the nose's distance from the middle between the eyes, along the line from one to the other
    and in units of their distance, is below the first of `yaw_thresholds` (nose towards the left edge of
    the image), between the two, or above the second.
    """

    implementation: ClassVar[str] = "pipeline.datasets.celeba:prepare"
    source: ClassVar[str] = "celeba"
    title: ClassVar[str] = "CelebA"
    archive: ClassVar[str] = ARCHIVE
    attribute_list: ClassVar[str] = ATTRIBUTE_LIST
    split_list: ClassVar[str] = SPLIT_LIST
    landmark_list: ClassVar[str] = LANDMARK_LIST
    kind: Literal["celeba"]
    crop: Annotated[int, Field(gt=0, le=WIDTH)]
    attributes: list[str]
    yaw_bins: Literal[0, 3]
    yaw_thresholds: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None

    @model_validator(mode="after")
    def _bins_have_borders(self) -> CelebA:
        if (self.yaw_bins == 3) != (self.yaw_thresholds is not None):
            raise ValueError("yaw_thresholds is [low, high] with yaw_bins 3, and left out with yaw_bins 0")
        if self.yaw_thresholds and self.yaw_thresholds[0] > self.yaw_thresholds[1]:
            raise ValueError("the first of yaw_thresholds must not be more than the second")
        if not (self.attributes or self.yaw_bins):
            raise ValueError("a label needs at least one of attributes or yaw_bins 3")
        return self

    @property
    def factors(self) -> dict[str, int]:
        return {**dict.fromkeys(self.attributes, 2), **({"yaw": self.yaw_bins} if self.yaw_bins else {})}
