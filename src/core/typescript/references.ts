import { Node, SyntaxKind, type CallExpression } from "ts-morph";
import type { Diagnostic } from "../report";
import type { Reference } from "../pipeline";
import { READERS } from "./calls";
import { camelCase } from "./names";
import { lineAt, type Unit } from "./units";

/** A reference with the string literal that names it in the compiler's file. */
export interface FoundReference extends Reference {
  readonly node: Node;
  /** The variable that holds the path and nothing else, if there is one: it becomes the field of `Data`. */
  readonly variable: Unit | undefined;
}

/** All reads of outside data in some units, and what is wrong with them. */
export interface FoundReferences {
  readonly references: readonly FoundReference[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One reference for each field of `Data`: a path may be read in several places. */
export function dataFields({ references }: FoundReferences): readonly FoundReference[] {
  return references.filter(({ name }, index) => references.findIndex((each) => each.name === name) === index);
}

/** Finds what the kept units read. `taken` are the names that the notebook gives to other things. */
export function findReferences(units: readonly Unit[], taken: ReadonlySet<string>): FoundReferences {
  const references: FoundReference[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const unit of units) {
    for (const call of unit.node.getDescendantsOfKind(SyntaxKind.CallExpression)) {
      if (!READERS.test(call.getExpression().getText())) continue;
      const found = pathOf(call, unit, units);
      if (found === undefined) diagnostics.push(dynamicPath(call, unit));
      else if (!references.some(({ node }) => node === found.node)) {
        references.push(describe(call, found, taken, references));
      }
    }
  }
  return { references, diagnostics };
}

interface Path {
  readonly node: Node;
  readonly value: string;
  readonly unit: Unit;
  readonly variable: Unit | undefined;
}

/** The literal behind the first argument: it itself, in `new URL(…)`, or in the variable that is named. */
function pathOf(call: CallExpression, unit: Unit, units: readonly Unit[]): Path | undefined {
  let argument: Node | undefined = call.getArguments()[0];
  if (Node.isNewExpression(argument)) argument = argument.getArguments()[0];
  const literal = literalText(argument);
  if (argument !== undefined && literal !== undefined)
    return { node: argument, value: literal, unit, variable: undefined };
  if (!Node.isIdentifier(argument)) return undefined;
  const name = argument.getText();
  const variable = units.findLast((each) => each.index < unit.index && each.facts.declares.has(name));
  const initializer = variable?.declaration?.getInitializer();
  const value = literalText(initializer);
  if (variable === undefined || initializer === undefined || value === undefined) return undefined;
  return { node: initializer, value, unit: variable, variable };
}

function literalText(node: Node | undefined): string | undefined {
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node)) return node.getLiteralText();
  return undefined;
}

function dynamicPath(call: CallExpression, unit: Unit): Diagnostic {
  return {
    code: "data.unresolved",
    severity: "warning",
    cell: unit.cell.number,
    line: lineAt(unit.cell, call.getStart()),
    message: `What ${call.getExpression().getText()} reads is not written as a text: it cannot be put into the snapshot.`,
    hint: "Give the path as a string, or as a const that holds a string.",
  };
}

function describe(
  call: CallExpression,
  { node, value, unit, variable }: Path,
  taken: ReadonlySet<string>,
  others: readonly FoundReference[],
): FoundReference {
  const reader = call.getExpression().getText();
  const twin = others.find((other) => other.path === value);
  const start = node.getStart() - offsetOf(unit);
  const place = unique(placeOf(value), (candidate) =>
    others.some((other) => other.place === candidate && other.path !== value),
  );
  return {
    name:
      variable === undefined ? (twin?.name ?? fieldName(place, taken, others)) : [...variable.facts.declares].join(""),
    kind: /^https?:/.test(value) ? "url" : /readDir|readdir/.test(reader) ? "directory" : "file",
    path: value,
    place,
    reader,
    cell: unit.cell.number,
    line: lineAt(unit.cell, node.getStart()),
    literal: { start, end: start + node.getText().length },
    node,
    variable,
  };
}

function offsetOf({ cell }: Unit): number {
  return "start" in cell && typeof cell.start === "number" ? cell.start : 0;
}

/** A relative path that stays below its folder: no root, no `..`, no scheme. */
function placeOf(path: string): string {
  const names = path
    .replace(/^(https?|file):\/\//, "")
    .replace(/[?#].*$/, "")
    .split(/[\\/]+/)
    .map((name) => name.replace(/[:\0]/g, "_"))
    .filter((name) => name !== "" && name !== "." && name !== "..");
  return names.length === 0 ? "data" : names.join("/");
}

function fieldName(place: string, taken: ReadonlySet<string>, others: readonly FoundReference[]): string {
  const stem = camelCase((place.split("/").at(-1) ?? "").replace(/\.[^.]*$/, "")) || "data";
  const name = taken.has(stem) || /^\d/.test(stem) ? `${stem.replace(/^\d/, "_$&")}Path` : stem;
  return unique(name, (candidate) => others.some((other) => other.name === candidate));
}

function unique(name: string, isTaken: (candidate: string) => boolean): string {
  let candidate = name;
  for (let number = 2; isTaken(candidate); number += 1) candidate = name.replace(/(\.[^./]*)?$/, `${number}$1`);
  return candidate;
}
