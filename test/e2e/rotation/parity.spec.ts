import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Callers, doors } from '../../support/door.js';
import { allOfSecrets } from '../../support/gateway.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld, rotationRoles } from '../../support/rotation-world.js';
import { auditEventsOf } from '../../support/secrets-world.js';
import { eventually } from '../../support/tokens-world.js';
import type { Place, Stage } from './parity-calls.js';
import { rotationCases } from './parity-cases.js';

const namespace = 'parity';
const elsewhere = 'elsewhere';
const noRun = '00000000-0000-4000-8000-000000000000';
const generate = [{ key: 'password', password: {} }];
const oldValue = 'the-old-password';

let world: RotationWorld;
let receiver: RotationReceiver;
let callers: Callers;
let count = 0;

beforeAll(async () => {
  const namespaces = { served: [namespace], scope: 'cluster' };
  world = await RotationWorld.start(namespace, { namespaces });
  receiver = await RotationReceiver.start(world);
  const { installation, url, tokens } = world;
  await installation.serve(elsewhere);
  await installation.grant(elsewhere, 'owner', rotationRoles.owner, namespace);
  const reader = await installation.user(namespace, 'reader', [allOfSecrets]);
  callers = { url, tokens: { ...tokens, reader } };
});

afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
});

const states = { stuck: 'running', waiting: 'waiting', ended: 'succeeded' } as const;

/** A Secret of its own as a case finds it. */
async function prepare(stage: Stage): Promise<Place> {
  count += 1;
  const secret = `secret-${count}`;
  if (stage === 'unserved') return { namespace: elsewhere, secret, runId: noRun };
  if (stage === 'absent') return { namespace, secret, runId: noRun };
  const labels = { 'argocd.argoproj.io/instance': 'shop' };
  const more = stage === 'managed' ? { metadata: { name: secret, labels } } : {};
  await world.seed(secret, { password: oldValue }, more);
  if (stage === 'bare' || stage === 'managed') return { namespace, secret, runId: noRun };
  const isTold = stage === 'stuck' || stage === 'waiting';
  const spec = isTold ? receiver.spec(stage === 'stuck' ? 'stuck' : 'ok') : { generate };
  await world.rotate(secret, spec);
  if (stage === 'set') return { namespace, secret, runId: noRun };
  const { id: runId } = await world.begin(secret);
  await eventually(async () => {
    const { state, error } = await world.run(secret, runId);
    expect(state).toBe(states[stage]);
    if (stage === 'stuck') expect(error).toBeDefined();
  });
  return { namespace, secret, runId };
}

/** Events of a call, of its parts, and of what they committed. */
async function eventsOf(place: Place, auditId: string) {
  const events = await auditEventsOf(world.as('owner'), place.namespace);
  const own = new Set([auditId]);
  for (const event of events.toReversed()) {
    if (own.has(event.parentId ?? '')) own.add(event.auditId);
  }
  return events.filter((event) => own.has(event.auditId));
}

describe.each(doors)('over $name', (door) => {
  it.each(rotationCases())('$name ($stage): answered and recorded alike', async (step) => {
    const place = await prepare(step.stage);
    const call = step.of(place);
    const outcome = await door.call(callers, call);

    const { code, data = {}, event } = call.expect;
    expect({ ok: outcome.ok, code: outcome.code }).toEqual({ ok: code === undefined, code });
    expect(outcome.data).toMatchObject(data as object);
    expect(outcome.text).not.toContain(oldValue);
    const user = `system:serviceaccount:${namespace}:${call.as}`;
    const { secret } = place;
    const events = await eventsOf(place, outcome.auditId);
    expect(events).toContainEqual(expect.objectContaining({ user, secret, ...event }));
    const { action } = event as { readonly action: string };
    const same = events.filter((one) => one.action === action);
    expect(new Set(same.map(({ outcome: became }) => became)).size).toBe(1);
  });

  it('without a credential: nothing is told apart', async () => {
    const strangers = { ...callers, tokens: { owner: 'nobody', reader: 'nobody' } };
    for (const step of rotationCases()) {
      const call = step.of({ namespace, secret: 'secret-1', runId: noRun });
      const { text } = await door.call(strangers, call);
      expect(JSON.parse(text)).toMatchObject({ status: 401, code: 'Unauthenticated' });
    }
  });
});

describe('rotation of a Secret over GraphQL', () => {
  const graphql = async (query: string, variables: object = {}) => {
    const answer = await world.as('owner').post('/graphql', { query, variables });
    const { data, errors } = answer.body as unknown as {
      readonly data: Readonly<Record<string, unknown>>;
      readonly errors?: readonly { readonly message: string; readonly path: readonly unknown[] }[];
    };
    return { data, errors };
  };

  it('is null without an error where there is none, of a Secret and in lists', async () => {
    const bare = await prepare('bare');
    const { secret } = await prepare('set');
    const one = `secret(namespace: "${namespace}", name: "${bare.secret}")`;
    const some = `secretsByName(namespace: "${namespace}", names: ["${bare.secret}", "${secret}"])`;
    const rotation = 'rotation { target lastRun { id } runs { nodes { id } } }';
    const answer = await graphql(`{ one: ${one} { ${rotation} } some: ${some} { ${rotation} } }`);
    const found = { target: 'NONE', lastRun: null, runs: { nodes: [] } };
    const data = { one: { rotation: null }, some: [{ rotation: null }, { rotation: found }] };
    expect(answer).toEqual({ data, errors: undefined });

    const list = `{ secrets(filter: { namespaces: ["${namespace}"] }, first: 10) {
      nodes { name rotation { target } } } }`;
    const { data: listed, errors } = await graphql(list);
    expect(errors).toBeUndefined();
    const { nodes } = listed['secrets'] as { readonly nodes: readonly { rotation: unknown }[] };
    expect(nodes.map(({ rotation: shown }) => shown)).toContainEqual({ target: 'NONE' });
    expect(nodes.map(({ rotation: shown }) => shown)).toContain(null);
  });

  it('is refused by itself where it is asked for too often', async () => {
    const places = await Promise.all(Array.from({ length: 10 }, () => prepare('bare')));
    const names = places.map(({ secret }) => secret);
    const lists = Array.from({ length: 11 }, (_, index) => {
      return `list${index}: secretsByName(namespace: "${namespace}", names: $names) { ...shown }`;
    });
    const shown = 'fragment shown on Secret { rotation { target } }';
    const query = `query($names: [String!]!) { ${lists.join(' ')} } ${shown}`;
    const { data, errors = [] } = await graphql(query, { names });
    expect(Object.values(data).flat()).toEqual(Array(110).fill({ rotation: null }));
    expect(errors.map(({ message }) => message)).toEqual(
      Array(10).fill('rotations of at most 100 Secrets in a request'),
    );
  });

  it('is refused where the spec has members that there are not, each by its place', async () => {
    const { secret } = await prepare('bare');
    const spec = { generate: [{ key: 'password', password: {} }], secretName: 'other', often: 1 };
    const query = `mutation($spec: RotationSpecInput!) {
      setRotation(input: { namespace: "${namespace}", name: "${secret}", spec: $spec }) {
        rotation { target } } }`;
    const { errors = [] } = await graphql(query, { spec });
    expect(errors.map(({ message }) => message)).toEqual([
      'Variable "$spec" is not valid: has no field secretName',
      'Variable "$spec" is not valid: has no field often',
    ]);
  });

  it('takes no condition on the Secret for one on its rotation', async () => {
    const { secret } = await prepare('set');
    const input = `namespace: "${namespace}", name: "${secret}", resourceVersion: "1"`;
    for (const call of [
      `removeRotation(input: { ${input} }) { removedId }`,
      `startRotation(input: { ${input} }) { run { id } }`,
      `retireRotation(input: { ${input}, id: "${noRun}" }) { run { id } }`,
    ]) {
      const { errors = [] } = await graphql(`mutation { ${call} }`);
      expect(errors.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^Field "resourceVersion" is not defined by type "\w+"/),
      ]);
    }
  });

  it('starts one run under one idempotencyKey, for the reason that is given', async () => {
    const { secret } = await prepare('set');
    const start = async (options: object) => {
      const query = `mutation($input: StartRotationInput!) {
        startRotation(input: $input) { run { id } } }`;
      const input = { namespace, name: secret, ...options };
      const { data, errors } = await graphql(query, { input });
      expect(errors).toBeUndefined();
      return (data['startRotation'] as { readonly run: { readonly id: string } }).run.id;
    };
    const once = { idempotencyKey: `key-of-${secret}`, reason: 'leaked' };
    const id = await start(once);
    expect(await start(once)).toBe(id);
    const { items } = (await world.as('owner').get(`${world.at(secret)}/rotation/runs`)).body;
    expect(items).toMatchObject([{ id, reason: 'leaked', trigger: 'manual' }]);
    const events = (await world.events()).filter((event) => event.secret === secret);
    const started = events.filter((event) => 'reason' in event && event.reason === 'leaked');
    // What the run has done by now says the same.
    expect(started.map(({ action }) => action)).toContain('rotations.run');
  });

  it('has no dry run of a run', async () => {
    const { secret } = await prepare('set');
    const input = `input: { namespace: "${namespace}", name: "${secret}", dryRun: true }`;
    const { errors = [] } = await graphql(`mutation { startRotation(${input}) { run { id } } }`);
    expect(errors[0]?.message).toMatch(/^Field "dryRun" is not defined by type/);
    const { items } = (await world.as('owner').get(`${world.at(secret)}/rotation/runs`)).body;
    expect(items).toEqual([]);
  });
});
