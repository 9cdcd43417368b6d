import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Run } from "../command";
import { doctorCommand } from "./doctor";
import { extractCommand } from "./extract";
import { listCommand } from "./list";
import { packageCommand } from "./package";
import { pullCommand } from "./pull";
import { pushCommand } from "./push";
import { shipCommand } from "./ship";
import { showCommand } from "./show";
import { snapshotCommand } from "./snapshot";
import { statusCommand } from "./status";
import { validateCommand } from "./validate";
import { verifyCommand } from "./verify";

/** Every command: the whole way first, then its stages in the order in which a model passes them, then what reads a registry. */
export function allCommands(run: Run): readonly CommandUnknownOpts[] {
  const make = [
    shipCommand,
    extractCommand,
    snapshotCommand,
    validateCommand,
    packageCommand,
    pushCommand,
    statusCommand,
    listCommand,
    showCommand,
    pullCommand,
    verifyCommand,
    doctorCommand,
  ];
  return make.map((create) => create(run));
}
