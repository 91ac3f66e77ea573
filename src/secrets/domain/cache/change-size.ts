import type { MetadataBody } from '../read-body.js';
import type { StringMap } from '../secret.js';
import type { ChangeContent } from './secret-change.js';

const BODY_BYTES = 1_000;
const KEY_BYTES = 100;
const ENTRY_BYTES = 50;
const OWNER_BYTES = 1_000;
const CHARACTER_BYTES = 2;

/** Returns the approximate cost of a retained change. The change before it retains `before`. */
export function changeSizeBytes({ before, after, changedKeys }: ChangeContent): number {
  const names = changedKeys.reduce((sum, name) => sum + name.length + ENTRY_BYTES, 0);
  return BODY_BYTES + bodyBytes(after ?? before) + names;
}

function bodyBytes(body: MetadataBody | undefined): number {
  if (body === undefined) return 0;
  const { keys, labels, annotations, ownerReferences } = body;
  const described = mapBytes(labels) + mapBytes(annotations) + ownerReferences.length * OWNER_BYTES;
  // Kubernetes accepts only ASCII for names of keys.
  return keys.reduce((sum, { name }) => sum + name.length + KEY_BYTES, BODY_BYTES + described);
}

function mapBytes(map: StringMap): number {
  const entries = Object.entries(map);
  return entries.reduce((sum, [k, text]) => sum + textBytes(k) + textBytes(text) + ENTRY_BYTES, 0);
}

function textBytes({ length }: string): number {
  return length * CHARACTER_BYTES;
}
