import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { TestInstallation } from '../../support/gateway.js';
import { hostilePaths } from '../../support/hostile-paths.js';
import { type Answer, send } from '../../support/raw-http.js';
import { TlsWorld } from '../../support/tls-files.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

let dir: string;
let tls: TlsWorld;
let installation: TestInstallation;
let base: string;
let secure: string;
let app: string;

beforeAll(async () => {
  tls = await TlsWorld.create();
  dir = mkdtempSync(join(tmpdir(), 'sallyport-kubeconfig-'));
  const ca = join(dir, 'ca.crt');
  writeFileSync(ca, tls.ca);
  const { cert, key } = tls.files;
  installation = await TestInstallation.start({
    listen: { port: 0, tls: { port: 0, cert, key } },
    kubectl: { certificateAuthority: ca },
  });
  [base = '', secure = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  app = await installation.user('pay', 'app', []);
});

afterAll(async () => {
  await installation.stop();
  tls.remove();
  rmSync(dir, { recursive: true, force: true });
});

const ask = (query: string, token: string | undefined = app): Promise<Answer> =>
  send(base, { path: `/v1/kubeconfig${query}`, token });
const askFor = (tokenFile: string): Promise<Answer> =>
  ask(`?tokenFile=${encodeURIComponent(tokenFile)}`);

/** With all that is in it: nothing else may be. */
const expected = (tokenFile: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'sallyport',
      cluster: {
        server: `${secure}/kubernetes`,
        'certificate-authority-data': Buffer.from(`${tls.ca.trim()}\n`).toString('base64'),
      },
    },
  ],
  users: [{ name: 'sallyport', user: { tokenFile } }],
  contexts: [{ name: 'sallyport', context: { cluster: 'sallyport', user: 'sallyport' } }],
  'current-context': 'sallyport',
});

describe('a kubeconfig', () => {
  it('is ready for use: server, authority and the file with the token, never the token', async () => {
    const answer = await askFor('/var/run/secrets/sallyport/token');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/yaml');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(parse(answer.text)).toEqual(expected('/var/run/secrets/sallyport/token'));
    for (const part of app.split('.')) expect(answer.text).not.toContain(part);
  });

  it.each(hostilePaths)('names the file as it was asked for: %s', async (_what, path) => {
    expect(parse((await askFor(path)).text)).toEqual(expected(path));
  });

  it('takes a path that kubectl reads beside the kubeconfig, and one as long as Linux has', async () => {
    expect(parse((await askFor('../token')).text)).toEqual(expected('../token'));
    const long = `/${'x'.repeat(4_095)}`;
    expect(parse((await askFor(long)).text)).toEqual(expected(long));
  });

  it('is given to whoever has a token, and is on record', async () => {
    const answer = await askFor('/t');
    const { items } = await partOf(installation.gateway, AuditService).list({});
    expect(items.filter(({ auditId }) => auditId === answer.headers['audit-id'])).toMatchObject([
      { action: 'access.review', outcome: 'allowed', user: 'system:serviceaccount:pay:app' },
    ]);
    expect((await send(base, { path: '/v1/kubeconfig?tokenFile=/t' })).status).toBe(401);
  });
});

describe('a request for a kubeconfig', () => {
  it.each([
    ['without a file', '', 'is required'],
    ['with an empty one', '?tokenFile=', 'at least 1'],
    ['with one that is too long', `?tokenFile=${'x'.repeat(4_097)}`, 'at most 4096'],
    ['with a NUL', '?tokenFile=a%00b', 'holds a NUL'],
    ['with two', '?tokenFile=a&tokenFile=b', 'given twice'],
    ['with a token', '?tokenFile=a&token=b', 'unknown'],
  ])('%s is 400 and says why', async (_what, query, reason) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'BadRequest', errors: [{ reason }] });
  });
});
