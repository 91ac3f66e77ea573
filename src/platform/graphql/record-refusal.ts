import type { AuditService } from '../../audit/audit.service.js';
import { refusalResult } from '../../audit/domain/failure-result.js';
import { toSallyportError } from '../../core/errors/sallyport-error.js';
import { namedObject } from '../http/named-object.js';
import type { RefusalRecorder } from '../http/refusal-recorder.js';
import type { GraphqlContext } from './graphql-context.js';

/** Records as REST's recorder does: one event for errors without an event; throws if that fails. */
export function refusalRecorder(
  audit: AuditService,
  refusals: Pick<RefusalRecorder, 'counted'>,
): GraphqlContext['recordRefusal'] {
  return async (ctx, { action, ...names }, error) => {
    if (audit.hasRecorded(ctx)) return;
    const known = toSallyportError(error);
    if (known.code === 'TooManyRequests') {
      refusals.counted(ctx, known);
      return;
    }
    await audit.record(ctx, { action, ...namedObject(names) }, refusalResult(known));
  };
}
