import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { houseRules } from "./scripts/lint/rules.mjs";

const lines = (max) => ["error", { max, skipBlankLines: true, skipComments: true }];

const budgets = {
  "max-lines": lines(400),
  "max-lines-per-function": lines(50),
  complexity: ["error", 10],
  "max-params": "off",
  "@typescript-eslint/max-params": ["error", { max: 4 }],
  "max-depth": ["error", 3],
};

const refusedSyntax = [
  "error",
  { selector: "ExportDefaultDeclaration", message: "Name the export." },
  { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
  {
    selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
    message: "Import * as z: names bring all of zod.",
  },
];

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "node_modules/",
      "examples/",
      "pipelines/",
      "test/fixtures/",
      "test/golden/",
      "**/.slipway/",
      ".cache/",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.mts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    plugins: { house: houseRules },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...budgets,
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-syntax": refusedSyntax,
      "house/safety-comment": "error",
      "@typescript-eslint/array-type": ["error", { default: "array" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "all" },
      ],
      // A port may promise what an adapter has at once.
      "@typescript-eslint/require-await": "off",
      // A silent progress does nothing, and says so.
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  { files: ["src/core/**/*.ts", "src/app/**/*.ts"], rules: { "house/documented-export": "error" } },
  {
    // ts-morph hands out its nodes and enums through factories and re-exports, which these rules take for foreign ones.
    files: ["src/core/typescript/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines": lines(600),
      "max-lines-per-function": "off",
      // What a command printed is read as it is, and the assertions are the parser.
      "house/safety-comment": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "process",
          "console",
          "URL",
          "module",
          "require",
          "setTimeout",
          "clearTimeout",
          "fetch",
          "Buffer",
          "performance",
          "AbortSignal",
          "AbortController",
          "__filename",
        ].map((name) => [name, "readonly"]),
      ),
    },
    rules: { ...budgets, "@typescript-eslint/max-params": "off", "max-params": ["error", 4], "no-undef": "error" },
  },
  { files: ["*.config.mjs", "*.config.mts"], rules: { "no-restricted-syntax": "off" } },
);
