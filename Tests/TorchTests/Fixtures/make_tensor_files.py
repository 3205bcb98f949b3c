"""Writes the .safetensors and .pth fixtures and tensor_files.json, which says what PyTorch reads in them.

    pip install torch==2.13.0 safetensors==0.8.0 numpy && python make_tensor_files.py
"""
import collections
import copyreg
import json
import os
import pickle
import zipfile

import numpy
import torch
from safetensors.torch import load_file, save_file

here = os.path.dirname(os.path.abspath(__file__))
expected = {}


def path(name):
    return os.path.join(here, name)


def said(tensors):
    """What the reader must give: name, type, shape and the elements' little-endian bytes in row order, in hexadecimal."""
    types = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
             torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}
    return [{"name": name, "type": types[t.dtype], "shape": list(t.shape),
             "hex": t.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes().hex() if t.numel() else ""}
            for name, t in tensors.items()]


torch.manual_seed(1)
every = collections.OrderedDict()
for number, dtype in enumerate([torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32,
                                torch.int16, torch.int8, torch.uint8, torch.bool]):
    every[f"layer.{number}.weight"] = (torch.randn(3, number % 3 + 1) * 50).to(dtype)
every["scalar"] = torch.tensor(2.5)
every["empty"] = torch.zeros(0, 4)
every["ünïcode \"quoted\"\n"] = torch.arange(4.0)

save_file(every, path("every.safetensors"), metadata={"step": "12", "note": "größe \u2713"})
expected["every.safetensors"] = said(load_file(path("every.safetensors")))

model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Linear(2, 3))
torch.save(model.state_dict(), path("plain.pth"))
expected["plain.pth"] = said(model.state_dict())

torch.save(every, path("every.pth"))
expected["every.pth"] = said(every)

optimizer = torch.optim.Adam(model.parameters())
model(torch.randn(2, 1, 4, 4)).sum().backward()
optimizer.step()
torch.save({"epoch": 7, "lr": 1e-4, "name": "run", "big": 1 << 40, "negative": -3, "flags": (True, None), "best": [1, 2.5],
            "state_dict": model.state_dict(), "optimizer": optimizer.state_dict()}, path("nested.pth"))
expected["nested.pth"] = said(model.state_dict())

torch.save({"G": {"w": torch.arange(3)}, "list": [torch.ones(1), (torch.zeros(2),)], 5: torch.ones(2, 1)},
           path("several.pth"))
expected["several.pth"] = said({"G.w": torch.arange(3), "list.0": torch.ones(1), "list.1.0": torch.zeros(2),
                                "5": torch.ones(2, 1)})

base = torch.arange(120, dtype=torch.float32).reshape(2, 3, 4, 5)
views = {"transposed": base.permute(3, 1, 0, 2), "sliced": base[:, 1:, ::2, 1:4], "column": base[1, :, 2, 3],
         "last": base[1, 2, 3, 4], "offset": base[1], "channelsLast": base.to(memory_format=torch.channels_last),
         "bytes": (base % 7).to(torch.uint8).transpose(0, 3), "half": base.to(torch.float16).transpose(1, 2),
         "wide": base.to(torch.float64).transpose(0, 1), "none": base[:0].transpose(0, 1),
         "parameter": torch.nn.Parameter(base[0].t() if base[0].dim() == 2 else base[0].transpose(0, 2))}
torch.save(views, path("views.pth"))
expected["views.pth"] = said(views)

torch.save({"e": torch.ones(1).expand(1000000)}, path("expanded.pth"))

# The same in the format from before PyTorch 1.6.
nested = torch.load(path("nested.pth"), weights_only=True)
for name, value in {"every": every, "nested": nested, "views": views}.items():
    torch.save(value, path(f"legacy-{name}.pth"), _use_new_zipfile_serialization=False)
    expected[f"legacy-{name}.pth"] = said(value if name != "nested" else value["state_dict"])
torch.save({"e": torch.ones(1).expand(1000000)}, path("legacy-expanded.pth"), _use_new_zipfile_serialization=False)


class Stored:
    """A storage named by a persistent id."""
    def __init__(self, *id):
        self.id = id


class Reduced:
    """What a pickle builds by a call."""
    def __init__(self, *reduction, seen_as=None):
        self.reduction, self.seen_as = reduction, seen_as or Reduced

    __class__ = property(lambda self: self.seen_as)


class OldPickler(pickle.Pickler):
    def persistent_id(self, object):
        return object.id if type(object) is Stored else None

    def reducer_override(self, object):
        return object.reduction if type(object) is Reduced else NotImplemented


def old(name, value, storages):
    """A file as PyTorch 0.1 to 0.3 wrote it: no later version writes its parameters, tensors and views of storages."""
    with open(path(name), "wb") as out:
        sizes = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
        for part in [0x1950a86a20f9469cfc6c, 1001, sizes, value, list(storages)]:
            OldPickler(out, protocol=2).dump(part)
        for elements in storages.values():
            out.write(elements.size.to_bytes(8, "little") + elements.tobytes())


def old_tensor(storage, offset, shape, strides):
    return Reduced(torch._utils._rebuild_tensor, (storage, offset, shape, strides))


storages = {"94": numpy.arange(12, dtype="<f4"), "7": numpy.arange(5, dtype="<i8") - 2}
whole = Stored("storage", torch.FloatStorage, "94", "cpu", 12, None)
part = Stored("storage", torch.FloatStorage, "94", "cpu", 12, ("95", 3, 7))
integers = Stored("storage", torch.LongStorage, "7", "cuda:0", 5, None)
hooks, Parameter = collections.OrderedDict(), torch.nn.Parameter
shared = Reduced(copyreg.__newobj__, (Parameter,), (old_tensor(whole, 2, (2, 3), (3, 1)), None, hooks, True, False),
                 seen_as=Parameter)
old("legacy-old.pth", collections.OrderedDict([
    ("tensor", old_tensor(whole, 1, (3, 2), (1, 4))),
    ("state", shared),
    ("state again", shared),
    ("called", Reduced(Parameter, (old_tensor(whole, 0, (4,), (3,)),), (True, False, hooks))),
    ("made", Reduced(copyreg.__newobj__, (Parameter, old_tensor(part, 0, (7,), (1,))), (True, False, hooks),
                     seen_as=Parameter)),
    ("part", old_tensor(part, 1, (2, 2), (3, 2))),
    ("integers", old_tensor(integers, 0, (5,), (1,))),
]), storages)
expected["legacy-old.pth"] = said(torch.load(path("legacy-old.pth"), map_location="cpu", weights_only=True))

# What no torch.save writes: a parameter without its tensor, a tensor beyond its view of a storage, a list of storages
# that lacks one, a count that is not the storage's, data that break off.
old("legacy-bare.pth", {"w": Reduced(copyreg.__newobj__, (Parameter,), seen_as=Parameter)}, {})
old("legacy-beyond.pth", {"w": old_tensor(part, 1, (7,), (1,))}, {"94": storages["94"]})
old("legacy-unlisted.pth", {"w": old_tensor(whole, 0, (12,), (1,))}, {})
old("legacy-unknown.pth", {"w": old_tensor(whole, 0, (12,), (1,))}, storages)
old("legacy-count.pth", {"w": old_tensor(whole, 0, (12,), (1,))}, {"94": storages["94"][:11]})
old("legacy-short.pth", {"w": old_tensor(whole, 0, (12,), (1,))}, {"94": storages["94"]})
os.truncate(path("legacy-short.pth"), os.path.getsize(path("legacy-short.pth")) - 1)
torch.jit.script(torch.nn.Linear(1, 1)).save(path("script.pth"))


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/petri-evil-pickle-ran",)


torch.save({"w": torch.ones(1), "x": Evil()}, path("evil.pth"))
torch.save({"x": Evil()}, path("legacy-evil.pth"), _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(1, 1), path("model.pth"))

# The same archive, but deflated.
with zipfile.ZipFile(path("plain.pth")) as archive, zipfile.ZipFile(path("deflated.pth"), "w", zipfile.ZIP_DEFLATED) as out:
    for name in archive.namelist():
        out.writestr(name, archive.read(name))


def bare(name, body):
    """A .pth whose pickle is `body`."""
    with zipfile.ZipFile(path(name), "w", zipfile.ZIP_STORED) as out:
        out.writestr("archive/data.pkl", body)
        out.writestr("archive/data/0", b"\0" * 16)


# 50,000 tuples inside each other; a list of itself; thirty lists, each holding the one before twice.
bare("deep.pth", b"\x80\x02)" + b"\x85" * 50000 + b".")
bare("cycle.pth", b"\x80\x02]q\x00h\x00a.")
bare("bomb.pth", b"\x80\x02]q\x00" + b"".join(b"](h" + bytes([i]) + b"h" + bytes([i]) + b"eq" + bytes([i + 1])
                                               for i in range(30)) + b".")

with open(path("tensor_files.json"), "w") as file:
    json.dump(expected, file, indent=1, sort_keys=True)
