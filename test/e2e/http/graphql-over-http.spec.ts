import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestInstallation } from '../../support/gateway.js';

interface Deviation {
  readonly ids: readonly string[];
  readonly reason: string;
  /** What the gateway answers instead. */
  readonly status: number;
  readonly mediaType: string;
}

/** Audits that contradict a rule of the gateway. None of them is a MUST. */
const deviations: readonly Deviation[] = [
  {
    ids: ['5A70', 'D6D5', '6A70'],
    reason: 'queries in URLs would end up in logs of proxies, so there is no query by GET',
    status: 405,
    mediaType: 'application/problem+json',
  },
];
const requestMsMax = 20_000;
let installation: TestInstallation;
let url: string;
let token: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  const [base = ''] = await installation.gateway.listen();
  url = `${base}/graphql`;
  await installation.serve('audits');
  token = await installation.user('audits', 'app', []);
});
afterAll(() => installation.stop());

async function send(target: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(target, { ...init, headers, signal: AbortSignal.timeout(requestMsMax) });
}

const audits = serverAudits({ url: () => url, fetchFn: send });
const deviationOf = (id: string) => deviations.find(({ ids }) => ids.includes(id));

it('audits 61 rules, and deviates from none that is a MUST', () => {
  expect(audits).toHaveLength(61);
  const deviating = audits.filter(({ id }) => deviationOf(id) !== undefined);
  expect(deviating.map(({ id }) => id).toSorted()).toEqual(
    deviations.flatMap(({ ids }) => ids).toSorted(),
  );
  expect(deviating.filter(({ name }) => name.startsWith('MUST'))).toEqual([]);
});

it.each(audits.filter(({ id }) => deviationOf(id) === undefined))('$id $name', async ({ fn }) => {
  const result = await fn();
  if (result.status === 'ok') return;
  const { status, headers } = result.response;
  expect({ reason: result.reason, status, type: headers.get('content-type') }).toBeUndefined();
});

it.each(audits.filter(({ id }) => deviationOf(id) !== undefined))(
  'deviates from $id $name',
  async ({ id, fn }) => {
    const result = await fn();
    if (result.status === 'ok') throw new Error('the audit passes: remove its deviation');
    const { status, headers } = result.response;
    expect(status).toBe(deviationOf(id)?.status);
    expect(headers.get('content-type')).toContain(deviationOf(id)?.mediaType);
  },
);
