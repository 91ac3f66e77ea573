import type { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';

/**
 * Returns the annotations of an entry that is the gateway's own event; none for anything else. The
 * cluster's reports may contain anything; they are marked when they are stored.
 */
export function ownAnnotations(entry: Buffer): Readonly<Record<string, unknown>> {
  try {
    const event = JSON.parse(entry.toString('utf8')) as { readonly annotations?: unknown };
    const { annotations } = event;
    if (typeof annotations !== 'object' || annotations === null) return {};
    const facts: Readonly<Record<string, unknown>> = { ...annotations };
    return facts[annotation.source] === undefined ? facts : {};
  } catch {
    return {};
  }
}
