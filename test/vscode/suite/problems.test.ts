import assert from "node:assert/strict";
import { suite, test } from "mocha";
import {
  commands,
  DiagnosticSeverity,
  languages,
  Range,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
  type Diagnostic,
  type NotebookDocument,
} from "vscode";
import { until } from "../host/until";
import { inWorkspace, openNotebook } from "./extension";

suite("problems on cells", () => {
  test("a cell that is not Python gets the error on its line, and loses it once it is mended", async () => {
    const notebook = await openNotebook("broken.ipynb");
    assert.equal(await commands.executeCommand("slipway.extractNotebook"), undefined);
    await until(() => problemsOf(notebook, 2).length > 0, "a problem on cell 3");

    const [problem] = problemsOf(notebook, 2);
    assert.ok(problem);
    assert.equal(problem.severity, DiagnosticSeverity.Error);
    assert.equal(problem.source, "slipway");
    assert.equal(problem.code, "NOTEBOOK_SYNTAX");
    assert.equal(problem.range.start.line, 1);
    assert.deepEqual(
      [0, 1, 3].flatMap((cell) => problemsOf(notebook, cell)),
      [],
    );

    const source = notebook.cellAt(2).document.getText().replace("random_state=0", "random_state=0)");
    await replaceCell(notebook, 2, source);
    assert.ok(await commands.executeCommand("slipway.extractNotebook"));
    assert.deepEqual(
      problemsOf(notebook, 2).filter(({ severity }) => severity === DiagnosticSeverity.Error),
      [],
    );
  });

  test("a script that is open gets the error on the line of the file, and loses it once it is mended", async () => {
    const uri = Uri.file(inWorkspace("broken.py"));
    const script = await workspace.openTextDocument(uri);
    await window.showTextDocument(script);
    assert.equal(await commands.executeCommand("slipway.extractNotebook"), undefined);
    const problems = () => languages.getDiagnostics(uri).filter(({ source }) => source === "slipway");
    await until(() => problems().length > 0, "a problem in the script");
    assert.deepEqual(
      problems().map(({ severity, range }) => [severity, range.start.line]),
      [[DiagnosticSeverity.Error, 10]],
    );

    const edit = new WorkspaceEdit();
    edit.insert(uri, script.lineAt(10).range.end, ")");
    assert.ok(await workspace.applyEdit(edit));
    assert.ok(await script.save());
    await window.showTextDocument(script);
    assert.ok(await commands.executeCommand("slipway.extractNotebook"));
    assert.deepEqual(
      problems().filter(({ severity }) => severity === DiagnosticSeverity.Error),
      [],
    );
  });

  test("a notebook without a model or result has an error, and nothing is written", async () => {
    await openNotebook("aimless.ipynb");
    assert.equal(await commands.executeCommand("slipway.extractNotebook"), undefined);
    assert.deepEqual(await workspace.findFiles("pipelines/aimless/*"), []);
  });
});

function problemsOf(notebook: NotebookDocument, cell: number): readonly Diagnostic[] {
  return languages.getDiagnostics(notebook.cellAt(cell).document.uri).filter(({ source }) => source === "slipway");
}

async function replaceCell(notebook: NotebookDocument, index: number, source: string): Promise<void> {
  const edit = new WorkspaceEdit();
  const { document } = notebook.cellAt(index);
  edit.replace(document.uri, document.validateRange(new Range(0, 0, document.lineCount, 0)), source);
  assert.ok(await workspace.applyEdit(edit));
  assert.ok(await notebook.save());
}
