"""SPSS and Stata files read in forks, so that a fuzz pays a millisecond a file and not half a second.

A process that has imported the reader once forks; the fork runs the package's own
``child_script.main`` on one file after the other under the same limits, until one makes it crash.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import select
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from loyaltystudy.survey._files import child

MOST = 2000  # files for one fork


class ForkServer:
    """Stands in for ``subprocess.run`` in ``survey/_files/child.py``; ``rss`` is the last fork's."""

    def __init__(self, folder: Path) -> None:
        self.out, self.err, self.rss = folder / "out", folder / "err", 0
        self.process = None  # until the first file

    def run(self, command: list[str], seconds: float) -> subprocess.CompletedProcess:
        asked = {"args": command[3:], "seconds": seconds}
        asked |= {"out": str(self.out), "err": str(self.err)}
        self.process = self.process or subprocess.Popen(
            [sys.executable, "-P", __file__, str(child.SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child._environment(),
        )
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        done = json.loads(self.process.stdout.readline())
        self.rss = done["rss"]
        if done["code"] is None:
            raise subprocess.TimeoutExpired(command, seconds)
        return subprocess.CompletedProcess(
            command, done["code"], self.out.read_bytes(), self.err.read_bytes()
        )

    def close(self) -> None:
        if self.process is None:
            return
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def serve(script: str) -> None:
    spec = importlib.util.spec_from_file_location("child_script", script)
    reader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reader)
    import pyarrow  # noqa: F401
    import pyreadstat  # noqa: F401

    reader._limit = _soft_limit
    fork, count = None, 0
    for count, line in enumerate(sys.stdin):
        if fork is not None and count % MOST == 0:
            _ended(*fork, kill=True)
            fork = None
        fork = fork or _fork(reader)
        answer = _answer(fork, line)
        if answer is None:  # it crashed, or took too long and is ended
            answer, fork = _ended(*fork), None
        print(json.dumps(answer), flush=True)


def _soft_limit(most: int) -> None:
    """As the script limits itself, and so that the next file may have more."""
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def _fork(reader) -> tuple:
    """A process that reads one file after the other until one of them makes it crash."""
    asks, answers = os.pipe(), os.pipe()
    pid = os.fork()
    if pid:
        os.close(asks[0])
        os.close(answers[1])
        return pid, asks[1], answers[0]
    os.close(asks[1])
    os.close(answers[0])
    try:
        with os.fdopen(asks[0]) as lines:
            for line in lines:
                answer = json.dumps(_read(reader, json.loads(line)))
                os.write(answers[1], answer.encode() + b"\n")
    finally:
        os._exit(1)


def _read(reader, asked: dict) -> dict:
    """As the script does when it is run by itself."""
    for number, name in ((1, "out"), (2, "err")):
        handle = os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, number)
        os.close(handle)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak of the resident size from now on
    code = 0
    try:
        reader.main(*asked["args"])
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
        code = 1
    used = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    return {"code": code, "rss": int(used) * 1024}


def _answer(fork: tuple, line: str) -> dict | None:
    pid, asks, answers = fork
    seconds = json.loads(line)["seconds"]
    os.write(asks, line.encode())
    if not select.select([answers], [], [], seconds)[0]:
        os.kill(pid, signal.SIGKILL)
        return None
    found = os.read(answers, 4096)
    return json.loads(found) if found else None


def _ended(pid: int, asks: int, answers: int, kill: bool = False) -> dict:
    """The exit code (None: it was ended) and the peak resident size of a fork that is no more."""
    if kill:
        os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    os.close(asks)
    os.close(answers)
    code = os.waitstatus_to_exitcode(status)
    return {"code": None if code == -signal.SIGKILL else code, "rss": used.ru_maxrss * 1024}


if __name__ == "__main__":
    serve(sys.argv[1])
