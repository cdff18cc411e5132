"""Random formats and values, and what CPython's struct module makes of them.

One case a line, fields separated by tabs. Values are written as a letter and text: i for
an integer, d for the bits of a float, y for bytes, b for a bool, u for a str, which fits no
format. A result is either = and bytes or values, or ! and the error.

struct_cases.py SEED COUNT
"""
import random
import struct
import sys

LETTERS = "xcbB?hHiIlLqQnNefdspP"


def show(value):
    if isinstance(value, bool):
        return "b%d" % value
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        # There are many bit patterns for what is no number, and only one of them counts.
        return "dnan" if value != value else "d" + struct.pack(">d", value).hex()
    if isinstance(value, bytes):
        return "y" + value.hex()
    return "u" + value.encode("utf-8").hex()


def show_all(values):
    return " ".join(show(value) for value in values)


def attempt(function, present):
    try:
        return "=" + present(function())
    except (struct.error, OverflowError, UnicodeEncodeError) as error:
        return "!" + str(error).replace("\n", " ").replace("\t", " ")


class Cases:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def format(self):
        chance = self.random
        order = chance.choice(["", "@", "=", "<", ">", "!"])
        native = order in ("", "@")
        letters = LETTERS if native else LETTERS.replace("n", "").replace("N", "").replace("P", "")
        parts = []
        for _ in range(chance.randrange(0, 9)):
            letter = chance.choice(letters)
            # "0p" writes outside its room in CPython, and cannot be unpacked at all.
            counts = [""] * 6 + ["1", "2", "3", "07"] + ([] if letter == "p" else ["0"])
            if letter in "sp":
                counts += ["%d" % chance.randrange(1, 40), "300"]
            parts.append(chance.choice(["", "", "", " ", "\n\t"]) + chance.choice(counts) + letter)
        text = order + "".join(parts) + chance.choice(["", "", " "])
        if chance.random() < 0.06:
            where = chance.randrange(len(text) + 1)
            text = text[:where] + chance.choice("zZ9@<=!\0\x0b\x1c éa-+.") + text[where:]
        if chance.random() < 0.01:
            text += "99999999999999999999i"
        return text

    def integer(self, bits):
        chance = self.random
        edge = 1 << chance.choice([0, 7, 8, 15, 16, 31, 32, 63, 64, bits - 1, bits, 70])
        return chance.choice([
            0, 1, -1, edge, edge - 1, -edge, -edge - 1, edge + 1,
            chance.getrandbits(bits), chance.getrandbits(bits - 1), -chance.getrandbits(bits - 1),
        ])

    def floating(self):
        chance = self.random
        kind = chance.randrange(9)
        if kind == 0:
            return chance.choice([0.0, -0.0, 1.0, -1.5, 65504.0, 65519.99, 65520.0, -65520.0, 5.9604644775390625e-08,
                                  2.98023223876953125e-08, 2.9802322387695315e-08, 6.1035e-05, 3.4028235677973366e+38,
                                  3.4028234663852886e+38, 1e300, -1e300, 5e-324, 1e-45, 2048.5, 2049.0, 2051.0])
        if kind == 1:
            return chance.choice([float("inf"), float("-inf"), float("nan")])
        if kind == 2:
            return chance.uniform(-70000, 70000)
        if kind == 3:
            return chance.uniform(-1, 1) * 2.0 ** chance.randrange(-30, 20)
        if kind == 4:
            # Right between two half floats, and a hair beside.
            half = struct.unpack("<e", struct.pack("<H", chance.randrange(0x7BFF)))[0]
            following = struct.unpack("<e", struct.pack("<H", struct.unpack("<H", struct.pack("<e", half))[0] + 1))[0]
            return (half + following) / 2 * chance.choice([1, 1, 1 + 2.0 ** -52, 1 - 2.0 ** -52])
        if kind == 5:
            value = struct.unpack("<d", chance.getrandbits(64).to_bytes(8, "little"))[0]
            return value if value == value else float("nan")
        if kind == 6:
            return self.integer(64)
        return chance.gauss(0, 1000)

    def bytes(self, length):
        return bytes(self.random.getrandbits(8) for _ in range(length))

    def value(self, order, letter, count):
        chance = self.random
        # To Python every object is true or false, so nothing is wrong for a bool.
        if letter != "?" and chance.random() < 0.01:
            return chance.choice([1, 2.5, b"", b"ab", "text"])
        if letter in "sp":
            return self.bytes(max(0, chance.choice([count, count - 1, count + 3, chance.randrange(0, count + 2)])))
        if letter == "c":
            return self.bytes(1)
        if letter == "?":
            return chance.choice([True, False, 0, 1, 2, 0.0, 0.5, 1 << 70])
        if letter in "efd":
            value = self.floating()
            return value
        bits = 8 * struct.calcsize(order + letter)
        if chance.random() < 0.85:
            signed = letter.islower()
            return chance.randrange(-(1 << bits - 1), 1 << bits - 1) if signed else chance.getrandbits(bits)
        return self.integer(bits)

    def values(self, text):
        chance = self.random
        values = []
        count = ""
        order = text[:1] if text[:1] in ("@", "=", "<", ">", "!") else ""
        for letter in text:
            if letter.isdigit():
                count += letter
                continue
            if letter not in LETTERS or (order not in ("", "@") and letter in "nNP"):
                continue
            number = min(int(count or "1"), 400)
            count = ""
            if letter in "sp":
                values.append(self.value(order, letter, number))
            elif letter != "x":
                values.extend(self.value(order, letter, 1) for _ in range(number))
        if chance.random() < 0.02:
            values = values[:-1] if chance.random() < 0.5 else values + [1]
        return values

    def emit(self, *fields):
        sys.stdout.write("\t".join(fields) + "\n")

    def run(self):
        chance = self.random
        text = self.format()
        name = text.encode("utf-8").hex()
        size = attempt(lambda: struct.calcsize(text), str)
        self.emit("calcsize", name, size)
        values = self.values(text)
        self.emit("pack", name, show_all(values), attempt(lambda: struct.pack(text, *values), bytes.hex))
        length = int(size[1:]) if size.startswith("=") else chance.randrange(20)

        data = self.bytes(length if chance.random() < 0.97 else max(0, length + chance.choice([-1, 1, 4])))
        self.emit("unpack", name, data.hex(), attempt(lambda: struct.unpack(text, data), show_all))

        room = self.bytes(length + chance.randrange(0, 12))
        offset = chance.randrange(-len(room) - 2, len(room) - length + 2) if chance.random() < 0.5 else 0
        self.emit("unpack_from", name, room.hex(), str(offset),
                  attempt(lambda: struct.unpack_from(text, room, offset), show_all))
        target = bytearray(room)

        def pack_into():
            struct.pack_into(text, target, offset, *values)
            return target

        self.emit("pack_into", name, room.hex(), str(offset), show_all(values), attempt(pack_into, lambda b: b.hex()))

        several = self.bytes(length * chance.randrange(4) + (chance.random() < 0.05))
        self.emit("iter_unpack", name, several.hex(),
                  attempt(lambda: list(struct.iter_unpack(text, several)), lambda sets: ",".join(map(show_all, sets))))


if __name__ == "__main__":
    cases = Cases(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        cases.run()
