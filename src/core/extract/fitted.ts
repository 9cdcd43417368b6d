/** What a pipeline keeps of its training: the model, and what its rows went through on the way to it. */
import { calleeOf, callsIn } from "../python/calls";
import type { Flow } from "../python/flow";
import type { Statement } from "../python/program";
import { freshName } from "./names";
import type { Kept } from "./path/values";
import type { Candidate } from "./fits";
import { dependsOn, type Analysed } from "./target";
import { preprocessorsIn } from "./trainers";

/** What `Fitted` of the module holds. */
export interface FittedState {
  readonly model: string;
  /** The field of `Result` that holds it, and the parameter of `predict`. */
  readonly fitted: string;
  /** Variables of the notebook, and fields of `Params`. */
  readonly variables: readonly string[];
  readonly fields: readonly string[];
  /** What `run` keeps besides. */
  readonly kept: readonly Kept[];
}

/** What the state is looked for in. */
export interface FittedSearch {
  readonly analysed: Analysed;
  readonly model: Candidate;
  readonly kept: readonly Statement[];
  /** Names of the notebook and the module. */
  readonly taken: ReadonlySet<string>;
}

/**
 * The model with the scalers and encoders that were fitted before it, also those of the labels, and what `predict` takes besides;
 * `undefined` where the model is all.
 */
export function fittedState(search: FittedSearch, path: FittedState | undefined): FittedState | undefined {
  const { model, kept, analysed, taken } = search;
  const isHeld = ({ name, statement }: Fitting): boolean =>
    path !== undefined &&
    (path.variables.includes(name) || path.kept.some((one) => one.statement === statement && one.node.text === name));
  const fits = fitsBefore(search).filter((one) => one.name !== model.name && !isHeld(one));
  if (fits.length === 0) return path;
  const used = new Set([...taken, ...(path?.kept.map(({ name }) => name) ?? [])]);
  const fresh = (name: string): string => {
    const found = freshName(name, (one) => used.has(one));
    used.add(found);
    return found;
  };
  const state = path ?? { model: model.name, fitted: fresh("fitted"), variables: [], fields: [], kept: [] };
  const isLast = ({ name, statement }: Fitting): boolean =>
    !isChangedAfter(name, statement, { kept, flow: analysed.flow });
  const variables = fits.filter(isLast).map(({ name }) => name);
  const copies = fits
    .filter((one) => !isLast(one))
    .map((one): Kept => ({ ...one, name: fresh(one.name), form: "copy", isBehind: true }));
  return {
    ...state,
    variables: [...new Set([...state.variables, ...variables])],
    kept: [...state.kept, ...copies],
  };
}

type Fitting = Pick<Kept, "name" | "node" | "statement">;

/** The fits of scalers and encoders that the model depends on; what a loop fits is another one in every turn. */
function fitsBefore({ analysed: { flow, knowledge }, model, kept }: FittedSearch): readonly Fitting[] {
  const above = dependsOn(flow, model.statement.index);
  const needed = kept.filter(({ index, node }) => above.has(index) && node.type === "expression_statement");
  const made = preprocessorsIn(
    needed.map(({ node }) => node),
    knowledge,
  );
  return needed.flatMap((statement) =>
    callsIn(statement.node).flatMap((call) => {
      const callee = calleeOf(call, knowledge);
      if (callee.kind !== "method" || !/^(partial_)?fit/.test(callee.name)) return [];
      const { object: node } = callee;
      return node.type === "identifier" && made.has(node.text) ? [{ name: node.text, node, statement }] : [];
    }),
  );
}

/** True if a kept statement below binds a variable anew or changes its object. */
export function isChangedAfter(
  name: string,
  { index }: Statement,
  { kept, flow }: { readonly kept: readonly Statement[]; readonly flow: Flow },
): boolean {
  return kept.some((one) => {
    if (one.index <= index) return false;
    const changes = flow.effects[one.index]?.changes ?? [];
    return one.names.binds.has(name) || one.names.mayBind.has(name) || changes.some((change) => change.name === name);
  });
}
