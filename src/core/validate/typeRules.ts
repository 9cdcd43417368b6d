const USES_OF_LIBRARIES = [
  "reportArgumentType",
  "reportAttributeAccessIssue",
  "reportCallIssue",
  "reportIndexIssue",
  "reportOperatorIssue",
  "reportOptionalIterable",
  "reportOptionalMemberAccess",
  "reportOptionalOperand",
  "reportOptionalSubscript",
];

/**
 * How pyright judges a module, in the words of its configuration. Libraries without types of their own are not read: inferring the
 * types of scikit-learn from its source took 11 s for a module of 50 lines, and found an error that was none; so it takes 2 s.
 * pandas has stubs in the environment; NumPy brings its types.
 */
export const TYPE_RULES: Readonly<Record<string, string | boolean>> = {
  typeCheckingMode: "basic",
  useLibraryCodeForTypes: false,
  reportMissingModuleSource: false,
  reportMissingTypeStubs: false,
  // How a notebook uses its libraries has been proven by running it, and pandas' stubs are stricter than pandas: over public
  // notebooks that run, these rules spoke of working code. What the module promises itself stays an error.
  ...Object.fromEntries(USES_OF_LIBRARIES.map((rule) => [rule, "warning"])),
};
