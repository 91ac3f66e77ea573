import type { AuditAction, AuditOutcome } from '../../domain/audit-event.js';
import type { ReportedEvent } from './reported-event.js';

const actions: ReadonlyMap<string, AuditAction> = new Map(
  Object.entries<AuditAction>({
    // The API server hands out whole objects, so that a get is a read of values.
    get: 'secrets.reveal',
    list: 'secrets.list',
    watch: 'secrets.watch',
    create: 'secrets.create',
    update: 'secrets.update',
    patch: 'secrets.patch',
    delete: 'secrets.delete',
    deletecollection: 'secrets.delete',
  }),
);

/** What a call at the API server was, in our words; a verb that it does not serve is a get. */
export function actionOfVerb(verb: string): AuditAction {
  return actions.get(verb) ?? 'secrets.get';
}

/** How a call ended; `unknown` where the API server told no code, or broke down under it. */
export function outcomeOfReport({
  stage,
  code,
}: Pick<ReportedEvent, 'stage' | 'code'>): AuditOutcome {
  if (stage === 'Panic' || code === 0) return 'unknown';
  if (code === 401 || code === 403) return 'denied';
  return code < 400 ? 'allowed' : 'failed';
}
