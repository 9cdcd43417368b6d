import { commands, l10n, window, workspace, type Disposable } from "vscode";
import type { CommandId } from "./commandIds";
import { offer } from "./offer";
import type { Services } from "./services";
import { showError } from "./showError";

/** A command of the palette or a menu. `argument` is what the menu hands over; what it returns is for callers and tests. */
export interface Command {
  readonly run: (services: Services, argument: unknown) => Promise<unknown>;
  /** True if it reads or runs what is in the folder, so that it is refused in an untrusted one. */
  readonly needsTrust: boolean;
}

export function registerCommands(
  table: Readonly<Record<CommandId, Command>>,
  services: Services,
): readonly Disposable[] {
  return Object.entries(table).map(([id, command]) =>
    commands.registerCommand(id, async (argument: unknown) => {
      try {
        if (!command.needsTrust || workspace.isTrusted) return await command.run(services, argument);
        refuseUntrusted();
      } catch (error) {
        showError(services, error);
      }
      return undefined;
    }),
  );
}

function refuseUntrusted(): void {
  const reason = l10n.t("Slipway runs the notebook's code, so it does nothing in a folder that you do not trust.");
  offer(window.showWarningMessage, reason, [
    { title: l10n.t("Manage Workspace Trust"), run: () => commands.executeCommand("workbench.trust.manage") },
  ]);
}
