"""Question banks as Word documents: numbered questions, typed or numbered by Word itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from literacy.export import printable
from literacy.sheets.archive import DAMAGED, MACROS, Archive, below, local, zipped
from literacy.sheets.decoding import Unreadable
from quizzes.exchange.item import Bank, Fault, Item
from quizzes.exchange.paper.lines import lines_of, plain_lost, take_lines
from quizzes.exchange.paper.numbers import Numbering
from quizzes.exchange.reading import Reading
from quizzes.models import Kind

lost = plain_lost
_GONE = {"del", "moveFrom", "instrText", "rPr", "pPr", "delText", "txbxContent", "Fallback"}
"""What is not text of the document: what was deleted, fields' codes, looks, text boxes."""
_MEDIA = {"drawing": "图片", "pict": "图片", "object": "嵌入的对象", "oMath": "公式"}


def read(data: bytes, meanings: Mapping[str, Kind] | None = None) -> Bank:
    """The numbered questions of a Word document."""
    reading = Reading(meanings or {})
    try:
        archive = Archive(data)
        if archive.has_macros():
            raise Unreadable(MACROS)
        body = archive.xml("word/document.xml")
        if body is None:
            raise Unreadable(DAMAGED)
        document = _Document(Numbering(archive.xml("word/numbering.xml"), archive.xml("word/styles.xml")))
        take_lines(document.lines(body), reading)
    except Unreadable as refused:
        return Bank(faults=(Fault("", refused.sentence),))
    for place, word in document.media:
        reading.note(place, f"文件里的{word}没有读进来。题目要靠它才能答的，导入以后请改写成文字。")
    return reading.bank()


@dataclass
class _Document:
    numbering: Numbering
    media: list[tuple[str, str]] = field(default_factory=list)

    def lines(self, body: Element) -> Iterator[str]:
        """The document's lines, with the numbers that Word shows before them. Soft breaks end lines too."""
        for paragraph in below(body, "p"):
            pieces: list[str] = []
            self._collect(paragraph, pieces)
            text = "".join(pieces)
            label = self.numbering.label(paragraph) if text.strip() else ""
            yield from (label + text).split("\n")

    def _collect(self, element: Element, pieces: list[str]) -> None:
        for part in element:
            name = local(part)
            if name == "t":
                pieces.append((part.text or "").replace("\n", " "))
            elif name in ("tab", "ptab"):
                pieces.append("\t")
            elif name in ("br", "cr"):
                pieces.append("\n")
            elif name in _MEDIA:
                said = "".join(pieces).strip()[:16]
                self.media.append((f"“{said}”一段" if said else "", _MEDIA[name]))
            elif name not in _GONE:
                self._collect(part, pieces)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.styles+xml"/></Types>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/{{kind}}" Target="{{target}}"/></Relationships>'
)
_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="24"/>'
    '<w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
    '<w:spacing w:line="360" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>'
    '<w:rPr><w:rFonts w:eastAsia="黑体"/><w:b/><w:sz w:val="30"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Stem"><w:name w:val="Stem"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:before="240"/></w:pPr></w:style></w:styles>'
)
_STYLE_OF = {"heading": "Heading1", "stem": "Stem", "": "Normal"}


def write(items: Sequence[Item]) -> bytes:
    """The questions as a Word document that can be read in again. Replies are left out."""
    paragraphs = "".join(_paragraph(_STYLE_OF[kind], printable(text)) for kind, text in lines_of(items))
    document = (
        f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{paragraphs}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" '
        'w:gutter="0"/></w:sectPr></w:body></w:document>'
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="word/document.xml"),
            "word/_rels/document.xml.rels": _RELATIONS.format(kind="styles", target="styles.xml"),
            "word/styles.xml": _STYLES,
            "word/document.xml": document,
        }
    )


def _paragraph(style: str, text: str) -> str:
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{runs}</w:r></w:p>'
