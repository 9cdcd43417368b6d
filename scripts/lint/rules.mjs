/** House rules that no published plugin checks. */

const safetyComment = {
  meta: {
    type: "problem",
    schema: [],
    messages: { missing: "Say above the assertion why it holds: // SAFETY: …" },
  },
  create(context) {
    const source = context.sourceCode;
    const hasReason = (node) => {
      const line = node.loc.start.line;
      return source.getAllComments().some((comment) => {
        const near = comment.loc.end.line === line - 1 || comment.loc.end.line === line;
        return near && groupText(source, comment).includes("SAFETY:");
      });
    };
    return {
      TSAsExpression(node) {
        const isConst = node.typeAnnotation.type === "TSTypeReference" && node.typeAnnotation.typeName.name === "const";
        if (!isConst && !hasReason(node)) context.report({ node, messageId: "missing" });
      },
    };
  },
};

/** A reason may need several `//` lines: the text of the whole run of comment lines that ends with `last`. */
function groupText(source, last) {
  const comments = source.getAllComments();
  let text = last.value;
  for (let index = comments.indexOf(last) - 1; index >= 0; index -= 1) {
    if (comments[index].loc.end.line !== comments[index + 1].loc.start.line - 1) break;
    text = `${comments[index].value}\n${text}`;
  }
  return text;
}

const documentedExport = {
  meta: {
    type: "suggestion",
    schema: [],
    messages: { missing: "An export of the core or a use case says its contract in one to three lines: /** … */" },
  },
  create(context) {
    return {
      ExportNamedDeclaration(node) {
        if (node.declaration === null) return;
        const before = context.sourceCode.getCommentsBefore(node).at(-1);
        const documented = before?.type === "Block" && before.value.startsWith("*");
        if (!documented) context.report({ node: node.declaration, messageId: "missing" });
      },
    };
  },
};

export const houseRules = { rules: { "safety-comment": safetyComment, "documented-export": documentedExport } };
