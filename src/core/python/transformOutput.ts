/** What scikit-learn's transformers give, where a notebook sets it for all of them, or for one. */
import { KIND } from "./kinds";
import type { NameFacts } from "./scope";
import { calledName, childOf, keywordOf, nodesOf, writtenText, type SyntaxNode } from "./syntax";

/** What scikit-learn's transformers are told to give: tables from the first one on, or now one thing and now another. */
export type TransformOutput = "pandas" | "several";

/** `sklearn.set_config(transform_output="pandas")`; `undefined` where they give arrays. */
export function transformOutputOf(statements: readonly { readonly node: SyntaxNode }[]): TransformOutput | undefined {
  const calls = statements.flatMap(({ node }) => nodesOf(node, KIND.call).map((call) => ({ call, top: node })));
  const set = calls.flatMap(({ call, top }) => {
    const value = keywordOf(call, "transform_output");
    return value === undefined ? [] : [{ call, value, top }];
  });
  const [first] = set;
  if (first === undefined) return undefined;
  const isSetAtOnce =
    first.top.type === "expression_statement" && set.every(({ value }) => writtenText(value) === "pandas");
  const before = calls.slice(
    0,
    calls.findIndex(({ call }) => call === first.call),
  );
  return isSetAtOnce && !before.some(({ call }) => transforms(call)) ? "pandas" : "several";
}

function transforms(call: SyntaxNode): boolean {
  const callee = childOf(call, "function");
  return callee?.type === "attribute" && childOf(callee, "attribute")?.text.endsWith("transform") === true;
}

interface Bound {
  readonly node: SyntaxNode;
  readonly names: Pick<NameFacts, "binds" | "mayBind" | "lateBinds">;
}

/** The variables whose transformers give tables, from the first one on: `scaler.set_output(transform="pandas")`. */
export function tableGiversOf(statements: readonly Bound[]): ReadonlySet<string> {
  const all = statements.flatMap(({ node }) => nodesOf(node, KIND.call));
  const outputs = statements.flatMap(({ node }) =>
    nodesOf(node, KIND.call).flatMap((call) => {
      const name =
        calledName(call) === "set_output" ? (nameOf(objectOf(call)) ?? nameOf(givenTo(call, node))) : undefined;
      return name === undefined
        ? []
        : [{ name, call, isSure: node.type === "expression_statement" && setsTables(call) }];
    }),
  );
  const isEarly = ({ name, call }: (typeof outputs)[number]): boolean => {
    const before = all.slice(0, all.indexOf(call)).filter((one) => nameOf(objectOf(one)) === name);
    return !before.some(transforms);
  };
  const isGiver = (name: string): boolean =>
    outputs.every((one) => one.name !== name || (one.isSure && isEarly(one))) && isBoundOnce(name, statements);
  return new Set(outputs.map(({ name }) => name).filter(isGiver));
}

function isBoundOnce(name: string, statements: readonly Bound[]): boolean {
  const binds = ({ names }: Bound): boolean =>
    [names.binds, names.mayBind, names.lateBinds].some((some) => some.has(name));
  return statements.filter(binds).length === 1;
}

/** What the statement assigns the value of a call to. */
function givenTo(call: SyntaxNode, { children: [assigned] }: SyntaxNode): SyntaxNode | undefined {
  const isGiven = assigned?.type === "assignment" && childOf(assigned, "right") === call;
  return isGiven ? childOf(assigned, "left") : undefined;
}

/** True for an expression whose transformer is known to give tables; `givers` are such variables. */
export function givesTables(node: SyntaxNode, givers: ReadonlySet<string>): boolean {
  const object = objectOf(node);
  if (object === undefined) return givers.has(nameOf(node) ?? "");
  const name = calledName(node);
  return name === "set_output" ? setsTables(node) : name === "fit" && givesTables(object, givers);
}

function setsTables(call: SyntaxNode): boolean {
  return writtenText(keywordOf(call, "transform")) === "pandas";
}

/** What a method is called on. */
function objectOf(call: SyntaxNode): SyntaxNode | undefined {
  const callee = childOf(call, "function");
  return callee?.type === "attribute" ? childOf(callee, "object") : undefined;
}

function nameOf(node: SyntaxNode | undefined): string | undefined {
  return node?.type === "identifier" ? node.text : undefined;
}
