import type { Case, Expected } from '../../support/door.js';
import { graphqlSpec } from '../../support/graphql-spec.js';

/** How a case finds its Secret. */
export type Stage =
  /** It has no rotation. */
  | 'bare'
  /** Its password is rotated for nobody; there was no run. */
  | 'set'
  /** The same, and a run has succeeded. */
  | 'ended'
  /** A run is at `set` and does not get on. */
  | 'stuck'
  /** A run has published, and the old value still works. */
  | 'waiting'
  /** Argo CD writes it. */
  | 'managed'
  /** It is in a namespace that is not served. */
  | 'unserved'
  /** There is no such Secret. */
  | 'absent';

/** What a case is about. */
export interface Place {
  readonly namespace: string;
  readonly secret: string;
  /** Of the newest run; of none where there was none. */
  readonly runId: string;
}

export interface RotationCase {
  readonly name: string;
  readonly stage: Stage;
  readonly of: (place: Place) => Case;
}

/** A call on the rotation of one Secret, in the few words in which the doors differ. */
export interface RotationCall {
  readonly name: string;
  readonly stage: Stage;
  readonly as?: string;
  readonly spec?: object;
  readonly retireAfter?: string;
  readonly runId?: string;
  readonly options?: { readonly dryRun?: boolean };
  readonly expect: Expected | ((place: Place) => Expected);
}

interface Doors {
  readonly field: string;
  readonly selection: string;
  /** Members of the input beyond namespace, name and options. */
  readonly given?: (call: RotationCall, place: Place) => object;
  readonly read?: (field: never) => unknown;
  /** `path`: of the rotation. */
  readonly rest: (path: string, runId: string) => Case['rest'];
}

const generate = [{ key: 'password', password: { length: 40 } }];
const runFields = '{ id state step fromVersion toVersion error { reason message } endedAt }';

export function set(call: RotationCall): RotationCase {
  const { spec = { generate } } = call;
  return mutation(call, {
    field: 'setRotation',
    selection: '{ rotation { target suspended schedule } }',
    given: () => ({ spec: graphqlSpec(spec) }),
    read: (payload?: { readonly rotation: object }) => payload?.rotation,
    rest: (path) => ({
      method: 'PUT',
      path: `${path}${queryOf(call)}`,
      body: spec,
      read: policyOf,
    }),
  });
}

export function remove(call: RotationCall): RotationCase {
  return mutation(call, {
    field: 'removeRotation',
    selection: '{ removedId }',
    read: (payload?: object) => ({ isRemoved: payload !== undefined }),
    rest: (path) => ({
      method: 'DELETE',
      path: `${path}${queryOf(call)}`,
      read: () => ({ isRemoved: true }),
    }),
  });
}

export function start(call: RotationCall): RotationCase {
  const { retireAfter } = call;
  return mutation(call, {
    field: 'startRotation',
    selection: `{ run ${runFields} }`,
    read: runIn,
    given: () => ({ retireAfter }),
    rest: (path) => ({
      method: 'POST',
      path: `${path}/runs`,
      body: { ...(retireAfter !== undefined && { retireAfter }) },
      read: runOf,
    }),
  });
}

export const cancel = (call: RotationCall): RotationCase => wish('cancel', call);
export const retire = (call: RotationCall): RotationCase => wish('retire', call);

function wish(verb: 'cancel' | 'retire', call: RotationCall): RotationCase {
  return mutation(call, {
    field: `${verb}Rotation`,
    selection: `{ run ${runFields} }`,
    read: runIn,
    given: (_call, { runId }) => ({ id: runId }),
    rest: (path, runId) => ({
      method: 'POST',
      path: `${path}/runs/${runId}/${verb}`,
      read: runOf,
    }),
  });
}

export function readRun(call: RotationCall): RotationCase {
  return caseOf(call, (place) => {
    const { namespace, secret, runId } = place;
    return {
      rest: { method: 'GET', path: `${pathOf(place)}/runs/${runId}`, read: runOf },
      graphql: {
        query: `query($namespace: String!, $secret: String!, $id: ID!) {
          rotationRun(namespace: $namespace, secret: $secret, id: $id) ${runFields} }`,
        variables: { namespace, secret, id: runId },
        field: 'rotationRun',
      },
    };
  });
}

export function readPolicy(call: RotationCall): RotationCase {
  return caseOf(call, (place) => ({
    rest: { method: 'GET', path: pathOf(place), read: policyOf },
    graphql: {
      query: `query($namespace: String!, $name: String!) {
        secret(namespace: $namespace, name: $name) {
          rotation { target suspended schedule nextRunAt lastRun ${runFields} } } }`,
      variables: { namespace: place.namespace, name: place.secret },
      field: 'secret',
      read: (secret: { readonly rotation: object } | undefined) => secret?.rotation,
    },
  }));
}

function mutation(call: RotationCall, doors: Doors): RotationCase {
  return caseOf(call, (place) => {
    const { namespace, secret: name, runId } = place;
    const { field, selection, read } = doors;
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
    return {
      rest: doors.rest(pathOf(place), runId),
      graphql: {
        query: `mutation($input: ${type}!) { ${field}(input: $input) ${selection} }`,
        variables: {
          input: { namespace, name, ...call.options, ...doors.given?.(call, place) },
        },
        field,
        ...(read && { read }),
      },
    };
  });
}

/** A run that the call names stands in the place of the newest. */
function caseOf(
  { name, stage, as = 'owner', runId, expect }: RotationCall,
  doorsOf: (place: Place) => Pick<Case, 'rest' | 'graphql'>,
): RotationCase {
  return {
    name,
    stage,
    of: (found) => {
      const place = { ...found, ...(runId !== undefined && { runId }) };
      const expected = typeof expect === 'function' ? expect(place) : expect;
      return { name, as, expect: expected, ...doorsOf(place) };
    },
  };
}

function pathOf({ namespace, secret }: Place): string {
  return `/v1/namespaces/${namespace}/secrets/${secret}/rotation`;
}

function queryOf({ options }: RotationCall): string {
  return options?.dryRun === true ? '?dryRun=All' : '';
}

function runIn(payload?: { readonly run: object }): object | undefined {
  return payload?.run;
}

interface RestRun {
  readonly state: string;
  readonly step: string;
  readonly error?: { readonly reason: string; readonly message: string };
  readonly endedAt?: string;
}

/** REST writes states and steps small, and leaves out what there is not. */
function runOf({ state, step, error, endedAt = '', ...run }: RestRun): object {
  return {
    ...run,
    state: state.replace('needsOperator', 'needs_operator').toUpperCase(),
    step: step.toUpperCase(),
    error: error ?? null,
    endedAt: endedAt || null,
  };
}

interface RestPolicy {
  readonly target?: object;
  readonly suspend?: boolean;
  readonly schedule?: { readonly every: string };
  readonly nextRunAt: string | null;
  readonly lastRun: RestRun | null;
}

function policyOf(policy: RestPolicy): object {
  const { target = { none: {} }, suspend = false, schedule, nextRunAt, lastRun } = policy;
  const [kind] = Object.keys(target);
  return {
    target: kind?.toUpperCase(),
    suspended: suspend,
    schedule: schedule === undefined ? null : `every ${schedule.every}`,
    nextRunAt,
    lastRun: lastRun === null ? null : runOf(lastRun),
  };
}
