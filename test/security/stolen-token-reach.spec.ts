import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stolenAttempts } from './stolen-attempts.js';
import {
  account,
  as,
  broker,
  type Headers,
  type StolenSetup,
  StolenWorld,
  value,
} from './stolen-world.js';
import { encoded, legacyTokenOf } from './token-controller.js';

const page = readFileSync('deploy/rbac/README.md', 'utf8');
const [, section = ''] = page.split('\n## What a stolen token reaches\n');
const [columns = [], ...rows] = section
  .split(/\n#{2,3} /)[0]
  ?.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | ')) ?? [[]];

/** As whom a thief comes, in the words of the table; what he can do as himself comes first. */
const identities: readonly (readonly [whom: string, headers: Headers])[] = [
  ['itself', {}],
  ['anybody', as('alice')],
  ['anybody', as('bob', 'ops')],
  ['anybody', as('system:kube-controller-manager')],
  ['anybody', as('system:apiserver')],
  ['anybody', as('x', 'system:masters')],
  ['anybody', as('x', ' system:masters ')],
  ['anybody', as('x', 'system:serviceaccounts:kube-system')],
  ['anybody', as('system:node:n1')],
  ['anybody', as('system:node:n1', 'system:nodes')],
  ['accounts', account('pay:admin')],
  ['accounts', account('ci:admin')],
  ['accounts', account('other:admin')],
  ['accounts', account('kube-system:admin')],
  ['accounts', account('sallyport:sallyport')],
  ['accounts', broker],
];

const setups: readonly (readonly [column: string, setup: StolenSetup])[] = [
  ['constrained, by namespace', { profile: 'constrained', scope: 'by-namespace' }],
  ['constrained, cluster-wide', { profile: 'constrained', scope: 'cluster-wide' }],
  ['legacy, by namespace', { profile: 'legacy', scope: 'by-namespace' }],
  ['legacy, cluster-wide', { profile: 'legacy', scope: 'cluster-wide' }],
];

it('has a column in the page for each profile and scope, and a row for each attempt', () => {
  expect(columns.slice(1)).toEqual(setups.map(([column]) => column));
  expect(rows.map(([what]) => what)).toEqual(Object.keys(stolenAttempts('')));
});

// Not on the sandbox: it stores admission policies only.
describe.each(setups)('a stolen token of the gateway, %s', (column, setup) => {
  let world: StolenWorld;
  let deletedToken: string;

  beforeAll(async () => {
    world = await StolenWorld.start(setup);
    const path = '/api/v1/namespaces/pay/serviceaccounts/admin';
    const { body } = await world.cluster.request<{ metadata: { uid: string } }>('GET', path);
    const claims = { namespace: 'pay', secret: 'thief', account: 'admin', uid: body.metadata.uid };
    deletedToken = legacyTokenOf(world.cluster, claims);
  });
  afterAll(() => world?.stop());

  it.each(rows)('reaches what the page says: %s', async (what, ...cells) => {
    const expected = cells[columns.indexOf(column) - 1];
    const reached = new Map<string, string>();
    for (const attempt of stolenAttempts(deletedToken)[what] ?? []) {
      for (const [whom, headers] of identities) {
        const { status, text } = await world.asThief(attempt, headers);
        const isDone = status >= 200 && status < 300;
        if (isDone)
          reached.set(whom, `${attempt.method} ${attempt.path} ${JSON.stringify(headers)}`);
        else expect([401, 403, 400, 500], text).toContain(status);
        if (isDone || !what.startsWith('read')) continue;
        expect(text).not.toContain(encoded(value));
      }
    }
    const found = ['itself', 'anybody', 'accounts'].find((whom) => reached.has(whom)) ?? 'no';
    expect(found, JSON.stringify([...reached.values()])).toBe(expected);
  });
});
