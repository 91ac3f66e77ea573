import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { TestInstallation } from '../../support/gateway.js';
import { OidcIssuer } from '../../support/oidc-issuer.js';
import { send } from '../../support/raw-http.js';

const path = '/v1/namespaces/pay/secrets/db';

let dir: string;
let file: string;
let issuer: OidcIssuer;
let installation: TestInstallation;
let base: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-authentication-'));
  file = join(dir, 'auth.yaml');
  issuer = await OidcIssuer.start({ alice: { login: 'alice', team: { name: 'blue' } } });
  write('"oidc:" + claims.login');
  installation = await TestInstallation.start({ auth: { configFile: file } });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
});

afterAll(async () => {
  await installation.stop();
  await issuer.pause();
  rmSync(dir, { recursive: true, force: true });
});

function write(username: string): void {
  const text = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: { url: issuer.url, audiences: [issuer.audience] },
        claimValidationRules: [{ expression: 'has(claims.team)' }],
        claimMappings: {
          username: { expression: username },
          groups: { expression: '[claims.team.name]' },
          extra: [{ key: 'team.test/name', valueExpression: 'claims.team.name' }],
        },
        userValidationRules: [{ expression: 'user.groups.all(g, g != "red")' }],
      },
    ],
  };
  writeFileSync(`${file}.new`, JSON.stringify(text));
  renameSync(`${file}.new`, file);
}

async function callerOf(token: string): Promise<string> {
  const answer = await send(base, { path, token });
  const detail = String(answer.json()['detail']);
  return /User "([^"]+)"/.exec(detail)?.[1] ?? `${answer.status} ${detail}`;
}

const readyz = async () =>
  (await send(await installation.gateway.health.getUrl(), { path: '/readyz?verbose' })).text;

it('maps the claims of a real issuer as its expressions say, up to the API server', async () => {
  const token = await issuer.token('alice');
  await expect.poll(() => callerOf(token), { timeout: 20_000 }).toBe('oidc:alice');
});

it('refuses tokens for which a rule does not hold', async () => {
  expect(await callerOf(await issuer.mint({ claims: { login: 'bob' } }))).toMatch(/^401 /);
  const team = { name: 'red' };
  expect(await callerOf(await issuer.mint({ claims: { login: 'bob', team } }))).toMatch(/^401 /);
});

it('is taken while the gateway runs; a broken one is told and changes nothing', async () => {
  const token = await issuer.token('alice');
  const options = { timeout: 20_000, interval: 250 };
  write('"second:" + claims.login');
  await expect.poll(() => callerOf(token), options).toBe('second:alice');
  write('"third:" +');
  await expect.poll(readyz, options).toContain('[!]authentication degraded');
  expect(await readyz()).toContain('readyz check passed');
  expect(await callerOf(token)).toBe('second:alice');
  const refused = installation.log.find((line) => line.includes('"outcome":"refused"'));
  expect(refused).toContain('jwt[0].claimMappings.username.expression: does not parse');
  write('"fourth:" + claims.login');
  await expect.poll(() => callerOf(token), options).toBe('fourth:alice');
  expect(await readyz()).not.toContain('authentication degraded');
});

it('ends the start with one sentence where it is broken', async () => {
  const built = await buildGateway();
  try {
    const broken = join(dir, 'broken.yaml');
    writeFileSync(broken, 'apiVersion: apiserver.config.k8s.io/v1\nkind: Other\njwt: []\n');
    const { kubeconfig } = installation.config.kubernetes;
    const config = {
      listen: { port: 0 },
      health: { port: 0 },
      dataDir: join(dir, 'data'),
      kubernetes: { mode: 'kubeconfig', kubeconfig },
      namespaces: { served: ['*'] },
      auth: { configFile: broken },
    };
    const sentence = 'the AuthenticationConfiguration \\S+ cannot be used: kind: [^\\n]+';
    await expect(ChildGateway.start(built.main, config, config.dataDir)).rejects.toThrow(
      new RegExp(`^the gateway did not start: ${sentence}$`),
    );
  } finally {
    built.remove();
  }
}, 120_000);
