import { expect, it } from 'vitest';
import { serviceAccountsOf } from '../../../../src/tokens/domain/token-record.js';
import { alice, job, tokenRecord } from './token.builder.js';

it('names every ServiceAccount that a token needs to be the one it was', () => {
  expect(serviceAccountsOf(tokenRecord())).toEqual([]);
  expect(serviceAccountsOf(tokenRecord({ subject: job }))).toEqual([job]);
  const other = { ...job, name: 'other' };
  const acting = [
    { owner: other, target: alice },
    { owner: alice, target: job },
  ];
  expect(serviceAccountsOf(tokenRecord({ subject: alice, acting }))).toEqual([other, job]);
});
