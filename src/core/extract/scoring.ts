import type { Capture, Scoring } from "../pipeline";
import { calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Statement } from "../python/program";
import { childOf, keywordOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { rowsHeldFor, rowsHeldIn } from "./rowHolders";
import { findFits, type Candidate } from "./fits";
import { dependsOn, type Analysed } from "./target";
import { handedToFit } from "./trainers";

/** The fit whose arguments the model takes. */
export interface Fit {
  readonly statement: Statement;
  readonly features: SyntaxNode;
  readonly labels: SyntaxNode | undefined;
  /** Gives the object that is fitted. */
  readonly model: SyntaxNode | undefined;
  /** What the model predicts of, where that is not the features as they are: `xgb.DMatrix(X)`. */
  readonly input?: SyntaxNode;
}

/**
 * What was handed to the model: the features and labels of its fit, and the rows that it was tested on. Where no fit can be seen,
 * because it happens inside of a function, the rows that it predicts are the features; `undefined` if there are none either.
 */
export function scoringOf(model: Candidate, analysed: Analysed): Scoring | undefined {
  const fit = fitOf(model, analysed);
  const seen = fit === undefined ? undefined : capture(fit.features, fit.statement);
  const test = testRows(model, seen?.expression, analysed);
  const features = seen ?? test;
  if (features === undefined) return undefined;
  return {
    features,
    ...(fit?.labels === undefined ? {} : { labels: capture(fit.labels, fit.statement) }),
    ...(test === undefined ? {} : { testFeatures: test }),
  };
}

/**
 * The last fit that stands in a cell: of the model itself, or of what it was taken from (a search, a collection), or inside of the
 * function that gives it, as far as that hands on its arguments.
 */
export function fitOf(model: Candidate, analysed: Analysed): Fit | undefined {
  const { statement } = model;
  const above = dependsOn(analysed.flow, statement.index);
  const fits = findFits(analysed).filter((one) => one.fit !== undefined);
  const own = fits.filter(
    ({ name, statement: { index } }) => name === model.name && (index === statement.index || above.has(index)),
  );
  const sources = fits.filter(
    (one) =>
      (above.has(one.statement.index) || one.statement === statement) &&
      (one.className === undefined || !analysed.knowledge.library.isPreprocessor(one.className)),
  );
  const seen = model.fit === undefined ? (own.at(-1) ?? sources.at(-1)) : model;
  const direct = seen?.fit === undefined ? undefined : given(seen.fit, seen.statement, analysed);
  return direct ?? handedOn(statement, analysed.knowledge);
}

function given(fit: SyntaxNode, statement: Statement, analysed: Analysed): Fit | undefined {
  const held = rowsHeldFor(fit, statement, analysed);
  const target = childOf(fit, "function");
  const isMethod = calleeOf(fit, analysed.knowledge).kind === "method";
  const model = isMethod ? target && childOf(target, "object") : fit;
  if (held !== undefined) return { ...held, model };
  const [first, second] = positionalsOf(fit);
  const features = isMethod ? (first ?? keywordOf(fit, "X")) : undefined;
  return features && { statement, features, labels: second ?? keywordOf(fit, "y"), model };
}

/** `forest = train(X, y)`, where the notebook's `train` fits what it is given. */
function handedOn(statement: Statement, knowledge: Knowledge): Fit | undefined {
  const [found] = callsIn(statement.node).flatMap((model) => {
    const handed = handedToFit(model, knowledge);
    return handed === undefined ? [] : [{ statement, model, ...handed }];
  });
  return found;
}

/** The last rows, other than those of the fit, that the model predicted. */
function testRows(model: Candidate, fitted: string | undefined, analysed: Analysed): Capture | undefined {
  const { statements, knowledge } = analysed;
  const below = statements.filter(
    ({ index, node }) => index >= model.statement.index && node.type === "expression_statement",
  );
  for (const statement of below.reverse()) {
    for (const call of callsIn(statement.node)) {
      const callee = calleeOf(call, knowledge);
      const predicts =
        callee.kind === "method" && callee.root === model.name && knowledge.library.has("predictMethods", callee.name);
      const found = predicts ? capturedRows(call, statement, analysed) : undefined;
      if (found !== undefined && found.expression !== fitted) return found;
    }
  }
  return undefined;
}

/** The rows that a call is given, or what they were put into a matrix of, where looking at them changes nothing. */
function capturedRows(call: SyntaxNode, statement: Statement, analysed: Analysed): Capture | undefined {
  const [given] = positionalsOf(call);
  const held = given && rowsHeldIn(given, statement, analysed);
  const rows = held?.features ?? given;
  const isSimple = rows !== undefined && /^(identifier|subscript|attribute)$/.test(rows.type);
  return isSimple ? capture(rows, held?.statement ?? statement) : undefined;
}

function capture(node: SyntaxNode, statement: Statement): Capture {
  return { expression: text(node, statement), cell: statement.cell, line: statement.endLine };
}

function text(node: SyntaxNode, { source }: Statement): string {
  return source.slice(node.start, node.end);
}
