import { expect, it } from 'vitest';
import { AnswerBudget } from '../../../../src/core/answer-budget.js';
import type { GraphqlContext } from '../../../../src/platform/graphql/graphql-context.js';
import { SecretQueriesResolver } from '../../../../src/secrets/graphql/secret-queries.resolver.js';
import { SecretFilter } from '../../../../src/secrets/graphql/secret.arguments.js';
import type { SecretsService } from '../../../../src/secrets/secrets.service.js';
import { callContext } from '../../audit/audit-builders.js';

/** A resolver over lists that are empty, and what they are asked. */
function listing() {
  const asked: unknown[] = [];
  const list = async (_ctx: unknown, _namespace: unknown, request: unknown) => {
    asked.push(request);
    return { items: [] };
  };
  const secrets = { lists: { inNamespace: list }, past: { deleted: list } };
  const call = callContext();
  const refused: unknown[] = [];
  const context: GraphqlContext = {
    ...{ call, principal: call.principal },
    budget: new AnswerBudget(),
    recordRefusal: async (_ctx, _part, error) => void refused.push(error),
    countPart: () => undefined,
  };
  const resolver = new SecretQueriesResolver(secrets as unknown as SecretsService);
  const secretsOf = (filter: Partial<SecretFilter>, after: string | null = null) =>
    resolver.secrets(
      context,
      Object.assign(new SecretFilter(), { namespaces: ['pay'], ...filter }),
      100,
      after,
    );
  return { secretsOf, asked, refused };
}

it.each([
  [{ labelSelector: '!a,'.repeat(2_731) }, null, 'labelSelector'],
  [{ fieldSelector: `type=${'x'.repeat(1_024)}` }, null, 'fieldSelector'],
  [{}, 'x'.repeat(8_193), 'after'],
  [{ deleted: true, labelSelector: '!a,'.repeat(2_731) }, null, 'labelSelector'],
] as const)('a list is bounded as in REST, on record (%#)', async (filter, after, member) => {
  const { secretsOf, asked, refused } = listing();
  await expect(secretsOf(filter, after)).rejects.toMatchObject({
    ...{ code: 'BadRequest', errors: [{ pointer: `/query/${member}` }] },
  });
  expect([asked.length, refused.length]).toEqual([0, 1]);
});

it('a list is asked for with all that was said', async () => {
  const { secretsOf, asked } = listing();
  await secretsOf({ labelSelector: 'a=b', fieldSelector: 'type=Opaque' }, 'cursor');
  await secretsOf({});
  expect(asked).toEqual([
    { limit: 100, cursor: 'cursor', labelSelector: 'a=b', fieldSelector: 'type=Opaque' },
    { limit: 100 },
  ]);
});
