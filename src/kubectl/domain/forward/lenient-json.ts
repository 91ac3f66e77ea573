import { type Body, isRecord } from '../../../secrets/domain/body-members.js';

/** What JSON says; undefined where it is none. For what is only looked at, and goes on as it is. */
export function lenientJson(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse((bytes ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Members of an object; none of anything else. */
export function membersOf(value: unknown): Body {
  return isRecord(value) ? value : {};
}
