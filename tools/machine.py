#!/usr/bin/env python3
"""machine.py: runs a QEMU command line to its end, or ends it.

Usage: machine.py [--deadline SECONDS] [--stop-at REGEX] [--screen PNG] SERIAL_LOG -- COMMAND...

COMMAND ends in QEMU's arguments; the serial port and, with --screen, a control socket are added.
From the line "RESULT ..." on the screen is saved again and again, so that the file shows what was
there when the machine went off. With --stop-at the machine is killed, as by a power cut, at the
first line of the console that matches. Exit status: the command's; 123 when killed so, 124 when it
did not end in time, 125 when the firmware gave up (an exception, a refused image, nothing to boot).
"""
import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

ESCAPES = re.compile(rb"\x1b\[[0-9;=?]*[A-Za-z]")
GAVE_UP = re.compile(rb"X64 Exception Type|Access Denied|No bootable option|BdsDxe: failed to start")
RESULT = re.compile(rb"(?m)^RESULT ")
POLL_S = 0.1
GRACE_S = 3
LINES_SHOWN = 25


class Monitor:
    """QEMU's machine protocol, as far as a screenshot takes."""

    def __init__(self, path):
        self.path = path
        self.stream = None

    def command(self, name, **arguments):
        self.stream.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.stream.flush()
        for line in self.stream:
            answer = json.loads(line)
            if "return" in answer or "error" in answer:
                return "return" in answer
        return False

    def connect(self):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(5)
        link.connect(self.path)
        self.stream = link.makefile("rw")
        self.stream.readline()  # the greeting
        self.command("qmp_capabilities")

    def screenshot(self, path):
        """False when there is no screen, or no machine any more."""
        part = path + ".part"
        try:
            if not self.stream:
                self.connect()
            if not self.command("screendump", filename=part, format="png"):
                return False
            os.replace(part, path)
            return True
        except (OSError, ValueError):
            return False


def read_console(path):
    """The serial log as lines of text, without the console's escape sequences."""
    try:
        with open(path, "rb") as log:
            return ESCAPES.sub(b"", log.read()).replace(b"\r", b"")
    except OSError:
        return b""


def stop(process, *signals):
    """SIGTERM lets the virtual board clean up; a QEMU whose device hangs takes SIGKILL only."""
    for number in signals or (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(GRACE_S)
            return
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def watch(process, options):
    """The exit status, see above."""
    deadline = time.monotonic() + options.deadline
    monitor = Monitor(options.serial + ".qmp") if options.screen else None
    while True:
        try:
            return process.wait(POLL_S)
        except subprocess.TimeoutExpired:
            pass
        console = read_console(options.serial)
        if GAVE_UP.search(console):
            stop(process)
            return 125
        if options.stop_at and re.search(options.stop_at.encode(), console, re.MULTILINE):
            stop(process, signal.SIGKILL)
            return 123
        if time.monotonic() > deadline:
            if monitor:
                monitor.screenshot(options.screen)
            stop(process)
            return 124
        if monitor and RESULT.search(console):
            monitor.screenshot(options.screen)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--deadline", type=float, default=120)
    parser.add_argument("--stop-at")
    parser.add_argument("--screen")
    parser.add_argument("serial")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = [word for word in options.command[:1] if word != "--"] + options.command[1:]
    command += ["-serial", "file:" + options.serial]
    if options.screen:
        command += ["-chardev", "socket,id=qmp,server=on,wait=off,path=" + options.serial + ".qmp",
                    "-mon", "chardev=qmp,mode=control"]
    for path in (options.serial, options.screen):
        if path and os.path.exists(path):
            os.remove(path)

    process = subprocess.Popen(command, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        status = watch(process, options)
    finally:
        stop(process) if process.poll() is None else None
        if options.screen and os.path.exists(options.serial + ".qmp"):
            os.remove(options.serial + ".qmp")
    if status >= 124:
        why = {124: "did not end within %g s" % options.deadline, 125: "the firmware gave up"}
        print("machine: %s; last lines of %s:" % (why.get(status, "status %d" % status),
                                                  options.serial), file=sys.stderr)
        sys.stderr.buffer.write(b"\n".join(read_console(options.serial).split(b"\n")[-LINES_SHOWN:]))
        print(file=sys.stderr)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
