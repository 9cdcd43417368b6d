/** `npm run schema`: writes the JSON schema of slipway.yaml, as the configuration's own definition says it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { format } from "prettier";
import * as z from "zod";
import { ROOT } from "./setup/packages.mjs";

const MODULE = join(ROOT, ".cache/schema/config.mjs");

await build({
  entryPoints: [join(ROOT, "src/core/config.ts")],
  outfile: MODULE,
  bundle: true,
  format: "esm",
  packages: "external",
});
const { configSchema } = await import(pathToFileURL(MODULE).href);
const schema = { ...z.toJSONSchema(configSchema, { target: "draft-7" }), title: "slipway.yaml" };
const text = await format(JSON.stringify(schema), { parser: "json", printWidth: 120 });
writeFileSync(join(ROOT, "media/slipway.schema.json"), text);
