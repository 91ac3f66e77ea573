import { describe, expect, it } from 'vitest';
import type { AccessService, ResourceRequest } from '../../../../src/access/access.service.js';
import { authoriseServed } from '../../../../src/access/domain/authorise-served.js';
import { importRight } from '../../../../src/access/domain/secret-rights.js';
import { ServedNamespaces } from '../../../../src/access/domain/served-namespaces.js';
import { CallTrace } from '../../../../src/calls/domain/call-trace.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { callContext } from '../../audit/audit-builders.js';

function over(scope: 'served' | 'cluster', isAllowed = true) {
  const asked: ResourceRequest[] = [];
  const require = (_ctx: unknown, right: ResourceRequest) => {
    asked.push(right);
    if (!isAllowed) return Promise.reject(new SallyportError('Forbidden', 'no rule allows it'));
    return Promise.resolve({ allowed: true as const, reason: 'a rule', right });
  };
  const access = { tracedBy: () => ({ require }) as unknown as AccessService };
  const served = new ServedNamespaces({ patterns: ['pay'], scope, gatewayNamespace: 'sallyport' });
  const trace = new CallTrace();
  const authorise = (namespace: string) =>
    authoriseServed(
      { access, served },
      { ctx: callContext(), trace },
      importRight('get', { namespace, name: 'db' }),
    );
  return { authorise, asked, trace };
}

describe('a call in a served namespace', () => {
  it('goes on with a right, whose reason is on record', async () => {
    const { authorise, trace } = over('served');
    await authorise('pay');
    expect(trace.decisionReason).toBe('a rule');
  });

  it('ends without a right', async () => {
    await expect(over('served', false).authorise('pay')).rejects.toMatchObject({
      code: 'Forbidden',
    });
  });
});

describe('a call elsewhere', () => {
  it('costs no question if callers do not reach the namespace', async () => {
    const { authorise, asked } = over('served');
    await expect(authorise('shop')).rejects.toMatchObject({ code: 'Forbidden' });
    expect(asked).toEqual([]);
  });

  it('learns only with the right that the broker does not work', async () => {
    await expect(over('cluster').authorise('shop')).rejects.toMatchObject({ code: 'Invalid' });
    await expect(over('cluster', false).authorise('shop')).rejects.toMatchObject({
      code: 'Forbidden',
    });
  });
});
