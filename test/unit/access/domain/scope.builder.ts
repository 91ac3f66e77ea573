import fc from 'fast-check';
import type { ScopedCall } from '../../../../src/access/domain/scope-refusal.js';
import { auditActions } from '../../../../src/audit/domain/audit-event.js';

const listOf = (item: fc.Arbitrary<string>) => fc.array(item, { maxLength: 3 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 });
const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
const entry = fc.constantFrom(...auditActions, 'read', 'write', 'secrets.*', 'tokens.*');
const range = fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '0.0.0.0/0', '::/0');

/** Any scope, of few letters so that its members meet. */
export const anyScope = fc.record(
  {
    namespaces: listOf(pattern),
    secrets: listOf(pattern),
    keys: listOf(name),
    actions: listOf(entry),
    cidrs: listOf(range),
  },
  { requiredKeys: [] },
);

export const anyCall: fc.Arbitrary<ScopedCall> = fc.record(
  {
    action: fc.constantFrom(...auditActions),
    namespace: name,
    secret: name,
    keys: listOf(name),
    keysOnly: fc.constant(true as const),
    deletesOnly: fc.constant(true as const),
  },
  { requiredKeys: ['action'] },
);

export const anyAddress = fc.constantFrom('10.1.2.3', '10.9.9.9', '192.0.2.1', '::1', '');
