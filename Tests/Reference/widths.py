"""Writes Tests/CanvasTests/Fixtures/widths.txt: clusters (code points in hexadecimal) and the columns they take.

python3 -m venv /tmp/venv && /tmp/venv/bin/pip install wcwidth==0.2.13 && /tmp/venv/bin/python Tests/Reference/widths.py
"""

import pathlib
import unicodedata
import wcwidth

lines = []
# Every 97th character that is assigned and shown, and all around the borders of blocks.
points = set(range(0xA1, 0x3000, 7)) | set(range(0x3000, 0x30000, 97)) | set(range(0x1F300, 0x1FB00, 5))
points |= set(range(0x2500, 0x2600)) | set(range(0x2800, 0x2900, 16)) | set(range(0x1FB00, 0x1FB3C))
for point in sorted(points):
    category = unicodedata.category(chr(point))
    if category in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Mn", "Me", "Mc"):
        continue
    # Parts of clusters, which do not stand alone.
    if 0x1160 <= point <= 0x11FF or 0xD7B0 <= point <= 0xD7FF or 0x1F3FB <= point <= 0x1F3FF:
        continue
    lines.append(f"{point:X} {wcwidth.wcwidth(chr(point))}")
clusters = [
    "e\u0301", "\u0915\u094d", "\uac01", "\u1100\u1161\u11a8", "\U0001F469\u200D\U0001F52C", "\u2764\uFE0F",
    "\U0001F44D\U0001F3FD", "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466", "\u05E9\u05C1",
    "\u0645\u064E", "\u304B\u3099", "a\u20DD",
]
for cluster in clusters:
    lines.append(" ".join(f"{ord(c):X}" for c in cluster) + f" {wcwidth.wcswidth(cluster)}")
folder = pathlib.Path(__file__).parent.parent / "CanvasTests" / "Fixtures"
(folder / "widths.txt").write_text("\n".join(lines) + "\n")
