import type { AccessService } from '../../access/access.service.js';
import type { Rights } from '../../access/domain/secret-rights.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import { isLargeBody } from '../domain/large-body.js';

interface Parsing<T> {
  /** Of which one is needed for the write, whatever is in the body. */
  readonly rights: Rights;
  readonly body: unknown;
  readonly parse: () => T;
}

/**
 * The body of a write, parsed. Where it is large the right is asked for before, lest a caller
 * without it make the gateway work. Input that breaks a rule, and a denial, are on record as any
 * other refusal. Throws Forbidden, and what `parse` throws.
 */
export async function parsePermitted<T>(
  { calls, access }: { readonly calls: CallRunner; readonly access: AccessService },
  ctx: CallContext,
  facts: AuditFacts,
  { rights, body, parse }: Parsing<T>,
): Promise<T> {
  try {
    if (isLargeBody(body)) await access.require(ctx, ...rights);
    return parse();
  } catch (error) {
    return calls.read(ctx, facts, async () => {
      throw error;
    });
  }
}
