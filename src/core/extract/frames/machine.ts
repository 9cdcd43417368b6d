/** The state in which expressions are followed: what the variables hold, what the notebook defines, what its files contain. */
import type { CsvColumn, CsvOptions } from "../../snapshot/csvTable";
import type { Knowledge } from "../../python/effects";
import type { SyntaxNode } from "../../python/syntax";
import type { Column, Frame, Unknown, Value } from "./values";

/** Gives the columns of the file that a call reads, or a text that says why they are not known. `path`: as far as it is known. */
export type ReadColumns = (
  call: SyntaxNode,
  path: string | undefined,
  options: CsvOptions,
) => readonly CsvColumn[] | string;

/** Where the analysis stands. */
export interface Machine {
  readonly variables: Map<string, Value>;
  readonly knowledge: Knowledge;
  readonly read: ReadColumns;
  /** The columns that calls outside of functions gave of files, each time that they were followed. */
  readonly tables: Map<SyntaxNode, (readonly Column[])[]>;
  /** The columns of files that are taken out of tables, as their `source`, by what names them: arguments of `drop`. */
  readonly takenOut: Map<SyntaxNode, Set<object>>;
  /** The columns of files that become numbers whatever they hold, and those that only text will do for, as their `source`. */
  readonly toNumbers: Set<object>;
  readonly asText: Set<object>;
  /** The place in the notebook of what is followed now. */
  place: { readonly cell: number; readonly line: number };
  /** Functions of the notebook that are followed now, the innermost last. */
  readonly inside: readonly string[];
  /** What an expression gives. Kept here, so that its parts need not know each other's files. */
  readonly evaluate: (node: SyntaxNode, machine: Machine) => Value;
  /** What a function of the notebook gives for values. */
  readonly apply: (callee: Value, call: Applied, machine: Machine) => Value;
  /** What is left to be done before the analysis gives up: notebooks may be of any size. */
  readonly budget: { left: number };
}

/** Values that a function is called with. */
export interface Applied {
  readonly positional: readonly Value[];
  readonly named?: ReadonlyMap<string, Value>;
}

/** Nothing is known; `reason` is part of a sentence. Inside of a function the place is where it is called. */
export function unknown(machine: Machine, reason: string, node?: SyntaxNode): Unknown {
  const { cell, line } = machine.place;
  return { kind: "unknown", cell, line: machine.inside.length > 0 ? line : (node?.line ?? line), reason };
}

/** A table without some of its columns; those of files are noted, unless it may lack them or may have others. */
export function takeOut(
  frame: Frame,
  names: readonly string[],
  by: SyntaxNode | undefined,
  machine: Machine,
): readonly Column[] {
  const isGone = ({ name }: Column): boolean => names.includes(name ?? "");
  if (by !== undefined && frame.open === undefined) {
    const sources = frame.columns.filter(isGone).flatMap(({ source }) => source ?? []);
    machine.takenOut.set(by, new Set([...(machine.takenOut.get(by) ?? []), ...sources]));
  }
  return frame.columns.filter((column) => !isGone(column));
}

/** True while there is work left to be done. */
export function spend(machine: Machine): boolean {
  machine.budget.left -= 1;
  return machine.budget.left > 0;
}
