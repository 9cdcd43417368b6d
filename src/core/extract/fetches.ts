/** Statements that are left out and fetch files: what they fetch must be there before. */
import { calleeOf, type Callee } from "../python/calls";
import { effectsOf, type Knowledge } from "../python/effects";
import { isOfFiles } from "../python/files";
import { KIND } from "../python/kinds";
import { has } from "../python/knowledge";
import type { Statement } from "../python/program";
import { nameFacts } from "../python/scope";
import { argumentsOf, childOf, childrenOf, nodesOf, walk, type SyntaxNode } from "../python/syntax";
import type { Diagnostic } from "../report";
import { runsOnlyInColab } from "./colab";
import { Inside } from "./inside";
import type { References } from "./references";
import type { Analysed } from "./target";

/** Shell commands that may put files where a later cell reads them. */
const MAKES_FILES = /\b(wget|curl|unzip|gunzip|tar|gdown|git clone|kaggle|aws|gsutil|dvc|cp|mv)\b/;

/** Commands that only name one of them, or a folder of its name: what installs, makes folders, hands something in. */
const FETCHES_NOTHING = [
  /^(pip3?|conda|mamba|uv|apt|apt-get|brew|npm)\b.*\b(install|uninstall|show|list|update|upgrade|add|remove)\b/,
  /^(mkdir|chmod|ls|cat|echo|rm|cd|export|which|touch|head|pwd)\b(?!.*>)/,
  /^kaggle\s+(config|\w+\s+(submit|submissions|list|leaderboard|create|version|push|status))\b/,
  /^(cp|mv)\b.*\.kaggle\b/,
  /^\w+\s+(--version|--help)$/,
];

const BEFORE_COMMAND = /^[\s!%]*((sudo|python3?\s+-m)\s+)*/;

/** True for a shell line with a command that may make files. */
export function makesFiles(line: string): boolean {
  const commands = line.split(/&&|\|\||[;|]/).map((one) => one.replace(BEFORE_COMMAND, "").trim());
  return commands.some((one) => MAKES_FILES.test(one) && !FETCHES_NOTHING.some((pattern) => pattern.test(one)));
}

/** The files that a shell line names to a script which it runs: `python make.py --out rows.csv`. */
export function filesOfScript(line: string): readonly string[] {
  const [, given = ""] = /\b(?:python3?|bash|sh|Rscript)\s+\S+\.(?:py|sh|R)\b([^&|;]*)/.exec(line) ?? [];
  const words = given.split(/[\s=<>"']+/).map((word) => word.split("/").at(-1) ?? "");
  return words.filter((word) => /^[\w-][\w.-]*\.[A-Za-z]\w{1,7}$/.test(word));
}

/** The picture that a shell line downloads, and nothing else: `wget URL`, `wget URL -O FILE`. */
export function downloadedPicture(line: string): string | undefined {
  const [, words = ""] = /^[\s!%]*(?:wget|curl)\s+([^&|;<>$*{}]+)$/.exec(line) ?? [];
  const named = /(?:^|\s)(?:-o|-O|--output|--output-document)[ =]["']?([^\s"']+)/.exec(words)?.[1];
  const file = (named ?? /https?:\S+/.exec(words)?.[0].replace(/["'?#].*$/, ""))?.split("/").at(-1) ?? "";
  return /^[\w-][\w.-]*\.(jpe?g|png|gif|webp|svg|bmp|mp4)$/i.test(file) ? file : undefined;
}

/** What the pipeline keeps, what it reads, and where its last target is made. */
interface Kept {
  readonly analysed: Analysed;
  readonly kept: readonly Statement[];
  readonly references: References;
  readonly last: number;
}

/** Said of each statement that may fetch or unpack data and is left out, where files are read. */
export function fetchFindings({ analysed, kept, references, last }: Kept): readonly Diagnostic[] {
  const readsFiles = references.found.some(({ reference }) => reference.kind !== "url");
  const readsUnknown = references.diagnostics.some(({ code }) => code === "data.unresolved");
  if (!readsFiles && !readsUnknown) return [];
  const inside = new Inside(false);
  return analysed.statements.flatMap((statement): readonly Diagnostic[] => {
    if (statement.index >= last && !kept.includes(statement)) return [];
    const parts = kept.includes(statement) ? statement.shown : [statement.node];
    // What a function does it does where it is called.
    const ran = parts.flatMap((part) => (part.type === "function_definition" ? [] : runCalls(part)));
    const fetch = ran.find((call) => fetches(call, analysed.knowledge, inside) && !runsOnlyInColab(call, statement));
    return fetch === undefined ? [] : [fetchLeftOut(fetch, statement)];
  });
}

/** The statements in the branches of an `if` that only fetch something. */
export function fetchesInBranches(node: SyntaxNode, knowledge: Knowledge): readonly SyntaxNode[] {
  if (node.type !== "if_statement") return [];
  const alternatives = childrenOf(node, "alternative").flatMap((one) => [
    ...childrenOf(one, "consequence"),
    ...childrenOf(one, "body"),
  ]);
  const blocks = [...childrenOf(node, "consequence"), ...alternatives];
  return blocks.flatMap(({ children }) =>
    children.flatMap((one) => (onlyFetches(one, knowledge) ? [one] : fetchesInBranches(one, knowledge))),
  );
}

/** True for a call of its own that fetches, and changes nothing but files. */
export function onlyFetches(node: SyntaxNode, knowledge: Knowledge): boolean {
  const [call] = node.type === "expression_statement" ? node.children : [];
  if (call?.type !== "call" || !fetches(call, knowledge, new Inside(false))) return false;
  const { changes, sets } = effectsOf({ node, names: nameFacts(node), displayed: false }, knowledge);
  return changes.length === 0 && [...sets].every(isOfFiles);
}

function runCalls(node: SyntaxNode): readonly SyntaxNode[] {
  return nodesOf(node, KIND.call, KIND.function_definition);
}

function fetches(call: SyntaxNode, knowledge: Knowledge, inside: Inside<boolean>): boolean {
  const callee = calleeOf(call, knowledge);
  if (callee.kind === "unknown" || isOfTexts(callee)) return false;
  if (callee.kind === "notebook") {
    const bodies = (knowledge.definitions.get(callee.name) ?? []).flatMap((one) => childrenOf(one, "body"));
    return bodies.some((body) => inside.of(body, () => runCalls(body).some((one) => fetches(one, knowledge, inside))));
  }
  const full = callee.kind === "library" ? callee.qualified : callee.name;
  if (has("commandFunctions", full)) return makesFiles(commandOf(call, knowledge));
  return has("fileFetchers", full) || has("fileFetchers", callee.name);
}

/** `df["a"].str.extractall(…)` */
function isOfTexts(callee: Callee): boolean {
  return callee.kind === "method" && childOf(callee.object, "attribute")?.text === "str";
}

/** All texts that a command is put together of. */
function commandOf(call: SyntaxNode, { texts }: Knowledge): string {
  const parts = argumentsOf(call).flatMap((argument) => walk(argument));
  const named = parts.flatMap((part) => walk(texts.get(part) ?? part));
  return named.flatMap(({ type, text }) => (type === "string_content" ? [text] : [])).join(" ");
}

function fetchLeftOut({ start, end, line }: SyntaxNode, { cell, source }: Statement): Diagnostic {
  const text = source.slice(start, end).replace(/\s+/g, " ").slice(0, 80);
  return {
    code: "notebook.fetch",
    severity: "warning",
    cell,
    line,
    message: `The fetch is left out, so what it makes must be there before: ${text}`,
    hint: "Run it once, and let the notebook read the file that it makes.",
  };
}
