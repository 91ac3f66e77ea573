import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { denySyncWithoutRights } from '../../../../../src/app/sandbox/admission/sync-rights.js';
import { rightsOfAuthor } from '../../../../../src/sync/domain/author-needs.js';
import { secretSync } from '../../../../support/sync-manifests.js';

type Spec = Readonly<Record<string, unknown>>;

const policy = readFileSync('deploy/rbac/policies/rights/sync-rights.yaml', 'utf8');
const use = 'use sallyport.dev/externalstores/vault';
const token = 'create /serviceaccounts/token/sallyport-sync';
const secret = (verb: string) => `${verb} /secrets/db`;
const both = [use, token, secret('get'), secret('create'), secret('patch')];

const synced = (spec: Spec = {}) =>
  secretSync('db', { direction: 'both', ...spec }, { namespace: 'pay' }) as KubeObject;

/** Writes as a user with these rights, and returns the denial and all questions. */
function written(spec: Spec, rights: readonly string[], old?: KubeObject) {
  const asked: string[] = [];
  const denial = denySyncWithoutRights(synced(spec), old, {
    isAllowed: ({ verb, group, resource, subresource, namespace, name }) => {
      const what = subresource === undefined ? resource : `${resource}/${subresource}`;
      const right = `${verb} ${group}/${what}/${name}`;
      asked.push(right);
      return namespace === 'pay' && rights.includes(right);
    },
  });
  return { denial, asked };
}

describe('the rights that a sync needs', () => {
  it.each([
    ['push', [use, token, secret('get')]],
    ['pull', [use, token, secret('create'), secret('patch')]],
    ['both', both],
  ] as const)('are those that the gateway checks at each look: %s', (direction, rights) => {
    expect(written({ direction }, rights).denial).toBeUndefined();
    for (const missing of rights) {
      const others = both.filter((right) => right !== missing);
      expect(written({ direction }, others).denial, missing).toBeDefined();
    }
    const names = { secretName: 'db', storeName: 'vault', serviceAccountName: 'sallyport-sync' };
    const needed = rightsOfAuthor({ ...names, direction }).map((right) => {
      const { verb, group, resource, subresource, name } = right;
      const what = subresource === undefined ? resource : `${resource}/${subresource}`;
      return `${verb} ${group}/${what}/${name}`;
    });
    expect(needed).toEqual(rights);
  });

  it.each([
    [use, 'the right to use externalstores "vault" of group sallyport.dev'],
    [
      token,
      'the right to create serviceaccounts/token "sallyport-sync", whose token the store gets',
    ],
    [secret('get'), 'the right to get Secret "db", whose values the store gets'],
    [secret('create'), 'the rights to create and to patch Secret "db", which receives the values'],
    [secret('patch'), 'the rights to create and to patch Secret "db", which receives the values'],
  ])('are told if one is missing: %s', (missing, what) => {
    const others = both.filter((right) => right !== missing);
    expect(written({}, others).denial).toEqual({
      policy: 'sallyport-sync-rights',
      message: `who writes this sync needs ${what}`,
    });
  });

  it('are not asked for if the spec is unchanged', () => {
    expect(written({}, [], synced())).toEqual({ denial: undefined, asked: [] });
    expect(written({}, [], synced({ direction: 'pull' })).denial).toBeDefined();
    expect(written({ adopt: 'x' }, [], synced()).denial).toBeDefined();
  });

  it('are told in words that stand in the shipped policy', () => {
    for (const words of [
      'name: sallyport-sync-rights',
      'who writes this sync needs the right to use externalstores "',
      '" of group sallyport.dev',
      'who writes this sync needs the right to create serviceaccounts/token "',
      '", whose token the store gets',
      'who writes this sync needs the right to get Secret "',
      '", whose values the store gets',
      'who writes this sync needs the rights to create and to patch Secret "',
      '", which receives the values',
    ]) {
      expect(policy).toContain(words);
    }
  });
});
