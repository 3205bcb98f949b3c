"""Writes the fixtures of DatasetsTests: one small data set for each layout, and one mask for each encoding, with tools
other than Petri, and expected.json with what they hold, counted here.

    python3 -m venv /opt/venv-data
    /opt/venv-data/bin/pip install numpy tifffile imageio pillow opencv-python-headless pycocotools scipy
    /opt/venv-data/bin/python make.py
"""
import json
import pathlib
import shutil

import cv2
import imageio.v3 as iio
import numpy as np
import tifffile
from PIL import Image
from pycocotools import mask as coco_mask
from scipy import ndimage

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 32, 24
random = np.random.default_rng(3)
expected = {}


def labels(count, touching=False):
    """A label image of `count` discs, numbered with gaps; the last two touch if asked."""
    image = np.zeros((HEIGHT, WIDTH), np.uint16)
    places = [(5, 5), (5, 16), (5, 26), (17, 6), (17, 17), (17, 26)]
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    for index in range(count):
        row, column = places[index]
        radius = 2 + index % 3
        image[(rows - row) ** 2 + (columns - column) ** 2 <= radius * radius] = 3 * index + 2
    if touching:
        image[10:13, 10:14] = 100
        image[10:13, 14:18] = 101
    return image


def picture(of, dtype=np.uint8, scale=1):
    """A noisy picture of the labels."""
    noise = random.integers(0, 20, of.shape)
    return ((of > 0) * 100 * scale + noise * scale).astype(dtype)


def components(mask):
    return ndimage.label(mask)[0]


def numbered(image):
    """The labels renumbered 1, 2, ... by their first pixels."""
    result = np.zeros(image.shape, np.int64)
    for number, (value, _) in enumerate(
        sorted(((v, np.flatnonzero(image == v)[0]) for v in np.unique(image) if v), key=lambda item: item[1]), 1
    ):
        result[image == value] = number
    return result


def facts(image):
    numbers = numbered(image)
    checksum = int((numbers.ravel() * np.arange(1, numbers.size + 1)).sum() % (1 << 32))
    return {"objects": int(numbers.max()), "foreground": int((numbers > 0).sum()), "checksum": checksum}


def path(name):
    target = HERE / name
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def expect(folder, layout, encoding, pairs, **others):
    expected[folder] = {
        "layout": layout, "encoding": encoding, "pairs": {name: facts(image) for name, image in pairs.items()},
    } | others


for old in HERE.iterdir():
    if old.is_dir():
        shutil.rmtree(old)

# cGAN-Seg, StarDist: parts with images/ and masks/, 16-bit labels.
pairs = {}
for part, names in {"train": ["a", "b"], "test": ["c"]}.items():
    for name in names:
        mask = labels(3 + len(pairs), touching=True)
        tifffile.imwrite(path(f"stardist/{part}/images/{name}.tif"), picture(mask, np.uint16, 30))
        tifffile.imwrite(path(f"stardist/{part}/masks/{name}.tif"), mask)
        pairs[name] = mask
# The same pixels in both parts, as another format: a leak.
leaked = tifffile.imread(HERE / "stardist/train/images/a.tif")
iio.imwrite(path("stardist/test/images/copy.png"), leaked)
tifffile.imwrite(path("stardist/test/masks/copy.tif"), pairs["a"])
pairs["copy"] = pairs["a"]
expected["stardist as COCO"] = {
    name: [
        coco_mask.encode(np.asfortranarray((pairs[name] == value).astype(np.uint8)))["counts"].decode()
        for value in np.unique(pairs[name]) if value
    ]
    for name in ("a", "b")
}
expect("stardist", "images+masks", "labels, 16 bit", pairs, parts=["test", "train"], leaks=[["copy", "a"]])

# BBBC038: one file per object, RGBA pictures; the third object overlaps the second.
pairs = {}
for name in ["0a1f", "9c2e"]:
    mask = labels(4)
    grey = picture(mask)
    iio.imwrite(
        path(f"bbbc038/stage1_train/{name}/images/{name}.png"),
        np.dstack([grey, grey, grey, np.full_like(grey, 255)]))
    for index, value in enumerate(v for v in np.unique(mask) if v):
        iio.imwrite(path(f"bbbc038/stage1_train/{name}/masks/{index}.png"), ((mask == value) * 255).astype(np.uint8))
    pairs[name] = mask
overlap = np.zeros((HEIGHT, WIDTH), np.uint8)
overlap[0:5, 0:6] = 255
iio.imwrite(path("bbbc038/stage1_train/9c2e/masks/9.png"), overlap)
contested = int(((overlap > 0) & (pairs["9c2e"] > 0)).sum())
pairs["9c2e"] = np.where((overlap > 0) & (pairs["9c2e"] == 0), 99, pairs["9c2e"])
iio.imwrite(path("bbbc038/stage1_test/ff00/images/ff00.png"), picture(labels(2)))
expect("bbbc038", "bbbc038", "one file per object", pairs, contested=contested, parts=["stage1_train"])

# Cellpose: _img and _masks; Omnipose: x.tif and x_masks.tif; the program's own _cp_masks, with flows beside them.
pairs = {}
for name in ["000", "001"]:
    mask = labels(5)
    iio.imwrite(path(f"cellpose/{name}_img.png"), picture(mask))
    iio.imwrite(path(f"cellpose/{name}_masks.png"), mask)
    pairs[name] = mask
expect("cellpose", "cellpose", "labels, 16 bit", pairs)
pairs = {}
for name in ["bact 1", "bact_2"]:
    mask = labels(6)
    tifffile.imwrite(path(f"omnipose/{name}.tif"), picture(mask, np.uint16, 7))
    tifffile.imwrite(path(f"omnipose/{name}_masks.tif"), mask.astype(np.uint8))
    tifffile.imwrite(path(f"omnipose/{name}_flows.tif"), random.random((HEIGHT, WIDTH)).astype(np.float32))
    pairs[name] = mask
expect("omnipose", "cellpose", "labels, 8 bit", pairs)
pairs = {}
for name in ["cells"]:
    mask = labels(6)
    tifffile.imwrite(path(f"cp_masks/{name}.tif"), picture(mask))
    cv2.imwrite(str(path(f"cp_masks/{name}_cp_masks.png")), mask)
    np.save(path(f"cp_masks/{name}_seg.npy"), mask)
    pairs[name] = mask
expect("cp_masks", "cellpose", "labels, 16 bit", pairs)

# Usiigaci.
pairs = {}
for name in ["set1", "set12"]:
    mask = labels(6)
    tifffile.imwrite(path(f"usiigaci/{name}/raw.tif"), picture(mask, np.uint16, 100))
    iio.imwrite(path(f"usiigaci/{name}/instances_ids.png"), mask.astype(np.uint8))
    pairs[name] = mask
expect("usiigaci", "usiigaci", "labels, 8 bit", pairs)

# Cell Tracking Challenge: 01 with sparse gold truth and tracks, 02 with slices of stacks, 03 with silver truth,
# 04 with results.
pairs = {}
for frame in range(4):
    mask = labels(4)
    tifffile.imwrite(path(f"ctc/01/t{frame:03}.tif"), picture(mask))
    tifffile.imwrite(path(f"ctc/01_GT/TRA/man_track{frame:03}.tif"), mask)
    if frame in (0, 2):
        tifffile.imwrite(path(f"ctc/01_GT/SEG/man_seg{frame:03}.tif"), mask)
        pairs[f"01_t{frame:03}"] = mask
path("ctc/01_GT/TRA/man_track.txt").write_text("2 0 3 0\n5 0 1 0\n8 2 3 5\n11 2 3 5\n")
stack = np.stack([picture(labels(n)) for n in (1, 2, 3)])
tifffile.imwrite(path("ctc/02/t000.tif"), stack, photometric="minisblack")
for slice in (0, 2):
    tifffile.imwrite(path(f"ctc/02_GT/SEG/man_seg_000_{slice:03}.tif"), labels(slice + 1))
    pairs[f"02_t000_z{slice:03}"] = labels(slice + 1)
for frame in range(2):
    mask = labels(5)
    tifffile.imwrite(path(f"ctc/03/t{frame:03}.tif"), picture(mask))
    tifffile.imwrite(path(f"ctc/03_ST/SEG/man_seg{frame:03}.tif"), mask)
    pairs[f"03_t{frame:03}"] = mask
mask = labels(2, touching=True)
tifffile.imwrite(path("ctc/04/t000.tif"), picture(mask))
tifffile.imwrite(path("ctc/04_RES/mask000.tif"), mask)
path("ctc/04_RES/res_track.txt").write_text("2 0 0 0\n5 0 0 0\n")
pairs["04_t000"] = mask
expect(
    "ctc", "ctc", "labels, 16 bit", pairs, unpairedImages=["01/t001.tif", "01/t003.tif"],
    tracks={"01": [4, 1, 4], "04": [2, 0, 1]})


def write_coco(name, entries):
    """`entries`: file name -> list of (segmentation, crowd, mask)."""
    images, annotations = [], []
    for file_name, objects in entries.items():
        images.append({"id": len(images) + 7, "file_name": file_name, "width": WIDTH, "height": HEIGHT})
        for segmentation, crowd, mask in objects:
            rows, columns = np.nonzero(mask)
            box = [int(columns.min()), int(rows.min()), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1]
            annotations.append({
                "id": len(annotations) + 1, "image_id": images[-1]["id"], "category_id": 1, "iscrowd": crowd,
                "area": int(mask.sum()), "bbox": box, "segmentation": segmentation,
            })
    path(name).write_text(json.dumps({
        "info": {"description": "caf\u00e9 \u2603"}, "licenses": [], "images": images, "annotations": annotations,
        "categories": [{"id": 1, "name": "cell"}],
    }))


def merged(objects):
    """What the first object to claim a pixel makes of it, and the pixels claimed again."""
    result = np.zeros((HEIGHT, WIDTH), np.int64)
    contested = 0
    for number, mask in enumerate(objects, 1):
        contested += int(((mask > 0) & (result > 0)).sum())
        result[(mask > 0) & (result == 0)] = number
    return result, contested


# LIVECell: polygons, flat names, images in subfolders, annotations in a folder of their own. Painted by pycocotools.
entries, expected_labels = {}, {}
for name, folder in [("A172_1", "A172"), ("BV2_1", "BV2")]:
    mask = labels(5)
    tifffile.imwrite(path(f"livecell/images/livecell_train_val_images/{folder}/{name}.tif"), picture(mask))
    objects = []
    for value in (v for v in np.unique(mask) if v):
        contours, _ = cv2.findContours((mask == value).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        # Contours run through the centres of the outermost pixels: moved out to their edges.
        points = contours[0][:, 0, :].astype(float)
        centre = points.mean(0)
        points += 0.5 + 0.6 * np.sign(points - centre)
        polygon = [round(float(v), 2) for v in points.ravel()]
        drawn = coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects([polygon], HEIGHT, WIDTH)))
        objects.append(([polygon], 0, drawn))
    entries[f"{name}.tif"] = objects
    expected_labels[name] = merged([o[2] for o in objects])[0].ravel().tolist()
write_coco("livecell/annotations/LIVECell/livecell_coco_train.json", entries)
expect("livecell", "coco", "polygons", {}, labels=expected_labels)

# EVICAN and others: run lengths of both forms, crowds, overlaps, images flat beside the JSON.
entries, pairs = {}, {}
contested = 0
for number, name in enumerate(["one.png", "two.png"]):
    mask = labels(4, touching=True)
    iio.imwrite(path(f"coco/{name}"), picture(mask))
    objects = [mask == value for value in np.unique(mask) if value]
    wide = np.zeros((HEIGHT, WIDTH), bool)
    wide[0:8, 20:32] = True
    objects.append(wide)
    coded = []
    for index, drawn in enumerate(objects):
        fortran = np.asfortranarray(drawn.astype(np.uint8))
        compressed = coco_mask.encode(fortran)
        if (index + number) % 2:
            segmentation = {"size": [HEIGHT, WIDTH], "counts": compressed["counts"].decode()}
        else:
            flat = fortran.ravel(order="F")
            edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [0]])))
            counts = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
            segmentation = {"size": [HEIGHT, WIDTH], "counts": counts if edges[-1] != flat.size else counts[:-1]}
        coded.append((segmentation, 0, drawn))
    crowd = np.zeros((HEIGHT, WIDTH), np.uint8)
    crowd[20:, :] = 1
    segmentation = coco_mask.encode(np.asfortranarray(crowd))
    coded.append(({"size": [HEIGHT, WIDTH], "counts": segmentation["counts"].decode()}, 1, crowd))
    entries[name] = coded
    pairs[name[:-4]], more = merged(objects)
    contested += more
write_coco("coco/instances.json", entries)
expect("coco", "coco", "run lengths", pairs, contested=contested)

# DeepSea: binary masks with a long ending, weight maps of the same names.
pairs = {}
for name in ["A11_z016_c001", "B03_z012_c004"]:
    mask = labels(6, touching=True)
    iio.imwrite(path(f"deepsea/images/{name}.png"), picture(mask))
    cv2.imwrite(str(path(f"deepsea/masks/{name}_cell_area_masked.png")), ((mask > 0) * 255).astype(np.uint8))
    cv2.imwrite(str(path(f"deepsea/wmaps/{name}_cell_area_masked.png")), picture(mask))
    pairs[name] = components(mask > 0)
expect("deepsea", "deepsea", "binary, 0 and 255", pairs)

# YeaZ.
pairs = {}
for name in ["FOV0", "FOV1"]:
    mask = labels(6)
    tifffile.imwrite(path(f"yeaz/{name}_im.tif"), picture(mask, np.uint16, 40))
    tifffile.imwrite(path(f"yeaz/{name}_mask.tif"), mask)
    pairs[name] = mask
expect("yeaz", "yeaz", "labels, 16 bit", pairs)

# Two folders, told apart by a name or named by hand, with names that terminals and shells trip over.
pairs = {}
for name in ["a 'quoted' \"one\"", "\N{MICROSCOPE} emoji"]:
    mask = labels(6)
    tifffile.imwrite(path(f"siblings/raw data/{name}.tif"), picture(mask))
    tifffile.imwrite(path(f"siblings/Label masks/{name}.tif"), mask)
    pairs[name] = mask
expect("siblings", "siblings", "labels, 16 bit", pairs)

# Alone, and NumPy's.
for index in range(2):
    iio.imwrite(path(f"images-only/{index}.png"), random.integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8))
    iio.imwrite(path(f"masks-only/{index}.png"), labels(3 + index))
expected["masks-only"] = {"objects": 7}
np.savez(path("numpy/tissue.npz"), X=np.zeros((1, 4, 4, 1), np.uint8), y=np.zeros((1, 4, 4, 1), np.uint8))

# One mask for each encoding, of an image of six objects of which two touch.
mask = labels(4, touching=True)
touching = components(mask > 0)
iio.imwrite(path("encodings/binary01.png"), (mask > 0).astype(np.uint8))
iio.imwrite(path("encodings/binary255.png"), ((mask > 0) * 255).astype(np.uint8))
iio.imwrite(path("encodings/bilevel.png"), mask > 0)
iio.imwrite(path("encodings/labels8.png"), mask.astype(np.uint8))
iio.imwrite(path("encodings/labels16.png"), mask)
tifffile.imwrite(path("encodings/labels32.tif"), mask.astype(np.uint32) * 1000)
tifffile.imwrite(path("encodings/float.tif"), mask.astype(np.float32))
palette = Image.fromarray(numbered(mask).astype(np.uint8), mode="P")
# Two objects of one colour: indices tell them apart, colours would not.
palette.putpalette([0, 0, 0, 200, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 200, 200, 200, 0, 9, 9, 9])
palette.save(path("encodings/palette.png"))
table = random.integers(0, 256, (8, 3)).astype(np.uint8)
table[0] = 0
iio.imwrite(path("encodings/colours.png"), table[numbered(mask)])
iio.imwrite(path("encodings/grey-as-colour.png"), np.dstack([mask.astype(np.uint8)] * 3))
cv2.imwrite(str(path("encodings/jpeg.jpg")), ((mask > 0) * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 95])
expected["encodings"] = {
    name: facts(image) | {"encoding": encoding}
    for name, image, encoding in [
        ("binary01.png", touching, "binary, 0 and 1"), ("binary255.png", touching, "binary, 0 and 255"),
        ("bilevel.png", touching, "binary, 0 and 1"), ("labels8.png", mask, "labels, 8 bit"),
        ("labels16.png", mask, "labels, 16 bit"), ("labels32.tif", mask, "labels, 32 bit"),
        ("float.tif", mask, "labels, 32 bit"), ("palette.png", mask, "labels, palette indices"),
        ("colours.png", mask, "one colour per object"), ("grey-as-colour.png", mask, "labels, 8 bit"),
        ("jpeg.jpg", components(cv2.imread(str(HERE / "encodings/jpeg.jpg"), 0) > 127), "binary, JPEG"),
    ]
}

(HERE / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
