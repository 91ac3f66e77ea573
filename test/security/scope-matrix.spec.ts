import { GraphQLModule } from '@nestjs/graphql';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles, createNamespace } from '../cluster/manifests.js';
import type { Operation } from '../../src/core/operation.js';
import type { SchemaDriver } from '../../src/platform/graphql/schema.driver.js';
import { allOfSecrets } from '../support/gateway.js';
import { type Call, send } from '../support/raw-http.js';
import { seedSecret, storedVersion } from '../support/seed.js';
import { seeRoutes } from '../support/seen-routes.js';
import { importsIn, secretImport } from '../support/share-manifests.js';
import { SocketClient } from '../support/socket-client.js';
import { allOfTokens, eventually, TokensWorld, virtual } from '../support/tokens-world.js';
import { configured, type FacadeCall, facadeCases, servedCalls } from './scope-cases-facade.js';
import { type GraphqlCase, graphqlCases } from './scope-cases-graphql.js';
import { restCall, restCases, restNames } from './scope-cases-rest.js';
import { expectations, type ScopeCase, type ScopeKind, scopeKinds } from './scope-expectations.js';

const routesOf = seeRoutes();
const seen = () => routesOf(world.installation.gateway.fastify);

/** In which lists may span all namespaces. */
const profile = 'deploy/rbac/constrained/cluster-wide';

let world: TokensWorld;
let owner: string;

beforeAll(async () => {
  const namespaces = { served: ['pay'], scope: 'cluster' };
  const kubectl = { resources: [configured.resource] };
  world = await TokensWorld.start({ namespaces, kubectl }, profile);
  const { cluster } = world.installation;
  await createNamespace(cluster, 'pay');
  const broker = `${profile}/served-broker.yaml`;
  await applyFiles(cluster, broker, 'pay');
  await seedSecret(world.installation, 'pay', 'db', { password: 'hunter2-hunter2' });
  owner = await world.installation.user('pay', 'owner', []);
  await world.grantEverywhere({ namespace: 'pay', name: 'owner' }, 'owner-of-all', [
    allOfSecrets,
    allOfTokens,
    virtual('auditevents', 'list', 'create'),
    virtual('auditlogs', 'get'),
    virtual('secretversions', 'get', 'list'),
    ...[
      'secretrotations',
      'secretshares',
      'secretimports',
      'secretsyncs',
      'secretenvironments',
    ].map((resource) => virtual(resource, 'get', 'list', 'watch')),
    { resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
  ]);
  // Fields of an import are asked only if it is there.
  await eventually(async () => {
    const { status } = await cluster.request('POST', importsIn('pay'), secretImport('db'));
    if (status !== 201 && status !== 409) throw new Error(`the import was not made: ${status}`);
  });
  await cluster.request('POST', importsIn('pay').replace('secretimports', 'secretenvironments'), {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'SecretEnvironment',
    metadata: { name: 'db' },
    spec: { values: { A: { value: 'x' } } },
  });
  await eventually(() => world.mint(owner));
  // There is something to compare, and something that streams begin with.
  await eventually(async () => {
    const { token } = await world.mint(owner);
    const versions = await textOf(token, { path: '/v1/namespaces/pay/secrets/db/versions' });
    if (!versions.includes('"version":1')) throw new Error(versions);
  });
});

afterAll(() => world.stop());

const tokens = new Map<string, Promise<string>>();

function scoped(scope: object): Promise<string> {
  const text = JSON.stringify(scope);
  const known = tokens.get(text) ?? world.mint(owner, { scope }).then(({ token }) => token);
  tokens.set(text, known);
  return known;
}

const refusal = /^the scope of the token forbids this: |: the scope of the token forbids this: /;
/** What a list shows, and what is beyond the scopes of the table. */
const shown = /"(db|pay)"/;

/** Calls an operation under two scopes of a kind, and compares with what its case says. */
async function check(
  kind: ScopeKind,
  name: string,
  given: ScopeCase,
  call: (token: string) => Promise<string>,
): Promise<void> {
  await Promise.all(
    expectations(kind, given).map(async ({ scope, verdict }) => {
      const text = await call(await scoped(scope));
      const what = `${name} with ${JSON.stringify(scope)}: ${text.slice(0, 300)}`;
      const wanted = verdict === 'refused' ? 'refused' : 'answered';
      expect.soft(isRefused(text) ? 'refused' : 'answered', what).toBe(wanted);
      if (verdict === 'narrowed') expect.soft(shown.test(text), what).toBe(false);
      if (verdict === 'shown') expect.soft(shown.test(text), what).toBe(true);
    }),
  );
}

interface Refusal {
  readonly detail?: string;
  readonly message?: string;
  readonly errors?: readonly { readonly message: string }[];
}

/** Whether it is a problem, a `Status` or has an error of GraphQL that names the scope. */
function isRefused(text: string): boolean {
  let answer: Refusal | readonly Refusal[];
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return false;
  }
  return [answer].flat().some(({ detail, message, errors = [] }) => {
    const words = [detail, message, ...errors.map((error) => error.message)];
    return words.some((one) => refusal.test(one ?? ''));
  });
}

const textOf = async (token: string, call: Call): Promise<string> =>
  (await send(world.base, { ...call, token })).text;

/** Of a stream that shows nothing to the caller. */
const BEGINNING_MS_MAX = 2_000;

/** The beginning of a stream, or the whole of another answer. */
async function beginningOf(token: string, { path, headers }: Call): Promise<string> {
  const ended = new AbortController();
  const response = await fetch(`${world.base}${path}`, {
    headers: { ...(headers as Record<string, string>), authorization: `Bearer ${token}` },
    signal: ended.signal,
  });
  if (response.status !== 200) return response.text();
  // On a busy machine, the first part is the time of a repetition alone.
  setTimeout(() => ended.abort(), BEGINNING_MS_MAX);
  let text = '';
  try {
    for await (const part of response.body ?? []) {
      text += Buffer.from(part).toString('utf8');
      if (/^data:/m.test(text)) break;
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
  ended.abort();
  return text;
}

/** Each operation that a route was added for, and that takes a token of the gateway. */
function operations(): readonly Operation[] {
  const all = new Map(seen().flatMap(({ operation: one }) => (one ? [[one.id, one]] : [])));
  return [...all.values()].filter(({ isPublic }) => isPublic !== true);
}

/** Every request of the façade that there is a route for. */
const served = (): Promise<readonly FacadeCall[]> =>
  servedCalls(async (path) => (await send(world.base, { path, token: owner })).json());

describe('a token that may do nothing', () => {
  /** Each call of the tables that is answered once. */
  const calls = async (): Promise<readonly (readonly [string, Call])[]> => {
    const rest = operations().map((operation): [string, Call] => {
      const { id } = operation;
      return [id, restCall(operation, restCases[id] ?? { reach: 'self', actions: [] })];
    });
    const graphql = Object.entries(graphqlCases)
      .filter(([name]) => !name.startsWith('Subscription.'))
      .map(([name, { query, variables }]): [string, Call] => {
        const headers = { 'content-type': 'application/json' };
        return [name, { method: 'POST', path: '/graphql', headers, body: { query, variables } }];
      });
    const facade = (await served()).map(({ name, call }): [string, Call] => [name, call]);
    return [...rest, ...graphql, ...facade];
  };

  it('is refused each call, on record, and changes nothing', async () => {
    const token = await scoped({ actions: [] });
    const before = await storedVersion(world.installation, 'pay', 'db');
    for (const [name, call] of await calls()) {
      const answer = await send(world.base, { ...call, token });
      expect.soft(isRefused(answer.text), `${name}: ${answer.text}`).toBe(true);
      const [first, ...parts] = await world.eventsOf(answer);
      const denied = { outcome: 'denied', code: 403, plane: 'none' };
      // A call about several Secrets has an event for each of them too.
      expect.soft([first, ...parts], name).toMatchObject([denied, ...parts.map(() => denied)]);
    }
    expect(await storedVersion(world.installation, 'pay', 'db')).toBe(before);
    expect(await storedVersion(world.installation, 'pay', 'new')).toBeUndefined();
  });
});

describe('every route', () => {
  it('is public, an operation with a case, or a transport with cases of its own', () => {
    const known = seen().filter(({ isPublic, operation }) => isPublic || operation !== undefined);
    const covered = new Set(known.map(({ url }) => url));
    // The public page of GraphiQL is at the path of a transport.
    covered.delete('/graphql');
    // What answers 405 for a path has the path of another route.
    const others = new Set(
      seen()
        .map(({ url }) => url)
        .filter((url) => !covered.has(url)),
    );
    expect(others).toEqual(new Set(['/graphql', '/kubernetes', '/kubernetes/*']));
  });
});

describe('every operation of REST', () => {
  it('has a case', () => {
    expect(Object.keys(restCases).toSorted()).toEqual(restNames(operations()).toSorted());
  });

  it.each(scopeKinds)('answers to a scope of %s as its case says', async (kind) => {
    for (const operation of operations()) {
      for (const name of restNames([operation])) {
        const given = restCases[name];
        if (given === undefined) continue;
        const call = restCall(operation, given);
        const isStream = name !== operation.id;
        await check(kind, name, given, (token) =>
          isStream
            ? beginningOf(token, { ...call, headers: { accept: 'text/event-stream' } })
            : textOf(token, call),
        );
      }
    }
  });
});

describe('every field of GraphQL that is resolved by a call', () => {
  it('has a case', () => {
    const { graphQlAdapter } = world.installation.gateway.app.get(GraphQLModule, { strict: false });
    const types = Object.values((graphQlAdapter as SchemaDriver).schema.getTypeMap());
    const resolved = types.filter(isObjectType).flatMap((type) => {
      const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type.name);
      return Object.values(type.getFields())
        .filter(({ resolve }) => isRoot || isOwn(resolve))
        .map((field) => `${type.name}.${field.name}`);
    });
    const fields = Object.keys(graphqlCases).map((name) => name.replace(/\(\w+\)$/, ''));
    expect([...new Set(fields)].toSorted()).toEqual(resolved.toSorted());
  });

  /** A plain member is read by a function of its object; a resolver takes whatever there is. */
  const isOwn = (resolve: { readonly length: number } | undefined): boolean =>
    resolve?.length === 0;

  it.each(scopeKinds)('answers to a scope of %s as its case says', async (kind) => {
    for (const [name, given] of Object.entries(graphqlCases)) {
      const isStream = name.startsWith('Subscription.');
      await check(kind, name, given, async (token) => {
        if (isStream) return subscribed(token, given);
        return (await world.graphql(token, given.query, given.variables)).text;
      });
    }
  });

  async function subscribed(token: string, { query }: GraphqlCase): Promise<string> {
    let client: SocketClient | undefined;
    try {
      client = await SocketClient.begin(world.base, token);
      client.subscribe('1', query);
      const { payload } = await client.frame(({ id }) => id === '1');
      return JSON.stringify(payload);
    } finally {
      client?.close();
    }
  }
});

describe('every verb on every resource that the façade serves', () => {
  it('has a case', async () => {
    const names = (await served()).map(({ name }) => name);
    expect(Object.keys(facadeCases).toSorted()).toEqual(names.toSorted());
  });

  it.each(scopeKinds)('answers to a scope of %s as its case says', async (kind) => {
    const calls = (await served()).map(async ({ name, call }) => {
      const given = facadeCases[name];
      if (given) await check(kind, name, given, (token) => textOf(token, call));
    });
    await Promise.all(calls);
  });

  it('that tells everybody the same is open to whoever may do anything', async () => {
    const published: ScopeCase = { reach: 'self', actions: ['access.review'] };
    const paths = ['/api', '/apis', '/apis/sallyport.dev', '/version', '/openapi/v3'];
    for (const kind of scopeKinds) {
      for (const path of paths) {
        const call: Call = { path: `/kubernetes${path}` };
        await check(kind, path, published, (token) => textOf(token, call));
      }
    }
  });
});
