/** The types of what calls give: of libraries, of the notebook's own functions and classes, of methods. */
import { calleeOf, qualifiedName, type Callee } from "../../python/calls";
import { givesRecords } from "../../python/records";
import { givesTables } from "../../python/transformOutput";
import {
  argumentAt,
  argumentsOf,
  childOf,
  keywordOf,
  methodsIn,
  positionalsOf,
  type SyntaxNode,
} from "../../python/syntax";
import { tableGivers, type Context, type Found } from "./context";
import { ownMethodType, ownType } from "./functions";
import { functionType, isDecisive, methodTypeIn } from "./library";
import { specialResult } from "./special";
import { ARRAY, classOf, eachMember, FRAME, NONE, SERIES, UNKNOWN } from "./text";

/** What a call gives. */
export function callType(call: SyntaxNode, context: Context): Found {
  const callee = calleeOf(call, context.knowledge);
  if (callee.kind === "library") return libraryType(call, callee, context);
  if (callee.kind === "notebook") return ownType(call, callee.name, context);
  return callee.kind === "method" ? methodType(call, callee, context) : undefined;
}

function positionalTypes(call: SyntaxNode, context: Context): readonly Found[] {
  return positionalsOf(call).map((one) => context.typeOf(one, context));
}

/** True if an option makes the call give something else than it mostly does. */
function isDecided(call: SyntaxNode): boolean {
  return argumentsOf(call).some(
    (one) => one.type === "dictionary_splat" || isDecisive(childOf(one, "name")?.text ?? ""),
  );
}

type LibraryCallee = Extract<Callee, { kind: "library" }>;

function libraryType(call: SyntaxNode, { qualified, name }: LibraryCallee, context: Context): Found {
  const positional = positionalTypes(call, context);
  const special = specialResult(qualified, { call, positional, isDecided: isDecided(call) });
  if (special !== undefined) return special.type;
  const { library } = context.knowledge;
  if (library.metricName(name) !== undefined) return givesSeveral(call) ? undefined : "float";
  const known = library.readerOf(qualified)?.type ?? functionType(qualified, { positional });
  if (known !== undefined) return isDecided(call) ? undefined : known;
  // What begins with a capital letter is a class.
  return /^[A-Z]/.test(name) && qualified.includes(".") ? objectOf(call, qualified, context) : undefined;
}

/** `f1_score(…, average=None)`, `r2_score(…, multioutput="raw_values")`: a score for each class or column. */
function givesSeveral(call: SyntaxNode): boolean {
  const [average, multioutput] = [keywordOf(call, "average"), keywordOf(call, "multioutput")];
  return average?.type === "none" || multioutput !== undefined;
}

/** An object of a class; a search knows what it searches the best of. Functions that make nets are named like classes, too. */
function objectOf(call: SyntaxNode, qualified: string, context: Context): Found {
  const [, keras] = /^(.*\bkeras)\.applications\./.exec(qualified) ?? [];
  if (keras !== undefined) return `${keras}.Model`;
  if (/^(efficientnet|classification_models|keras_applications|segmentation_models)\./.test(qualified))
    return undefined;
  if (!qualified.endsWith("SearchCV")) return qualified;
  const estimator = argumentAt(call, 0, "estimator");
  return `${qualified}[${(estimator && context.typeOf(estimator, context)) ?? UNKNOWN}]`;
}

/** What methods give, whatever object they belong to. */
const METHODS: Readonly<Record<string, string>> = {
  predict: ARRAY,
  predict_proba: ARRAY,
  predict_log_proba: ARRAY,
  decision_function: ARRAY,
  fit_predict: ARRAY,
  score: "float",
};

function methodType(call: SyntaxNode, { name, object }: Extract<Callee, { kind: "method" }>, context: Context): Found {
  if (TRANSFORMS.test(name) && givesTables(object, tableGivers(context))) return FRAME;
  const receiver = context.typeOf(object, context);
  if (receiver === undefined) return METHODS[name];
  if (keywordOf(call, "inplace")?.type === "true") return NONE;
  const positional = positionalTypes(call, context);
  return eachMember(receiver, (member) =>
    context.knowledge.definitions.has(member)
      ? // A class of the notebook gives what classes like it give.
        (ownMethodType(call, member, name, context) ?? itself(call, name, member, context) ?? METHODS[name])
      : asTable(memberMethod(call, name, { receiver: member, positional }), name, member, context),
  );
}

/** `Net().to(device)`: what gives the object itself in the library's class gives it in one that derives from that. */
function itself(call: SyntaxNode, name: string, className: string, context: Context): Found {
  const { knowledge } = context;
  const definition = knowledge.definitions.get(className)?.at(-1);
  const isOwn = definition !== undefined && methodsIn(definition).some((one) => childOf(one, "name")?.text === name);
  const bases = definition === undefined || isOwn ? [] : (childOf(definition, "superclasses")?.children ?? []);
  const positional = positionalTypes(call, context);
  const isOf = (base: string | undefined): boolean =>
    base !== undefined && memberMethod(call, name, { receiver: base, positional }) === base;
  return bases.some((base) => isOf(qualifiedName(base, knowledge))) ? className : undefined;
}

/** What a method is asked of, and with what. */
interface Receiving {
  readonly receiver: string;
  readonly positional: readonly Found[];
}

function memberMethod(call: SyntaxNode, name: string, given: Receiving): Found {
  const { receiver } = given;
  const special = OWN_WAYS[`${classOf(receiver)}.${name}`];
  if (special !== undefined) return special(call);
  if (isDecided(call)) return undefined;
  const known = methodTypeIn(receiver, name, given);
  return known === ARRAY && staysSparse(name, given) ? undefined : known;
}

/** `sklearn.set_config(transform_output="pandas")`: transformers give tables, but for those without names of what they give. */
function asTable(type: Found, name: string, receiver: string, { knowledge }: Context): Found {
  const output = knowledge.transformOutput;
  const isTransformed = TRANSFORMS.test(name) && type === ARRAY && receiver.startsWith("sklearn.");
  if (output === undefined || !isTransformed || NAMELESS.test(receiver)) return type;
  return output === "pandas" ? FRAME : undefined;
}

const TRANSFORMS = /^(fit_)?transform$/;

const NAMELESS = /\.(LabelEncoder|LabelBinarizer|MDS|SpectralEmbedding)$/;

/** Scalers leave a sparse matrix sparse. */
function staysSparse(name: string, { positional: [rows] }: Receiving): boolean {
  return name.endsWith("transform") && rows?.startsWith("scipy.sparse.") === true;
}

/** The average of all numbers; along an axis it is none. */
const ofAll = (call: SyntaxNode): Found => (argumentsOf(call).length === 0 ? "float" : undefined);

/** How a table is written as dictionaries. */
function writtenOut(call: SyntaxNode): Found {
  const orient = argumentAt(call, 0, "orient");
  const isSeen = orient === undefined || orient.type === "string";
  if (!isSeen || argumentAt(call, 1, "into") !== undefined) return undefined;
  return givesRecords(call) ? "list[dict[Any, Any]]" : "dict[Any, Any]";
}

/** Methods whose results depend on more than a table says. */
const OWN_WAYS: Readonly<Record<string, (call: SyntaxNode) => Found>> = {
  [`${SERIES}.reset_index`]: (call) => {
    const drop = keywordOf(call, "drop");
    return drop === undefined ? FRAME : drop.type === "true" ? SERIES : undefined;
  },
  [`${FRAME}.to_dict`]: writtenOut,
  [`${ARRAY}.mean`]: ofAll,
  [`${ARRAY}.std`]: ofAll,
  [`${ARRAY}.var`]: ofAll,
};
