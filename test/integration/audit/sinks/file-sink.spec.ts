import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSink } from '../../../../src/audit/sinks/file-sink.js';
import { FedLog, until } from './fed-log.js';

let log: FedLog;
let folder: string;
let path: string;

beforeEach(async () => {
  log = await FedLog.open();
  folder = join(log.path, 'out');
  mkdirSync(folder);
  path = join(folder, 'audit.log');
});

afterEach(() => log.close());

function sink(settings: { maxBytes?: number; keep?: number } = {}): FileSink {
  return new FileSink('file', { path, maxBytes: 1_000_000, keep: 3, ...settings });
}

/** Lines of all files, oldest first. */
function lines(): readonly string[] {
  const age = (name: string) => Number(name.split('.')[2] ?? 0);
  const names = readdirSync(folder).toSorted((one, other) => age(other) - age(one));
  return names.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1));
}

describe('a file', () => {
  it('has an event a line, in the order of the log, for its owner alone', async () => {
    const sent = await log.append(600);
    const feeder = log.feeder(sink());
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(lines()).toEqual(sent);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is moved aside at its size, and only so many are kept', async () => {
    const sent = await log.append(500);
    const feeder = log.feeder(sink({ maxBytes: 50_000, keep: 2 }));
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(readdirSync(folder).toSorted()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2']);
    const kept = lines();
    expect(kept).toEqual(sent.slice(-kept.length));
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(50_000);
    }
    expect(statSync(`${path}.1`).size).toBeGreaterThan(48_000);
  });

  it('that is full is removed where none is to be kept', async () => {
    await log.append(200);
    const feeder = log.feeder(sink({ maxBytes: 50_000, keep: 0 }));
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(readdirSync(folder)).toEqual(['audit.log']);
  });

  it('that somebody else moves is made anew, and nothing is lost', async () => {
    const first = await log.append(5);
    const feeder = log.feeder(sink());
    await until(async () => (await log.lagOf(feeder)) === 0);
    renameSync(path, `${path}.1`);
    const second = await log.append(5);
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe(`${first.join('\n')}\n`);
    expect(readFileSync(path, 'utf8')).toBe(`${second.join('\n')}\n`);
  });

  it('in which a crash has left half a line goes on with whole ones', async () => {
    writeFileSync(path, '{"half":');
    const sent = await log.append(2);
    const feeder = log.feeder(sink());
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(lines()).toEqual(['{"half":', ...sent]);
  });

  it('that cannot be written is tried again, and gets everything in the end', async () => {
    mkdirSync(path);
    const sent = await log.append(3);
    const feeder = log.feeder(sink());
    await until(async () => (await feeder.state()).failing !== undefined);
    expect(log.alarms).toEqual([
      'the audit sink file takes no events: the file cannot be written (EISDIR)',
    ]);
    rmdirSync(path);
    await until(async () => (await log.lagOf(feeder)) === 0);
    expect(lines()).toEqual(sent);
  });
});
