"""SPSS and Stata files read in a fork each, so that a fuzz pays milliseconds and not half a second.

A process that has imported the reader once forks for every file; the fork runs the package's own
``child_script.main`` under the same limits, and a crash ends the fork alone.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

from loyaltystudy.survey._files import child


class ForkServer:
    """Stands in for ``subprocess.run`` in ``survey/_files/child.py``; ``rss`` is the last fork's."""

    def __init__(self, folder: Path) -> None:
        self.out, self.err, self.rss = folder / "out", folder / "err", 0
        self.process = subprocess.Popen(
            [sys.executable, "-P", __file__, str(child.SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child._environment(),
        )

    def run(self, command: list[str], seconds: float) -> subprocess.CompletedProcess:
        asked = {"args": command[3:], "seconds": seconds}
        asked |= {"out": str(self.out), "err": str(self.err)}
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
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def serve(script: str) -> None:
    spec = importlib.util.spec_from_file_location("child_script", script)
    reader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reader)
    import pyarrow  # noqa: F401
    import pyreadstat  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _read(reader, asked)
        code, rss = _wait(pid, asked["seconds"])
        print(json.dumps({"code": code, "rss": rss}), flush=True)


def _read(reader, asked: dict) -> None:
    """In the fork: as the script does when it is run by itself."""
    code = 1
    try:
        for number, name in ((1, "out"), (2, "err")):
            handle = os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(handle, number)
        reader.main(*asked["args"])
        code = 0
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(code)


def _wait(pid: int, seconds: float) -> tuple[int | None, int]:
    """The exit code (None: it took too long and was ended) and the peak resident size in bytes."""
    end, pause = time.monotonic() + seconds, 0.0002
    while True:
        found, status, used = os.wait4(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            used = os.wait4(pid, 0)[2]
            return None, used.ru_maxrss * 1024
        time.sleep(pause)
        pause = min(pause * 1.5, 0.01)


if __name__ == "__main__":
    serve(sys.argv[1])
