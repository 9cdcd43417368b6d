import type { Node } from "ts-morph";
import type { Diagnostic } from "../report";
import type { Reference } from "../pipeline";
import { fileCalls, pathPlace, type FileCall, type FileFacts, type PathPlace } from "./fileAccess";
import { camelCase } from "./names";
import { isReserved } from "./reserved";
import type { TextContext } from "./texts";
import { lineAt, type Unit } from "./units";

/** A reference with the expression that names it in the compiler's file. */
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

/** What references are looked for in. */
export interface ReferencesInput extends TextContext {
  readonly kept: readonly Unit[];
  readonly files: FileFacts;
  /** The names that the notebook gives to other things. */
  readonly taken: ReadonlySet<string>;
}

/** Finds what the kept units read of the outside. */
export function findReferences({ kept, files, taken, ...context }: ReferencesInput): FoundReferences {
  const references: FoundReference[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const one of fileCalls(kept, context)) {
    if (one.writes || files.shared.has(one.call)) continue;
    const { path } = one;
    const place = path === undefined ? undefined : pathPlace(one, context);
    if (path === undefined || place === undefined) diagnostics.push(dynamicPath(one));
    else if (!references.some(({ node }) => node === place.node)) {
      references.push(describe(one, { ...place, value: path }, taken, references));
    }
  }
  return { references, diagnostics };
}

interface Path extends PathPlace {
  readonly value: string;
}

function dynamicPath({ call, unit, reader }: FileCall): Diagnostic {
  return {
    code: "data.unresolved",
    severity: "warning",
    cell: unit.cell.number,
    line: lineAt(unit.cell, call.getStart()),
    message: `What ${reader} reads cannot be worked out from constants: it cannot be put into the snapshot.`,
    hint: "Give the path as a string, or put it together from consts that hold strings and numbers.",
  };
}

function describe(
  { reader }: FileCall,
  { node, value, unit, variable }: Path,
  taken: ReadonlySet<string>,
  others: readonly FoundReference[],
): FoundReference {
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
  const name = taken.has(stem) || isReserved(stem) || /^\d/.test(stem) ? `${stem.replace(/^\d/, "_$&")}Path` : stem;
  return unique(name, (candidate) => others.some((other) => other.name === candidate));
}

function unique(name: string, isTaken: (candidate: string) => boolean): string {
  let candidate = name;
  for (let number = 2; isTaken(candidate); number += 1) candidate = name.replace(/(\.[^./]*)?$/, `${number}$1`);
  return candidate;
}
