import { apiTags, type Operation } from '../../core/operation.js';
import { version } from '../../core/version.js';
import { ComponentParameters } from './component-parameters.js';
import { ComponentResponses, componentHeaders } from './component-responses.js';
import type { Json } from '../../core/json-schema.js';
import { ComponentSchemas } from './component-schemas.js';

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of a ServiceAccount, of an OpenID Connect issuer, or of this gateway. ' +
      'See docs/authenticate.md and docs/tokens.md.',
  },
  mutualTLS: {
    type: 'mutualTLS',
    description: 'A client certificate, if the TLS listener takes them.',
  },
} as const;

interface Components {
  readonly schemas: ComponentSchemas;
  readonly parameters: ComponentParameters;
  readonly responses: ComponentResponses;
}

/** Returns the contract of all operations as OpenAPI 3.1, sorted: its diff shows every change. */
export function openApiDocument(operations: readonly Operation[]): Json {
  const schemas = new ComponentSchemas();
  const parameters = new ComponentParameters(operations);
  const responses = new ComponentResponses(schemas);
  const paths = pathsOf(operations, { schemas, parameters, responses });
  const problems = responses.all();
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sallyport',
      version,
      summary: 'HTTP gateway in front of Kubernetes Secrets.',
      description:
        'Reads, writes and rotates Secrets with the rights of the caller, and records every call. ' +
        'No response to a write contains a value. Members may be added to responses at any time.',
      contact: { name: 'Sallyport', url: 'https://sallyport.dev' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The gateway that serves this document.' }],
    security: [{ bearer: [] }, { mutualTLS: [] }],
    tags: Object.entries(apiTags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemas.all(),
      responses: problems,
      parameters: parameters.all(),
      headers: componentHeaders(),
      securitySchemes,
    },
  };
}

function pathsOf(operations: readonly Operation[], components: Components): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const path = operation.path.replace(/\*$/, ':rest').replaceAll(/:(\w+)/g, '{$1}');
    const method = operation.method.toLowerCase();
    paths[path] = { ...paths[path], [method]: describe(operation, components) };
  }
  return paths;
}

function describe(operation: Operation, { schemas, parameters, responses }: Components): Json {
  const { id, tag, summary, description, right, isPublic, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: `${description}\n\nRight: ${right}.`,
    ...(isPublic && { security: [] }),
    parameters: parameters.of(operation),
    ...(body && { requestBody: requestBodyOf(body, schemas) }),
    responses: responses.of(operation),
  };
}

function requestBodyOf(body: NonNullable<Operation['body']>, schemas: ComponentSchemas): Json {
  if (body.kind === 'json') {
    const { mediaTypes, schema, byMediaType = {}, isOptional } = body;
    const content = mediaTypes.map((mediaType) => {
      return [mediaType, { schema: schemas.reference(byMediaType[mediaType] ?? schema) }] as const;
    });
    return { required: isOptional !== true, content: Object.fromEntries(content) };
  }
  const { mediaTypes = ['application/octet-stream'], described } = body;
  const schema = described ? schemas.reference(described) : { type: 'string', format: 'binary' };
  return {
    required: true,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }])),
  };
}
