/** Preloaded with `node --require`: at the end, writes the files that were loaded to $LOADED_MODULES. */
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const files = Object.keys(require.cache).filter((file) => file !== __filename);
  writeFileSync(process.env.LOADED_MODULES, JSON.stringify(files));
});
