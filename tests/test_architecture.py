"""Rules about the code, as tests. Each failure says what to do."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("literacy", "quizzes", "courses")
MAY_IMPORT = {
    "literacy": {"literacy"},
    "quizzes": {"literacy", "quizzes"},
    "courses": {"literacy", "quizzes", "courses"},
}
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "versions" not in path.parts and path.name != "env.py"
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> set[str]:
    """Top-level names of everything that a module imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {name for name in imported(ast.parse(path.read_text())) if name.split(".")[0] in (*PACKAGES, "run")}
    wrong = {name for name in ours if name.split(".")[0] not in MAY_IMPORT[package]}
    assert not wrong, f"{name_of(path)} imports {wrong}: imports go run → courses → quizzes → literacy, never up"


@pytest.mark.parametrize("path", sorted((ROOT / "quizzes/rubric").rglob("*.py")), ids=name_of)
def test_rubric_is_pure(path: Path) -> None:
    forbidden = {"flask", "sqlalchemy", "flask_sqlalchemy", "werkzeug", *PACKAGES, "run"}
    names = imported(ast.parse(path.read_text()))
    wrong = {name for name in names if name.split(".")[0] in forbidden and not name.startswith("quizzes.rubric")}
    assert not wrong, f"{name_of(path)} imports {wrong}: the rubric is pure Python"


def test_rubric_loads_without_flask_and_sqlalchemy() -> None:
    script = (
        "import sys, quizzes.rubric; quizzes.rubric.load_rubric();"
        "print([name for name in ('flask', 'sqlalchemy', 'literacy') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


SELDOM = ("numpy", "cryptography", "redis")
"""What a reply, a signature or the doctor needs, and 24 MB of memory. Imported inside the functions that use it."""


def test_a_process_that_only_writes_files_does_without_what_is_seldom_used(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys, run; run.create_app(); print([n for n in {SELDOM} if n in sys.modules])"],
        cwd=ROOT,
        env={**os.environ, "LITERACY_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if "service" in path.parts or path.name == "service.py"], ids=name_of
)
def test_services_neither_commit_nor_see_requests(path: Path) -> None:
    tree = ast.parse(path.read_text())
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert "commit" not in calls, f"{name_of(path)}: services flush; the view commits, once"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "flask":
            wrong = {alias.name for alias in node.names} & {"request", "session", "g", "flash", "redirect"}
            assert not wrong, f"{name_of(path)} uses {wrong}: hand services what they need"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= 400, f"{name_of(path)} has {lines} lines: make it a folder of the same name"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_bare_abort(path: Path) -> None:
    names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    assert "abort" not in names, f"{name_of(path)}: raise Refused or NotFound with a sentence instead of abort()"


def test_every_route_carries_an_access_mark(shared_app: Flask) -> None:
    unmarked = [
        rule.endpoint
        for rule in shared_app.url_map.iter_rules()
        if not hasattr(shared_app.view_functions[rule.endpoint], "access")
    ]
    assert not unmarked, f"mark with @requires(Permission.…) or @public: {unmarked}"


def test_public_routes_are_these(shared_app: Flask) -> None:
    """A new public route has to be written down here, on purpose."""
    public = {
        rule.endpoint
        for rule in shared_app.url_map.iter_rules()
        if shared_app.view_functions[rule.endpoint].access == "public"
    }
    checks = {"verify", "verify_code", "badge_keys", "badge_key", "badge_issuer", "badge_achievement", "badge_status"}
    ours = {"sign_in", "sign_in_again", "healthz", "school_logo", "unsubscribe", "activate"}
    assert public == {"static"} | {f"literacy.{name}" for name in ours} | {f"courses.{name}" for name in checks}


def test_paths_are_kebab_case_and_typed(shared_app: Flask) -> None:
    for rule in shared_app.url_map.iter_rules():
        bare = re.sub(r"<[^>]+>", "", rule.rule)
        assert bare == bare.lower() and "_" not in bare, f"{rule.rule}: write paths in kebab-case"
        for part in re.findall(r"<([^>]+)>", rule.rule):
            assert ":" in part or part in {"folder", "form"}, f"{rule.rule}: give <{part}> a type, e.g. <int:{part}>"


def test_an_unmarked_view_answers_403(shared_app: Flask, app: Flask, client, sign_in, monkeypatch) -> None:
    """Silence means no, even for people who may do everything."""
    view = shared_app.view_functions["literacy.account"]
    sign_in("learner", "trainer", "administrator")
    assert client.get("/account").status_code == 200
    monkeypatch.delattr(view, "access")
    assert client.get("/account").status_code == 403


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_hold_no_inline_code(path: Path) -> None:
    text = path.read_text()
    wrong = re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=|\son(?:click|submit|change|input|load)=|\|\s*safe\b", text)
    assert not wrong, f"{name_of(path)}: {wrong}: the content security policy forbids inline code; never use |safe"


PAGES = [path for path in TEMPLATES if path.parent.name in PACKAGES and not path.name.startswith("_")]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_page_has_a_title_and_an_endpoint(path: Path, shared_app: Flask) -> None:
    tree = shared_app.jinja_env.parse(path.read_text())
    blocks = {block.name for block in tree.find_all(nodes.Block)}
    assert "title" in blocks, f"{name_of(path)}: set {{% block title %}}"
    endpoint = f"{path.parent.name}.{path.stem}"
    # Pages that answer a POST of another endpoint.
    others = {"literacy.carry_on", "literacy.initial_password"}
    assert endpoint in shared_app.view_functions or endpoint in others, f"{name_of(path)} belongs to no endpoint"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_post_forms_carry_a_token(path: Path) -> None:
    for form in re.findall(r"<form\b[^>]*method=[\"']?post[^>]*>.*?</form>", path.read_text(), re.DOTALL | re.I):
        assert "csrf()" in form, f"{name_of(path)}: put {{{{ csrf() }}}} into the form"


def test_colours_stand_in_one_file() -> None:
    for path in (ROOT / "literacy/static/css").glob("*.css"):
        if path.name != "tokens.css":
            found = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", path.read_text())
            assert not found, f"{path.name}: {found}: colours are custom properties in tokens.css"


def test_requirements_are_pinned() -> None:
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                assert "==" in line, f"{name}: pin {line}"
