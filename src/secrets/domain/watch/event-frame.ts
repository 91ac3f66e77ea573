import type { StreamEvent } from '../../watch/change-stream.js';
import { entityTag } from '../etag.js';

/**
 * Renders one change as a server-sent event; JSON contains no line end.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function eventFrame(told: StreamEvent): string {
  const data = JSON.stringify(dataOf(told));
  return `id: ${told.cursor}\nevent: ${told.type}\ndata: ${data}\n\n`;
}

function dataOf(told: StreamEvent): object {
  if (told.type === 'bookmark') return {};
  const { secret, changedKeys } = told;
  const { namespace, name, uid, version, resourceVersion } = secret;
  const etag = entityTag(secret);
  return { namespace, name, uid, version, resourceVersion, etag, changedKeys };
}
