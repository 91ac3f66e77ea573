import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNamespace } from '../../cluster/manifests.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const path = '/v1/namespaces/pay/secrets/db';

/** All that a wrong credential is told, whatever is wrong with it. */
const refusal = {
  type: 'https://sallyport.dev/errors#Unauthenticated',
  title: 'Unauthenticated',
  status: 401,
  code: 'Unauthenticated',
  detail: 'a valid bearer token is needed',
  requestId: expect.any(String) as string,
  auditId: expect.any(String) as string,
};

function expectRefused(answer: Answer): void {
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Bearer');
  expect(answer.json()).toEqual(refusal);
}

/** A JWT with some of its claims replaced and its signature kept. */
function tampered(token: string, claims: object): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const known = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...known, ...claims })).toString('base64url');
  return [header, changed, signature].join('.');
}

describe('a ServiceAccount token', () => {
  let installation: TestInstallation;
  let base: string;
  let token: string;

  beforeAll(async () => {
    installation = await TestInstallation.start();
    [base = ''] = await installation.gateway.listen();
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', { password: 'root' });
    token = await installation.user('pay', 'app', [allOfSecrets]);
  });

  afterAll(() => installation.stop());

  const of = (audiences?: readonly string[]) =>
    installation.cluster.createToken({
      namespace: 'pay',
      serviceAccount: 'app',
      ...(audiences && { audiences }),
    });

  it('of audience sallyport acts as its ServiceAccount', async () => {
    const answer = await send(base, { path, token });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ stringData: { password: 'root' } });
    const [event] = await eventsOf(answer);
    expect(event).toMatchObject({
      user: 'system:serviceaccount:pay:app',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
      credentialId: expect.stringMatching(/^JTI=/) as string,
    });
  });

  it('of several audiences, sallyport among them, passes too', async () => {
    const several = await of(['vault', 'sallyport']);
    expect((await send(base, { path, token: several })).status).toBe(200);
  });

  it('with an audience of the API server is refused, though the API server takes it', async () => {
    const own = await of();
    const direct = await installation.cluster.request(
      'GET',
      '/api/v1/namespaces/pay/secrets/db',
      undefined,
      { token: own },
    );
    expect(direct.status).toBe(200);
    expectRefused(await send(base, { path, token: own }));
  });

  it.each(['sallyport2', 'Sallyport', 'https://sallyport'])(
    'of audience %s is refused',
    async (audience) => {
      expectRefused(await send(base, { path, token: await of([audience]) }));
    },
  );

  it('whose claims were changed is refused', async () => {
    const forged = tampered(token, { sub: 'system:serviceaccount:kube-system:admin' });
    expectRefused(await send(base, { path, token: forged }));
  });

  it.each([
    ['nothing', ''],
    ['a word', 'garbage'],
    ['three words', 'a.b.c'],
    ['empty parts', '..'],
    ['a token that is too long', 'a'.repeat(13_000)],
    ['the claims of nobody', `${Buffer.from('null').toString('base64url')}.bnVsbA.x`],
  ])('that is %s is refused', async (_what, garbage) => {
    expectRefused(await send(base, { path, token: garbage }));
  });

  it('counts only as a bearer token in the Authorization header', async () => {
    for (const authorization of [token, `Basic ${token}`, `Token ${token}`, `Bearer  x ${token}`]) {
      expectRefused(await send(base, { path, headers: { authorization } }));
    }
    expectRefused(await send(base, { path: `${path}?access_token=${token}` }));
    expectRefused(await send(base, { path, headers: { cookie: `token=${token}` } }));
  });

  it('takes the scheme in any case, as RFC 9110 has it', async () => {
    const headers = { authorization: `bearer ${token}` };
    expect((await send(base, { path, headers })).status).toBe(200);
  });

  it('ends with its ServiceAccount', async () => {
    const leaver = await installation.user('pay', 'leaver', [allOfSecrets]);
    expect((await send(base, { path, token: leaver })).status).toBe(200);
    await installation.cluster.request('DELETE', '/api/v1/namespaces/pay/serviceaccounts/leaver');
    // The API server keeps a review for ten seconds.
    await expect
      .poll(async () => (await send(base, { path, token: leaver })).status, {
        timeout: 20_000,
        interval: 500,
      })
      .toBe(401);
  });

  it('cannot be judged without an API server: 503, not 401', async () => {
    await installation.cluster.stopApiServer();
    const answer = await send(base, { path, token });
    await installation.cluster.startApiServer();
    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'Unavailable' });
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  async function eventsOf(answer: Answer) {
    const page = await partOf(installation.gateway, AuditService).list({});
    return page.items.filter(({ auditId }) => auditId === answer.headers['audit-id']);
  }
});

describe('an audience that the API server takes for its own', () => {
  it('is an alarm and a warning, since every token of the cluster passes here', async () => {
    const audience = 'https://kubernetes.default.svc.cluster.local';
    const installation = await TestInstallation.start({ kubernetes: { audience } });
    try {
      await installation.gateway.listen();
      const health = await installation.gateway.health.getUrl();
      const report = async () => (await send(health, { path: '/readyz?verbose' })).text;
      const options = { timeout: 10_000, interval: 100 };
      await expect.poll(report, options).toContain('[!]audience degraded');
      const alarm = installation.log.find((line) => line.includes('every token passes here'));
      expect(alarm).toContain(audience);
    } finally {
      await installation.stop();
    }
  });
});

describe('in passthrough mode', () => {
  let installation: TestInstallation;
  let base: string;

  beforeAll(async () => {
    installation = await startPassthrough();
    [base = ''] = await installation.gateway.listen();
    await createNamespace(installation.cluster, 'pay');
    await seedSecret(installation, 'pay', 'db', { password: 'root' });
  });

  afterAll(() => installation.stop());

  it('the gateway is ready while its account may impersonate nobody, and serves nobody else', async () => {
    const health = await installation.gateway.health.getUrl();
    const report = async () => (await send(health, { path: '/readyz?verbose' })).text;
    await expect.poll(report).toContain('[+]rights ok\n');
    expect(await report()).toContain('profile: passthrough\n');

    const excessive = await startPassthrough('deploy/rbac/constrained/by-namespace');
    try {
      const [url = ''] = await excessive.gateway.listen();
      const ready = await excessive.gateway.health.getUrl();
      const text = async () => (await send(ready, { path: '/readyz?verbose' })).text;
      await expect.poll(text).toContain('[-]rights failed: the gateway may impersonate:user-info');
      await createNamespace(excessive.cluster, 'pay');
      await excessive.user('pay', 'app', [allOfSecrets]);
      const account = { namespace: 'pay', serviceAccount: 'app' };
      const token = await excessive.cluster.createToken(account);
      expect((await send(url, { path, token })).status).toBe(503);
    } finally {
      await excessive.stop();
    }
  });

  it('a token of the API server is sent on, and the API server sees the caller', async () => {
    await installation.user('pay', 'app', [allOfSecrets]);
    const token = await installation.cluster.createToken({
      namespace: 'pay',
      serviceAccount: 'app',
    });
    const answer = await send(base, { path, token });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ stringData: { password: 'root' } });
  });

  it('a denial is worded by the API server about the caller himself', async () => {
    await installation.user('pay', 'stranger', []);
    const token = await installation.cluster.createToken({
      namespace: 'pay',
      serviceAccount: 'stranger',
    });
    const answer = await send(base, { path, token });
    expect(answer.status).toBe(403);
    const user = 'User "system:serviceaccount:pay:stranger" cannot get resource "secrets"';
    expect(answer.json()['detail']).toContain(user);
  });

  it('a token of audience sallyport is refused, for the API server would refuse it', async () => {
    const token = await installation.user('pay', 'other', [allOfSecrets]);
    expectRefused(await send(base, { path, token }));
  });

  it('two callers at once are each themselves', async () => {
    const names = ['one', 'two', 'three'];
    const tokens = await Promise.all(
      names.map(async (name) => {
        await installation.user('pay', name, []);
        return installation.cluster.createToken({ namespace: 'pay', serviceAccount: name });
      }),
    );
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        send(base, { path, token: tokens[index % 3] ?? '' }),
      ),
    );
    answers.forEach((answer, index) => {
      const own = `system:serviceaccount:pay:${names[index % 3]}"`;
      expect(answer.json()['detail']).toContain(own);
    });
  });

  function startPassthrough(profile = 'deploy/rbac/passthrough'): Promise<TestInstallation> {
    return TestInstallation.start({ kubernetes: { access: 'passthrough' } }, profile);
  }
});
