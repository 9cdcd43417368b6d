import { run } from "./pipeline.ts";

Deno.test("two runs give the same", async () => {
  const [first, second] = [JSON.stringify(await run()), JSON.stringify(await run())];
  if (first !== second) throw new Error(`${first} is not ${second}`);
});

Deno.test("every metric is a number", async () => {
  const result = await run();
  const metrics = [
    result.rmse,
    result.mae,
  ];
  if (!metrics.every(Number.isFinite)) throw new Error(`not all are numbers: ${metrics}`);
});
