import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { type Credential, RotationClient } from '../../support/rotation-client.js';
import {
  passwordPolicy,
  RotatedServer,
  serverKinds,
  type ServerKind,
} from '../../support/rotation-servers.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { scaled } from '../../support/scale.js';

const ROTATIONS = scaled(50);
const RUN_MS_MAX = 30_000;
/** So long the former credential works on; a client looks every tenth of it. */
const policy = { retireAfter: '1s' };

describe('a client that logs in ten times a second', () => {
  let world: RotationWorld;
  let servers: ReadonlyMap<ServerKind, RotatedServer>;

  beforeAll(async () => {
    world = await RotationWorld.start('turns');
    const all = await Promise.all(serverKinds.map((kind) => RotatedServer.start(kind)));
    servers = new Map(all.map((server) => [server.kind, server]));
    for (const server of all) await server.seed(world);
  });

  afterAll(async () => {
    await Promise.all([...(servers?.values() ?? [])].map((server) => server.stop()));
    await world?.stop();
  });

  /** As an application has it from the gateway. */
  async function read(name: string): Promise<Credential> {
    const answer = await send(world.url, { path: world.at(name), token: world.tokens.owner });
    if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
    const { stringData } = answer.json<{ stringData: Record<string, string> }>();
    return { username: stringData['username'] ?? '', password: stringData['password'] ?? '' };
  }

  /** Sets up a user, its Secret, named as the kind of the server, and its rotation. */
  async function prepare(server: RotatedServer): Promise<void> {
    const { kind } = server;
    const first = { username: 'app_a', password: `first-password-at-${kind}` };
    await server.createUser(first.username, first.password);
    await world.seed(kind, first);
    // Redis knows several passwords of a user; elsewhere two users take turns.
    const users = kind === 'redis' ? { username: 'app_a' } : { usernames: ['app_a', 'app_b'] };
    await world.rotate(kind, passwordPolicy(server.target(users), policy));
  }

  async function rotateUnderLogins(server: RotatedServer): Promise<void> {
    const { kind } = server;
    await prepare(server);
    const client = await RotationClient.start({
      read: () => read(kind),
      logIn: ({ username, password }) => server.logIn(username, password),
    });
    let slowestMs = 0;
    for (let count = 0; count < ROTATIONS; count += 1) {
      const { username, password } = await read(kind);
      const startedAtMs = performance.now();
      expect(await world.runThrough(kind)).toMatchObject({ state: 'succeeded' });
      slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
      expect(await server.letsIn(username, password)).toBe(false);
    }
    await expect.poll(() => client.passwordsUsed, { timeout: 10_000 }).toBe(ROTATIONS + 1);
    const { logins, failures } = await client.stop();
    console.info(
      `${kind}: ${logins} logins through ${ROTATIONS} rotations, ${failures.length} failed; ` +
        `the slowest rotation took ${(slowestMs / 1_000).toFixed(1)} s, 1 s of grace included`,
    );
    expect(failures).toEqual([]);
    expect(logins).toBeGreaterThan(ROTATIONS * 10);
    expect(slowestMs).toBeLessThan(RUN_MS_MAX);
  }

  // Not all at once: their own work would keep ten logins a second from being that.
  it.each([
    ['postgresql', 'redis'],
    ['mysql', 'mongodb'],
  ] as const)(
    `is let in each time through ${ROTATIONS} rotations: %s, %s`,
    async (...some) => {
      await Promise.all(
        some.map((kind) => rotateUnderLogins(servers.get(kind) ?? expect.fail('not started'))),
      );
    },
    ROTATIONS * RUN_MS_MAX,
  );
});
