/** Cells that do not bear to be run twice, where the saved counts say that they may have been: a second run changes more than one. */
import type { Notebook } from "../notebook/notebook";
import { assignmentsIn } from "../python/calls";
import type { Flow } from "../python/flow";
import { DEFINITION, KIND } from "../python/kinds";
import type { Statement } from "../python/program";
import {
  argumentsOf,
  childOf,
  childrenOf,
  isWithin,
  keywordOf,
  nodesOf,
  positionalsOf,
  rootName,
  type SyntaxNode,
} from "../python/syntax";
import type { Diagnostic } from "../report";

/** What a cell makes of a variable's own value. */
interface Change {
  readonly name: string;
  readonly statement: Statement;
  readonly line: number;
}

/** Said of each cell of the slice whose variable may hold a change that was made twice. */
export function runTwice(notebook: Notebook, kept: readonly Statement[], flow: Flow): readonly Diagnostic[] {
  const runs = savedRuns(notebook);
  const counted = byCell(kept.filter(({ cell }) => runs.counts.has(cell)));
  return counted.flatMap((statements): readonly Diagnostic[] => {
    const change = firstChange(statements);
    const evidence = change && (runAgainAfter(change, kept, flow, runs) ?? lostRuns(change, runs));
    if (change === undefined || evidence === undefined) return [];
    return [
      {
        code: "notebook.run-twice",
        severity: "info",
        cell: change.statement.cell,
        line: change.line,
        message: `${change.name} is made of itself here, and ${evidence}: what is saved may be of another state than the pipeline's.`,
        hint: "Give the result a name of its own, or run the notebook from top to bottom and save it.",
      },
    ];
  });
}

function byCell(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const cells = new Map<number, Statement[]>();
  for (const one of statements) {
    const others = cells.get(one.cell);
    if (others === undefined) cells.set(one.cell, [one]);
    else others.push(one);
  }
  return [...cells.values()];
}

/** When cells were last run, as saved. */
interface Runs {
  /** The counts, by the cells' numbers. */
  readonly counts: ReadonlyMap<number, number>;
  /** By count, the one before it that a cell shows; 0 before the first. */
  readonly before: ReadonlyMap<number, number>;
}

function savedRuns({ cells }: Notebook): Runs {
  const counts = new Map(
    cells.flatMap(({ number, executionCount }) => (executionCount === undefined ? [] : [[number, executionCount]])),
  );
  const sorted = [...counts.values()].sort((a, b) => a - b);
  return { counts, before: new Map(sorted.map((count, index) => [count, sorted[index - 1] ?? 0])) };
}

/** A cell below that needs the change, and was run before: so this one had been run by then. */
function runAgainAfter(
  { statement }: Change,
  kept: readonly Statement[],
  { dependencies }: Flow,
  { counts }: Runs,
): string | undefined {
  const own = counts.get(statement.cell) ?? 0;
  const before = kept.find(
    ({ index, cell }) => (counts.get(cell) ?? own) < own && dependencies[index]?.has(statement.index) === true,
  );
  return before && `the cell was run again after cell ${before.cell}, which needs it`;
}

/** Runs right before a cell's last one that no cell has the count of. */
function lostRuns({ statement }: Change, { counts, before }: Runs): string | undefined {
  const last = counts.get(statement.cell) ?? 0;
  const first = (before.get(last) ?? 0) + 1;
  if (first >= last) return undefined;
  const lost = first === last - 1 ? `run ${first}` : `runs ${first} to ${last - 1}`;
  return `the cell may have been run more than once (its last run is ${last}, and no cell shows ${lost})`;
}

/** The first statement of a cell that changes what was there before the cell; what it only shows is no part of the module. */
function firstChange(statements: readonly Statement[]): Change | undefined {
  const own = new Set<string>();
  for (const statement of statements) {
    const isShown = (target: SyntaxNode): boolean => statement.shown.some((one) => isWithin(target, one));
    const found = changesIn(statement).find(
      ({ target, root }) =>
        !own.has(root) && !own.has(textOf(target, statement)) && !bindsAnew(statement, root) && !isShown(target),
    );
    if (found !== undefined) return { name: found.root, statement, line: found.target.line };
    const { binds, mayBind } = statement.names;
    for (const name of [...binds, ...mayBind]) own.add(name);
    for (const { left } of assignmentsIn(statement.node)) own.add(textOf(left, statement));
  }
  return undefined;
}

function textOf({ start, end }: SyntaxNode, { source }: Statement): string {
  return source.slice(start, end);
}

/** True if a block sets a variable to something else: what it counts begins where it does. */
function bindsAnew(statement: Statement, name: string): boolean {
  const { node } = statement;
  if (node.type === "expression_statement") return false;
  const loops = nodesOf(node, KIND.for_statement, DEFINITION).flatMap((loop) => childOf(loop, "left") ?? []);
  const set = assignmentsIn(node).flatMap(({ left, right }) => (levelOf(right, left, statement) === 0 ? [left] : []));
  return [...loops, ...set].some((left) => textOf(left, statement).split(/\W+/).includes(name));
}

interface Place {
  readonly target: SyntaxNode;
  readonly root: string;
}

function changesIn(statement: Statement): readonly Place[] {
  const { node } = statement;
  const added = nodesOf(node, KIND.augmented_assignment, DEFINITION).map((one) => childOf(one, "left") ?? one);
  const made = assignmentsIn(node).flatMap(({ left, right }) =>
    levelOf(right, left, statement) === CHANGED ? [left] : [],
  );
  const called = nodesOf(node, KIND.call, DEFINITION).flatMap(changedByCall);
  return [...added, ...made, ...called].flatMap((target): readonly Place[] => {
    const root = rootName(target)?.text;
    return root === undefined ? [] : [{ target, root }];
  });
}

/** What `x.append(…)` or `x.drop(…, inplace=True)` changes. */
function changedByCall(call: SyntaxNode): readonly SyntaxNode[] {
  const callee = childOf(call, "function");
  if (callee?.type !== "attribute") return [];
  const method = childOf(callee, "attribute")?.text ?? "";
  const isInPlace = CHANGING.has(method) && keywordOf(call, "inplace")?.text === "True";
  return GROWING.has(method) || isInPlace ? childrenOf(callee, "object") : [];
}

const GROWING: ReadonlySet<string> = new Set(["append", "appendleft", "extend", "insert", "pop", "popleft"]);

/** Functions and methods that give something else for what they gave, or that fail on it. */
const CHANGING: ReadonlySet<string> = new Set([
  ...["append", "concat", "concatenate", "hstack", "vstack", "merge", "join", "drop", "get_dummies", "melt", "pivot"],
  ...["transform", "fit_transform", "inverse_transform", "diff", "shift", "pct_change", "cumsum", "cumprod", "sample"],
  ...["log", "log1p", "log2", "log10", "exp", "expm1", "sqrt", "square", "power", "transpose", "expand_dims"],
  ...["add", "sub", "subtract", "mul", "multiply", "div", "divide", "pow"],
]);

/** How a value is made of another one: not at all; of a part of it; so that the same once more gives something else. */
type Level = 0 | 1 | 2;
const CHANGED: Level = 2;

function levelOf(node: SyntaxNode, target: SyntaxNode, statement: Statement): Level {
  if (node.type === target.type && textOf(node, statement) === textOf(target, statement)) return 1;
  const { parts, isChange } = MAKING[node.type]?.(node, statement) ?? NOTHING_MADE;
  const level = parts
    .map((part) => levelOf(part, target, statement))
    .reduce<Level>((most, one) => (one > most ? one : most), 0);
  return level > 0 && isChange ? CHANGED : level;
}

interface Making {
  /** What the value comes from. */
  readonly parts: readonly SyntaxNode[];
  /** True if it is another one than they are. */
  readonly isChange: boolean;
}

const NOTHING_MADE: Making = { parts: [], isChange: false };

const MAKING: Readonly<Record<string, (node: SyntaxNode, statement: Statement) => Making>> = {
  parenthesized_expression: ({ children }) => ({ parts: children, isChange: false }),
  attribute: (node) => ({ parts: childrenOf(node, "object"), isChange: false }),
  subscript: (node, statement) => ({ parts: childrenOf(node, "value"), isChange: cutsFront(node, statement) }),
  binary_operator: (node) => ({ parts: node.children, isChange: /^[-+*/%@]/.test(operatorOf(node)) }),
  unary_operator: (node) => ({ parts: node.children, isChange: operatorOf(node) === "-" }),
  call: (node) => {
    const callee = childOf(node, "function") ?? node;
    const name = childOf(callee, "attribute") ?? callee;
    const object = callee.type === "attribute" ? [callee] : [];
    return { parts: [...object, ...positionalsOf(node), ...listed(node)], isChange: CHANGING.has(name.text) };
  },
};

function operatorOf(node: SyntaxNode): string {
  return childOf(node, "operator")?.text ?? "";
}

/** The elements of a list that a call is given: `pd.concat([df, more])`. */
function listed(call: SyntaxNode): readonly SyntaxNode[] {
  return argumentsOf(call).flatMap(({ type, children }) => (type === "list" || type === "tuple" ? children : []));
}

/** `rows[1:]`, `df.iloc[2:]` */
function cutsFront({ children }: SyntaxNode, statement: Statement): boolean {
  return children.some((child) => child.type === "slice" && /^[^:0]/.test(textOf(child, statement)));
}
