import { expect, it } from 'vitest';
import { kubernetesName } from '../../../../src/sync/domain/kubernetes-name.js';

it.each([
  ['pay/db', { namespace: 'pay', name: 'db' }],
  ['team-1/db.example.com', { namespace: 'team-1', name: 'db.example.com' }],
  [`${'n'.repeat(63)}/${'s'.repeat(253)}`, { namespace: 'n'.repeat(63), name: 's'.repeat(253) }],
])('%s is a Secret of a namespace', (name, secret) => {
  expect(kubernetesName(name)).toEqual(secret);
});

it.each([
  ['db', 'one /'],
  ['pay/', 'one /'],
  ['', 'one /'],
  ['k8s/pay/db', 'one /'],
  ['pay/db/', 'one /'],
  ['/db', 'first level'],
  ['pay.shop/db', 'first level'],
  ['Pay/db', 'first level'],
  ['../db', 'first level'],
  [`${'n'.repeat(64)}/db`, 'first level'],
  ['pay/DB', 'second level'],
  ['pay/a_b', 'second level'],
  ['pay/..', 'second level'],
  ['pay/db?watch', 'second level'],
  ['pay/db%2Fother', 'second level'],
  [`pay/${'s'.repeat(254)}`, 'second level'],
])('%j is no name of a Secret', (name, reason) => {
  expect(kubernetesName(name)).toEqual({ refused: expect.stringContaining(reason) });
});
