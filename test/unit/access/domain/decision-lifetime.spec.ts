import { expect, it } from 'vitest';
import { decisionKeptMs, isForeignAllow } from '../../../../src/access/domain/decision-lifetime.js';

const byRbac = 'RBAC: allowed by RoleBinding "reader/pay" of Role "reader" to User "alice"';

it.each([
  [true, byRbac, true, 10_000, false],
  [true, byRbac, false, 1_000, false],
  [true, '', true, 1_000, true],
  [true, 'allowed by policy', true, 1_000, true],
  [true, `webhook says ${byRbac}`, true, 1_000, true],
  [true, 'rbac: allowed by', true, 1_000, true],
  [false, '', true, 1_000, false],
  [false, byRbac, true, 1_000, false],
  [false, 'RBAC: role.rbac.authorization.k8s.io "x" not found', false, 1_000, false],
])('allowed %s for %j, watched %s: kept for %i ms', (allowed, reason, isLive, keptMs, foreign) => {
  expect(decisionKeptMs({ allowed, reason }, isLive)).toBe(keptMs);
  expect(isForeignAllow({ allowed, reason })).toBe(foreign);
});
