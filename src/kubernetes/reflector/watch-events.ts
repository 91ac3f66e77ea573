import type { KubeObject } from '../kube-exchange.js';
import { parseJson, recordOf, textOf } from '../kube-json.js';

/** One line of a watch. */
export interface WatchEvent {
  /** ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
  readonly type: string;
  readonly object: KubeObject;
}

/** A watch sent invalid content; resuming at its version would not help. */
export class WatchContentError extends Error {
  override readonly name = 'WatchContentError';
}

const LINE_FEED = 0x0a;

/**
 * Parses the events of a watch, however its bytes are cut. Throws WatchContentError for a line over
 * `lineBytesMax` or an invalid one; the message does not quote it.
 */
export async function* watchEvents(
  chunks: AsyncIterable<Buffer>,
  lineBytesMax: number,
): AsyncGenerator<WatchEvent> {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer): void => {
    size += part.byteLength;
    if (size > lineBytesMax) {
      throw new WatchContentError(`an event of a watch is over ${lineBytesMax} bytes`);
    }
    parts.push(part);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      add(chunk.subarray(start, end));
      const line = Buffer.concat(parts, size);
      parts = [];
      size = 0;
      start = end + 1;
      if (line.byteLength > 0) yield eventOf(line);
    }
    if (start < chunk.byteLength) add(chunk.subarray(start));
  }
  if (size > 0) throw new WatchContentError('a watch ended within an event');
}

function eventOf(line: Buffer): WatchEvent {
  const event = recordOf(parseJson(line));
  const type = textOf(event['type']);
  if (type === '') throw new WatchContentError('a line of a watch is no event');
  return { type, object: recordOf(event['object']) };
}
