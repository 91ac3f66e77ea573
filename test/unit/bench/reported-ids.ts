import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** The ids that a benchmark reports, by section of floors.json: those of all `bounded(…)` calls. */
export function reportedIds(entry: string): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const path of reachableFrom(entry)) {
    for (const { section, found } of callsIn(path)) {
      ids.set(section, [...(ids.get(section) ?? []), ...found]);
    }
  }
  return ids;
}

/** The file and all of its folder that it imports, and these in turn. */
function reachableFrom(entry: string): readonly string[] {
  const reached = new Set<string>([entry]);
  for (const path of reached) {
    const imported = readFileSync(path, 'utf8').matchAll(/ from '\.\/([\w-]+)\.js'/g);
    for (const [, name] of imported) reached.add(join(dirname(path), `${name}.ts`));
  }
  return [...reached];
}

interface Call {
  readonly section: string;
  readonly found: readonly string[];
}

/** Throws for a call that does not name its section and its ids literally. */
function callsIn(path: string): readonly Call[] {
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true);
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(tree) === 'bounded') {
      calls.push(callOf(node, path));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return calls;
}

function callOf({ arguments: [section, figures] }: ts.CallExpression, path: string): Call {
  if (!section || !ts.isStringLiteral(section)) throw new Error(`${path}: no literal section`);
  if (!figures || !ts.isObjectLiteralExpression(figures)) {
    throw new Error(`${path}: no literal figures`);
  }
  const found = figures.properties.map(({ name }) => {
    if (!name || !ts.isIdentifier(name)) throw new Error(`${path}: a figure without a literal id`);
    return name.text;
  });
  return { section: section.text, found };
}
