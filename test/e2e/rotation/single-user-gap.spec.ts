import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passwordPolicy, RotatedServer } from '../../support/rotation-servers.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { scaled } from '../../support/scale.js';

const ROTATIONS = scaled(20, 3);
const GAP_MS_MAX = 10_000;

describe('one user at a server that holds one password of each', () => {
  let world: RotationWorld;
  let server: RotatedServer;

  beforeAll(async () => {
    [world, server] = await Promise.all([
      RotationWorld.start('gap'),
      RotatedServer.start('postgresql'),
    ]);
    await server.seed(world);
    await server.createUser('app', 'first-password-of-app');
    await world.seed('app', { username: 'app', password: 'first-password-of-app' });
    const target = server.target({ username: 'app' });
    await world.rotate('app', passwordPolicy(target, { strategy: 'singleUser' }));
  });

  afterAll(async () => {
    await server?.stop();
    await world?.stop();
  });

  /**
   * For how long the values of the Secret let nobody in: from the first login with them that is
   * refused to the first that is not, each with what the Secret holds at that time. 0: none was.
   */
  async function gapOf(hasEnded: () => boolean): Promise<number> {
    let refusedAtMs: number | undefined;
    let gapMs = 0;
    while (!hasEnded() || refusedAtMs !== undefined) {
      const { username = '', password = '' } = await world.stored('app');
      const askedAtMs = performance.now();
      if (!(await server.letsIn(username, password))) refusedAtMs ??= askedAtMs;
      else if (refusedAtMs !== undefined) {
        gapMs += performance.now() - refusedAtMs;
        refusedAtMs = undefined;
      }
      await nextTurn();
    }
    return gapMs;
  }

  it(
    `is kept out for moments alone, and let in afterwards: ${ROTATIONS} rotations`,
    async () => {
      const gaps: number[] = [];
      for (let count = 0; count < ROTATIONS; count += 1) {
        const before = await world.stored('app');
        let hasEnded = false;
        const run = world.runThrough('app').finally(() => (hasEnded = true));
        const [gapMs, { state }] = await Promise.all([gapOf(() => hasEnded), run]);
        expect(state).toBe('succeeded');
        gaps.push(gapMs);
        const { password = '' } = await world.stored('app');
        expect(await server.letsIn('app', password)).toBe(true);
        expect(await server.letsIn('app', before['password'] ?? '')).toBe(false);
      }
      const shown = gaps.map((gapMs) => `${gapMs.toFixed(0)} ms`).join(', ');
      console.info(`singleUser: the values of the Secret let nobody in for ${shown}`);
      expect(Math.max(...gaps)).toBeLessThan(GAP_MS_MAX);
    },
    ROTATIONS * 60_000,
  );
});
