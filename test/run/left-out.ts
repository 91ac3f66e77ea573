import { globSync } from 'node:fs';
import { longFiles } from './long-files.js';
import type { FileResult } from './spec-results.js';

const LONG = new Set(longFiles);

/** Returns lines that name, by folder, the spec files that a run of `npm test` left out. */
export function leftOut(results: readonly Pick<FileResult, 'path'>[]): string {
  const run = new Set(results.map(({ path }) => path));
  const others = globSync('test/**/*.spec.ts')
    .filter((path) => !run.has(path) && !LONG.has(path))
    .toSorted();
  const folders = Map.groupBy(others, (path) => path.split('/').slice(0, 3).join('/'));
  const lines = [...folders].map(([folder, { length }]) => `  ${folder}  ${length}`);
  return [
    `${others.length} spec files were left out: they need a real API server, a database server or`,
    'another program. `npm run test:full` runs them:',
    ...lines,
    `${LONG.size} long spec files were left out. \`npm run test:rest\` runs them.`,
  ].join('\n');
}
