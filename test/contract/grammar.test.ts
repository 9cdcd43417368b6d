import { describe, expect, it } from "vitest";
import { createGrammar } from "../../src/node/grammar";

const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

describe("grammar", () => {
  it("gives the WebAssembly of tree-sitter and of its Python grammar", async () => {
    const grammar = createGrammar();
    for (const bytes of [await grammar.runtime(), await grammar.python()]) {
      expect([...bytes.subarray(0, 4)]).toEqual(WASM_MAGIC);
    }
  });
});
