import { expect, test } from "vitest";
import { ageAdvice } from "../../../src/core/validate/age";

const said = (version: string | undefined, interpreter: string) =>
  ageAdvice(
    { notebook: "eels.ipynb", program: { cells: [], ...(version === undefined ? {} : { version }) } },
    { version: interpreter },
  );

test.each([
  ["3.6.4", "3.11.7", "2022-12-01"],
  ["2.7.13", "3.10.0", "2021-12-01"],
  ["3.9.1", "3.13.0", "2024-12-01"],
])("a notebook of Python %s that fails under %s may ask for the packages of %s", (version, interpreter, day) => {
  const setting = `notebooks: {"eels.ipynb": {asOf: ${day}}}`;
  expect(said(version, interpreter)).toBe(
    `It was saved with Python ${version}: if it needs the packages of an earlier time, name a day in slipway.yaml: ${setting}.`,
  );
});

test.each([
  ["3.11.2", "3.11.7"],
  ["3.13.0", "3.11.7"],
  [undefined, "3.11.7"],
  ["5.1", "3.11.7"],
])("one of Python %s under %s is no older", (version, interpreter) => {
  expect(said(version, interpreter)).toBeUndefined();
});
