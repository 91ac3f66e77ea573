import { expect, it } from 'vitest';
import { ServedNamespaces } from '../../../../src/access/domain/served-namespaces.js';
import type { NamespacesService } from '../../../../src/namespaces/namespaces.service.js';
import type { UpstreamLists } from '../../../../src/secrets/list/upstream-lists.js';
import { metadataBody } from '../../../../src/secrets/domain/representations.js';
import { SecretLists } from '../../../../src/secrets/list/secret-lists.js';
import { callsOver } from '../../calls/calls.builder.js';
import { auditOver } from '../../audit/trail.builder.js';
import { readsWorld, stateOf } from '../read/cached-reads.builder.js';

/** Lists over a cache that has `db`, and selectors that the cluster was asked with. */
function listsWorld() {
  const { access, cache, ctx, shown: states } = readsWorld([stateOf('db')]);
  const asked: (string | undefined)[] = [];
  const cluster = {
    page: async (...[, , { labelSelector }]: Parameters<UpstreamLists['page']>) => {
      asked.push(labelSelector);
      return { items: [] };
    },
  };
  const namespaces = {
    visible: async function* () {
      yield { name: 'pay', as: 'caller' };
    },
  };
  const lists = new SecretLists({
    ...{ access, cache, states, asked: cluster as unknown as UpstreamLists },
    calls: callsOver(auditOver(() => 1)),
    served: new ServedNamespaces({
      ...{ patterns: ['pay'], scope: 'cluster', gatewayNamespace: 'sallyport' },
    }),
    namespaces: namespaces as unknown as NamespacesService,
  });
  return { lists, ctx, asked };
}

it('a list is selected by the cluster where its labels are too much to look through', async () => {
  const { lists, ctx, asked } = listsWorld();
  const labels = Array.from({ length: 65 }, (_, index) => `!a${index}`);
  const few = { limit: 10, labelSelector: labels.slice(1).join() };
  const many = { limit: 10, labelSelector: labels.join() };
  expect((await lists.inNamespace(ctx, 'pay', few, metadataBody)).items).toHaveLength(1);
  expect((await lists.union(ctx, few, metadataBody)).items).toHaveLength(1);
  expect(asked).toEqual([]);
  await lists.inNamespace(ctx, 'pay', many, metadataBody);
  await lists.union(ctx, many, metadataBody);
  expect(asked).toEqual([many.labelSelector, many.labelSelector]);
});
