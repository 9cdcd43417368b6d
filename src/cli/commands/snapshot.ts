import type { SnapshotResult } from "../../app/snapshot";
import { command, type Run } from "../command";
import { bytes, describeDiagnostics, plural, table } from "../format";
import type { Colors } from "../terminal";

export function snapshotCommand(run: Run) {
  return command("snapshot", "Store the data that a notebook reads, by content.", "slipway snapshot penguins")
    .argument("<pipeline>", "name or folder of a pipeline, or path of a notebook")
    .action((target, options) =>
      run(options, async ({ workspace, host, signal }) => {
        const { snapshot: take } = await import("../../app/snapshot");
        const snapshot = await take({ workspace, target }, host, signal);
        return { json: snapshot, text: (colors) => describe(snapshot, target, colors), essence: () => snapshot.digest };
      }),
    );
}

function describe(snapshot: SnapshotResult, target: string, colors: Colors): string {
  const { digest, files, bytesStored, bytesReused, diagnostics } = snapshot;
  const rows = files.map(({ path, size, rows, columns }) => [
    `  ${path}`,
    bytes(size),
    rows === undefined ? "" : `${plural(rows, "row")}, ${plural(columns.length, "column")}`,
  ]);
  return [
    colors.bold(digest),
    ...(rows.length === 0 ? ["It reads no outside data."] : [table(rows)]),
    `Stored ${bytes(bytesStored)}; the store had ${bytes(bytesReused)}.`,
    ...describeDiagnostics(diagnostics, target, colors),
  ].join("\n");
}
