import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import {
  callersByRights,
  reviewCases,
  type ReviewCase,
  scopesByKind,
} from '../../support/review-cases.js';
import { seedSecret } from '../../support/seed.js';
import { TokensWorld, virtual } from '../../support/tokens-world.js';

const reviews = '/kubernetes/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const GRAPHQL = 'query ($requests: [AccessRequest!]!) { can(requests: $requests) { allowed } }';

let world: TokensWorld;
const tokens = new Map<string, string>();

beforeAll(async () => {
  world = await TokensWorld.start();
  const { installation } = world;
  for (const namespace of ['pay', 'shop']) await installation.serve(namespace);
  for (const name of ['db', 'mail']) {
    await seedSecret(installation, 'pay', name, {
      username: 'value-of-name',
      password: 'value-of-word',
    });
  }
  const mayMint = virtual('accesstokens', 'create');
  for (const [name, rules] of Object.entries(callersByRights)) {
    tokens.set(name, await installation.user('pay', name, [...rules, mayMint]));
    await installation.grant('shop', name, [mayMint], 'pay');
  }
});

afterAll(() => world.stop());

type Answers = readonly (readonly [title: string, allowed: boolean])[];

const answersOf = (allowed: readonly boolean[]): Answers =>
  reviewCases.map(({ title }, index) => [title, allowed[index] === true]);

const questions = reviewCases.map(({ question }) => ({ ...question, namespace: 'pay' }));

async function overRest(token: string): Promise<Answers> {
  const call = { method: 'POST', path: '/v1/access-reviews', token, body: { items: questions } };
  const { items } = (await send(world.base, call)).json<{ items: { allowed: boolean }[] }>();
  return answersOf(items.map(({ allowed }) => allowed));
}

async function overGraphql(token: string): Promise<Answers> {
  const answer = await world.graphql(token, GRAPHQL, { requests: questions });
  const { data } = answer.json<{ data: { can: { allowed: boolean }[] } }>();
  return answersOf(data.can.map(({ allowed }) => allowed));
}

async function overFacade(token: string): Promise<Answers> {
  const allowed = await Promise.all(
    questions.map(async ({ name, ...question }) => {
      const resourceAttributes = { ...question, name: name === '*' ? '' : name };
      const body = { spec: { resourceAttributes } };
      const answer = await send(world.base, { method: 'POST', path: reviews, token, body });
      return answer.json<{ status: { allowed: boolean } }>().status.allowed;
    }),
  );
  return answersOf(allowed);
}

/** Whether the gateway carries the operation out; what is absent is so after the right. */
async function isDone({ call }: ReviewCase, token: string): Promise<boolean> {
  const { status, text } = await send(world.base, { ...call, token });
  expect([200, 201, 204, 403, 404], text).toContain(status);
  return status !== 403;
}

const pairs = Object.keys(callersByRights).flatMap((caller) =>
  Object.entries(scopesByKind).map(([kind, scope]) => ({ caller, kind, scope })),
);

describe('an access review answers what the operation does', () => {
  it.each(pairs)('for $caller with scope $kind, over all transports', async ({ caller, scope }) => {
    const own = tokens.get(caller) ?? '';
    const token = scope
      ? (await world.mint(own, { scope: { namespaces: ['pay'], ...scope } })).token
      : own;
    const done = await Promise.all(reviewCases.map((one) => isDone(one, token)));
    const expected = answersOf(done);
    expect(await overRest(token)).toEqual(expected);
    expect(await overGraphql(token)).toEqual(expected);
    expect(await overFacade(token)).toEqual(expected);
  });
});
