/** Every command of the extension; `package.json` lists the same ones. */
export type CommandId =
  | "slipway.shipNotebook"
  | "slipway.extractNotebook"
  | "slipway.snapshotData"
  | "slipway.validatePipeline"
  | "slipway.packagePipeline"
  | "slipway.pushRelease"
  | "slipway.doctor"
  | "slipway.signIn"
  | "slipway.signOut"
  | "slipway.showReport"
  | "slipway.showLog";
