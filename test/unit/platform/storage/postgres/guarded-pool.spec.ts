import { describe, expect, it } from 'vitest';
import { GuardedPool } from '../../../../../src/platform/storage/postgres/guarded-pool.js';
import { paces } from '../../../../../src/platform/storage/postgres/paces.js';
import { RudeServer, type Rudeness } from '../../../../postgres/rude-server.js';
import { uncaughtDuring } from '../../../../support/uncaught-errors.js';

const table = [
  ['when a client is let in', 'request'],
  ['when a client is let in', 'work'],
  ['when a client asks, twice', 'request'],
  ['when a client asks, twice', 'work'],
] as const satisfies readonly (readonly [Rudeness, keyof typeof paces])[];

describe('a pool whose server shuts down', () => {
  it.each(table)('%s, on the pace of a %s, ends no process', async (rudeness, pace) => {
    const server = await RudeServer.start(rudeness);
    const pool = new GuardedPool(server.url, paces[pace], { max: 10 });
    const caught = await uncaughtDuring(async () => {
      const query = async () => {
        const client = await pool.connect();
        try {
          await (client.query as unknown as (sql: string) => Promise<unknown>)('SELECT 1');
        } finally {
          client.release();
        }
      };
      await expect(query()).rejects.toThrow('cannot be used');
      await pool.end();
    });
    await server.stop();
    expect(caught).toEqual([]);
  });
});
