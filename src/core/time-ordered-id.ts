import { randomUUID } from 'node:crypto';

/** The last time that was formatted: many ids share one moment. */
let lastTime = { ms: 0, text: '00000000-0000-7' };

/**
 * Returns a UUID that begins with the time (version 7 of RFC 9562). Ids of one moment are adjacent
 * in an index, so that a commit of many writes few pages.
 * https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function timeOrderedId(nowMs = Date.now()): string {
  if (nowMs !== lastTime.ms) lastTime = { ms: nowMs, text: timeText(nowMs) };
  // After the version digit, all digits are random.
  return lastTime.text + randomUUID().slice(15);
}

function timeText(ms: number): string {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7`;
}
