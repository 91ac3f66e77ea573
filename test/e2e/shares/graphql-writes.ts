import { AuditService } from '../../../src/audit/audit.service.js';
import { graphqlSpec } from '../../support/graphql-spec.js';
import { partOf } from '../../support/part-of.js';
import type { RestAnswer } from '../../support/rest-caller.js';
import { type Caller, SharingWorld } from './sharing-world.js';

export interface GraphqlError {
  readonly message: string;
  readonly extensions: {
    readonly code: string;
    readonly errors?: readonly { readonly pointer: string; readonly reason: string }[];
  };
}

export interface GraphqlAnswer<T> {
  readonly data: Readonly<Record<string, T | null>> | null;
  readonly errors?: readonly GraphqlError[];
}

/** A write of a share or an import, in the words of both transports. */
export interface SharingWrite {
  readonly as: Caller;
  readonly field:
    | 'putSecretShare'
    | 'deleteSecretShare'
    | 'revokeSecretShare'
    | 'putSecretImport'
    | 'deleteSecretImport';
  readonly name: string;
  readonly spec?: object;
  readonly consumer?: string;
  readonly dryRun?: boolean;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** What a transport says of a refused write. */
export interface Refusal {
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly errors: readonly object[];
  readonly events: readonly object[];
}

const methods = { put: 'PUT', delete: 'DELETE', revoke: 'POST' } as const;

/** Sends a write by GraphQL; returns the payload, and the whole answer. */
export async function mutate<T>(
  world: SharingWorld,
  { as, field, name, spec, ...options }: SharingWrite,
  selection: string,
) {
  const namespace = field.endsWith('Import') ? 'shop' : 'pay';
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${field}(input: $input) { ${selection} } }`;
  const given = { namespace, name, ...options, ...(spec && { spec: graphqlSpec(spec) }) };
  const answer = await world.as(as).post('/graphql', { query, variables: { input: given } });
  const { data, errors } = answer.body as unknown as GraphqlAnswer<T>; // by the protocol
  return { answer, errors, payload: data?.[field] ?? undefined };
}

/** Sends the same write by REST. */
export function sendRest(world: SharingWorld, write: SharingWrite): Promise<RestAnswer> {
  const { as, field, name, spec, consumer, dryRun, ifMatch, ifNoneMatch } = write;
  const verb = field.replace(/Secret.*/, '') as keyof typeof methods;
  const base = field.endsWith('Import') ? 'shop/imports' : 'pay/shares';
  const suffix = verb === 'revoke' ? '/revoke' : '';
  const query = dryRun === true ? '?dryRun=All' : '';
  const revocation =
    verb === 'revoke' ? { ...(consumer !== undefined && { namespace: consumer }) } : undefined;
  return world.as(as).send({
    method: methods[verb],
    path: `/v1/namespaces/${base}/${name}${suffix}${query}`,
    body: spec ?? revocation,
    headers: {
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
    },
  });
}

/** Returns how both transports refuse a write: code, sentence, places and events. */
export async function refusals(
  world: SharingWorld,
  write: SharingWrite,
): Promise<readonly [rest: Refusal, graphql: Refusal]> {
  const rest = await sendRest(world, write);
  const { code, detail, errors } = rest.body;
  const graphql = await mutate(world, write, '__typename');
  const [error] = graphql.errors ?? [];
  return [
    { code, detail, errors: errors ?? [], events: await eventsOf(world, rest) },
    {
      code: error?.extensions.code,
      detail: error?.message,
      errors: error?.extensions.errors ?? [],
      events: await eventsOf(world, graphql.answer),
    },
  ];
}

/** Returns the facts of the events about a call: what was done to what, and how it ended. */
export async function eventsOf(
  world: Pick<SharingWorld, 'installation'>,
  answer: Pick<RestAnswer, 'headers'>,
) {
  const id = answer.headers['audit-id'];
  const { items } = await partOf(world.installation.gateway, AuditService).list({});
  return items
    .filter(({ auditId, parentId }) => auditId === id || parentId === id)
    .map(({ action, outcome, code, namespace, secret, keys }) => {
      return { action, outcome, code, namespace, secret, keys };
    });
}
