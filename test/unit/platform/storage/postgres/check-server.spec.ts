import { expect, it } from 'vitest';
import {
  serverProblem,
  type ServerSettings,
} from '../../../../../src/platform/storage/postgres/check-server.js';

const good: ServerSettings = {
  version: 150_013,
  encoding: 'UTF8',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  is_standby: false,
};

it.each<[Partial<ServerSettings>, string | undefined]>([
  [{}, undefined],
  [{ version: 140_000 }, undefined],
  [{ synchronous_commit: 'remote_apply' }, undefined],
  [{ version: 139_999 }, 'is PostgreSQL 13, but needs to be 14 or newer'],
  [{ version: 90_624 }, 'is PostgreSQL 9, but needs to be 14 or newer'],
  [{ encoding: 'SQL_ASCII' }, 'has the encoding SQL_ASCII, but needs UTF8'],
  [{ fsync: 'off' }, 'has fsync=off, but needs on'],
  [{ full_page_writes: 'off' }, 'has full_page_writes=off, but needs on'],
  [
    { synchronous_commit: 'remote_write' },
    'has synchronous_commit=remote_write, but needs on (or remote_apply)',
  ],
  [{ is_standby: true }, 'is a standby, which takes no writes'],
])('of a server with %j the problem is: %s', (settings, problem) => {
  expect(serverProblem({ ...good, ...settings })).toBe(problem);
});
