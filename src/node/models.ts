import type * as Runtime from "onnxruntime-node";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { SlipwayError, throwIfAborted } from "../core/errors";
import type { ModelRunner, Predictions, Row } from "../core/host";
import type { InputColumn, OutputColumn, Signature } from "../core/pipeline";
import { inputTensorType, matrixTensorType, type InputTensorType } from "../core/tensors";

type Label = Predictions["labels"][number];

const WARM_UP = 20;
const RUNS = 200;

/** Runs ONNX models with onnxruntime, on one thread: more make single rows slower and times uneven. */
export const nodeModels: ModelRunner = {
  predict: (model, signature, rows, signal) =>
    withSession(model, signal, async (session, runtime) => {
      const [labels, scores] = await run(session, toTensors(rows, signature, runtime), signature);
      return {
        labels: Array.from(values(labels), (value) => toLabel(value, signature.output)),
        ...(scores !== undefined && { probabilities: rowsOf(scores) }),
      };
    }),
  latency: (model, signature, row, signal) =>
    withSession(model, signal, async (session, runtime) => {
      const times: number[] = [];
      for (let turn = -WARM_UP; turn < RUNS; turn++) {
        const started = performance.now();
        await run(session, toTensors([row], signature, runtime), signature);
        if (turn >= 0) times.push(performance.now() - started);
      }
      return times;
    }),
};

async function loadRuntime(): Promise<typeof Runtime> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    const machine = `${process.platform}-${process.arch}`;
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    const message = `The ONNX runtime, which proves an exported model, cannot be loaded on ${machine}: ${why}`;
    throw new SlipwayError("environment", "MODEL_RUNTIME_MISSING", message, {
      hint:
        machine === "darwin-x64"
          ? "It is no longer made for Macs with Intel processors. Ship from Linux, Windows or a Mac with Apple silicon."
          : "Install Slipway anew for this machine.",
      cause,
    });
  }
}

async function withSession<T>(
  model: string,
  signal: AbortSignal,
  use: (session: InferenceSession, runtime: typeof Runtime) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const runtime = await loadRuntime();
  try {
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
    const session = await runtime.InferenceSession.create(model, options);
    try {
      return await use(session, runtime);
    } finally {
      await session.release();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError("verification", "MODEL_NOT_RUN", `The ONNX model cannot be run: ${reason}`, { cause });
  }
}

/** The prediction and, where the signature has them, the probabilities. Other outputs may be no tensors and are not asked for. */
async function run(
  session: InferenceSession,
  tensors: readonly Tensor[],
  { output }: Signature,
): Promise<readonly [Tensor, Tensor | undefined]> {
  const feeds = Object.fromEntries(tensors.map((tensor, index) => [session.inputNames[index] ?? "", tensor]));
  const wanted = session.outputNames.slice(0, output.probabilities ? 2 : 1);
  const results = await session.run(feeds, wanted);
  const [labels, scores] = wanted.map((name) => results[name]);
  if (labels === undefined) throw new Error("it has no output");
  return [labels, scores];
}

function toTensors(rows: readonly Row[], signature: Signature, { Tensor }: typeof Runtime): readonly Tensor[] {
  const { inputs, layout } = signature;
  if (layout === "columns") return inputs.map((column) => columnTensor(rows, column, signature, Tensor));
  const shape = [rows.length, inputs.length];
  const cells = rows.flatMap((row) => inputs.map(({ name }) => row[name] ?? null));
  return [cellTensor(cells, matrixTensorType(signature), shape, Tensor)];
}

function columnTensor(
  rows: readonly Row[],
  column: InputColumn,
  signature: Signature,
  Tensor: (typeof Runtime)["Tensor"],
): Tensor {
  const cells = rows.map((row) => row[column.name] ?? null);
  return cellTensor(cells, inputTensorType(column, signature), [rows.length, 1], Tensor);
}

function cellTensor(
  cells: readonly Cell[],
  type: InputTensorType,
  shape: readonly number[],
  Tensor: (typeof Runtime)["Tensor"],
): Tensor {
  switch (type) {
    case "string":
      return new Tensor("string", cells.map(toText), shape);
    case "int64":
      return new Tensor(
        "int64",
        BigInt64Array.from(cells, (cell) => BigInt(toNumber(cell))),
        shape,
      );
    case "bool":
      return new Tensor("bool", cells.map(Boolean), shape);
    case "float32":
      return new Tensor("float32", Float32Array.from(cells, toNumber), shape);
    case "float64":
      return new Tensor("float64", Float64Array.from(cells, toNumber), shape);
  }
}

type Cell = Row[string];

function toText(cell: Cell): string {
  return cell === null ? "" : String(cell);
}

function toNumber(cell: Cell): number {
  return cell === null ? NaN : Number(cell);
}

function values(tensor: Tensor): ArrayLike<unknown> {
  return tensor.data;
}

function toLabel(value: unknown, { type }: OutputColumn): Label {
  if (type === "string") return String(value);
  return type === "boolean" ? Number(value) === 1 : Number(value);
}

function rowsOf(tensor: Tensor): readonly (readonly number[])[] {
  const [rows = 0, columns = 0] = tensor.dims;
  const data = Array.from(values(tensor), Number);
  return Array.from({ length: rows }, (_, row) => data.slice(row * columns, (row + 1) * columns));
}
