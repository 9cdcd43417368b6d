import type { WrittenModule } from "../pipeline";
import type { Diagnostic } from "../report";
import type { Notebook } from "./notebook";

/** The modules that cells write by `%%writefile`, to be imported by others. */
export function writtenModules({ cells }: Notebook): readonly WrittenModule[] {
  return cells.flatMap(({ kind, number, source }) => {
    const [, path = ""] =
      /^\s*%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?["']?(?:\.\/)?([^\n"']+?)["']?[ \t]*(?:\n|$)/.exec(source) ?? [];
    const name = /^([A-Za-z_]\w*)(?:\/[\w/]+)?\.py$/.exec(path)?.[1];
    return kind === "code" && name !== undefined ? [{ name, path, cell: number }] : [];
  });
}

/** What is said of such a module that the notebook imports. */
export function writtenFinding({ name, path, cell }: WrittenModule): Diagnostic {
  return {
    code: "notebook.written-module",
    severity: "warning",
    cell,
    line: 1,
    message: `The cell writes ${path}, and the notebook imports ${name}: that file is not a part of the pipeline.`,
    hint: "Let the cell define its functions itself: take %%writefile and the import away.",
  };
}
