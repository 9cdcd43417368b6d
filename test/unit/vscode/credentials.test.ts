import { describe, expect, test } from "vitest";
import { createCredentialStore, registryHost } from "../../../src/vscode/credentials";

/** The two parts of the editor's storage that are used, in memory. */
function storage() {
  const secrets = new Map<string, string>();
  const state = new Map<string, unknown>();
  const store = createCredentialStore(
    {
      get: async (key: string) => secrets.get(key),
      store: async (key: string, value: string) => void secrets.set(key, value),
      delete: async (key: string) => void secrets.delete(key),
    } as unknown as Parameters<typeof createCredentialStore>[0],
    {
      get: (key: string, fallback: unknown) => state.get(key) ?? fallback,
      update: async (key: string, value: unknown) => void state.set(key, value),
    } as unknown as Parameters<typeof createCredentialStore>[1],
  );
  return { store, secrets, state };
}

const ada = { host: "registry.example", username: "ada", password: "enchantress" };
const grace = { host: "a.example:5000", username: "grace", password: "cobol" };

describe("registry logins", () => {
  test("are kept one a host, the last one counts", async () => {
    const { store } = storage();
    await store.save({ ...ada, password: "old" });
    await store.save(grace);
    await store.save(ada);
    expect(store.hosts()).toEqual(["a.example:5000", "registry.example"]);
    expect(await store.all()).toEqual([grace, ada]);
  });

  test("leave nothing behind when they are removed", async () => {
    const { store, secrets } = storage();
    await store.save(ada);
    await store.remove(ada.host);
    expect([store.hosts(), await store.all(), secrets.size]).toEqual([[], [], 0]);
  });

  test("keep user and password out of the plain state", async () => {
    const { store, state } = storage();
    await store.save(ada);
    expect(JSON.stringify([...state])).not.toMatch(/ada|enchantress/);
  });

  test.each([
    ["oci://Registry.example:5000/team/models", "registry.example:5000"],
    ["https://registry.example/", "registry.example"],
    [" registry.example ", "registry.example"],
  ])("%s is the host %s", (typed, host) => {
    expect(registryHost(typed)).toBe(host);
  });
});
