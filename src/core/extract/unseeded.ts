/** Warns of kept calls that draw random numbers without a seed, also in the functions that the notebook calls. */
import type { Diagnostic } from "../report";
import { assignmentsIn, calleeOf, callsIn, type Callee } from "../python/calls";
import { basesOf } from "../python/classHooks";
import { homeOf, type Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { inJitted, isJitted, isOfJitted } from "../python/jitted";
import { ownGenerator } from "../python/knowledge";
import type { Statement } from "../python/program";
import { drawnStreams, drawsIdly, drawsLater, seededStreams } from "../python/random";
import { KIND } from "../python/kinds";
import { withOwnImports } from "../python/summaries";
import {
  argumentsOf,
  childOf,
  isWithin,
  keywordOf,
  nodesOf,
  parameterNames,
  runBy,
  type SyntaxNode,
} from "../python/syntax";

/** What is looked at. */
export interface Drawn {
  readonly kept: readonly Statement[];
  readonly knowledge: Knowledge;
  readonly flow: Flow;
}

/** Draws from generators that have no seed. */
export function unseeded(drawn: Drawn): readonly Diagnostic[] {
  return [...globalDraws(drawn), ...seedlessGenerators(drawn), ...ownDraws(drawn)];
}

/** Kept calls that draw from a global random generator that nothing above seeds. */
function globalDraws({ kept, knowledge, flow }: Drawn): readonly Diagnostic[] {
  const draws = new Draws(cellsOf(kept));
  for (const { node, names, cell, index } of kept) {
    draws.use([...names.reads, ...names.late]);
    draws.follow(callsIn(node), { knowledge, cell, statement: node });
    draws.seed(flow.effects[index]?.seeds ?? []);
  }
  draws.useAll();
  return draws.found;
}

/** The cells of the functions and classes that are kept. */
function cellsOf(kept: readonly Statement[]): ReadonlyMap<SyntaxNode, number> {
  const kinds = KIND.function_definition | KIND.class_definition;
  return new Map(kept.flatMap(({ node, cell }) => nodesOf(node, kinds).map((one) => [one, cell] as const)));
}

/** Where calls stand. */
interface Place {
  readonly knowledge: Knowledge;
  readonly cell: number;
  /** The statement, where they stand in no function of the notebook. */
  readonly statement?: SyntaxNode;
  /** The line that is told, if it is not that of the call: what stands in another file is told of where it is called. */
  readonly line?: number;
  /** The function that they stand in. */
  readonly inside?: string;
  /** True in a function that Numba compiles. */
  readonly jitted?: boolean;
}

/** A call that runs, or the definition that it goes into. */
interface Step {
  readonly call: SyntaxNode;
  readonly place: Place;
  readonly entered?: { readonly definition: SyntaxNode; readonly name: string };
}

/** Follows calls in the order in which they run; a function is gone into where it is called first. */
class Draws {
  readonly found: Diagnostic[] = [];
  private readonly seeded = new Set<string>();
  private readonly said = new Set<string>();
  private readonly entered = new Set<SyntaxNode>();
  /** What was made that draws when it is used, by the variables that hold it. */
  private readonly waiting = new Map<string, readonly Step[]>();

  /** `cells` are those of the notebook's functions and classes. */
  constructor(private readonly cells: ReadonlyMap<SyntaxNode, number>) {}

  /** Notes what is drawn. Functions may lead deep into each other. */
  follow(calls: readonly SyntaxNode[], place: Place): void {
    const ahead: Step[] = calls.map((call) => ({ call, place })).reverse();
    for (let step = ahead.pop(); step !== undefined; step = ahead.pop()) {
      const next = step.entered === undefined ? this.run(step) : this.enter(step, step.entered);
      for (const one of next.toReversed()) ahead.push(one);
    }
  }

  /** What these variables hold may draw from here on. */
  use(names: Iterable<string>): void {
    for (const name of names) {
      const made = this.waiting.get(name) ?? [];
      this.waiting.delete(name);
      for (const { call, place } of made) this.note(call, calleeOf(call, place.knowledge), place);
    }
  }

  /** A seed that has to stand above a draw may as well stand above what was made before that draws later: the first of them is told. */
  private useMadeAbove(): void {
    const takesNone = ({ call, place: { knowledge } }: Step): boolean =>
      !takesSeed(calleeOf(call, knowledge), knowledge);
    this.use([...this.waiting].flatMap(([name, made]) => (made.every(takesNone) ? [name] : [])));
  }

  /** What is used nowhere draws for whoever takes it. */
  useAll(): void {
    this.use(this.waiting.keys());
  }

  /** From here on these generators have a seed. */
  seed(streams: Iterable<string>): void {
    for (const stream of streams) this.seeded.add(stream);
  }

  /** What the call leads to. */
  private run({ call, place }: Step): readonly Step[] {
    const callee = calleeOf(call, place.knowledge);
    const variable = heldBy(call, callee, place);
    if (variable === undefined) this.note(call, callee, place);
    else this.waiting.set(variable, [...(this.waiting.get(variable) ?? []), { call, place }]);
    this.seed(streamsAt(seededStreams(callee, place.knowledge), place));
    return namesCalled(call, callee, place.knowledge).flatMap((name) => into(name, call, place));
  }

  private enter({ call, place }: Step, { definition, name }: NonNullable<Step["entered"]>): readonly Step[] {
    if (this.entered.has(definition)) return [];
    this.entered.add(definition);
    const body = bodyRun(definition);
    const knowledge = withOwnImports(body ?? definition, homeOf(name, place.knowledge));
    const cell = this.cells.get(definition);
    const at = cell === undefined ? { ...place, line: place.line ?? call.line } : { cell };
    const within = { ...at, knowledge, inside: name, jitted: isJitted(definition, knowledge) };
    const calls = body === undefined ? [] : nodesOf(body, KIND.call);
    return [
      ...basesOf(definition).flatMap((base) => into(base, call, within)),
      ...calls.map((inner) => ({ call: inner, place: within })),
    ];
  }

  /** One seed above is enough for all that draw from a generator. */
  private isSaid(streams: readonly string[], callee: Callee, isGiven: boolean): boolean {
    if (isBare(callee) && this.found.length > 0) return true;
    if (isGiven) return false;
    const isKnown = streams.every((stream) => this.said.has(stream));
    for (const stream of streams) this.said.add(stream);
    return isKnown;
  }

  private note(call: SyntaxNode, callee: Callee, place: Place): void {
    const { knowledge, cell, line, inside } = place;
    const all = streamsAt(movedBy(call, callee, knowledge), place);
    const streams = all.filter((stream) => !this.seeded.has(stream));
    if (callee.kind === "unknown" || streams.length === 0) return;
    const isGiven = takesSeed(callee, knowledge);
    if (!isGiven) this.useMadeAbove();
    if (this.isSaid(streams, callee, isGiven)) return;
    // One of its generators has a seed: what is said has to tell why that is not enough.
    const others = streams.length < all.length || streams.some(isOfJitted) ? streams : [];
    const hint = isGiven ? "Give it random_state=0." : seedHint(callee, others);
    const what = `${callee.name} draws random numbers${fromGenerators(others)}${inside === undefined ? "" : ` in ${inside}`}`;
    this.found.push(withoutSeed(what, hint, cell, line ?? call.line));
  }
}

/** The generators as they are where a call stands. */
function streamsAt(streams: readonly string[], { jitted }: Place): readonly string[] {
  return jitted === true ? [...inJitted(streams)] : streams;
}

const GENERATORS: Readonly<Record<string, string>> = {
  "<random:numba-numpy>": "Numba's own generator",
  "<random:numba-python>": "Numba's own generator",
  "<random:numpy>": "NumPy's generator",
  "<random:python>": "Python's generator",
  "<random:tensorflow>": "TensorFlow's generator",
};

/** ` from Python's generator` */
function fromGenerators(streams: readonly string[]): string {
  const names = streams.flatMap((stream) => GENERATORS[stream] ?? []);
  return names.length === 0 ? "" : ` from ${names.join(" and ")}`;
}

/** Keras draws from several generators: Keras 3 takes what layers begin with from Python's. */
function seedHint(callee: Callee, others: readonly string[]): string {
  if (others.some(isOfJitted)) {
    const seed = others.includes("<random:numba-python>") ? "random.seed(0)" : "np.random.seed(0)";
    return `A seed outside does not reach it: call ${seed} inside of a function with @njit, before this one draws.`;
  }
  const isKeras = callee.kind === "library" && /(^|\.)(tf_)?keras\./.test(callee.qualified);
  return isKeras && others.length > 0
    ? "keras.utils.set_random_seed(0) in a cell above seeds all that Keras draws from."
    : "Seed the generator in a cell above.";
}

/** The variable that holds what a call makes, be it in something else, where all that draws only when it is used. */
function heldBy(call: SyntaxNode, callee: Callee, { statement, knowledge }: Place): string | undefined {
  if (statement === undefined || !drawsLater(callee, knowledge)) return undefined;
  const held = assignmentsIn(statement).find(({ right }) => isWithin(call, right));
  const isHeld = held?.left.type === "identifier" && held.right.type === "call";
  return isHeld && drawsLater(calleeOf(held.right, knowledge), knowledge) ? held.left.text : undefined;
}

/** True for what a name without an import stands for: one word of it is enough. */
function isBare(callee: Callee): boolean {
  return callee.kind === "library" && !callee.qualified.includes(".");
}

function into(name: string, call: SyntaxNode, place: Place): readonly Step[] {
  const definitions = place.knowledge.definitions.get(name) ?? [];
  return definitions.map((definition) => ({ call, place, entered: { definition, name } }));
}

/** What runs when a definition is called. */
function bodyRun(definition: SyntaxNode): SyntaxNode | undefined {
  const code = runBy(definition);
  return code === undefined ? undefined : childOf(code, "body");
}

/** The functions, classes and methods of the user's own that a call calls, or hands on to be called. */
function namesCalled(call: SyntaxNode, callee: Callee, knowledge: Knowledge): readonly string[] {
  const given = argumentsOf(call).flatMap((one) => ownNamed(childOf(one, "value") ?? one, knowledge));
  if (callee.kind === "notebook") return [callee.name, ...given];
  return callee.kind === "method" ? [...ownMethod(callee.name, knowledge), ...given] : given;
}

function ownNamed(node: SyntaxNode, knowledge: Knowledge): readonly string[] {
  if (node.type === "attribute") return ownMethod(childOf(node, "attribute")?.text ?? "", knowledge);
  return node.type === "identifier" && knowledge.definitions.has(node.text) ? [node.text] : [];
}

/** A class is gone into with those that it inherits from, so `super().__init__()` says nothing new. */
function ownMethod(name: string, { definitions }: Knowledge): readonly string[] {
  if (name === "__init__") return [];
  const isMethod = (one: SyntaxNode): boolean => /^(self|cls)$/.test(parameterNames(one)[0] ?? "");
  return definitions.get(name)?.some(isMethod) === true ? [name] : [];
}

function withoutSeed(what: string, hint: string, cell: number, line: number): Diagnostic {
  const message = `${what} without a seed: every run gives other results.`;
  return { code: "notebook.unseeded", severity: "warning", cell, line, message, hint };
}

/** `np.random.RandomState()`, `np.random.default_rng(None)`: no seed of the global generator helps. */
function seedlessGenerators({ kept, knowledge }: Drawn): readonly Diagnostic[] {
  return kept.flatMap(({ node, cell, source }) => {
    const made = nodesOf(node, KIND.call).filter((call) => isSeedless(call, calleeOf(call, knowledge)));
    return made.map((call) => {
      const { start, end } = childOf(call, "function") ?? call;
      const hint = `Give it a seed: ${source.slice(start, end)}(0).`;
      return withoutSeed("This makes a random generator", hint, cell, call.line);
    });
  });
}

/** `optuna.create_study()`: what makes a generator of its own, with a seed that nobody chose. */
function ownDraws({ kept, knowledge }: Drawn): readonly Diagnostic[] {
  return kept.flatMap(({ node, cell }) =>
    nodesOf(node, KIND.call).flatMap((call) => {
      const callee = calleeOf(call, knowledge);
      const own = callee.kind === "library" ? ownGenerator(callee.qualified) : undefined;
      const isOpen = argumentsOf(call).some(({ type }) => type === "dictionary_splat");
      const given = own && keywordOf(call, own.keyword);
      if (callee.kind !== "library" || own === undefined || isOpen) return [];
      if (given !== undefined && given.type !== "none") return [];
      return [withoutSeed(`${callee.name} draws random numbers`, `Give it ${own.seeded}.`, cell, call.line)];
    }),
  );
}

function isSeedless(call: SyntaxNode, callee: Callee): boolean {
  const isGenerator =
    callee.kind === "library" && /^(numpy\.)?random\.(RandomState|default_rng|Random)$/.test(callee.qualified);
  return isGenerator && argumentsOf(call).every((one) => (childOf(one, "value") ?? one).type === "none");
}

/** The generators that what a call gives depends on. */
function movedBy(call: SyntaxNode, callee: Callee, knowledge: Knowledge): readonly string[] {
  const generator = keywordOf(call, "generator");
  const hasOwn = generator !== undefined && generator.type !== "none";
  return hasOwn || drawsIdly(call, callee) ? [] : drawnStreams(call, callee, knowledge);
}

function takesSeed(callee: Callee, knowledge: Knowledge): boolean {
  if (callee.kind === "unknown") return false;
  const isLayer = callee.kind === "library" && /^(keras|tensorflow|torch)/.test(callee.qualified);
  return !isLayer && !isBare(callee) && (callee.name.includes("split") || drawsLater(callee, knowledge));
}
