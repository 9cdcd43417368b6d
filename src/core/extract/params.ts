/** Literal settings of the notebook: its constants, and the numbers in the calls that split, build and train. */
import type { Param } from "../pipeline";
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { isLiteral, literalType } from "../python/values";
import type { Analysed } from "./target";
import { freshName, identifier, isScaffolding } from "./names";
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

/** What settings are held against. */
export interface SettingRules {
  /** Names that a setting must not have. */
  readonly taken: ReadonlySet<string>;
  /** Names that are results, and so no settings. */
  readonly results: readonly string[];
  /** Cells of which every literal is a setting, whatever its type. */
  readonly tagged: ReadonlySet<number>;
}

/** Finds the settings among the kept statements. */
export function findSettings(
  kept: readonly Statement[],
  { statements, flow, knowledge }: Pick<Analysed, "statements" | "flow" | "knowledge">,
  { taken, results, tagged }: SettingRules,
): Settings {
  const names = new Names(taken);
  const literals = kept.flatMap((statement) => constantOf(statement, statements, flow) ?? []);
  const constants = literals
    .filter(({ variable }) => !results.includes(variable))
    .filter(({ statement, value }) => isScalar(value) || tagged.has(statement.cell))
    .map((literal) => constantParam(literal, names));
  const rest = kept.filter((statement) => !constants.some((constant) => constant.statement === statement));
  const buried = rest.flatMap((statement) => buriedIn(statement, knowledge));
  return {
    constants,
    collections: literals
      .filter(({ statement, value }) => value.children.length > 0 && !isScalar(value) && rest.includes(statement))
      .filter(({ variable }) => !isScaffolding(variable))
      .map(({ statement }) => statement),
    buried: nameBuried(buried, names),
  };
}

interface Constant {
  readonly statement: Statement;
  readonly variable: string;
  readonly value: SyntaxNode;
}

function isScalar(value: SyntaxNode): boolean {
  return SCALARS.has(literalType(value) ?? "");
}

function constantParam({ statement, variable, value }: Constant, names: Names): ConstantParam {
  const text = statement.source.slice(value.start, value.end);
  const place = { cell: statement.cell, line: statement.line };
  const type = literalType(value) ?? "Any";
  return { statement, variable, param: { name: names.forConstant(variable), type, default: text, ...place } };
}

/** A name that the whole notebook binds once, to a literal, and whose object nothing changes. */
function constantOf(statement: Statement, all: readonly Statement[], flow: Flow): Constant | undefined {
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
  return isRebound || flow.changed.has(variable) ? undefined : { statement, variable, value: assignment.right };
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

interface BuriedLiteral {
  readonly statement: Statement;
  readonly keyword: string;
  readonly value: SyntaxNode;
  /** What the call is about: the variable that it makes, or the function. */
  readonly context: string;
}

function buriedIn(statement: Statement, knowledge: Knowledge): readonly BuriedLiteral[] {
  if (statement.node.type.endsWith("definition")) return [];
  const [assigned] = assignmentsIn(statement.node);
  return callsIn(statement.node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const learns =
      callee.kind === "library"
        ? LEARNING.test(callee.qualified)
        : callee.kind === "method" && has("fitMethods", callee.name);
    const isSeed = callee.kind === "library" && has("seedFunctions", callee.qualified);
    const literals = learns ? keywordLiterals(call) : isSeed ? seedLiteral(call) : [];
    const name = callee.kind === "unknown" ? "" : callee.name;
    const context =
      name === "train_test_split" ? "split" : assigned?.left.type === "identifier" ? assigned.left.text : name;
    return literals.map(({ name: keyword, value }) => ({ statement, keyword, value, context }));
  });
}

/** A keyword that has different values in different calls is named for each of them. */
function nameBuried(literals: readonly BuriedLiteral[], names: Names): readonly BuriedParam[] {
  const text = ({ statement, value }: BuriedLiteral): string => statement.source.slice(value.start, value.end);
  return literals.map((literal) => {
    const { statement, keyword, value, context } = literal;
    const isShared = literals.every((other) => other.keyword !== keyword || text(other) === text(literal));
    const name = names.forKeyword(keyword, text(literal), isShared ? undefined : context);
    const param = {
      name,
      type: literalType(value) ?? "float",
      default: text(literal),
      cell: statement.cell,
      line: value.line,
    };
    return { statement, edit: { start: value.start, end: value.end, text: name }, param };
  });
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

  /** `context` is given where the keyword alone would not tell two settings apart. */
  forKeyword(keyword: string, value: string, context: string | undefined): string {
    const plain = identifier(keyword);
    const specific = identifier(`${snakeCase(context ?? "setting")}_${keyword}`);
    const base = context !== undefined || this.isTaken(plain, value) ? specific : plain;
    const name = freshName(base, (candidate) => this.isTaken(candidate, value));
    this.used.set(name, value);
    return name;
  }

  /** A name is free for the value that has it already. */
  private isTaken(name: string, value?: string): boolean {
    return this.taken.has(name) || (this.used.has(name) && this.used.get(name) !== value);
  }
}

/** `RandomForestClassifier` becomes `random_forest_classifier`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}
