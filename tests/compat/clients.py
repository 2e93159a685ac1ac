"""Installs the official clients, and the validating proxy, into a folder outside the sources.

Python 3.11, standard library only. The versions are those of versions/. What was installed
once is found again by a hash of its lock file, so that a second run needs no network.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VERSIONS = os.path.join(HERE, "versions")
ROOT = os.path.dirname(os.path.dirname(HERE))

# The aliases of versions/package.json, oldest first.
NODE_CLIENTS = ("openai-4.104.0", "openai-5.23.2", "openai-6.0.0", "openai-7.57.0")
# Each has its versions/NAME.txt for pip, oldest first.
PYTHON_CLIENTS = ("openai-1.52.2", "openai-3.54.0")

NODE_MAJOR_MIN = 20
# Exit code of a test that did not run, as ctest knows it.
SKIPPED = 77

_INSTALL_SECONDS = 900
_FINISHED = "installed"


class Unavailable(Exception):
    """A client cannot be installed here; the text says why."""


def skips_are_failures():
    return os.environ.get("ARGOT_REQUIRE_COMPAT", "") not in ("", "0")


def exit_code(failed, skipped):
    """What a suite exits with, after it has said which parts were skipped and why."""
    if failed or (skipped and skips_are_failures()):
        return 1
    return SKIPPED if skipped else 0


def report_skip(what, why):
    verdict = "FAILED, because ARGOT_REQUIRE_COMPAT is set" if skips_are_failures() else "skipped"
    print(f"{what}: {verdict}: {why}", flush=True)


def cache_folder():
    return os.path.abspath(os.environ.get("ARGOT_COMPAT_CACHE")
                           or os.path.join(ROOT, "build", "compat-cache"))


def _run(command, what, **options):
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False,
                               timeout=_INSTALL_SECONDS, stdin=subprocess.DEVNULL, **options)
    except FileNotFoundError:
        raise Unavailable(f"{what}: there is no {command[0]}") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{what}: it took more than {_INSTALL_SECONDS} s") from None
    if ended.returncode != 0:
        lines = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-5:]
        raise Unavailable(f"{what} failed with {ended.returncode}: " + " | ".join(lines))
    return ended.stdout


def _digest(*inputs):
    """A short hash of texts and of files, which are named by absolute paths."""
    total = hashlib.sha256()
    for value in inputs:
        content = value.encode()
        if os.path.isabs(value) and os.path.isfile(value):
            with open(value, "rb") as file:
                content = file.read()
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()[:16]


@contextlib.contextmanager
def _one_at_a_time(cache):
    """Two suites may start together, and both need the same clients."""
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(cache, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _installed_once(name, install):
    """The folder of that name in the cache, made by install(folder) unless it is there already."""
    cache = cache_folder()
    folder = os.path.join(cache, name)
    finished = os.path.join(folder, _FINISHED)
    with _one_at_a_time(cache):
        if not os.path.exists(finished):
            # What an earlier run may have left unfinished.
            shutil.rmtree(folder, ignore_errors=True)
            print(f"installing {name} into {cache}", flush=True)
            install(folder)
            with open(finished, "w", encoding="ascii"):
                pass
    return folder


# --- Node ------------------------------------------------------------------------------------


def node_version():
    """The version of node as (major, minor, patch)."""
    text = _run(["node", "--version"], "node --version").strip()
    match = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+).*", text)
    if not match:
        raise Unavailable(f"node --version says {text!r}")
    version = tuple(int(part) for part in match.groups())
    if version[0] < NODE_MAJOR_MIN:
        raise Unavailable(f"node is {text}, the clients need {NODE_MAJOR_MIN} or newer")
    return version


def node_modules():
    """The folder node_modules with every Node client and the proxy."""
    major = node_version()[0]
    manifest = os.path.join(VERSIONS, "package.json")
    lock = os.path.join(VERSIONS, "package-lock.json")

    def install(folder):
        os.makedirs(folder)
        shutil.copy(manifest, folder)
        shutil.copy(lock, folder)
        downloads = os.path.join(folder, "downloads")
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
              "--no-update-notifier", "--cache", downloads], "npm ci", cwd=folder)
        shutil.rmtree(downloads, ignore_errors=True)

    name = f"node-{_digest(manifest, lock, str(major))}"
    return os.path.join(_installed_once(name, install), "node_modules")


def beside_modules(script, folder):
    """A copy of a Node script in `folder`, with the clients where Node looks for them."""
    link = os.path.join(folder, "node_modules")
    if not os.path.islink(link):
        os.symlink(node_modules(), link)
    return shutil.copy(script, folder)


# --- Python ----------------------------------------------------------------------------------


def python_client(name):
    """The interpreter of a virtual environment that has this client."""
    requirements = os.path.join(VERSIONS, f"{name}.txt")

    def install(folder):
        _run([sys.executable, "-m", "venv", folder], "python3 -m venv (package python3-venv)")
        _run([os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet",
              "--disable-pip-version-check", "--no-cache-dir", "--requirement", requirements],
             f"pip install of {name}")

    key = _digest(requirements, sys.version, sys.executable)
    return os.path.join(_installed_once(f"{name}-{key}", install), "bin", "python")


def child_environment(**more):
    """This environment without what the clients would read by themselves."""
    unwanted = re.compile(r"OPENAI_|ARGOT|NODE_OPTIONS$|PYTHONPATH$", re.IGNORECASE)
    kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
    # A proxy for the outside would not find a server on the loopback.
    direct = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **direct, **more}
