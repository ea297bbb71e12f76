"""Make the fonts of this folder from Debian's packages. Needs fontTools 4.60.1, which the product itself does not.

    apt-get install fonts-noto-cjk
    pip install fonttools==4.60.1
    python literacy/fonts/build.py /usr/share/fonts/opentype/noto

ReportLab embeds TrueType outlines only, and Noto CJK has PostScript ones: the characters of GB 2312, Latin and what
official Chinese typing adds are taken out and their curves redrawn. The one without serifs also keeps the rare
characters beyond U+20000, which stand in names.
"""

import sys
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

HERE = Path(__file__).parent
SIMPLIFIED = 2
"""Which font of the collection is the one for 简体."""
RARE = 0x20000
MOST_OFF = 1.0
"""How far a redrawn curve may lie beside the first, in thousandths of the height."""
UNUSED = (
    "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
    "maxSizeOfInstructions", "maxComponentElements",
)  # fmt: skip
"""What only fonts with instructions count."""
SOURCES = {
    "NotoSansCJK-Regular.ttc": ("ShandaSans-Regular.ttf", "Shanda Sans"),
    "NotoSerifCJK-Regular.ttc": ("ShandaSerif-Regular.ttf", "Shanda Serif"),
}


def wanted() -> set[int]:
    """The characters that the fonts keep."""
    found = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x391, 0x3CA), *range(0x2010, 0x2040)}
    found |= set(range(0x2460, 0x2474))
    found |= {*range(0x2150, 0x2180), *range(0x2190, 0x2194), 0x20AC, 0x2103, 0x2116, 0x2713, 0x2717, 0x25A0, 0x25A1}
    found |= {0x25CB, 0x25CF, 0x2500, 0x2014, 0x2015, *range(0x3000, 0x3018), 0x3007, *range(0xFF01, 0xFF5F), 0xFFE5}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found |= {ord(one) for one in bytes([high, low]).decode("gb2312", "ignore")}
    return found


def redrawn(font: TTFont) -> None:
    """Replace the PostScript outlines by TrueType ones."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, MOST_OFF, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    font["maxp"].tableVersion = 0x00010000
    for field in UNUSED:
        setattr(font["maxp"], field, 0)
    font["maxp"].maxZones = 1
    font["post"].formatType = 3.0
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"


def build(source: Path, target: Path, name: str, *, rare: bool) -> None:
    """One font, under a name of its own, with the rare characters of names or without."""
    font = TTFont(source, fontNumber=SIMPLIFIED, lazy=True)
    names = {code for code in font.getBestCmap() if code >= RARE} if rare else set()
    options = Options(layout_features=[], hinting=False, desubroutinize=True, notdef_outline=True, name_IDs=[0, 13, 14])
    options.drop_tables += ["vhea", "vmtx", "VORG", "GPOS", "GSUB", "GDEF", "BASE", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted() | names)
    subsetter.subset(font)
    redrawn(font)
    postscript = target.stem
    for number, text in ((1, name), (2, "Regular"), (3, postscript), (4, name), (6, postscript)):
        font["name"].setName(text, number, 3, 1, 0x409)
    font.save(target)


if __name__ == "__main__":
    for file, (target, name) in SOURCES.items():
        build(Path(sys.argv[1]) / file, HERE / target, name, rare="Sans" in target)
