import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, StolenWorld } from './stolen-world.js';
import { encoded, legacyTokenOf } from './token-controller.js';
import { tokenVariants } from './token-variants.js';

const secrets = '/api/v1/namespaces/pay/secrets';
const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';
const policy = 'sallyport-token-secrets';

interface Review {
  readonly status: { readonly authenticated?: boolean };
}

// Not on the sandbox: it stores admission policies only.
describe('a deleted token of a ServiceAccount with white space in it', () => {
  let world: StolenWorld;
  let token: string;

  beforeAll(async () => {
    world = await StolenWorld.start({ profile: 'constrained', scope: 'by-namespace' });
    const path = '/api/v1/namespaces/pay/serviceaccounts/admin';
    const { body } = await world.cluster.request<{ metadata: { uid: string } }>('GET', path);
    const claims = { namespace: 'pay', secret: 'revoked', account: 'admin' };
    token = legacyTokenOf(world.cluster, { ...claims, uid: body.metadata.uid });
  });
  afterAll(() => world?.stop());

  const secretOf = (text: string) => ({
    metadata: { name: 'revoked' },
    data: { token: encoded(text) },
  });
  const create = (body: object) =>
    world.asThief({ method: 'POST', path: `${secrets}?dryRun=All`, body }, as('alice'));
  const isValid = async (text: string) => {
    const { body } = await world.cluster.request<Review>('POST', reviews, {
      spec: { token: text },
    });
    return body.status.authenticated === true;
  };

  it('is not written back, wherever the white space is', { timeout: 120_000 }, async () => {
    const taken: string[] = [];
    for (const [what, text] of tokenVariants(token)) {
      const answer = await create(secretOf(text));
      if (answer.status !== 403 || !answer.text.includes(policy)) {
        taken.push(`${what}: ${answer.status}`);
      }
    }
    expect(taken).toEqual([]);
  });

  it('is not written back with the shortest names and signature', async () => {
    const names = { namespace: 'a', secret: 'b', account: 'c', uid: 'd'.repeat(36) };
    const [, claims = ''] = legacyTokenOf(world.cluster, names).split('.');
    const header = Buffer.from('{"alg":"ES256"}').toString('base64url');
    for (let at = 0; at <= claims.length; at += 1) {
      const broken = `${claims.slice(0, at)}\n${claims.slice(at)}`;
      const text = `\u00a0${header}.${broken}.${'s'.repeat(86)}`;
      expect((await create(secretOf(text))).status, `${at}`).toBe(403);
    }
  });

  it('would be valid again', { timeout: 120_000 }, async () => {
    const variants = tokenVariants(token);
    // A TokenReview removes spaces at both ends, which other ways to the API server do not.
    for (const kind of ['as it is', 'in the header', 'before, and', 'in the claims', '24576 in']) {
      const [, text = ''] = variants.find(([what]) => what.startsWith(kind)) ?? [];
      expect(await isValid(text)).toBe(false);
      // By a member of system:masters.
      expect((await world.cluster.request('POST', secrets, secretOf(text))).status).toBe(201);
      await expect.poll(() => isValid(text), { timeout: 20_000, message: kind }).toBe(true);
      await world.cluster.request('DELETE', `${secrets}/revoked`);
    }
  });

  it('is told from other values of a key "token"', async () => {
    const claims = Buffer.from('{"iss":"https://accounts.example"}').toString('base64url');
    const foreign = token.split('.').toSpliced(1, 1, claims.repeat(9)).join('.');
    for (const text of [
      foreign,
      `${foreign}\n`,
      ` ${foreign}\r\n\r\n`,
      ' e-mail of somebody\nin two lines',
      `-----BEGIN TEXT-----\n${'b'.repeat(64)}\n`.repeat(40),
      JSON.stringify({ some: 'e'.repeat(400), more: ['\n', 'e'.repeat(400)] }, undefined, 2),
      'e'.repeat(24 * 1024),
      `${'abc def\n'.repeat(3_000)}`,
    ]) {
      expect((await create(secretOf(text))).status, text.slice(0, 80)).toBe(201);
    }
  });

  it('is refused among more than 24 KiB with what to do instead', async () => {
    const answer = await create(secretOf('e'.repeat(24 * 1024 + 1)));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('more than 24 KiB');
    const large = { metadata: { name: 'large' }, data: { blob: encoded('e'.repeat(700_000)) } };
    expect((await create(large)).status).toBe(201);
  });
});
