"""Make .venv as requirements.lock says: with uv, or with pip where uv cannot.

`make` calls it, with nothing but Python there. Every file that is installed has a hash in the lock, uv itself
and the build backend too.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

VENV = Path(".venv")
PYTHON, UV = VENV / "bin" / "python", VENV / "bin" / "uv"
MAKING, INSTALLING, INSTALLED = VENV / "making", VENV / "installing", VENV / "installed"
PIP = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
# What uv and pip say of a file that the lock does not name, or of an entry without a hash.
REFUSAL = re.compile(r"hash mismatch|do not match the hashes|--require-hashes", re.IGNORECASE)
# uv reads nothing of pip's configuration; a mirror, a proxy or a certificate is often named only there.
SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "no-index": "UV_NO_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def main() -> None:
    entries = lock_entries(Path("requirements.lock").read_text(encoding="utf-8"))
    make_venv()
    interrupted = INSTALLING.exists()
    INSTALLED.unlink(missing_ok=True)
    INSTALLING.touch()
    with tempfile.TemporaryDirectory() as folder:
        uv = requirements(folder, "uv", entries.pop("uv"))
        # Packages without a wheel are built by a backend that is there already, not by one without a hash.
        backend = requirements(folder, "backend", entries["setuptools"])
        locked = [backend, requirements(folder, "everything", "".join(entries.values()))]
        if not (with_uv(uv, locked, interrupted) or with_pip(locked, interrupted)):
            raise SystemExit("error: the packages of requirements.lock could not be installed")
    INSTALLING.rename(INSTALLED)


def lock_entries(lock: str) -> dict[str, str]:
    """The lines of each package by its name."""
    entries = re.findall(r"^\w.*(?:\n[ \t]+.*)*\n", lock, re.MULTILINE)
    return {re.split(r"[^\w.-]", entry, maxsplit=1)[0]: entry for entry in entries}


def requirements(folder: str, name: str, lines: str) -> str:
    path = Path(folder, f"{name}.txt")
    path.write_text(lines, encoding="utf-8")
    return str(path)


def make_venv() -> None:
    """Make .venv where there is none. One that was left half made, or is another Python's, is removed."""
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    its = output([str(PYTHON), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    if VENV.exists() and (its != ours or MAKING.exists()):
        shutil.rmtree(VENV)
    elif output([*PIP[:3], "--version"]):
        return
    VENV.mkdir(exist_ok=True)
    MAKING.touch()
    # In an activated .venv, sys.executable is the link that may just have been removed.
    base = getattr(sys, "_base_executable", sys.executable)
    if subprocess.run([base, "-m", "venv", str(VENV)]).returncode:
        raise SystemExit(f"error: {base} could not make {VENV}")
    MAKING.unlink()


def with_uv(uv: str, locked: list[str], interrupted: bool) -> bool:
    """Whether the lock's uv could be had and installed everything, all of it anew if it was `interrupted`."""
    if not run([*PIP, "--only-binary", ":all:", "--require-hashes", "-r", uv]):
        print("uv cannot be had here: pip installs, from the same lock", flush=True)
        return False
    os.environ.update(uv_settings())
    command = [str(UV), "pip", "install", "--python", str(PYTHON), "--no-deps"]
    if not install(command + ["--reinstall"] * interrupted, locked):
        print("uv could not install: pip does, from the same lock", flush=True)
        return False
    return True


def with_pip(locked: list[str], interrupted: bool) -> bool:
    return install(PIP + ["--force-reinstall"] * interrupted, locked)


def uv_settings() -> dict[str, str]:
    """uv's variables for what only pip is told, and for a cache on another file system than .venv."""
    listed = output([str(PYTHON), "-m", "pip", "config", "list"])
    told = {}
    for section in ("global", "install", ":env:"):
        for name, value in re.findall(rf"^{section}\.([\w-]+)=(.+)$", listed, re.MULTILINE):
            if name in SETTINGS:
                told[SETTINGS[name]] = ",".join(str(ast.literal_eval(value)).split())
    if "UV_INDEX_URL" in os.environ:
        told.pop("UV_DEFAULT_INDEX", None)
    cache = Path(output([str(UV), "cache", "dir"]))
    while not cache.exists():
        cache = cache.parent
    if cache.stat().st_dev != VENV.stat().st_dev:
        told["UV_LINK_MODE"] = "copy"
    return {name: value for name, value in told.items() if name not in os.environ}


def output(command: list[str]) -> str:
    """What `command` prints, or nothing where it cannot be started."""
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def install(command: list[str], locked: list[str]) -> bool:
    """Whether `command` installed each of the `locked` files and the project itself."""
    parts = [["--require-hashes", "-r", file] for file in locked] + [["--editable", "."]]
    return all(run([*command, "--no-build-isolation", *part]) for part in parts)


def run(command: list[str]) -> bool:
    """Whether `command` succeeded: its downloads are shown as they begin, its other words only if it failed.

    Raises SystemExit if it refused a file for its hash.
    """
    words = []
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        print(error, flush=True)
        return False
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Downloading "):
                print(line, end="", flush=True)
            words.append(line)
    if process.returncode == 0:
        return True
    print(*words, sep="", end="", file=sys.stderr, flush=True)
    if REFUSAL.search("".join(words)):
        raise SystemExit("error: a file has another hash than requirements.lock says: nothing else is tried")
    return False


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
