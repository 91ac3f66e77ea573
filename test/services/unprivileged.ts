import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Debian's "nobody": PostgreSQL and MariaDB refuse to be run by root. */
const NOBODY = 65_534;
const RUN_MS_MAX = 60_000;

export interface Command {
  readonly binary: string;
  readonly serverArguments: readonly string[];
}

type CommandLine = readonly [string, ...string[]];

/** Runs in `dir`, as whoever runs the tests; its process becomes that of the program. */
export function inFolder(dir: string, commandLine: CommandLine): Command {
  return { binary: '/usr/bin/env', serverArguments: ['-C', dir, ...commandLine] };
}

/** The same, but by nobody where root runs the tests. */
export function unprivileged(dir: string, commandLine: CommandLine): Command {
  if (!isRoot()) return inFolder(dir, commandLine);
  const identity = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  return inFolder(dir, ['setpriv', ...identity, ...commandLine]);
}

/** Runs such a command to its end; rejects with what it said if it fails. */
export async function runUnprivileged(dir: string, commandLine: CommandLine): Promise<void> {
  const { binary, serverArguments } = unprivileged(dir, commandLine);
  await promisify(execFile)(binary, serverArguments, { env: {}, timeout: RUN_MS_MAX });
}

/** Gives files to whoever the servers run as. */
export async function giveToServer(paths: readonly string[]): Promise<void> {
  if (!isRoot()) return;
  await Promise.all(paths.map((path) => chown(path, NOBODY, NOBODY)));
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
