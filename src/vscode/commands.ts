import type { Command } from "./command";
import type { CommandId } from "./commandIds";
import { doctor } from "./commands/doctor";
import { extractNotebook, shipNotebook } from "./commands/notebook";
import { packagePipeline, pushRelease, snapshotData, validatePipeline } from "./commands/pipeline";
import { signIn, signOut } from "./commands/registry";
import { showReport } from "./commands/report";

export const COMMANDS: Readonly<Record<CommandId, Command>> = {
  "slipway.shipNotebook": shipNotebook,
  "slipway.extractNotebook": extractNotebook,
  "slipway.snapshotData": snapshotData,
  "slipway.validatePipeline": validatePipeline,
  "slipway.packagePipeline": packagePipeline,
  "slipway.pushRelease": pushRelease,
  "slipway.doctor": doctor,
  "slipway.signIn": signIn,
  "slipway.signOut": signOut,
  "slipway.showReport": showReport,
  "slipway.showLog": {
    needsTrust: false,
    run: async ({ log }) => log.show(),
  },
};
