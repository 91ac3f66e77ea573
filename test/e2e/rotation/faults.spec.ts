import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../cluster/certificates.js';
import { stampsCount } from '../../support/rotation-admission.js';
import {
  expectEvent,
  expectFailure,
  expectNothingLost,
  expectRetry,
  expectSuccess,
  type RunEnd,
} from '../../support/rotation-expectations.js';
import { RotationFaults } from '../../support/rotation-faults.js';
import { secretRotation } from '../../support/rotation-manifests.js';
import { RotationProxy } from '../../support/rotation-proxy.js';
import { asPostgresAdmin, passwordPolicy, RotatedServer } from '../../support/rotation-servers.js';

const TEST_MS_MAX = 120_000;
/** Names of users are short: those of twelve characters and more count as values that leak. */
const strategies = [
  ['s', 'singleUser'],
  ['a', 'alternatingUsers'],
] as const;
/** `localhost` may be asked for, and is still an address that nobody has allowed. */
const egress = {
  allow: [{ host: '127.0.0.1', addresses: ['127.0.0.1/32'] }, { host: 'localhost' }],
};

let faults: RotationFaults;
let postgres: RotatedServer;

beforeAll(async () => {
  [faults, postgres] = await Promise.all([
    RotationFaults.start('faults', { rotation: { egress } }),
    RotatedServer.start('postgresql'),
  ]);
  await postgres.seed(faults.world);
});

afterAll(async () => {
  await postgres?.stop();
  await faults?.stop();
});

/** How often the gateway gave a user a password. */
function changesOf(username: string): number {
  const change = new RegExp(`ROLE "${username}" .*PASSWORD 'SCRAM-SHA-256`, 'g');
  return [...postgres.server.log().matchAll(change)].length;
}

/** With a proxy before PostgreSQL that ends with the test. */
async function behindProxy(work: (proxy: RotationProxy) => Promise<void>): Promise<void> {
  const proxy = await RotationProxy.start(postgres.server);
  try {
    await work(proxy);
  } finally {
    await proxy.stop();
  }
}

/** With a server of its own that ends with the test. */
async function withServer(
  start: Promise<RotatedServer>,
  work: (server: RotatedServer) => Promise<void>,
): Promise<void> {
  const server = await start;
  try {
    await server.seed(faults.world);
    await work(server);
  } finally {
    await server.stop();
  }
}

describe.concurrent('a target', { timeout: TEST_MS_MAX }, () => {
  it('that is down is tried until it is up again', () =>
    withServer(RotatedServer.start('redis'), async (redis) => {
      const one = await faults.prepare('down', redis, { strategy: 'dual' });
      await redis.server.kill();
      const run = await faults.world.begin('down');
      await expectRetry(faults, 'down', { id: run.id, reason: 'TargetUnreachable' });
      await redis.server.start();
      await expectNothingLost(faults, one);
      expect(await faults.ended('down', run)).toMatchObject({ state: 'succeeded' });
      await expectSuccess(faults, one);
    }));

  it('that does not let the admin in is left alone', async () => {
    const { username } = postgres.server.admin;
    await faults.world.seed('wrong', { username, password: 'not the password of it' });
    const target = { adminSecret: { name: 'wrong' } };
    const one = await faults.prepare('refusing', postgres, { target });
    await expectFailure(faults, one.name, { state: 'failed', reason: 'AdminRefused' });
    await expectNothingLost(faults, one);
    expect(changesOf('refusing')).toBe(0);
    await faults.change('wrong', { stringData: postgres.server.admin });
    await expectSuccess(faults, one);
  });

  it('whose admin nobody knows is left alone', async () => {
    const target = { adminSecret: { name: 'nowhere' } };
    const one = await faults.prepare('unknown', postgres, { target });
    await expectFailure(faults, one.name, { state: 'failed', reason: 'ReferencedSecretMissing' });
    await expectNothingLost(faults, one);
    await faults.world.seed('nowhere', postgres.server.admin);
    await expectSuccess(faults, one);
  });

  it('whose user may do more than its own work is left alone', async () => {
    const one = await faults.prepare('boss', postgres);
    await asPostgresAdmin(postgres.server, 'ALTER ROLE boss CREATEROLE');
    await expectFailure(faults, one.name, { state: 'failed', reason: 'UserPrivileged' });
    await expectNothingLost(faults, one);
    expect(changesOf('boss')).toBe(0);
  });

  it('that knows none of the credentials is left alone', async () => {
    const one = await faults.prepare('foreign', postgres);
    const elsewhere = 'set by somebody at the server';
    await asPostgresAdmin(postgres.server, `ALTER ROLE "foreign" PASSWORD '${elsewhere}'`);
    await expectFailure(faults, one.name, { state: 'needsOperator', reason: 'NoCredentialWorks' });
    expect(await postgres.letsIn('foreign', elsewhere)).toBe(true);
    expect(changesOf('foreign')).toBe(0);
    await faults.change('foreign', { stringData: { password: elsewhere } });
    await expectSuccess(faults, one);
  });

  it('with rules for passwords keeps the one that it has', () => {
    const settings = {
      'plugin-load-add': 'simple_password_check',
      'simple-password-check-other-characters': '2',
    };
    return withServer(RotatedServer.start('mysql', { settings }), async (mariadb) => {
      const one = await faults.prepare('ruled', mariadb);
      await expectFailure(faults, one.name, { state: 'failed', reason: 'PasswordRejected' });
      await expectNothingLost(faults, one);
      const classes = ['lower', 'upper', 'digits', 'symbols'];
      const generate = [{ key: 'password', password: { length: 64, classes } }];
      const target = mariadb.target({ username: 'ruled' });
      const spec = passwordPolicy(target, { strategy: 'singleUser', generate });
      await faults.world.rotate('ruled', spec);
      await expectSuccess(faults, one);
      expect((await faults.world.stored('ruled'))['password']).toHaveLength(64);
    });
  });

  it.for(strategies)('whose answer is lost is changed once: %s', ([letter, strategy]) =>
    behindProxy(async (proxy) => {
      const name = `lost-${letter}`;
      const target = { port: proxy.port };
      const one = await faults.prepare(name, postgres, { strategy, target });
      proxy.cutAfter('COMMIT');
      const run = await faults.world.runThrough(name);
      expect(run).toMatchObject({ state: 'succeeded' });
      expect(proxy.isDone).toBe(true);
      const lost = { step: 'set', state: 'running', reason: 'TargetUnreachable' };
      await expectEvent(faults, { run: run.id, ...lost });
      const { username = '', password = '' } = await faults.world.stored(name);
      expect(changesOf(username)).toBe(1);
      expect(await postgres.letsIn(username, password)).toBe(true);
      expect(await postgres.letsIn(one.username, one.password)).toBe(false);
    }),
  );

  it('that another authority vouches for is told nothing', () =>
    behindProxy(async (proxy) => {
      const { certificate } = await createCertificateAuthority('another');
      await faults.world.seed('another-ca', { 'ca.crt': certificate });
      const tls = { caSecret: { name: 'another-ca' } };
      const one = await faults.prepare('tls', postgres, { target: { port: proxy.port, tls } });
      const run = await expectFailure(faults, one.name, { state: 'failed', reason: 'TlsFailed' });
      expect(run.error?.message).not.toMatch(/may still be there/);
      expect(proxy.connections).toBeGreaterThan(0);
      expect(proxy.heardBytes).toBe(0);
      await expectNothingLost(faults, one);
    }));

  it.each([
    ['unlisted', 'that is not on the list', 'db.example.com'],
    ['denied', 'whose name leads to an address that is denied', 'localhost'],
  ])('is not connected to: %s, %s', async (name, _, host) => {
    const one = await faults.prepare(name, postgres, { target: { host } });
    const run = await expectFailure(faults, name, { state: 'failed', reason: 'HostNotAllowed' });
    expect(run.error?.message).not.toMatch(/may still be there/);
    await expectNothingLost(faults, one);
    expect(changesOf(name)).toBe(0);
  });

  it.each(['postgres', 'admin'])('is not touched where a tenant names its user %s', (named) =>
    behindProxy(async (proxy) => {
      const name = `as-${named}`;
      const one = await faults.prepare(name, postgres, { named, target: { port: proxy.port } });
      await expectFailure(faults, one.name, { state: 'needsOperator', reason: 'SecretDiffers' });
      expect(proxy.connections).toBe(0);
      expect(changesOf(named)).toBe(0);
      await postgres.logIn('admin', postgres.server.admin.password);
      await faults.change(name, { stringData: { username: one.username } });
      await expectNothingLost(faults, one);
      await expectSuccess(faults, one);
    }),
  );
});

interface Meanwhile {
  readonly what: string;
  readonly act: (name: string) => Promise<void>;
  readonly end: RunEnd;
  /** Values that the Secret has then in place of its own; undefined: it is gone. */
  readonly left: Readonly<Record<string, string>> | undefined;
}

describe.concurrent('a Secret', { timeout: TEST_MS_MAX }, () => {
  const password = 'typed in by somebody';
  const meanwhile: readonly Meanwhile[] = [
    {
      what: 'is deleted',
      act: (name: string) => faults.delete(name),
      end: { state: 'failed', reason: 'SecretMissing' },
      left: undefined,
    },
    {
      what: 'is made immutable',
      act: (name: string) => faults.change(name, { immutable: true }),
      end: { state: 'failed', reason: 'SecretImmutable' },
      left: {},
    },
    {
      what: 'is edited',
      act: (name: string) => faults.change(name, { stringData: { password } }),
      end: { state: 'needsOperator', reason: 'SecretDiffers' },
      left: { password },
    },
  ];
  const rows = meanwhile.flatMap((row, index) =>
    strategies.map(([letter, strategy]) => ({ ...row, name: `mid-${letter}${index}`, strategy })),
  );

  it.for(rows)('that $what while it is rotated keeps its credential: $strategy', (row) =>
    behindProxy(async (proxy) => {
      const { name, strategy, act, end, left } = row;
      const one = await faults.prepare(name, postgres, { strategy, target: { port: proxy.port } });
      proxy.before('COMMIT', () => act(name));
      await expectFailure(faults, one.name, end);
      expect(proxy.isDone).toBe(true);
      const { username, password: first } = one;
      expect(await postgres.letsIn(username, first)).toBe(true);
      const whole = { username, password: first, other: 'kept' };
      expect(await faults.world.stored(name)).toEqual(left ? { ...whole, ...left } : {});
      // Whoever sees to it deletes what cannot be changed.
      if (left !== undefined) await faults.delete(name);
      await faults.world.seed(name, { ...whole, ...left });
      await expectSuccess(faults, one);
    }),
  );

  it('that another controller has is not rotated, by REST or by kubectl', async () => {
    const metadata = { name: 'argo', labels: { 'argocd.argoproj.io/instance': 'shop' } };
    await faults.world.seed('argo', { password: 'as it is in git' }, { metadata });
    const generate = [{ key: 'password', password: {} }];
    const put = await faults.world
      .as('owner')
      .put(`${faults.world.at('argo')}/rotation`, { generate });
    expect(put.status).toBe(422);
    expect(put.body.errors).toEqual([
      { pointer: '/takeOwnership', reason: expect.stringContaining('ManagedElsewhere') },
    ]);
    const apply = (spec: Record<string, unknown>): Promise<string> =>
      faults.world.installation.cluster.kubectl(
        ['-n', faults.world.namespace, 'apply', '-f', '-'],
        JSON.stringify(secretRotation('argo', spec)),
      );
    await stampsCount(faults.world.installation.cluster);
    await apply({ generate });
    await faults.world.condition('argo', 'Ready', 'ManagedElsewhere');
    await expectFailure(faults, 'argo', { state: 'failed', reason: 'ManagedElsewhere' });
    expect(await faults.world.stored('argo')).toEqual({ password: 'as it is in git' });
    await apply({ generate, takeOwnership: true });
    await faults.world.condition('argo', 'Ready', 'Accepted');
    expect(await faults.world.runThrough('argo')).toMatchObject({ state: 'succeeded' });
  });
});
