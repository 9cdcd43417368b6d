// Writes tides.csv, which stands beside this file: node makeData.mjs
// The formula, the numbers in it and the gauge are invented; README.md says how.
import { writeFileSync } from "node:fs";

const START = Date.UTC(2025, 2, 1);
const DAYS = 75;

// Name, speed in degrees an hour, amplitude in metres, phase in degrees.
const CONSTITUENTS = [
  ["M2", 28.9841042, 1.42, 38],
  ["S2", 30.0, 0.47, 81],
  ["N2", 28.4397295, 0.29, 17],
  ["K1", 15.0410686, 0.13, 142],
  ["O1", 13.9430356, 0.09, 301],
];

/** The same "random" numbers from 0 to 1 each time: a linear congruential generator. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = generator(20250301);
const rows = ["time,level_m,pressure_hpa"];
let weather = 0;
for (let hour = 0; hour < DAYS * 24; hour += 1) {
  weather = 0.985 * weather + (random() - 0.5) * 1.6;
  const pressure = 1013 + 6 * Math.sin((2 * Math.PI * hour) / (24 * 11)) + weather;
  const tide = CONSTITUENTS.reduce(
    (sum, [, speed, amplitude, phase]) => sum + amplitude * Math.cos(((speed * hour - phase) * Math.PI) / 180),
    2.31,
  );
  const surge = -0.0099 * (pressure - 1013);
  const noise = (random() + random() + random() - 1.5) * 0.04;
  rows.push(
    `${new Date(START + hour * 3_600_000).toISOString().slice(0, 16)}Z,${reading(tide + surge + noise)},${pressure.toFixed(1)}`,
  );
}
writeFileSync(new URL("tides.csv", import.meta.url), `${rows.join("\n")}\n`);

/** One reading in a hundred is lost; one in a hundred is the -9.999 of a float that sticks. */
function reading(level) {
  const luck = random();
  if (luck < 0.01) return "";
  return luck < 0.02 ? "-9.999" : level.toFixed(3);
}
