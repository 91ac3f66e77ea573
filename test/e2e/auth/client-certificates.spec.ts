import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type CertificateRequest,
  createCertificateAuthority,
} from '../../../src/core/certificate-authority.js';
import { TestInstallation } from '../../support/gateway.js';
import { type ClientIdentity, send, sendBytes } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { TlsWorld } from '../../support/tls-files.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const path = '/v1/namespaces/pay/secrets/db';
const value = 'hunter2-of-certificates';
const rbac = 'rbac.authorization.k8s.io';

let tls: TlsWorld;
let installation: TestInstallation;
let plain: string;
let secure: string;
let alice: ClientIdentity;

beforeAll(async () => {
  tls = await TlsWorld.create();
  installation = await TestInstallation.start({
    listen: { port: 0, tls: { port: 0, ...tls.files } },
    // Every wrong certificate here is another credential.
    limits: { failedCredentialsPerMinute: 1_000 },
  });
  [plain = '', secure = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: value });
  await bind('User', 'alice', 'alice');
  await bind('User', 'josé', 'jose');
  await bind('Group', 'readers', 'readers');
  await bind('Group', '日本, dev', 'japan');
  alice = await tls.client({ commonName: 'alice' });
});

afterAll(async () => {
  await installation.stop();
  tls.remove();
});

async function bind(kind: 'User' | 'Group', name: string, role: string): Promise<void> {
  const base = `/apis/${rbac}/v1/namespaces/pay`;
  const metadata = { name: role };
  await installation.cluster.request('POST', `${base}/roles`, {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
  });
  await installation.cluster.request('POST', `${base}/rolebindings`, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'Role', name: role },
    subjects: [{ apiGroup: rbac, kind, name }],
  });
}

function read(certificate?: ClientIdentity, headers: Record<string, string> = {}, base = secure) {
  const shown = certificate === undefined ? {} : { certificate };
  return send(base, { path, ca: tls.ca, headers, ...shown });
}

/** Of a client: what the gateway does by itself has no address. */
async function lastEvent() {
  const ofClients = { sourceIp: '127.0.0.1' };
  const { items } = await partOf(installation.gateway, AuditService).list(ofClients, { limit: 1 });
  return items[0];
}

describe('a client certificate', () => {
  it.each([
    ['its user', { commonName: 'alice' }],
    ['its groups', { commonName: 'bob', organizations: ['dev', 'readers'] }],
    ['a name beyond ASCII', { commonName: 'josé' }],
    ['a group with a comma, which stays one', { commonName: 'b', organizations: ['日本, dev'] }],
  ])('gives the rights of %s at the API server', async (_name, request) => {
    const answer = await read(await tls.client(request));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).toContain(value);
    expect(await lastEvent()).toMatchObject({ user: request.commonName, outcome: 'allowed' });
  });

  it('is named in the audit trail by its fingerprint', async () => {
    await read(alice);
    expect((await lastEvent())?.credentialId).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
  });

  it('without rights is denied in the words of the API server', async () => {
    const answer = await read(await tls.client({ commonName: 'x, readers', organizations: ['r'] }));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(String.raw`User \"x, readers\" cannot get`);
  });

  it('speaks for GraphQL too', async () => {
    const answer = await send(secure, {
      method: 'POST',
      path: '/graphql',
      ca: tls.ca,
      certificate: alice,
      body: { query: '{ viewer { username groups } }' },
    });
    expect(answer.json()).toEqual({
      data: { viewer: { username: 'alice', groups: ['system:authenticated'] } },
    });
  });

  const refused: readonly [
    string,
    Pick<CertificateRequest, 'commonName'> & Partial<CertificateRequest>,
  ][] = [
    ['without a user', { commonName: '' }],
    ['of a user padded with a space', { commonName: ' alice' }],
    ['of a user padded with a tab', { commonName: 'alice\t' }],
    ['of a user padded with NBSP', { commonName: '\u00a0alice' }],
    ['of a user with a line end', { commonName: 'alice\r\nImpersonate-Group: readers' }],
    ['of a user with a NUL', { commonName: 'alice\0.example' }],
    ['of system:admin', { commonName: 'system:admin' }],
    ['of a node', { commonName: 'system:node:x', organizations: ['system:nodes'] }],
    ['of a ServiceAccount', { commonName: 'system:serviceaccount:pay:app' }],
    ['of system:masters', { commonName: 'alice', organizations: ['system:masters'] }],
    ['of padded system:masters', { commonName: 'alice', organizations: [' system:masters'] }],
    ['of 257 groups', { commonName: 'alice', organizations: groups(257) }],
    ['that has expired', { commonName: 'alice', validDays: -0.001 }],
    ['of a server', { commonName: 'alice', hosts: ['127.0.0.1'] }],
  ];

  it.each(refused)('%s is 401, as a wrong token is', async (_name, request) => {
    const answer = await read(await tls.client(request));
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'Unauthenticated' });
    expect(answer.json()['detail']).toBe('a valid bearer token is needed');
    expect(await lastEvent()).toMatchObject({ action: 'auth.refused', user: 'system:anonymous' });
  });

  it('of another authority, even of the same name, is 401', async () => {
    for (const name of ['others', 'clients']) {
      const others = await createCertificateAuthority(name, 1);
      expect((await read(await tls.client({ commonName: 'alice' }, others))).status).toBe(401);
    }
  });

  it('of the authority itself is 401', async () => {
    expect((await read(tls.clients)).status).toBe(401);
  });

  it('beside a token is two credentials: 400, whoever they are', async () => {
    const token = await installation.user('pay', 'both', []);
    for (const certificate of [alice, await tls.client({ commonName: 'system:admin' })]) {
      for (const text of [token, 'garbage']) {
        const answer = await read(certificate, { authorization: `Bearer ${text}` });
        expect(answer.status).toBe(400);
      }
    }
  });

  it('is not needed, and counts for nothing at the plain listener', async () => {
    const token = await installation.user('pay', 'plain', []);
    expect((await read(undefined, { authorization: `Bearer ${token}` })).status).toBe(403);
    expect((await read(undefined)).status).toBe(401);
    const claimed = { 'x-forwarded-client-cert': 'Subject="CN=alice"', 'x-ssl-client-cn': 'alice' };
    expect((await read(alice, claimed, plain)).status).toBe(401);
  });
});

function groups(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `g${index}`);
}

describe('while the gateway runs', () => {
  /** A connection that is kept open, with the answers on it so far. */
  async function keptOpen() {
    const { hostname: host, port } = new URL(secure);
    const { certificate: cert, key } = alice;
    const socket = connect({ host, port: Number(port), ca: tls.ca, cert, key });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    const ask = (fields = '') => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`);
    return { socket, ask, text: () => text };
  }

  it('a new server certificate is taken up from its files', async () => {
    const renewed = await tls.renewServer();
    const shown = async (): Promise<string> => {
      const { hostname: host, port } = new URL(secure);
      const socket = connect({ host, port: Number(port), ca: tls.ca });
      await once(socket, 'secureConnect');
      const pem = socket.getPeerX509Certificate()?.toString() ?? '';
      socket.destroy();
      return pem.trim();
    };
    await vi.waitFor(async () => expect(await shown()).toBe(renewed.certificate.trim()), {
      timeout: 20_000,
      interval: 200,
    });
  });

  it('files that do not fit are not taken up, and an operator is told', async () => {
    writeFileSync(tls.files.clientCa, 'not a certificate');
    expect(() => installation.gateway.renewCertificate()).toThrow(/no certificate/);
    await vi.waitFor(() => expect(installation.log.join('')).toContain('are not taken up'), {
      timeout: 20_000,
      interval: 200,
    });
    expect((await read(alice)).status).toBe(200);
    tls.trustClientsOf(tls.clients);
  });

  it('an authority that is replaced ends its connections, sessions and certificates', async () => {
    const kept = await keptOpen();
    const session = once(kept.socket, 'session') as Promise<[Buffer]>;
    kept.ask();
    await vi.waitFor(() => expect(kept.text()).toContain(value));
    const [ticket] = await session;
    const next = await createCertificateAuthority('next', 1);
    tls.trustClientsOf(next);
    installation.gateway.renewCertificate();
    if (!kept.socket.closed) await once(kept.socket, 'close');
    expect((await read(alice)).status).toBe(401);
    const { hostname: host, port } = new URL(secure);
    const { certificate: cert, key } = alice;
    const resumed = connect({ host, port: Number(port), ca: tls.ca, cert, key, session: ticket });
    await once(resumed, 'secureConnect');
    expect(resumed.isSessionReused()).toBe(false);
    resumed.destroy();
    expect((await read(await tls.client({ commonName: 'alice' }, next))).status).toBe(200);
    tls.trustClientsOf(tls.clients);
    installation.gateway.renewCertificate();
    expect((await read(alice)).status).toBe(200);
  });

  it('nobody shakes hands again, with whatever certificate', async () => {
    const { hostname: host, port } = new URL(secure);
    const { certificate: cert, key } = alice;
    const options = { host, port: Number(port), ca: tls.ca, cert, key };
    const again = async () => {
      const socket = connect({ ...options, maxVersion: 'TLSv1.2' });
      await once(socket, 'secureConnect');
      const { promise, resolve } = Promise.withResolvers<Error | null>();
      socket.once('error', resolve);
      socket.renegotiate({ rejectUnauthorized: false }, resolve);
      const error = await promise;
      socket.destroy();
      return error;
    };
    expect(await again()).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' });
    // Also with the files that a reload takes up.
    tls.trustClientsOf(await createCertificateAuthority('other', 30));
    installation.gateway.renewCertificate();
    tls.trustClientsOf(tls.clients);
    installation.gateway.renewCertificate();
    expect(await again()).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' });
  });

  it('no TLS before 1.2 is spoken', async () => {
    const { hostname: host, port } = new URL(secure);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
    const socket = connect({ host, port: Number(port), ca: tls.ca, ...old });
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/./);
    const answer = await sendBytes(secure, 'GET / HTTP/9.9\r\n\r\n', { ca: tls.ca });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});
