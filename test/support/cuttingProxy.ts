/** A TCP proxy before a real registry that cuts connections, or lets the bytes through slowly. */
import { connect, createServer, type Socket } from "node:net";

export interface ProxyPlan {
  /** Cut the first so many connections that carry enough bytes. */
  readonly cuts: number;
  /** Cut once so many bytes went to the registry. */
  readonly afterSent?: number;
  /** Cut once so many bytes came from it. */
  readonly afterReceived?: number;
  /** Called with the bytes that went to the registry so far; its promise holds them up. */
  readonly onSent?: (total: number) => Promise<void>;
}

export interface CuttingProxy {
  readonly host: string;
  /** Connections that were cut. */
  readonly cut: () => number;
  stop(): Promise<void>;
}

export async function startCuttingProxy(target: string, plan: ProxyPlan): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const [hostname, port] = target.split(":");
  let cut = 0;
  let total = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    const mayCut = (bytes: number, limit: number | undefined): void => {
      if (limit === undefined || bytes < limit || cut >= plan.cuts) return;
      cut += 1;
      client.destroy();
      upstream.destroy();
    };
    let sent = 0;
    let received = 0;
    client.on("data", (chunk) => {
      sent += chunk.length;
      total += chunk.length;
      if (!upstream.destroyed) upstream.write(chunk);
      client.pause();
      void Promise.resolve(plan.onSent?.(total)).then(() => client.resume());
      mayCut(sent, plan.afterSent);
    });
    upstream.on("data", (chunk) => {
      received += chunk.length;
      if (!client.destroyed) client.write(chunk);
      mayCut(received, plan.afterReceived);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    host: `127.0.0.1:${address.port}`,
    cut: () => cut,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
