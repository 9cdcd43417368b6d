/** Settings of libraries that results depend on. */
import { isSettingFunction } from "./knowledge";
import { argumentsOf, childOf, type SyntaxNode } from "./syntax";
import { literalText } from "./values";

/** True for a call that sets how a library works; how it shows things is no setting that a result depends on. */
export function setsHow(call: SyntaxNode, qualified: string): boolean {
  if (!isSettingFunction(qualified)) return false;
  const parts = argumentsOf(call).flatMap((one) => [
    childOf(one, "name")?.text,
    literalText(childOf(one, "value") ?? one),
  ]);
  return parts.some((part) => part !== undefined && CHANGES_RESULTS.test(part));
}

const CHANGES_RESULTS =
  /^(mode|future|compute)\.|chained_assignment|copy_on_write|infer_string|use_inf_as|transform_output|metadata_routing|array_api|^(raise|call)$/;
