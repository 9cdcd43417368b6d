/** What an extraction of Python is asked for, and what it needs of the outside. */
import type { Reference } from "../pipeline";
import type { LibraryFacts } from "../python/libraryFacts";
import type { ParsePython } from "../python/syntax";
import type { TableText } from "./frames/tables";
import type { FindModule } from "./localModules";
import type { ObservedTypes } from "./observed";

/** What extraction needs to know besides the notebook. */
export interface ExtractOptions {
  readonly pipeline: string;
  /** Folder of the pipeline, from the workspace, with forward slashes. */
  readonly folder: string;
  /** The variable that is to be shipped, where the user says so. */
  readonly model?: string;
  /** Of models that are equally good, takes the first and says so; otherwise they are refused. */
  readonly ranked?: boolean;
  /** Gives the reasons for every statement. */
  readonly explain?: boolean;
  /** What the user tells of libraries. */
  readonly effects?: LibraryFacts | undefined;
  /** The day of which packages are taken, such as 2022-12-01; absent: the newest. */
  readonly asOf?: string | undefined;
  /** What a run of the module showed of its types. */
  readonly observed?: ObservedTypes | undefined;
}

/** What extraction of Python needs of the outside. */
export interface PythonTools {
  readonly parse: ParsePython;
  readonly format: (text: string) => Promise<string>;
  /** The text of a table that the notebook reads, or why it cannot be had. Absent: files are not looked into. */
  readonly table?: (reference: Reference) => Promise<TableText>;
  /** Finds the user's own modules. Absent: every import is of a library. */
  readonly find?: FindModule;
}
