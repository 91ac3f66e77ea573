import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditWriter } from '../../../src/audit/audit-writer.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import { send, sendBytes } from '../../support/raw-http.js';
import { eventually } from '../../support/tokens-world.js';
import { ImpersonationWorld } from './impersonation-world.js';

const caller = 'system:serviceaccount:pay:caller';
const job = 'system:serviceaccount:pay:job';
const value = 'hunter2-of-impersonation';
const secret = '/kubernetes/api/v1/namespaces/pay/secrets/db';
const getDb = 'get secret db -o jsonpath={.data.password}';
const asOps = '--as alice --as-group ops';

/** What kubectl complains of. */
async function complaint(running: Promise<string>): Promise<string> {
  return running.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
}

/** All that is written down while something runs, but what the gateway does by itself. */
async function storedWhile(act: () => Promise<unknown>): Promise<readonly KubernetesAuditEvent[]> {
  const written = vi.spyOn(AuditWriter.prototype, 'append');
  try {
    await act();
    return written.mock.calls
      .map(([{ json }]) => JSON.parse(json) as KubernetesAuditEvent)
      .filter(({ annotations }) => annotations['sallyport.dev/credential-id'] !== 'gateway');
  } finally {
    written.mockRestore();
  }
}

const aboutDb = (events: readonly KubernetesAuditEvent[]) =>
  events.filter(({ objectRef }) => objectRef?.name === 'db');

describe('where --as is taken', () => {
  let world: ImpersonationWorld;

  beforeAll(async () => {
    world = await ImpersonationWorld.start({ impersonation: 'allow' });
    await eventually(() => world.kubectl(`${getDb} ${asOps}`));
  });

  afterAll(() => world?.stop());

  /** A request of the caller with these header lines; the status line and all that follows. */
  const ask = (target: string, ...fields: string[]) =>
    sendBytes(
      new URL(world.url).origin,
      Buffer.from(
        [
          `GET ${target} HTTP/1.1`,
          ...['Host: x', `Authorization: Bearer ${world.token}`, 'Connection: close', ...fields],
          '\r\n',
        ].join('\r\n'),
        'latin1',
      ),
      { ca: world.tls.ca },
    );

  it('a caller reads as whom he may be what he himself may not, and both are on record', async () => {
    expect(await complaint(world.kubectl(getDb))).toContain(`User "${caller}" cannot get resource`);
    const events = await storedWhile(async () => {
      const base64 = await world.kubectl(`${getDb} ${asOps} --as-group dev --as-uid u1`);
      expect(Buffer.from(base64, 'base64').toString()).toBe(value);
    });
    expect(aboutDb(events)).toMatchObject([
      {
        user: { username: caller, groups: expect.arrayContaining(['system:serviceaccounts:pay']) },
        impersonatedUser: {
          username: 'alice',
          uid: 'u1',
          groups: ['ops', 'dev', 'system:authenticated'],
        },
        annotations: {
          'sallyport.dev/action': 'secrets.reveal',
          'sallyport.dev/outcome': 'allowed',
          'sallyport.dev/marks': 'impersonated',
        },
      },
    ]);
    const [event] = (await world.events()).filter(({ secret: name }) => name === 'db');
    expect(event).toMatchObject({ user: caller, impersonatedUser: 'alice' });
  });

  it('his event is as it ever was where he acts as himself', async () => {
    const events = aboutDb(await storedWhile(() => complaint(world.kubectl(getDb))));
    expect(events).toMatchObject([{ user: { username: caller } }]);
    expect(JSON.stringify(events)).not.toContain('mpersonated');
  });

  it('whom he acts as has no more rights than that one has', async () => {
    const words = await complaint(world.kubectl(`${getDb} --as alice --as-group dev`));
    expect(words).toContain('User "alice" cannot get resource "secrets"');
  });

  it('he is answered about himself as whom he acts as', async () => {
    expect(
      await world.kubectl('auth whoami -o jsonpath={.status.userInfo.username} --as alice'),
    ).toBe('alice');
    expect(await world.kubectl(`auth can-i get secret/db ${asOps}`)).toBe('yes\n');
    expect(await complaint(world.kubectl('auth can-i get secret/db --as alice'))).toContain(
      'failed',
    );
  });

  it.each([
    ['--as bob', 'users "bob" is forbidden', '"users" in API group "" at the cluster scope'],
    [`${asOps} --as-group admins`, 'groups "admins" is forbidden', '"groups" in API group ""'],
    ['--as alice --as-uid u2', 'uids.authentication.k8s.io "u2" is forbidden', '"uids"'],
    [
      '--as system:serviceaccount:pay:other',
      'serviceaccounts "other" is forbidden',
      '"serviceaccounts" in API group "" in the namespace "pay"',
    ],
  ])('he is refused, once and on record, %s', async (flags, what, which) => {
    let words = '';
    const path = secret.replace('/kubernetes', '');
    const events = await storedWhile(async () => {
      words = await complaint(world.kubectl(`get --raw ${path} ${flags}`));
    });
    expect(words).toContain(`${what}: User "${caller}" cannot impersonate resource ${which}`);
    expect(words).toContain('(Forbidden)');
    expect(events).toMatchObject([
      {
        user: { username: caller },
        responseStatus: { code: 403 },
        annotations: {
          'sallyport.dev/outcome': 'denied',
          'authorization.k8s.io/reason': expect.stringContaining(what),
        },
      },
    ]);
  });

  it('he is told so by kubectl also where that knows nothing of the cluster yet', async () => {
    const words = await complaint(world.kubectl(`${getDb} --as bob`, { fresh: true }));
    expect(words).toContain(`users "bob" is forbidden: User "${caller}" cannot impersonate`);
  });

  it.each([
    '--as system:admin',
    '--as alice --as-group system:masters',
    '--as system:serviceaccount:pay',
    `--as ${job} --as-group ops`,
    '--as alice,bob',
  ])('nobody acts so, and nobody is asked: %s', async (flags) => {
    const path = secret.replace('/kubernetes', '');
    const words = await complaint(world.kubectl(`get --raw ${path} ${flags}`));
    expect(words).toContain('(BadRequest)');
  });

  it('he acts as a ServiceAccount that is there, and as none that is not', async () => {
    const events = aboutDb(await storedWhile(() => world.kubectl(`${getDb} --as ${job}`)));
    expect(events).toMatchObject([
      { user: { username: caller }, impersonatedUser: { username: job, uid: expect.any(String) } },
    ]);
    const ghost = 'system:serviceaccount:pay:ghost';
    expect(await complaint(world.kubectl(`${getDb} --as ${ghost}`))).toContain('not there');
    const gone = `delete secret nothing --ignore-not-found --as ${ghost}`;
    expect(await complaint(world.kubectl(gone))).toContain('not there');
  });

  it('a write is his by the trail, and in the history by whom he acted as', async () => {
    const patch = '{"stringData":{"user":"value-of-user"}}';
    const events = aboutDb(
      await storedWhile(() => world.kubectl(`patch secret db -p ${patch} ${asOps}`)),
    ).filter(({ annotations }) => annotations['sallyport.dev/action'] === 'secrets.patch');
    expect(events.map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseComplete']);
    for (const event of events) {
      expect(event).toMatchObject({
        user: { username: caller },
        impersonatedUser: { username: 'alice' },
      });
    }
    await eventually(async () =>
      expect((await world.versions('db'))[0]).toMatchObject({
        ...{ createdBy: 'alice', door: 'kubectl', auditId: events[0]?.auditID },
      }),
    );
  });

  it('a token acts as nobody beyond its scope', async () => {
    const mint = async (scope: object) => {
      const body = { description: 'a test', expiresInSeconds: 600, scope };
      const call = { method: 'POST', path: '/v1/tokens', token: world.token, body };
      const answer = await send(world.plainUrl, call);
      expect(answer.status).toBe(201);
      return answer.json<{ token: string }>().token;
    };
    const narrow = await mint({ namespaces: ['pay'], secrets: ['other'] });
    const words = await complaint(world.kubectl(`${getDb} ${asOps}`, { token: narrow }));
    expect(words).toContain('the scope of the token forbids this');
    const wide = await mint({ namespaces: ['pay'], secrets: ['db'] });
    expect(await world.kubectl(`${getDb} ${asOps}`, { token: wide })).not.toBe('');
  });

  it.each<[string, readonly string[]]>([
    ['an underscore', ['Impersonate_User: alice']],
    ['a header of the future', ['Impersonate-User: alice', 'Impersonate-New: x']],
    ['a longer name', ['Impersonate-Users: alice']],
    ['an extra without a key', ['Impersonate-User: alice', 'Impersonate-Extra-: x']],
    ['a second user', ['Impersonate-User: alice', 'impersonate-user: job']],
    ['the same user again', ['Impersonate-User: alice', 'IMPERSONATE-USER: alice']],
    ['joined users', ['Impersonate-User: alice, job']],
    ['joined groups', ['Impersonate-User: alice', 'Impersonate-Group: ops, system:masters']],
    ['a group without a user', ['Impersonate-Group: ops']],
    ['an empty user', ['Impersonate-User: ', 'Impersonate-Group: ops']],
    ['a user of spaces', ['Impersonate-User:  \t ']],
    ['bytes that are not UTF-8', ['Impersonate-User: al\u00ffice']],
    ['a reserved user', ['IMPERSONATE-USER: system:admin']],
    ['a space before the colon', ['Impersonate-User : alice']],
  ])('is refused with 400: %s', async (_what, fields) => {
    const answer = await ask(secret, ...fields);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain(value);
    expect(answer).not.toMatch(/alice|masters/);
  });

  it.each(['/v1/namespaces/pay/secrets/db', '/graphql', '/kubernetesx', '/openapi.json'])(
    'no other door takes it: %s',
    async (target) => {
      const answer = await ask(target, 'Impersonate-User: alice', 'Impersonate-Group: ops');
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  it('a watch ends with the right to act so', async () => {
    const path = `/kubernetes/api/v1/namespaces/pay/secrets?watch=1`;
    const headers = { 'impersonate-user': 'alice', 'impersonate-group': 'ops' };
    const watching = send(new URL(world.url).origin, {
      ...{ path, token: world.token, headers, ca: world.tls.ca },
    });
    await eventually(async () =>
      expect(await world.events()).toContainEqual(
        expect.objectContaining({ action: 'secrets.watch', impersonatedUser: 'alice' }),
      ),
    );
    const takenAtMs = Date.now();
    await world.forbid();
    expect((await watching).status).toBe(200);
    expect(Date.now() - takenAtMs).toBeLessThan(10_000);
    expect(await complaint(world.kubectl(`${getDb} ${asOps}`))).toContain('cannot impersonate');
  });
});

describe('where --as is not taken, as by default,', () => {
  let world: ImpersonationWorld;

  beforeAll(async () => {
    world = await ImpersonationWorld.start({});
  });

  afterAll(() => world?.stop());

  it('kubectl is told so, and what to do, whatever its user may; it is on record', async () => {
    const events = await storedWhile(async () => {
      for (const command of [getDb, `get --raw ${secret.replace('/kubernetes', '')}`]) {
        const words = await complaint(world.kubectl(`${command} ${asOps}`, { fresh: true }));
        expect(words).toContain('--as is not accepted by this gateway: call with a credential of');
        expect(words).toContain('kubectl.impersonation');
      }
    });
    const refused = events.filter(({ responseStatus }) => responseStatus?.code === 400);
    expect(refused.length).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toContain('alice');
  });
});
