import type { SecretValue } from '../../core/secret-value.js';
import { memberReach } from '../domain/documents/key-document.js';
import type { SecretRef } from '../domain/secret.js';
import { deleteMember, putMember } from './key-members.js';
import { deleteKey, putKey } from './secret-keys.js';
import type { WriteCall, WriteOutcome } from './write-call.js';

/** Key, or with a JSON pointer a place in the document that the key has. */
export interface KeyPlace {
  readonly key: string;
  readonly pointer?: string | undefined;
}

/** Value for a key, or for a place in its document. */
export interface KeyEntry extends KeyPlace {
  readonly value: SecretValue;
  /** Whether the value for a place is JSON text; else, it is the characters of a string. */
  readonly isJson?: boolean;
}

/** Returns what a write of a key names in its event. */
export function keyReach({ key, pointer }: KeyPlace) {
  if (pointer === undefined) return { keys: [key], keysOnly: true } as const;
  return memberReach({ key, pointer });
}

/** Writes a key, or a member of its document. */
export function putEntry(
  call: WriteCall,
  ref: SecretRef,
  { key, pointer, value, isJson = false }: KeyEntry,
): Promise<WriteOutcome> {
  if (pointer === undefined) return putKey(call, ref, key, value);
  return putMember(call, ref, { key, pointer }, { value, isJson });
}

/** Deletes a key, or a member of its document. */
export function deleteEntry(
  call: WriteCall,
  ref: SecretRef,
  { key, pointer }: KeyPlace,
): Promise<WriteOutcome> {
  if (pointer === undefined) return deleteKey(call, ref, key);
  return deleteMember(call, ref, { key, pointer });
}
