import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { RequestLimits } from '../../../src/platform/http/request-limits.js';
import { partOf } from '../../support/part-of.js';

/** Six bytes as JSON for each. */
const controls = '\u0001'.repeat(1024 * 1024 - 16);
const escapedBytes = 6 * controls.length;
const base64Bytes = Math.ceil(controls.length / 3) * 4;
const one = 'secret(namespace: "pay", name: "large") { values { text } }';
/** Each with what it counts for at least: GraphQL and values before they are rendered, too. */
const reads: readonly [string, number, Call][] = [
  ['rest', base64Bytes, { path: '/v1/namespaces/pay/secrets/large?encoding=base64' }],
  ['rest-text', escapedBytes, { path: '/v1/namespaces/pay/secrets/large' }],
  ['key', controls.length, { path: '/v1/namespaces/pay/secrets/large/keys/k' }],
  ['graphql', 2 * escapedBytes, { method: 'POST', path: '/graphql', body: { query: `{${one}}` } }],
  ['values', 2 * escapedBytes, { path: '/v1/namespaces/pay/values?secret=large' }],
  ['kubectl', base64Bytes, { path: '/kubernetes/api/v1/namespaces/pay/secrets/large' }],
];

let installation: TestInstallation;
let base: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  const data = { k: Buffer.from(controls).toString('base64') };
  await installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'large' }, data },
  });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => installation.stop());

/** The first answer that is no refusal: rights and the cache come a moment later. */
async function shown(call: Call): Promise<Answer> {
  const isShown = (answer: Answer): boolean => answer.bytes.byteLength > limits.answerBytesFree;
  let last: Answer | undefined;
  await expect
    .poll(async () => isShown((last = await send(base, call))), { timeout: 20_000 })
    .toBe(true);
  return last!;
}

describe('a read of a large value', () => {
  it.each(reads)('counts its bytes against the rate of its user: %s', async (name, bytes, call) => {
    const token = await installation.user('pay', name, [allOfSecrets]);
    const requestLimits = partOf(installation.gateway, RequestLimits);
    const answered = vi.spyOn(requestLimits, 'answered');
    const answer = await shown({ ...call, token });
    expect(answer.status).toBe(200);
    const counted = answered.mock.calls.filter(([{ username }]) => username.endsWith(`:${name}`));
    const sum = counted.reduce((total, [, one]) => total + one, 0);
    expect(sum).toBeGreaterThan(bytes - 2 * limits.answerBytesFree);
    expect(sum).toBeLessThan(bytes + 2 * limits.answerBytesFree);
  });

  it.each(reads)('is refused after too many bytes: %s', async (name, _bytes, call) => {
    const token = await installation.user('pay', `busy-${name}`, [allOfSecrets]);
    await shown({ ...call, token });
    const requestLimits = partOf(installation.gateway, RequestLimits);
    const username = `system:serviceaccount:pay:busy-${name}`;
    const principal = { kind: 'serviceAccount', username, credentialId: 'any' } as const;
    requestLimits.answered(principal, 5 * limits.answerBytesPerSecond);
    const refused = await send(base, { ...call, token });
    expect(refused).toMatchObject({ status: 429 });
    expect(refused.text).toContain('too many bytes of responses to this user');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const other = await installation.user('pay', `other-${name}`, [allOfSecrets]);
    expect((await shown({ ...call, token: other })).status).toBe(200);
  });
});
