import type { AccessService } from '../../access/access.service.js';
import type { Rights } from '../../access/domain/secret-rights.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { CallContext } from '../../core/call-context.js';
import { isLargeBody } from '../domain/large-body.js';

interface Parsing<T> {
  /** Rights of which the write needs one, whatever the body contains. */
  readonly rights: Rights;
  readonly body: unknown;
  readonly parse: () => T;
}

/**
 * Parses the body of a write. If it is large, the right is checked before, so that callers without
 * the right cannot make the gateway work. Invalid input and denials are recorded as any other
 * refusal. Throws Forbidden, and errors of `parse`.
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
