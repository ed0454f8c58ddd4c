#!/usr/bin/env python3
"""sweep.py: changes one value at a time in the files of the stick and asks the ROM whether it notices.

A sensor file runs with its sensor alone on the breadboard, a board file on the virtual board of its name, in
virtual time (build/rom-on-host), beside a golden frame of the untouched file as `make run` has one. A run that does
not end in PASS has noticed. One that passes is run again with the limits of a line that looks at a chart, and
then compared with the run of the untouched file: when the same frame of a scene that stands still, the frame rate
and all verdicts are the same, the value has no effect here; else it is unnoticed: a check is missing. What is not
noticed is printed, and explained.txt must name the reason.
"""
import argparse
import collections
import concurrent.futures
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
STICK = pathlib.Path('stick')
BAYER = ['grbg', 'rggb', 'bggr', 'gbrg', 'mono']
WORKERS = os.cpu_count() or 1

Mutant = collections.namedtuple('Mutant', 'file number text section line')
Outcome = collections.namedtuple('Outcome', 'passed first seen complaints')

# A wait that is missing shows on boards that are slower: so many are tried.
SEEDS = 6
# What a line sets whose lamp, chart and exposure stand (docs/plan.md).
LINE = '--golden-light 80% --golden-likeness 75% --black-tolerance 16 --contrast 100 --rate-tolerance 1%'.split()

BREADBOARD = '''[board]
name = breadboard
[match]
smbios-product = Breadboard
[bus I2C0]
pci = 00:15.0
[camera {name}]
sensor = {name}
bus = I2C0
address = {address}
port = 0
data-lanes = {lanes}
'''


# ---- what is in a file ---------------------------------------------------------------------------

class Ini:
    """Lines of a file, each with the section that it stands in."""

    def __init__(self, path):
        self.path = path
        self.lines = path.read_text().splitlines()
        self.sections = []
        section = ''
        for line in self.lines:
            found = re.match(r'\[(.*)\]', line.strip())
            section = found[1] if found else section
            self.sections.append(section)

    def code(self, number):
        return re.split(r'(?:^|\s)#', self.lines[number], maxsplit=1)[0].strip()

    def value(self, section, key):
        for number, where in enumerate(self.sections):
            found = re.match(r'([\w-]+)\s*=\s*(.*)', self.code(number))
            if where == section and found and found[1] == key:
                return found[2]
        return ''

    def names(self, kind):
        prefix = kind + ' '
        return list(dict.fromkeys(s.removeprefix(prefix) for s in self.sections if s.startswith(prefix)))

    def uses(self, section):
        return [self.code(n).split()[1] for n, s in enumerate(self.sections)
                if s == section and self.code(n).startswith('use ')]

    def with_line(self, number, text):
        changed = list(self.lines)
        changed[number:number + 1] = [] if text is None else [text]
        return '\n'.join(changed) + '\n'


# ---- what may be wrong in a line -----------------------------------------------------------------

def scaled(value, percent):
    """A number with its unit, so many per cent more."""
    number, unit = re.match(r'([\d.]+)(.*)', value).groups()
    new = float(number) * (100 + percent) / 100
    return f'{new:.4f}'.rstrip('0').rstrip('.') + unit if '.' in number or unit else f'{round(new)}{unit}'


def moved(value, by, end=1 << 16):
    base = 16 if value.startswith('0x') else 10
    new = (int(value, 0) + by) % end
    return f'{new:#x}' if base == 16 else str(new)


def others(value, all_):
    return [one for one in all_ if one != value]


def lanes(value):
    count = len(value.split())
    return [' '.join(map(str, range(1, n + 1))) for n in (count - 1, count + 1) if 1 <= n <= 4]


def key_values(ini, section, key, value):
    """Other values of `key = value` that may stand there by mistake."""
    kind = section.split()[0]
    if key == 'data-lanes':
        return lanes(value)
    if key == 'port':
        return others(value, '0123')
    if key == 'bayer':
        return others(value, BAYER)
    if key in ('rotation', 'degree'):
        return others(value, ['0', '180'])
    if key == 'orientation':
        return others(value, ['front', 'back'])
    if key == 'kind':
        return others(value, ['bars', 'bars-fade', 'solid', 'random', 'squares', 'other'])
    if value in ('yes', 'no'):
        return others(value, ['yes', 'no'])
    if key in ('width', 'height', 'max-height'):
        return [moved(value, 2), moved(value, -2), moved(value, 64)]
    if key in ('link-frequency', 'clock-frequency', 'frame-us', 'crystal', 'speed'):
        return [scaled(value, 10), scaled(value, -10)]
    if key in ('hcnt', 'lcnt', 'sda-hold'):
        return [scaled(value, 100), scaled(value, -50)]
    if key == 'black-level':
        return [moved(value, 48), moved(value, -12 if value != '0' else 64)]
    if key in ('address', 'frames-to-skip', 'register-bytes', 'value-bytes', 'bits', 'high', 'low'):
        return [moved(value, 1), moved(value, -1)]
    if key == 'values':
        return [' '.join(reversed(value.split())), ' '.join([moved(value.split()[0], 64), *value.split()[1:]])]
    if key == 'pci' and kind == 'bus':
        return others(value, ['00:15.0', '00:15.1', '00:15.2', '00:15.3'])
    if key in ('bus', 'pmic', 'power', 'eeprom-power', 'vcm-power', 'requires'):
        names = ini.names('power' if 'power' in key or key == 'requires' else key)
        return others(value, names)
    if key == 'sensor':
        return others(value, sorted(p.stem for p in (STICK / 'firstlight/sensors').glob('*.ini')))
    if key in ('eeprom', 'vcm'):
        bus, address, *rest = value.split()
        return [' '.join([bus, moved(address, 1), *rest])]
    if key == 'decisive':
        return [' '.join(value.split()[1:])]
    return [value + 'x']


def step_values(words):
    """Other steps that may stand there by mistake, beside none at all."""
    step = words[1] if words[0] in ('on', 'off') else words[0]
    if step == 'expect':
        return [' '.join([*words[:2], moved(words[2], 1), *words[3:]])]
    if step in ('pad', 'gpio') and words[2] in ('high', 'low'):
        return [' '.join([*words[:2], 'low' if words[2] == 'high' else 'high', *words[3:]])]
    if step == 'rail':
        return [' '.join([*words[:2], scaled(words[2], percent), *words[3:]]) for percent in (15, -15)]
    if step == 'clock':
        return [' '.join([words[0], scaled(words[1], 10), *words[2:]])]
    return []


def mutants(ini):
    for number, section in enumerate(ini.sections):
        code = ini.code(number)
        if not code or code.startswith('['):
            continue
        found = re.match(r'([\w-]+)\s*=\s*(.*)', code)
        texts = [f'{found[1]} = {v}' for v in key_values(ini, section, *found.groups())] \
            if found else step_values(code.split())
        for text in [None, *dict.fromkeys(texts)]:
            yield Mutant(ini.path, number + 1, text, section, code)


# ---- running -------------------------------------------------------------------------------------

def area(ini, mode):
    return int(ini.value('mode ' + mode, 'width') or 0) * int(ini.value('mode ' + mode, 'height') or 0)


class Sensor:
    """A sensor file, its sensor alone on the breadboard."""

    def __init__(self, ini):
        self.ini, self.name = ini, ini.value('sensor', 'name')
        self.board = f'breadboard={self.name}@0'
        self.target = f'firstlight/sensors/{self.name}.ini'
        modes = sorted(ini.names('mode'), key=lambda m: area(ini, m))
        self.smallest = modes[0] if modes else ''
        self.by_registers = {r: next((m for m in modes if r in ini.uses('mode ' + m)), self.smallest)
                             for r in ini.names('registers')}

    def more_files(self):
        return {'firstlight/boards/breadboard.ini': BREADBOARD.format(
            name=self.name, address=self.ini.value('sensor', 'address'), lanes=self.ini.value('sensor', 'data-lanes'))}

    def commands(self, section):
        """(camera, words) of each run that a change in the section concerns."""
        kind, _, label = section.partition(' ')
        mode = label if kind == 'mode' else self.by_registers.get(label, self.smallest)
        words = ['--pattern', label] if kind == 'pattern' else []
        yield self.name, words + (['--mode', mode] if mode else [])


class Board:
    """A board file on the virtual board of its name: each camera by itself, in its smallest mode."""

    def __init__(self, ini):
        self.ini, self.board = ini, ini.value('board', 'name')
        self.target = f'firstlight/boards/{self.board}.ini'

    def more_files(self):
        return {}

    def mode(self, camera):
        sensor = self.ini.value('camera ' + camera, 'sensor') or camera
        return Sensor(Ini(STICK / f'firstlight/sensors/{sensor}.ini')).smallest

    def commands(self, section):
        kind, _, label = section.partition(' ')
        cameras = [label] if kind == 'camera' else self.ini.names('camera')
        for camera in cameras:
            mode = self.mode(camera)
            yield camera, ['--camera', camera] + (['--mode', mode] if mode else [])


RUN = 'run --frames 2 --cycles 1 --at-end exit --format raw'.split()
LOOK = 'capture --frames 1 --at-end exit --format raw,pgm'.split()


def seen_in(report):
    """What a person sees of a run: frames, rates, verdicts."""
    return ([frame['xxh3'] for frame in report['frames']],
            [camera['fps'] or 0 for camera in report['cameras']],
            sorted((check['id'], check['result']) for check in report['checks']))


def run(subject, text, camera, words, golden, options=()):
    """One run with `text` as the subject's file; `options` are rom-on-host's."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ['build/rom-on-host', '--board', subject.board]
        for target, content in {**subject.more_files(), subject.target: text}.items():
            file = pathlib.Path(folder, target.replace('/', '-'))
            file.write_text(content)
            arguments += ['--put', f'{target}={file}']
        report = pathlib.Path(folder, 'report.json')
        arguments += ['--get', f'report.json={report}', *options]
        if golden.exists():
            arguments += ['--put', f'firstlight/golden/{camera}.pgm={golden}']
        done = subprocess.run(arguments + words, capture_output=True, text=True, errors='replace', timeout=300)
        if done.returncode not in (0, 1, 2):
            raise SystemExit(f'sweep: {" ".join(arguments)} {" ".join(words)}: {done.stdout[-500:]}{done.stderr}')
        first = re.search(r'^# first: (\S+)', done.stdout, re.M)
        return Outcome(done.returncode == 0, first[1] if first else 'refused',
                       seen_in(json.loads(report.read_text())) if report.exists() else None,
                       sorted(set(re.findall(r'^violation: (.*)', done.stdout, re.M))))


def is_same(look, other):
    """Two looks, whose rates are measured; a sensor without a register list has none."""
    if not look or not other:
        return look == other
    return (look[0] == other[0] and look[2] == other[2] and
            all(math.isclose(a, b, rel_tol=0.003) for a, b in zip(look[1], other[1])))


class Sweep:
    """All changes of one file."""

    def __init__(self, subject, directory):
        self.subject, self.directory, self.healthy = subject, pathlib.Path(directory), {}
        self.text = '\n'.join(subject.ini.lines) + '\n'

    def golden(self, camera, words):
        return self.directory / f'{self.subject.target}-{camera}-{"-".join(words)}.pgm'.replace('/', '-')

    def look(self, text, camera, words):
        """What is seen of a scene that stands still."""
        return run(self.subject, text, camera, LOOK + words, self.golden(camera, words),
                   ['--fault', f'frozen={camera}']).seen

    def learn(self, section):
        """The untouched file, with its golden frame."""
        for camera, words in self.subject.commands(section):
            key, golden = ' '.join([camera, *words]), self.golden(camera, words)
            if key in self.healthy:
                continue
            golden.unlink(missing_ok=True)
            run(self.subject, self.text, camera, LOOK + words + ['--pattern', 'off'], golden,
                ['--get', f'frames/{camera}-0000.pgm={golden}'])
            for limits in [], LINE:
                done = run(self.subject, self.text, camera, RUN + words + limits, golden)
                if not done.passed or done.complaints:
                    raise SystemExit(f'sweep: {self.subject.target} as it is does not pass: {key} '
                                     f'{" ".join(limits)}: {done.first} {done.complaints}')
            self.healthy[key] = done.seen[2], self.look(self.text, camera, words)

    def try_(self, mutant):
        """The verdict, and by which check, or what the board complained of."""
        complaints, differs = set(), []
        text = self.subject.ini.with_line(mutant.number - 1, mutant.text)
        for camera, words in self.subject.commands(mutant.section):
            verdicts, look = self.healthy[' '.join([camera, *words])]
            # Most lines of a register list have no meaning that is known: one look tells.
            if (mutant.text is None and mutant.section.startswith(('registers ', 'mode ')) and
                    is_same(self.look(text, camera, words), look)):
                continue
            done = run(self.subject, text, camera, RUN + words, self.golden(camera, words))
            seed = 1
            while done.passed and mutant.line.startswith('delay') and seed < SEEDS:
                seed += 1
                done = run(self.subject, text, camera, RUN + words, self.golden(camera, words), ['--seed', str(seed)])
            if not done.passed:
                return 'noticed', done.first
            complaints.update(done.complaints)
            if (seed == 1 and done.seen[2] != verdicts) or not is_same(self.look(text, camera, words), look):
                differs.append((camera, words))
        for camera, words in differs:
            strict = run(self.subject, text, camera, RUN + words + LINE, self.golden(camera, words))
            if not strict.passed:
                return "noticed with a line's limits", strict.first
        return 'unnoticed' if differs else 'no effect', ' | '.join(sorted(complaints))


# ---- telling -------------------------------------------------------------------------------------

def explanations():
    """(verdict, pattern, reason) of each; * in a pattern stands for anything."""
    rows = [line.split('\t') for line in (HERE / 'explained.txt').read_text().splitlines()
            if line and not line.startswith('#')]
    return [(verdict, re.compile(re.escape(pattern).replace(r'\*', '.*')), reason) for verdict, pattern, reason in rows]


def describe(mutant):
    change = 'dropped' if mutant.text is None else f'-> {mutant.text}'
    return f'{mutant.file.stem} [{mutant.section}] {mutant.line} {change}'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--only', default='', help='files whose path has this word')
    parser.add_argument('--sample', type=int, default=0, help='so many changes of each file; 0: all')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--directory', default='build/sweep')
    args = parser.parse_args()
    pathlib.Path(args.directory).mkdir(parents=True, exist_ok=True)
    subjects = [Sensor(Ini(p)) for p in sorted((STICK / 'firstlight/sensors').glob('*.ini'))]
    subjects += [Board(Ini(p)) for p in sorted((STICK / 'firstlight/boards').glob('*.ini'))]
    known, totals, bare = explanations(), collections.Counter(), []
    for subject in subjects:
        if args.only not in subject.target:
            continue
        all_ = list(mutants(subject.ini))
        if args.sample:
            all_ = random.Random(args.seed).sample(all_, min(args.sample, len(all_)))
        sweep, counts = Sweep(subject, args.directory), collections.Counter()
        for section in dict.fromkeys(mutant.section for mutant in all_):
            sweep.learn(section)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for mutant, (verdict, more) in zip(all_, pool.map(sweep.try_, all_)):
                what = describe(mutant)
                missed = not verdict.startswith('noticed')
                reason = next((r for v, p, r in known if v == verdict and p.fullmatch(what)), None)
                counts[f'{verdict}, explained' if reason else verdict] += 1
                if missed and not reason:
                    bare.append(what)
                    print(f'{verdict}: {subject.target}:{mutant.number}: {what} ({more})', flush=True)
        print(f'{subject.target}: {len(all_)} changes: ' + ', '.join(f'{n} {v}' for v, n in sorted(counts.items())),
              flush=True)
        totals += counts
    effective = sum(n for v, n in totals.items() if not v.startswith('no effect'))
    noticed = sum(n for v, n in totals.items() if v.startswith('noticed'))
    print('in all: ' + ', '.join(f'{n} {v}' for v, n in sorted(totals.items())) +
          f'; noticed of those with an effect: {100 * noticed / max(effective, 1):.1f} %')
    return 1 if bare else 0


if __name__ == '__main__':
    sys.exit(main())
