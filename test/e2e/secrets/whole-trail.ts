import type { RestCaller } from '../../support/rest-caller.js';
import type { AuditEvent } from '../../support/secrets-world.js';

/** All events of a namespace that a filter finds, page by page, as its auditor sees them. */
export async function wholeTrail(
  auditor: RestCaller,
  namespace: string,
  filter: Readonly<Record<string, string>>,
): Promise<readonly AuditEvent[]> {
  const found: AuditEvent[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const query = new URLSearchParams({ namespace, ...filter, ...(next && { continue: next }) });
    const { status, text, body } = await auditor.get(`/v1/audit/events?${query.toString()}`);
    if (status !== 200) throw new Error(`no events: ${text}`);
    found.push(...(body.items as unknown as readonly AuditEvent[]));
    next = body.continue;
  }
  return found;
}
