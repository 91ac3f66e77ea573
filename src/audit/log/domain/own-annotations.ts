import type { Buffer } from 'node:buffer';
import { annotation } from '../../domain/kubernetes-event.js';

/**
 * The annotations of an entry that is an event of the gateway's own; none of anything else. What
 * the cluster reports may say anything; it is marked as such when it is taken in.
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
