/** Builds one bundle a face into dist/, and puts what they load at run time beside them. `--watch` keeps building. */
import { context } from "esbuild";
import { cp, mkdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const watch = process.argv.includes("--watch");
const OUT = "dist";

/** Packages with binaries or data files: they stay in node_modules. */
const NATIVE = ["@astral-sh/ruff-wasm-nodejs", "@duckdb/node-api", "onnxruntime-node", "pyright"];

/**
 * Copied to dist/ under the second name. `src/node/assets.ts` finds them there.
 * @type {readonly (readonly [string, string])[]}
 */
const ASSETS = [
  ["node_modules/web-tree-sitter/web-tree-sitter.wasm", "web-tree-sitter.wasm"],
  ["node_modules/tree-sitter-python/tree-sitter-python.wasm", "tree-sitter-python.wasm"],
  ["src/node/scripts", "scripts"],
];

const shared = {
  bundle: true,
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: watch ? "linked" : false,
  legalComments: "external",
  logLevel: "warning",
};

/** ts-morph is 7 MB: built once, beside the bundles, and read only by who needs it. */
const shareTsMorph = {
  name: "share-ts-morph",
  setup(build) {
    build.onResolve({ filter: /^ts-morph$/ }, () => ({ path: "./ts-morph.js", external: true }));
  },
};

const node = {
  ...shared,
  platform: "node",
  target: "node20",
  format: "cjs",
  // `import()` becomes a lazy `require`, which sees a CommonJS package's names whatever its form.
  supported: { "dynamic-import": false },
  external: ["vscode", ...NATIVE],
  // web-tree-sitter's module form asks import.meta.url, which a CommonJS bundle does not have.
  alias: { "web-tree-sitter": "./node_modules/web-tree-sitter/web-tree-sitter.cjs" },
};

const face = (entry, outfile) => ({
  ...node,
  entryPoints: [entry],
  outfile: join(OUT, outfile),
  plugins: [shareTsMorph],
});

const bundles = [
  face("src/extension.ts", "extension.js"),
  face("src/worker.ts", "worker.js"),
  face("src/cli.ts", "cli.js"),
  { ...node, entryPoints: ["ts-morph"], outfile: join(OUT, "ts-morph.js") },
  {
    ...shared,
    entryPoints: ["src/webview/report.ts"],
    outfile: join(OUT, "webview/report.js"),
    platform: "browser",
    format: "iife",
    target: "es2022",
  },
].filter((bundle) => existsSync(bundle.entryPoints[0]) || bundle.entryPoints[0] === "ts-morph");

async function copyAssets() {
  for (const [from, to] of ASSETS.filter(([path]) => existsSync(path))) {
    const target = join(OUT, to);
    await mkdir(dirname(target), { recursive: true });
    await cp(from, target, { recursive: true });
  }
}

if (!watch) await rm(OUT, { recursive: true, force: true });
await copyAssets();
for (const bundle of bundles) {
  const built = await context(bundle);
  if (watch) await built.watch();
  else {
    await built.rebuild();
    await built.dispose();
  }
}
