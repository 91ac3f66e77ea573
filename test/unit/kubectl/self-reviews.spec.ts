import { describe, expect, it, vi } from 'vitest';
import type { Decision } from '../../../src/access/access.service.js';
import {
  type AccessQuestion,
  toResourceRequest,
} from '../../../src/access/domain/access-question.js';
import { toViewer } from '../../../src/access/domain/viewer.js';
import type { CallContext } from '../../../src/core/call-context.js';
import type { RawAnswer, RawRequest } from '../../../src/core/forwarding.js';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import { SelfReviews } from '../../../src/kubectl/self-reviews.js';
import { callContext } from '../audit/audit-builders.js';
import { rawRequest, resourceRequest } from './facade.builder.js';

const authorization = 'authorization.k8s.io';
const clock = { nowMs: () => Date.parse('2026-01-02T03:04:05Z'), monotonicMs: () => 0 };

/** A gateway that allows these verbs and no others. */
function world(...verbs: readonly string[]) {
  const decide = ({ verb }: AccessQuestion): Decision => {
    return verbs.includes(verb) ? { allowed: true, reason: 'r' } : { allowed: false, reason: 'n' };
  };
  const review = vi.fn((_ctx: CallContext, questions: readonly AccessQuestion[]) =>
    Promise.resolve(questions.map(decide)),
  );
  const whoami = vi.fn((ctx: CallContext) => Promise.resolve(toViewer(ctx.principal)));
  const rights = vi.fn(
    (_ctx: CallContext, _namespace: string, questions: readonly AccessQuestion[]) => {
      const held = questions.filter((question) => decide(question).allowed);
      return Promise.resolve({ rights: held.map(toResourceRequest), isComplete: true });
    },
  );
  const reviews = new SelfReviews({ review, rights, whoami }, clock);
  const create = (
    group: string,
    resource: string,
    body: object,
    more: Partial<RawRequest> = {},
  ) => {
    const api = resourceRequest({ verb: 'create', group, resource });
    const path = ['apis', group, 'v1', resource];
    const bytes = Buffer.from(JSON.stringify(body));
    const raw = rawRequest(path, { method: 'POST', body: bytes, ...more });
    return reviews.answer(callContext(), { api, raw });
  };
  return { review, rights, whoami, create };
}

const bodyOf = ({ body }: RawAnswer) =>
  JSON.parse(body.toString()) as { readonly status: Readonly<Record<string, unknown>> };

describe('kubectl auth can-i', () => {
  const asks = (attributes: object) => ({ spec: { resourceAttributes: attributes } });
  const ofKey = {
    ...{ namespace: 'pay', verb: 'get', group: 'sallyport.dev' },
    ...{ resource: 'secretkeys', name: 'db/password' },
  };

  it('is answered by the rights of the caller, a key by the name of its Secret', async () => {
    const { create, review } = world('get');
    const answer = await create(authorization, 'selfsubjectaccessreviews', asks(ofKey));
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'content-type': 'application/json' },
    });
    expect(bodyOf(answer).status).toEqual({ allowed: true, reason: 'r' });
    expect(review.mock.calls[0]?.[1]).toEqual([{ ...ofKey, subresource: '' }]);
  });

  it('is told why not', async () => {
    const { create } = world();
    const answer = await create(authorization, 'selfsubjectaccessreviews', asks(ofKey));
    expect(bodyOf(answer).status).toEqual({ allowed: false, reason: 'n' });
  });

  it('is answered about paths without the cluster, and is on record all the same', async () => {
    const { create, review } = world();
    const spec = { nonResourceAttributes: { path: '/version', verb: 'get' } };
    const answer = await create(authorization, 'selfsubjectaccessreviews', { spec });
    expect(bodyOf(answer).status).toEqual({ allowed: true });
    expect(review).toHaveBeenCalledExactlyOnceWith(expect.anything(), []);
  });

  it('is not answered where the cluster cannot decide', async () => {
    const { create, review } = world();
    review.mockRejectedValue(unavailable('the cluster could not decide'));
    await expect(
      create(authorization, 'selfsubjectaccessreviews', asks(ofKey)),
    ).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('kubectl auth can-i --list', () => {
  it('has the verbs that are allowed in the namespace', async () => {
    const { create, rights } = world('list');
    const body = { spec: { namespace: 'pay' } };
    const answer = await create(authorization, 'selfsubjectrulesreviews', body);
    expect(bodyOf(answer).status['resourceRules']).toContainEqual({
      verbs: ['list'],
      apiGroups: [''],
      resources: ['secrets'],
    });
    expect(bodyOf(answer).status['incomplete']).toBe(true);
    expect(rights).toHaveBeenCalledExactlyOnceWith(expect.anything(), 'pay', expect.anything());
  });
});

describe('kubectl auth whoami', () => {
  it('is answered by the gateway itself, on record', async () => {
    const { create, whoami } = world();
    const answer = await create('authentication.k8s.io', 'selfsubjectreviews', {});
    expect(answer.status).toBe(201);
    expect(bodyOf(answer).status['userInfo']).toMatchObject({ username: 'alice' });
    expect(whoami).toHaveBeenCalledOnce();
  });
});

describe('a review that cannot be taken', () => {
  it.each([
    ['subjectaccessreviews', {}, 'NotFound'],
    ['selfsubjectaccessreviews', { contentType: 'application/yaml' }, 'UnsupportedMediaType'],
    ['selfsubjectaccessreviews', { contentType: 'text/plain' }, 'UnsupportedMediaType'],
    ['selfsubjectaccessreviews', { contentType: 'Application/JSON; charset=utf-8' }, 'Invalid'],
    ['selfsubjectaccessreviews', {}, 'Invalid'],
    ['selfsubjectrulesreviews', {}, 'BadRequest'],
  ])('asks nothing: %s, %j is %s', async (resource, more, code) => {
    const { create, review } = world('get');
    await expect(create(authorization, resource, {}, more)).rejects.toMatchObject({ code });
    expect(review).not.toHaveBeenCalled();
  });
});
