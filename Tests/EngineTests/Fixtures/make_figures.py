"""Writes figures.json, losses as PyTorch computes them, and deepsea.pth, a narrow DeepSea with its answer.

    pip install torch==2.13.0 && python make_figures.py
"""
import json
import math
import os

import torch
import torch.nn.functional as F
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
figures = {}


def wave(shape, frequency, phase=0.0):
    return torch.tensor([math.sin(frequency * i + phase) for i in range(math.prod(shape))]).reshape(shape)


def classes(shape, frequency, count):
    return ((wave(shape, frequency) + 1) * 0.4999 * count).long()


# Segmentation: cross-entropy + 1 - mean over the foreground classes of Dice, sums over the whole batch.
for count in (2, 3):
    logits = (3 * wave([2, count, 6, 5], 0.37)).requires_grad_()
    target = classes([2, 6, 5], 0.61, count)
    p = logits.softmax(1)
    dice = []
    for c in range(1, count):
        q, t = p[:, c], (target == c).float()
        dice.append((2 * (q * t).sum() + 1e-6) / (q.sum() + t.sum() + 1e-6))
    loss = F.cross_entropy(logits, target) + 1 - sum(dice) / len(dice)
    loss.backward()
    figures[f"segmentation{count}"] = {"value": loss.item(), "gradient": logits.grad.reshape(-1).tolist()}


class Residual(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.Dropout(0.2), nn.Conv2d(o, o, 3, padding=1))
        self.conv1d = nn.Conv2d(i, o, 1)
        self.bn = nn.BatchNorm2d(o)

    def forward(self, x):
        return F.relu(self.bn(self.double_conv(x) + self.conv1d(x)))


class DeepSea(nn.Module):
    def __init__(self, channels, classes, b):
        super().__init__()
        widths = [(channels, b), (b, 2 * b), (2 * b, 4 * b), (4 * b, 8 * b), (12 * b, 4 * b), (6 * b, 2 * b), (3 * b, b)]
        for k, (i, o) in enumerate(widths, 1):
            setattr(self, f"res{k}", Residual(i, o))
        self.conv3 = nn.Conv2d(b, classes, 1)

    def forward(self, x):
        skips = [self.res1(x)]
        for block in (self.res2, self.res3):
            skips.append(block(F.max_pool2d(skips[-1], 2)))
        x = self.res4(F.max_pool2d(skips[-1], 2))
        for block in (self.res5, self.res6, self.res7):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
            x = block(torch.cat([skips.pop(), x], 1))
        return self.conv3(x)


torch.manual_seed(3)
network = DeepSea(1, 3, 4).eval()
with torch.no_grad():
    for k, (name, tensor) in enumerate(network.state_dict().items()):
        if "running" in name:
            tensor.copy_(wave(list(tensor.shape), 0.9, k) * 0.3 + (1 if name.endswith("var") else 0))
    torch.save(network.state_dict(), os.path.join(here, "deepsea.pth"))
    y = network(wave([1, 1, 16, 24], 0.21))
    figures["deepsea"] = {"shape": list(y.shape), "values": y.reshape(-1).tolist()}

# VGG19: weights are sin(0.8 (i mod 1009) + k) sqrt(2 / inputs of a pixel), biases 0.1 sin(i + k), k counting convolutions.
widths = [64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512]
weights, inputs = [], 3
for k, width in enumerate(widths):
    table = torch.tensor([math.sin(0.8 * i + k) for i in range(1009)], dtype=torch.float64)
    count = width * inputs * 9
    values = table.repeat(count // 1009 + 1)[:count] * math.sqrt(2 / (inputs * 9))
    weights.append((values.float().reshape(width, inputs, 3, 3), 0.1 * wave([width], 1, k)))
    inputs = width


def features(x):
    """torchvision's vgg19().features up to 29, the outputs of ReLU 1, 6, 11, 20 and 29: max pools at 4, 9, 18, 27."""
    x, taps, k = x.repeat(1, 3, 1, 1) if x.shape[1] == 1 else x, [], 0
    for place in range(30):
        if place in (4, 9, 18, 27):
            x = F.max_pool2d(x, 2)
        elif place in (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28):
            x = F.conv2d(x, *weights[k], padding=1)
            k += 1
        else:
            x = F.relu(x)
            if place in (1, 6, 11, 20, 29):
                taps.append(x)
    return taps


for channels in (1, 3):
    generated = wave([1, channels, 32, 48], 0.11).requires_grad_()
    real = wave([1, channels, 32, 48], 0.17, 1)
    pairs = zip((1 / 32, 1 / 16, 1 / 8, 1 / 4, 1), features(generated), features(real))
    loss = sum(w * (a - b).abs().mean() for w, a, b in pairs)
    loss.backward()
    figures[f"vgg{channels}"] = {"value": loss.item(), "gradientNorm": generated.grad.norm().item()}

json.dump(figures, open(os.path.join(here, "figures.json"), "w"))
