import { Diagnostic, DiagnosticSeverity, languages, Range, workspace, Uri, type TextDocument } from "vscode";
import { isTextNotebook } from "../core/notebook/textNotebook";
import type { Severity } from "../core/report";
import type { Problem } from "./problems";

/** The problems of notebooks, shown on the lines of their cells or, where they are text, of their files. */
export interface CellProblems {
  /** Replaces what was shown for a notebook. */
  show(notebook: Uri, problems: readonly Problem[]): Promise<void>;
  dispose(): void;
}

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

export function createCellProblems(): CellProblems {
  const collection = languages.createDiagnosticCollection("slipway");
  const shown = new Map<string, readonly Uri[]>();

  return {
    async show(notebook, problems) {
      for (const uri of shown.get(notebook.toString()) ?? []) collection.delete(uri);
      shown.delete(notebook.toString());
      if (problems.length === 0) return;
      const found = new Map<TextDocument, readonly Diagnostic[]>();
      for (const problem of problems) {
        const document = await documentOf(problem, notebook);
        if (document !== undefined)
          found.set(document, [...(found.get(document) ?? []), toDiagnostic(document, problem)]);
      }
      for (const [{ uri }, diagnostics] of found) collection.set(uri, diagnostics);
      shown.set(
        notebook.toString(),
        [...found.keys()].map(({ uri }) => uri),
      );
    },
    dispose: () => collection.dispose(),
  };
}

/** The cell that a problem is shown on, or the file, where that is text; `undefined` if the notebook has become empty. */
async function documentOf({ file, fileLine, cell }: Problem, notebook: Uri): Promise<TextDocument | undefined> {
  const uri = file === undefined ? notebook : inWorkspace(file, notebook);
  if (fileLine !== undefined || isTextNotebook(uri.path)) return workspace.openTextDocument(uri);
  const document = await workspace.openNotebookDocument(uri);
  // `cellAt` takes the nearest cell where the notebook has become shorter meanwhile.
  return document.cellCount === 0 ? undefined : document.cellAt(cell).document;
}

/** A path from the workspace folder that holds the notebook, or from the notebook's own. */
function inWorkspace(path: string, notebook: Uri): Uri {
  const root = workspace.getWorkspaceFolder(notebook)?.uri ?? Uri.joinPath(notebook, "..");
  return Uri.joinPath(root, path);
}

function toDiagnostic(cell: TextDocument, problem: Problem): Diagnostic {
  const line = cell.lineAt(Math.min(problem.fileLine ?? problem.line, cell.lineCount - 1));
  const range = new Range(line.lineNumber, line.firstNonWhitespaceCharacterIndex, line.lineNumber, line.text.length);
  const diagnostic = new Diagnostic(range, problem.message, SEVERITY[problem.severity]);
  diagnostic.source = "slipway";
  diagnostic.code = problem.code;
  return diagnostic;
}
