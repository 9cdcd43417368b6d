import { ts } from "ts-morph";

const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true);

/** True for a word that no variable of a module may be called by. */
export function isReserved(name: string): boolean {
  scanner.setText(name);
  const kind = scanner.scan();
  return (
    (kind >= ts.SyntaxKind.FirstReservedWord && kind <= ts.SyntaxKind.LastFutureReservedWord) ||
    kind === ts.SyntaxKind.AwaitKeyword
  );
}
