/** Builds the roots into dist/, and puts what they load at run time beside them. `--watch` keeps building. */
import { context, transform } from "esbuild";
import { cp, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

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

const form = {
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: watch ? "inline" : false,
  platform: "node",
  target: "node20",
  logLevel: "warning",
};

const bundle = {
  ...form,
  bundle: true,
  outdir: OUT,
  legalComments: "external",
  external: ["vscode", ...NATIVE],
  // web-tree-sitter's module form asks import.meta.url, which a CommonJS bundle does not have.
  alias: { "web-tree-sitter": "./node_modules/web-tree-sitter/web-tree-sitter.cjs" },
};

/**
 * esbuild splits ES modules only, and ours are CommonJS, as the packages beside them: so each file is converted once it is
 * split. `import()` becomes a lazy `require`, which sees a CommonJS package's names whatever its form.
 */
async function toCommonJs(text, { inputs, entryPoint = "", exports }) {
  const isLibrary = Object.keys(inputs).every((input) => input.includes("node_modules/"));
  const { code } = await transform(text, {
    ...form,
    format: "cjs",
    supported: { "dynamic-import": false },
    minifyIdentifiers: isLibrary,
  });
  // A CommonJS package that is imported as a whole came out of the splitting as the default of an ES module.
  const isPackage = entryPoint.includes("node_modules/") && exports.join() === "default";
  return isPackage ? `${code}module.exports=module.exports.default;` : code;
}

const writeCommonJs = {
  name: "write-common-js",
  setup(build) {
    build.onEnd(async ({ outputFiles = [], metafile }) => {
      for (const { path, text } of outputFiles) {
        const content = path.endsWith(".js") ? await toCommonJs(text, metafile.outputs[relative(".", path)]) : text;
        await writeFile(path, content, { mode: content.startsWith("#!") ? 0o755 : 0o644 });
      }
    });
  },
};

const bundles = [
  // One file: the editor's start waits for it.
  { ...bundle, entryPoints: ["src/extension.ts"], format: "cjs" },
  // The command line and the editor's worker run the same use cases: these lie in files of their own, read when they are needed.
  {
    ...bundle,
    entryPoints: ["src/cli.ts", "src/worker.ts", "src/clientThread.ts"],
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    mainFields: ["module", "main"],
    write: false,
    metafile: true,
    plugins: [writeCommonJs],
  },
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
