"""Which language the user reads, and sentences in it."""

from __future__ import annotations

import importlib.util
import io
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.support.pseudo import Pseudo
from tray.model.problems import TrayError
from tray.texts import language
from tray.texts.language import _, enumerated, joined, plural

ROOT = Path(__file__).parents[2]
PLACES = re.compile(r"\{(\w+)\}")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.use(None)
    yield
    language.use(None)


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"LANG": "de_DE.UTF-8"}, ["de_DE.UTF-8"]),
        ({"LANG": "fr_FR", "LC_MESSAGES": "de_DE", "LC_ALL": ""}, ["de_DE"]),
        ({"LANG": "fr_FR", "LC_ALL": "it_IT", "LANGUAGE": "pt_BR:de"}, ["pt_BR", "de"]),
        ({"LANG": "de_DE", "LANGUAGE": "pt:en:de"}, ["pt"]),
        ({"LANG": "en_GB.UTF-8"}, []),
        ({"LC_ALL": "C", "LANGUAGE": "de"}, []),
        ({"LANG": "C.UTF-8"}, []),
    ],
)
def test_the_languages_that_are_wanted(environment: dict[str, str], found: list[str]) -> None:
    assert language.languages(environment.items()) == found


def test_values_are_inserted_as_they_are() -> None:
    assert _("Open {name}", name="{x} %s {0}") == "Open {x} %s {0}"
    assert _("Name what is {here}") == "Name what is {here}"
    assert plural("{number} day of {name}", "{number} days of {name}", 1, name="{number}") == "1 day of {number}"
    assert joined(["a", "b"]) == "a, b"
    assert [enumerated(["a"]), enumerated(["a", "b", "c"])] == ["a", "a, b and c"]


def template() -> ModuleType:
    spec = importlib.util.spec_from_file_location("extract_texts", ROOT / "packaging" / "extract-texts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_template_for_translators_is_up_to_date() -> None:
    module = template()
    assert module.TEMPLATE.read_bytes() == module.template(), "run: make texts"


def test_the_template_has_every_sentence_once_and_the_plurals() -> None:
    catalog = read_po(io.BytesIO(template().TEMPLATE.read_bytes()))
    assert catalog.get("Starting…") is not None
    assert catalog.get(("{number} problem", "{number} problems")) is not None


def test_every_translation_has_the_places_of_its_sentences_and_is_compiled() -> None:
    for path in (ROOT / "tray" / "texts" / "locale").rglob("*.po"):
        catalog = read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3])
        for message in catalog:
            ids, strings = (
                [found] if isinstance(found, str) else list(found or ()) for found in (message.id, message.string)
            )
            known = {place for text in ids for place in PLACES.findall(text)}
            # A form of a plural may be for one number alone; an empty text is yet to be translated.
            may = {language._NUMBER} if len(ids) > 1 else set()
            wrong = [text for text in strings if text and not known - may <= set(PLACES.findall(text)) <= known]
            assert not wrong, f"{path}: {message.id}"
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), f"{path} is not compiled"


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A translation of two sentences, one of which has a place that there is none for."""
    catalog = read_po(io.BytesIO(template().TEMPLATE.read_bytes()), locale="de")
    for message in catalog:
        match message.id:
            case "Quit":
                message.string = "Beenden"
            case "Open {name} ({length})":
                message.string = "{nam} öffnen"
            case ("{number} problem", "{number} problems"):
                message.string = ("{number} Problem", "{number} Probleme")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "notebook-tray.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    return folder


def test_a_translation_that_is_there_is_used(german: Path) -> None:
    from tray.texts import menu, menu_problems

    assert (menu.quit_(), menu.refresh()) == ("Beenden", "Refresh")
    assert [menu_problems.problems(1), menu_problems.problems(2)] == ["1 Problem", "2 Probleme"]
    assert menu.open_again("a", "1 h") == "Open a (1 h)", "a translation that is wrong is none"
    with language.in_english():
        assert menu.quit_() == "Quit"
    assert menu.quit_() == "Beenden"


def odd_charset() -> bytes:
    catalog = io.BytesIO()
    write_mo(catalog, read_po(io.BytesIO(b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')))
    return catalog.getvalue().replace(b"charset=utf-8", b"charset=xxx-9")


@pytest.mark.parametrize("content", [b"not a catalogue", b"", b"\xde", odd_charset()])
def test_a_catalogue_that_is_damaged_is_none(german: Path, content: bytes) -> None:
    (german / "notebook-tray.mo").write_bytes(content)
    assert _("Quit") == "Quit"


@pytest.mark.parametrize(
    "wrong",
    ["Öffnen", "{nam} öffnen", "{name[x]} öffnen", "{name.x} {name}", "{name:d}", "{name!x}", "{0} {name}", "{name"],
)
def test_a_translation_that_is_wrong_is_none(wrong: str) -> None:
    class Wrong(Pseudo):
        def gettext(self, message: str) -> str:  # noqa: ARG002
            return wrong

        def ngettext(self, one: str, many: str, number: int) -> str:  # noqa: ARG002
            return wrong

    language.use(Wrong())
    assert _("Open {name}", name="lab") == "Open lab"
    assert plural("{number} in {name}", "{number} in {name}", 2, name="lab") == "2 in lab"


def test_a_plural_for_one_number_alone_need_not_say_it() -> None:
    class Dual(Pseudo):
        def ngettext(self, one: str, many: str, number: int) -> str:  # noqa: ARG002
            return "zwei in {name}"

    language.use(Dual())
    assert plural("{number} in {name}", "{number} in {name}", 2, name="lab") == "zwei in lab"


def test_the_log_is_english(caplog: pytest.LogCaptureFixture) -> None:
    language.use(Pseudo())
    error = TrayError("profile-exists", profile="lab")
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("not done: %s", error)
    assert "not done: Profile exists: There is a profile “lab” already." in caplog.text
    assert error.problem.title == "⟦Profile exists⟧"


def test_gettext_is_not_imported_where_there_is_no_translation() -> None:
    code = "import sys; from tray.texts import menu; menu.quit_(); assert not {'gettext', 'locale'} & set(sys.modules)"
    environment = {**os.environ, "LANGUAGE": "de"}
    subprocess.run([sys.executable, "-S", "-c", code], check=True, cwd=ROOT, env=environment)
