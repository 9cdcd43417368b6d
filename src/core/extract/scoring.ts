import type { Capture, Scoring } from "../pipeline";
import { calleeOf, callsIn } from "../python/calls";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { keywordOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { findCandidates, type Analysed, type Candidate } from "./target";

/**
 * What was handed to the model: the features and labels of its fit, and the rows that it was tested on.
 * `undefined` if the fit cannot be seen (it happens inside of a function).
 */
export function scoringOf(model: Candidate, analysed: Analysed): Scoring | undefined {
  const { fit, statement } = visibleFit(model, analysed);
  if (fit === undefined) return undefined;
  const [first, second] = positionalsOf(fit);
  const features = first ?? keywordOf(fit, "X");
  const labels = second ?? keywordOf(fit, "y");
  if (features === undefined) return undefined;
  const test = testRows(model, text(features, statement), analysed);
  return {
    model: model.name,
    features: capture(features, statement),
    ...(labels === undefined ? {} : { labels: capture(labels, statement) }),
    ...(test === undefined ? {} : { testFeatures: test }),
  };
}

/** The last fit of the model that stands in a cell: a later one may happen inside of a function. */
function visibleFit(model: Candidate, analysed: Analysed): Candidate {
  const fits = findCandidates(analysed).filter(
    ({ name, fit, statement }) => name === model.name && fit !== undefined && statement.index <= model.statement.index,
  );
  return model.fit === undefined ? (fits.at(-1) ?? model) : model;
}

/** The last rows, other than those of the fit, that the model predicted. */
function testRows(model: Candidate, fitted: string, { statements, knowledge }: Analysed): Capture | undefined {
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
