#!/usr/bin/python3
"""check_frames.py: the files of one run, as other people's decoders see them.

Usage: check_frames.py RUN_DIRECTORY

Every frame of report.json: size and XXH3 of the raw file (xxhsum), the packed samples against the
PGM, the PNG (pngtopnm), the negative (dcraw), the facts beside it. Says what is wrong, line by line.
"""
import json
import os
import subprocess
import sys

GROUP_BYTES, GROUP_PIXELS, BITS = 32, 25, 10
LINE_STEP = 37  # every so many lines are compared, and the last


def tool(*words):
    return subprocess.run(words, check=True, capture_output=True).stdout


def unpack_line(raw, stride, y, width):
    """25 samples of 10 bits in each group of 32 bytes, low bits first."""
    line = []
    for group in range(0, stride, GROUP_BYTES):
        at = y * stride + group
        bits = int.from_bytes(raw[at:at + GROUP_BYTES], "little")
        line += [bits >> BITS * i & 0x3ff for i in range(GROUP_PIXELS)]
    return line[:width]


def documented_reader():
    """read_frame() of docs/raw-files.md: what a reader would copy."""
    with open("docs/raw-files.md", encoding="utf-8") as file:
        text = file.read()
    code = text[text.index("```python") + len("```python"):]
    names = {}
    exec(code[:code.index("\nfacts, samples")], names)  # pylint: disable=exec-used
    return names["read_frame"]


def check_documented(frame, base, raw):
    """What docs/raw-files.md tells a numpy user gives the samples that are there."""
    if not os.path.exists(base + ".json"):
        return
    _facts, samples = documented_reader()(base)
    for y in [*range(0, frame["height"], LINE_STEP), frame["height"] - 1]:
        if samples[y].tolist() != unpack_line(raw, frame["stride"], y, frame["width"]):
            yield "line %d is not what docs/raw-files.md says" % y
            return


def netpbm(data):
    """Width, height, largest value, samples behind the header."""
    words, at = [], 0
    while len(words) < 4:
        while data[at:at + 1].isspace():
            at += 1
        if data[at:at + 1] == b"#":
            at = data.index(b"\n", at)
            continue
        end = at
        while not data[end:end + 1].isspace():
            end += 1
        words.append(data[at:end])
        at = end
    return int(words[1]), int(words[2]), int(words[3]), data[at + 1:]


def check_raw(frame, path, raw):
    if len(raw) != frame["bytes"] or frame["bytes"] < frame["stride"] * frame["height"]:
        yield "%d bytes, the report says %d" % (len(raw), frame["bytes"])
    digest = tool("xxhsum", "-H3", path).decode().split()
    if frame["xxh3"] not in " ".join(digest):
        yield "xxhsum says %s, the report %s" % (digest[0], frame["xxh3"])


def check_pgm(frame, path, raw):
    with open(path, "rb") as file:
        width, height, largest, samples = netpbm(file.read())
    if (width, height) != (frame["width"], frame["height"]) or largest != 1023:
        yield "header says %d x %d, largest %d" % (width, height, largest)
        return
    if len(samples) != 2 * width * height:
        yield "%d bytes of samples" % len(samples)
        return
    for y in [*range(0, height, LINE_STEP), height - 1]:
        line = samples[2 * width * y:2 * width * (y + 1)]
        if [a << 8 | b for a, b in zip(line[::2], line[1::2])] != \
                unpack_line(raw, frame["stride"], y, width):
            yield "line %d is not what the raw file holds" % y
            return


def check_png(frame, path, _raw):
    width, height, _largest, samples = netpbm(tool("pngtopnm", path))
    if not 0 < width <= frame["width"] or not 0 < height <= frame["height"]:
        yield "%d x %d" % (width, height)
    if len(set(samples[::997])) < 3:
        yield "has next to no colours: nothing was drawn"


def check_dng(frame, path, _raw):
    facts = tool("dcraw", "-i", "-v", path).decode()
    if "%d x %d" % (frame["width"], frame["height"]) not in facts:
        yield "dcraw says: " + " / ".join(facts.split("\n"))


def check_json(frame, path, _raw):
    with open(path, encoding="utf-8") as file:
        facts = json.load(file)
    for key in ("width", "height", "stride", "format", "sequence", "xxh3"):
        if facts[key] != frame[key]:
            yield "%s is %s, in the report %s" % (key, facts[key], frame[key])
    if facts["black_level"] is None or not 0 <= facts["black_level"] < 128:
        yield "black_level is %s" % facts["black_level"]


CHECKS = {"raw": check_raw, "pgm": check_pgm, "png": check_png, "dng": check_dng, "json": check_json}


def check_frame(directory, frame):
    base = os.path.join(directory, os.path.splitext(frame["file"])[0])
    with open(base + ".raw", "rb") as file:
        raw = file.read()
    for wrong in check_documented(frame, base, raw):
        yield "%s.raw: %s" % (base, wrong)
    for suffix, check in CHECKS.items():
        path = base + "." + suffix
        if os.path.exists(path):
            for wrong in check(frame, path, raw):
                yield "%s: %s" % (path, wrong)


def main():
    directory = sys.argv[1]
    with open(os.path.join(directory, "report.json"), encoding="utf-8") as file:
        frames = json.load(file)["frames"]
    wrong = [text for frame in frames for text in check_frame(directory, frame)]
    print("\n".join(wrong) or "%d frames are right" % len(frames))
    return bool(wrong) or not frames


if __name__ == "__main__":
    sys.exit(main())
