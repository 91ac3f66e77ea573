import ts from 'typescript';
import type { SourceFile } from './source-files.js';

export interface FunctionLength {
  readonly path: string;
  readonly name: string;
  readonly lines: number;
}

/** How many lines each function of a file has, from its name to its closing brace. */
export function functionLengths({ path, text }: SourceFile): readonly FunctionLength[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const found: FunctionLength[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
      const last = tree.getLineAndCharacterOfPosition(node.end).line;
      found.push({ path, name: nameOf(node), lines: last - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  return ts.isConstructorDeclaration(node) ? 'constructor' : '(anonymous)';
}
