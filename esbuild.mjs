/** Builds one bundle a face into dist/, and puts what they load at run time beside them. `--watch` keeps building. */
import { context } from "esbuild";
import { cp, mkdir, readdir, rm, stat } from "node:fs/promises";
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

/** Large libraries that several faces use: built once, beside the bundles, and read only when a command needs them. */
const LIBRARIES = [
  "prettier/plugins/estree",
  "prettier/plugins/typescript",
  "prettier/standalone",
  "ts-morph",
  "yaml",
  "zod",
];

const libraryFile = (name) => `lib/${name.replaceAll("/", "-")}.js`;

const shareLibraries = {
  name: "share-libraries",
  setup(build) {
    const filter = new RegExp(`^(${LIBRARIES.join("|")})$`);
    build.onResolve({ filter }, ({ path }) => ({ path: `./${libraryFile(path)}`, external: true }));
  },
};

const shared = {
  bundle: true,
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: watch ? "linked" : false,
  legalComments: "external",
  logLevel: "warning",
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
  ...shared,
  entryPoints: [entry],
  outfile: join(OUT, outfile),
  plugins: [shareLibraries],
});

const bundles = [
  face("src/extension.ts", "extension.js"),
  face("src/worker.ts", "worker.js"),
  face("src/cli.ts", "cli.js"),
  ...LIBRARIES.map((name) => ({ ...shared, minify: true, entryPoints: [name], outfile: join(OUT, libraryFile(name)) })),
];

async function copyAssets() {
  for (const [from, to] of ASSETS) {
    const target = join(OUT, to);
    await mkdir(dirname(target), { recursive: true });
    await cp(from, target, { recursive: true });
  }
}

/** Removes what earlier builds left. Not before this one: whoever runs dist/ meanwhile finds all files there. */
async function removeOlder(than) {
  for (const entry of await readdir(OUT, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await stat(path)).mtimeMs < than) await rm(path);
  }
}

// File times are coarse on some systems.
const started = Date.now() - 2000;
await copyAssets();
for (const bundle of bundles) {
  const built = await context(bundle);
  if (watch) await built.watch();
  else {
    await built.rebuild();
    await built.dispose();
  }
}
if (!watch) await removeOlder(started);
