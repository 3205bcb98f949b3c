"""Writes adam.json, parameters after every step of PyTorch's Adam, and layers.pth with the answer of its layers.

    pip install torch==2.13.0 && python make_training.py
"""
import json
import math
import os

import torch

here = os.path.dirname(os.path.abspath(__file__))


def wave(shape, frequency, phase=0.0):
    count = math.prod(shape)
    return torch.tensor([math.sin(frequency * i + phase) for i in range(count)], dtype=torch.float64).reshape(shape)


# The gradient of step k is sin(0.7 i + k), scaled by ten powers of ten, so that epsilon and both corrections matter.
parameters = [wave([3], 0.3, 1).requires_grad_(), wave([2, 2], 0.5).requires_grad_()]
adam = torch.optim.Adam(parameters, lr=0.05)
steps = []
for step in range(1, 8):
    if step == 5:
        adam.param_groups[0]["lr"] = 0.01
    for parameter in parameters:
        parameter.grad = wave(list(parameter.shape), 0.7, step) * 10.0 ** (step - 5)
    adam.step()
    steps.append([parameter.detach().reshape(-1).tolist() for parameter in parameters])
json.dump(steps, open(os.path.join(here, "adam.json"), "w"))

# A strided convolution without bias, batch norm, leaky ReLU, a transposed convolution and a linear layer.
layers = torch.nn.ModuleDict({
    "first": torch.nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False), "norm": torch.nn.BatchNorm2d(4),
    "up": torch.nn.ConvTranspose2d(4, 3, 2, stride=2), "head": torch.nn.Linear(8, 5)}).eval()
with torch.no_grad():
    for index, (name, tensor) in enumerate(layers.state_dict().items()):
        if tensor.is_floating_point():
            tensor.copy_(wave(list(tensor.shape), 0.9, index) * 0.4 + (1.5 if name.endswith("running_var") else 0))
    torch.save(layers.state_dict(), os.path.join(here, "layers.pth"))
    x = wave([2, 2, 6, 8], 0.37).float()
    y = layers["up"](torch.nn.functional.leaky_relu(layers["norm"](layers["first"](x)), 0.1))
    y = layers["head"](y)
    json.dump({"shape": list(y.shape), "values": y.reshape(-1).tolist()}, open(os.path.join(here, "layers.json"), "w"))
