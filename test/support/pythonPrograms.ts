import fc from "fast-check";

/** Variables of every random program: they are bound by its first cell, and stay of their kind. */
export const NUMBERS = ["a", "b", "c"];
export const LISTS = ["p", "q", "r"];

/** The first cell. A constant stays one as long as no statement binds it again. */
export const SETUP = [
  "import random",
  "random.seed(7)",
  "a = 1",
  "b = 20",
  "c = 5",
  "p = [1]",
  "q = [4, 2, 3]",
  "r = []",
  "box = [p, q]",
  'shelf = {"k": r, "n": 3}',
  "class Counter:",
  "    step = 2",
  "    def __init__(self, start):",
  "        self.n = start",
  "    def up(self, by):",
  "        self.n += by * self.step",
  "        return self.n",
  "counter = Counter(b)",
  "def add(into, item):",
  "    into.append(item)",
  "    return into",
  "def shift(x):",
  "    return (x + a) % 97",
  "def tick():",
  "    global c",
  "    c += 1",
  "def twice(f, x):",
  "    return f(f(x))",
].join("\n");

const number = fc.constantFrom(...NUMBERS);
const list = fc.constantFrom(...LISTS);
const digit = fc.integer({ min: 0, max: 9 });

const simple: fc.Arbitrary<string> = fc
  .tuple(number, number, list, list, digit)
  .chain(([x, y, l, m, n]) =>
    fc.constantFrom(
      `${x} = ${y} + ${n}`,
      `${x} = ${n}`,
      `${x} += ${n}`,
      `${x} = (${x} * ${n} + ${y}) % 97`,
      `${x}, ${y} = ${y}, ${x}`,
      `${x} = ${y} = ${n}`,
      `${x} = len(${l})`,
      `${x} = sum(${l}) % 97`,
      `${x} = ${l}[0] if ${l} else ${n}`,
      `${x} = shift(${y})`,
      `${x} = twice(shift, ${y})`,
      `${x} = twice(lambda v: v + ${y}, ${n})`,
      `${x} = random.randint(0, 9)`,
      `${x} = counter.n % 97`,
      `counter.n = ${x}`,
      `counter.up(${x} % 5)`,
      `counter = Counter(${x})`,
      `Counter.step = ${n}`,
      `tick()`,
      `${l} = ${m}`,
      `${l} = ${m}[:]`,
      `${l} = list(${m})`,
      `${l} = [${x}, ${y}]`,
      `${l} = ${m}[:4] + [${x}]`,
      `${l} = [item + ${x} for item in ${m}][:5]`,
      `${l} = sorted(${m}, key=lambda v: (v - ${x}) ** 2)`,
      `${l}, ${m} = ${m}, ${l}`,
      `${l} += [${x}]`,
      `${l}.append(${x})`,
      `${l}.extend(${m}[:3])`,
      `${l}.insert(0, ${n})`,
      `${l}.sort()`,
      `${l}.reverse()`,
      `${l}[1:] = [${x}]`,
      `del ${l}[2:]`,
      `${l}.pop() if ${l} else None`,
      `random.shuffle(${l})`,
      `add(${l}, ${x})`,
      `${m} = add(${l}, ${x})`,
      `add(into=${l}, item=${n})`,
      `add(box[0], ${x})`,
      `box = [${l}, ${m}]`,
      `box[1] = ${l}`,
      `box[0].append(${x})`,
      `${l} = box[1]`,
      `shelf["k"] = ${l}`,
      `shelf["k"].append(${x})`,
      `shelf["n"] = ${x}`,
      `shelf.update(n=${x}, k=${l})`,
      `${x} = shelf["n"]`,
      `${l} = shelf["k"]`,
      `[item.append(${x}) for item in (${l}, ${m})]`,
      `${x} = max((${y} := ${y} % 50), ${n})`,
      `assert ${x} is not None, "${l}"`,
      `print(${x}, ${l})`,
      l,
      `def shift(x):\n    return (x * 2 + ${y}) % 97`,
      `def shift(x, y=${n}):\n    return (x + y + len(${l})) % 97`,
      `def shift(x):\n    def inner(z):\n        return z + ${y}\n    return inner(x) % 97`,
      `def next_${x}():\n    global ${x}\n    ${x} = ${x} % 50 + 1\nnext_${x}()`,
      `def put_${y}_into_${l}():\n    add(${l}, ${y})\nput_${y}_into_${l}()`,
      `def prepend(into, item):\n    into.insert(0, item)\n    return into\n${m} = prepend(${l}, ${x})`,
      `def fresh_${x}():\n    global made_${x}\n    made_${x} = ${y} + ${n}\nfresh_${x}()\n${x} = made_${x}`,
      `grow = ${l}.append\ngrow(${x})`,
      `list(map(${l}.append, ${m}[:2]))`,
      `def remember(item, seen=${l}):\n    seen.append(item)\n    return len(seen)\n${x} = remember(${y})`,
      `(lambda into: into.append(${x}))(${l})`,
      `act = lambda into, item=${n}: into.append(item)\nact(${l})`,
      `${x} = len(f"{${y}} {${l}!r} {len(${m}):>{${n} + 1}}")`,
      `def add(into, item):\n    return into + [item]`,
      `def add(into, item):\n    into.append(item)\n    return into`,
      `setattr(counter, "n", ${x})`,
      `vars(counter)["n"] = ${x}`,
      `counter.__dict__["n"] = ${x}`,
      `add(*[${l}, ${x}])`,
      `add(*(${l},), item=${x})`,
      `add(**{"into": ${l}, "item": ${x}})`,
      `steps = iter([${x}, ${y}, ${n}])\nnext(steps)\n${x} = next(steps)`,
      `steps = (v + ${x} for v in [${n}, ${y}])\nnext(steps)\n${y} = next(steps)`,
      `del ${x}\n${x} = ${n}`,
      `counter.kept = ${l}\ncounter.kept.append(${x})`,
      `def loud(f):\n    def inner(*given):\n        return f(*given) + ${n}\n    return inner\n@loud\ndef shift(x):\n    return (x + ${y}) % 97`,
      `from functools import partial\npartial(add, ${l})(${x})`,
      `from functools import partial\nlater = partial(shift, ${y})\n${x} = later()`,
      `for act in (add, lambda into, item: into.insert(0, item)):\n    act(${l}, ${x})`,
      `nest = [[${l}], ${m}]\nnest[0][0].append(${x})`,
      `list.append(${l}, ${x})`,
      `import operator\noperator.iadd(${l}, [${x}])`,
      `import heapq\nheapq.heappush(${l}, ${x})`,
      `random.Random(${n}).shuffle(${l})`,
      `import copy\n${l} = copy.copy(${m})\n${l}.append(${x})`,
      `class Holder:\n    items = ${l}\n    def put(self, item):\n        self.items.append(item)\n        return self\nHolder().put(${x}).put(${n})`,
      `class Child(Counter):\n    def up(self, by):\n        return super().up(by) + 1\ncounter = Child(${x})`,
      `pair = (${l}, ${x})\npair[0].append(pair[1])`,
      `class Filler:\n    def fill(self, into, item):\n        into.append(item)\n        return len(into)\n${x} = Filler().fill(${l}, ${y})`,
      `class Starter:\n    def __init__(self, into):\n        into.append(${n})\nstarter = Starter(${l})`,
      `class Keeper:\n    def __init__(self, items):\n        self.items = items\n    def put(self, item):\n        self.items.append(item)\n        return item\n    def all(self):\n        return self.items\nkept = Keeper(${l})\n${x} = kept.put(${y})\nkept.all().append(${n})`,
      `def writer(into):\n    def write(item):\n        into.append(item)\n    return write\nwrite = writer(${l})\nwrite(${x})`,
      `def outer(item):\n    middle(item)\ndef middle(item):\n    ${l}.append(item)\nouter(${y})`,
      `${l} = ${m} = [${x}]`,
      `def part(items, own=False):\n    if own:\n        items = items[:]\n    items.append(${n})\n    return items\n${m} = part(${l})`,
      `def same():\n    return ${l}\nsame().append(${x})`,
      `groups = [item for item in (${l}, ${m})]\nfor group in groups:\n    group.append(${x})`,
      `pairs = list(zip([${l}, ${m}], [${x}, ${y}]))\nfor group, item in pairs:\n    group.append(item)`,
      `dice = random.Random(${n})\ndice.random()\n${x} = dice.randint(0, 9)`,
      `import io\nnote = io.StringIO()\nprint(${x}, file=note)\nnote.write("1")\n${y} = len(note.getvalue())`,
      `first, *others = [${l}, ${m}, ${l}]\nothers[0].append(${x})`,
      `with open(__import__("os").devnull) as file:\n    ${x} = len(file.read()) + ${n}`,
      `from random import seed as plant\nplant(${x})`,
      `from random import randint as roll\n${x} = roll(0, ${n} + 1)`,
      `def extended(into, item):\n    into = into[:3]\n    into.append(item)\n    return into\n${m} = extended(${l}, ${x})`,
    ),
  );

const indent = (lines: readonly string[]): string =>
  lines
    .join("\n")
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");

const { statement } = fc.letrec<{ statement: string; block: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    { arbitrary: simple, weight: 5 },
    {
      arbitrary: fc
        .tuple(number, number, list, list, digit, tie("block"), tie("block"))
        .chain(([x, y, l, m, n, one, two]) =>
          fc.constantFrom(
            `if ${x} > ${n}:\n${one}`,
            `if ${x} > ${n}:\n${one}\nelse:\n${two}`,
            `if ${x} > ${n}:\n${one}\nelif ${l}:\n${two}`,
            `if (${x} := len(${l})) > 2:\n${one}`,
            `for i in range(2):\n${one}`,
            `for ${x} in range(2):\n${one}`,
            `for ${x} in ${l}[:3]:\n${one}`,
            `for item in (${l}, ${m}):\n    item.append(${x})\n${one}`,
            `for item in box:\n    item.append(${x})`,
            `for ${l} in (${l}, ${m}):\n    ${l}.append(${x})`,
            `for i, item in enumerate([${l}, ${m}]):\n    item.append(i)`,
            `for key, item in {"x": ${l}}.items():\n    item.append(${x})`,
            `for i in range(3):\n    if i == ${x}:\n        break\n${one}\nelse:\n${two}`,
            `${x} = ${x} % 50\nwhile ${x} < 40:\n    ${x} += 9\n    ${y} = ${n} + 40`,
            `try:\n    ${x} = ${n} // ${y}\n${one}\nexcept ZeroDivisionError:\n${two}`,
            `try:\n    ${x} = ${l}[${n}]\nexcept IndexError as error:\n    ${y} = len(str(error)) % 9\nfinally:\n${one}`,
            `match ${x}:\n    case 0 | 1:\n        ${y} = 3\n    case ${y} if ${y} > 50:\n        ${l}.append(2)\n    case _:\n        ${l}.append(${y})`,
          ),
        ),
      weight: 2,
    },
  ),
  block: fc.array(tie("statement"), { minLength: 1, maxLength: 2 }).map(indent),
}));

/** The cells of a program behind the first one. Each one runs, whatever came before it. */
export const cells: fc.Arbitrary<readonly string[]> = fc
  .array(fc.array(statement, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })
  .map((blocks) => blocks.map((lines) => lines.join("\n")));

/** The variable that is asked for. */
export const target: fc.Arbitrary<string> = fc.constantFrom(...NUMBERS, ...LISTS);
