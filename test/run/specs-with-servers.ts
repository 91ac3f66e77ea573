import { globSync, readFileSync } from 'node:fs';
import { importsOf } from './imports.js';

/** What starts database servers or programs that are built with Go or Python. */
const SERVERS = /^test\/(services|postgres|ferretdb|client-go|kubeseal|python-client)\//;
/** The clusters themselves are not meant: the sandbox starts without a program of Kubernetes. */
const CLUSTERS = /^test\/(cluster|sandbox)\//;
const KUBECTL = /\.kubectl\(|kubectlPath|ensureBinaries/;

/** Those of the specs that need more than Node, even where the sandbox is their cluster. */
export function specsWithServers(patterns: readonly string[]): readonly string[] {
  const seen = new Map<string, boolean>();
  return patterns
    .flatMap((pattern) => globSync(pattern))
    .filter((path) => needsServers(path, seen))
    .toSorted();
}

function needsServers(path: string, seen: Map<string, boolean>): boolean {
  const known = seen.get(path);
  if (known !== undefined) return known;
  // Of a cycle the answer is that of the others in it.
  seen.set(path, false);
  const text = readFileSync(path, 'utf8');
  const imported = importsOf(path, text).filter(
    (other) => other.startsWith('test/') && !CLUSTERS.test(other),
  );
  const needs =
    KUBECTL.test(text) ||
    imported.some((other) => SERVERS.test(other) || needsServers(other, seen));
  seen.set(path, needs);
  return needs;
}
