import { finished } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JsonMemberCount } from '../../core/json-member-count.js';
import { bodyBounds, jsonTokens } from '../../core/json-tokens.js';
import { limits } from '../../core/limits.js';
import type { BodyBudget, BodyShare } from './body-budget.js';
import { discardRest, hasBody } from './discard-rest.js';
import { readBody, tooLarge } from './read-body.js';
import './request.js';

const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const nothing = Buffer.alloc(0);

/**
 * Reads bodies as bytes, within the budget of their user and of all. The budget is charged before a
 * body is read and freed after the response. `check` decides by the header fields alone.
 */
export function takeBodies(
  instance: FastifyInstance,
  budget: BodyBudget,
  check: (request: FastifyRequest) => void,
): void {
  const shares = new WeakMap<FastifyRequest, BodyShare>();
  instance.decorateRequest('releaseBody', undefined);
  instance.addHook('preParsing', (request, reply, _payload, done) => {
    check(request);
    if (!hasBody(request.headers)) {
      done();
      return;
    }
    if (isUnread(request)) {
      discardRest(request.raw, reply.raw);
    } else {
      const announced = announcedBytes(request) ?? 0;
      if (announced > bytesMaxOf(request)) throw tooLarge(bytesMaxOf(request));
      // A small body takes its room as it arrives: to announce it costs its sender nothing.
      const isSmall = announced <= limits.smallBodyBytesMax;
      const share = budget.begin(userOf(request), isSmall ? 0 : announced);
      shares.set(request, share);
      request.releaseBody = () => share.release();
      // Also if the client disconnects, or has disconnected.
      finished(reply.raw, () => share.release());
    }
    done();
  });
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', async (request: FastifyRequest) => {
    const share = shares.get(request);
    if (share === undefined) return nothing;
    const announced = announcedBytes(request);
    const members = isParsed(request) ? new JsonMemberCount(bodyBounds) : undefined;
    const reading = { bytesMax: bytesMaxOf(request), announcedBytes: announced, share, members };
    const body = await readBody(request.raw, reading);
    // Anything else costs a JSON parser nothing; YAML and protobuf have their own limits.
    if (members?.isJson === true) {
      const waitMs = share.parse(jsonTokens(body, bodyBounds).members);
      if (waitMs > 0) await pause(waitMs);
    }
    return body;
  });
}

/** Reports whether nothing depends on the body. */
function isUnread(request: FastifyRequest): boolean {
  return request.is404 || withoutBody.has(request.method);
}

/** Reports whether a body is parsed. Operations on bytes do not parse, or have their own limit. */
function isParsed({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.operation?.body?.kind !== 'raw';
}

function bytesMaxOf({ routeOptions }: FastifyRequest): number {
  const ofOperation = routeOptions.config.operation?.body?.bytesMax;
  return ofOperation ?? routeOptions.bodyLimit ?? limits.secretBodyBytesMax;
}

/** Returns the length; Node refuses an invalid length, or one alongside a transfer encoding. */
function announcedBytes({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Returns the user, who may have many credentials. */
function userOf({ principal, sourceIp }: FastifyRequest): string {
  return principal === null ? sourceIp : `${principal.kind} ${principal.username}`;
}
