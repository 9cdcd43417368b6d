/** Literal settings of the notebook: its constants, and the numbers in the calls that split, build and train. */
import type { Param } from "../pipeline";
import type { Edit } from "../python/edits";
import { assignmentsIn, calleeOf, callsIn } from "../python/calls";
import type { Knowledge } from "../python/effects";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { argumentsOf, childOf, positionalsOf, type SyntaxNode } from "../python/syntax";
import { isLiteral, literalType } from "../python/values";
import { startsProcesses } from "./processPools";
import type { Analysed } from "./target";
import { freshName, identifier, isOwnField, isScaffolding } from "./names";
import { mentions } from "./text";
import { mayBindName } from "../python/scope";
import { isSeedKeyword } from "../python/seededSettings";

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
  /** Names of the fields of `Data`: their options are given. */
  readonly dataFields: ReadonlySet<string>;
  /** Names that are results, and so no settings. */
  readonly results: readonly string[];
  /** Cells of which every literal is a setting, whatever its type. */
  readonly tagged: ReadonlySet<number>;
}

/** Finds the settings among the kept statements. */
export function findSettings(
  kept: readonly Statement[],
  { statements, flow, knowledge }: Pick<Analysed, "statements" | "flow" | "knowledge">,
  { results, tagged, ...rules }: SettingRules,
): Settings {
  const names = new Names(rules, kept);
  const literals = kept.flatMap((statement) => constantOf(statement, statements, flow) ?? []);
  const isFixed = neededByProcesses(kept, knowledge);
  const constants = literals
    .filter(({ variable }) => !results.includes(variable) && !isFixed(variable))
    .filter((literal) => isScalar(literal) || tagged.has(literal.statement.cell) || isListOfSettings(literal, kept))
    .map((literal) => constantParam(literal, names));
  const rest = kept.filter((statement) => !constants.some((constant) => constant.statement === statement));
  const buried = nameBuried(
    rest.flatMap((statement) => buriedIn(statement, knowledge)),
    names,
  );
  return {
    constants,
    collections: literals
      .filter((one) => isFixed(one.variable) || (one.value.children.length > 0 && !isScalar(one)))
      .filter(({ statement }) => rest.includes(statement))
      .filter(({ variable }) => !isScaffolding(variable))
      .map(({ statement }) => statement),
    buried: [...buried, ...sameSeeds(rest, buried)],
  };
}

interface Constant {
  readonly statement: Statement;
  readonly variable: string;
  readonly value: SyntaxNode;
}

/** True for what a class looks up whose objects may go to other processes: it has to stand at the top, and what it looks up, too. */
function neededByProcesses(kept: readonly Statement[], knowledge: Knowledge): (variable: string) => boolean {
  if (!kept.some((one) => startsProcesses(one, knowledge))) return () => false;
  const classes = kept.filter(({ node }) => node.type === "class_definition");
  return (variable) => classes.some(({ names }) => looksUp(names, variable));
}

/** A text of several lines is data or code, and nothing that anybody gives as an option. */
function isScalar({ value, statement }: Constant): boolean {
  return SCALARS.has(literalType(value) ?? "") && !textOf({ statement, value }).includes("\n");
}

/** More elements than this are a table of its own, such as stop words, and no setting. */
const MOST_ELEMENTS = 50;

/**
 * Values to try. Names of columns belong to the code that works on them, and stay constants; so does what a class or a decorated
 * function looks up, which cannot be handed to it.
 */
function isListOfSettings({ variable, value }: Constant, kept: readonly Statement[]): boolean {
  const isFlat = /^(list|tuple)\[(int|float)(, \.\.\.)?\]$/.test(literalType(value) ?? "");
  return (
    isFlat &&
    value.children.length <= MOST_ELEMENTS &&
    !kept.some(({ node, names }) => /^(class|decorated)_/.test(node.type) && looksUp(names, variable))
  );
}

function looksUp({ reads, late }: Statement["names"], name: string): boolean {
  return reads.has(name) || late.has(name);
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
    ({ names, index }) => index !== statement.index && (mayBindName(names, variable) || names.lateBinds.has(variable)),
  );
  const isFixed = isRebound || flow.changed.has(variable) || isQueried(variable, all);
  return isFixed ? undefined : { statement, variable, value: assignment.right };
}

/** `df.query("age > @limit")`: in the text the variable keeps its name. */
function isQueried(variable: string, all: readonly Statement[]): boolean {
  return all.some(({ source, node }) => source.slice(node.start, node.end).includes(`@${variable}`));
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

/** What a definition is called with is no setting of the steps. */
function mayHoldSettings({ node }: Statement): boolean {
  return !node.type.endsWith("definition");
}

function buriedIn(statement: Statement, knowledge: Knowledge): readonly BuriedLiteral[] {
  if (!mayHoldSettings(statement)) return [];
  const [assigned] = assignmentsIn(statement.node);
  return callsIn(statement.node).flatMap((call) => {
    const callee = calleeOf(call, knowledge);
    const learns =
      callee.kind === "library"
        ? LEARNING.test(callee.qualified)
        : callee.kind === "method" && knowledge.library.has("fitMethods", callee.name);
    const isSeed = callee.kind === "library" && knowledge.library.isSeed(callee.qualified);
    const literals = learns ? keywordLiterals(call) : isSeed ? seedLiteral(call) : [];
    const name = callee.kind === "unknown" ? "" : callee.name;
    const context =
      name === "train_test_split" ? "split" : assigned?.left.type === "identifier" ? assigned.left.text : name;
    return literals.map(({ name: keyword, value }) => ({ statement, keyword, value, context }));
  });
}

/** A keyword that has different values in different calls is named for each of them. */
function nameBuried(literals: readonly BuriedLiteral[], names: Names): readonly BuriedParam[] {
  return literals.map((literal) => {
    const { statement, keyword, value } = literal;
    const isShared = literals.every((other) => other.keyword !== keyword || textOf(other) === textOf(literal));
    const name = names.forKeyword(literal, isShared);
    const param = {
      name,
      type: literalType(value) ?? "float",
      default: textOf(literal),
      cell: statement.cell,
      line: value.line,
    };
    return { statement, edit: { start: value.start, end: value.end, text: name }, param };
  });
}

/** Other calls, of whatever library, that are given the seed which is a setting already: who sets it sets all of them. */
function sameSeeds(rest: readonly Statement[], buried: readonly BuriedParam[]): readonly BuriedParam[] {
  const isKnown = (statement: Statement, { start }: SyntaxNode): boolean =>
    buried.some((one) => one.statement === statement && one.edit.start === start);
  const seeds = new Map(buried.map(({ param }) => [param.name, param]));
  return rest.filter(mayHoldSettings).flatMap((statement) =>
    callsIn(statement.node).flatMap((call) =>
      keywordLiterals(call).flatMap(({ name, value }) => {
        const param = isSeedKeyword(name) ? seeds.get(name) : undefined;
        if (param?.default !== textOf({ statement, value })) return [];
        if (isKnown(statement, value) || mentions(statement.node, name)) return [];
        return [{ statement, edit: { start: value.start, end: value.end, text: name }, param }];
      }),
    ),
  );
}

function textOf({ statement, value }: Pick<BuriedLiteral, "statement" | "value">): string {
  return statement.source.slice(value.start, value.end);
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

/** Gives each setting a name, and so an option, of its own; the same keyword with the same value is one setting. */
class Names {
  /** What has a name, by the name in lower case: that is its option. */
  private readonly used = new Map<string, string>();

  constructor(
    private readonly rules: Pick<SettingRules, "taken" | "dataFields">,
    private readonly kept: readonly Statement[],
  ) {}

  forConstant(variable: string): string {
    const lower = variable === variable.toUpperCase() ? identifier(variable) : variable;
    const candidates = [lower, variable, identifier(`${variable}_setting`)];
    const isTaken = (name: string): boolean =>
      this.isUsed(name) ||
      (name !== variable &&
        (this.rules.taken.has(name) || this.readers(variable).some(({ node }) => mentions(node, name))));
    const name = candidates.find((one) => !isTaken(one)) ?? freshName(lower, isTaken);
    this.used.set(name.toLowerCase(), `constant ${variable}`);
    return name;
  }

  /** What the call is about is told where the keyword alone would not tell two settings apart. */
  forKeyword({ keyword, context, ...literal }: BuriedLiteral, isShared: boolean): string {
    const value = textOf(literal);
    const isTaken = (name: string): boolean =>
      this.rules.taken.has(name) || this.isUsed(name, value) || mentions(literal.statement.node, name);
    const plain = identifier(keyword);
    const specific = identifier(`${snakeCase(isShared ? "setting" : context)}_${keyword}`);
    const name = freshName(!isShared || isTaken(plain) ? specific : plain, isTaken);
    this.used.set(name, value);
    return name;
  }

  /** A name is free for the value that has it already. */
  private isUsed(name: string, value?: string): boolean {
    const option = name.toLowerCase();
    const isGiven = isOwnField(option) || this.rules.dataFields.has(option);
    return isGiven || (this.used.has(option) && this.used.get(option) !== value);
  }

  /** The statements that look a variable up, be it in a function that they call: in all of them it gets its new name. */
  private readers(variable: string): readonly Statement[] {
    const found = new Set<Statement>();
    const names = new Set([variable]);
    for (const name of names) {
      const readers = this.kept.filter((one) => looksUp(one.names, name));
      for (const one of readers) found.add(one);
      const definitions = readers.filter(({ node }) => node.type.endsWith("definition"));
      for (const bound of definitions.flatMap((one) => [...one.names.binds])) names.add(bound);
    }
    return [...found];
  }
}

/** `RandomForestClassifier` becomes `random_forest_classifier`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}
