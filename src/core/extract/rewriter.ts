import type { Edit } from "../python/edits";
import type { Statement } from "../python/program";
import { KIND } from "../python/kinds";
import { nodesOf, type SyntaxNode } from "../python/syntax";
import type { Helper, PlanInput } from "./plan";
import { checkEdits } from "./columnChecks";
import { argumentEdit, variableNodes } from "./text";
import { mayBindName } from "../python/scope";

/** An edit that puts a field of `Params` or `Data` into the text. */
interface FieldEdit {
  readonly field: string;
  readonly edit: Edit;
}

/** Works out the edits of statements: paths, settings, and calls of helpers that got parameters. */
export class Rewriter {
  private readonly renames: ReadonlyMap<string, string>;
  /** Name of `functools.partial`: a step that binds `partial` would hide it. */
  private readonly partial: string;

  constructor(
    private readonly input: PlanInput,
    private readonly helpers: readonly Helper[],
  ) {
    this.partial = this.isBound("partial") ? "bind_arguments" : "partial";
    this.renames = new Map(input.settings.constants.map(({ variable, param }) => [variable, param.name]));
  }

  editsOf(
    statement: Statement,
    node: SyntaxNode,
  ): { readonly edits: readonly Edit[]; readonly fields: ReadonlySet<string> } {
    const fieldEdits = [
      ...this.pathEdits(statement),
      ...this.settingEdits(statement),
      ...this.renameEdits(node),
    ].filter(({ edit }) => edit.start >= node.start && edit.start < node.end);
    const helperEdits = this.helpers.flatMap((helper) => this.helperEdits(helper, statement, node));
    return {
      edits: [
        ...inOneCall([...fieldEdits.map(({ edit }) => edit), ...helperEdits]),
        ...this.globalEdits(statement, node),
        ...checkEdits(this.input.checks, statement),
      ],
      fields: new Set(fieldEdits.map(({ field }) => field)),
    };
  }

  private pathEdits(statement: Statement): readonly FieldEdit[] {
    return this.input.references
      .filter((found) => found.statement === statement)
      .map(({ reference: { literal, name, kind }, direct, written }) => ({
        field: name,
        edit: { ...literal, text: written?.(name) ?? (direct || kind === "pattern" ? name : `str(${name})`) },
      }));
  }

  private settingEdits(statement: Statement): readonly FieldEdit[] {
    return this.input.settings.buried
      .filter((buried) => buried.statement === statement)
      .map(({ edit, param }) => ({ field: param.name, edit }));
  }

  private renameEdits(node: SyntaxNode): readonly FieldEdit[] {
    return [...this.renames].flatMap(([variable, name]) =>
      variableNodes(node, variable).map(({ node: use }) => ({
        field: name,
        edit: { start: use.start, end: use.end, text: name },
      })),
    );
  }

  /** In a step, the variables that a function binds by `global` are locals of the step; those that it only reads need no word. */
  private globalEdits({ names }: Statement, node: SyntaxNode): readonly Edit[] {
    return nodesOf(node, KIND.global_statement).map(({ start, end, children }) => {
      const bound = children.map(({ text }) => text).filter((name) => names.lateBinds.has(name));
      return { start, end, text: bound.length === 0 ? "pass" : `nonlocal ${bound.join(", ")}` };
    });
  }

  private isBound(name: string): boolean {
    return this.input.kept.some(({ names }) => mayBindName(names, name));
  }

  private helperEdits(helper: Helper, statement: Statement, node: SyntaxNode): readonly Edit[] {
    if (helper.extras.length === 0 || isOwnClass(helper, statement)) return [];
    const keywords = helper.extras
      .map((extra) => this.renamed(extra))
      .map((name) => `${name}=${name}`)
      .join(", ");
    const edits: Edit[] = [];
    for (const { node: use, parent } of variableNodes(node, helper.name)) {
      if (isDefined(use, parent)) continue;
      if (use.field === "function" && parent?.type === "call") {
        edits.push(argumentEdit(parent, keywords, statement.source));
      } else {
        edits.push({ start: use.start, end: use.end, text: `${this.partial}(${helper.name}, ${keywords})` });
      }
    }
    return edits;
  }

  renamed(name: string): string {
    return this.renames.get(name) ?? name;
  }

  /** Fields of `Params` that a node needs because the helpers that it uses need them. */
  helperFields(reads: ReadonlySet<string>): ReadonlySet<string> {
    const used = this.helpers.filter(({ name }) => reads.has(name)).flatMap(({ extras }) => extras);
    return new Set(used.filter((extra) => this.renames.has(extra)).map((extra) => this.renamed(extra)));
  }

  helperVariables(reads: ReadonlySet<string>): readonly string[] {
    return this.helpers
      .filter(({ name }) => reads.has(name))
      .flatMap(({ extras }) => extras.filter((extra) => !this.renames.has(extra)));
  }

  changedBy({ index }: Statement): readonly string[] {
    return (this.input.flow.effects[index]?.changes ?? []).map(({ name }) => name);
  }

  isConstant(name: string): boolean {
    return this.renames.has(name);
  }
}

function isDefined(name: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  return name.field === "name" && parent?.type.endsWith("definition") === true;
}

/** True in the text of a class: what names it there does not make its objects. */
function isOwnClass({ statement, definition, entry }: Helper, at: Statement): boolean {
  return statement === at && entry !== definition;
}

/** Arguments that are put between the same parentheses are told apart by commas. */
function inOneCall(edits: readonly Edit[]): readonly Edit[] {
  const isFirst = ({ start, end, text }: Edit): boolean => start === end && /^\w+=/.test(text);
  const given = new Set<number>();
  return edits.map((edit) => {
    if (!isFirst(edit)) return edit;
    const isNext = given.has(edit.start);
    given.add(edit.start);
    return isNext ? { ...edit, text: `, ${edit.text}` } : edit;
  });
}
