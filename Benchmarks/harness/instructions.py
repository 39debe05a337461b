"""Walks the instructions of a function body: as much of the binary format as copying a function needs.

WebAssembly 2.0 without references to garbage-collected types, plus tail calls (Core specification, section 5.4).
"""

CALL, RETURN_CALL, I32_CONST = 0x10, 0x12, 0x41
REF_FUNC = 0xD2

NONE, BLOCK, INDEX, TWO_INDICES, MEMORY, SIGNED, BYTES, BRANCH_TABLE, SELECT_TYPES = range(9)


def _immediates():
    kinds = {}
    for opcode in (0x00, 0x01, 0x05, 0x0B, 0x0F, 0x1A, 0x1B, 0xD1, *range(0x45, 0xC5)):
        kinds[opcode] = NONE
    for opcode in (0x02, 0x03, 0x04):
        kinds[opcode] = BLOCK
    for opcode in (0x0C, 0x0D, CALL, RETURN_CALL, *range(0x20, 0x27), 0x3F, 0x40, 0xD0, REF_FUNC):
        kinds[opcode] = INDEX
    for opcode in (0x11, 0x13):
        kinds[opcode] = TWO_INDICES
    for opcode in range(0x28, 0x3F):
        kinds[opcode] = MEMORY
    kinds.update({0x0E: BRANCH_TABLE, 0x1C: SELECT_TYPES, I32_CONST: SIGNED, 0x42: SIGNED})
    kinds.update({0x43: (BYTES, 4), 0x44: (BYTES, 8)})
    return kinds


IMMEDIATES = _immediates()
# Opcodes behind the prefix 0xFC: saturating conversions, bulk memory and tables.
BULK = {**dict.fromkeys(range(8), NONE), **dict.fromkeys((8, 10, 12, 14), TWO_INDICES), **dict.fromkeys(
    (9, 11, 13, 15, 16, 17), INDEX)}


def vector_immediate(opcode):
    """What follows an opcode behind the prefix 0xFD."""
    if opcode <= 11 or opcode in (92, 93):
        return MEMORY
    if opcode in (12, 13):
        return (BYTES, 16)
    if 21 <= opcode <= 34:
        return (BYTES, 1)
    if 84 <= opcode <= 91:
        return (MEMORY, 1)
    return NONE


class MalformedModule(ValueError):
    """The base module is not what the generator can copy."""


def read_unsigned(data, position):
    """An unsigned LEB128 number and the position behind it."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def skip_leb(data, position):
    while data[position] >= 0x80:
        position += 1
    return position + 1


def read_signed(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (value - (1 << shift) if byte & 0x40 else value), position


def write_unsigned(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def write_signed(value):
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        if value == (-1 if byte & 0x40 else 0):
            out.append(byte)
            return bytes(out)
        out.append(byte | 0x80)


def walk(data, position, end):
    """Yields (opcode, where its immediates begin, where the next instruction begins) of an expression."""
    while position < end:
        opcode = data[position]
        start = position + 1
        kind = IMMEDIATES.get(opcode)
        if opcode in (0xFC, 0xFD):
            number, start = read_unsigned(data, start)
            kind = BULK.get(number) if opcode == 0xFC else vector_immediate(number)
        if kind is None:
            raise MalformedModule(f"the generator does not know opcode 0x{opcode:02x} at {position}")
        position = skip_immediates(data, start, kind)
        yield opcode, start, position


def skip_immediates(data, position, kind):
    more = 0
    if isinstance(kind, tuple):
        kind, more = kind
    if kind in (INDEX, SIGNED, BLOCK):
        # A block's type is a negative one-byte number or an index: a LEB128 number in every case.
        return skip_leb(data, position)
    if kind == TWO_INDICES:
        return skip_leb(data, skip_leb(data, position))
    if kind == MEMORY:
        flags, position = read_unsigned(data, position)
        if flags & 0x40:
            position = skip_leb(data, position)
        return skip_leb(data, position) + more
    if kind == BYTES:
        return position + more
    if kind in (BRANCH_TABLE, SELECT_TYPES):
        entries, position = read_unsigned(data, position)
        for _ in range(entries + (kind == BRANCH_TABLE)):
            position = skip_leb(data, position)
    return position
