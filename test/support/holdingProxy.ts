/** An HTTP proxy before a real registry that holds requests back until a test lets them through. */
import { createServer, request, type IncomingMessage } from "node:http";

export interface HoldingProxy {
  readonly host: string;
  stop(): Promise<void>;
}

/** `hold` is asked about each request, `PUT /v2/…`: it goes on when the promise is kept. */
export async function startHoldingProxy(
  target: string,
  hold: (request: string) => Promise<void>,
): Promise<HoldingProxy> {
  const server = createServer((incoming, response) => {
    const { method, url, headers } = incoming;
    void hold(`${method} ${url}`).then(() => {
      const onward = request(`http://${target}${url}`, { method, headers }, (answer: IncomingMessage) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      incoming.pipe(onward);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    host: `127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
