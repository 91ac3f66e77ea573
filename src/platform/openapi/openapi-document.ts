import { z } from 'zod';
import { errorTable } from '../../core/errors/error-table.js';
import type { AnswerRule, Operation } from '../../core/operation.js';
import { version } from '../../core/version.js';

type Json = Readonly<Record<string, unknown>>;

interface Answered {
  readonly description: string;
  readonly content?: Json;
}

const problemSchema = z.looseObject({
  type: z.url(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(errorTable) as [string, ...string[]]), // the table is not empty
  detail: z.string(),
  requestId: z.string(),
  auditId: z.string().optional().meta({ description: 'Absent where no event tells of it' }),
  errors: z.array(z.strictObject({ pointer: z.string(), reason: z.string() })).optional(),
});

/** Returns the contract of all operations as OpenAPI 3.1, sorted: its diff shows every change. */
export function openApiDocument(operations: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const sorted = operations.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const operation of sorted) {
    const path = operation.path.replace(/\*$/, ':rest').replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sallyport',
      version,
      description: 'One door to Kubernetes Secrets. No write answers with a value.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
    },
  };
}

function describe(operation: Operation): Json {
  return {
    operationId: operation.id,
    summary: operation.summary,
    parameters: [...parametersOf(operation, 'path'), ...parametersOf(operation, 'query')],
    ...(operation.body === undefined ? {} : { requestBody: requestBodyOf(operation.body) }),
    responses: {
      ...answersOf(operation.answers),
      default: {
        description: 'An error; `code` says which',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
}

function parametersOf(operation: Operation, place: 'path' | 'query'): Json[] {
  const schema = schemaOf(place === 'path' ? operation.params : operation.query, 'input');
  const properties = (schema['properties'] ?? {}) as Record<string, Json>; // of an object schema
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: property,
  }));
}

function requestBodyOf(body: NonNullable<Operation['body']>): Json {
  const schema: Json = body.kind === 'json' ? schemaOf(body.schema, 'input') : {};
  const mediaTypes = body.mediaTypes ?? ['application/octet-stream', 'text/plain'];
  return {
    required: body.kind === 'raw' || body.isOptional !== true,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }])),
  };
}

/** Groups by status; if a status has several media types, the first describes it. */
function answersOf(answers: readonly AnswerRule[]): Record<string, Answered> {
  const byStatus: Record<string, Answered> = {};
  for (const answer of answers) {
    const { description, content } = answerOf(answer);
    const before = byStatus[answer.status];
    const both = before?.content || content ? { ...before?.content, ...content } : undefined;
    byStatus[answer.status] = {
      description: before?.description ?? description,
      ...(both === undefined ? {} : { content: both }),
    };
  }
  return byStatus;
}

function answerOf({ description, schema, mediaType = 'application/json' }: AnswerRule): Answered {
  if (!schema) {
    return mediaType === 'application/json'
      ? { description }
      : { description, content: { [mediaType]: {} } };
  }
  return { description, content: { [mediaType]: { schema: schemaOf(schema, 'output') } } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
