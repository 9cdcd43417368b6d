import fc from "fast-check";
import type { InputColumn, OutputColumn, Signature } from "../../src/core/pipeline";

/** Names of notebooks and columns, short and long, with quotes and blanks in them. */
const names = fc.oneof(
  fc.stringMatching(/^[a-z_][a-z0-9_]{0,30}$/),
  fc.stringMatching(/^[A-Za-z0-9 _'"%()/.-]{1,60}$/),
  fc.constantFrom("__proto__", "constructor", "größe"),
);

/** Names that leave the types' headers room on a line. */
export const pipelineNames = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);

const categories = fc.uniqueArray(names, { minLength: 1, maxLength: 12 });

const inputs: fc.Arbitrary<readonly InputColumn[]> = fc.uniqueArray(
  fc
    .record({
      name: names,
      type: fc.constantFrom("number", "integer", "string", "boolean"),
      nullable: fc.boolean(),
      categories: fc.option(categories, { nil: undefined }),
    })
    .map(({ categories, ...column }) =>
      column.type === "string" && categories !== undefined ? { ...column, categories } : column,
    ),
  { minLength: 1, maxLength: 12, selector: ({ name }) => name },
);

const classes: fc.Arbitrary<(string | number)[]> = fc.oneof(
  fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9 '"-]{1,30}$/), { minLength: 2, maxLength: 30 }),
  fc.uniqueArray(fc.integer({ min: -9, max: 5000 }), { minLength: 2, maxLength: 60 }),
);

const outputs: fc.Arbitrary<OutputColumn> = fc.oneof(
  fc.record({ name: names, type: fc.constantFrom("number", "boolean"), probabilities: fc.constant(false) }),
  fc.record({ name: names, type: fc.constant("boolean" as const), probabilities: fc.constant(true) }),
  fc.record({ name: names, classes, probabilities: fc.boolean() }).map((output) => ({
    ...output,
    type: typeof output.classes[0] === "number" ? ("integer" as const) : ("string" as const),
  })),
);

/** What any exported model may take and give. */
export const signatures: fc.Arbitrary<Signature> = fc.record({
  layout: fc.constantFrom("columns", "matrix"),
  inputs,
  output: outputs,
});
