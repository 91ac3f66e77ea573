import type { AuditAction, AuditOutcome } from '../../domain/audit-event.js';
import type { ReportedEvent } from './reported-event.js';

const actions: ReadonlyMap<string, AuditAction> = new Map(
  Object.entries<AuditAction>({
    // The API server returns whole objects, so that a get is a read of values.
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

/** Returns our action for a call at the API server; an unserved verb counts as a get. */
export function actionOfVerb(verb: string): AuditAction {
  return actions.get(verb) ?? 'secrets.get';
}

/** Returns the outcome of a call; `unknown` if the API server reported no code, or panicked. */
export function outcomeOfReport({
  stage,
  code,
}: Pick<ReportedEvent, 'stage' | 'code'>): AuditOutcome {
  if (stage === 'Panic' || code === 0) return 'unknown';
  if (code === 401 || code === 403) return 'denied';
  return code < 400 ? 'allowed' : 'failed';
}
