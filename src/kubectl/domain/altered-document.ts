import { createHash } from 'node:crypto';
import type { RawAnswer } from '../../core/forwarding.js';
import { parseAnswer, unexpectedAnswer } from './forward/answer-json.js';
import { matchesEntityTags, parseEntityTags } from '../../secrets/domain/etag.js';
import { withVirtualResources } from './discovery-documents.js';

/**
 * A discovery document of the cluster with the virtual resources in it. Where the cluster gave it
 * an entity tag it has one of its own, and is 304 without it for whoever has it already. Throws
 * Unavailable for what is no discovery document, BadRequest for an `If-None-Match` that is none.
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
