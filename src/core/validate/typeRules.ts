const USES = [
  "reportAbstractUsage",
  "reportArgumentType",
  "reportAttributeAccessIssue",
  "reportCallIssue",
  "reportGeneralTypeIssues",
  "reportIndexIssue",
  "reportOperatorIssue",
  "reportOptionalCall",
  "reportOptionalContextManager",
  "reportOptionalIterable",
  "reportOptionalMemberAccess",
  "reportOptionalOperand",
  "reportOptionalSubscript",
  "reportPrivateImportUsage",
  "reportTypedDictNotRequiredAccess",
  "reportUnhashable",
  "reportUnusedCoroutine",
  "reportUnusedExcept",
];

type Rules = Readonly<Record<string, string | boolean>>;

/** The rules for a module with this text: what `import *` brings of a library without types is not known to pyright. */
export function typeRulesFor(text: string): Rules {
  const hasStars = /^\s*from\s+\S+\s+import\s+\*/m.test(text);
  return hasStars ? { ...TYPE_RULES, reportUndefinedVariable: "warning" } : TYPE_RULES;
}

/**
 * How pyright judges a module, in the words of its configuration. Libraries without types of their own are not read: inferring the
 * types of scikit-learn from its source took 11 s for a module of 50 lines, and found an error that was none; so it takes 2 s.
 * pandas has stubs in the environment; NumPy brings its types.
 */
const TYPE_RULES: Rules = {
  typeCheckingMode: "basic",
  useLibraryCodeForTypes: false,
  reportMissingModuleSource: false,
  reportMissingTypeStubs: false,
  // How a notebook uses its libraries and its own code has been proven by running it, and pandas' stubs are stricter than pandas:
  // over public notebooks that run, these rules spoke of working code. What the module promises itself stays an error.
  ...Object.fromEntries(USES.map((rule) => [rule, "warning"])),
  // A cell may define a function anew that the cells before it have used.
  reportRedeclaration: "warning",
};
