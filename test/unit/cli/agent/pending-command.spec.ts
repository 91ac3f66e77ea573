import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PendingCommand } from '../../../../src/cli/agent/pending-command.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-pending-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('the mark stays until it is cleared, and can be set twice', () => {
  const pending = new PendingCommand(join(folder, 'first'));
  expect(pending.isSet).toBe(false);
  pending.set();
  pending.set();
  expect(new PendingCommand(join(folder, 'first')).isSet).toBe(true);
  pending.clear();
  expect([pending.isSet, readdirSync(folder)]).toEqual([false, []]);
});

it('agents with files in one folder do not clear the marks of each other', () => {
  const [one, other] = ['one', 'other'].map((name) => new PendingCommand(join(folder, name)));
  one?.set();
  other?.set();
  other?.clear();
  expect(one?.isSet).toBe(true);
});

it('a link in the place of the mark is not followed', () => {
  const pending = new PendingCommand(join(folder, 'first'));
  pending.set();
  const [mark = ''] = readdirSync(folder);
  pending.clear();
  writeFileSync(join(folder, 'victim'), 'content');
  for (const target of ['victim', 'absent']) {
    symlinkSync(join(folder, target), join(folder, basename(mark)));
    pending.set();
    expect(pending.isSet).toBe(true);
    pending.clear();
  }
  expect(readdirSync(folder)).toEqual(['victim']);
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('content');
});
