"""Writes the image files in files/ and what other readers see in them into files.json.

    python3 -m venv V && V/bin/pip install numpy pillow tifffile imagecodecs && V/bin/python make_files.py

PNGs are put together chunk by chunk here, so that every colour type, depth and interlacing exists; Pillow or plain
arithmetic on the arrays gives what is expected. TIFFs are written by tifffile and Pillow.
"""
import json, os, struct, zlib
import numpy as np, tifffile
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__)); out = os.path.join(here, "files"); os.makedirs(out, exist_ok=True)
rng = np.random.default_rng(7); facts, seen = {}, {}

def fingerprint(values):
    """FNV-1a over the samples' float64 bit patterns, a word each, in hexadecimal."""
    h = 0xcbf29ce484222325
    for bits in np.asarray(values, np.float64).view(np.uint64): h = ((h ^ int(bits)) * 0x100000001b3) % 2 ** 64
    return f"{h:016x}"

def note(name, array, bits, kind="uint", pages=1, stored=None, palette=False):
    """What the file holds: `array` is H x W or H x W x C, in the values that a reader must give."""
    a = np.asarray(array); a3 = a if a.ndim == 3 else a[..., None]
    flat = a3.astype(np.float64).ravel()
    entry = dict(width=a3.shape[1], height=a3.shape[0], channels=a3.shape[2], bits=bits, format=kind, pages=pages,
                 palette=palette, hash=fingerprint(flat), min=float(flat.min()), max=float(flat.max()), mean=float(flat.mean()))
    seen[name] = flat if stored is None else np.asarray(stored).astype(np.float64).ravel()
    if stored is not None: entry["storedHash"] = fingerprint(seen[name])
    facts[name] = entry

def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def pack(row, bits):
    if bits == 16: return row.astype(">u2").tobytes()
    if bits == 8: return row.astype(np.uint8).tobytes()
    b = ((row[:, None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8).ravel(); return np.packbits(b).tobytes()
def lines(a, bits): return b"".join(b"\0" + pack(r.reshape(-1), bits) for r in a)
def png(name, a, bits, kind, interlaced, before=b""):
    a3 = a if a.ndim == 3 else a[..., None]; h, w = a3.shape[:2]
    if interlaced:
        body = b""
        for x0, y0, dx, dy in [(0,0,8,8),(4,0,8,8),(0,4,4,8),(2,0,4,4),(0,2,2,4),(1,0,2,2),(0,1,1,2)]:
            part = a3[y0::dy, x0::dx]
            if part.size: body += lines(part, bits)
    else: body = lines(a3, bits)
    with open(os.path.join(out, name), "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, bits, kind, 0, 0, int(interlaced)))
                + before + chunk(b"IDAT", zlib.compress(body, 9)) + chunk(b"IEND", b""))

W, H = 13, 11
for interlaced in (False, True):
    tail = "-interlaced.png" if interlaced else ".png"
    for bits in (1, 2, 4, 8, 16):
        grey = rng.integers(0, 2 ** bits, (H, W)); grey[0, 0] = 1; top = 2 ** bits - 1
        png(f"grey{bits}{tail}", grey, bits, 0, interlaced); note(f"grey{bits}{tail}", grey, bits)
        name = f"grey{bits}-transparent{tail}"
        png(name, grey, bits, 0, interlaced, chunk(b"tRNS", struct.pack(">H", 1)))
        note(name, np.stack([grey, np.where(grey == 1, 0, top)], -1), bits, stored=grey)
        if bits <= 8:
            n = 2 ** bits; index = rng.integers(0, n, (H, W)); colours = rng.integers(0, 256, (n, 3)); alpha = rng.integers(0, 256, (n + 1) // 2)
            plte = chunk(b"PLTE", colours.astype(np.uint8).tobytes())
            png(f"palette{bits}{tail}", index, bits, 3, interlaced, plte)
            note(f"palette{bits}{tail}", colours[index], 8, stored=index, palette=True)
            name = f"palette{bits}-transparent{tail}"
            png(name, index, bits, 3, interlaced, plte + chunk(b"tRNS", alpha.astype(np.uint8).tobytes()))
            full = np.concatenate([alpha, np.full(n - len(alpha), 255)])
            note(name, np.concatenate([colours[index], full[index][..., None]], -1), 8, stored=index, palette=True)
        if bits >= 8:
            rgb = rng.integers(0, 2 ** bits, (H, W, 3)); rgb[0, 0] = (1, 2, 3)
            png(f"rgb{bits}{tail}", rgb, bits, 2, interlaced); note(f"rgb{bits}{tail}", rgb, bits)
            name = f"rgb{bits}-transparent{tail}"
            png(name, rgb, bits, 2, interlaced, chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3)))
            clear = (rgb == (1, 2, 3)).all(-1); note(name, np.concatenate([rgb, np.where(clear, 0, top)[..., None]], -1), bits, stored=rgb)
            for kind, c, word in ((4, 2, "grey-alpha"), (6, 4, "rgba")):
                a = rng.integers(0, 2 ** bits, (H, W, c)); png(f"{word}{bits}{tail}", a, bits, kind, interlaced); note(f"{word}{bits}{tail}", a, bits)

def tiff(name, a, bits=None, kind="uint", pages=1, expect=None, stored=None, palette=False, **options):
    tifffile.imwrite(os.path.join(out, name), a, metadata=None, **options)
    e = a if expect is None else expect
    note(name, e, bits or np.asarray(a).dtype.itemsize * 8, kind, pages, stored, palette)

def ramp(dtype, *shape):
    d = np.dtype(dtype)
    if d.kind == "f": return rng.normal(0, 100, shape).astype(d)
    i = np.iinfo(d); return rng.integers(max(i.min, -2**31), min(i.max, 2**32 - 1) if d.kind == "u" else min(i.max, 2**31 - 1), shape, endpoint=True).astype(d)
W, H = 37, 29
for order, word in (("<", "little"), (">", "big")):
    for dtype, kind in (("u1", "uint"), ("u2", "uint"), ("u4", "uint"), ("i1", "int"), ("i2", "int"), ("i4", "int"), ("f4", "float")):
        tiff(f"{dtype}-{word}.tif", ramp(dtype, H, W), kind=kind, byteorder=order, photometric="minisblack")
        tiff(f"{dtype}-{word}-tiles.tif", ramp(dtype, H, W), kind=kind, byteorder=order, photometric="minisblack", tile=(16, 16), compression="zlib")
for dtype, kind in (("f2", "float"), ("f8", "float")):
    a = ramp(dtype, H, W); tiff(f"{dtype}.tif", a, kind=kind, photometric="minisblack", expect=a.astype(np.float32))
a = rng.integers(0, 1000, (H, W)).astype("i8"); tiff("i8.tif", a, kind="int", photometric="minisblack")
tiff("u8.tif", a.astype("u8"), photometric="minisblack")
for name in ("packbits", "lzw", "zlib"):
    for predictor in ((None, 2) if name != "packbits" else (None,)):
        for dtype in ("u1", "u2"):
            a = (np.add.outer(np.arange(H), np.arange(W)) * (1 if dtype == "u1" else 300)).astype(dtype)
            tiff(f"{name}{'-predicted' if predictor else ''}-{dtype}.tif", a, photometric="minisblack", compression=name, predictor=predictor, rowsperstrip=5)
for dtype in ("u1", "u2"):
    for planar in ("contig", "separate"):
        for tile in (None, (16, 32)):
            a = ramp(dtype, H, W, 3); stored = a if planar == "contig" else np.ascontiguousarray(a.transpose(2, 0, 1))
            tiff(f"rgb-{dtype}-{planar}{'-tiles' if tile else ''}.tif", stored, photometric="rgb", planarconfig=planar, tile=tile, compression="lzw", expect=a)
a = ramp("u2", H, W, 5); tiff("five-channels.tif", a, photometric="minisblack", planarconfig="contig")
a = ramp("u2", H, W, 2); tiff("two-channels.tif", a, photometric="minisblack", planarconfig="contig")
a = ramp("u1", H, W, 2); tiff("grey-alpha.tif", a, photometric="minisblack", planarconfig="contig", extrasamples=["unassalpha"])
stack = ramp("u2", 4, H, W); tiff("pages.tif", stack, photometric="minisblack", pages=4, expect=stack[0])
tiff("bigtiff.tif", stack, photometric="minisblack", pages=4, bigtiff=True, expect=stack[0])
tiff("bigtiff-big-endian.tif", stack, photometric="minisblack", pages=4, bigtiff=True, byteorder=">", compression="zlib", expect=stack[0])
a = ramp("u1", H, W); tiff("white-is-zero.tif", a, photometric="miniswhite", expect=255 - a.astype(int), stored=a)
one = rng.integers(0, 2, (H, W)).astype(bool); tiff("bilevel.tif", one, bits=1, photometric="minisblack", expect=one.astype(int))
tiff("bilevel-packbits.tif", one, bits=1, photometric="minisblack", compression="packbits", expect=one.astype(int))
for bits in (2, 4, 12):
    a = rng.integers(0, 2 ** bits, (H, W)).astype("u1" if bits < 9 else "u2"); raw = b"".join(pack(r.astype(int), bits) if bits != 12 else np.packbits(((r[:, None].astype(int) >> np.arange(11, -1, -1)) & 1).astype(np.uint8).ravel()).tobytes() for r in a)
    head = struct.pack("<2sHI", b"II", 42, 8 + len(raw)) + raw
    tags = [(256, 4, W), (257, 4, H), (258, 3, bits), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1), (278, 4, H), (279, 4, len(raw))]
    with open(os.path.join(out, f"grey{bits}.tif"), "wb") as f:
        f.write(head + struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in tags) + struct.pack("<I", 0))
    note(f"grey{bits}.tif", a, bits)
index = rng.integers(0, 256, (H, W)).astype("u1"); colours = rng.integers(0, 256, (3, 256))
tiff("palette.tif", index, bits=8, photometric="palette", colormap=(colours * 257).astype("u2"), expect=colours.T[index], stored=index, palette=True)
p = Image.fromarray(ramp("u1", H, W)); p.save(os.path.join(out, "pillow-lzw.tif"), compression="tiff_lzw"); note("pillow-lzw.tif", np.asarray(p), 8)
# What the independent readers see must be what is noted.
for name, f in facts.items():
    path = os.path.join(out, name); shape = (f["height"], f["width"], f["channels"])
    if name.endswith(".tif"):
        got = tifffile.TiffFile(path).pages[0].asarray()
        if got.ndim == 3 and got.shape[0] == shape[2] != got.shape[2]: got = got.transpose(1, 2, 0)
        got = got.astype(np.float32) if f["format"] == "float" else got
        assert np.array_equal(got.ravel().astype(np.float64), seen[name]), name
    elif f["bits"] == 8 and "transparent" not in name:
        im = Image.open(path); indices = np.asarray(im).ravel()
        assert np.array_equal(indices, seen[name]), name
        if im.mode == "P": assert fingerprint(np.asarray(im.convert("RGB")).ravel()) == f["hash"], name
    else: Image.open(path).load()
json.dump(facts, open(os.path.join(here, "files.json"), "w"), indent=0)
print(len(facts), "files", sum(os.path.getsize(os.path.join(out, n)) for n in os.listdir(out)), "bytes", os.path.getsize(os.path.join(here, "files.json")))
