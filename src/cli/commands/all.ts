import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Run } from "../command";
import { extractCommand } from "./extract";
import { listCommand } from "./list";
import { packageCommand } from "./package";
import { pullCommand } from "./pull";
import { pushCommand } from "./push";
import { showCommand } from "./show";
import { verifyCommand } from "./verify";

/** Every command, in the order in which a model passes them. */
export function allCommands(run: Run): readonly CommandUnknownOpts[] {
  const make = [extractCommand, packageCommand, pushCommand, listCommand, showCommand, pullCommand, verifyCommand];
  return make.map((create) => create(run));
}
