"""Writes feature_distance.json: Fréchet distances and KID of clouds of feature vectors, by numpy and scipy.

    pip install numpy scipy && python make_feature_distance.py
"""
import json
import os

import numpy
from scipy import linalg

here = os.path.dirname(os.path.abspath(__file__))
numpy.seterr(over="ignore")


def cloud(seed, vectors, width, follow, scale, shift):
    """Uniform numbers of SplitMix64, each row in turn (x[j] += follow * x[j - 1]) correlated, scaled and shifted."""
    state = numpy.uint64(seed) + numpy.uint64(0x9E3779B97F4A7C15) * numpy.arange(1, vectors * width + 1, dtype=numpy.uint64)
    state = (state ^ (state >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    state = state ^ (state >> numpy.uint64(31))
    x = ((state >> numpy.uint64(11)) * 2.0**-53 - 0.5).reshape(vectors, width)
    for column in range(1, width):
        x[:, column] += follow * x[:, column - 1]
    return x * scale + shift


def frechet(x, y):
    """By the formula: the trace of scipy's root of the product of the covariances."""
    a, b = numpy.cov(x, rowvar=False), numpy.cov(y, rowvar=False)
    return float(((x.mean(0) - y.mean(0))**2).sum() + numpy.trace(a) + numpy.trace(b)
                 - 2 * numpy.trace(linalg.sqrtm(a @ b)).real)


def frechet_of_few(x, y):
    """By the nuclear norm of the product of the centred vectors, which is that trace: where there are fewer vectors than
    dimensions, a root of the then singular product loses half of the digits."""
    a, b = (x - x.mean(0)) / numpy.sqrt(len(x) - 1), (y - y.mean(0)) / numpy.sqrt(len(y) - 1)
    return float(((x.mean(0) - y.mean(0))**2).sum() + (a**2).sum() + (b**2).sum()
                 - 2 * numpy.linalg.norm(a @ b.T, "nuc"))


def kernel(x, y):
    def k(a, b):
        return (a @ b.T / a.shape[1] + 1)**3
    n, m = len(x), len(y)
    xx, yy = k(x, x), k(y, y)
    return float((xx.sum() - numpy.trace(xx)) / (n * (n - 1)) + (yy.sum() - numpy.trace(yy)) / (m * (m - 1))
                 - 2 * k(x, y).mean())


cases = {
    # seed, vectors, width, follow, scale, shift of both.
    "many vectors, shifted": ([1, 400, 16, 0, 1, 0], [2, 350, 16, 0, 1, 0.25]),
    "many vectors, correlated": ([3, 300, 24, 0.9, 1, 0], [4, 500, 24, 0, 2, 0]),
    "many vectors, scaled": ([5, 200, 48, 0.3, 1, 1], [6, 220, 48, 0.3, 1.7, 1]),
    "few vectors": ([7, 40, 64, 0.5, 1, 0], [8, 30, 64, 0.2, 1.2, 0.1]),
    "few and many vectors": ([9, 20, 32, 0.5, 1, 0], [10, 90, 32, 0.5, 1, 0.1]),
    "few vectors of large values": ([11, 40, 64, 0.5, 100, 1000], [12, 50, 64, 0.5, 120, 1010]),
    "two halves of a cloud": ([13, 300, 16, 0.4, 1, 0], [14, 300, 16, 0.4, 1, 0]),
    "as wide as Inception's": ([15, 300, 2048, 0.6, 0.5, 0.4], [16, 200, 2048, 0.5, 0.6, 0.42]),
}
written = []
for name, specifications in cases.items():
    x, y = (cloud(*specification) for specification in specifications)
    by_root, by_norm = frechet(x, y), frechet_of_few(x, y)
    few = min(len(x), len(y)) <= x.shape[1]
    print(name, by_root, by_norm / by_root - 1, kernel(x, y))
    written.append({"name": name, "clouds": [dict(zip(["seed", "vectors", "width", "follow", "scale", "shift"], s))
                                             for s in specifications],
                    "byRoot": by_root, "frechet": by_norm if few else by_root, "kernel": kernel(x, y)})
with open(os.path.join(here, "feature_distance.json"), "w") as file:
    json.dump(written, file, indent=1)
