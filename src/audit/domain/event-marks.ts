import type { CallContext } from '../../core/call-context.js';
import type { RecordedFacts } from './audit-event.js';

/** Mark of events of writes that were requested without effect. */
export const DRY_RUN_MARK = 'dry-run';
/** Mark of events that summarize several calls, `sallyport.dev/count` of them. */
export const AGGREGATE_MARK = 'aggregate';
/** Mark of events of calls by an impersonating user. */
export const IMPERSONATED_MARK = 'impersonated';
/** Mark of events whose request URI or user agent was longer than recorded. */
export const TRUNCATED_MARK = 'truncated';
/** Mark of partly unreadable reports of the cluster, and of batches with such reports. */
export const UNREADABLE_MARK = 'unreadable';
/** Mark of entries whose stored event is not the event that was written; never stored. */
export const ALTERED_MARK = 'altered';

/** Returns the marks of an event, joined by commas; undefined for an event without any. */
export function marksOf(
  { dryRun = false, count, unreadable }: Pick<RecordedFacts, 'dryRun' | 'count' | 'unreadable'>,
  { impersonator }: { readonly impersonator?: CallContext['impersonator'] | undefined },
  isCut: boolean,
): string | undefined {
  const marks = [
    ...(dryRun ? [DRY_RUN_MARK] : []),
    ...(count !== undefined && !dryRun ? [AGGREGATE_MARK] : []),
    ...(impersonator === undefined ? [] : [IMPERSONATED_MARK]),
    ...(isCut ? [TRUNCATED_MARK] : []),
    ...(unreadable === undefined ? [] : [UNREADABLE_MARK]),
  ];
  return marks.length === 0 ? undefined : marks.join(',');
}
