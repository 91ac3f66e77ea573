import type { z } from 'zod';
import type { RequestHeaderName, ResponseHeaderName } from './api-header.js';
import type { ErrorCode } from './errors/error-table.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type ObjectSchema = z.ZodObject;

/** Groups of operations in the description of the API. */
export const apiTags = {
  Secrets: 'Whole Secrets: read, write, list, and follow changes.',
  Keys: 'Single values as bytes.',
  Values: 'Several Secrets or keys in one call.',
  Versions: 'Histories: versions, aliases, comparisons and restores.',
  Rotations: 'New credentials by a schedule or on request, and the workloads that use them.',
  Sharing: 'Keys of Secrets for other namespaces, by consent of both sides.',
  Sync: 'Secrets that are in sync with stores outside the cluster.',
  Environments: 'Values of a service, assembled from Secrets, imports and configuration.',
  Schemas: 'Rules for keys and values of Secrets.',
  Sealing: 'Secrets in a repository: encrypted by `kubeseal` for this gateway.',
  Tokens: 'Tokens of the gateway, for services and machines.',
  Audit: 'The audit trail: search, proofs and exports.',
  Access: 'Who the caller is, and what the caller may do.',
  Namespaces: 'Namespaces that the caller can use.',
} as const;

export type ApiTag = keyof typeof apiTags;

/**
 * Form of a body: parsed JSON of these media types, or unchanged bytes; bytes without media types
 * are the value of a key.
 */
export type BodyRule =
  | {
      readonly kind: 'json';
      readonly mediaTypes: readonly [string, ...string[]];
      readonly schema: z.ZodType;
      /** Schemas by media type, if they differ; `schema` accepts the body of each. */
      readonly byMediaType?: Readonly<Record<string, z.ZodType>>;
      readonly bytesMax: number;
      /** An absent body means `{}`. */
      readonly isOptional?: true;
    }
  | {
      readonly kind: 'raw';
      readonly mediaTypes?: readonly [string, ...string[]];
      /** Schema for clients, if the operation parses the bytes itself. */
      readonly described?: z.ZodType;
      readonly bytesMax: number;
    };

export interface AnswerRule {
  readonly status: number;
  readonly description: string;
  readonly headers?: readonly ResponseHeaderName[];
  /** Body under `application/json`. */
  readonly schema?: z.ZodType;
  /** Bodies under other media types. */
  readonly content?: Readonly<Record<string, z.ZodType>>;
  /** Schema of the data of each event, if one of the bodies is a stream. */
  readonly events?: z.ZodType;
}

/** Operation of the API: route, input, responses. REST and GraphQL both parse by it. */
export interface Operation<
  Params extends ObjectSchema = ObjectSchema,
  Query extends ObjectSchema = ObjectSchema,
  Body extends BodyRule | undefined = BodyRule | undefined,
> {
  readonly id: string;
  readonly tag: ApiTag;
  /** A few words. */
  readonly summary: string;
  /** Sentences for its users. */
  readonly description: string;
  /** The right that the caller needs, in words. */
  readonly right: string;
  /** Served without a credential of a caller: the operation checks what its senders have. */
  readonly isPublic?: true;
  readonly method: HttpMethod;
  /** In Nest's and Fastify's spelling: `/v1/namespaces/:namespace`; `/*` at the end is `rest`. */
  readonly path: string;
  readonly params: Params;
  readonly query: Query;
  /** Parameters that may occur more than once; their schema takes an array. */
  readonly repeatable?: readonly string[];
  /** Headers of the request, besides those that every operation takes. */
  readonly headers?: readonly RequestHeaderName[];
  readonly body: Body;
  /** Codes of problems, besides those that every operation may respond with. */
  readonly problems?: readonly ErrorCode[];
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
