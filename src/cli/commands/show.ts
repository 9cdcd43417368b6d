import type { ShownRelease } from "../../app/show";
import { command, REGISTRY, type Run } from "../command";
import { bytes, plural, table } from "../format";
import type { Colors } from "../terminal";

export function showCommand(run: Run) {
  return command("show", "Show what a release is made of.", "slipway show penguins:1.0.0")
    .argument("<ref>", "NAME (the newest release), NAME:VERSION or NAME@DIGEST")
    .option(...REGISTRY)
    .action((ref, options) =>
      run(options, async ({ registryAt, host, signal }) => {
        const { show } = await import("../../app/show");
        const registry = registryAt(options.registry);
        const release = await show({ ref, registry }, host, signal);
        return { json: release, text: (colors) => describe(release, colors) };
      }),
    );
}

function describe(release: ShownRelease, colors: Colors): string {
  const { ref, digest, notebook, metrics, snapshot, layers, signature, size } = release;
  const facts = [
    ["notebook", notebook.path],
    ...(signature === undefined
      ? []
      : [["model", `${signature.inputs.map(({ name }) => name).join(", ")} → ${signature.output.name}`]]),
    ...Object.entries(metrics).map(([name, value]) => [name, String(value)]),
    ["size", `${bytes(size)} in ${plural(layers.length, "file")}`],
  ];
  const data = (snapshot?.files ?? []).map(({ path, size, rows }) => [
    path,
    bytes(size),
    rows === undefined ? "" : plural(rows, "row"),
  ]);
  return [
    `${colors.bold(ref)}  ${colors.dim(digest)}`,
    table(facts),
    colors.bold("Files"),
    table(layers.map(({ path, size }) => [`  ${path}`, bytes(size)])),
    ...(data.length === 0
      ? []
      : [colors.bold("Data"), table(data.map(([path = "", ...rest]) => [`  ${path}`, ...rest]))]),
  ].join("\n");
}
