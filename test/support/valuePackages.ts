import { nodePython } from "../../src/node/python";
import { never } from "./pipelines";

const PACKAGES = ["numpy", "pandas", "polars", "scikit-learn", "scipy", "statsmodels"];

/** The Python of an environment with the packages whose values are looked at. */
export async function pythonWithValues(): Promise<string> {
  const python = nodePython();
  const lock = await python.lock({ requirements: PACKAGES, constraints: [] }, never);
  return (await python.environment(lock, never)).path;
}
