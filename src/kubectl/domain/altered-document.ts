import { createHash } from 'node:crypto';
import type { RawAnswer } from '../../core/forwarding.js';
import { parseAnswer, unexpectedAnswer } from './forward/answer-json.js';
import { matchesEntityTags, parseEntityTags } from '../../secrets/domain/etag.js';
import { withVirtualResources } from './discovery-documents.js';

/**
 * Adds the virtual resources to a discovery document of the cluster. If the cluster sent an entity
 * tag, the result has its own tag, and is 304 for clients that have it. Throws Unavailable for an
 * invalid discovery document, BadRequest for an invalid `If-None-Match`.
 */
export function alteredDocument(answer: RawAnswer, ifNoneMatch: string | undefined): RawAnswer {
  const altered = withVirtualResources(parseAnswer(answer.body));
  if (altered === undefined) throw unexpectedAnswer('a discovery document that is none');
  const body = Buffer.from(JSON.stringify(altered), 'utf8');
  const { etag: published, ...others } = answer.headers;
  if (published === undefined) return { ...answer, body };
  const etag = `"${createHash('sha256').update(body).digest('hex').toUpperCase()}"`;
  const headers = { ...others, etag };
  const isKnown =
    ifNoneMatch !== undefined &&
    matchesEntityTags(parseEntityTags('If-None-Match', ifNoneMatch), etag);
  return isKnown ? { status: 304, headers, body: Buffer.alloc(0) } : { ...answer, headers, body };
}
