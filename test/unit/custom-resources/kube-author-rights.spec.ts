import { beforeEach, expect, it } from 'vitest';
import type { NeededRight } from '../../../src/custom-resources/domain/author-rights.js';
import { KubeAuthorRights } from '../../../src/custom-resources/kube-author-rights.js';
import type { AccessReviewSpec, SelfKubeClient } from '../../../src/kubernetes/self-kube.client.js';

const author = { username: 'alice', uid: '', groups: ['dev'], extra: {} };
const right: NeededRight = { verb: 'patch', group: '', resource: 'secrets', name: 'web-db' };

let asked: AccessReviewSpec[];
let status: object;
let rights: KubeAuthorRights;

beforeEach(() => {
  asked = [];
  const self: Pick<SelfKubeClient, 'getAdmissionPolicy' | 'reviewAccess'> = {
    getAdmissionPolicy: () => Promise.reject(new Error('no test needs it')),
    reviewAccess: async (spec) => {
      asked.push(spec);
      return { status };
    },
  };
  const accounts = { uidOf: async () => undefined };
  rights = new KubeAuthorRights(self, { accounts, isSandbox: false });
});

it.each([
  ['RBAC', { allowed: true, reason: 'RBAC: allowed by RoleBinding "writer/shop"' }, true],
  ['another authorizer, which may refuse single names', { allowed: true, reason: 'hook' }, false],
  ['nothing', { allowed: false }, false],
] as const)('a right to all names is allowed by RBAC alone: %s', async (_, answer, expected) => {
  status = answer;
  expect(await rights.isAllowedForAll(author, 'shop', right)).toBe(expected);
  expect(asked).toEqual([
    {
      ...{ user: 'alice', groups: ['dev'], extra: {} },
      resourceAttributes: {
        ...{ verb: 'patch', group: '', resource: 'secrets', namespace: 'shop' },
        name: expect.stringMatching(/^any-[0-9a-f]{32}$/) as string,
      },
    },
  ]);
});

it('a right to a name is asked about by the name, whoever allows it', async () => {
  status = { allowed: true, reason: 'hook' };
  expect(await rights.isAllowed(author, 'shop', right)).toBe(true);
  expect(asked[0]?.resourceAttributes).toMatchObject({ name: 'web-db' });
  status = { allowed: false, evaluationError: 'down' };
  for (const ask of ['isAllowed', 'isAllowedForAll'] as const) {
    await expect(rights[ask](author, 'shop', right)).rejects.toMatchObject({ code: 'Unavailable' });
  }
});
