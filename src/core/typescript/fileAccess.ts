/** The files that a notebook reads and writes: which calls do, and the path that each is given. */
import { posix } from "node:path";
import { Node, SyntaxKind, type CallExpression, type Identifier } from "ts-morph";
import { READERS, WRITERS } from "./calls";
import type { FunctionNode, Scope } from "./scope";
import { constantOf, isLater, type TextContext } from "./texts";
import type { Unit } from "./units";

/** A call that reads or writes a file, itself or by the function that it calls. */
export interface FileCall {
  readonly call: CallExpression;
  readonly unit: Unit;
  /** What is called in the end: `Deno.readTextFile`. */
  readonly reader: string;
  readonly writes: boolean;
  readonly argument: Node | undefined;
  /** The path, where it can be worked out. */
  readonly path: string | undefined;
}

/** What is known of the notebook's files before its statements are sliced. */
export interface FileFacts {
  /** Paths whose parts are not needed, because they become fields. */
  readonly computed: readonly Node[];
  /** By call: the file that it reads or writes, among those that the notebook writes and then reads. */
  readonly shared: ReadonlyMap<Node, SharedFile>;
}

/** A file that carries something from one statement to another, under a name that no variable has. */
export interface SharedFile {
  readonly name: string;
  readonly writes: boolean;
}

/** Nothing is known. */
export const NO_FILES: FileFacts = { computed: [], shared: new Map() };

/** True for a name that stands for a file and not for a variable. */
export function isFileName(name: string): boolean {
  return name.startsWith("<");
}

/** All calls in some units that read or write files. */
export function fileCalls(units: readonly Unit[], context: TextContext): readonly FileCall[] {
  return units.flatMap((unit) =>
    [unit.node, ...unit.node.getDescendants()].filter(Node.isCallExpression).flatMap((call): readonly FileCall[] => {
      const access = accessOf(call, context.scope, new Set());
      if (access === undefined || isHandedOn(access.argument, context) || isContent(access.argument, unit, context))
        return [];
      const value = constantOf(access.argument, unit, context);
      return [{ ...access, call, unit, path: typeof value === "string" ? value : undefined }];
    }),
  );
}

type Access = Pick<FileCall, "reader" | "writes" | "argument">;

/** A call of a reader or a writer, or of a function that hands one of its parameters to one. */
function accessOf(call: CallExpression, scope: Scope, seen: Set<FunctionNode>): Access | undefined {
  const callee = call.getExpression();
  const reader = callee.getText();
  const writes = WRITERS.test(reader);
  if (writes || READERS.test(reader)) return { reader, writes, argument: call.getArguments()[0] };
  const called = Node.isIdentifier(callee) ? scope.functionOf(callee) : undefined;
  if (called === undefined || seen.has(called)) return undefined;
  seen.add(called);
  for (const inner of called.getDescendantsOfKind(SyntaxKind.CallExpression)) {
    const access = accessOf(inner, scope, seen);
    const index = parameterIndex(access?.argument, called, scope);
    if (access !== undefined && index >= 0) return { ...access, argument: call.getArguments()[index] };
  }
  return undefined;
}

function parameterIndex(argument: Node | undefined, called: FunctionNode, scope: Scope): number {
  const declaration = Node.isIdentifier(argument) ? scope.localDeclaration(argument) : undefined;
  return called.getParameters().findIndex((parameter) => parameter === declaration);
}

/** True for a parameter of a function that is only called: its calls tell the path. */
function isHandedOn(argument: Node | undefined, { units, scope }: TextContext): boolean {
  const declaration = Node.isIdentifier(argument) ? scope.localDeclaration(argument) : undefined;
  const owner = Node.isParameterDeclaration(declaration) ? declaration.getParent() : undefined;
  const mentions = units
    .flatMap(({ facts }) => facts.mentions)
    .filter((mention) => owner !== undefined && scope.functionOf(mention) === owner);
  const isCallee = (mention: Node): boolean => {
    const call = mention.getParent();
    return Node.isCallExpression(call) && call.getExpression() === mention;
  };
  return mentions.length > 0 && mentions.every(isCallee);
}

/** True for what was read before, as in `readCSV(await response.text())`: it is no path. */
function isContent(argument: Node | undefined, unit: Unit, { flow, scope }: TextContext): boolean {
  if (argument === undefined) return false;
  const isNamed = Node.isIdentifier(argument) && scope.meaning(argument) === "notebook";
  const [origin] = isNamed ? (flow.before[unit.index]?.get(argument.getText()) ?? []) : [];
  const value = origin?.declaration?.getInitializer() ?? argument;
  return [value, ...value.getDescendants()].some(
    (node) => Node.isAwaitExpression(node) && CONTENT.test(node.getExpression().getText()),
  );
}

const CONTENT = /\.(text|bytes|arrayBuffer|blob|json|readTextFile|readFile)\([^]*\)$/;

/** Where a path stands: in the variable that holds it and nothing else, which becomes a field, or in the call. */
export interface PathPlace {
  readonly node: Node;
  readonly unit: Unit;
  readonly variable: Unit | undefined;
}

/** The place of a path that was worked out; `fetch` takes no path, so what it is given is always written anew. */
export function pathPlace({ argument, unit, reader }: FileCall, context: TextContext): PathPlace | undefined {
  if (argument === undefined) return undefined;
  const variable = Node.isIdentifier(argument) && reader !== "fetch" ? pathVariable(argument, context) : undefined;
  const initializer = variable?.declaration?.getInitializer();
  if (variable === undefined || initializer === undefined) return { node: argument, unit, variable: undefined };
  return { node: initializer, unit: variable, variable };
}

/** The variable that a name stands for, if it holds one text from its declaration on. */
function pathVariable(name: Identifier, { flow, scope }: TextContext): Unit | undefined {
  const [variable, ...others] = flow.end.get(name.getText()) ?? [];
  if (scope.meaning(name) !== "notebook" || others.length > 0) return undefined;
  const type = variable?.declaration?.getInitializer()?.getType();
  return type !== undefined && (type.isString() || type.isStringLiteral()) ? variable : undefined;
}

/** What is known of the files before anything is sliced. */
export function fileFacts(context: TextContext): FileFacts {
  const calls = fileCalls(context.units, context).filter(({ path }) => path !== undefined);
  const shared = calls.filter((one) => calls.some((other) => isCarried(one, other) || isCarried(other, one)));
  const outside = calls.filter((one) => !one.writes && !shared.includes(one));
  return {
    computed: outside.flatMap((one) => pathPlace(one, context)?.node ?? []),
    shared: new Map(
      shared.map(({ call, path = "", writes }) => [call, { name: `<file:${posix.normalize(path)}>`, writes }]),
    ),
  };
}

/** True if what `writer` writes is what `reader` reads. */
function isCarried(writer: FileCall, reader: FileCall): boolean {
  if (!writer.writes || reader.writes || posix.normalize(writer.path ?? "") !== posix.normalize(reader.path ?? ""))
    return false;
  return writer.unit.index < reader.unit.index || isLater(reader.call, reader.unit);
}
