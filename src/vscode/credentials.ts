import type { Memento, SecretStorage } from "vscode";
import type { Credential } from "./protocol";

/** Registry logins in the editor's SecretStorage, one a host. Only the names of the hosts are kept elsewhere. */
export interface CredentialStore {
  hosts(): readonly string[];
  all(): Promise<readonly Credential[]>;
  save(credential: Credential): Promise<void>;
  remove(host: string): Promise<void>;
}

const HOSTS = "registryHosts";
const secretKey = (host: string): string => `registry:${host}`;

export function createCredentialStore(secrets: SecretStorage, state: Memento): CredentialStore {
  const hosts = (): readonly string[] => state.get<readonly string[]>(HOSTS, []);
  const read = async (host: string): Promise<readonly Credential[]> => {
    const text = await secrets.get(secretKey(host));
    if (text === undefined) return [];
    // SAFETY: nobody but `save` writes under this key.
    return [JSON.parse(text) as Credential];
  };
  return {
    hosts,
    all: async () => (await Promise.all(hosts().map(read))).flat(),
    async save(credential) {
      await secrets.store(secretKey(credential.host), JSON.stringify(credential));
      await state.update(HOSTS, [...new Set([...hosts(), credential.host])].sort());
    },
    async remove(host) {
      await secrets.delete(secretKey(host));
      await state.update(
        HOSTS,
        hosts().filter((other) => other !== host),
      );
    },
  };
}

/** The host of what a person types: `oci://registry.example.com:5000/team` and `registry.example.com:5000` are the same. */
export function registryHost(text: string): string {
  return text
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/\/.*$/, "")
    .toLowerCase();
}
