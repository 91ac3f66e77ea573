import { expect } from 'vitest';
import { secretTypeErrors } from '../../../../src/secrets/domain/secret-types.js';
import { manifest, marker, values } from './secret.builder.js';

/** Where a Secret of this type breaks a rule; no reason may quote the marker. */
export function placesOf(type: string, data: Record<string, string | Uint8Array>, over = {}) {
  const errors = secretTypeErrors(manifest({ type, data: values(data), ...over }));
  expect(JSON.stringify(errors)).not.toContain(marker);
  return errors.map(({ pointer }) => pointer);
}
