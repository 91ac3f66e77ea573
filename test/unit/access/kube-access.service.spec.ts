import { describe, expect, it } from 'vitest';
import { DecisionCache } from '../../../src/access/decision-cache.js';
import { RbacChanges } from '../../../src/access/domain/rbac-changes.js';
import { secretRight } from '../../../src/access/domain/secret-rights.js';
import { KubeAccessService } from '../../../src/access/kube-access.service.js';
import type { AccessReviewSpec } from '../../../src/kubernetes/self-kube.client.js';
import { callContext } from '../audit/audit-builders.js';

class NoChanges extends RbacChanges {
  override onChange(): void {
    // None come.
  }

  override isLive(): boolean {
    return true;
  }
}

const byRbac = 'RBAC: allowed by RoleBinding "reader/pay"';
const ctx = callContext();

/** A service before an API server that allows what is named, each with its reason. */
function serviceBefore(authorizers: 'any' | 'rbac', allowed: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const reviewAccess = (spec: AccessReviewSpec) => {
    const { name = '' } = spec.resourceAttributes;
    const known = /^any-[0-9a-f]{32}$/.test(name) ? 'any' : name;
    asked.push(known);
    const reason = allowed[known];
    return Promise.resolve({ status: { allowed: reason !== undefined, reason: reason ?? '' } });
  };
  const cache = new DecisionCache({ changes: new NoChanges() });
  const service = new KubeAccessService({ reviewAccess }, { cache, authorizers });
  const get = (name: string) => service.decide(ctx, secretRight('get', { namespace: 'pay', name }));
  return { asked, get };
}

describe('KubeAccessService', () => {
  it('asks about each name where others than RBAC may have a say', async () => {
    const { asked, get } = serviceBefore('any', { any: byRbac, a: byRbac, b: byRbac });
    for (const name of ['a', 'b', 'a']) expect((await get(name)).allowed).toBe(true);
    expect(asked).toEqual(['a', 'b']);
  });

  it('asks once about all names where RBAC alone decides', async () => {
    const { asked, get } = serviceBefore('rbac', { any: byRbac });
    for (const name of ['a', 'b', 'a']) expect((await get(name)).allowed).toBe(true);
    expect(asked).toEqual(['any']);
  });

  it('asks about a name for whom not all are allowed', async () => {
    const { asked, get } = serviceBefore('rbac', { a: byRbac });
    expect((await get('a')).allowed).toBe(true);
    expect((await get('b')).allowed).toBe(false);
    expect(asked).toEqual(['any', 'a', 'b']);
  });

  it('takes a right to the empty name for no right to others', async () => {
    const { get } = serviceBefore('rbac', { '': byRbac });
    expect((await get('a')).allowed).toBe(false);
  });

  it('takes no yes about all names from another authoriser, and asks for none afterwards', async () => {
    const { asked, get } = serviceBefore('rbac', { any: 'webhook', a: byRbac });
    expect((await get('a')).allowed).toBe(true);
    expect((await get('b')).allowed).toBe(false);
    expect(asked).toEqual(['any', 'a', 'b']);
  });
});
