"""Single operations of PyTorch, NumPy, SciPy, scikit-learn and Pillow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

Hashed = Tensor | np.ndarray


def digest(results: Iterable[Hashed]) -> str:
    """The first 16 digits of a sha256 over the bytes of arrays."""
    found = hashlib.sha256()
    for one in results:
        array = one.detach().contiguous().numpy() if isinstance(one, Tensor) else np.ascontiguousarray(one)
        found.update(array.tobytes())
    return found.hexdigest()[:16]


def stream(name: str) -> torch.Generator:
    return torch.Generator().manual_seed(int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big"))


def normal(name: str, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=stream(name))


def array(name: str, *shape: int) -> np.ndarray:
    return normal(name, *shape).double().numpy()


def randomness() -> list[Hashed]:
    """Every kind of draw of PyTorch's and NumPy's generators."""
    draws, source = np.random.default_rng(7), stream("draws")
    weights = normal("weights", 40, 10).exp()
    return [
        normal("long", 1000),
        normal("short", 7),
        torch.rand(1000, generator=source),
        torch.randint(1000, (100,), generator=source),
        torch.randperm(500, generator=source),
        torch.multinomial(weights, 5, generator=source),
        torch.multinomial(weights, 50, replacement=True, generator=source),
        torch.bernoulli(torch.rand(999, generator=source), generator=source),
        torch.empty(999).bernoulli_(0.3, generator=source),
        torch.empty(999).exponential_(generator=source),
        draws.standard_normal(999),
        draws.random(999),
        draws.permutation(500),
        draws.gamma(2.5, size=99),
    ]


def products() -> list[Hashed]:
    """Matrix products of the shapes that networks have, whole and transposed, single and double."""
    results: list[Hashed] = []
    shapes = ((128, 3, 128), (64, 128, 1), (100, 784, 240), (37, 100, 61), (1, 784, 33), (128, 64, 64))
    for rows, inner, columns in shapes:
        a, b = normal(f"a{rows}", rows, inner), normal(f"b{rows}", inner, columns)
        c = normal(f"c{rows}", rows, columns)
        results += [a @ b, a.T @ c, c @ b.T, torch.addmm(c, a, b), a @ b[:, 0], a.double() @ b.double()]
    batch = normal("batch", 8, 20, 30)
    return [*results, batch @ batch.transpose(1, 2), torch.einsum("bij,bkj->ik", batch, batch)]


def reductions() -> list[Hashed]:
    x = normal("reduced", 130, 517)
    return [
        x.sum(),
        x.mean(0),
        x.mean(1),
        x.square().sum(0),
        x.std(),
        x.var(1),
        x.norm(),
        x.norm(dim=1),
        x.cumsum(1),
        x.logsumexp(1),
        x.softmax(1),
        x.log_softmax(0),
        x.prod(1),
        x.median(1).values,
        x.T.sum(0),
        x[:, 3:].sum(1),
    ]


def functions() -> list[Hashed]:
    """Elementwise functions, on lengths that leave a remainder after vectors."""
    x = normal("elements", 1003)
    unit = x.abs().remainder(1)
    of_all = ("exp", "expm1", "tanh", "sigmoid", "sin", "cos", "erf", "atan", "sinh")
    positive = ("log", "log1p", "log2", "sqrt", "rsqrt", "reciprocal", "lgamma", "digamma")
    results: list[Hashed] = [getattr(torch, name)(kind) for name in of_all for kind in (x, x.double())]
    results += [
        getattr(torch, name)(kind) for name in positive for kind in (x.abs() + 1e-3, x.double().abs() + 1)
    ]
    results += [
        functional.softplus(x),
        functional.leaky_relu(x, 0.2),
        functional.elu(x),
        torch.erfinv(unit * 0.99),
    ]
    return [
        *results,
        x.abs().pow(0.3),
        x.pow(3),
        torch.atan2(x, unit),
        functional.gelu(x),
        torch.hypot(x, unit),
    ]


def convolutions(transposed: bool) -> list[Hashed]:
    """Forward and both gradients, strided and not, of kernels 1, 3, 4 and 5, few and many examples."""
    results: list[Hashed] = []
    convolve = functional.conv_transpose2d if transposed else functional.conv2d
    for batch, width, kernel, stride in (
        (16, 8, 4, 2),
        (3, 8, 3, 1),
        (16, 32, 3, 1),
        (5, 16, 1, 1),
        (4, 12, 5, 2),
    ):
        x = normal(f"x{batch}{kernel}", batch, width, 12, 12).requires_grad_()
        weight = (normal(f"w{batch}{kernel}", width, width, kernel, kernel) * 0.1).requires_grad_()
        y = convolve(x, weight, stride=stride, padding=kernel // 2)
        results += [y, *torch.autograd.grad(y.square().sum(), (x, weight))]
    return results


def normalisations() -> list[Hashed]:
    results: list[Hashed] = []
    for shape in ((64, 33), (16, 12, 7, 7)):
        x = normal(f"normalised{shape}", *shape).requires_grad_()
        layer = (nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d)(shape[1])
        y = layer(x)
        results += [
            y,
            *torch.autograd.grad(y.pow(3).sum(), (x, *layer.parameters())),
            layer.get_buffer("running_var"),
        ]
        results += [layer.eval()(x), functional.layer_norm(x, shape[1:])]
    return results


def pooling() -> list[Hashed]:
    x = normal("pooled", 4, 6, 18, 18)
    return [
        functional.avg_pool2d(x, 3, 2, 1),
        functional.max_pool2d(x, 2),
        functional.adaptive_avg_pool2d(x, 1),
        functional.interpolate(x, scale_factor=2),
        functional.interpolate(x, size=29, mode="bilinear"),
        functional.pad(x, (1, 1, 1, 1), mode="reflect"),
    ]


def distances() -> list[Hashed]:
    few, many = normal("few", 20, 5), normal("many", 60, 40)
    return [
        torch.cdist(few, few),
        torch.cdist(many, many[:33]),
        (few[:, None] - few).square().sum(-1).logsumexp(0),
    ]


def torch_algebra() -> list[Hashed]:
    square = normal("square", 40, 40)
    positive = square @ square.T + 40 * torch.eye(40)
    q, r = torch.linalg.qr(square)
    results = [
        q,
        r,
        torch.linalg.cholesky(positive),
        *torch.linalg.slogdet(square),
        torch.linalg.inv(positive),
    ]
    values, vectors = torch.linalg.eigh(positive.double())
    return [*results, values, vectors, torch.linalg.svdvals(square), torch.linalg.solve(positive, square)]


def numpy_algebra() -> list[Hashed]:
    a, b = array("na", 150, 80), array("nb", 80, 90)
    single = a.astype(np.float32)
    covariance = np.cov(a, rowvar=False)
    return [
        a @ b,
        a.T @ a,
        single @ b.astype(np.float32),
        single.T @ single,
        a[:, 0] @ a[:, 1],
        a @ b[:, 0],
        covariance,
        np.linalg.eigvalsh(covariance),
        *np.linalg.eigh(covariance),
        *np.linalg.qr(a),
        np.linalg.inv(covariance),
        np.linalg.svd(a, compute_uv=False),
        np.linalg.cholesky(covariance),
        np.linalg.lstsq(a, a[:, 0])[0],
        np.einsum("ij,kj->ik", a, a),
    ]


def numpy_functions() -> list[Hashed]:
    x = array("nx", 1003)
    single = x.astype(np.float32)
    names = ("exp", "tanh", "sin", "cos", "expm1", "arctan", "cbrt", "sinh", "exp2")
    results: list[Hashed] = [getattr(np, name)(kind) for name in names for kind in (x, single)]
    results += [
        getattr(np, name)(abs(kind) + 1) for name in ("log", "log1p", "log2", "sqrt") for kind in (x, single)
    ]
    results += [np.logaddexp(x, x[::-1]), abs(x) ** 0.3, np.hypot(x, x[::-1]), np.arctan2(x, x[::-1])]
    sums = [x.sum(), single.sum(), single.mean(), x.std(), single.reshape(17, 59).sum(0), np.cumsum(single)]
    orders = [
        np.argsort(np.round(x, 1)),
        np.argpartition(single, 30),
        np.quantile(x, 0.3),
        np.histogram(x, 9)[0],
    ]
    return [*results, *map(np.asarray, sums), *map(np.asarray, orders)]


def scipy_parts() -> list[Hashed]:
    from scipy import linalg, optimize, spatial, special, stats

    a = array("sa", 90, 30)
    covariance = a.T @ a / 90
    cost = abs(array("cost", 12, 12))
    program = optimize.linprog(cost[0], A_ub=-cost, b_ub=-np.ones(12))
    numbers = [
        stats.spearmanr(a[:, 0], a[:, 1]).statistic,
        stats.t.ppf(0.975, 4),
        stats.fisher_exact([[3, 5], [8, 2]])[1],
        stats.binomtest(3, 9).pvalue,
        special.logsumexp(a),
        program.fun,
    ]
    return [
        linalg.eigvalsh(covariance),
        linalg.sqrtm(covariance),
        linalg.cholesky(covariance),
        *linalg.eigh(covariance),
        spatial.distance.cdist(a, a[:20]),
        spatial.distance.cdist(a, a[:20], "sqeuclidean"),
        optimize.linear_sum_assignment(cost)[1],
        special.rel_entr(abs(a), abs(a[::-1])),
        special.erf(a),
        stats.norm.ppf(special.expit(a)),
        stats.rankdata(np.round(a, 1)),
        program.x,
        *map(np.asarray, numbers),
    ]


def sklearn_parts() -> list[Hashed]:
    from sklearn.datasets import load_digits, load_sample_image
    from sklearn.metrics import pairwise_distances

    digits = load_digits().data[:200]
    return [digits, load_sample_image("flower.jpg"), pairwise_distances(digits, digits[:30])]


def resizing() -> list[Hashed]:
    """Pillow's and torchvision's, of bytes and of floats."""
    from PIL import Image
    from torchvision.transforms.functional import resize

    picture = torch.randint(256, (3, 61, 47), generator=stream("picture"), dtype=torch.uint8)
    image = Image.fromarray(picture.permute(1, 2, 0).numpy())
    filters = (
        Image.Resampling.BILINEAR,
        Image.Resampling.BICUBIC,
        Image.Resampling.LANCZOS,
        Image.Resampling.BOX,
    )
    pillow: list[Hashed] = [np.asarray(image.resize((32, 33), one)) for one in filters]
    return [*pillow, resize(picture, [32, 33]), resize(picture.float(), [32, 33]), resize(picture, [90, 99])]
