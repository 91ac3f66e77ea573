import { type Body, isRecord } from '../../../secrets/domain/body-members.js';

/** Parses JSON; undefined if it is invalid. Only for input that is forwarded unchanged. */
export function lenientJson(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse((bytes ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Returns the members of an object; none of anything else. */
export function membersOf(value: unknown): Body {
  return isRecord(value) ? value : {};
}
