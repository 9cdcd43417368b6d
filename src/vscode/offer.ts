import { commands } from "vscode";
import type { CommandId } from "./commandIds";

/** A button of a message. */
export interface Action {
  readonly title: string;
  readonly run: () => unknown;
}

type ShowMessage = (message: string, ...buttons: readonly string[]) => Thenable<string | undefined>;

/** Shows a message with buttons. Nobody waits for it: a message may stay for hours. */
export function offer(show: ShowMessage, message: string, actions: readonly Action[]): void {
  void show(message, ...actions.map(({ title }) => title)).then((chosen) =>
    actions.find(({ title }) => title === chosen)?.run(),
  );
}

/** A button that runs a command of ours. */
export function commandAction(title: string, command: CommandId, ...args: readonly unknown[]): Action {
  return { title, run: () => commands.executeCommand(command, ...args) };
}
