import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passwordPolicy, RotatedServer, serverKinds } from '../../support/rotation-servers.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { scaled } from '../../support/scale.js';

const ROTATIONS = scaled(50, 2);
const RUN_MS_MAX = 60_000;
const GAP_MS_MAX = 10_000;

interface Gap {
  /** For how long the values of the Secret let nobody in. 0: each login was let in. */
  readonly ms: number;
  /** How often they began to be refused. */
  readonly count: number;
  /** Logins with the values of before, and with those of afterwards. */
  readonly passwords: ReadonlySet<string>;
}

describe('one user at a server that holds one password of each', () => {
  let world: RotationWorld;
  const servers: RotatedServer[] = [];

  beforeAll(async () => {
    world = await RotationWorld.start('gap');
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await world?.stop();
  });

  /** A user, its Secret, named as the kind of the server, and its rotation. */
  async function prepare(server: RotatedServer): Promise<void> {
    const { kind } = server;
    servers.push(server);
    await server.seed(world);
    const password = `first-password-at-${kind}`;
    await server.createUser('app', password);
    await world.seed(kind, { username: 'app', password });
    const target = server.target({ username: 'app' });
    await world.rotate(kind, passwordPolicy(target, { strategy: 'singleUser' }));
  }

  /** Logs in with what the Secret holds at each time, until the rotation has ended and it works. */
  async function gapOf(server: RotatedServer, hasEnded: () => boolean): Promise<Gap> {
    const passwords = new Set<string>();
    let refusedAtMs: number | undefined;
    let [ms, count, isLast] = [0, 0, false];
    while (!isLast || refusedAtMs !== undefined) {
      // Once more after the end, so that the new password is tried in any case.
      isLast = hasEnded();
      const { username = '', password = '' } = await world.stored(server.kind);
      const askedAtMs = performance.now();
      if (await server.letsIn(username, password)) {
        passwords.add(password);
        if (refusedAtMs !== undefined) ms += performance.now() - refusedAtMs;
        refusedAtMs = undefined;
      } else if (refusedAtMs === undefined) {
        refusedAtMs = askedAtMs;
        count += 1;
      }
      await nextTurn();
    }
    return { ms, count, passwords };
  }

  async function rotateOnce(server: RotatedServer): Promise<number> {
    const { kind } = server;
    const { password: former = '' } = await world.stored(kind);
    let hasEnded = false;
    const run = world.runThrough(kind).finally(() => (hasEnded = true));
    const [gap, { state }] = await Promise.all([gapOf(server, () => hasEnded), run]);
    expect(state).toBe('succeeded');
    const { password = '' } = await world.stored(kind);
    expect(password).not.toBe(former);
    expect([...gap.passwords]).toEqual([former, password]);
    expect(gap.count).toBeLessThanOrEqual(1);
    expect(await server.letsIn('app', password)).toBe(true);
    expect(await server.letsIn('app', former)).toBe(false);
    return gap.ms;
  }

  it.each(serverKinds)(
    `is kept out for moments alone, and let in afterwards: ${ROTATIONS} rotations of %s`,
    async (kind) => {
      const server = await RotatedServer.start(kind);
      await prepare(server);
      const gaps: number[] = [];
      for (let count = 0; count < ROTATIONS; count += 1) gaps.push(await rotateOnce(server));
      const shown = gaps.map((gapMs) => `${gapMs.toFixed(0)} ms`).join(', ');
      console.info(`singleUser, ${kind}: the values of the Secret let nobody in for ${shown}`);
      expect(Math.max(...gaps)).toBeLessThan(GAP_MS_MAX);
    },
    (ROTATIONS + 1) * RUN_MS_MAX,
  );
});
