"""Writes operations.json: what scipy, OpenCV, Pillow and numpy make of small images and label images.

    python3 -m venv V && V/bin/pip install numpy scipy pillow opencv-python-headless && V/bin/python make_operations.py
"""
import json, os
import cv2, numpy as np
from PIL import Image, ImageEnhance
from scipy import ndimage as ndi

here = os.path.dirname(os.path.abspath(__file__)); rng = np.random.default_rng(11)
flat = lambda a: [round(float(v), 7) if np.asarray(a).dtype.kind == "f" else int(v) for v in np.asarray(a).ravel()]
out = {}

# Labels: blobs that touch, reach the edge, are split and come in many sizes.
def blobs(h, w, n, r):
    lab = np.zeros((h, w), np.int32); yy, xx = np.mgrid[:h, :w]
    for k in range(n):
        y, x, a, b = rng.uniform(0, h), rng.uniform(0, w), rng.uniform(1, r), rng.uniform(1, r)
        lab[((yy - y) / a) ** 2 + ((xx - x) / b) ** 2 < 1] = int(rng.integers(1, 300))
    return lab
cross, full = ndi.generate_binary_structure(2, 1), np.ones((3, 3))
cases = []
for h, w, n, r in [(40, 50, 25, 9), (1, 17, 4, 5), (23, 1, 4, 6), (33, 64, 60, 5), (3, 3, 2, 2)]:
    lab = blobs(h, w, n, r); noise = (rng.random((h, w)) < .55).astype(np.uint8)
    big, small = ndi.grey_dilation(lab, size=3), ndi.grey_erosion(lab, size=3)
    classes = np.where((big != small) & (lab > 0), 2, (lab > 0).astype(int))
    equal4, equal8 = np.zeros_like(lab), np.zeros_like(lab)
    for structure, target in ((cross, equal4), (full, equal8)):
        k = 0
        for v in np.unique(lab[lab > 0]):
            part, m = ndi.label(lab == v, structure); target[part > 0] = part[part > 0] + k; k += m
    ids, first = np.unique(lab[lab > 0], return_index=True); order = ids[np.argsort(first)]
    relabelled = np.zeros_like(lab)
    for i, v in enumerate(order): relabelled[lab == v] = i + 1
    counts = np.bincount(lab.ravel()); kept = np.where(counts[lab] >= 15, lab, 0)
    # Distance of every pixel to the nearest core, which decides who is reached; whom it joins is not unique in a tie.
    core, _ = ndi.label(classes == 1, cross); distance = ndi.distance_transform_edt(core == 0) if core.any() else np.full(lab.shape, 1e9)
    nearest = [ndi.distance_transform_edt(core != v) for v in range(1, core.max() + 1)]
    joins = [[int(v) + 1 for v, d in enumerate(nearest) if abs(d[y, x] - distance[y, x]) < 1e-9] if classes[y, x] == 2 and distance[y, x] < 6 else [] for y in range(h) for x in range(w)]
    slices = ndi.find_objects(lab)
    boxes = {str(v): [s[1].start, s[0].start, s[1].stop - s[1].start, s[0].stop - s[0].start] for v, s in enumerate(slices, 1) if s}
    eroded = np.zeros_like(lab); outline = np.zeros_like(lab)
    for v in ids:
        m = (lab == v).astype(np.uint8); eroded += cv2.erode(m, np.ones((2, 2), np.uint8)).astype(np.int32) * v
        outline += m - ndi.binary_erosion(m, cross, border_value=1)
    cases.append(dict(width=w, height=h, labels=flat(lab), noise=flat(noise), noise4=flat(ndi.label(noise, cross)[0]), noise8=flat(ndi.label(noise, full)[0]),
        equal4=flat(equal4), equal8=flat(equal8), classes=flat(classes), relabelled=flat(relabelled), kept15=flat(kept), core=flat(core), joins=joins,
        areas={str(v): int(counts[v]) for v in ids}, boxes=boxes, eroded=flat(eroded), outlines=flat(outline),
        resized=flat(cv2.resize(lab, (37, 19), interpolation=cv2.INTER_NEAREST))))
out["labels"] = cases

# Planes.
h, w = 30, 41
plane = (ndi.gaussian_filter(rng.random((h, w)), 1.5)); plane = ((plane - plane.min()) / np.ptp(plane)).astype(np.float32)
resized = [dict(width=W, height=H, kind=name, values=flat(cv2.resize(plane, (W, H), interpolation=flag)))
    for W, H in [(17, 11), (50, 37), (41, 13), (20, 15), (1, 1)] for name, flag in (("bilinear", cv2.INTER_LINEAR), ("area", cv2.INTER_AREA)) if name == "bilinear" or (W <= w and H <= h)]
eight = np.round(plane * 255).astype(np.uint8)
clahe = [dict(clip=c, across=a, down=d, values=flat(cv2.createCLAHE(c, (a, d)).apply(eight))) for c, a, d in [(1, 3, 3), (2, 8, 8), (40, 2, 3), (1, 41, 30), (3, 1, 5), (0, 2, 2)]]
blurred = [dict(size=k, sigma=s, values=flat(cv2.GaussianBlur(plane, (k, k), s))) for k, s in [(5, .1), (5, .7), (5, 1), (11, 3), (1, 1)]]
tiny = rng.random((2, 3)).astype(np.float32)
sharp = [dict(factor=f, values=flat(np.asarray(ImageEnhance.Sharpness(Image.fromarray(eight)).enhance(f)))) for f in (0., .5, 2.)]
out["planes"] = dict(width=w, height=h, plane=flat(plane), eight=flat(eight), resized=resized, clahe=clahe, blurred=blurred, tiny=flat(tiny),
    tinyBlurred=flat(cv2.GaussianBlur(tiny, (9, 9), 2)), sharpened=sharp)
colour = rng.integers(0, 256, (5, 7, 3)).astype(np.uint8)
out["colour"] = dict(width=7, height=5, samples=flat(colour), luminance=flat(cv2.cvtColor(colour.astype(np.float32) / 255, cv2.COLOR_RGB2GRAY)))
json.dump(out, open(os.path.join(here, "operations.json"), "w"), separators=(",", ":"))
print(os.path.getsize(os.path.join(here, "operations.json")))
