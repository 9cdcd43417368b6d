/** What is said of a notebook in which there is nothing to extract. */
import { inputError, type SlipwayError } from "../errors";
import { calleeOf } from "../python/calls";
import { writtenTable } from "../python/files";
import { KIND } from "../python/kinds";
import type { BrokenCell } from "../python/program";
import { childOf, nodesOf } from "../python/syntax";
import type { Gives } from "./displayReturns";
import { likelyModel } from "./ownModels";
import type { Spot } from "./savedFigures";
import type { Analysed } from "./target";
import { hiddenFit } from "./trainers";

/** Where a notebook saves figures that the module cannot give. */
interface LostFigures {
  /** In the first of these nothing is drawn. */
  readonly empty: Spot | undefined;
  /** The first of these is closed before the block ends that draws it. */
  readonly inBlock: Spot | undefined;
}

/** The refusal. Where a cell is broken, the model may well be in it; else it may stay inside of a function. */
export function noTarget(analysed: Analysed, broken: BrokenCell | undefined, figures?: LostFigures): SlipwayError {
  const { notebook } = analysed;
  if (figures?.empty !== undefined) return savesEmpty(notebook, figures.empty);
  if (figures?.inBlock !== undefined) return savesInBlock(notebook, figures.inBlock);
  const message = `${notebook} has neither a model nor a saved result: no call of fit on a model, no saved table (to_csv, to_parquet), no dump, no saved figure.`;
  if (broken === undefined) {
    return (
      trainsOnlyInside(analysed) ??
      savesOnlyInside(analysed) ??
      inputError("EXTRACT_NO_TARGET", message, {
        place: { file: notebook },
        hint: namingHint(analysed),
      })
    );
  }
  return inputError(
    "EXTRACT_NO_TARGET",
    `${message} Cell ${broken.cell} is ${broken.python2 ? "Python 2" : "not Python"}, so it was not read.`,
    {
      place: { file: notebook, cell: broken.cell, line: broken.line },
      hint: `${broken.python2 ? "Convert it with 2to3" : "Mend that line"} if the model is in this cell.`,
    },
  );
}

function namingHint(analysed: Analysed): string {
  return `Name the variable to ship: --model ${likelyModel(analysed) ?? "NAME"}`;
}

/** The refusal of a notebook that saves only figures that are closed by then. */
function savesEmpty(notebook: string, { cell, line }: Spot): SlipwayError {
  return inputError(
    "EXTRACT_NO_TARGET",
    `${notebook} saves a figure in which nothing is drawn (cell ${cell}, line ${line}).`,
    {
      place: { file: notebook, cell, line },
      hint: "plt.show() and the end of a cell close what is drawn: save it above them.",
    },
  );
}

/** The refusal of a notebook that saves only figures of loops and functions. */
function savesInBlock(notebook: string, { cell, line }: Spot): SlipwayError {
  return inputError(
    "EXTRACT_NO_TARGET",
    `${notebook} saves nothing but figures that are gone behind their block or function (cell ${cell}, line ${line}).`,
    {
      place: { file: notebook, cell, line },
      hint: "Save those that matter at the top level of a cell; let a function return its figure.",
    },
  );
}

/** The refusal of a notebook whose tables are saved inside of functions, where they stay. */
function savesOnlyInside({ notebook, statements, knowledge }: Analysed): SlipwayError | undefined {
  const found = statements.flatMap(({ cell, node }) =>
    nodesOf(node, KIND.function_definition).flatMap((definition) => {
      const calls = nodesOf(childOf(definition, "body") ?? definition, KIND.call);
      const saved = calls.find((call) => writtenTable(call, calleeOf(call, knowledge)) !== undefined);
      return saved === undefined ? [] : [{ name: childOf(definition, "name")?.text ?? "", cell, line: saved.line }];
    }),
  );
  const last = found.at(-1);
  if (last === undefined) return undefined;
  const { name, cell, line } = last;
  return inputError(
    "EXTRACT_NO_TARGET",
    `${notebook} saves a table only inside of the function ${name} (cell ${cell}, line ${line}), and trains no model.`,
    {
      place: { file: notebook, cell, line },
      hint: `Let ${name} return the table, and save it at the top level of a cell.`,
    },
  );
}

/** The refusal of a notebook whose models stay inside of a function that gives nothing back, or that no cell calls. */
export function trainsOnlyInside({ notebook, statements, knowledge }: Analysed): SlipwayError | undefined {
  const found = statements.flatMap(({ cell, node }) => {
    const hidden = hiddenFit(node, knowledge);
    return hidden === undefined ? [] : [{ ...hidden, cell }];
  });
  const last = found.at(-1);
  if (last === undefined) return undefined;
  const { name, cell, fit, gives } = last;
  const call = `model = ${name}(…)`;
  return inputError(
    "EXTRACT_NO_TARGET",
    `${notebook} trains only inside of the function ${name} (cell ${cell}, line ${fit.line}), ${WHY[gives]}.`,
    {
      place: { file: notebook, cell, line: fit.line },
      hint:
        gives === "something"
          ? `Call it at the top level of a cell: ${call}`
          : `Let ${name} return the model, and give it a name at the top level of a cell: ${call}`,
    },
  );
}

const WHY: Readonly<Record<Gives, string>> = {
  something: "and no cell gives a name to what comes of it",
  display: "which gives back only what is looked at",
  nothing: "which gives nothing back",
};
