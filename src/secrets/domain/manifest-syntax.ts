import { Buffer } from 'node:buffer';
import type { ManifestText } from './sealed-secrets.js';

/** Returns the manifest of a text without a media type: JSON if it begins with `{`, else YAML. */
export function manifestOf(text: string): ManifestText {
  const syntax = /^\s*\{/.test(text) ? 'json' : 'yaml';
  return { bytes: Buffer.from(text, 'utf8'), syntax };
}
