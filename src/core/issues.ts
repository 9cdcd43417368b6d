import type * as z from "zod";

/** What a schema says against data, on one line for people: each place with its fault, three at most. */
export function describeIssues({ issues }: z.ZodError): string {
  const faults = issues.slice(0, 3).map(({ path, message }) => {
    const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
    return `${place === "" ? "" : `${place.replace(/^\./, "")}: `}${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  });
  return `${[...faults, ...(issues.length > 3 ? [`and ${issues.length - 3} more`] : [])].join("; ")}.`;
}
