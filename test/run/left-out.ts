import { globSync } from 'node:fs';
import { apiTools, ofHarness } from './clusters.js';
import { longFiles } from './long-files.js';
import type { FileResult } from './spec-results.js';

/** Returns lines that name, by folder, the spec files that a run of `npm test` left out. */
export function leftOut(results: readonly Pick<FileResult, 'path'>[]): string {
  const run = new Set(results.map(({ path }) => path));
  const harness = [...ofHarness, ...apiTools].flatMap((pattern) => globSync(pattern));
  const later = new Set([...longFiles, ...harness]);
  const others = globSync('test/**/*.spec.ts')
    .filter((path) => !run.has(path) && !later.has(path))
    .toSorted();
  const folders = Map.groupBy(others, (path) => path.split('/').slice(0, -1).join('/'));
  const lines = [...folders].map(([folder, { length }]) => `  ${folder}  ${length}`);
  return [
    `${others.length} spec files were left out: they need a real API server, a database server,`,
    'another program, or much time. `npm run test:full` runs them:',
    ...lines,
    `${longFiles.length} long spec files were left out. \`npm run test:rest\` runs them.`,
    `${harness.length} spec files about test programs were left out. \`npm run test:long\` runs them.`,
  ].join('\n');
}
