import { l10n, window } from "vscode";
import type { Command } from "../command";
import { registryHost } from "../credentials";
import { registrySetting } from "../settings";

export const signIn: Command = {
  needsTrust: false,
  run: async ({ credentials }) => {
    const title = l10n.t("Sign In to Registry");
    const ask = (prompt: string, more: { readonly value?: string; readonly password?: boolean } = {}) =>
      window.showInputBox({ title, prompt, ignoreFocusOut: true, validateInput: required, ...more });
    const typed = await ask(l10n.t("Registry, as host or host:port"), { value: suggestedHost() });
    if (typed === undefined) return undefined;
    const host = registryHost(typed);
    const username = await ask(l10n.t("User name at {0}", host));
    if (username === undefined) return undefined;
    const password = await ask(l10n.t("Password or token of {0}", username), { password: true });
    if (password === undefined) return undefined;
    await credentials.save({ host, username, password });
    void window.showInformationMessage(l10n.t("Saved the login for {0}. It is used when you ship or push.", host));
    return host;
  },
};

export const signOut: Command = {
  needsTrust: false,
  run: async ({ credentials }) => {
    const hosts = credentials.hosts();
    if (hosts.length === 0) {
      void window.showInformationMessage(l10n.t("You are not signed in to a registry."));
      return undefined;
    }
    const host = await window.showQuickPick(hosts, { title: l10n.t("Sign Out of Registry") });
    if (host === undefined) return undefined;
    await credentials.remove(host);
    void window.showInformationMessage(l10n.t("Removed the login for {0}.", host));
    return host;
  },
};

function required(text: string): string | undefined {
  return text.trim() === "" ? l10n.t("Required.") : undefined;
}

/** The host of the registry that the settings name. */
function suggestedHost(): string {
  const registry = registrySetting() ?? "";
  return registry.startsWith("oci://") ? registryHost(registry) : "";
}
