import type { Signature } from "../../src/core/pipeline";

/** What test/fixtures/ferry/columns.onnx takes. */
export const FERRY_COLUMNS: Signature = {
  layout: "columns",
  inputs: [
    { name: "wind_speed", type: "number", nullable: true, range: [0, 12] },
    { name: "pier", type: "string", nullable: true, categories: ["East", "North", "West"] },
    { name: "cars on board", type: "integer", nullable: false, range: [0, 39] },
    { name: "holiday", type: "boolean", nullable: false },
  ],
  output: { name: "outcome", type: "string", classes: ["late", "on time"], probabilities: true },
};

/** What test/fixtures/ferry/matrix.onnx takes. */
export const FERRY_MATRIX: Signature = {
  layout: "matrix",
  inputs: [
    { name: "wind_speed", type: "number", nullable: true, range: [0, 12] },
    { name: "cars on board", type: "integer", nullable: false, range: [0, 39] },
  ],
  output: { name: "minutes", type: "number", probabilities: false },
};

/** A classifier of penguins, as the exporter describes it. */
export const PENGUINS: Signature = {
  layout: "columns",
  inputs: [
    { name: "island", type: "string", nullable: false, categories: ["Biscoe", "Dream", "Torgersen"] },
    { name: "bill_length_mm", type: "number", nullable: true, range: [32.1, 59.6] },
    { name: "body_mass_g", type: "number", nullable: true, range: [2700, 6300] },
    { name: "sex", type: "string", nullable: true },
    { name: "year", type: "integer", nullable: false, range: [2007, 2009] },
  ],
  output: { name: "species", type: "string", classes: ["Adelie", "Chinstrap", "Gentoo"], probabilities: true },
};

/** Names and types that are hard to write down. */
export const AWKWARD: Signature = {
  layout: "columns",
  inputs: [
    { name: "__proto__", type: "boolean", nullable: true },
    { name: 'says "hi" */', type: "string", nullable: false, categories: ['a"b', "c\\d", "`${e}`"] },
    { name: "2nd class", type: "integer", nullable: true },
    { name: "größe", type: "number", nullable: false },
    { name: "constructor", type: "string", nullable: false },
  ],
  output: { name: "sign */ of it", type: "integer", classes: [-1, 1], probabilities: true },
};

/** A yes or no, with probabilities and no classes. */
export const YES_OR_NO: Signature = {
  layout: "matrix",
  inputs: [
    { name: "city", type: "string", nullable: true },
    { name: "street", type: "string", nullable: false },
  ],
  output: { name: "delivered", type: "boolean", probabilities: true },
};
