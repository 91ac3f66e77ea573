import { globSync } from 'node:fs';
import { endToEnd, realServerOnly, sandboxIsEnough } from './clusters.js';
import { longFiles, longFilesByCluster } from './long-files.js';
import { specsWithServers } from './specs-with-servers.js';

/**
 * What runs: `node` needs Node alone; `full` also runs specs with other programs, each on one
 * cluster; `rest` runs the long files. Undefined is `vitest` itself, which runs any file, and so do
 * runs of some files (`hasLongFiles`).
 */
export type RunKind = 'node' | 'full' | 'rest';

export interface Selection {
  /** Spec files in front of the sandbox that need Node alone. */
  readonly sandbox: readonly string[];
  /** Spec files in front of the sandbox that need other programs. */
  readonly sandboxWithServers: readonly string[];
  /** Patterns of what runs in front of the real API server, and exceptions. */
  readonly main: readonly string[];
  readonly notInMain: readonly string[];
}

/** Returns the spec files of a run. `isLong` runs all files, on both clusters. */
export function selectionOf(
  kind: RunKind | undefined,
  { isLong, hasLongFiles }: { readonly isLong: boolean; readonly hasLongFiles: boolean },
): Selection {
  if (kind === 'rest') {
    const { real, sandbox } = longFilesByCluster();
    return { sandbox, sandboxWithServers: [], main: real, notInMain: [] };
  }
  const leftOut = new Set(kind !== undefined && !isLong && !hasLongFiles ? longFiles : []);
  const isOneCluster = !isLong && (kind === 'full' || (kind === 'node' && !hasLongFiles));
  const patterns = isOneCluster ? sandboxIsEnough : endToEnd;
  const realOnly = new Set(realServerOnly.flatMap((pattern) => globSync(pattern)));
  const all = patterns
    .flatMap((pattern) => globSync(pattern))
    .filter((path) => !realOnly.has(path) && !leftOut.has(path));
  const withServers = new Set(specsWithServers(patterns));
  return {
    sandbox: all.filter((path) => !withServers.has(path)),
    sandboxWithServers: all.filter((path) => withServers.has(path)),
    main: ['test/**/*.spec.ts'],
    notInMain: [...(isLong ? [] : sandboxIsEnough), ...leftOut],
  };
}
