import { expect, it } from 'vitest';
import { AdoptedFile } from '../../../../src/platform/storage/adopted-file.js';

it('tells every thread which file is the database, and which log is its own', () => {
  const here = new AdoptedFile();
  const there = new AdoptedFile(here.memory);
  expect([there.database, there.wal]).toEqual([undefined, undefined]);
  here.adopt('2049:18446744073709551615', '2049:7');
  expect([there.database, there.wal]).toEqual(['2049:18446744073709551615', '2049:7']);
  there.adopt('26:9', undefined);
  expect([here.database, here.wal]).toEqual(['26:9', undefined]);
});
