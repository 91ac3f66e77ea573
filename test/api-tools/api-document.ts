import { join, resolve } from 'node:path';
import { runOrFail } from './run-program.js';

/** Path of the description below the repository. */
export const documentName = 'docs/api/openapi.json';
/** Path of the description of the API. */
export const documentPath = resolve(documentName);
const gitMsMax = 30_000;

/** A former state of the description. */
export interface FormerDocument {
  readonly commit: string;
  readonly text: string;
}

/**
 * Returns the newest committed state of the description that differs from `present`. Rejects if the
 * history has none, as in a shallow clone.
 */
export async function formerDocument(present: string): Promise<FormerDocument> {
  const commits = await git(['log', '--format=%H', '-n', '20', '--', documentName]);
  for (const commit of commits.split('\n').filter((line) => line !== '')) {
    const text = await git(['show', `${commit}:${documentName}`]);
    if (text !== present) return { commit, text };
  }
  throw new Error(`no commit has another ${documentName}: fetch the history of the repository`);
}

/** Returns the folder of a tool below this one. */
export function toolFolder(name: string): string {
  return join(import.meta.dirname, name);
}

function git(gitArguments: readonly string[]): Promise<string> {
  return runOrFail('git', gitArguments, { timeoutMs: gitMsMax });
}
