import { readFile } from "node:fs/promises";
import type { Grammar } from "../core/host";
import { assetPath } from "./assets";

const RUNTIME = "web-tree-sitter.wasm";
const PYTHON = "tree-sitter-python.wasm";

/** The WebAssembly files of tree-sitter and its Python grammar, as they are shipped. */
export function createGrammar(): Grammar {
  return {
    runtime: () => readFile(assetPath(RUNTIME, `node_modules/web-tree-sitter/${RUNTIME}`)),
    python: () => readFile(assetPath(PYTHON, `node_modules/tree-sitter-python/${PYTHON}`)),
  };
}
