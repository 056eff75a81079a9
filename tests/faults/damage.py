"""Files that are lost or cut off, disks that are full, objects that vanish."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import environment
from sandbox.layout import ROOT
from tests.engine.bench import Bench
from tests.faults import Fault
from tests.faults.acts import THING, one, prepare, same, things, update

_FULL = """\
cp -a "$1" "$1.kept"
mount -t tmpfs -o size=4m tmpfs "$1"
cp -a "$1.kept/." "$1"
head -c 8m /dev/zero > "$1/filling" 2> /dev/null
truncate -s "-$3" "$1/filling"
"$2" -m sandbox up
code=$?
rm -rf "$1/filling" "$1.kept"
cp -a "$1" "$1.kept"
exit $code
"""
_ALONE = ("unshare", "--user", "--map-root-user", "--mount")
"""What a process mounts there, nobody else sees; some machines do not let users do it."""


def _state(bench: Bench) -> Path:
    return bench.session.layout.backend / ".pulumi" / "stacks" / "modelport" / "dev.json"


def _cut(keep: float) -> Callable[[Bench], str]:
    """The state's file ends too early."""

    def happens(bench: Bench) -> str:
        prepare(bench, "aws", deployed=True)
        update(bench)
        bench.up().good()  # Its copy is one step behind.
        os.truncate(_state(bench), int(_state(bench).stat().st_size * keep))
        return ""

    return happens


def _lost(bench: Bench) -> str:
    prepare(bench, "gcp", deployed=True)
    update(bench)
    bench.up().good()
    _state(bench).unlink()
    return ""


def _older(bench: Bench) -> str:
    """Somebody put back a state from before `thing` was made."""
    prepare(bench, "azure", deployed=False)
    bench.write("import pulumi_azure_native as azure\n" + _PROVIDER)
    bench.up().good()
    before = bench.session.layout.work / "before.json"
    bench.pulumi("stack", "export", "--file", str(before)).good()
    prepare(bench, "azure", deployed=False)
    bench.up().good()
    bench.pulumi("stack", "import", "--file", str(before)).good()
    return ""


_PROVIDER = 'azure.Provider("azure", subscription_id="00000000-0000-4000-8000-000000000001")\n'


def _forgotten(bench: Bench) -> str:
    """State and copies are gone, the clouds are not; the small program cannot tell the provider any more."""
    prepare(bench, "gcp", deployed=True)
    shutil.rmtree(bench.session.layout.backend)
    done = bench.sandbox("up")
    assert done.code == 1, done.text
    for thing in bench.session.world().live(bench.engine.stack):
        bench.sandbox("drift", "delete", thing.urn).good()
    return done.text


def _deleted(bench: Bench) -> str:
    """Somebody deletes an object in the console."""
    prepare(bench, "gcp", deployed=True)
    bench.sandbox("drift", "delete", things(bench)[0].urn).good()
    done = bench.sandbox("up")
    assert done.code == 1, done.text
    return done.text


def _full(room: str) -> Callable[[Bench], str]:
    """The disk of the state has no more than this room left."""

    def happens(bench: Bench) -> str:
        if subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine does not let users mount anything")
        prepare(bench, "aws", deployed=True)
        update(bench)
        backend = bench.session.layout.backend
        run = subprocess.run(
            [*_ALONE, "sh", "-c", _FULL, "sh", str(backend), sys.executable, room],
            cwd=ROOT,
            env=environment.child(bench.session.layout, bench.engine.tools),
            capture_output=True,
            text=True,
            check=False,
        )
        kept = backend.with_name(f"{backend.name}.kept")
        shutil.rmtree(backend)
        kept.rename(backend)
        assert run.returncode != 0, run.stdout + run.stderr
        return run.stdout + run.stderr

    return happens


ROWS = (
    Fault(
        "the state's file is cut off",
        "it is empty",
        "was cut off: took dev.json.bak",
        ("make up",),
        "the same one",
        _cut(0),
        same,
    ),
    Fault(
        "the state's file is cut off",
        "half of it is there",
        "was cut off: took dev.json.bak",
        ("make up",),
        "the same one",
        _cut(0.5),
        same,
    ),
    Fault(
        "the state's file is deleted",
        "its copy is there",
        "the state was gone: took its copy",
        ("make up",),
        "the same one",
        _lost,
        same,
    ),
    Fault(
        "an older state is put back",
        f"from before `{THING['azure']}` was made",
        "exists and is recorded now",
        ("make up",),
        "the one that exists is kept",
        _older,
        same,
    ),
    Fault(
        "the whole state is lost",
        "and nothing of it is left",
        "these exist on the clouds, and nothing tells where",
        ("make up",),
        "refused until they are deleted by the commands it names; made anew, once",
        _forgotten,
        one,
    ),
    Fault(
        "somebody deletes an object",
        "in the cloud's console",
        "the clouds do not have",
        ("pulumi refresh --yes --skip-preview --non-interactive", "make up"),
        "made anew, once",
        _deleted,
        one,
    ),
    Fault(
        "the disk is full",
        "while the lock is taken",
        "no space left on device",
        ("make up",),
        "changed, and the same one",
        _full("0"),
        same,
    ),
    Fault(
        "the disk is full",
        "while the history of the state is written",
        "no space left on device",
        ("make up",),
        "changed, and the same one",
        _full("16K"),
        same,
    ),
)
"""What happens to files and objects."""
