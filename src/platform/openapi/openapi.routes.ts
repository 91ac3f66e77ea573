import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Operation } from '../../core/operation.js';
import { openApiDocument } from './openapi-document.js';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sallyport API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;
const START = `SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#swagger-ui', validatorUrl: null,
});
`;
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "frame-ancestors 'none'";

/** Collects the operations of routes that are added from now on. */
export function collectOperations(instance: FastifyInstance): ReadonlySet<Operation> {
  const operations = new Set<Operation>();
  instance.addHook('onRoute', ({ method, config }) => {
    if (config?.operation && method !== 'HEAD') operations.add(config.operation);
  });
  return operations;
}

/** Adds `/openapi.json` and Swagger UI at `/docs`, all from this process: no other host is used. */
export function addOpenApiRoutes(
  instance: FastifyInstance,
  operations: ReadonlySet<Operation>,
): void {
  serve(instance, '/openapi.json', 'application/json', () => {
    return `${JSON.stringify(openApiDocument([...operations]), null, 2)}\n`;
  });
  serve(instance, '/docs', 'text/html; charset=utf-8', () => PAGE);
  serve(instance, '/docs/start.js', 'text/javascript', () => START);
  for (const [file, mediaType] of [
    ['swagger-ui.css', 'text/css'],
    ['swagger-ui-bundle.js', 'text/javascript'],
  ] as const) {
    serve(instance, `/docs/${file}`, mediaType, () => asset(file));
  }
}

/** Serves the result of one `make` call: all responses share memory. */
function serve(
  instance: FastifyInstance,
  path: string,
  mediaType: string,
  make: () => string | Buffer,
): void {
  let content: Buffer | undefined;
  instance.get(path, { config: { public: true } }, async (_request, reply) =>
    reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .type(mediaType)
      .send((content ??= Buffer.from(make()))),
  );
}

function asset(file: string): Buffer {
  const packageFile = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
  return readFileSync(join(dirname(packageFile), file));
}
