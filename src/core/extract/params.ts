/** Literal settings of the notebook: its constants, and the numbers in the calls that split, build and train. */
import type { Param } from "../pipeline";
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { isLiteral, literalType } from "../python/values";
import { freshName } from "./metrics";
import { identifier } from "./references";
import type { Edit } from "./text";

/** A constant of the notebook that becomes a parameter; the statement itself goes. */
export interface ConstantParam {
  readonly statement: Statement;
  readonly variable: string;
  readonly param: Param;
}

/** A literal in a call that becomes a parameter. */
export interface BuriedParam {
  readonly statement: Statement;
  readonly edit: Edit;
  readonly param: Param;
}

/** Everything that the user may set, and the collections that stay as constants of the module. */
export interface Settings {
  readonly constants: readonly ConstantParam[];
  readonly buried: readonly BuriedParam[];
  /** Statements that go to the top of the module as they are: `FEATURES = ["a", "b"]`. */
  readonly collections: readonly Statement[];
}

const SCALARS = new Set(["int", "float", "bool", "str"]);

/** Finds the settings among the kept statements. */
export function findSettings(
  kept: readonly Statement[],
  all: readonly Statement[],
  flow: Flow,
  knowledge: Knowledge,
  taken: ReadonlySet<string>,
): Settings {
  const constants: ConstantParam[] = [];
  const collections: Statement[] = [];
  const names = new Names(taken);
  for (const statement of kept) {
    const constant = constantOf(statement, all, flow);
    if (constant === undefined) continue;
    const type = literalType(constant.value);
    if (type !== undefined && SCALARS.has(type)) {
      const text = statement.source.slice(constant.value.start, constant.value.end);
      const name = names.forConstant(constant.variable);
      constants.push({
        statement,
        variable: constant.variable,
        param: { name, type, default: text, cell: statement.cell, line: statement.line },
      });
    } else if (constant.value.children.length > 0) {
      collections.push(statement);
    }
  }
  const rest = kept.filter((statement) => !constants.some((constant) => constant.statement === statement));
  return { constants, collections, buried: rest.flatMap((statement) => buriedIn(statement, knowledge, names)) };
}

/** A name that the whole notebook binds once, to a literal, and whose object nothing changes. */
function constantOf(
  statement: Statement,
  all: readonly Statement[],
  flow: Flow,
): { variable: string; value: SyntaxNode } | undefined {
  if (statement.node.type !== "expression_statement") return undefined;
  const [assignment, ...others] = assignmentsIn(statement.node);
  if (
    assignment === undefined ||
    others.length > 0 ||
    assignment.left.type !== "identifier" ||
    !isLiteral(assignment.right)
  )
    return undefined;
  const variable = assignment.left.text;
  const isRebound = all.some(
    ({ names, index }) =>
      index !== statement.index &&
      (names.binds.has(variable) || names.mayBind.has(variable) || names.lateBinds.has(variable)),
  );
  const isChanged = flow.effects.some(({ changes }) => changes.some(({ name }) => name === variable));
  return isRebound || isChanged ? undefined : { variable, value: assignment.right };
}

/** Keywords whose numbers are no settings of the model. */
const TECHNICAL = new Set([
  "axis",
  "verbose",
  "n_jobs",
  "figsize",
  "nthread",
  "copy",
  "level",
  "ndim",
  "dpi",
  "header",
  "index_col",
  "skiprows",
  "workers",
  "indent",
]);
const LEARNING = /^(sklearn|xgboost|lightgbm|catboost|imblearn|keras|tensorflow|torch|statsmodels|mlxtend)(\.|$)/;

function buriedIn(statement: Statement, knowledge: Knowledge, names: Names): readonly BuriedParam[] {
  if (/definition$/.test(statement.node.type)) return [];
  const found: BuriedParam[] = [];
  for (const call of callsIn(statement.node)) {
    const callee = calleeOf(call, knowledge);
    const learns =
      callee.kind === "library"
        ? LEARNING.test(callee.qualified)
        : callee.kind === "method" && has("fitMethods", callee.name);
    const settings = learns
      ? keywordLiterals(call)
      : callee.kind === "library" && has("seedFunctions", callee.qualified)
        ? seedLiteral(call)
        : [];
    for (const { name, value } of settings) {
      const text = statement.source.slice(value.start, value.end);
      const context = callee.kind === "unknown" ? "" : callee.name;
      const param = {
        name: names.forKeyword(name, text, context),
        type: literalType(value) ?? "float",
        default: text,
        cell: statement.cell,
        line: value.line,
      };
      found.push({ statement, edit: { start: value.start, end: value.end, text: param.name }, param });
    }
  }
  return found;
}

function keywordLiterals(call: SyntaxNode): readonly { name: string; value: SyntaxNode }[] {
  return argumentsOf(call).flatMap((argument) => {
    const name = childOf(argument, "name")?.text;
    const value = childOf(argument, "value");
    const isSetting =
      argument.type === "keyword_argument" &&
      name !== undefined &&
      value !== undefined &&
      !TECHNICAL.has(name) &&
      isNumber(value);
    return isSetting ? [{ name, value }] : [];
  });
}

function seedLiteral(call: SyntaxNode): readonly { name: string; value: SyntaxNode }[] {
  const value = positionalsOf(call)[0];
  return value !== undefined && isNumber(value) ? [{ name: "seed", value }] : [];
}

function isNumber(node: SyntaxNode): boolean {
  return isLiteral(node) && /^(int|float)$/.test(literalType(node) ?? "");
}

/** Gives each setting a name of its own; the same keyword with the same value is one setting. */
class Names {
  private readonly used = new Map<string, string>();

  constructor(private readonly taken: ReadonlySet<string>) {}

  forConstant(variable: string): string {
    const lower = variable === variable.toUpperCase() ? identifier(variable) : variable;
    const name = lower !== variable && this.isTaken(lower) ? variable : lower;
    this.used.set(name, `constant ${variable}`);
    return name;
  }

  forKeyword(keyword: string, value: string, context: string): string {
    const base = identifier(keyword);
    if (this.used.get(base) === value) return base;
    if (!this.isTaken(base)) {
      this.used.set(base, value);
      return base;
    }
    const specific = identifier(`${snakeCase(context)}_${keyword}`);
    const known = this.used.get(specific) === value;
    const name = known ? specific : freshName(specific, (candidate) => this.isTaken(candidate));
    this.used.set(name, value);
    return name;
  }

  private isTaken(name: string): boolean {
    return this.taken.has(name) || this.used.has(name);
  }
}

/** `RandomForestClassifier` becomes `random_forest_classifier`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}
