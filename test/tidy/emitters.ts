import ts from 'typescript';
import type { SourceFile } from './source-files.js';

/** What makes emitters of `error`, by module. `new` and calls are not told apart. */
const makers: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['exec', 'execFile', 'fork', 'spawn'],
  'node:fs': ['createReadStream', 'createWriteStream', 'watch'],
  'node:http': ['createServer', 'get', 'request'],
  'node:http2': ['connect', 'createSecureServer', 'createServer'],
  'node:https': ['createServer', 'get', 'request'],
  'node:net': ['connect', 'createConnection', 'createServer', 'Socket'],
  'node:stream': ['Duplex', 'PassThrough', 'Readable', 'Transform', 'Writable'],
  'node:tls': ['connect', 'createServer', 'TLSSocket'],
  'node:worker_threads': ['Worker'],
  'node:zlib': ['createBrotliCompress', 'createDeflate', 'createGunzip', 'createGzip'],
  '@nestjs/platform-fastify': ['FastifyAdapter'],
  fastify: ['default'],
  ioredis: ['Redis'],
  mongodb: ['MongoClient'],
  mysql2: ['createConnection', 'createPool'],
  pg: ['Client', 'Pool'],
  ws: ['WebSocket', 'WebSocketServer'],
};
/** The same as members of whatever a module was imported as, also while it runs. */
const members = new Set(['Client', 'MongoClient', 'Pool', 'Redis', 'Worker']);
const memberCalls = /^pino\.destination$/;

type Creation = ts.CallExpression | ts.NewExpression;

/**
 * Finds emitters that are created without a listener to `error`, as `path:line`. One must be
 * attached in the same function before it awaits anything: by `.on('error', …)` on the creation, or
 * on the variable or member that it is assigned to. A stream may go into `pipeline` or be iterated
 * at once. A function that returns a creation counts as one that creates, unless it is exported.
 */
export function unheardEmitters({ path, text }: SourceFile): readonly string[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const names = importedMakers(tree);
  const found = new Map<number, Creation>();
  let known = -1;
  while (known < names.size) {
    known = names.size;
    walk(tree, (node) => {
      if (ts.isVariableDeclaration(node) && node.initializer && isMaker(node.initializer, names)) {
        names.add(node.name.getText());
      }
      if (!isCreation(node, names)) return;
      const name = nameOfReturning(node);
      if (name === undefined) found.set(node.getStart(), node);
      else names.add(name);
    });
  }
  return [...found.values()]
    .filter((creation) => !isHeard(creation))
    .map((node) => `${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
}

function importedMakers(tree: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node)) addImported(node, names);
    if (ts.isVariableDeclaration(node)) addLoaded(node, names);
  });
  return names;
}

function addImported(node: ts.ImportDeclaration, names: Set<string>): void {
  const clause = node.importClause;
  if (clause === undefined || clause.isTypeOnly) return;
  const made = makers[(node.moduleSpecifier as ts.StringLiteral).text] ?? [];
  if (clause.name && made.includes('default')) names.add(clause.name.text);
  if (!clause.namedBindings || !ts.isNamedImports(clause.namedBindings)) return;
  for (const { name, propertyName, isTypeOnly } of clause.namedBindings.elements) {
    if (!isTypeOnly && made.includes((propertyName ?? name).text)) names.add(name.text);
  }
}

/** As in `const { createConnection } = await import('mysql2')`. */
function addLoaded(node: ts.VariableDeclaration, names: Set<string>): void {
  const loaded = /import\('([^']+)'\)/.exec(node.getText());
  if (!loaded || !ts.isObjectBindingPattern(node.name)) return;
  const made = makers[loaded[1] ?? ''] ?? [];
  for (const { name, propertyName } of node.name.elements) {
    if (made.includes((propertyName ?? name).getText())) names.add(name.getText());
  }
}

function isCreation(node: ts.Node, names: ReadonlySet<string>): node is Creation {
  if (ts.isNewExpression(node)) {
    const { expression } = node;
    const isMember = ts.isPropertyAccessExpression(expression);
    return isMember ? members.has(expression.name.text) : isMaker(expression, names);
  }
  if (!ts.isCallExpression(node)) return false;
  return isMaker(node.expression, names) || memberCalls.test(node.expression.getText());
}

/** A name, or a choice between names. */
function isMaker(node: ts.Expression, names: ReadonlySet<string>): boolean {
  if (ts.isIdentifier(node)) return names.has(node.text);
  if (ts.isParenthesizedExpression(node)) return isMaker(node.expression, names);
  if (!ts.isConditionalExpression(node)) return false;
  return isMaker(node.whenTrue, names) || isMaker(node.whenFalse, names);
}

/** The name of the function whose result the creation is. */
function nameOfReturning(creation: Creation): string | undefined {
  let node: ts.Node = creation.parent;
  while (ts.isParenthesizedExpression(node) || ts.isConditionalExpression(node)) node = node.parent;
  if (!ts.isReturnStatement(node)) return undefined;
  const within = functionAround(node);
  if (within === undefined || !ts.isFunctionDeclaration(within)) return undefined;
  const isExported = within.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return isExported ? undefined : within.name?.text;
}

function isHeard(creation: Creation): boolean {
  const { parent } = creation;
  if (ts.isYieldExpression(parent) || ts.isAsExpression(parent)) return isIterated(parent);
  if (ts.isForOfStatement(parent)) return parent.expression === creation;
  if (ts.isCallExpression(parent) && parent.expression.getText() === 'pipeline') return true;
  const target = targetOf(creation);
  const within = functionAround(creation);
  if (target === undefined || within === undefined) return false;
  const start = creation.getStart();
  const after = nodesIn(within).filter((node) => node.getStart() >= start);
  const heard = after.find((node) => listensOn(node, target));
  if (heard === undefined) return false;
  const waits = after.some((node) => ts.isAwaitExpression(node) && node.end <= heard.end);
  return !waits;
}

function isIterated(node: ts.Node): boolean {
  if (ts.isAsExpression(node)) return isIterated(node.parent);
  return ts.isYieldExpression(node) && node.asteriskToken !== undefined;
}

/** What the listener must be attached to; the creation itself where it is assigned to nothing. */
function targetOf(creation: Creation): string | undefined {
  const { parent } = creation;
  if (ts.isVariableDeclaration(parent)) return parent.name.getText();
  if (ts.isPropertyAccessExpression(parent)) return creation.getText();
  const isAssigned =
    ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssigned ? parent.left.getText() : undefined;
}

function listensOn(node: ts.Node, target: string): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const [event] = node.arguments;
  if (node.expression.name.text !== 'on' || !event || !ts.isStringLiteral(event)) return false;
  return event.text === 'error' && node.getText().startsWith(`${target}.`);
}

function functionAround(node: ts.Node): ts.SignatureDeclaration | undefined {
  let above = node.parent;
  while (above !== undefined && !ts.isFunctionLike(above)) above = above.parent;
  return above;
}

/** Nodes of a function, without those of functions in it. */
function nodesIn(within: ts.SignatureDeclaration): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, (child) => (ts.isFunctionLike(child) ? undefined : visit(child)));
  };
  if ('body' in within && within.body) visit(within.body);
  return nodes;
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
