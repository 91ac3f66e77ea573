import { Buffer } from 'node:buffer';
import type { CallContext } from '../../core/call-context.js';
import type { SecretRef } from './secret.js';
import type { WriteInput } from './write-body.js';

/** Text of a manifest. */
export interface ManifestText {
  readonly bytes: Uint8Array;
  readonly syntax: 'json' | 'yaml';
}

/** SealedSecret whose form is checked, and whose values are still encrypted. */
export interface SealedSecret extends SecretRef {
  /** Names of the keys, sorted. */
  readonly keys: readonly string[];
  /** Everything that makes two requests equal; contains no value. */
  readonly request: unknown;
  /**
   * Opens the values, which is work: decide first that the caller may write the Secret. Throws
   * Invalid if a value was sealed for another gateway, scope or Secret; TooManyRequests, TooLarge
   * and Unavailable.
   */
  open(ctx: CallContext): Promise<WriteInput>;
}

/** Port for manifests of https://github.com/bitnami-labs/sealed-secrets. */
export abstract class SealedSecrets {
  /** Parses a manifest for a namespace. Throws BadRequest, Invalid, TooLarge, TooManyRequests. */
  abstract parse(ctx: CallContext, text: ManifestText, namespace: string): SealedSecret;
}

/** Returns the manifest of a text without a media type: JSON if it begins with `{`, else YAML. */
export function manifestOf(text: string): ManifestText {
  const syntax = /^\s*\{/.test(text) ? 'json' : 'yaml';
  return { bytes: Buffer.from(text, 'utf8'), syntax };
}
