import { describe, expect, it } from 'vitest';
import { authorOfIntent, originOfIntent } from '../../../../src/secrets/domain/intent-author.js';
import { eventOf, principal } from '../../audit/audit-builders.js';

const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;

describe('the author of an intent', () => {
  it('is who called, by which transport, why and under which id', () => {
    const ctx = { changeReason: 'leaked', requestUri: '/v1/namespaces/pay/secrets/db' };
    const intent = eventOf({ stage: 'intent', facts, ctx });
    const { username, credentialId } = principal();
    expect(authorOfIntent(intent)).toMatchObject({
      ...{ door: 'rest', changeReason: 'leaked', auditId: intent.auditID },
      principal: { username, credentialId },
    });
  });

  it('is whom a caller acted as', () => {
    const ctx = { principal: principal('carol'), impersonator: principal() };
    const intent = eventOf({ stage: 'intent', facts, ctx });
    expect(authorOfIntent(intent).principal.username).toBe(principal('carol').username);
  });

  it.each([
    ['', 'job'],
    ['/graphql', 'graphql'],
    ['/v1/namespaces/pay/secrets', 'rest'],
  ])('wrote by the transport of %j', (requestUri, door) => {
    const intent = eventOf({ stage: 'intent', facts, ctx: { requestUri } });
    expect(authorOfIntent(intent).door).toBe(door);
  });

  it('of a restore wrote by a restore', () => {
    const restore = eventOf({ stage: 'intent', facts: { ...facts, action: 'versions.restore' } });
    expect(originOfIntent(restore)).toEqual({ door: 'restore' });
    expect(originOfIntent(eventOf({ stage: 'intent', facts }))).toBeUndefined();
  });

  it('of a pull wrote by a sync', () => {
    const pull = eventOf({ stage: 'intent', facts: { ...facts, action: 'syncs.pull' } });
    expect(originOfIntent(pull)).toEqual({ door: 'sync' });
  });

  it('of a delivery wrote by a share, on behalf of the author of the import', () => {
    const delivery = { ...facts, action: 'imports.deliver' } as const;
    const ctx = { requestUri: '', onBehalfOf: 'alice' };
    const intent = eventOf({ stage: 'intent', facts: delivery, ctx });
    expect(originOfIntent(intent)).toEqual({ door: 'share' });
    expect(authorOfIntent(intent)).toMatchObject({ door: 'job', onBehalfOf: 'alice' });
  });
});
