/** Functions of Deno, of Node and of libraries that read or write files, by the ends of their names. */

export const READERS =
  /(^|\.)(readTextFile|readTextFileSync|readFile|readFileSync|createReadStream|open|openSync|readDir|readDirSync|readdir|readdirSync|readCSV|readJSON|readParquet|readExcel|scanCSV|scanParquet|fetch)$/;

/** The content is the second argument. */
export const WRITERS = /\b(writeTextFile|writeTextFileSync|writeFile|writeFileSync)$/;
