import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { KmsWrapped } from './kms-messages.js';

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const row = z.strictObject({
  ciphertext: base64,
  keyId: z.string().min(1),
  annotations: z.record(z.string(), base64),
});

/** Encodes a plugin's wrapped key for the database. */
export function kmsRow({ ciphertext, keyId, annotations }: KmsWrapped): Buffer {
  const encoded = [...annotations].map(([name, value]) => [name, toBase64(value)]);
  const kept = {
    ciphertext: toBase64(ciphertext),
    keyId,
    annotations: Object.fromEntries(encoded) as Record<string, string>,
  };
  return Buffer.from(JSON.stringify(kept), 'utf8');
}

/** Parses a row; undefined if it is invalid. */
export function kmsWrappedIn(bytes: Uint8Array | null): KmsWrapped | undefined {
  if (bytes === null) return undefined;
  try {
    const { annotations, ...rest } = row.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return { ...rest, annotations: new Map(Object.entries(annotations)) };
  } catch {
    return undefined;
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
