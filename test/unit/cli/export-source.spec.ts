import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openExport } from '../../../src/cli/export-source.js';
import { uncaughtDuring } from '../../support/uncaught-errors.js';

/** It is there, and not even root may read it. */
const unreadable = '/proc/sys/vm/drop_caches';
const TURNS = 50;

it('reports a file that cannot be read to who reads it, however late that is', async () => {
  const caught = await uncaughtDuring(async () => {
    const pieces = await openExport(unreadable);
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
    await expect(pieces[Symbol.asyncIterator]().next()).rejects.toThrow('EACCES');
  });
  expect(caught).toEqual([]);
});
