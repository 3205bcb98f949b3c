"""Writes Sources/Canvas/Plots/PixelGlyphs.swift: ASCII in DejaVu Sans Mono at 20 pixels, one bit a pixel.

Run with Pillow and the font (Debian: fonts-dejavu-core):  python3 Tests/Reference/glyphs.py > Sources/Canvas/Plots/PixelGlyphs.swift
"""
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 12, 24
font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", 20)
lines = []
for code in range(32, 127):
    image = Image.new("1", (WIDTH, HEIGHT))
    ImageDraw.Draw(image).text((0, 0), chr(code), font=font, fill=1)
    rows = ["%03x" % sum(1 << (WIDTH - 1 - x) for x in range(WIDTH) if image.getpixel((x, y))) for y in range(HEIGHT)]
    lines.append('        "%s",' % "".join(rows))
print(
    """/// Letters for plots in image files, which have no terminal to draw them: printable ASCII, made by
/// Tests/Reference/glyphs.py from DejaVu Sans Mono.
enum PixelGlyphs {
    static let width = %d
    static let height = %d

    /// The rows of a glyph from above, the leftmost pixel in the highest of `width` bits; "?" for what is not ASCII.
    static func rows(of character: Character) -> [UInt16] {
        let code = character.asciiValue.map(Int.init) ?? 63
        return glyphs[(32..<127).contains(code) ? code - 32 : 31]
    }

    private static let glyphs: [[UInt16]] = digits.map { text in
        let values = text.utf8.map { UInt16($0 < 58 ? $0 - 48 : $0 - 87) }
        return stride(from: 0, to: values.count, by: 3).map { values[$0] << 8 | values[$0 + 1] << 4 | values[$0 + 2] }
    }

    /// Three hexadecimal digits a row.
    private static let digits = [
%s
    ]
}"""
    % (WIDTH, HEIGHT, "\n".join(lines))
)
