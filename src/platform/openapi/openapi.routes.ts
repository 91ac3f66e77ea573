import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Operation } from '../../core/operation.js';
import { type PublicDocument, servePublicDocument } from '../http/public-documents.js';
import { openApiDocument } from './openapi-document.js';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sallyport API</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;
/** Loads from this origin alone. Swagger UI has its icons as `data:`. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Links to the description of the API. RFC 8631. */
const DISCOVERY_LINKS = '</openapi.json>; rel="service-desc", </docs>; rel="service-doc"';
/** Linkset of the same. RFC 9264, RFC 9727. */
const catalog = {
  linkset: [
    {
      anchor: '/v1',
      'service-desc': [{ href: '/openapi.json', type: 'application/json' }],
      'service-doc': [{ href: '/docs', type: 'text/html' }],
    },
  ],
} as const;

/** Collects the operations of routes that are added from now on. */
export function collectOperations(instance: FastifyInstance): ReadonlySet<Operation> {
  const operations = new Set<Operation>();
  instance.addHook('onRoute', ({ method, config }) => {
    if (config?.operation && method !== 'HEAD') operations.add(config.operation);
  });
  return operations;
}

/**
 * Adds `/openapi.json`, the catalog of RFC 9727, and Swagger UI at `/docs`, all from this process:
 * no other host is used.
 */
export function addOpenApiRoutes(
  instance: FastifyInstance,
  operations: ReadonlySet<Operation>,
): void {
  const documents: readonly PublicDocument[] = [
    {
      path: '/openapi.json',
      mediaType: 'application/json',
      make: () => JSON.stringify(openApiDocument([...operations])),
    },
    {
      path: '/.well-known/api-catalog',
      mediaType: 'application/linkset+json;profile="https://www.rfc-editor.org/info/rfc9727"',
      make: () => JSON.stringify(catalog),
    },
    { path: '/docs', mediaType: 'text/html; charset=utf-8', make: () => PAGE, policy: POLICY },
    { path: '/docs/start.js', mediaType: 'text/javascript', make: startScript },
    assetAt('swagger-ui.css', 'text/css'),
    assetAt('swagger-ui-bundle.js', 'text/javascript'),
  ];
  for (const document of documents) servePublicDocument(instance, document);
  for (const path of ['/', '/docs/']) leadToDocs(instance, path);
}

/** Answers with the place of the documentation: the first path that a person tries. */
function leadToDocs(instance: FastifyInstance, path: string): void {
  instance.get(path, { config: { public: true } }, async (_request, reply) =>
    reply.header('link', DISCOVERY_LINKS).redirect('/docs', 302),
  );
}

function assetAt(file: string, mediaType: string): PublicDocument {
  return { path: `/docs/${file}`, mediaType, make: () => asset(file) };
}

function asset(file: string): Buffer {
  const packageFile = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
  return readFileSync(join(dirname(packageFile), file));
}

/** The path is relative to `dist` or `src`, which are siblings of `assets`. */
function startScript(): Buffer {
  return readFileSync(new URL('../../../assets/swagger-ui/start.js', import.meta.url));
}
