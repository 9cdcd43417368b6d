/**
 * Metrics of the model that a function of the notebook only prints: the notebook is taken with the lines that print them in the place of
 * the call, so that they are there.
 */
import { calleeOf } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { namesOf, withEdits, type PlacedEdit, type Statement } from "../python/program";
import type { Known, Looking } from "./deleted";
import type { Candidate } from "./fits";
import { inlined, type OwnCall } from "./inlined";
import { metricsOf } from "./metrics";
import { chooseModel, dependentsOf, namedModel, type Analysed } from "./target";
import { isRepeatable } from "./pureCalls";

/** The program in which the metrics of the model are not in functions that only print them, be it the one that the user asked for. */
export function withPrintedMetrics({ program, analysed }: Known, { analyse, wanted, parse }: Looking): Known {
  const calls = analysed.statements.flatMap((one) => ownCall(one, analysed) ?? []);
  const models = calls.length === 0 ? [] : modelsOf(analysed, wanted);
  const unseen = models.flatMap((model) => unseenOf(model, calls, analysed));
  const edits = editsFor([...new Set(unseen)], analysed);
  if (edits.length === 0) return { program, analysed };
  const opened = withEdits(program, edits, parse);
  const known = { program: opened, analysed: analyse(opened) };
  const found = modelsOf(known.analysed, wanted);
  // What is seen of models now must not change which of them is chosen.
  const isSame = placesOf(found) === placesOf(models) && metricsIn(known.analysed, found) > metricsIn(analysed, models);
  return isSame ? known : { program, analysed };
}

function modelsOf(analysed: Analysed, wanted: string | undefined): readonly Candidate[] {
  if (wanted === undefined) return chooseModel(analysed)?.candidates ?? [];
  const named = namedModel(analysed, wanted);
  return "fit" in named ? [named] : [];
}

function placesOf(models: readonly Candidate[]): string {
  return models.map(({ name, statement: { cell, line } }) => `${name} ${cell} ${line}`).join();
}

function metricsIn(analysed: Analysed, models: readonly Candidate[]): number {
  return models.flatMap((model) => metricsOf(analysed, model)).length;
}

/** The calls that are given something of a model, and of which the module has no metric so far. */
function unseenOf(model: Candidate, calls: readonly OwnCall[], analysed: Analysed): readonly OwnCall[] {
  const seen = new Set(metricsOf(analysed, model).map(({ statement }) => statement));
  const own = new Set(dependentsOf([model.statement.index], analysed).filter((one) => !seen.has(one)));
  return calls.filter(({ statement }) => own.has(statement));
}

/** A statement that is but the call of a function that draws and changes nothing, and shows no value. */
function ownCall(statement: Statement, { statements, knowledge }: Analysed): OwnCall | undefined {
  const { node, displayed, index } = statement;
  const [call] = node.type === "expression_statement" && !displayed ? node.children : [];
  const callee = call?.type === "call" ? calleeOf(call, knowledge) : undefined;
  if (call === undefined || callee?.kind !== "notebook" || !isRepeatable(callee.name, knowledge)) return undefined;
  const definition = statements.find((one) => one.index < index && defines(one, callee.name, knowledge));
  return definition && { call, statement, definition };
}

/** True for the one definition of a function, without decorators. */
function defines({ node, source }: Statement, name: string, { definitions }: Knowledge): boolean {
  const [only, ...others] = definitions.get(name) ?? [];
  return only === node && others.length === 0 && source.startsWith("def", node.start);
}

/** Puts what the functions print in the place of their calls. Everything below these stays in its line. */
function editsFor(calls: readonly OwnCall[], { statements, knowledge }: Analysed): readonly PlacedEdit[] {
  const taken = new Set(namesOf(statements));
  return calls.flatMap((own): readonly PlacedEdit[] => {
    const found = inlined(own, knowledge, (name) => taken.has(name));
    if (found === undefined) return [];
    for (const name of found.binds) taken.add(name);
    const { statement } = own;
    const { start, end } = statement.node;
    const lines = statement.source.slice(start, end).replace(/[^\n]/g, "");
    return [{ statement, edit: { start, end, text: lines + found.text } }];
  });
}
