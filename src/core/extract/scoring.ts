import type { Capture, Scoring } from "../pipeline";
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import { has, isPreprocessor } from "../python/knowledge";
import type { Statement } from "../python/program";
import { keywordOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { dependsOn, findFits, type Analysed, type Candidate } from "./target";
import { handedToFit } from "./trainers";

/**
 * What was handed to the model: the features and labels of its fit, and the rows that it was tested on. Where no fit can be seen,
 * because it happens inside of a function, the rows that it predicts are the features; `undefined` if there are none either.
 */
export function scoringOf(model: Candidate, analysed: Analysed): Scoring | undefined {
  const fit = fittedOn(model, analysed);
  const test = testRows(model, fit?.features.expression, analysed);
  const features = fit?.features ?? test;
  if (features === undefined) return undefined;
  return {
    features,
    ...(fit?.labels === undefined ? {} : { labels: fit.labels }),
    ...(test === undefined ? {} : { testFeatures: test }),
  };
}

/** What a fit in a cell was given. */
type Fitted = Pick<Scoring, "features" | "labels">;

/**
 * The last fit that stands in a cell: of the model itself, or of what it was taken from (a search, a collection), or inside of the
 * function that gives it, as far as that hands on its arguments.
 */
function fittedOn(model: Candidate, analysed: Analysed): Fitted | undefined {
  const { statement } = model;
  const above = dependsOn(analysed.flow, statement.index);
  const fits = findFits(analysed).filter((one) => one.fit !== undefined);
  const own = fits.filter(({ name, statement: { index } }) => name === model.name && index <= statement.index);
  const sources = fits.filter(
    (one) =>
      (above.has(one.statement.index) || one.statement === statement) &&
      (one.className === undefined || !isPreprocessor(one.className)),
  );
  const seen = model.fit === undefined ? (own.at(-1) ?? sources.at(-1)) : model;
  const direct = seen?.fit === undefined ? undefined : given(seen.fit, seen.statement);
  return direct ?? handedOn(statement, analysed.knowledge);
}

function given(fit: SyntaxNode, statement: Statement): Fitted | undefined {
  const [first, second] = positionalsOf(fit);
  return fitted(first ?? keywordOf(fit, "X"), second ?? keywordOf(fit, "y"), statement);
}

function fitted(
  features: SyntaxNode | undefined,
  labels: SyntaxNode | undefined,
  statement: Statement,
): Fitted | undefined {
  if (features === undefined) return undefined;
  return {
    features: capture(features, statement),
    ...(labels === undefined ? {} : { labels: capture(labels, statement) }),
  };
}

/** `forest = train(X, y)`, where the notebook's `train` fits what it is given. */
function handedOn(statement: Statement, knowledge: Knowledge): Fitted | undefined {
  const [handed] = callsIn(statement.node).flatMap((call) => handedToFit(call, knowledge) ?? []);
  return fitted(handed?.features, handed?.labels, statement);
}

/** The last rows, other than those of the fit, that the model predicted. */
function testRows(
  model: Candidate,
  fitted: string | undefined,
  { statements, knowledge }: Analysed,
): Capture | undefined {
  for (const statement of statements.filter(({ index }) => index >= model.statement.index).reverse()) {
    for (const call of callsIn(statement.node)) {
      const callee = calleeOf(call, knowledge);
      const [rows] = positionalsOf(call);
      const predicts = callee.kind === "method" && callee.root === model.name && has("predictMethods", callee.name);
      const isSimple = rows !== undefined && /^(identifier|subscript|attribute)$/.test(rows.type);
      const isTopLevel = statement.node.type === "expression_statement";
      if (predicts && isSimple && isTopLevel && text(rows, statement) !== fitted) return capture(rows, statement);
    }
  }
  return undefined;
}

function capture(node: SyntaxNode, statement: Statement): Capture {
  return { expression: text(node, statement), cell: statement.cell, line: statement.endLine };
}

function text(node: SyntaxNode, { source }: Statement): string {
  return source.slice(node.start, node.end);
}
