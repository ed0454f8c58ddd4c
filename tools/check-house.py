#!/usr/bin/env python3
"""check-house.py: the rules of the house of folders. Runs from the root of the tree.

Holds every #include of the trees in mk/arrows.txt against that table, which says how it is read; looks for names of a camera generation's
devices outside its folder; and asks that tests/unit mirrors src/ and vboard/. Says each breach with its place and its cure; status 1 if there is any."""

import functools
import os
import re
import sys

TABLE = "mk/arrows.txt"
INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]*)[">]')
# what the compiler takes for an include, and a reader who searches for one may not find
ODD_INCLUDE = re.compile(r'(^|\*/)\s*(#|%:|\?\?=)\s*(/\*.*?\*/\s*)*(include|import)')
ROOTS = ("src", "include", ".")  # as the compiler looks
# What each generation alone may name; the models of vboard/ and the tests are about these devices.
OWNERS = {"src/camera/ipu3": re.compile("cio2|imgu", re.IGNORECASE)}
NAMELESS = ("src", "efi", "include")
SHEETS = re.compile(r"\b[\w-]+\.md\b")

breaches = []


def breach(place, text):
    breaches.append(f"{place}: {text}")


# ---- the table ---------------------------------------------------------------------------------


def join(tree, name):
    """The path from the root of a name in a row."""
    return name[1:] if name.startswith("/") else tree if name == "." else f"{tree}/{name}"


def read_row(tree, names, rows, place):
    """The folders that a row allows."""
    allowed = set()
    for name in names:
        if name == "above":
            allowed |= {row for row in rows if row.startswith(tree + "/")}
        elif name.startswith("-"):
            allowed.discard(join(tree, name[1:]))
        else:
            allowed.add(join(tree, name))
    for path in sorted(allowed):
        if path.startswith(tree + "/") and path not in rows:
            breach(place, f"{path} stands below or nowhere; a row names rows above it only, else folders include each other: move one"
                   " of the rows, or what both need into a folder above both")
    return allowed


def read_table():
    """Rows by path: what is allowed there; and the trees."""
    rows, trees, tree = {}, [], ""
    with open(TABLE, encoding="utf-8") as table:
        for number, text in enumerate(table, 1):
            place = f"{TABLE}:{number}"
            text = text.partition("#")[0].strip()
            if text.startswith("["):
                tree = text.strip("[]")
                trees.append(tree)
            elif text:
                name, _, names = text.partition(":")
                path = join(tree, name.strip())
                if path in rows:
                    breach(place, f"a second row for {path}; join them")
                if not os.path.exists(path):
                    breach(place, f"{path} is not on the disk; drop the row")
                rows[path] = read_row(tree, names.split(), rows, place)
    return rows, trees


# ---- the sources -------------------------------------------------------------------------------


@functools.lru_cache(None)
def target(name):
    """The folder that an include reaches; None when it is none of this tree."""
    for root in ROOTS:
        path = os.path.normpath(os.path.join(root, name))
        if os.path.exists(path):
            return os.path.dirname(path)
    return "include/firstlight" if name.startswith("firstlight/") else None  # generated


def check_include(place, tree, folder, allowed, rows, quote, name):
    to = target(name)
    if to is None or ".." in name:
        if quote == '"':
            breach(place, f'"{name}" is no path from {", ".join(ROOTS)}; write one like "core/text.h"')
        return
    if to == folder or to in allowed or (tree == "src" and to == "include/firstlight"):
        return
    if folder in rows.get(to, set()):
        cure = f"{to} includes {folder}, so they would hang together: move what both need into a folder above both in {TABLE}"
    elif not to.startswith(tree + "/"):
        cure = f"{tree}/ shares no header with {to}"
    else:
        cure = f"hand it in from above (a parameter, a callback), move it, or let the row in {TABLE} say that {folder} stands on {to}"
    breach(place, f'{folder} may not include {to} ("{name}"); {cure}')


def check_names(place, folder, text):
    for owner, names in OWNERS.items():
        name = names.search(SHEETS.sub("", text))
        if name and not f"{folder}/".startswith(f"{owner}/"):
            breach(place, f"names {name.group()}, which only {owner} does; ask the generation (camera/camera.h) or say it without the name")


def check_file(tree, folder, path, rows):
    allowed = rows.get(folder, set()) | rows.get(path, set())
    if tree in NAMELESS:
        check_names(f"{path}:1", folder, path)
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, 1):
            place = f"{path}:{number}"
            include = INCLUDE.match(text)
            if include and folder in rows:
                check_include(place, tree, folder, allowed, rows, *include.groups())
            elif not include and ODD_INCLUDE.search(text):
                breach(place, 'an include that is not plain; write one like #include "core/text.h" on a line of its own')
            if tree in NAMELESS:
                check_names(place, folder, text)


def check_tree(tree, rows):
    for folder, folders, files in os.walk(tree):
        folders.sort()
        paths = [os.path.join(folder, name) for name in sorted(files) if not name.startswith(".")]
        if paths and folder not in rows:
            breach(f"{paths[0]}:1", f"{folder} has no row in {TABLE}; add one below what it stands on")
        for path in paths:
            check_file(tree, folder, path, rows)


def check_mirror():
    beside = {"tests/unit/efi": "efi", "tests/unit/host": "tests/host", "tests/unit/witness": "witness"}
    for folder, _, _ in os.walk("tests/unit"):
        name = os.path.relpath(folder, "tests/unit")
        side = beside.get(folder, name if name.split("/")[0] == "vboard" else f"src/{name}")
        if not os.path.isdir(side):
            breach(folder, f"tests what lies in {side}, which is not there; move the tests to where the code went")


arrows, tops = read_table()
for top in tops:
    check_tree(top, arrows)
check_mirror()
if breaches:
    sys.exit("\n".join(breaches))
