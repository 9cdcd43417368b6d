/** Settings of libraries that results depend on. */
import type { Knowledge } from "./effects";
import { isSettingFunction, libraryOfSetting, libraryToldBy, worksBy } from "./knowledge";
import { isLoaded } from "./loading";
import { argumentsOf, childOf, type SyntaxNode } from "./syntax";
import { literalText } from "./values";

/** How a library works: it is set for all that comes behind. */
const SETTING = "<setting>";

/** What a call sets, of a library that everything works by, or of one that only some packages do. */
export function settingBy(call: SyntaxNode, qualified: string): string | undefined {
  if (setsHow(call, qualified)) return SETTING;
  const library = libraryToldBy(qualified);
  return library === undefined ? undefined : resourceOf(library);
}

/** What is set where this is assigned to: `torch.backends.cudnn.deterministic`. */
export function settingStored(qualified: string): string | undefined {
  const library = libraryOfSetting(qualified);
  return library === undefined ? undefined : resourceOf(library);
}

/** True for what is set of a library, if something that is imported works by it: a module of the user's own may. */
export function isSettingFor(resource: string, imported: readonly string[], knowledge: Knowledge): boolean {
  if (resource === SETTING) return true;
  const library = /^<setting:(.*)>$/.exec(resource)?.[1];
  if (library === undefined) return false;
  return imported.some((name) => isLoaded(name, knowledge) || worksBy(library, name.split(".")[0] ?? name));
}

function resourceOf(library: string): string {
  return `<setting:${library}>`;
}

/** True for a call that sets how a library works; how it shows things is no setting that a result depends on. */
function setsHow(call: SyntaxNode, qualified: string): boolean {
  if (!isSettingFunction(qualified)) return false;
  const parts = argumentsOf(call).flatMap((one) => [
    childOf(one, "name")?.text,
    literalText(childOf(one, "value") ?? one),
  ]);
  return parts.some((part) => part !== undefined && CHANGES_RESULTS.test(part));
}

const CHANGES_RESULTS =
  /^(mode|future|compute)\.|chained_assignment|copy_on_write|infer_string|use_inf_as|transform_output|metadata_routing|array_api|^(raise|call)$/;
