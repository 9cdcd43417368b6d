/** The global random number generators: which of them a call seeds, and which it draws from. */
import type { Bindings, Callee } from "./calls";
import { has, idleDraw, packageOfRandom, shufflesByDefault, streamsOf, type Library } from "./knowledge";
import { hasOwnSeed, isSeededBySettings } from "./seededSettings";
import { argumentsOf, childOf, keywordOf, positionalsOf, type SyntaxNode } from "./syntax";
import { literalText } from "./values";

/** A generator as a resource of the process: `<random:numpy>`. */
function resource(stream: string): string {
  return `<random:${stream}>`;
}

/** True if a resource is a generator. */
export function isStream(name: string): boolean {
  return name.startsWith("<random:");
}

/** True if there is nothing but generators among some names. */
export function areStreams(names: Iterable<string>): boolean {
  for (const name of names) if (!isStream(name)) return false;
  return true;
}

/** The generators that a call seeds. */
export function seededStreams(callee: Callee, { library }: Bindings): readonly string[] {
  if (callee.kind !== "library" || !library.isSeed(callee.qualified)) return [];
  return library.seededBy(callee.qualified).map(resource);
}

/** True for a seed function of which it is known what it seeds. */
export function isKnownSeed(callee: Callee, { library }: Bindings): boolean {
  return callee.kind === "library" && library.has("seedFunctions", callee.qualified);
}

/** The generators that a call takes numbers from; a call that is given a seed of its own takes from none. */
export function drawnStreams(call: SyntaxNode, callee: Callee, bindings: Bindings): readonly string[] {
  if (hasOwnSeed(call)) return [];
  const origin = whatDraws(call, callee, bindings.library);
  if (origin === undefined || isSeededBySettings(call, bindings)) return [];
  return streamsOf(origin).map(resource);
}

function whatDraws(call: SyntaxNode, callee: Callee, library: Library): string | undefined {
  if (callee.kind === "method") return packageOfRandom(callee.name);
  return callee.kind === "library" && libraryDraws(call, callee, library) ? callee.qualified : undefined;
}

/**
 * True for what draws, but gives the same whatever it drew: libsvm and liblinear are always given a seed, and shuffle by it only for
 * probabilities, an L1 penalty or the dual problem; loaders of batches give them in their order, unless they are told to shuffle;
 * what has learned before gets its weights whatever was drawn for them.
 * What others draw below depends on it all the same.
 */
export function drawsIdly(call: SyntaxNode, callee: Callee): boolean {
  if (callee.kind !== "library") return false;
  if (isPretrained(call, callee)) return true;
  const idle = idleDraw(callee.name);
  if (idle === undefined) return false;
  const { unless, without = [], places = 0 } = idle;
  const areNamed =
    unless.length === 0 || argumentsOf(call).every(({ type }, at) => at < places || type === "keyword_argument");
  const isIdle = (value: SyntaxNode | undefined): boolean =>
    value === undefined || value.type === "false" || /^(l2|liblinear)$/.test(literalText(value) ?? "");
  const isFalse = (name: string): boolean => keywordOf(call, name)?.type === "false";
  return areNamed && unless.every((name) => isIdle(keywordOf(call, name))) && without.every(isFalse);
}

/** `VGG16(weights="imagenet")`, which is what Keras takes if nothing is said; `resnet18(pretrained=True)`, but for a head of another size. */
function isPretrained(call: SyntaxNode, { qualified }: LibraryCallee): boolean {
  const [weights, pretrained] = ["weights", "pretrained"].map((name) => keywordOf(call, name));
  if (/(^|\.)keras\.applications\./.test(qualified)) return weights?.type !== "none" && positionalsOf(call).length < 2;
  if (!/^(torchvision\.models|timm)\./.test(qualified) || keywordOf(call, "num_classes") !== undefined) return false;
  return pretrained?.type === "true" || (weights !== undefined && weights.type !== "none");
}

/** True if what a library makes draws from the generators that making it draws from, whenever it is used: an unseeded forest. */
export function drawsLater(callee: Callee, { library }: Bindings): boolean {
  return callee.kind === "library" && /^[A-Z]/.test(callee.name) && !library.liesIn("initializers", callee.qualified);
}

/** The generators that what a call makes draws from, whenever it is used. */
export function laterStreams(call: SyntaxNode, callee: Callee, bindings: Bindings): readonly string[] {
  return drawsLater(callee, bindings) ? drawnStreams(call, callee, bindings) : [];
}

/** Functions of the random modules that draw; the rest of those modules does not. */
const DRAWING =
  /(^|\.)(rand\w*|normal|uniform|choices?|shuffle|permutation|integers|poisson|binomial|exponential|beta|gamma|multivariate_normal|standard_normal|gauss|sample|bernoulli|multinomial|rvs|bootstrap|permutation_test|betavariate|lognormal|laplace|logistic)$/;

/** True for the name of a function that draws, whichever module of a library it was taken from. */
export function looksRandom(name: string): boolean {
  return DRAWING.test(name);
}

type LibraryCallee = Extract<Callee, { kind: "library" }>;

function libraryDraws(call: SyntaxNode, { qualified, name }: LibraryCallee, library: Library): boolean {
  if (library.isSeed(qualified) || drawsNothing(qualified, name)) return false;
  if (library.liesIn("initializers", qualified)) return true;
  // A class that other libraries have too, and draw nothing in, goes by its whole name.
  if ([name, qualified].some((one) => library.has("randomCalls", one))) return shuffles(call, qualified, name);
  if (ALL_DRAW.test(qualified) || hasRandomSolver(call)) return true;
  return library.liesIn("randomModules", qualified) && drawing(qualified).test(qualified);
}

/** `np.random.default_rng`; `keras.applications.vgg16.preprocess_input`: only the models there have weights. */
function drawsNothing(qualified: string, name: string): boolean {
  if (has("deterministicRandom", qualified)) return true;
  return /(^|\.)keras\.applications\./.test(qualified) && !/^[A-Z]/.test(name);
}

/** `scipy.stats.randint(1, 9)` is a distribution, and draws nothing yet. */
function drawing(qualified: string): RegExp {
  return qualified.startsWith("scipy.stats.") ? DISTRIBUTIONS_DRAW : DRAWING;
}

const DISTRIBUTIONS_DRAW = /\.(rvs|bootstrap|goodness_of_fit|monte_carlo_test|permutation_test|power)$/;

/** False for splitters that are told not to shuffle, or are not told to: they draw nothing. */
function shuffles(call: SyntaxNode, qualified: string, name: string): boolean {
  const byDefault = shufflesByDefault(qualified) ?? shufflesByDefault(name);
  if (byDefault === undefined) return true;
  const told = keywordOf(call, "shuffle")?.type;
  return byDefault ? told !== "false" : told === "true";
}

/** Whatever these modules have, but for their classes, works with the generator. */
const ALL_DRAW = /^(numpy\.)?random\.[a-z]\w*$/;

/** `LogisticRegression(solver="liblinear")`, `PCA(svd_solver="randomized")`, `sns.regplot(x_jitter=0.2)` */
function hasRandomSolver(call: SyntaxNode): boolean {
  return argumentsOf(call).some((argument) => {
    const [name, value] = [childOf(argument, "name")?.text ?? "", childOf(argument, "value")];
    if (/^[xy]_jitter$/.test(name)) return true;
    return value !== undefined && SOLVER.test(name) && RANDOM_SOLVERS.test(literalText(value) ?? "");
  });
}

const SOLVER = /^(solver|svd_solver|eigen_solver|selection)$/;
const RANDOM_SOLVERS = /^(liblinear|saga?|randomized|random|arpack|amg)$/;
