import { limits } from '../../../core/limits.js';
import type { RowMac, RowValue } from '../../../encryption/domain/row-mac.js';
import type { ChainSpan } from './plan-chain.js';

/** Entries of one writer that are in the log one after another. */
export interface Span {
  readonly firstLeaf: number;
  readonly writer: number;
  readonly firstSequence: number;
  readonly entries: number;
  /** Running hash of the chain after the last of them. */
  readonly hash: Uint8Array;
}

export interface StoredSpan extends Span {
  readonly mac: Uint8Array;
}

/**
 * Returns the spans of a batch that begins at this leaf index. The first one extends the last span
 * of the log, if it continues that.
 */
export function spansFrom(
  first: number,
  parts: readonly ChainSpan[],
  last: Span | undefined,
): readonly Span[] {
  let leaf = first;
  const spans: Span[] = [];
  for (const { entries, hash } of parts) {
    const [begin] = entries;
    if (begin === undefined) continue;
    const { writer, sequence: firstSequence } = begin;
    const span = { firstLeaf: leaf, writer, firstSequence, entries: entries.length, hash };
    const before = spans.length === 0 ? last : undefined;
    spans.push(before !== undefined && continues(before, span) ? extended(before, span) : span);
    leaf += entries.length;
  }
  return spans;
}

function continues(last: Span, next: Span): boolean {
  return (
    last.writer === next.writer &&
    last.firstLeaf + last.entries === next.firstLeaf &&
    last.firstSequence + last.entries === next.firstSequence &&
    last.entries + next.entries <= limits.auditSpanEntriesMax
  );
}

function extended(last: Span, { entries, hash }: Span): Span {
  return { ...last, entries: last.entries + entries, hash };
}

/** Returns the MAC of a span. */
export function spanMac(mac: RowMac, span: Span): Uint8Array {
  return mac.of('audit_spans', valuesOf(span));
}

/** Reports whether a sequencer has stored this span. */
export function isSpan(span: StoredSpan, mac: RowMac): boolean {
  return mac.isOf(span.mac, 'audit_spans', valuesOf(span));
}

function valuesOf({ firstLeaf, writer, firstSequence, entries, hash }: Span): readonly RowValue[] {
  return [firstLeaf, writer, firstSequence, entries, hash];
}
