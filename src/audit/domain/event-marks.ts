import type { CallContext } from '../../core/call-context.js';
import type { RecordedFacts } from './audit-event.js';

/** Mark of events of writes that were asked for without effect. */
export const DRY_RUN_MARK = 'dry-run';
/** Mark of events that tell of several calls, `sallyport.dev/count` of them. */
export const AGGREGATE_MARK = 'aggregate';
/** Mark of events of calls that somebody made as somebody else. */
export const IMPERSONATED_MARK = 'impersonated';
/** Mark of events whose request URI or user agent was longer than it is recorded. */
export const TRUNCATED_MARK = 'truncated';
/** Mark of reports of the cluster that could not be read in part, and of batches of such. */
export const UNREADABLE_MARK = 'unreadable';
/** Mark of entries whose stored event is not the one that was written; never stored. */
export const ALTERED_MARK = 'altered';

/** The marks of an event, joined by commas; undefined for an event without any. */
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
