"""The documentation says what the program does: settings, commands, targets, sources, links."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import click
import pytest

from api.cli import main
from api.settings import PREFIX, Settings
from ontologies.source import load, names

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
SETTING = re.compile(r"\bDIFFERENTIA_[A-Z][A-Z0-9_]*[A-Z]\b")


def tracked() -> list[Path]:
    """Files that git tracks or would track; all files where git is not there."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        paths = [ROOT / name for name in listing.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part == "out" or (part.startswith(".") and part != ".ci")
                for part in path.relative_to(ROOT).parts
            )
        ]
    return [path for path in paths if path.is_file()]


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Every command below `command`, with its full name."""
    yield " ".join(path), command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, (*path, name))


COMMANDS = dict(commands(main, ("differentia",)))
SECTIONS = {
    match["name"]: match["body"]
    for match in re.finditer(
        r"^## `(?P<name>[^`]+)`\n(?P<body>.*?)(?=^## |\Z)", CLI, re.MULTILINE | re.DOTALL
    )
}


def options_of(command: click.Command) -> set[str]:
    """Long option names of one command, --help aside."""
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--") and name not in ("--help", "--version")
    }


def settings() -> dict[str, object]:
    """Every setting by its name in the environment, with its default; None where it is computed."""
    named = {
        PREFIX + field.name.upper(): None if field.default is MISSING else field.default
        for field in fields(Settings)
    }
    return {PREFIX + "CONFIG": None, **named}


def test_every_setting_is_in_the_readme_with_its_default_and_no_other() -> None:
    rows = dict(
        re.findall(r"^\| `(DIFFERENTIA_[A-Z0-9_]+)` \|.*\| ([^|]+) \|$", README, re.MULTILINE)
    )
    assert set(rows) == set(settings())
    for name, default in settings().items():
        if default is not None:
            assert rows[name].replace("_", "") == f"`{default}`", name


@pytest.mark.parametrize(
    "document",
    [p for p in tracked() if p.suffix == ".md" or p.name == "Makefile"],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_no_document_names_a_setting_that_does_not_exist(document: Path) -> None:
    named = set(SETTING.findall(document.read_text(encoding="utf-8")))
    assert named <= set(settings())


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "differentia"])
def test_every_command_and_option_is_documented(name: str) -> None:
    assert name in SECTIONS, f"docs/cli.md has no section for `{name}`"
    documented = set(re.findall(r"^\| `(--[a-z][a-z-]*)", SECTIONS[name], re.MULTILINE))
    assert documented == options_of(COMMANDS[name])


def test_no_section_describes_a_command_that_does_not_exist() -> None:
    assert set(SECTIONS) <= set(COMMANDS)


@pytest.mark.parametrize(
    "document",
    [p for p in tracked() if p.suffix == ".md"],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_relative_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        assert path.exists(), f"{target} does not exist"
        if anchor:
            assert anchor in anchors(path), f"{path.name} has no heading #{anchor}"


def anchors(document: Path) -> set[str]:
    """The anchors that a Markdown renderer gives to the headings of `document`."""
    headings = re.findall(r"^#+ +(.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("name", names())
def test_every_source_is_named_with_its_licence_and_acknowledgement(name: str) -> None:
    source = load(name)
    data = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert f"`{name}`" in data
    assert f"`{name}`" in notice
    assert source.title in data
    assert source.licence_url in data
    for version, sha256 in source.sha256.items():
        assert version in data
        assert sha256 in data


def test_every_make_target_is_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    assert {"demo", "test", "check", "bench", "serve", "build", "clean"} <= targets
    assert targets == set(re.findall(r"`make ([a-z]+)`", README))


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make test\b", script, re.MULTILINE)
    assert re.search(r"^make check\b", script, re.MULTILINE)


def test_pins_cover_the_declared_dependencies() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for block, file in (
        ("dependencies", "base.txt"),
        ("vision", "vision.txt"),
        ("training", "training.txt"),
        ("dev", "dev.txt"),
    ):
        found = re.search(rf"^{block} = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
        assert found
        declared = {canonical(name) for name in re.findall(r'"([A-Za-z0-9_.-]+)', found[1])}
        lines = (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
        pinned = {canonical(line.partition("==")[0]) for line in lines if "==" in line}
        assert declared <= pinned, f"{file} lacks {sorted(declared - pinned)}"


def canonical(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_requirements_hold_pins_only() -> None:
    pin = r'[A-Za-z0-9_.-]+==[0-9][\w.]*(; sys_platform == "linux")?'
    for path in (ROOT / "requirements").glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert re.fullmatch(rf"#.*|-r [a-z0-9]+\.txt|{pin}", line), line


def test_no_registry_host_is_written_down() -> None:
    hosts = [
        "pypi." + "org",
        "python" + "hosted",
        "npm" + "js.",
        "conda." + "anaconda",
        "repo." + "maven",
        "--" + "index-url",
        "--" + "extra-index-url",
        "--" + "trusted-host",
    ]
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for host in hosts:
            assert host not in text, f"{path.relative_to(ROOT)} names {host}"


def test_the_demo_report_names_its_source_and_not_its_diagnosis() -> None:
    report = (ROOT / "examples" / "ataxia-two-sisters.txt").read_text(encoding="utf-8")
    sidecar = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    for document in (report, sidecar, (ROOT / "Makefile").read_text(encoding="utf-8")):
        assert "PMID:31632679" in document
    for giveaway in ("spinocerebellar", "sca29", "itpr1", "117360", "non-progressive ataxia"):
        assert giveaway not in report.lower()
