"""Makes a large module of a small one: its functions again and again, under new indices, calling each other.

Compilers' output of tens of megabytes is rare to have at hand and larger than what a repository should hold. Copies
of real functions have real instruction mixes; so that no engine can profit from their being copies, each calls
functions of several copies, and some of its constants differ.
"""

from harness.instructions import (
    CALL, I32_CONST, MalformedModule, RETURN_CALL, read_signed, read_unsigned, skip_leb, walk, write_signed,
    write_unsigned)

# The exported function that is cheap to call: () -> i32, always this result.
FUNCTION, RESULT = "first", 42

MAGIC = b"\0asm\1\0\0\0"
CUSTOM, TYPE, IMPORT, FUNCTIONS, EXPORT, START, CODE = 0, 1, 2, 3, 7, 8, 10
FUNCTION_TYPE, I32 = 0x60, 0x7F
# Every so many constants differ from copy to copy.
CONSTANT_STEP = 4


def enlarge(base, size):
    """A valid module of about `size` bytes, at least one copy of `base`; it exports FUNCTION besides what base exports.

    Custom sections, the start function and the export `_start` are left out: nothing but FUNCTION is to run.
    Raises MalformedModule for what it cannot copy.
    """
    sections = read_sections(base)
    if CODE not in sections or TYPE not in sections:
        raise MalformedModule("the base module has no functions")
    imported = count_imported_functions(sections.get(IMPORT, b"\0"))
    type_count, first_type = read_unsigned(sections[TYPE], 0)
    if any(form != FUNCTION_TYPE for form in type_forms(sections[TYPE], type_count, first_type)):
        raise MalformedModule("the base module has other types than function types")
    count, first_declaration = read_unsigned(sections[FUNCTIONS], 0)
    declarations = sections[FUNCTIONS][first_declaration:]
    if count == 0:
        raise MalformedModule("the base module has no functions")
    templates = [Template(body, imported) for body in read_bodies(sections[CODE])]
    if len(templates) != count:
        raise MalformedModule("the function and the code section have different lengths")

    room = size - sum(len(content) for number, content in sections.items() if number not in (FUNCTIONS, CODE))
    copies = max(1, room // (len(sections[CODE]) + len(declarations)))
    code = copy_bodies(templates, imported, copies, room, len(declarations))
    made = len(code) // count

    first_index = imported + made * count
    cheap = b"\0\x41" + write_signed(RESULT) + b"\x0b"
    code.append(write_unsigned(len(cheap)) + cheap)
    sections[TYPE] = write_unsigned(type_count + 1) + sections[TYPE][first_type:] + bytes((FUNCTION_TYPE, 0, 1, I32))
    sections[FUNCTIONS] = write_unsigned(made * count + 1) + declarations * made + write_unsigned(type_count)
    sections[CODE] = write_unsigned(len(code)) + b"".join(code)
    sections[EXPORT] = add_export(sections.get(EXPORT, b"\0"), FUNCTION, first_index)
    sections.pop(START, None)
    return MAGIC + b"".join(
        bytes((number,)) + write_unsigned(len(content)) + content for number, content in in_order(sections))


def copy_bodies(templates, imported, copies, budget, declaration_bytes):
    """The bodies of up to `copies` copies, with their lengths in front, that fit into `budget` bytes together with
    their declarations; one copy at least.

    Larger indices take more bytes than the base's, so that fewer copies may fit than the base's size suggests.
    """
    code, total = [], 0
    for copy in range(copies):
        bodies = [template.copy(copy, copies, imported, len(templates)) for template in templates]
        length = sum(map(len, bodies)) + declaration_bytes
        if code and total + length > budget:
            # The copies made so far call functions of those that are left out: do it again with the right number.
            return copy_bodies(templates, imported, copy, budget, declaration_bytes)
        code += bodies
        total += length
    return code


class Template:
    """A body cut where its copies differ: at the callee of a call and at some constants."""

    def __init__(self, body, imported):
        self.pieces, self.holes = [], []
        start, constants, calls = 0, 0, 0
        for opcode, begin, end in walk(body, skip_locals(body), len(body)):
            if opcode in (CALL, RETURN_CALL):
                callee, _ = read_unsigned(body, begin)
                if callee < imported:
                    continue
                calls += 1
                hole = ("call", callee - imported, calls % 3)
            elif opcode == I32_CONST:
                constants += 1
                if constants % CONSTANT_STEP:
                    continue
                hole = ("constant", read_signed(body, begin)[0], 0)
            else:
                continue
            self.pieces.append(body[start:begin])
            self.holes.append(hole)
            start = end
        self.pieces.append(body[start:])

    def copy(self, copy, copies, imported, count):
        """The body of copy number `copy`: calls go to this copy and the two after it, in turn."""
        parts = [self.pieces[0]]
        for (kind, value, distance), piece in zip(self.holes, self.pieces[1:]):
            if kind == "call":
                parts.append(write_unsigned(imported + (copy + distance) % copies * count + value))
            else:
                parts.append(write_signed(value ^ (copy & 0x7F)))
            parts.append(piece)
        body = b"".join(parts)
        return write_unsigned(len(body)) + body


def read_sections(module):
    """number -> content of the sections that are not custom."""
    if module[:8] != MAGIC:
        raise MalformedModule("the base is not a WebAssembly module in the binary format")
    sections, position = {}, 8
    try:
        while position < len(module):
            number = module[position]
            length, position = read_unsigned(module, position + 1)
            if number != CUSTOM:
                sections[number] = module[position:position + length]
            position += length
    except IndexError:
        raise MalformedModule("the base module ends within a section") from None
    return sections


def in_order(sections):
    """Sections in the order of the format: the tag section (13) after memories, the data count (12) before the code."""
    places = {13: 5.5, 12: 9.5}
    return sorted(sections.items(), key=lambda section: places.get(section[0], section[0]))


def type_forms(content, count, position):
    for _ in range(count):
        form = content[position]
        yield form
        if form != FUNCTION_TYPE:
            return
        position += 1
        for _ in range(2):
            length, position = read_unsigned(content, position)
            position += length


def count_imported_functions(content):
    count, position = read_unsigned(content, 0)
    functions = 0
    for _ in range(count):
        for _ in range(2):
            length, position = read_unsigned(content, position)
            position += length
        kind = content[position]
        position += 1
        if kind == 0:
            functions += 1
            position = skip_leb(content, position)
        elif kind in (1, 2):
            position += kind == 1
            flags, position = read_unsigned(content, position)
            for _ in range(1 + (flags & 1)):
                position = skip_leb(content, position)
        elif kind == 3:
            position += 2
        else:
            raise MalformedModule(f"the base module imports something of kind {kind}")
    return functions


def read_bodies(content):
    count, position = read_unsigned(content, 0)
    bodies = []
    for _ in range(count):
        length, position = read_unsigned(content, position)
        bodies.append(content[position:position + length])
        position += length
    return bodies


def skip_locals(body):
    groups, position = read_unsigned(body, 0)
    for _ in range(groups):
        position = skip_leb(body, skip_leb(body, position))
    return position


def add_export(content, name, index):
    """The export section with one more function, without an export of that name in the base and without `_start`."""
    count, position = read_unsigned(content, 0)
    kept, kept_count = bytearray(), 0
    for _ in range(count):
        length, start = read_unsigned(content, position)
        exported = content[start:start + length]
        end = skip_leb(content, start + length + 1)
        if exported not in (name.encode(), b"_start"):
            kept += content[position:end]
            kept_count += 1
        position = end
    encoded = name.encode()
    added = write_unsigned(len(encoded)) + encoded + b"\0" + write_unsigned(index)
    return write_unsigned(kept_count + 1) + bytes(kept) + added
