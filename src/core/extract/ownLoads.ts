/** Models that are loaded: of files of the user's, or of those that the notebook saved itself. */
import { calleeOf } from "../python/calls";
import { fileResource, mayBeSame, savedModels } from "../python/files";
import { filePath } from "../python/kaggleFolder";
import { KIND } from "../python/kinds";
import { looksLikeData } from "../python/likelyReaders";
import { nodesOf } from "../python/syntax";
import { textEnd } from "../python/values";
import type { Site } from "./pathSites";
import { lookupAt, type Around, type TextAt } from "./pathTexts";

/** False for a place that loads a model which the kept statements may have saved, or what is not seen to be a file. */
export function notOwnLoad(around: Around, textAt: TextAt): (site: Site) => boolean {
  const { kept, knowledge } = around;
  const saved = kept.flatMap(({ node }) =>
    nodesOf(node, KIND.call).flatMap((call) => savedModels(call, calleeOf(call, knowledge), knowledge)),
  );
  return ({ ownLoad, statement, path, left, directory }) => {
    if (ownLoad !== true) return true;
    const text = textAt(statement, path, left?.statement);
    const name = text ?? `*${textEnd(path, lookupAt(statement, around), knowledge)}`;
    const isFile = directory || looksLikeData(name);
    const file = text === undefined ? fileResource(path, knowledge) : `<file:${filePath(text)}>`;
    return isFile && !saved.some((one) => mayBeSame(one, file) || liesIn(file, one));
  };
}

/** True for a file of a folder that something is saved to. */
function liesIn(file: string, folder: string): boolean {
  return file.startsWith(`${folder.slice(0, -1)}/`);
}
