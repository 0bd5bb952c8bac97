"""Folders and workbooks for tests to open."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

HEADER = "opportunity_id,rep_id,outcome,amount,closed_on"
ROWS = ["o1,ada,won,90,2026-07-11", "o2,bo,lost,40,2026-08-01"]


TEXT = "\n".join([HEADER, *ROWS])


def folder(path, text=TEXT, encoding="utf-8", **files):
    (path / "reps.csv").write_text("rep_id,name\nada,Ada Böhm\nbo,Bo Diaz\n", encoding="utf-8")
    (path / "opportunities.csv").write_bytes(text.encode(encoding))
    (path / "spmkit.toml").write_text('as_of = "2026-10-02"\n', encoding="utf-8")
    for name, content in files.items():
        (path / name).write_text(content, encoding="utf-8")
    return path


def workbook(path, sheets):
    """Write the least .xlsx that there is: inline texts and numbers."""

    def cell(value):
        if value is None:
            return "<c/>"
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    names = "".join(
        f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1)
    )
    targets = "".join(
        f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    files = {
        "_rels/.rels": f'<Relationships xmlns="{packages}"><Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{names}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{packages}">{targets}</Relationships>'
        ),
    }
    for i, rows in enumerate(sheets.values(), 1):
        body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        files[f"xl/worksheets/s{i}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    path.write_bytes(buffer.getvalue())
