import { Buffer } from 'node:buffer';
import type { SinkEntry } from './sink-entry.js';

const HEAD = Buffer.from(
  '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[',
);
const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/**
 * Renders events as an `audit.k8s.io/v1` EventList, each verbatim: the format for receivers of
 * Kubernetes' own audit webhook.
 * https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
 */
export function eventListBody(entries: readonly SinkEntry[]): Buffer {
  const items = entries.flatMap(({ event }, index) => (index === 0 ? [event] : [COMMA, event]));
  return Buffer.concat([HEAD, ...items, END]);
}
