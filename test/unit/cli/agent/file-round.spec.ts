import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretValues } from '@sallyport/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentConfigOf } from '../../../../src/cli/agent/agent-config.js';
import { KeptFiles } from '../../../../src/cli/agent/file-round.js';
import { PendingCommand } from '../../../../src/cli/agent/pending-command.js';
import { ReadValues } from '../../../../src/cli/values/read-values.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function values(stringData: Readonly<Record<string, string>>): ReadValues {
  const read = new ReadValues();
  const namespace = { kind: 'namespace', namespace: 'pay', entries: ['db'] } as const;
  read.add(namespace, new Map([['db', new SecretValues({ stringData })]]));
  return read;
}

/** Returns rounds of one agent. */
function agent(...files: readonly object[]) {
  const config = agentConfigOf({ files }, 'pay');
  const pending = new PendingCommand(config.files[0]?.path ?? '');
  const kept = new KeptFiles(config.files, pending);
  return (texts: Readonly<Record<string, string>>) => {
    const written = kept.write(values(texts));
    return { written, isPending: pending.isSet };
  };
}

const write = (texts: Readonly<Record<string, string>>, ...files: readonly object[]) =>
  agent(...files)(texts);

const draftOf = (digit: string) => `.sallyport-draft@${digit.repeat(36)}`;

describe('a round of files', () => {
  const first = () => ({ path: join(folder, 'first'), key: 'db/a' });
  const second = () => ({ path: join(folder, 'deep', 'second'), key: 'db/b', mode: '0640' });

  it('writes files that differ, with their permissions, and owes the command for replaced ones', () => {
    expect(write({ a: '1', b: '2' }, first(), second())).toEqual({
      written: [first().path, second().path],
      isPending: false,
    });
    expect(statSync(first().path).mode & 0o777).toBe(0o400);
    expect(statSync(second().path).mode & 0o777).toBe(0o640);
    expect(write({ a: '1', b: '3' }, first(), second())).toEqual({
      written: [second().path],
      isPending: true,
    });
    expect(readFileSync(second().path, 'utf8')).toBe('3');
  });

  it('writes nothing where content and permissions are right, and corrects both', () => {
    write({ a: '1' }, first());
    const { ino } = statSync(first().path);
    expect(write({ a: '1' }, first())).toEqual({ written: [], isPending: false });
    expect(statSync(first().path).ino).toBe(ino);
    chmodSync(first().path, 0o644);
    expect(write({ a: '1' }, first()).written).toHaveLength(1);
    expect(statSync(first().path).mode & 0o777).toBe(0o400);
  });

  it('writes no file unless all can be made', () => {
    expect(() => write({ a: '1' }, first(), second())).toThrow('has no key b');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('replaces what a crash has left, and leaves nothing if it fails', () => {
    const draft = join(folder, draftOf('0'));
    writeFileSync(draft, 'half');
    utimesSync(draft, 0, 0);
    writeFileSync(join(folder, draftOf('1')), 'of another agent');
    write({ a: '1' }, first());
    expect(readdirSync(folder)).toEqual([draftOf('1'), 'first']);
    mkdirSync(join(folder, 'taken', 'inside'), { recursive: true });
    const taken = { ...first(), path: join(folder, 'taken') };
    expect(() => write({ a: '1' }, taken)).toThrow('taken cannot be written: EISDIR');
    const drafts = readdirSync(folder).filter((name) => name.startsWith('.sallyport-draft'));
    expect(drafts).toEqual([draftOf('1')]);
  });

  it('owes the command for a file that was removed after it was written, or read once', () => {
    write({ a: '1' }, first());
    const round = agent(first());
    expect(round({ a: '1' })).toEqual({ written: [], isPending: false });
    rmSync(first().path);
    expect(round({ a: '1' })).toEqual({ written: [first().path], isPending: true });
  });

  it('writes files although the folder of the first one is gone', () => {
    write({ b: '1' }, second());
    const gone = { path: join(folder, 'gone', 'first'), key: 'db/b' };
    expect(write({ b: '2' }, gone, second())).toEqual({
      written: [gone.path, second().path],
      isPending: true,
    });
  });
});
