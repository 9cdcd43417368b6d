import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Run } from "../command";

/** Every command, in the order in which a model passes them. */
export function allCommands(run: Run): readonly CommandUnknownOpts[] {
  return [];
}
