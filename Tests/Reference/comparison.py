"""Writes Tests/MeasuresTests/ComparisonCases.swift: what numpy and scipy make of images and sets that the tests draw again.

    python3 Tests/Reference/comparison.py > Tests/MeasuresTests/ComparisonCases.swift

Images and label images come from a generator of whole numbers, so that Swift draws the very same ones
(Tests/MeasuresTests/RandomPairs.swift). Everything is worked out the long way: masks of single cells, brute-force
distances, scipy.stats on plain lists of values, numpy's FFT.
"""
import numpy as np
from scipy import stats

MASK = 2**64 - 1


class Generator:
    def __init__(self, seed):
        self.state = seed * 0x9E3779B97F4A7C15 & MASK

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & MASK
        return (self.state >> 33) % bound


def draw(seed, width, height, dim=0):
    """An 8-bit image and its label image: ellipses, some over others, brighter than their ground."""
    random = Generator(seed)
    labels = np.zeros((height, width), np.int64)
    image = np.zeros((height, width), np.int64)
    for y in range(height):
        for x in range(width):
            image[y, x] = 20 + random.below(30)
    for index in range(4 + random.below(12)):
        cx, cy = random.below(width), random.below(height)
        a, b = 2 + random.below(9), 2 + random.below(9)
        light = 40 + random.below(120) - dim
        for y in range(height):
            for x in range(width):
                dx, dy = x - cx, y - cy
                if dx * dx * b * b + dy * dy * a * a <= a * a * b * b:
                    labels[y, x] = 3 * index + 2
                    image[y, x] = light + random.below(40)
    return image, labels


def ring(labels, reach=5):
    """The nearest label of every background pixel nearer than `reach`, ties as `LabelImage.grown` decides them: the nearest
    column, then the left one, then the upper pixel."""
    height, width = labels.shape
    owner = np.zeros_like(labels)
    for y in range(height):
        for x in range(width):
            if labels[y, x]:
                continue
            best = None
            for dy in range(-reach, reach + 1):
                for dx in range(-reach, reach + 1):
                    v, u = y + dy, x + dx
                    if not (0 <= v < height and 0 <= u < width) or not labels[v, u]:
                        continue
                    square = dx * dx + dy * dy
                    if square >= reach * reach:
                        continue
                    key = (square, abs(dx), dx > 0, dy > 0)
                    if best is None or key < best[0]:
                        best = (key, labels[v, u])
            if best:
                owner[y, x] = best[1]
    return owner


def cells(image, labels):
    scaled = (image - image.min()) / (image.max() - image.min())
    owner = ring(labels)
    padded = np.pad(labels, 1)
    around = [padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]]
    rows = []
    for label in sorted(set(labels.flat) - {0}):
        mask = labels == label
        y, x = np.nonzero(mask)
        covariance = np.cov(np.stack([x, y]).astype(float), bias=True) if len(x) > 1 else np.zeros((2, 2))
        low, high = np.linalg.eigvalsh(covariance)
        eccentricity = np.sqrt(max(0, 1 - low / high)) if high > 1e-9 else 0.0
        rim = owner == label
        inside = scaled[mask].mean()
        contrast = inside - scaled[rim].mean() if rim.any() else None
        touching = any(((other != label) & (other != 0))[mask].any() for other in around)
        rows.append((int(mask.sum()), float(eccentricity), float(inside), contrast, bool(touching)))
    return rows


def spectrum(image, bins=32):
    scaled = (image - image.min()) / (image.max() - image.min())
    height, width = image.shape
    side = 256
    w, h = min(width, side), min(height, side)
    top, left = (height - h) // 2, (width - w) // 2
    middle = scaled[top:top + h, left:left + w]
    window = np.outer(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(h) / h), 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(w) / w))
    square = np.zeros((side, side))
    square[:h, :w] = (middle - middle.mean()) * window
    power = np.abs(np.fft.fft2(square))**2 / (window**2).sum()
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    place = np.floor(frequency * 2 * bins).astype(int)
    place[0, 0] = bins
    return [float(np.log10(power[place == ring].mean())) for ring in range(bins)]


def values(pairs, quantity):
    """Values and weights of a quantity over a set of pairs."""
    all_values, weights = [], []
    for image, labels in pairs:
        scaled = (image - image.min()) / (image.max() - image.min())
        if quantity in ("intensity", "absoluteIntensity", "insideIntensity", "outsideIntensity"):
            source = image / 255 if quantity == "absoluteIntensity" else np.floor(scaled * 255 + 0.5) / 255
            chosen = source[labels > 0] if quantity == "insideIntensity" else \
                source[labels == 0] if quantity == "outsideIntensity" else source.ravel()
            all_values += list(chosen)
            weights += [1 / len(chosen)] * len(chosen)
            continue
        rows = cells(image, labels)
        found = {
            "area": [r[0] for r in rows], "eccentricity": [r[1] for r in rows],
            "density": [len(rows) * 1e6 / labels.size], "cover": [(labels > 0).mean()],
            "touching": [np.mean([r[4] for r in rows])], "contrast": [r[3] for r in rows if r[3] is not None],
        }[quantity]
        all_values += list(found)
        weights += [1.0] * len(found)
    return np.array(all_values, float), np.array(weights)


def weighted_ks(real, real_weights, synthetic, synthetic_weights):
    points = np.unique(np.concatenate([real, synthetic]))
    def share(values, weights):
        order = np.argsort(values)
        sums = np.concatenate([[0], np.cumsum(weights[order])])
        return sums[np.searchsorted(values[order], points, side="right")] / weights.sum()
    return np.abs(share(real, real_weights) - share(synthetic, synthetic_weights)).max()


def precision_recall(real, synthetic, k):
    """Kynkaanniemi et al. 2019 and Naeem et al. 2020, from the full matrices of distances."""
    def distances(a, b):
        return np.sqrt(((a[:, None, :].astype(np.float64) - b[None, :, :])**2).sum(-1))
    real_radii = np.sort(distances(real, real), axis=1)[:, k]
    synthetic_radii = np.sort(distances(synthetic, synthetic), axis=1)[:, k]
    between = distances(real, synthetic)
    in_real = between <= real_radii[:, None]
    in_synthetic = between <= synthetic_radii[None, :]
    return [in_real.any(0).mean(), in_synthetic.any(1).mean(), in_real.sum() / (k * len(synthetic)),
            in_real.any(1).mean()]


def cloud(seed, count, dimensions, spread, shift):
    random = Generator(seed)
    return np.array([[random.below(1000) * spread // 100 + shift for _ in range(dimensions)] for _ in range(count)])


def number(value):
    return "nil" if value is None else repr(float(value))


def main():
    print("// Written by Tests/Reference/comparison.py; not to be edited by hand.\n\nimport Measures\n")
    print("/// What numpy and scipy make of the images of `randomPair` and the points of `randomCloud`.")
    print("enum ComparisonReference {")
    print("    static let pairs: [PairCase] = [")
    for seed, width, height in [(1, 70, 50), (2, 64, 64), (3, 270, 140), (4, 40, 90)]:
        image, labels = draw(seed, width, height)
        print(f"        PairCase(\n            seed: {seed}, width: {width}, height: {height},\n            cells: [")
        for area, eccentricity, inside, contrast, touching in cells(image, labels):
            print(f"                CellCase(\n                    area: {area}, eccentricity: {eccentricity!r}, "
                  f"intensity: {inside!r},\n                    contrast: {number(contrast)}, "
                  f"isTouching: {str(touching).lower()}),")
        print("            ],\n            spectrum: [")
        row = spectrum(image)
        for start in range(0, len(row), 4):
            print("                " + ", ".join(repr(value) for value in row[start:start + 4]) + ",")
        print("            ]),")
    print("    ]\n")
    real = [draw(10 + index, 48 + index, 52) for index in range(6)]
    synthetic = [draw(40 + index, 50, 60 - index, dim=25) for index in range(5)]
    print("    static let distances: [DistanceCase] = [")
    for quantity in ["intensity", "absoluteIntensity", "insideIntensity", "outsideIntensity", "area", "eccentricity",
                     "density", "cover", "touching", "contrast"]:
        (a, aw), (b, bw) = values(real, quantity), values(synthetic, quantity)
        mean = np.average(a, weights=aw)
        deviation = np.sqrt(np.average((a - mean)**2, weights=aw))
        wasserstein = stats.wasserstein_distance(a, b, aw, bw) / deviation
        ks = weighted_ks(a, aw, b, bw)
        if (aw == 1).all():
            assert abs(ks - stats.ks_2samp(a, b).statistic) < 1e-12
        print(f"        DistanceCase(\n            quantity: .{quantity}, distance: {float(wasserstein)!r}, ks: {float(ks)!r},\n"
              f"            mean: {float(mean)!r}, deviation: {float(deviation)!r}),")
    a = np.array([spectrum(image) for image, _ in real])
    b = np.array([spectrum(image) for image, _ in synthetic])
    distance = np.mean([stats.wasserstein_distance(a[:, i], b[:, i]) / a[:, i].std() for i in range(a.shape[1])])
    ks = np.mean([stats.ks_2samp(a[:, i], b[:, i]).statistic for i in range(a.shape[1])])
    print(f"        DistanceCase(\n            quantity: .spectrum, distance: {float(distance)!r}, ks: {float(ks)!r},\n"
          f"            mean: {float(a.mean())!r}, deviation: {float(a.std(0).mean())!r}),")
    print("    ]\n")
    print("    static let clouds: [CloudCase] = [")
    for seed, real_count, synthetic_count, dimensions, spread, shift, k in [
        (1, 40, 30, 3, 100, 0, 3), (2, 60, 60, 19, 60, 100, 5), (3, 25, 50, 8, 100, 400, 3), (4, 30, 20, 2, 20, 0, 1)]:
        scores = precision_recall(
            cloud(seed, real_count, dimensions, 100, 0), cloud(seed + 100, synthetic_count, dimensions, spread, shift), k)
        print(f"        CloudCase(\n            seed: {seed}, real: {real_count}, synthetic: {synthetic_count}, "
              f"dimensions: {dimensions}, spread: {spread},\n            shift: {shift}, neighbours: {k}, "
              f"scores: [{', '.join(repr(float(score)) for score in scores)}]),")
    print("    ]\n")
    print("    static let blind: [BlindCase] = [")
    for right, answered in [(0, 1), (3, 5), (10, 20), (15, 20), (5, 20), (41, 60), (20, 20), (700, 1300)]:
        test = stats.binomtest(right, answered)
        interval = test.proportion_ci(0.95, method="wilson")
        print(f"        BlindCase(\n            right: {right}, answered: {answered}, pValue: {float(test.pvalue)!r}, "
              f"low: {float(interval.low)!r},\n            high: {float(interval.high)!r}),")
    print("    ]\n}")
    print("""
struct CellCase: Sendable {
    let area: Int
    let eccentricity: Double
    let intensity: Double
    let contrast: Double?
    let isTouching: Bool
}

struct PairCase: Sendable {
    let seed: UInt64
    let width: Int
    let height: Int
    let cells: [CellCase]
    let spectrum: [Double]
}

struct DistanceCase: Sendable {
    let quantity: Quantity
    let distance: Double
    let ks: Double
    let mean: Double
    let deviation: Double
}

struct CloudCase: Sendable {
    let seed: UInt64
    let real: Int
    let synthetic: Int
    let dimensions: Int
    let spread: Int
    let shift: Int
    let neighbours: Int
    /// Precision, recall, density, coverage.
    let scores: [Double]
}

struct BlindCase: Sendable {
    let right: Int
    let answered: Int
    let pValue: Double
    let low: Double
    let high: Double
}""")


main()
