/**
 * The layers: core <- app <- faces (cli, vscode), core <- node; only the roots (src/cli.ts, src/extension.ts, src/worker.ts)
 * join them. Each rule says why it is there.
 */

/** A rule that forbids imports. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** One folder or file is the only importer of a package. */
const oneDoor = (name, packagePath, door) =>
  forbid(
    `one-door-${name}`,
    `${name} is imported by ${door} alone.`,
    { path: "^(src|test)", pathNot: door },
    { path: packagePath },
  );

const BUILT_IN = { dependencyTypes: ["core"], pathNot: "^(node:)?(path|crypto)(/|$)" };

module.exports = {
  forbidden: [
    forbid(
      "no-cycles",
      "A cycle cannot be read in any order.",
      { path: "^(src|test)" },
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    forbid(
      "core-is-pure",
      "The core runs anywhere: it takes its ports as arguments.",
      { path: "^src/core" },
      { path: "^src/(?!core/)" },
    ),
    forbid("core-has-no-system", "No file system, network or process in the core.", { path: "^src/core" }, BUILT_IN),
    forbid(
      "app-below-faces",
      "Use cases know only the core; adapters are handed in.",
      { path: "^src/app" },
      { path: "^src/(?!core/|app/)" },
    ),
    forbid("app-has-no-system", "Use cases reach the world through ports.", { path: "^src/app" }, BUILT_IN),
    forbid(
      "node-implements-core",
      "Adapters know the core's ports and nothing above.",
      { path: "^src/node" },
      { path: "^src/(?!core/|node/)" },
    ),
    forbid(
      "faces-apart-cli",
      "The command line knows neither adapters nor the editor; src/cli.ts joins them.",
      { path: "^src/cli/" },
      { path: "^src/(?!core/|app/|cli/)" },
    ),
    forbid(
      "faces-apart-vscode",
      "The editor knows neither adapters nor the command line; its roots join them.",
      { path: "^src/vscode/" },
      { path: "^src/(?!core/|app/|vscode/)" },
    ),
    forbid(
      "cli-starts-fast",
      "A use case brings parsers and schemas along: the command that needs it imports it when it runs.",
      { path: "^src/cli" },
      { path: "^src/(app|node/host)", dynamic: false, dependencyTypesNot: ["type-only"] },
    ),
    forbid("src-not-test", "Shipped code never imports tests.", { path: "^src" }, { path: "^(test|scripts)/" }),
    forbid(
      "telling-names",
      "A file is named for what is in it.",
      {},
      { path: "^src/.*(^|/)(index|utils?|helpers?|common)\\.tsx?$" },
    ),
    forbid(
      "resolvable",
      "Every import exists.",
      { path: "^(src|test)" },
      { couldNotResolve: true, pathNot: "^vscode$" },
    ),
    oneDoor("vscode", "(^vscode$|/@types/vscode/)", "^(src/vscode/|src/extension\\.ts$|test/vscode/)"),
    oneDoor("ts-morph", "node_modules/ts-morph/", "^(src/core/typescript/|test/)"),
    oneDoor("onnxruntime-node", "node_modules/onnxruntime-node/", "^(src/node/models\\.ts$|test/)"),
    oneDoor("duckdb", "node_modules/@duckdb/", "^(src/node/tables\\.ts$|test/)"),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|test/fixtures|test/golden|examples)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
