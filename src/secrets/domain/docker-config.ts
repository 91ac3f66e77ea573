import { Buffer } from 'node:buffer';
import type { SecretValue } from '../../core/secret-value.js';
import { isRecord } from './body-members.js';

/** kubelet accepts padded and unpadded base64, but not the URL alphabet. */
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Returns why kubelet cannot pull with a `.docker/config.json`: it reads `auths` only. */
export function dockerConfigErrors(value: SecretValue): string[] {
  const config = parseJson(value);
  if (!isRecord(config)) return ['must be a JSON object'];
  if (!isRecord(config['auths'])) return ['must have an object auths'];
  return registryErrors(config['auths'], 'every entry of auths');
}

/** Checks the older `.dockercfg`, which is the bare map of registries. */
export function dockercfgErrors(value: SecretValue): string[] {
  const registries = parseJson(value);
  if (!isRecord(registries)) return ['must be a JSON object'];
  return registryErrors(registries, 'every entry');
}

// The reason omits registry names: they are part of the value.
function registryErrors(registries: Readonly<Record<string, unknown>>, what: string): string[] {
  const entries = Object.values(registries);
  if (!entries.every(isRecord)) return [`${what} must be an object`];
  if (entries.every((entry) => isUsableAuth(entry['auth']))) return [];
  return [`${what} that has auth must have base64 of user:password there`];
}

function isUsableAuth(auth: unknown): boolean {
  if (auth === undefined || auth === '') return true;
  if (typeof auth !== 'string' || !base64.test(auth)) return false;
  if (auth.endsWith('=') && auth.length % 4 !== 0) return false;
  return auth.replaceAll('=', '').length % 4 !== 1 && Buffer.from(auth, 'base64').includes(':');
}

function parseJson(value: SecretValue): unknown {
  try {
    return JSON.parse(value.revealText() ?? '');
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
}
