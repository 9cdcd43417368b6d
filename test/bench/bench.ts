/** The figures of Slipway, each beside a yardstick that was measured in the same run. Nothing here passes or fails. */
import { cpus, loadavg } from "node:os";
import { activation } from "./activation";
import { extraction } from "./extraction";
import type { Quantity, Row } from "./measure";
import { push } from "./push";
import { shell } from "./shell";
import { snapshot } from "./snapshot";
import { table } from "./table";
import { vsix } from "./vsix";

const BENCHES: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  extraction,
  shell,
  snapshot,
  push,
  activation,
  vsix,
};

const HEADINGS = ["figure", "measured", "yardstick", "ratio", "to reach", "remark"];

async function main(args: readonly string[]): Promise<void> {
  const names = args.filter((name) => name !== "--json");
  const unknown = names.find((name) => !(name in BENCHES));
  if (unknown !== undefined) {
    process.stderr.write(`There is no bench "${unknown}". There are: ${Object.keys(BENCHES).join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  const rows: Row[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    try {
      rows.push(...(await bench()));
    } catch (error) {
      process.stderr.write(`${name} failed: ${String(error)}\n`); // the other figures are still worth having
      process.exitCode = 1;
    }
  }
  const machine = { cpu: cpus()[0]?.model ?? "", cores: cpus().length, load: loadavg()[0] ?? 0, node: process.version };
  const text = args.includes("--json")
    ? JSON.stringify({ machine, rows: rows.map((row) => ({ ...row, ratio: ratio(row) })) }, null, 2)
    : `${table([HEADINGS, ...rows.map(cells)])}\n\n${Object.values(machine).join(", ")}`;
  process.stdout.write(`${text}\n`);
}

function ratio({ value, yardstick }: Row): number | undefined {
  return yardstick === undefined ? undefined : value.amount / yardstick.amount;
}

function cells(row: Row): readonly string[] {
  const { figure, value, yardstick, reach = "", remark = "" } = row;
  const beside = yardstick === undefined ? "" : `${yardstick.name}: ${shown(yardstick)}`;
  return [figure, shown(value), beside, ratio(row)?.toFixed(2) ?? "", reach, remark];
}

function shown({ amount, unit }: Quantity): string {
  return Number.isNaN(amount) ? "-" : `${amount.toFixed(amount < 10 ? 2 : 0)} ${unit}`;
}

void main(process.argv.slice(2));
