import { enumName } from '../../../src/platform/graphql/spec-input-types.js';
import { graphqlSpec } from '../../support/graphql-spec.js';
import type { RestAnswer } from '../../support/rest-caller.js';
import { eventsOf, type GraphqlAnswer, type Refusal } from '../shares/graphql-writes.js';
import type { Caller, SpecsWorld } from './specs-world.js';

/** A write of a sync or a store, in the words of both transports. */
export interface SyncWrite {
  readonly as: Caller;
  readonly field:
    | 'putSecretSync'
    | 'deleteSecretSync'
    | 'runSecretSync'
    | 'resolveSecretSync'
    | 'putExternalStore'
    | 'deleteExternalStore';
  readonly name: string;
  readonly spec?: object;
  readonly prefer?: 'cluster' | 'store';
  readonly keys?: readonly string[];
  readonly dryRun?: boolean;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

const methods = { put: 'PUT', delete: 'DELETE', run: 'POST', resolve: 'POST' } as const;

/** Sends a write by GraphQL; returns the payload, and the whole answer. */
export async function mutate<T>(
  world: SpecsWorld,
  { as, field, name, spec, prefer, ...options }: SyncWrite,
  selection: string,
) {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input!`;
  const query = `mutation($input: ${type}) { ${field}(input: $input) { ${selection} } }`;
  const given = {
    ...(field.endsWith('Sync') && { namespace: 'pay' }),
    ...{ name, ...options },
    ...(spec && { spec: graphqlSpec(spec) }),
    ...(prefer && { prefer: enumName(prefer) }),
  };
  const answer = await world.as(as).post('/graphql', { query, variables: { input: given } });
  const { data, errors } = answer.body as unknown as GraphqlAnswer<T>; // by the protocol
  return { answer, errors, payload: data?.[field] ?? undefined };
}

/** Sends the same write by REST. */
export function sendRest(world: SpecsWorld, write: SyncWrite): Promise<RestAnswer> {
  const { as, field, name, spec, prefer, keys, dryRun, ifMatch, ifNoneMatch } = write;
  const verb = field.replace(/(Secret|External).*/, '') as keyof typeof methods;
  const base = field.endsWith('Store') ? '/v1/stores' : '/v1/namespaces/pay/syncs';
  const suffix = methods[verb] === 'POST' ? `/${verb}` : '';
  const resolution = prefer && { prefer, ...(keys && { keys }) };
  return world.as(as).send({
    method: methods[verb],
    path: `${base}/${name}${suffix}${dryRun === true ? '?dryRun=All' : ''}`,
    body: spec ?? resolution,
    headers: {
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
    },
  });
}

/** Returns how both transports refuse a write: code, sentence, places and events. */
export async function refusals(
  world: SpecsWorld,
  write: SyncWrite,
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
