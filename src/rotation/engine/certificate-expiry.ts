import { X509Certificate } from 'node:crypto';
import type { SecretData } from '../../secrets/domain/secret.js';
import type { RotationSpec } from '../domain/rotation-spec.js';

/** Returns the earliest end of a rotation's certificates; undefined if there is none. */
export function certificateExpiryMs(
  { generate }: Pick<RotationSpec, 'generate'>,
  data: SecretData,
): number | undefined {
  const times = generate.flatMap(({ generator }) => {
    if (generator.kind !== 'certificate') return [];
    const text = data.get(generator.certificate.certificateKey)?.revealText();
    return text === undefined ? [] : (endOf(text) ?? []);
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function endOf(pem: string): number | undefined {
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return undefined;
  }
}
