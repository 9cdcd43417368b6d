import { posix } from "node:path";
import type { Extracted } from "../../app/extract";
import type { Extraction } from "../../core/pipeline";
import { command, given, type Outcome, type Run } from "../command";
import { describeReasons } from "../reasons";
import { describeDiagnostics, plural, table } from "../format";
import type { Colors } from "../terminal";

export function extractCommand(run: Run) {
  return command(
    "extract",
    "Write a typed pipeline from a notebook: what its model and results depend on, and nothing else.",
    "slipway extract notebooks/churn.ipynb --model best_model",
  )
    .argument("<notebook>", "path of the notebook: .ipynb, .py or .md")
    .option("--model <name>", "the model to take, where the notebook has several")
    .option("--out <dir>", "folder of the pipeline (default: pipelines/<name>)")
    .option("--explain", "say of every statement why it is in the module or left out")
    .option("--force", "write over files that were edited by hand, or that something else wrote")
    .action((notebook, options) =>
      run(options, async ({ workspace, host, signal }) => {
        const [{ extract }, { workspacePath }] = await Promise.all([
          import("../../app/extract"),
          import("../../app/workspace"),
        ]);
        const { model, out, force, explain } = options;
        const extracted = await extract(
          { workspace, notebook, ranked: true, ...given({ model, out, force, explain }) },
          host,
          signal,
        );
        return outcome(extracted, workspacePath(workspace, extracted.folder));
      }),
    );
}

function outcome({ extraction, merged }: Extracted, folder: string): Outcome {
  const { pipeline, language, targets, steps, params, references, dropped, diagnostics } = extraction;
  const module = posix.join(folder, extraction.module.path);
  const conflicts = diagnostics.filter(({ code }) => code === "edits.conflict");
  const target = targets.find(({ kind }) => kind === "model") ?? targets[0];
  return {
    json: {
      pipeline,
      language,
      module,
      target: target?.name,
      targets: targets.map(({ name, kind, type }) => ({ name, kind, type })),
      steps,
      params,
      references: references.map(({ name, kind, path, cell, line }) => ({ name, kind, path, cell, line })),
      dropped,
      diagnostics,
      merged,
      ...(extraction.explained === undefined ? {} : { explained: extraction.explained }),
    },
    text: (colors) => describe(extraction, module, colors),
    essence: (colors) =>
      conflicts.length === 0 ? module : describeDiagnostics(conflicts, extraction.notebook, colors).join("\n"),
    exitCode: conflicts.length === 0 ? 0 : 1,
  };
}

function describe(extraction: Extraction, module: string, colors: Colors): string {
  const { steps, params, references, dropped, diagnostics, notebook } = extraction;
  const rows = steps.map(({ name, cells, outputs }) => [
    `  ${name}`,
    `${cells.length === 1 ? "cell" : "cells"} ${cells.join(", ")}`,
    outputs.join(", "),
  ]);
  const facts = [
    plural(params.length, "parameter"),
    plural(references.length, "data reference"),
    `${plural(dropped.length, "statement")} left out`,
  ];
  return [
    ...(extraction.explained === undefined ? [] : [describeReasons(extraction.explained, colors), ""]),
    colors.bold(module),
    table(rows),
    facts.join(", "),
    ...describeDiagnostics(diagnostics, notebook, colors),
  ].join("\n");
}
