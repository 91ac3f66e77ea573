import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { scaled } from '../../support/scale.js';
import { temporaryDir } from './audit-fixture.js';
import { type Acknowledged, AuditLoad, expectWhole } from './audit-load.js';
import { type Fault, SyscallFaults } from './syscall-fault.js';

const POSITIONS = scaled(40, 3);
const STOPS_MAX = 5;
const STOP_AGAIN_MS = 50;
const LATE_MS_MAX = scaled(900_000, 120_000);
/** By which the write-ahead log comes sooner to the length at which it is moved. */
const LONG_BYTES = 8_000;
const SYNC = 'fsync,fdatasync';
const OPEN = '?open,openat';
const RENAME = '?rename,?renameat,renameat2';
const UNLINK = '?unlink,unlinkat';

let folder: ReturnType<typeof temporaryDir>;
let notes: ReturnType<typeof temporaryDir>;
let loads: AuditLoad[];
let userAgentBytes: number;

beforeEach(() => {
  folder = temporaryDir();
  notes = temporaryDir();
  loads = [];
  userAgentBytes = 0;
});

afterEach(async () => {
  await Promise.all(loads.map((one) => one.kill()));
  folder.remove();
  notes.remove();
});

const file = (suffix: string) => databasePath(folder.path) + suffix;

function another(): AuditLoad {
  const name = `load-${loads.length}`;
  const parts = { dataDir: folder.path, notes: notes.path, name, userAgentBytes };
  const load = new AuditLoad(parts);
  loads.push(load);
  return load;
}

/** A child that appends: the one there is, or another where that has ended. */
async function appending(): Promise<AuditLoad> {
  const last = loads.at(-1);
  const load = last?.isRunning ? last : another();
  await acknowledgesMore(load);
  expect(load.isRunning, load.lines().slice(-3).join('\n')).toBe(true);
  return load;
}

async function acknowledgesMore(child: AuditLoad, more = 200): Promise<void> {
  const enough = child.acknowledged().length + more;
  await child.until(() => child.acknowledged().length >= enough);
}

/** What is traced takes many times as long to fill the log. */
async function comesNearCheckpoint(): Promise<void> {
  const child = await appending();
  // Its number of pages, as the index has it: https://www.sqlite.org/walformat.html
  const pages = () => readFileSync(file('-shm')).readUInt32LE(16);
  const isNear = () => pages() > limits.writeAheadPagesMax * 0.7;
  await child.until(isNear);
}

/** Lets calls fail under load until the last kind did; then the child goes on, or has ended. */
async function strike(
  faults: readonly Fault[],
  paths: readonly string[],
  meanwhile: (child: AuditLoad) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const child = await appending();
  const strace = await SyscallFaults.begin(child.pid, faults, paths);
  const last = faults.at(-1)?.calls.split(',') ?? [];
  const hasStruck = () =>
    strace.injected().some((line) => last.some((call) => line.includes(call.replace('?', ''))));
  try {
    await meanwhile(child);
    await child.until(hasStruck);
    expect(hasStruck(), child.lines().slice(-3).join('\n')).toBe(true);
  } finally {
    await strace.end();
  }
  await acknowledgesMore(child);
}

async function allIsThere(): Promise<void> {
  await Promise.all(loads.map((one) => one.kill()));
  const acknowledged = loads.flatMap((one): readonly Acknowledged[] => one.acknowledged());
  await expectWhole(await SqliteDatabase.open(folder.path), acknowledged);
}

/** 1, 2, 3 and then ever farther, as many as the run has time for. */
function positions(farthest: number): readonly number[] {
  const steps = Array.from({ length: POSITIONS }, (_, at) => farthest ** (at / (POSITIONS - 1)));
  const spread = steps.map((step, at) => Math.max(Math.round(step), at + 1));
  return [...new Set(spread.map((step) => Math.min(step, farthest)))];
}

describe('a system call that fails with EIO under load loses nothing acknowledged:', () => {
  // Again and again: one that opens fewer files than usual is followed by another.
  const forced: Fault = { calls: SYNC, when: '1+50' };
  const cases: readonly (readonly [
    what: string,
    suffixes: readonly string[],
    calls: string,
    farthest: number,
    before: readonly Fault[],
  ])[] = [
    ['write to the write-ahead log', ['-wal'], 'pwrite64', 400, []],
    ['write of a checkpoint', [''], 'pwrite64', 60, []],
    ['sync of the write-ahead log', ['-wal'], SYNC, 30, []],
    ['sync of a checkpoint', [''], SYNC, 2, []],
    ['write, anywhere in the process', [], 'write', 200, []],
    ['open, after an error', ['', '-wal', '-shm'], OPEN, 4, [forced]],
    ['truncation, after an error', ['-wal', '-shm'], 'ftruncate', 1, [forced]],
    ['removal, after an error', ['-wal', '-shm'], UNLINK, 1, [forced]],
  ];

  it.each(cases)(
    '%s',
    async (_what, suffixes, calls, farthest, before) => {
      const isOfCheckpoint = suffixes.every((suffix) => suffix === '') && suffixes.length > 0;
      if (isOfCheckpoint) userAgentBytes = LONG_BYTES;
      for (const when of positions(farthest)) {
        if (isOfCheckpoint) await comesNearCheckpoint();
        await strike([...before, { calls, when: String(when) }], suffixes.map(file));
      }
      await allIsThere();
    },
    LATE_MS_MAX,
  );

  it(
    'rename of the write-ahead log of a database that a copy has replaced',
    async () => {
      for (const most of positions(4)) {
        await strike([{ calls: RENAME, when: `1..${most}` }], [file('-wal')], replaceByCopy);
      }
      await allIsThere();
    },
    LATE_MS_MAX,
  );

  const kinds = [
    ['open', OPEN],
    ['write', 'pwrite64'],
    ['sync', SYNC],
    ['truncation', 'ftruncate'],
    ['removal', UNLINK],
  ] as const;

  it.each(kinds)(
    '%s, in a process that starts on a log which kill -9 left behind',
    async (_what, calls) => {
      let struck = 0;
      for (const when of positions(12)) {
        await (await appending()).kill();
        const child = another();
        const faults = [{ calls, when: String(when) }];
        const strace = await SyscallFaults.begin(child.pid, faults, places());
        await acknowledgesMore(child).finally(async () => {
          struck += strace.injected().length;
          await strace.end();
        });
      }
      expect(struck).toBeGreaterThan(0);
      await allIsThere();
    },
    LATE_MS_MAX,
  );
});

describe('while every system call fails with EIO, nothing is acknowledged, until it works again:', () => {
  it.each([
    ['write', 'pwrite64'],
    ['sync', SYNC],
  ])(
    '%s',
    async (_what, calls) => {
      const child = await appending();
      const strace = await SyscallFaults.begin(child.pid, [{ calls, when: '1+' }], places());
      try {
        await child.until(() => strace.injected().length > 0);
        // For what was acknowledged just before to arrive.
        await delay(200);
        const before = child.acknowledged().length;
        await delay(1_000);
        expect(child.acknowledged().length).toBe(before);
        expect(child.isRunning).toBe(true);
      } finally {
        await strace.end();
      }
      await acknowledgesMore(child);
      expect(child.isRunning).toBe(true);
      await allIsThere();
    },
    LATE_MS_MAX,
  );
});

/** The data folder and all that may lie in it. */
function places(): readonly string[] {
  const suffixes = ['', '-wal', '-shm', '-journal'];
  return [folder.path, join(folder.path, 'sallyport.lock'), ...suffixes.map(file)];
}

/** As an operator might restore it; what is acknowledged meanwhile would be lost, so nothing is. */
async function replaceByCopy(child: AuditLoad): Promise<void> {
  const copy = join(folder.path, 'copy.db');
  for (let attempt = 1; ; attempt += 1) {
    process.kill(child.pid, 'SIGSTOP');
    try {
      copyInto(copy);
      renameSync(copy, file(''));
      return;
    } catch (error) {
      // It was stopped while it moved its log, with locks that a reader waits for.
      if (attempt === STOPS_MAX || !String(error).includes('locking protocol')) throw error;
    } finally {
      process.kill(child.pid, 'SIGCONT');
    }
    await delay(STOP_AGAIN_MS);
  }
}

function copyInto(copy: string): void {
  const other = new DatabaseSync(file(''));
  try {
    other.exec(`VACUUM INTO '${copy}'`);
  } finally {
    other.close();
  }
}
