"""sites.py: where src/ can be mutated, found in clang's syntax tree, and the sources that carry mutants.

A site is one place and one change of it. Only expressions inside functions are changed, never what must
be a constant (case labels, array sizes, static initialisers) and never what a macro wrote.
"""
import pathlib
import re
from collections import namedtuple

from clang.cindex import CursorKind, Index, StorageClass, TypeKind

# kind: which macro of mutant.h. inserts: (offset, text) in the order of the text at one offset.
# before, after: what a reader is shown.
Site = namedtuple('Site', 'file line function kind before after inserts')

OPERATORS = {
    '<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==',
    '+': '-', '-': '+', '*': '+', '/': '*', '%': '*', '<<': '>>', '>>': '<<', '&': '|', '|': '&', '^': '|',
    '&&': '||', '||': '&&',
    '+=': '-=', '-=': '+=', '*=': '+=', '/=': '*=', '|=': '&=', '&=': '|=', '<<=': '>>=', '>>=': '<<=',
}
CONSTANT = (CursorKind.CXX_UNARY_EXPR, CursorKind.STATIC_ASSERT, CursorKind.TYPE_REF, CursorKind.ASM_STMT,
            CursorKind.STRUCT_DECL, CursorKind.UNION_DECL, CursorKind.ENUM_DECL, CursorKind.TYPEDEF_DECL)
STATEMENTS = (CursorKind.COMPOUND_STMT, CursorKind.IF_STMT, CursorKind.FOR_STMT, CursorKind.WHILE_STMT,
              CursorKind.CASE_STMT, CursorKind.DEFAULT_STMT, CursorKind.LABEL_STMT, CursorKind.DO_STMT)


def span(cursor):
    return cursor.extent.start.offset, cursor.extent.end.offset


def balanced(text):
    depth = 0
    for char in text:
        depth += (char in '([{') - (char in ')]}')
        if depth < 0:
            return False
    return depth == 0


def does_something(cursor):
    """Does working it out twice make a difference?"""
    if cursor.kind in (CursorKind.CALL_EXPR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR, CursorKind.StmtExpr):
        return True
    text = ' '.join(token.spelling for token in cursor.get_tokens()) if cursor.kind in (
        CursorKind.BINARY_OPERATOR, CursorKind.UNARY_OPERATOR) else ''
    return bool(re.search(r'\+\+|--| = ', text)) or any(does_something(c) for c in cursor.get_children())


class Finder:
    """Collects the sites of one function of one file."""

    def __init__(self, name, text, function):
        self.name, self.text, self.function = name, text, function
        self.returns = function.result_type.get_canonical().spelling
        self.sites = []

    def source(self, start, end):
        return ' '.join(self.text[start:end].decode().split())

    def add(self, cursor, kind, after, inserts, before=None):
        start, end = span(cursor)
        before = before or self.source(start, end)
        if balanced(self.source(start, end)):
            self.sites.append(Site(self.name, cursor.extent.start.line, self.function.spelling, kind,
                                   before, after, inserts))

    def wrap(self, cursor, kind, after):
        start, end = span(cursor)
        if start < end:
            self.add(cursor, kind, after, [(start, f'MUTANT_{kind}(@, ('), (end, '))')])

    def operator(self, cursor):
        """Both sides must be written where they stand, with nothing but the operator between them."""
        left, right = list(cursor.get_children())
        start, end = span(cursor)
        between = self.text[span(left)[1]:span(right)[0]].decode()
        old = between.strip()
        if old not in OPERATORS or span(left)[0] != start or span(right)[1] != end:
            return
        new = OPERATORS[old]
        pointers = [side.type.get_canonical().kind in (TypeKind.POINTER, TypeKind.CONSTANTARRAY)
                    for side in (left, right)]
        floats = any(side.type.get_canonical().kind in (TypeKind.DOUBLE, TypeKind.FLOAT) for side in (left, right))
        if (pointers[1] or old == '-' and pointers[0]) and new in '+-' or floats and new in ('|', '<<', '>>'):
            return
        at = span(left)[1]
        blank = len(between) - len(between.lstrip())
        pure = cursor.kind == CursorKind.BINARY_OPERATOR and new not in ('&&', '||') and not does_something(cursor)
        macro = 'VALUE' if pure else 'OPERATOR'
        inserts = [(start, f'MUTANT_{macro}(@, {old}, {new}, ('), (at, '), '),
                   (at + blank, ('cut', len(old))), (span(right)[0], '('), (end, '))')]
        before = f'{self.source(start, at)} {old} {self.source(span(right)[0], end)}'
        after = f'{self.source(start, at)} {new} {self.source(span(right)[0], end)}'
        self.add(cursor, macro, after, inserts, before)

    def condition(self, cursor):
        self.wrap(cursor, 'NOT', f'!({self.source(*span(cursor))})')

    def result(self, cursor):
        values = list(cursor.get_children())
        if not values:
            return
        text = self.source(*span(values[0]))
        if self.returns == 'enum fl_err' and text != 'FL_OK':
            self.wrap(values[0], 'OK_CALL' if does_something(values[0]) else 'OK', 'FL_OK')
        elif self.returns in ('_Bool', 'bool'):
            self.wrap(values[0], 'NOT', f'!({text})')

    def statement(self, cursor):
        """An expression statement: a call, an assignment, ++ or --; `(void)name` does nothing already."""
        text = self.source(*span(cursor))
        if cursor.kind in (CursorKind.CALL_EXPR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR) or (
                cursor.kind == CursorKind.BINARY_OPERATOR and re.search(r'[^=!<>]=[^=]', text)) or (
                cursor.kind == CursorKind.UNARY_OPERATOR and ('++' in text or '--' in text)):
            self.wrap(cursor, 'DROP', 'nothing')

    def is_statement(self, parent, index, children, cursor):
        if parent.kind not in STATEMENTS or not cursor.kind.is_expression():
            return False
        if parent.kind in (CursorKind.IF_STMT, CursorKind.WHILE_STMT, CursorKind.CASE_STMT):
            return index > 0
        if parent.kind == CursorKind.DO_STMT:
            return index == 0
        return parent.kind != CursorKind.FOR_STMT or index == len(children) - 1

    def walk(self, parent):
        children = list(parent.get_children())
        for index, cursor in enumerate(children):
            kind = cursor.kind
            if kind in CONSTANT or kind == CursorKind.VAR_DECL and cursor.storage_class == StorageClass.STATIC:
                continue
            if parent.kind == CursorKind.CASE_STMT and index == 0:
                continue
            if parent.kind == CursorKind.VAR_DECL and parent.type.kind == TypeKind.CONSTANTARRAY and \
                    kind != CursorKind.INIT_LIST_EXPR:
                continue
            if self.is_statement(parent, index, children, cursor):
                self.statement(cursor)
            if kind in (CursorKind.IF_STMT, CursorKind.CONDITIONAL_OPERATOR):
                self.condition(next(cursor.get_children()))
            elif kind == CursorKind.RETURN_STMT:
                self.result(cursor)
            elif kind in (CursorKind.BINARY_OPERATOR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR):
                self.operator(cursor)
            elif kind == CursorKind.INTEGER_LITERAL and re.fullmatch(
                    rb'(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*', self.text[slice(*span(cursor))]):
                self.wrap(cursor, 'ADD', f'{self.source(*span(cursor))} + 1')
            self.walk(cursor)


def find(files, arguments):
    """All sites of the sources and of the headers of src/ that they include, in the order of files and lines."""
    index, texts, found = Index.create(), {}, {}
    for path in files:
        unit = index.parse(path, args=arguments)
        errors = [str(d) for d in unit.diagnostics if d.severity >= 3]
        if errors:
            raise SystemExit(f'mutate: {path} does not parse: {errors[0]}')
        for cursor in unit.cursor.get_children():
            if cursor.kind != CursorKind.FUNCTION_DECL or not cursor.is_definition() or not cursor.location.file:
                continue
            name = str(pathlib.PurePath(cursor.location.file.name))
            if not name.startswith('src/') or (name, cursor.spelling) in found:
                continue
            texts.setdefault(name, pathlib.Path(name).read_bytes())
            finder = Finder(name, texts[name], cursor)
            finder.walk(cursor)
            found[name, cursor.spelling] = finder.sites
    sites = [site for list_ in found.values() for site in list_]
    return sorted(sites, key=lambda s: (s.file, s.line, s.inserts[0][0], s.kind))


def instrument(text, numbered):
    """The source with its mutants: (number, site) pairs. Lines stay where they are."""
    # At one offset what ends is written before what begins, outer before inner where they begin.
    inserts = []
    for number, site in numbered:
        first, last = site.inserts[0][0], site.inserts[-1][0]
        for order, (offset, piece) in enumerate(site.inserts):
            opens = order == 0
            closes = order == len(site.inserts) - 1
            rank = (2, -last, number, order) if opens else (0, -first, -number, order) if closes else (1, 0, 0, order)
            if isinstance(piece, str):
                inserts.append((offset, rank, piece.replace('@', str(number)), 0))
            else:
                inserts.append((offset, rank, '', piece[1]))
    out, at = bytearray(), 0
    for offset, _, piece, cut in sorted(inserts):
        out += text[at:offset] if offset > at else b''
        at = max(at, offset) + cut
        out += piece.encode()
    return bytes(out + text[at:])
