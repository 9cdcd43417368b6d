import {
  Diagnostic,
  DiagnosticSeverity,
  languages,
  Range,
  workspace,
  type NotebookDocument,
  type TextDocument,
  type Uri,
} from "vscode";
import type { Severity } from "../core/report";
import type { Problem } from "./problems";

/** The problems of notebooks, shown on the lines of their cells. */
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
      const byCell = groupByCell(await workspace.openNotebookDocument(notebook), problems);
      for (const [cell, found] of byCell)
        collection.set(
          cell.uri,
          found.map((problem) => toDiagnostic(cell, problem)),
        );
      shown.set(
        notebook.toString(),
        [...byCell.keys()].map((cell) => cell.uri),
      );
    },
    dispose: () => collection.dispose(),
  };
}

function groupByCell(document: NotebookDocument, problems: readonly Problem[]): Map<TextDocument, readonly Problem[]> {
  const groups = new Map<TextDocument, readonly Problem[]>();
  if (document.cellCount === 0) return groups;
  for (const problem of problems) {
    // `cellAt` takes the nearest cell where the notebook has become shorter meanwhile.
    const cell = document.cellAt(problem.cell).document;
    groups.set(cell, [...(groups.get(cell) ?? []), problem]);
  }
  return groups;
}

function toDiagnostic(cell: TextDocument, problem: Problem): Diagnostic {
  const line = cell.lineAt(Math.min(problem.line, cell.lineCount - 1));
  const range = new Range(line.lineNumber, line.firstNonWhitespaceCharacterIndex, line.lineNumber, line.text.length);
  const diagnostic = new Diagnostic(range, problem.message, SEVERITY[problem.severity]);
  diagnostic.source = "slipway";
  diagnostic.code = problem.code;
  return diagnostic;
}
