import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Run } from "../command";
import { extractCommand } from "./extract";

/** Every command, in the order in which a model passes them. */
export function allCommands(run: Run): readonly CommandUnknownOpts[] {
  return [extractCommand(run)];
}
