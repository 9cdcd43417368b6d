import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";

/** Bundles run from `.cache/bench`. */
export const ROOT = join(__dirname, "../..");
const CACHE = join(ROOT, ".cache/bench");

/** A penguin survey of about 256 MB, the same on every machine; made once. */
export async function surveyCsv(): Promise<string> {
  const path = join(CACHE, "survey-256.csv");
  if (existsSync(path)) return path;
  await mkdir(CACHE, { recursive: true });
  const file = createWriteStream(`${path}.part`);
  file.write("id,species,island,mass,flipper,sex,note,day\n");
  for (let id = 0; id < 4_000_000; id += 5000) {
    const rows = Array.from({ length: 5000 }, (_, index) => surveyRow(id + index));
    if (!file.write(rows.join(""))) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  await rename(`${path}.part`, path);
  return path;
}

const SPECIES = ["Adelie", "Chinstrap", "Gentoo"];
const ISLANDS = ["Biscoe", "Dream", "Torgersen"];
const SEXES = ["female", "male", "NA"];

function surveyRow(id: number): string {
  const random = Math.abs(Math.sin(id + 1)) * 1e8;
  const pick = <T>(choices: readonly T[]): T | undefined => choices[Math.floor(random) % choices.length];
  const day = `2020-0${1 + (id % 9)}-1${id % 10}`;
  const measures = [2500 + Math.floor(random % 3800), (170 + (random % 60)).toFixed(1)];
  return [id, pick(SPECIES), ISLANDS[id % 3], ...measures, SEXES[id % 3], random.toString(36), `${day}\n`].join(",");
}
