"""Writes the template of all translations: every sentence that `tray/texts` has. `make texts` runs it.

It has no date and no line numbers: those would change it where no sentence has changed.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "tray" / "texts" / "locale" / "notebook-tray.pot"
HEADER = """\
# What Notebook Tray says, for translation: see "A new language" in CONTRIBUTING.md. `make texts` writes this file.
"""


def template() -> bytes:
    """Return the template as it is to be."""
    catalog = Catalog(project="Notebook Tray", charset="utf-8", fuzzy=False, header_comment=HEADER.strip())
    found = extract_from_dir(
        ROOT / "tray" / "texts",
        method_map=[("**.py", "python")],
        keywords={"_": None, "plural": (1, 2)},
        comment_tags=["Translators:"],
        strip_comment_tags=False,
    )
    for path, _line, message, comments, _context in sorted(found, key=lambda each: (each[0], each[1])):
        catalog.add(message, locations=[(f"tray/texts/{Path(path).as_posix()}", 0)], auto_comments=comments)
    written = io.BytesIO()
    write_po(written, catalog, omit_header=True, include_lineno=False, width=120)
    head = (
        HEADER
        + 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return head.encode() + written.getvalue()


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(template())
    sys.stdout.write(f"{TEMPLATE.relative_to(ROOT)}\n")
