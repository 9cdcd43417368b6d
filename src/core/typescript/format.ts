/** Formats generated TypeScript as Prettier does, 100 columns wide. Throws if `text` is not TypeScript. */
export async function formatTypeScript(text: string): Promise<string> {
  const [{ format }, typescript, estree] = await Promise.all([
    import("prettier/standalone"),
    import("prettier/plugins/typescript"),
    import("prettier/plugins/estree"),
  ]);
  return format(text, { parser: "typescript", plugins: [typescript, estree], printWidth: 100 });
}
