import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { importsOf } from './imports.js';
import { selectionOf } from './projects.js';

const CODE = ['{src,test,scripts,bench}/**/*.ts', 'packages/*/{src,test}/**/*.ts'];
/** Imports every feature: what reaches a change only through it would be nearly every spec. */
const COMPOSITION = /^src\/(app\/|app\.module\.ts$|main\.ts$|cli\.ts$)/;

export interface ChangedSpecs {
  readonly chosen: readonly string[];
  /** Number of specs that import the change, and need more than Node. */
  readonly others: number;
}

/** Returns the specs that need Node alone and import what differs from the branch `main`. */
export function changedSpecs(): ChangedSpecs {
  const specs = specsOf(changedFiles());
  const { unit, sandbox } = selectionOf('node', { isLong: false, hasLongFiles: true });
  const alone = new Set([...unit, ...sandbox]);
  const chosen = specs.filter((path) => alone.has(path));
  return { chosen, others: specs.length - chosen.length };
}

/** Returns the specs that are changed, or import a change without the composition root between. */
export function specsOf(changed: readonly string[]): readonly string[] {
  const importers = importersByFile();
  const found = new Set(changed);
  // A set yields what is added while it is read.
  for (const path of found) {
    if (COMPOSITION.test(path) && !changed.includes(path)) continue;
    for (const importer of importers.get(path) ?? []) found.add(importer);
  }
  return [...found].filter((path) => path.endsWith('.spec.ts')).toSorted();
}

function importersByFile(): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const path of CODE.flatMap((pattern) => globSync(pattern))) {
    for (const imported of importsOf(path)) {
      importers.set(imported, [...(importers.get(imported) ?? []), path]);
    }
  }
  return importers;
}

function changedFiles(): readonly string[] {
  const differing = git(['diff', '--name-only', '--diff-filter=d', 'main']);
  return [...differing, ...git(['ls-files', '--others', '--exclude-standard'])];
}

function git(args: readonly string[]): readonly string[] {
  return execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}
