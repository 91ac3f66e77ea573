import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { parseSpec } from '../../../../src/rotation/domain/parse-spec.js';
import {
  type Members,
  passwordBody,
  postgresBody,
  serverBody,
  turnsBody,
} from '../policy.builder.js';

const HOUR_MS = 3_600_000;
const webhook = { url: 'https://rotator.pay.svc/', signingSecret: { name: 's', key: 'k' } };

/** Pointers of everything that is refused; empty: it is taken. */
function refused(body: unknown): readonly string[] {
  try {
    parseSpec('app-db', body);
    return [];
  } catch (error) {
    if (!(error instanceof SallyportError) || error.status !== 422) throw error;
    return error.errors.map(({ pointer }) => pointer);
  }
}

const withTarget = (target: unknown): Members => ({ ...passwordBody, target });
const withSchedule = (schedule: unknown): Members => ({ ...passwordBody, schedule });
const withGenerate = (...generate: readonly unknown[]): Members => ({ generate });
const inServer = (kind: string, server: Members, spec: Members = {}): Members => ({
  ...passwordBody,
  target: { [kind]: { ...serverBody, ...server } },
  ...spec,
});

describe('a spec', () => {
  it('of nothing but what it generates has every default', () => {
    expect(parseSpec('app-db', passwordBody)).toEqual({
      secretName: 'app-db',
      generate: [
        {
          key: 'password',
          generator: {
            kind: 'password',
            password: {
              length: 32,
              classes: ['lower', 'upper', 'digits'],
              allow: '',
              forbid: '',
            },
          },
        },
      ],
      target: { kind: 'none' },
      strategy: 'dual',
      schedule: undefined,
      suspend: false,
      takeOwnership: false,
      retireAfterMs: HOUR_MS,
      consumers: { restart: 'none', wait: true, timeoutMs: HOUR_MS / 4 },
      historyLimit: 10,
      adopt: undefined,
    });
  });

  it('of a server has its defaults, and nothing goes without verified TLS', () => {
    const spec = parseSpec('app-db', postgresBody());
    expect(spec.target).toEqual({
      kind: 'postgresql',
      database: 'app',
      server: {
        host: 'db.pay.svc',
        port: 5_432,
        tls: { mode: 'verify-full', caSecret: undefined, serverName: undefined },
        adminSecret: {
          name: 'db-admin',
          username: undefined,
          usernameKey: 'username',
          passwordKey: 'password',
        },
        usernames: ['app'],
        usernameKey: undefined,
        passwordKey: 'password',
        allowPrivileged: false,
      },
    });
  });

  it.each([
    ['mysql', { port: 3_306 }, { userHost: '%' }],
    ['mongodb', { port: 27_017 }, { authDatabase: 'admin' }],
    ['redis', { port: 6_379 }, {}],
  ])('of %s has its own defaults', (kind, server, detail) => {
    const { target } = parseSpec('app-db', inServer(kind, {}, { strategy: 'singleUser' }));
    expect(target).toMatchObject({ kind, server, ...detail });
  });

  it('of a webhook is asked for within ten seconds', () => {
    const spec = parseSpec('app-db', withTarget({ webhook }));
    expect(spec.target).toMatchObject({
      kind: 'webhook',
      webhook: { url: webhook.url, timeoutMs: 10_000, tls: { mode: 'verify-full' } },
    });
  });

  it.each([
    [
      { every: '30d', jitter: '1h' },
      { when: { everyMs: 720 * HOUR_MS }, jitterMs: HOUR_MS },
    ],
    [{ cron: '0 3 * * 0' }, { when: { cron: '0 3 * * 0', timeZone: 'UTC' }, jitterMs: 0 }],
    [
      { cron: '0 3 * * 0', timeZone: 'Europe/Berlin', window: '2h' },
      { when: { cron: '0 3 * * 0', timeZone: 'Europe/Berlin' }, windowMs: 2 * HOUR_MS },
    ],
  ])('has the schedule %j', (given, schedule) => {
    expect(parseSpec('app-db', withSchedule(given)).schedule).toMatchObject(schedule);
  });

  it('restarts the workloads that it names, or all, or none', () => {
    const restart = (consumers: Members): unknown =>
      parseSpec('app-db', { ...passwordBody, consumers }).consumers.restart;
    const workloads = [{ kind: 'Deployment', name: 'app' }];
    expect([restart({}), restart({ restart: 'auto' }), restart({ workloads })]).toEqual([
      'none',
      'auto',
      workloads,
    ]);
  });

  it('makes every kind of value', () => {
    const body = withGenerate(
      { key: 'a', bytes: { size: 16 } },
      { key: 'b', uuid: {} },
      { key: 'c', keyPair: { publicKey: 'c.pub' } },
      { key: 'd', sshKeyPair: { algorithm: { name: 'RSA' }, comment: 'me' } },
      { key: 'tls.key', certificate: { dnsNames: ['a.example'], ca: { secretName: 'ca' } } },
      { key: 'e', jwks: { publicKeySet: 'e.jwks' } },
      { key: 'f', template: 'x{{ b }}' },
    );
    const { generate } = parseSpec('app-db', body);
    expect(generate.map(({ generator }) => generator)).toMatchObject([
      { kind: 'bytes', bytes: { sizeBytes: 16, encoding: 'base64' } },
      { kind: 'uuid' },
      { kind: 'keyPair', keyPair: { algorithm: { name: 'Ed25519' }, publicKey: 'c.pub' } },
      { kind: 'sshKeyPair', sshKeyPair: { algorithm: { name: 'RSA', bits: 3_072 } } },
      {
        kind: 'certificate',
        certificate: {
          lifetimeMs: 90 * 24 * HOUR_MS,
          algorithm: { name: 'ECDSA', curve: 'P-256' },
          certificateKey: 'tls.crt',
          ca: { secretName: 'ca' },
        },
      },
      { kind: 'jwks', jwks: { algorithm: 'ES256', publicKeySet: 'e.jwks', keepOld: 1 } },
      { kind: 'template', template: 'x{{ b }}' },
    ]);
  });

  it('of a target may put its facts into templates', () => {
    const dsn = 'postgresql://{{ username }}:{{ password }}@{{ host }}:{{ port }}/{{ database }}';
    const generate = [
      { key: 'password', password: {} },
      { key: 'dsn', template: dsn },
    ];
    expect(refused(postgresBody({}, { generate }))).toEqual([]);
    expect(refused({ generate })).toEqual(['/generate/1/template']);
  });
});

describe('a refusal names its place', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['no object', [], ['']],
    ['nothing', {}, ['/generate']],
    ['the name of the Secret', { ...passwordBody, secretName: 'app-db' }, ['/secretName']],
    [
      'a member __proto__',
      JSON.parse('{"generate":[],"__proto__":{}}'),
      ['/generate', '/__proto__'],
    ],
    ['null', { ...passwordBody, suspend: null }, ['/suspend']],
    ['too many runs', { ...passwordBody, historyLimit: 101 }, ['/historyLimit']],
    ['a long overlap', { ...passwordBody, retireAfter: '31d' }, ['/retireAfter']],
    ['no generator', withGenerate({ key: 'a' }), ['/generate/0']],
    [
      'two generators, and only those',
      withGenerate({ key: 'a', uuid: {}, bytes: {} }, { key: 'b', template: '{{ a }}' }),
      ['/generate/0'],
    ],
    ['a key that is none', withGenerate({ key: '..', uuid: {} }), ['/generate/0/key']],
    [
      'a key twice',
      withGenerate({ key: 'a', uuid: {} }, { key: 'a', uuid: {} }),
      ['/generate/1/key'],
    ],
    [
      'a weak password',
      withGenerate({ key: 'a', password: { length: 8 } }),
      ['/generate/0/password/length'],
    ],
    ['no target', withTarget({}), ['/target']],
    ['two targets', withTarget({ none: {}, webhook }), ['/target']],
    ['an unknown target', withTarget({ oracle: {} }), ['/target/oracle']],
    [
      'plain http',
      withTarget({ webhook: { ...webhook, url: 'http://a/' } }),
      ['/target/webhook/url'],
    ],
    [
      'a URL with a user',
      withTarget({ webhook: { ...webhook, url: 'https://u@a/' } }),
      ['/target/webhook/url'],
    ],
    [
      'a URL with a fragment',
      withTarget({ webhook: { ...webhook, url: 'https://a/#b' } }),
      ['/target/webhook/url'],
    ],
    ['no URL', withTarget({ webhook: { ...webhook, url: 'a' } }), ['/target/webhook/url']],
    [
      'a slow webhook',
      withTarget({ webhook: { ...webhook, timeout: '11s' } }),
      ['/target/webhook/timeout'],
    ],
    [
      'TLS without verification',
      postgresBody({ tls: { mode: 'disable' } }),
      ['/target/postgresql/tls/mode'],
    ],
    ['a socket as host', postgresBody({ host: '/run/postgresql' }), ['/target/postgresql/host']],
    ['a connection string', postgresBody({ url: 'postgresql://a/' }), ['/target/postgresql/url']],
    ['no user', postgresBody({ username: undefined }), ['/target/postgresql']],
    ['one user and two', postgresBody({ usernames: ['a', 'b'] }), ['/target/postgresql']],
    ['three users', turnsBody({ usernames: ['a', 'b', 'c'] }), ['/target/postgresql/usernames']],
    ['the same user twice', turnsBody({ usernames: ['a', 'a'] }), ['/target/postgresql/usernames']],
    [
      'turns without a place for the user',
      turnsBody({ usernameKey: undefined }),
      ['/target/postgresql/usernameKey'],
    ],
    [
      'turns of one user',
      postgresBody({}, { strategy: 'alternatingUsers' }),
      ['/strategy', '/target/postgresql/usernameKey'],
    ],
    ['two users without turns', turnsBody({}, { strategy: 'singleUser' }), ['/strategy']],
    ['turns without users', { ...passwordBody, strategy: 'alternatingUsers' }, ['/strategy']],
    [
      'a user name that is generated',
      postgresBody({ usernameKey: 'password' }),
      ['/target/postgresql/usernameKey'],
    ],
    [
      'a user name at no key',
      postgresBody({ usernameKey: '..' }),
      ['/target/postgresql/usernameKey'],
    ],
    [
      'a password that nobody makes',
      postgresBody({ passwordKey: 'pw' }),
      ['/target/postgresql/passwordKey'],
    ],
    ['no schedule', withSchedule({}), ['/schedule']],
    ['two schedules', withSchedule({ cron: '0 3 * * 0', every: '1d' }), ['/schedule']],
    ['the zone of an interval', withSchedule({ every: '1d', timeZone: 'UTC' }), ['/schedule']],
    ['a short interval', withSchedule({ every: '59s' }), ['/schedule/every']],
    ['no cron', withSchedule({ cron: '0 3 * *' }), ['/schedule/cron']],
    ['no zone', withSchedule({ cron: '0 3 * * 0', timeZone: 'Mars' }), ['/schedule/timeZone']],
    [
      'all workloads and some',
      {
        ...passwordBody,
        consumers: { restart: 'auto', workloads: [{ kind: 'Deployment', name: 'a' }] },
      },
      ['/consumers/workloads'],
    ],
    [
      'a workload of another kind',
      { ...passwordBody, consumers: { workloads: [{ kind: 'Job', name: 'a' }] } },
      ['/consumers/workloads/0/kind'],
    ],
  ])('where it finds %s', (_what, body, pointers) => {
    expect(refused(body)).toEqual(pointers);
  });

  it('for every place at once', () => {
    const body = postgresBody(
      { passwordKey: 'pw' },
      {
        strategy: 'dual',
        schedule: { cron: '0 3 * *' },
        generate: [{ key: 'a', bytes: { size: 16 } }],
      },
    );
    expect(refused(body)).toEqual([
      '/strategy',
      '/schedule/cron',
      '/target/postgresql/passwordKey',
    ]);
  });

  it('and never what stands there', () => {
    const marker = 'marker-of-a-value';
    const bodies = [
      { ...passwordBody, retireAfter: marker },
      withTarget({ webhook: { ...webhook, url: `http://${marker}` } }),
      withSchedule({ cron: marker }),
      postgresBody({ host: `/${marker}` }),
      withGenerate({ key: 'a', keyPair: { algorithm: { name: marker } } }),
    ];
    for (const body of bodies) {
      expect(refused(body)).toHaveLength(1);
      expect(() => parseSpec('app-db', body)).not.toThrow(marker);
    }
  });
});

describe('a strategy', () => {
  it.each([
    ['postgresql', ['alternatingUsers', 'singleUser']],
    ['mysql', ['alternatingUsers', 'dual', 'singleUser']],
    ['mongodb', ['alternatingUsers', 'singleUser']],
    ['redis', ['dual', 'singleUser']],
  ])('is one that %s can do', (kind, strategies) => {
    const taken = ['alternatingUsers', 'dual', 'singleUser'].filter((strategy) => {
      const users =
        strategy === 'alternatingUsers'
          ? { username: undefined, usernames: ['a', 'b'], usernameKey: 'username' }
          : {};
      const detail = kind === 'postgresql' ? { database: 'app' } : {};
      return refused(inServer(kind, { ...users, ...detail }, { strategy })).length === 0;
    });
    expect(taken).toEqual(strategies);
  });

  it('with a gap is never chosen by itself', () => {
    expect(refused(postgresBody({}, { strategy: undefined }))).toContain('/strategy');
    expect(parseSpec('app-db', turnsBody({}, { strategy: undefined })).strategy).toBe(
      'alternatingUsers',
    );
    expect(parseSpec('app-db', inServer('redis', {})).strategy).toBe('dual');
    expect(refused(inServer('redis', { username: undefined, usernames: ['a', 'b'] }))).toEqual([
      '/strategy',
    ]);
  });
});

describe('the password of a server', () => {
  it.each([
    [{ password: {} }, true],
    [{ bytes: { encoding: 'hex' } }, true],
    [{ uuid: {} }, true],
    [{ bytes: { encoding: 'raw' } }, false],
    [{ keyPair: {} }, false],
    [{ template: 'constant' }, false],
  ])('from %j: %s', (generator, isTaken) => {
    const body = postgresBody({}, { generate: [{ key: 'password', ...generator }] });
    expect(refused(body)).toEqual(isTaken ? [] : ['/target/postgresql/passwordKey']);
  });
});

describe('an admin in the Secret that is rotated', () => {
  const adminSecret = { name: 'app-db' };

  it('may be the user whose password it is', () => {
    expect(refused(postgresBody({ adminSecret, allowPrivileged: true }))).toEqual([]);
    expect(refused(postgresBody({ adminSecret: { ...adminSecret, username: 'app' } }))).toEqual([]);
  });

  it('takes no turns: the former user could not be ended', () => {
    expect(refused(turnsBody({ adminSecret }))).toEqual(['/target/postgresql/adminSecret/name']);
  });

  it('is no other user with that password', () => {
    const other = { ...adminSecret, username: 'postgres' };
    expect(refused(postgresBody({ adminSecret: other }))).toEqual([
      '/target/postgresql/adminSecret/username',
    ]);
  });

  it('may have a key of its own, that nothing is generated for', () => {
    const own = { name: 'app-db', username: 'postgres', passwordKey: 'postgres-password' };
    expect(refused(turnsBody({ adminSecret: own }))).toEqual([]);
    const generate = ['password', 'postgres-password'].map((key) => ({ key, password: {} }));
    expect(refused(postgresBody({ adminSecret: own }, { generate }))).toEqual([
      '/target/postgresql/adminSecret/passwordKey',
    ]);
  });
});
