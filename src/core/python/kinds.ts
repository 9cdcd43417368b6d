/** Kinds of nodes that are looked for again and again, one bit each: every node knows which of them lie in it. */
export const KIND = {
  call: 1 << 0,
  identifier: 1 << 1,
  string: 1 << 2,
  integer: 1 << 3,
  comparison_operator: 1 << 4,
  keyword_argument: 1 << 5,
  assignment: 1 << 6,
  augmented_assignment: 1 << 7,
  expression_statement: 1 << 8,
  function_definition: 1 << 9,
  class_definition: 1 << 10,
  decorated_definition: 1 << 11,
  lambda: 1 << 12,
  for_statement: 1 << 13,
  for_in_clause: 1 << 14,
  return_statement: 1 << 15,
  block: 1 << 16,
  ERROR: 1 << 17,
  MISSING: 1 << 18,
  argument_list: 1 << 19,
  attribute: 1 << 20,
  global_statement: 1 << 21,
  if_statement: 1 << 22,
  import_statement: 1 << 23,
  import_from_statement: 1 << 24,
  delete_statement: 1 << 25,
  binary_operator: 1 << 26,
} as const;

/** Everything that defines a function or a class. */
export const DEFINITION = KIND.function_definition | KIND.class_definition | KIND.decorated_definition;

const bits = new Map<string, number>(Object.entries(KIND));

/** The bit of a type of nodes; 0 for types that are not looked for. */
export function kindOf(type: string): number {
  return bits.get(type) ?? 0;
}
