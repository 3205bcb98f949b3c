"""Writes Tests/MeasuresTests/ReferenceCases.swift: what numpy and scipy make of label images that the tests draw again.

    python3 Tests/Reference/measures.py > Tests/MeasuresTests/ReferenceCases.swift

The images come from a linear congruential generator of whole numbers, so that Swift draws the very same ones
(Tests/MeasuresTests/RandomLabels.swift). The scores are worked out the long way: a mask for every object, the full IoU
matrix, scipy's assignment on the whole of it.
"""
import numpy as np
from scipy.optimize import linear_sum_assignment

THRESHOLDS = [0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9]


class Generator:
    def __init__(self, seed):
        self.state = seed * 0x9E3779B97F4A7C15 % 2**64

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound


def draw(seed, kind):
    """A pair of label images of one of four kinds."""
    random = Generator(seed)
    width, height = 8 + random.below(40), 8 + random.below(40)
    truth = np.zeros((height, width), np.int64)
    predicted = np.zeros((height, width), np.int64)
    if kind == "noise":  # every pixel its own draw: many overlaps, low IoU
        for y in range(height):
            for x in range(width):
                truth[y, x] = random.below(6)
                drawn = random.below(5)
                predicted[y, x] = drawn if random.below(3) == 0 else truth[y, x]
    elif kind == "stripes":  # runs of 4 against runs of 2 or 4: halves of an object tie at exactly 0.5
        for y in range(height):
            for x in range(0, width - 3, 4):
                label = 1 + y * width + x
                truth[y, x:x + 4] = label
                halves = random.below(4)
                predicted[y, x:x + 2] = label if halves != 3 else 0
                predicted[y, x + 2:x + 4] = label + 1 if halves == 1 else label if halves == 0 else 0
        if random.below(2) == 0:
            truth, predicted = predicted, truth
    else:  # rectangles over one another, and the same ones moved, dropped or resized
        factor = 1 if kind == "cells" else 53687091
        count = random.below(30)
        for index in range(count):
            x, y = random.below(width), random.below(height)
            w, h = 1 + random.below(9), 1 + random.below(9)
            truth[y:y + h, x:x + w] = (index + 1) * factor
            change = random.below(8)
            if change == 0:
                continue
            px, py = max(0, x + random.below(3) - 1), max(0, y + random.below(3) - 1)
            pw, ph = w + random.below(2), h + random.below(2)
            predicted[py:py + ph, px:px + pw] = (count - index) * factor
    return truth, predicted


def ratio(part, whole, perfect):
    return part / whole if whole > 0 else (1.0 if perfect else 0.0)


def score(truth, predicted):
    true_ids = [label for label in np.unique(truth) if label > 0]
    predicted_ids = [label for label in np.unique(predicted) if label > 0]
    n, m = len(true_ids), len(predicted_ids)
    inter = np.zeros((n, m))
    union = np.zeros((n, m))
    for i, a in enumerate(true_ids):
        for j, b in enumerate(predicted_ids):
            inter[i, j] = np.sum((truth == a) & (predicted == b))
            union[i, j] = np.sum((truth == a) | (predicted == b))
    iou = inter / np.maximum(union, 1)
    found = []
    for threshold in THRESHOLDS:
        if min(n, m) == 0:
            found.append(0)
            continue
        cost = -(iou >= threshold).astype(float) - iou / (2 * min(n, m))
        rows, columns = linear_sum_assignment(cost)
        found.append(int(np.sum(iou[rows, columns] >= threshold)))
    pq = (float(iou[iou > 0.5].sum()), (n + m) / 2)
    c, u, used = 0, 0, set()
    for i, a in enumerate(true_ids):
        j = int(np.argmax(iou[i])) if m else -1
        if m and iou[i, j] > 0:
            c += inter[i, j]
            u += union[i, j]
            used.add(j)
        else:
            u += np.sum(truth == a)
    for j, b in enumerate(predicted_ids):
        if j not in used:
            u += np.sum(predicted == b)
    dice = (2.0 * np.sum((truth > 0) & (predicted > 0)), float(np.sum(truth > 0) + np.sum(predicted > 0)))
    return {"n": n, "m": m, "found": found, "pq": pq, "aji": (float(c), float(u)), "dice": dice}


def pooled(scores):
    lines = {"precision": [], "recall": [], "f1": [], "ap": []}
    means = {"precision": [], "recall": [], "f1": [], "ap": []}
    for t in range(len(THRESHOLDS)):
        def rates(tp, n, m):
            empty = n + m == 0
            return {"precision": ratio(tp, m, empty), "recall": ratio(tp, n, empty),
                    "f1": ratio(2 * tp, n + m, empty), "ap": ratio(tp, n + m - tp, empty)}
        whole = rates(sum(s["found"][t] for s in scores), sum(s["n"] for s in scores), sum(s["m"] for s in scores))
        each = [rates(s["found"][t], s["n"], s["m"]) for s in scores]
        for key in lines:
            lines[key].append(whole[key])
            means[key].append(float(np.mean([e[key] for e in each])))
    total = {key: sum(s[key][0] for s in scores) / sum(s[key][1] for s in scores) for key in ("pq", "aji", "dice")}
    return lines, means, total


def main():
    cases = [(seed, kind) for kind in ("cells", "huge", "noise", "stripes") for seed in range(1, 9)]
    scores = [score(*draw(seed, kind)) for seed, kind in cases]
    print("// Written by Tests/Reference/measures.py; not to be edited by hand.\n")
    print("/// What numpy and scipy make of the images of `randomLabels(seed:kind:)`.")
    print("enum Reference {")
    print(f"    static let thresholds: [Double] = {THRESHOLDS}")
    print("    static let cases: [ReferenceCase] = [")
    for (seed, kind), s in zip(cases, scores):
        print(f"        ReferenceCase(\n            seed: {seed}, kind: .{kind}, truths: {s['n']}, predictions: {s['m']}, "
              f"found: {s['found']},")
        print(f"            pq: {s['pq'][0] / s['pq'][1] if s['pq'][1] else 1.0!r}, "
              f"aji: {s['aji'][0] / s['aji'][1] if s['aji'][1] else 1.0!r}, "
              f"dice: {float(s['dice'][0] / s['dice'][1]) if s['dice'][1] else 1.0!r}),")
    print("    ]\n")
    print("    /// All cases taken as one set.")
    lines, means, total = pooled(scores)
    for name, series in (("pooled", lines), ("perImage", means)):
        print(f"    static let {name}: [String: [Double]] = [")
        for key, values in series.items():
            print(f"        \"{key}\": [")
            for value in values:
                print(f"            {value!r},")
            print("        ],")
        print("    ]")
    print(f"    static let pq = {total['pq']!r}\n    static let aji = {total['aji']!r}")
    print(f"    static let dice = {float(total['dice'])!r}\n}}")


main()
