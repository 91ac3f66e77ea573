import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { removePrivateFolder } from './remove-private-folder.js';

const FOLDERS_MAX = 100;
const ABANDONED = /^sallyport-(?:edit|run)-(\d+)-(\d+)-(\d+)-\w{6}$/;
/** Field of /proc/PID/stat after the name of the program. proc_pid_stat(5), starttime. */
const START_FIELD = 19;

/**
 * Returns what no other process has at any time on this machine: the namespace of process ids, the
 * id, and the time of the start. Returns undefined without /proc.
 */
export function processMark(): string | undefined {
  const namespace = processNamespace();
  const start = startOf(process.pid);
  if (namespace === undefined || start === undefined) return undefined;
  return `${namespace}-${process.pid}-${start}`;
}

/** Removes private folders of this user whose process was killed, unless a program uses them. */
export function removeAbandonedFolders(parent: string): void {
  const namespace = processNamespace();
  if (namespace === undefined) return;
  const names = namesIn(parent).filter((name) => isAbandoned(name, namespace));
  for (const path of names.slice(0, FOLDERS_MAX).map((name) => join(parent, name))) {
    if (isOwnFolder(path) && !isNamedByProcess(path)) removePrivateFolder(path);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAbandoned(name: string, ownNamespace: string): boolean {
  const [, namespace, pid, start] = ABANDONED.exec(name) ?? [];
  return namespace === ownNamespace && startOf(Number(pid)) !== start;
}

function isOwnFolder(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}

/** Reports whether a program that runs on, such as an editor, was started with the folder. */
function isNamedByProcess(path: string): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => {
    return ['environ', 'cmdline'].some((file) => textOf(`/proc/${pid}/${file}`)?.includes(path));
  });
}

function processNamespace(): string | undefined {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  } catch {
    return undefined;
  }
}

function startOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD];
}

/** Returns a file of /proc; undefined if the process has ended, or is not for this user. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
