// Lets Node run this project's TypeScript in place: a `.js` import that has no file of that name
// resolves to the `.ts` beside it, and what is left without types is kept from one thread to the
// next, which all would need half of their start for it. Used by scripts, benchmarks, and threads
// and processes under vitest.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  createRequire,
  enableCompileCache,
  registerHooks,
  stripTypeScriptTypes,
} from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
// Goes with the packages, so that it has an end.
const kept = join(root, 'node_modules', '.cache', 'stripped-types');
// Where test/run/bundled-threads.ts has put each worker thread in one file.
const threads = process.env.SALLYPORT_TEST_THREADS;

// Packages of this repository: their source, not what is built.
const WORKSPACES = '@sallyport/';
// The first line of a decorated class.
const DECORATOR = /^@[A-Z]\w*\(/m;

// Threads that a module imports, which may have changed something before: no bundle knows of that.
const imported = new Set();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = resolveTypeScript(specifier, context, nextResolve);
    if (context.parentURL !== undefined) imported.add(resolved.url);
    return resolved;
  },

  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    const path = fileURLToPath(url);
    const bundle = imported.has(url) ? undefined : bundleOf(path);
    const source = bundle ?? withoutTypes(readFileSync(path, 'utf8'));
    return { source, format: 'module', shortCircuit: true };
  },
});

function resolveTypeScript(specifier, context, nextResolve) {
  if (specifier.startsWith(WORKSPACES)) {
    return nextResolve(specifier, { ...context, conditions: ['source', ...context.conditions] });
  }
  if (!specifier.endsWith('.js')) return nextResolve(specifier, context);
  const beside = `${specifier.slice(0, -3)}.ts`;
  // First what is nearly always right: an error would cost more than all the rest.
  if (specifier.startsWith('.') && existsSync(new URL(beside, context.parentURL))) {
    return nextResolve(beside, context);
  }
  try {
    return nextResolve(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return nextResolve(beside, context);
  }
}

/** A thread with all that it imports, where there is such a bundle. */
function bundleOf(path) {
  if (threads === undefined || !path.endsWith('.worker.ts')) return undefined;
  const bundle = join(threads, `${relative(root, path).slice(0, -3)}.js`);
  if (!existsSync(bundle)) return undefined;
  // Each thread would compile it again. In this folder, it has an end with the bundle.
  enableCompileCache(join(threads, 'compiled'));
  return readFileSync(bundle, 'utf8');
}

function withoutTypes(text) {
  const name = createHash('sha256').update(`${process.version}\0`).update(text).digest('hex');
  const path = join(kept, `${name}.mjs`);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    const stripped = DECORATOR.test(text) ? compiled(text) : strippedInSilence(text);
    keep(path, stripped);
    return stripped;
  }
}

/** Classes that Nest injects into carry decorators, which are more than types. */
function compiled(text) {
  const typescript = createRequire(import.meta.url)('typescript');
  const compilerOptions = {
    target: typescript.ScriptTarget.ES2024,
    module: typescript.ModuleKind.ESNext,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    verbatimModuleSyntax: false,
  };
  return typescript.transpileModule(text, { compilerOptions }).outputText;
}

/** Whole or not at all, whoever else writes it. */
function keep(path, text) {
  const draft = `${path}.${process.pid}-${performance.now()}`;
  try {
    mkdirSync(kept, { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch {
    // The process of a test may be somebody who may write nothing here.
  }
}

/** At its first use the function is called experimental, on the standard error that tests read. */
function strippedInSilence(text) {
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  Object.defineProperty(process, 'emitWarning', { ...own, value: () => undefined });
  try {
    return stripTypeScriptTypes(text);
  } finally {
    Object.defineProperty(process, 'emitWarning', own);
  }
}
