import type { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type ObjectSchema = z.ZodObject;

/**
 * Form of a body: parsed JSON of these media types, or unchanged bytes; bytes without media types
 * are the value of a key.
 */
export type BodyRule =
  | {
      readonly kind: 'json';
      readonly mediaTypes: readonly [string, ...string[]];
      readonly schema: z.ZodType;
      readonly bytesMax: number;
      /** An absent body means `{}`. */
      readonly isOptional?: true;
    }
  | {
      readonly kind: 'raw';
      readonly mediaTypes?: readonly [string, ...string[]];
      readonly bytesMax: number;
    };

export interface AnswerRule {
  readonly status: number;
  readonly description: string;
  readonly mediaType?: string;
  readonly schema?: z.ZodType;
}

/** Operation of the API: route, input, responses. REST and GraphQL both parse by it. */
export interface Operation<
  Params extends ObjectSchema = ObjectSchema,
  Query extends ObjectSchema = ObjectSchema,
  Body extends BodyRule | undefined = BodyRule | undefined,
> {
  readonly id: string;
  readonly summary: string;
  readonly method: HttpMethod;
  /** In Nest's and Fastify's spelling: `/v1/namespaces/:namespace`; `/*` at the end is `rest`. */
  readonly path: string;
  readonly params: Params;
  readonly query: Query;
  /** Parameters that may occur more than once; their schema takes an array. */
  readonly repeatable?: readonly string[];
  readonly body: Body;
  /** Bodies that one credential sends concurrently; further ones are refused unread. */
  readonly bodiesAtOnceMax?: number;
  /** Audit action of a call that is refused before its service is called. */
  readonly action?: string;
  readonly answers: readonly AnswerRule[];
}

export interface InputOf<O extends Operation> {
  readonly params: z.output<O['params']>;
  readonly query: z.output<O['query']>;
  readonly body: O['body'] extends { readonly schema: infer S extends z.ZodType }
    ? z.output<S>
    : O['body'] extends { readonly kind: 'raw' }
      ? Buffer
      : undefined;
  /** Essence of the request's media type, lower case, if there is a body. */
  readonly mediaType: string | undefined;
}

/** Preserves the literal types of an operation. */
export function defineOperation<
  Params extends ObjectSchema,
  Query extends ObjectSchema,
  Body extends BodyRule | undefined,
>(operation: Operation<Params, Query, Body>): Operation<Params, Query, Body> {
  return Object.freeze(operation);
}
