import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { isPreferred } from '../http/domain/accept.js';
import { type PublicDocument, servePublicDocument } from '../http/public-documents.js';
import { addRouteConstraint } from '../http/route-constraint.js';
import { SOCKET_PATH, upgradeHeadOf } from '../http/upgrade-requests.js';

/** Loads from this origin alone. GraphiQL has its fonts and icons as `data:`. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "font-src data:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HTML = 'text/html';
/** Types of responses to queries. */
const otherTypes = ['application/json', 'application/graphql-response+json'];
const REPRESENTATION = 'representation';
const scripts = [
  'vendor/react.production.min.js',
  'vendor/react-dom.production.min.js',
  'vendor/graphiql.min.js',
  'example-queries.js',
  'memory-storage.js',
  'token-field.js',
  'start.js',
];
const styles = ['vendor/graphiql.min.css', 'page.css'];

/**
 * Adds GraphiQL: the page at `GET /graphql` for clients that prefer HTML, and its files below
 * `/docs/graphiql`. Other requests to `/graphql` are not affected.
 */
export function addGraphiqlRoutes(instance: FastifyInstance): void {
  addRouteConstraint(instance, REPRESENTATION, (message) =>
    asksForPage(message) ? HTML : undefined,
  );
  servePublicDocument(instance, {
    path: SOCKET_PATH,
    mediaType: 'text/html; charset=utf-8',
    make: () => asset('index.html'),
    policy: POLICY,
    constraints: { [REPRESENTATION]: HTML },
    vary: 'Accept',
  });
  for (const file of scripts) servePublicDocument(instance, documentOf(file, 'text/javascript'));
  for (const file of styles) servePublicDocument(instance, documentOf(file, 'text/css'));
}

/** Reports whether a request is for the page: a browser, not a client of GraphQL. */
function asksForPage(message: IncomingMessage): boolean {
  const { method, url = '', headers } = message;
  if ((method !== 'GET' && method !== 'HEAD') || !url.startsWith(SOCKET_PATH)) return false;
  if (upgradeHeadOf(message) !== undefined) return false;
  return isPreferred(headers.accept, HTML, otherTypes);
}

function documentOf(file: string, mediaType: string): PublicDocument {
  const path = `/docs/graphiql/${file.replace('vendor/', '')}`;
  return { path, mediaType: `${mediaType}; charset=utf-8`, make: () => asset(file) };
}

/** The path is relative to `dist` or `src`, which are siblings of `assets`. */
function asset(file: string): Buffer {
  return readFileSync(new URL(`../../../assets/graphiql/${file}`, import.meta.url));
}
