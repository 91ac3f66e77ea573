import { SecretValue } from '../../../../../src/core/secret-value.js';
import type { NewMember } from '../../../../../src/secrets/domain/documents/document.js';
import {
  memberAt,
  withMember,
  withoutMember,
} from '../../../../../src/secrets/domain/documents/key-document.js';

export const ref = { namespace: 'pay', name: 'app' };
export const of = (text: string) => SecretValue.fromBytes(Buffer.from(text));
export const text = (one: string) => ({ kind: 'text', text: one }) as const;
export const json = (one: unknown) => ({ kind: 'json', text: JSON.stringify(one) }) as const;

export function found(key: string, document: string, pointer: string): readonly [string, boolean] {
  const { value, isString } = memberAt(ref, { key, pointer }, of(document));
  return [value.revealText() ?? '', isString];
}

export function put(key: string, document: string, pointer: string, one: NewMember) {
  return withMember(ref, { key, pointer }, of(document), one).revealText();
}

export function removed(key: string, document: string, pointer: string) {
  return withoutMember(ref, { key, pointer }, of(document)).revealText();
}
