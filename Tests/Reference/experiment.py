"""Expected values of MeasuresTests/InferenceTests.swift: mean and standard deviation by numpy, and the interval of
paired differences by a bootstrap over seeds and test images of its own, drawn with numpy's generator.

    python3 Tests/Reference/experiment.py
"""

import numpy as np

# Per data set: seeds x images x (arm's part, arm's whole, reference's part, reference's whole), made by this rule.
def counts(sets=2, seeds=3, images=6):
    for d in range(sets):
        yield np.array(
            [
                [
                    [
                        20 + (7 * i + 3 * s + 5 * d) % 11,
                        40 + (5 * i + s) % 9,
                        16 + (4 * i + 7 * s + 2 * d) % 13,
                        40 + (3 * i + 2 * s + d) % 8,
                    ]
                    for i in range(images)
                ]
                for s in range(seeds)
            ],
            float,
        )


def differences(group, weights):
    """Pooled differences of every seed, images weighted."""
    sums = np.einsum("sif,...i->...sf", group, weights)
    return sums[..., 0] / sums[..., 1] - sums[..., 2] / sums[..., 3]


def interval(groups, draws, rng):
    total = 0
    for group in groups:
        seeds, images = group.shape[:2]
        weights = rng.multinomial(images, np.full(images, 1 / images), draws)
        times = rng.multinomial(seeds, np.full(seeds, 1 / seeds), draws)
        total = total + (differences(group, weights) * times).sum(1) / seeds
    return np.quantile(total / len(groups), [0.025, 0.975])


groups = list(counts())
rng = np.random.default_rng(1)
for name, chosen in [("one", groups[:1]), ("both", groups)]:
    mean = np.mean([differences(g, np.ones(g.shape[1])).mean() for g in chosen])
    print(name, repr(mean), interval(chosen, 400_000, rng))
values = [0.71, 0.84, 0.655, 0.9]
print("spread", repr(np.mean(values)), repr(np.std(values, ddof=1)))
