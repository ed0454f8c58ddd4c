#!/usr/bin/env python3
"""mutate.py: changes src/ in one place at a time and asks the unit tests whether they notice.

A sample of all possible changes (sites.py) is compiled in at once; an environment variable switches one
on (mutant.h), so the programs are built once. First each test runs alone and tells which mutants it
reaches; then each mutant meets the tests that reach it, the fast ones first, until one fails. What is
left is listed with file, line and change: a test is missing, the code is not needed, or the change makes
no difference; the latter are named in equivalent.txt, each with its reason.
"""
import argparse
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import sites

HERE = pathlib.Path(os.path.relpath(pathlib.Path(__file__).parent))
# An index beyond its table ends the program, as in the sanitized build.
BOUNDS = ['-fsanitize=bounds-strict,null', '-fsanitize-undefined-trap-on-error']
FLAGS = ['-std=c11', '-D_GNU_SOURCE=1', '-Iinclude', '-I.']
WORKERS = os.cpu_count() or 1
# A program that is done sooner than this (seconds) is not taken apart into its tests.
WHOLE = 0.3

Unit = collections.namedtuple('Unit', 'program test seconds reached')


class Build:
    """The objects and test programs of a sample, under one directory."""

    def __init__(self, args):
        self.root, self.library = pathlib.Path(args.build), args.library
        self.objects, self.generated = args.objects, args.generated
        self.sources = [f for f in args.sources if f.endswith('.c')]

    def run(self, command):
        return subprocess.run(command, capture_output=True, text=True)

    def write(self, numbered):
        """The sources of the sample; returns those to compile: a header concerns them all."""
        by_file = collections.defaultdict(list)
        for number, site in numbered:
            by_file[site.file].append((number, site))
        for name in list(self.root.glob('src/**/*.[ch]')):
            name.unlink()
        for name, list_ in by_file.items():
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(sites.instrument(pathlib.Path(name).read_bytes(), list_))
        return self.sources if any(f.endswith('.h') for f in by_file) else sorted(by_file)

    def compile_one(self, name):
        """The lines that do not compile, as (file, line)."""
        mutated = self.root / name
        source = mutated if mutated.exists() else pathlib.Path(name)
        target = self.root / 'objects' / (name + '.o')
        target.parent.mkdir(parents=True, exist_ok=True)
        done = self.run(['gcc', '-O1', '-g', '-w', '-ftrack-macro-expansion=0', *BOUNDS, *FLAGS,
                         f'-I{self.root}/src', '-Isrc', f'-I{self.generated}',
                         '-include', f'{HERE}/mutant.h', '-c', '-o', str(target), str(source)])
        bad = {(m[1].removeprefix(f'{self.root}/'), int(m[2]))
               for m in re.finditer(r'^([^:\n]+):(\d+):\d+: error:', done.stderr, re.M)}
        if done.returncode and not bad:
            raise SystemExit(f'mutate: {name} does not compile:\n{done.stderr}')
        return bad

    def compile(self, numbered):
        for old in self.root.glob('objects/**/*.o'):
            old.unlink()
        with ThreadPoolExecutor(WORKERS) as pool:
            return set().union(*pool.map(self.compile_one, self.write(numbered)))

    def link_one(self, test):
        program = self.root / 'unit' / pathlib.Path(test).relative_to('tests/unit').with_suffix('')
        program.parent.mkdir(parents=True, exist_ok=True)
        mutated = sorted(str(p) for p in self.root.glob('objects/**/*.o'))
        done = self.run(['gcc', '-o', str(program), f'{self.objects}/{test.removesuffix(".c")}.o', *mutated,
                         f'{self.objects}/tools/mutate/mutant.o', self.library, '-lcmocka', '-lpng', '-lz', '-lm'])
        if done.returncode:
            raise SystemExit(f'mutate: {program} does not link:\n{done.stderr}')
        return program

    def link(self, tests):
        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(self.link_one, tests))


def execute(program, test=None, mutant=0, reached=None, limit=None):
    """Exit code (None: took too long), seconds, output."""
    env = dict(os.environ, MUTANT=str(mutant), CMOCKA_TEST_ABORT='1')
    if test:
        env['MUTANT_TEST'] = test
    if reached:
        env['MUTANT_REACHED'] = reached
    start = time.monotonic()
    try:
        done = subprocess.run([program], env=env, capture_output=True, timeout=limit)
        code, output = done.returncode, (done.stdout + done.stderr).decode(errors='replace')
    except subprocess.TimeoutExpired:
        code, output = None, ''
    return code, time.monotonic() - start, output


def look_at(build, program, longest):
    """The tests of one program as units, each with the mutants that it reaches."""
    def unit(test):
        path = f'{build.root}/reached-{os.getpid()}-{program.parent.name}-{program.name}'
        code, seconds, _ = execute(program, test, reached=path)
        reached = {i for i, byte in enumerate(pathlib.Path(path).read_bytes()) if byte}
        os.unlink(path)
        return Unit(program, test, seconds, reached) if code == 0 else None

    _, seconds, output = execute(program)
    names = re.findall(r'^\[ RUN      \] (\S+)', output, re.M)
    units = [unit(None)] if seconds < WHOLE else [unit(name) for name in names]
    if None in units: # they lean on each other
        units = [unit(None)]
    if None in units:
        print(f'mutate: {program} fails without any mutant and is left out')
        return []
    return [u for u in units if u.reached and u.seconds <= longest]


def meet(number, units):
    """The test that notices the mutant, or None."""
    for unit in sorted((u for u in units if number in u.reached), key=lambda u: u.seconds):
        code, _, _ = execute(unit.program, unit.test, number, limit=10 + 5 * unit.seconds)
        if code != 0:
            return unit
    return None


def equivalents():
    """(file, function, before, after) of equivalent.txt: tab-separated, the last field is the reason."""
    lines = (HERE / 'equivalent.txt').read_text().splitlines()
    return {tuple(line.split('\t')[:4]) for line in lines if line and not line.startswith('#')}


def folder_of(name):
    return name.split('/')[1]


def blame(chosen, file, line):
    """The site that makes a line not compile: the last one that begins there or before."""
    here = [s for s in chosen if s.file == file and s.line <= line]
    if not here:
        raise SystemExit(f'mutate: {file}:{line} does not compile, and has no mutant')
    return max(here, key=lambda s: s.line)


def draw(build, args):
    """A sample that compiles, as (number, site) pairs, and how many sites there were."""
    wanted = [f for f in build.sources if args.only in f] or build.sources
    found = sites.find(wanted, [*FLAGS, '-Isrc', f'-I{build.generated}'])
    found = [s for s in found if not args.only or args.only in s.file]
    order = random.Random(args.seed).sample(found, len(found))
    chosen = order[:args.sample]
    rest = iter(order[args.sample:])
    while True:
        numbered = list(enumerate(sorted(chosen, key=lambda s: (s.file, s.line)), 1))
        bad = build.compile(numbered)
        if not bad:
            return numbered, len(found)
        gone = [blame(chosen, *place) for place in bad]
        chosen = [s for s in chosen if s not in gone] + [s for _, s in zip(gone, rest)]


def tell(numbered, killers, units, known):
    """Survivors, then a line per folder, then the score; returns it in per cent."""
    noticed, counted = collections.Counter(), collections.Counter()
    equal = 0
    for number, site in numbered:
        if not killers[number] and (site.file, site.function, site.before, site.after) in known:
            equal += 1
            continue
        counted[folder_of(site.file)] += 1
        if killers[number]:
            noticed[folder_of(site.file)] += 1
            continue
        tests = sum(number in u.reached for u in units)
        print(f'survived: {site.file}:{site.line}: {site.function}: `{site.before}` -> `{site.after}`'
              f' ({"makes a difference in %d tests" % tests if tests else "no test comes here"})')
    for folder in sorted(counted):
        print(f'{folder:10} {noticed[folder]:4} of {counted[folder]:4} noticed'
              f' {100 * noticed[folder] / counted[folder]:6.1f} %')
    total = sum(counted.values())
    score = 100 * sum(noticed.values()) / max(total, 1)
    print(f'mutate: {sum(noticed.values())} of {total} noticed, {score:.1f} %, and {equal} without effect'
          f' ({HERE}/equivalent.txt)')
    return score


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--sample', type=int, default=300)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--only', default='', help='sites whose path has this word')
    parser.add_argument('--tests', default='', help='test programs whose path has this word')
    parser.add_argument('--longest', type=float, default=1e9, help='leave out tests that take more seconds')
    parser.add_argument('--least', type=float, default=90, help='per cent that must be noticed')
    parser.add_argument('--build', required=True)
    parser.add_argument('--objects', required=True)
    parser.add_argument('--library', required=True)
    parser.add_argument('--generated', required=True)
    parser.add_argument('sources', nargs='+')
    args = parser.parse_args()
    build = Build(args)
    known = equivalents()

    numbered, count = draw(build, args)
    print(f'mutate: {len(numbered)} of {count} changes, seed {args.seed}')
    programs = build.link(sorted(str(p) for p in pathlib.Path('tests/unit').rglob('test_*.c')
                                 if args.tests in str(p)))
    with ThreadPoolExecutor(WORKERS) as pool:
        units = [u for list_ in pool.map(lambda p: look_at(build, p, args.longest), programs) for u in list_]
        killers = dict(zip([n for n, _ in numbered], pool.map(lambda pair: meet(pair[0], units), numbered)))
    return tell(numbered, killers, units, known) < args.least


sys.stdout.reconfigure(line_buffering=True)
sys.exit(main())
