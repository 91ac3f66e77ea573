import { UsageError } from '../command.js';

/** Secret as a user names it. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Reads `NAMESPACE/NAME`, or `NAME` in the namespace of the connection. Throws UsageError.
 */
export function secretNameOf(text: string, namespace: string): SecretName {
  const [first = '', second, ...rest] = text.split('/');
  const parts = second === undefined ? [namespace, first] : [first, second];
  if (rest.length > 0 || parts.includes('')) {
    throw new UsageError(`${text} is not NAME or NAMESPACE/NAME`);
  }
  return { namespace: parts[0] ?? '', name: parts[1] ?? '' };
}

/** Key of a Secret as a user names it. */
export interface SecretKeyName extends SecretName {
  readonly key: string;
}

/** Reads `NAMESPACE/NAME/KEY`, or `NAME/KEY` in the namespace of the connection. */
export function secretKeyNameOf(text: string, namespace: string): SecretKeyName {
  const at = text.lastIndexOf('/');
  const key = text.slice(at + 1);
  if (at < 1 || key === '') throw new UsageError(`${text} is not NAME/KEY or NAMESPACE/NAME/KEY`);
  return { ...secretNameOf(text.slice(0, at), namespace), key };
}
