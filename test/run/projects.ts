import { globSync } from 'node:fs';
import {
  endToEnd,
  ofProcesses,
  realServerOnly,
  sandboxIsEnough,
  withoutServers,
} from './clusters.js';
import { longFiles, longFilesByCluster } from './long-files.js';
import { specsWithServers } from './specs-with-servers.js';

/**
 * What runs: `node` needs Node alone; `full` also runs specs with other programs, each on one
 * cluster; `rest` runs the long files. Undefined is `vitest` itself, which runs any file, and so do
 * runs of some files (`hasLongFiles`).
 */
export type RunKind = 'node' | 'full' | 'rest';

export interface Selection {
  /** Spec files that need neither a cluster nor a server; in a run, also no program. */
  readonly unit: readonly string[];
  /** Spec files in front of the sandbox that need Node alone. */
  readonly sandbox: readonly string[];
  /** Spec files in front of the sandbox that need other programs, or time for many processes. */
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
    return { unit: [], sandbox, sandboxWithServers: [], main: real, notInMain: [] };
  }
  const isSome = kind === undefined || hasLongFiles;
  const leftOut = new Set(isSome || isLong ? [] : longFiles);
  const isOneCluster = !isLong && (kind === 'full' || (kind === 'node' && !hasLongFiles));
  const onSandbox = found(isOneCluster ? sandboxIsEnough : endToEnd).filter(
    (path) => !leftOut.has(path) && !realOnly.has(path),
  );
  const withPrograms = new Set(specsWithServers([...withoutServers, ...endToEnd]));
  const apart = new Set([...withPrograms, ...(isSome ? [] : ofProcesses)]);
  const unit = found(withoutServers).filter((path) => kind === undefined || !apart.has(path));
  return {
    unit,
    sandbox: onSandbox.filter((path) => !apart.has(path)),
    sandboxWithServers: onSandbox.filter((path) => apart.has(path)),
    main: ['test/**/*.spec.ts'],
    notInMain: [...unit, ...(isLong ? [] : sandboxIsEnough), ...leftOut],
  };
}

function found(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => globSync(pattern));
}

const realOnly = new Set(found(realServerOnly));
