"""Writes inception.json: what pytorch-fid's Inception answers when its parameters are filled by a rule.

    pip install torch==2.13.0 torchvision pytorch-fid==0.3.0 && python make_inception.py
"""
import json
import math
import os

import torch

# A torchvision built for another torch lacks its compiled operators, which Inception does not use: their declarations
# are passed over.
declare = torch.library.register_fake
torch.library.register_fake = lambda name, *rest, **options: (
    (lambda function: function) if str(name).startswith("torchvision::") else declare(name, *rest, **options))
import torchvision  # noqa: E402
from pytorch_fid import inception  # noqa: E402

here = os.path.dirname(os.path.abspath(__file__))

# Element i of parameter p is made from wave(i, p) = sin(frequency * i^2 + phaseStep * p), as different from one to the
# next as random numbers; after i = modulus - 1 all repeats:
#   conv.weight   (-1)^i gain / sqrt(product of shape[1:]) * wave(i / 2, rounded down)
#   bn.weight, bn.bias, bn.running_mean, bn.running_var    offset + amplitude * wave(i)
# Weights cancel each other in pairs and the gain is chosen so that what differs between images neither dies out nor
# takes over from layer to layer; variances are small, so that the epsilon of 0.001 beside them matters.
fill = {"frequency": 0.37, "modulus": 1009, "phaseStep": 0.11, "gain": 0.45,
        "norm": {"weight": [1.0, 0.1], "bias": [0.0, 0.3], "running_mean": [0.0, 0.1], "running_var": [0.1, 0.08]}}


def filled(name, shape, place):
    def wave(i):
        return math.sin(fill["frequency"] * i * i + fill["phaseStep"] * place)

    period = range(min(fill["modulus"], math.prod(shape)))
    if name.endswith("conv.weight"):
        gain = fill["gain"] / math.sqrt(math.prod(shape[1:]))
        values = [(-1)**i * gain * wave(i // 2) for i in period]
    else:
        offset, amplitude = fill["norm"][name.split(".")[-1]]
        values = [offset + amplitude * wave(i) for i in period]
    count = math.prod(shape)
    return torch.tensor(values).repeat(-(-count // len(values)))[:count].reshape(shape)


def image(shape, frequency):
    """(sin(frequency * i) + 1) / 2, i row-major."""
    return torch.tensor([(math.sin(frequency * i) + 1) / 2 for i in range(math.prod(shape))]).reshape(shape)


def network():
    """The network that pytorch-fid fills with its weights, and the parameters that its features need."""
    inception.load_state_dict_from_url = lambda *rest, **options: None
    torchvision.models.Inception3.load_state_dict = lambda self, state: None
    made = inception.fid_inception_v3()
    inception.fid_inception_v3 = lambda: made
    parameters = {name: tensor for name, tensor in made.state_dict().items()
                  if not name.startswith("fc.") and not name.endswith("num_batches_tracked")}
    for place, (name, tensor) in enumerate(parameters.items()):
        tensor.copy_(filled(name, list(tensor.shape), place))
    return inception.InceptionV3().eval(), parameters


if __name__ == "__main__":
    with torch.no_grad():
        model, parameters = network()
        answers = []
        for shape, frequency in [([2, 3, 96, 130], 0.0137), ([1, 1, 320, 310], 0.0211)]:
            features = model(image(shape, frequency).expand(-1, 3, -1, -1))[0].reshape(shape[0], 2048).double()
            answers.append({"shape": shape, "frequency": frequency, "l2": features.norm(dim=1).tolist(),
                            "first": features[:, :16].tolist(), "last": features[:, -16:].tolist()})
    with open(os.path.join(here, "inception.json"), "w") as file:
        json.dump({"fill": fill, "parameters": [[name, list(tensor.shape)] for name, tensor in parameters.items()],
                   "answers": answers}, file)
