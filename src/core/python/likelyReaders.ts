/** Functions of libraries that are not known, which by their name and by the path that they are given read a file. */
import type { Library } from "./knowledge";
import { isStandardModule } from "./standardLibrary";

/** True for a function that is named as a reader, of a library of which no reader is known: `idx2numpy.convert_from_file`. */
export function isNamedReader(qualified: string, library: Library): boolean {
  const [root = "", ...path] = qualified.split(".");
  const name = path.at(-1) ?? "";
  return READS.test(name) && !GIVES_ACCESS.test(name) && !isStandardModule(root) && !library.knowsReadersOf(root);
}

/** True for a function that is named as a reader of one file: what it is given is one, whatever its ending. */
export function readsOneFile(qualified: string): boolean {
  return /(^|[._])(from_?|read_?|load_?|open_?)file$/i.test(qualified);
}

const READS = /^([a-z]+_)*(im|dcm)?(read|load|open)(_[a-z0-9]+)*$|from_?file$/i;
/** What lets a program in somewhere belongs into no snapshot. */
const GIVES_ACCESS = /credential|secret|token|env|key/i;

/** True for the end of a path that is a file of data: `/train.idx3-ubyte` in a folder, or `scan.dcm` by its ending alone. */
export function looksLikeData(path: string): boolean {
  const ending = endingOf(path);
  return ending !== undefined && (path.includes("/") || DATA.test(ending));
}

/** `csv` of `rows.csv`; `undefined` for what has no ending. */
export function endingOf(path: string): string | undefined {
  return /[^/.]\.([a-z][\w-]*)$/i.exec(path)?.[1];
}

/** Endings that only files of data have. */
const DATA =
  /^(arff|bin|csv|dat|dcm|edf|fasta|fif|geojson|gpkg|gz|h5|hdf5?|idx\d?|jpe?g|json|jsonl|las|laz|mat|mid|mp3|nc|nii|npy|npz|obj|parquet|pcd|pkl|ply|png|sav|shp|tiff?|tsv|txt|ubyte|wav|xlsx?|xml|zip)$/i;
