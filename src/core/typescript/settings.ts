/** Literal settings of the notebook, which become fields of `Params`. */
import { Node, SyntaxKind, type CallExpression } from "ts-morph";
import type { Param } from "../pipeline";
import { camelCase, isIdentifier } from "./names";
import { isReserved } from "./reserved";
import type { Scope } from "./scope";
import { lineAt, type Unit } from "./units";

/** A setting, and the literal that it stands for. */
export interface Setting extends Param {
  readonly literal: Node;
  /** Set where a variable holds the literal and nothing else; else the literal is buried in another unit. */
  readonly variable: Unit | undefined;
}

/** What settings are looked for in. */
export interface SettingsInput {
  readonly scope: Scope;
  /** Units that will stand in steps. */
  readonly units: readonly Unit[];
  /** True for variables that stay what they are: captured constants, paths, variables that are assigned again. */
  readonly isFixed: (unit: Unit) => boolean;
  readonly taken: ReadonlySet<string>;
}

/** The settings of some units, in their order. */
export function findSettings(input: SettingsInput): readonly Setting[] {
  const settings: Setting[] = [];
  const names = new Set(input.taken);
  for (const unit of input.units) {
    const initializer = unit.declaration?.getInitializer();
    if (unit.kind === "variable" && isScalar(initializer) && Node.isIdentifier(unit.declaration?.getNameNode())) {
      if (!input.isFixed(unit)) settings.push(settingOf(settingName(unit, names), initializer, unit, unit));
      continue;
    }
    for (const { name, literal, owner } of buried(unit, input.scope)) {
      const free = [name, `${owner}${name.charAt(0).toUpperCase()}${name.slice(1)}`].find((each) => !names.has(each));
      if (free === undefined) continue;
      names.add(free);
      settings.push(settingOf(free, literal, unit, undefined));
    }
  }
  return settings;
}

/** `TEST_DAYS` as `testDays`, unless that is something else. */
function settingName(unit: Unit, taken: Set<string>): string {
  const name = [...unit.facts.declares].join("");
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return name;
  const camel = camelCase(name.toLowerCase());
  if (taken.has(camel) || !isIdentifier(camel) || isReserved(camel)) return name;
  taken.add(camel);
  return camel;
}

function settingOf(name: string, literal: Node, unit: Unit, variable: Unit | undefined): Setting {
  const type = literal.getType();
  return {
    name,
    type: type.isString() || type.isStringLiteral() ? "string" : type.isBooleanLiteral() ? "boolean" : "number",
    default: literal.getText(),
    cell: unit.cell.number,
    line: lineAt(unit.cell, literal.getStart()),
    literal,
    variable,
  };
}

/** A number, a string, `true`, `false`, or a negative number. */
export function isScalar(node: Node | undefined): node is Node {
  if (Node.isPrefixUnaryExpression(node) && node.getOperatorToken() === SyntaxKind.MinusToken) {
    return Node.isNumericLiteral(node.getOperand());
  }
  return (
    Node.isNumericLiteral(node) ||
    Node.isStringLiteral(node) ||
    Node.isNoSubstitutionTemplateLiteral(node) ||
    Node.isTrueLiteral(node) ||
    Node.isFalseLiteral(node)
  );
}

interface Buried {
  readonly name: string;
  readonly literal: Node;
  readonly owner: string;
}

/**
 * Numbers and booleans that are handed to the notebook's own functions, named for the parameter, and those in an object of
 * options, named for the property.
 */
function buried(unit: Unit, scope: Scope): readonly Buried[] {
  return unit.node.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const callee = call.getExpression();
    const called = Node.isIdentifier(callee) ? scope.functionOf(callee) : undefined;
    const owner = Node.isPropertyAccessExpression(callee) ? callee.getName() : callee.getText();
    const named = (called?.getParameters() ?? []).flatMap((parameter, index) => {
      const literal = call.getArguments()[index];
      const isNamed = Node.isIdentifier(parameter.getNameNode()) && !parameter.isRestParameter();
      return isNamed && isNumberOrFlag(literal) ? [{ name: parameter.getName(), literal, owner }] : [];
    });
    return [...named, ...optionsOf(call, called !== undefined || isImported(callee, scope), owner)];
  });
}

function isNumberOrFlag(node: Node | undefined): node is Node {
  return isScalar(node) && !Node.isStringLiteral(node) && !Node.isNoSubstitutionTemplateLiteral(node);
}

function isImported(callee: Node, scope: Scope): boolean {
  const root = Node.isPropertyAccessExpression(callee) ? callee.getExpression() : callee;
  return Node.isIdentifier(root) && scope.meaning(root) === "notebook";
}

function optionsOf(call: CallExpression, isKnown: boolean, owner: string): readonly Buried[] {
  if (!isKnown) return [];
  return call
    .getArguments()
    .filter(Node.isObjectLiteralExpression)
    .flatMap((options) => options.getProperties())
    .filter(Node.isPropertyAssignment)
    .flatMap((property) => {
      const literal = property.getInitializer();
      return isNumberOrFlag(literal) && Node.isIdentifier(property.getNameNode())
        ? [{ name: property.getName(), literal, owner }]
        : [];
    });
}
