// Made by Slipway from examples/tides/tides.ipynb. It may be edited: edits are kept when it is made again.
import { parseArgs } from "node:util";

/** The notebook's settings. */
export interface Params {
  readonly stuck: number;
  readonly testDays: number;
  readonly ridge: number;
}

/** As the notebook has them. */
export const defaultParams: Params = {
  stuck: -9.999,
  testDays: 14,
  ridge: 1e-6,
};

/** Paths of what the pipeline reads. */
export interface Data {
  readonly tides: string;
}

/** In the folder that the pipeline is run in. */
export const defaultData: Data = {
  tides: "tides.csv",
};

/** What the pipeline gives, under the notebook's names. */
export interface Result {
  readonly model: Model;
  readonly rmse: number;
  readonly mae: number;
}

export interface Reading {
  time: Date;
  level: number;
  pressure: number;
}

export interface Model {
  epoch: number;
  constituents: string[];
  coefficients: number[];
}

// degrees per hour (Doodson & Warburg)
const CONSTITUENTS = [
  { name: "M2", speed: 28.9841042 },
  { name: "S2", speed: 30.0 },
  { name: "N2", speed: 28.4397295 },
  { name: "K1", speed: 15.0410686 },
  { name: "O1", speed: 13.9430356 },
];
const HOUR = 3_600_000;
const epoch = Date.UTC(2025, 2, 1);

/** The mean, the weather, then a cosine and a sine for each constituent. */
function basis(reading: Reading): number[] {
  const hours = (reading.time.getTime() - epoch) / HOUR;
  const row = [1, reading.pressure - 1013];
  for (const { speed } of CONSTITUENTS) {
    const angle = (speed * hours * Math.PI) / 180;
    row.push(Math.cos(angle), Math.sin(angle));
  }
  return row;
}

/** Solves a·x = b by Gauss-Jordan elimination with pivoting. */
function solve(a: number[][], b: number[]): number[] {
  const m = a.map((row, i) => [...row, b[i]]);
  for (let col = 0; col < m.length; col++) {
    let pivot = col;
    for (let i = col + 1; i < m.length; i++) {
      if (Math.abs(m[i][col]) > Math.abs(m[pivot][col])) pivot = i;
    }
    [m[col], m[pivot]] = [m[pivot], m[col]];
    for (let i = 0; i < m.length; i++) {
      if (i === col) continue;
      const factor = m[i][col] / m[col][col];
      for (let j = col; j <= m.length; j++) m[i][j] -= factor * m[col][j];
    }
  }
  return m.map((row, i) => row[m.length] / row[i]);
}

function leastSquares(x: number[][], y: number[], ridge: number): number[] {
  const n = x[0].length;
  const xtx = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) =>
      x.reduce((sum, row) => sum + row[i] * row[j], i === j ? ridge : 0),
    ),
  );
  const xty = Array.from({ length: n }, (_, i) =>
    x.reduce((sum, row, k) => sum + row[i] * y[k], 0),
  );
  return solve(xtx, xty);
}

const predict = (model: Model, reading: Reading) =>
  basis(reading).reduce((sum, value, i) => sum + value * model.coefficients[i], 0);

/** Reads the data. */
export async function load(tides: string): Promise<Reading[]> {
  // hourly, metres above chart datum; pressure from the harbour office
  const text = await Deno.readTextFile(tides);
  const lines = text.trim().split("\n");

  const readings: Reading[] = lines.slice(1).map((line) => {
    const [time, level, pressure] = line.split(",");
    return {
      time: new Date(time),
      level: level === "" ? NaN : Number(level),
      pressure: Number(pressure),
    };
  });
  return readings;
} // cells 3 and 4

/** Makes the data ready. */
export function prepare(readings: Reading[], stuck: number): Reading[] {
  // lost readings are empty, stuck ones have the magic number
  const clean = readings.filter(
    (reading) => !Number.isNaN(reading.level) && reading.level !== stuck,
  );
  clean.sort((a, b) => a.time.getTime() - b.time.getTime());
  return clean;
} // cell 7

/** Keeps rows apart that the model will not see. */
export function split(clean: Reading[], testDays: number): { train: Reading[]; test: Reading[] } {
  const end = clean[clean.length - 1].time.getTime();
  const train = clean.filter((reading) => reading.time.getTime() <= end - testDays * 24 * HOUR);
  const test = clean.filter((reading) => reading.time.getTime() > end - testDays * 24 * HOUR);
  return { train, test };
} // cell 13

/** Fits the model. */
export function trainModel(train: Reading[], ridge: number): Model {
  // a little ridge, or two constituents that are close fight each other
  const coefficients = leastSquares(
    train.map(basis),
    train.map((reading) => reading.level),
    ridge,
  );
  const model = { epoch, constituents: CONSTITUENTS.map(({ name }) => name), coefficients };
  return model;
} // cell 16

/** Measures the model. */
export function evaluate(test: Reading[], model: Model): { rmse: number; mae: number } {
  const errors = test.map((reading) => predict(model, reading) - reading.level);
  const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  const mae = errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
  return { rmse, mae };
} // cell 18

/** Runs every step. */
export async function run(
  params: Params = defaultParams,
  data: Data = defaultData,
): Promise<Result> {
  const readings = await load(data.tides);
  const clean = prepare(readings, params.stuck);
  const { train, test } = split(clean, params.testDays);
  const model = trainModel(train, params.ridge);
  const { rmse, mae } = evaluate(test, model);
  return { model, rmse, mae };
}

/** Reads `--name value` for each setting and each path. */
function readOptions(args: string[]): { json: boolean; params: Params; data: Data } {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      stuck: { type: "string" },
      testDays: { type: "string" },
      ridge: { type: "string" },
      tides: { type: "string" },
    },
  });
  const params: Params = {
    stuck: values.stuck === undefined ? defaultParams.stuck : Number(values.stuck),
    testDays: values.testDays === undefined ? defaultParams.testDays : Number(values.testDays),
    ridge: values.ridge === undefined ? defaultParams.ridge : Number(values.ridge),
  };
  const data: Data = { tides: values.tides ?? defaultData.tides };
  return { json: values.json === true, params, data };
}

if (import.meta.main) {
  const { json, params, data } = readOptions(Deno.args);
  const result = await run(params, data);
  const metrics = { rmse: result.rmse, mae: result.mae };
  if (json) console.log(JSON.stringify(metrics));
  else for (const [name, value] of Object.entries(metrics)) console.log(`${name}: ${value}`);
}
