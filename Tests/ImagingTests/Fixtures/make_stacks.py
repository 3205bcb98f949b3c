"""Writes the files with several planes, pixel sizes, and JPEGs in stacks/, and what they hold into stacks.json.

    python3 -m venv V && V/bin/pip install numpy pillow tifffile imageio opencv-python-headless && V/bin/python make_stacks.py

tifffile writes ImageJ's and OME's files; Pillow, OpenCV and imageio the JPEGs, which Pillow reads back. OME files of which the
pages are shuffled or lie in another file get XML made here. Values are numpy's.
"""
import json, os, struct, zlib
import cv2, imageio.v3 as imageio, numpy as np, tifffile
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__)); out = os.path.join(here, "stacks"); os.makedirs(out, exist_ok=True)
for name in os.listdir(out): os.remove(os.path.join(out, name))
rng = np.random.default_rng(11); facts = {}
H, W = 5, 7
def path(name): return os.path.join(out, name)

def fingerprint(values):
    """FNV-1a over the samples' float64 bit patterns, a word each, in hexadecimal."""
    h = 0xcbf29ce484222325
    for bits in np.asarray(values, np.float64).ravel().view(np.uint64): h = ((h ^ int(bits)) * 0x100000001b3) % 2 ** 64
    return f"{h:016x}"

def note(name, tzc, source, pixel=None, significant=None):
    """`tzc` is T x Z x C x H x W, with samples last if there are any; `pixel` is micrometres x, y, z."""
    a = np.asarray(tzc); t, z, c = a.shape[:3]
    planes = [dict(c=k + 1, z=j + 1, t=i + 1, hash=fingerprint(a[i, j, k])) for i in range(t) for j in range(z) for k in range(c)]
    facts[name] = dict(channels=c, slices=z, frames=t, samples=a.shape[5] if a.ndim == 6 else 1, bits=a.dtype.itemsize * 8,
                       source=source, pixel=pixel, significant=significant, planes=planes)

def numbers(dtype, *shape):
    if np.dtype(dtype).kind == "f": return rng.normal(0, 9, shape).astype(dtype)
    return rng.integers(0, np.iinfo(dtype).max, shape, endpoint=True).astype(dtype)

# ImageJ. Planes in files are always in the order TZC.
for dtype in ("u1", "u2", "f4"):
    a = numbers(dtype, 3, 4, 2, H, W)
    name = f"imagej-hyperstack-{dtype}.tif"
    tifffile.imwrite(path(name), a, imagej=True, resolution=(1 / 0.65, 1 / 0.5), metadata=dict(axes="TZCYX", unit="um", spacing=2.5))
    note(name, a, "imageJ", [0.65, 0.5, 2.5])
for axes, word in (("ZYX", "slices"), ("TYX", "frames"), ("CYX", "channels")):
    a = numbers("u2", 5, H, W); name = f"imagej-{word}.tif"
    tifffile.imwrite(path(name), a, imagej=True, metadata=dict(axes=axes))
    note(name, a.reshape({"ZYX": (1, 5, 1), "TYX": (5, 1, 1), "CYX": (1, 1, 5)}[axes] + (H, W)), "imageJ")
a = numbers("u1", 3, H, W, 3); tifffile.imwrite(path("imagej-rgb.tif"), a, imagej=True, photometric="rgb", metadata=dict(axes="TYXS"))
note("imagej-rgb.tif", a[:, None, None], "imageJ")
# As ImageJ writes beyond 4 GB: one directory, the planes behind it one after another.
def contiguous(name, a, unit, resolution, description=None):
    t, z, c = a.shape[:3]; text = description or f"ImageJ=1.54f\nimages={t*z*c}\nchannels={c}\nslices={z}\nframes={t}\nhyperstack=true\nunit={unit}\n"
    order = ">" if a.dtype.byteorder == ">" or a.dtype.itemsize == 1 else "<"; o = order
    text = text.encode() + b"\0"; entries = 12; data = 8 + 2 + entries * 12 + 4; spot = data + len(text); first = spot + 16
    kind = 3 if a.dtype.kind == "f" else 1; short = lambda t, v: struct.pack(o + "HHIHH", t, 3, 1, v, 0); long = lambda t, v: struct.pack(o + "HHII", t, 4, 1, v)
    tags = [short(256, W), short(257, H), short(258, a.dtype.itemsize * 8), short(259, 1), short(262, 1), struct.pack(o + "HHII", 270, 2, len(text), data),
            long(273, first), short(277, 1), long(279, H * W * a.dtype.itemsize), struct.pack(o + "HHII", 282, 5, 1, spot), struct.pack(o + "HHII", 283, 5, 1, spot + 8), short(339, kind)]
    assert len(tags) == entries
    with open(path(name), "wb") as f:
        f.write((b"MM" if o == ">" else b"II") + struct.pack(o + "HI", 42, 8) + struct.pack(o + "H", entries) + b"".join(tags) + struct.pack(o + "I", 0)
                + text + struct.pack(o + "IIII", resolution[0], resolution[1], resolution[0], resolution[1]) + a.tobytes())
    assert description or np.array_equal(tifffile.imread(path(name)).ravel(), a.ravel()), name
for name, dtype in (("u1", "u1"), ("u2-big", ">u2"), ("u2-little", "<u2"), ("f4-big", ">f4")):
    a = numbers(dtype[-2:], 2, 3, 2, H, W).astype(dtype); contiguous(f"imagej-contiguous-{name}.tif", a, "\\u00B5m", (4, 1)); note(f"imagej-contiguous-{name}.tif", a, "imageJ", [0.25, 0.25])
# Numbers that do not fit each other: ImageJ takes all planes for slices.
a = numbers("u2", 1, 6, 1, H, W); contiguous("imagej-misfit.tif", a, "", (1, 1), "ImageJ=1.54f\nimages=6\nchannels=4\nslices=2\nhyperstack=true\nunit=pixel\n"); note("imagej-misfit.tif", a, "imageJ")

# OME: every order.
for order in ("XYZCT", "XYZTC", "XYCTZ", "XYCZT", "XYTCZ", "XYTZC"):
    axes = order[:1:-1] + "YX"; sizes = dict(C=2, Z=3, T=4); a = numbers("u2", *[sizes[x] for x in axes[:3]], H, W)
    name = f"ome-{order}.ome.tif"
    tifffile.imwrite(path(name), a, ome=True, photometric="minisblack", metadata=dict(axes=axes, PhysicalSizeX=325, PhysicalSizeXUnit="nm", PhysicalSizeY=0.325, PhysicalSizeYUnit="µm", PhysicalSizeZ=0.001, PhysicalSizeZUnit="mm"))
    assert f'DimensionOrder="{order}"' in tifffile.TiffFile(path(name)).ome_metadata
    note(name, a.transpose([axes.index(x) for x in "TZC"] + [3, 4]), "ome", [0.325, 0.325, 1])
a = numbers("u1", 3, H, W, 3); tifffile.imwrite(path("ome-rgb.ome.tif"), a, ome=True, photometric="rgb", metadata=dict(axes="ZYXS")); note("ome-rgb.ome.tif", a[None, :, None], "ome")
a = numbers("u2", 2, H, W) >> 4; tifffile.imwrite(path("ome-12-bits.ome.tif"), a, ome=True, photometric="minisblack", metadata=dict(axes="CYX", SignificantBits=12)); note("ome-12-bits.ome.tif", a[None, None], "ome", significant=12)
# Pages in any order, with prefixed names and entities; and one file of two.
a = numbers("u2", 2, 3, 2, H, W); pages = [(t, z, c) for t in range(2) for z in range(3) for c in range(2)]; rng.shuffle(pages)
def xml(blocks): return ('<?xml version="1.0" encoding="UTF-8"?><!-- <Pixels SizeC="9"/> --><ome:OME xmlns:ome="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:1"><ome:Image ID="Image:0" Name="a &lt;b&gt; &#181;">'
    '<ome:Pixels ID="Pixels:0" DimensionOrder="XYTZC" Type="uint16" SizeX="7" SizeY="5" SizeC="2" SizeZ="3" SizeT="2" PhysicalSizeX="0.2" PhysicalSizeY=\'0.2\' PhysicalSizeXUnit="&#xB5;m">'
    + blocks + '</ome:Pixels></ome:Image><ome:Image ID="Image:1"><ome:Pixels SizeC="7" SizeZ="7" SizeT="7"/></ome:Image></ome:OME>')
def write_pages(name, description, planes):
    with tifffile.TiffWriter(path(name)) as f:
        for i, p in enumerate(planes): f.write(p, photometric="minisblack", contiguous=False, metadata=None, description=description if i == 0 else None)
blocks = "".join(f'<ome:TiffData IFD="{i}" FirstT="{t}" FirstZ="{z}" FirstC="{c}" PlaneCount="1"/>' for i, (t, z, c) in enumerate(pages))
write_pages("ome-shuffled.ome.tif", xml(blocks), [a[p] for p in pages]); note("ome-shuffled.ome.tif", a, "ome", [0.2, 0.2])
blocks = ('<ome:TiffData FirstC="0" IFD="0" PlaneCount="6"><ome:UUID FileName="another-name.tif">urn:uuid:1</ome:UUID></ome:TiffData>'
          '<ome:TiffData FirstC="1" IFD="0" PlaneCount="6"><ome:UUID FileName="ome-part.ome.tif">urn:uuid:2</ome:UUID></ome:TiffData>')
write_pages("ome-part.ome.tif", xml(blocks), [a[t, z, 0] for z in range(3) for t in range(2)]); note("ome-part.ome.tif", a, "ome", [0.2, 0.2])
facts["ome-part.ome.tif"]["planes"] = [p for p in facts["ome-part.ome.tif"]["planes"] if p["c"] == 1]

# Pages of which nothing is said, and resolutions.
a = numbers("u1", 4, H, W); tifffile.imwrite(path("pages-cm.tif"), a, photometric="minisblack", metadata=None, resolution=(20000, 10000), resolutionunit="CENTIMETER"); note("pages-cm.tif", a[:, None, None], "pages", [0.5, 1])
a = numbers("u1", H, W); tifffile.imwrite(path("inch.tif"), a, metadata=None, resolution=(25400, 25400), resolutionunit="INCH"); note("inch.tif", a[None, None, None], "pages", [1, 1])
tifffile.imwrite(path("print.tif"), a, metadata=None, resolution=(300, 300), resolutionunit="INCH"); note("print.tif", a[None, None, None], "pages")
Image.fromarray(a).save(path("phys.png"), dpi=(25400 / 0.65, 25400 / 0.325)); note("phys.png", a[None, None, None], "pages", [0.65, 0.325])
Image.fromarray(a).save(path("print.png"), dpi=(72, 72)); note("print.png", a[None, None, None], "pages")
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
a = numbers("u2", H, W) >> 4
open(path("sbit12.png"), "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, 16, 0, 0, 0, 0)) + chunk(b"sBIT", b"\x0c")
    + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + r.astype(">u2").tobytes() for r in a))) + chunk(b"IEND", b"")); note("sbit12.png", a[None, None, None], "pages", significant=12)
# A header behind more than 16 KB of text.
assert open(path("sbit12.png"), "rb").read()[33:37] == b"\0\0\0\x01"
raw = open(path("sbit12.png"), "rb").read(); open(path("late.png"), "wb").write(raw[:33] + chunk(b"tEXt", b"a\0" + b"x" * 20000) + raw[33:]); note("late.png", a[None, None, None], "pages", significant=12)

# JPEG: smooth pictures, so that colours at half resolution do not depend on how a reader fills in.
y, x = np.mgrid[0:37, 0:53]; grey = (128 + 90 * np.sin(x / 9) * np.cos(y / 7)).astype("u1"); rgb = np.stack([grey, 255 - grey, (2 * x + y).astype("u1")], -1)
def jpeg(name, pixel=None):
    image = Image.open(path(name)); note(name, np.asarray(image)[None, None, None], "pages", pixel)
Image.fromarray(grey).save(path("pillow-grey.jpg"), quality=90); jpeg("pillow-grey.jpg")
Image.fromarray(rgb).save(path("pillow-444.jpg"), quality=95, subsampling=0, dpi=(50800, 25400)); jpeg("pillow-444.jpg", [0.5, 1])
Image.fromarray(rgb).save(path("pillow-420.jpg"), quality=85, subsampling=2, dpi=(72, 72)); jpeg("pillow-420.jpg")
Image.fromarray(rgb).save(path("pillow-progressive.jpg"), quality=90, progressive=True, optimize=True); jpeg("pillow-progressive.jpg")
cv2.imwrite(path("opencv.jpg"), rgb[..., ::-1]); jpeg("opencv.jpg")
cv2.imwrite(path("opencv-restarts.jpg"), grey, [cv2.IMWRITE_JPEG_RST_INTERVAL, 2]); jpeg("opencv-restarts.jpg")
imageio.imwrite(path("imageio.jpeg"), rgb); jpeg("imageio.jpeg")
Image.fromarray(np.concatenate([rgb, grey[..., None]], -1), "CMYK").save(path("cmyk.jpg"))
json.dump(facts, open(os.path.join(here, "stacks.json"), "w"), separators=(",", ":"))
print(len(facts), "files", sum(os.path.getsize(path(n)) for n in os.listdir(out)), "bytes", os.path.getsize(os.path.join(here, "stacks.json")))
