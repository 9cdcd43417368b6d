import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { configSchema } from "../../../src/core/config";

const ROOT = join(import.meta.dirname, "../../..");
const manifestText = readFileSync(join(ROOT, "package.json"), "utf8");

const command = z.object({ command: z.string(), title: z.string(), category: z.literal("Slipway") });
const setting = z.object({ scope: z.enum(["resource", "machine-overridable"]), markdownDescription: z.string() });
const step = z.object({ id: z.string(), media: z.object({ svg: z.string() }), completionEvents: z.array(z.string()) });

const manifest = z
  .object({
    main: z.string(),
    icon: z.string(),
    capabilities: z.object({ untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }) }),
    contributes: z.object({
      commands: z.array(command.extend({ enablement: z.string().optional() })),
      menus: z.record(z.string(), z.array(z.object({ command: z.string() }))),
      configuration: z.object({ properties: z.record(z.string(), setting) }),
      walkthroughs: z.array(z.object({ steps: z.array(step) })),
      grammars: z.array(z.object({ path: z.string() })),
      yamlValidation: z.array(z.object({ url: z.string() })),
    }),
  })
  .parse(JSON.parse(manifestText));
const { contributes } = manifest;
const commandIds = contributes.commands.map(({ command: id }) => id).sort();

/** All that is written in the editor's sources. */
function sources(folder = join(ROOT, "src/vscode")): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sources(path) : readFileSync(path, "utf8");
    })
    .join("\n");
}

function matches(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found]) => found ?? ""))].sort();
}

describe("the extension's manifest", () => {
  test("lists the commands that the code has, and no other", () => {
    const table = readFileSync(join(ROOT, "src/vscode/commands.ts"), "utf8");
    expect(matches(table, /"(slipway\.\w+)":/g)).toEqual(commandIds);
  });

  test("names only its own commands in menus, buttons and completion events", () => {
    const used = matches(
      `${manifestText}\n${readFileSync(join(ROOT, "package.nls.json"), "utf8")}`,
      /(?:"command": "|command:|onCommand:)(slipway\.\w+)/g,
    );
    expect(commandIds).toEqual(expect.arrayContaining(used));
  });

  test("lists the settings that the code reads, and no other", () => {
    const settings = Object.keys(contributes.configuration.properties).map((name) => name.replace("slipway.", ""));
    expect(matches(sources(), /\.get<\w+>\("(\w+)"/g)).toEqual(settings.sort());
  });

  test("hands no setting of an untrusted folder on", () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect([...restrictedConfigurations].sort()).toEqual(Object.keys(contributes.configuration.properties).sort());
  });

  test("disables in an untrusted folder the commands that refuse there", () => {
    const enabled = contributes.commands.filter(({ enablement }) => enablement !== "isWorkspaceTrusted");
    expect(enabled.map(({ command: id }) => id)).toEqual(["slipway.signIn", "slipway.signOut", "slipway.showLog"]);
    expect(matches(sources(), /needsTrust: (false)/g)).toEqual(["false"]);
  });

  test("asks for activation by nothing but its commands", () => {
    expect(manifestText).not.toContain("activationEvents");
  });

  test("has a text for every key, and no text too many", () => {
    const texts: unknown = JSON.parse(readFileSync(join(ROOT, "package.nls.json"), "utf8"));
    expect(matches(manifestText, /"%([\w.]+)%"/g)).toEqual(
      Object.keys(z.record(z.string(), z.string()).parse(texts)).sort(),
    );
  });

  test("has the schema of slipway.yaml as the configuration defines it (npm run schema)", () => {
    const stored: unknown = JSON.parse(readFileSync(join(ROOT, "media/slipway.schema.json"), "utf8"));
    expect(stored).toEqual({ ...z.toJSONSchema(configSchema, { target: "draft-7" }), title: "slipway.yaml" });
  });

  test("names files that exist", () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    expect(steps).toHaveLength(4);
    const files = [
      manifest.icon,
      ...steps.map(({ media }) => media.svg),
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.yamlValidation.map(({ url }) => url),
    ];
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
