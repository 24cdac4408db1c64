from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
ENTRIES = re.findall(
    r"^(\w[^\\\n]*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", LOCK, re.MULTILINE
)
PINS = {canonicalize_name(pin.name): pin for pin in (Requirement(line) for line, _ in ENTRIES)}
UV = Path(sysconfig.get_path("scripts"), "uv").exists()
# A build backend that makes an empty package: all that the small project needs of one.
BACKEND = b"""
import zipfile

def build_editable(folder, settings=None, metadata=None):
    name = "small-1-py3-none-any.whl"
    about = "small-1.dist-info/"
    wheel = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    with zipfile.ZipFile(folder + "/" + name, "w") as archive:
        archive.writestr(about + "METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\n")
        archive.writestr(about + "WHEEL", wheel)
        archive.writestr(about + "RECORD", "")
    return name
"""
NEEDS_UV = pytest.mark.skipif(not UV, reason="uv has no wheel for this platform")


def test_lock_holds_nothing_but_versions_and_hashes() -> None:
    said = "".join(line for line in LOCK.splitlines(keepends=True) if not line.startswith("#"))
    assert "".join(f"{line} \\\n{hashes}" for line, hashes in ENTRIES) == said
    assert "//" not in LOCK and not re.search(r"\.(org|com|net|io)\b", LOCK)


def test_lock_pins_what_the_project_asks_for_and_this_environment_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *extras["dev"], *extras["install"]]
    for need in map(Requirement, [*wanted, *project["build-system"]["requires"]]):
        assert need.specifier.contains(version(PINS[canonicalize_name(need.name)])), need
    here = [pin for pin in PINS.values() if pin.marker is None or pin.marker.evaluate()]
    for pin in here:
        if pin.name != "uv" or UV:
            assert importlib.metadata.version(pin.name) == version(pin), pin.name


def version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("installer", [pytest.param("uv", marks=NEEDS_UV), "no uv", "broken uv"])
def test_changed_hash_is_refused_and_the_right_one_installed(installer: str, tmp_path: Path) -> None:
    project = Project(tmp_path, installer)
    first, second = project.leaf("1.0"), project.leaf("1.1")
    project.lock(first)
    made = project.make()
    assert made.returncode == 0, made.stderr
    assert project.installed() == "1.0"
    assert ("pip installs" in made.stdout, "pip does" in made.stdout) == {
        "uv": (False, False),
        "no uv": (True, False),
        "broken uv": (False, True),
    }[installer]

    project.lock(re.sub("sha256:.{8}", "sha256:" + "0" * 8, second))
    refused = project.make()
    assert refused.returncode != 0
    assert re.search("hash mismatch|do not match the hashes", refused.stderr, re.IGNORECASE)
    assert "requirements.lock" in refused.stderr
    assert ("pip does" in refused.stdout) == (installer == "broken uv")
    assert project.installed() == "1.0" and not project.complete()

    project.lock(second)
    assert project.make().returncode == 0
    assert project.installed() == "1.1" and project.complete()


@NEEDS_UV
def test_uv_itself_is_refused_if_its_hash_was_changed(tmp_path: Path) -> None:
    project = Project(tmp_path, "uv")
    project.tools["uv"] = re.sub("sha256:.{8}", "sha256:" + "0" * 8, project.tools["uv"])
    project.lock(project.leaf("1.0"))
    refused = project.make()
    assert refused.returncode != 0 and "DO NOT MATCH THE HASHES" in refused.stderr
    assert "pip installs" not in refused.stdout and not project.complete()


@NEEDS_UV
def test_interrupted_installation_is_done_again(tmp_path: Path) -> None:
    project = Project(tmp_path, "uv")
    project.lock(project.leaf("1.0"))
    assert project.make().returncode == 0
    (code,) = project.folder.glob(".venv/lib/*/site-packages/leaf.py")
    code.unlink()
    (project.folder / ".venv/installed").rename(project.folder / ".venv/installing")
    assert project.make().returncode == 0
    assert code.exists() and project.complete()


class Project:
    """A small project with this one's Makefile and a folder of wheels: `uv`, `no uv` or a `broken uv`."""

    def __init__(self, folder: Path, installer: str) -> None:
        self.folder, self.wheels = folder / "project", folder / "wheels"
        self.folder.mkdir()
        self.wheels.mkdir()
        for name in ("Makefile", "environment.py"):
            shutil.copy(ROOT / name, self.folder)
        (self.folder / "pyproject.toml").write_text(
            '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
            '[project]\nname = "small"\nversion = "1"\n'
        )
        self.tools = {"setuptools": self.wheel("setuptools", "99", {"setuptools/build_meta.py": BACKEND})}
        broken = b"#!/bin/sh\necho unknown processor >&2\nexit 132\n"
        uv = Path(sysconfig.get_path("scripts"), "uv").read_bytes() if installer == "uv" else broken
        self.tools["uv"] = self.wheel("uv", "9", {"uv-9.data/scripts/uv": uv})
        if installer == "no uv":
            next(self.wheels.glob("uv-*")).unlink()
        self.variables = {
            name: value for name, value in os.environ.items() if name[:3] not in ("PIP", "UV_", "MAK")
        }
        self.variables |= {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "UV_NO_CONFIG": "1",
            "UV_CACHE_DIR": str(folder / "cache"),
        }

    def leaf(self, version: str) -> str:
        return self.wheel("leaf", version, {"leaf.py": f"version = '{version}'\n".encode()})

    def wheel(self, name: str, version: str, files: dict[str, bytes]) -> str:
        """The lock's entry for a wheel that is put in the folder."""
        about = f"{name}-{version}.dist-info"
        files = files | {
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
            f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{file},,\n" for file in [*files, f"{about}/RECORD"])
        path = self.wheels / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for file, content in (files | {f"{about}/RECORD": record.encode()}).items():
                entry = zipfile.ZipInfo(file)
                entry.external_attr = (0o100755 if "/scripts/" in file else 0o100644) << 16
                archive.writestr(entry, content)
        return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"

    def lock(self, leaf: str) -> None:
        (self.folder / "requirements.lock").write_text(leaf + "".join(self.tools.values()))

    def make(self) -> subprocess.CompletedProcess[str]:
        command = ["make", "environment", f"PYTHON={sys.executable}"]
        return subprocess.run(
            command, cwd=self.folder, env=self.variables, capture_output=True, text=True, timeout=300
        )

    def installed(self) -> str:
        command = [".venv/bin/python", "-c", "import leaf; print(leaf.version)"]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True).stdout.strip()

    def complete(self) -> bool:
        return (self.folder / ".venv/installed").exists()
