import { childrenOf, type SyntaxNode } from "./syntax";

/** What only Python 2 accepts of each kind of node, though the grammar lets it pass. */
const PYTHON2 = new Map(
  Object.entries<(node: SyntaxNode) => boolean>({
    // print x
    print_statement: () => true,
    exec_statement: () => true,
    // a <> b
    "<>": () => true,
    // raise ValueError, "text"
    raise_statement: ({ children }) => children[0]?.type === "expression_list",
    except_clause: bindsAfterComma,
    // 0777, 10L
    integer: ({ text }) => /^0\d*[1-9]\d*$|[lL]$/.test(text),
    // `x`, ur"x"
    string_start: ({ text }) => /`|^ur/i.test(text),
    // def f((a, b))
    parameters: unpacks,
    lambda_parameters: unpacks,
  }),
);

/** True for a node that only Python 2 accepts. */
export function isPython2(node: SyntaxNode): boolean {
  return PYTHON2.get(node.type)?.(node) === true;
}

/** `except ValueError, e`. Python 3.14 has several exceptions there, which are classes. */
function bindsAfterComma(node: SyntaxNode): boolean {
  const [, second, ...more] = childrenOf(node, "value");
  return more.length === 0 && second?.type === "identifier" && !/^[A-Z]/.test(second.text);
}

function unpacks({ children }: SyntaxNode): boolean {
  return children.some(({ type }) => type === "tuple_pattern");
}
