/** Classes of libraries. */
import type { Callee } from "./calls";
import { has } from "./knowledge";

/** True for a class of a library, but for those that make data. */
export function isConstructor(callee: Callee): boolean {
  return callee.kind === "library" && /^[A-Z]/.test(callee.name) && !has("dataConstructors", callee.name);
}
