/** Why each unit of a notebook is in the module, or is left out. */
import { Node } from "ts-morph";
import { explain, type Explained } from "../extract/explain";
import type { Dropped, Explanation } from "../pipeline";
import { fittedNames, type Goal } from "./targets";
import type { Unit } from "./units";

/** What is left out, in the order of the notebook, each with its reason. */
export function droppedUnits(
  units: readonly Unit[],
  kept: readonly Unit[],
  goals: readonly Goal[],
): readonly Dropped[] {
  return units
    .filter((unit) => !kept.includes(unit))
    .map((unit) => described(unit, reasonOf(unit, goals)))
    .sort((a, b) => a.cell - b.cell || a.line - b.line);
}

/** The reasons of all units, in the order of the notebook. */
export function explainUnits(explained: Explained<Unit>): readonly Explanation[] {
  return explain(explained, described);
}

function described(unit: Unit, reason: string): Dropped {
  const text = unit.node.getText().split("\n")[0]?.slice(0, 120) ?? "";
  return { cell: unit.cell.number, line: unit.line, endLine: unit.endLine, text, reason };
}

function reasonOf(unit: Unit, goals: readonly Goal[]): string {
  const given = goals.filter((goal) => goal.unit === unit && goal.expression !== undefined);
  if (given.length > 0) return `what it shows is given as ${given.map(({ name }) => name).join(", ")}`;
  if (unit.kind === "import" || unit.kind === "type") return `nothing that is kept uses the ${unit.kind}`;
  if (onlyShows(unit)) return "it only shows something";
  if (/\b(writeTextFile|writeFile)(Sync)?\b/.test(unit.node.getText()))
    return "it writes a file; what it writes is in the result";
  const model = goals.find(({ kind }) => kind === "model")?.name;
  const other = fittedNames(unit).find((name) => name !== model);
  if (model !== undefined && other !== undefined) return `it fits ${other}, which ${model} does not depend on`;
  const defined = [...unit.facts.defines].slice(0, 3).join(", ");
  return `no target depends on ${defined === "" ? "it" : defined}`;
}

/** A print, what the kernel displays, and a value that stands by itself. */
function onlyShows({ node }: Unit): boolean {
  const text = node.getText();
  if (/^(await )?console\./.test(text) || /\bDeno\.jupyter\b/.test(text)) return true;
  if (!Node.isExpressionStatement(node)) return false;
  const value = node.getExpression();
  return Node.isIdentifier(value) || Node.isPropertyAccessExpression(value) || Node.isElementAccessExpression(value);
}
