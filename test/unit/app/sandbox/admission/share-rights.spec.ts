import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { denyShareWithoutRights } from '../../../../../src/app/sandbox/admission/share-rights.js';
import { secretShare } from '../../../../support/share-manifests.js';

type Spec = Readonly<Record<string, unknown>>;

const policy = readFileSync('deploy/rbac/policies/rights/share-rights.yaml', 'utf8');
const keys = ['a', 'b', 'c'];

function share(spec: Spec): KubeObject {
  return secretShare('db', spec, { namespace: 'pay' }) as KubeObject;
}

/** Writes as a user with rights `resource/name`, and returns the denial and all questions. */
function written(spec: Spec, rights: readonly string[], old?: KubeObject) {
  const asked: string[] = [];
  const denial = denyShareWithoutRights(share(spec), old, {
    isAllowed: ({ verb, group, resource, namespace, name }) => {
      asked.push(`${verb} ${group}/${resource}/${name} in ${namespace}`);
      return rights.includes(`${resource}/${name}`);
    },
  });
  return { denial, asked };
}

describe('the rights that a share needs', () => {
  it('are the right to the whole Secret', () => {
    expect(written({ keys }, ['secrets/db'])).toEqual({
      denial: undefined,
      asked: ['get /secrets/db in pay'],
    });
  });

  it('or those to every key', () => {
    const rights = keys.map((key) => `secretkeys/db/${key}`);
    const { denial, asked } = written({ keys }, rights);
    expect(denial).toBeUndefined();
    expect(asked).toEqual([
      'get /secrets/db in pay',
      ...keys.map((key) => `get sallyport.dev/secretkeys/db/${key} in pay`),
    ]);
  });

  it.each([
    ['the first pair', ['secretkeys/db/a', 'secretkeys/db/c'], '"db/a" and "db/b"'],
    ['a single key', ['secretkeys/db/a', 'secretkeys/db/b'], '"db/c"'],
  ])('are told if one is missing, in pairs as the policy asks: %s', (_what, rights, names) => {
    expect(written({ keys }, rights).denial).toEqual({
      policy: 'sallyport-share-rights',
      message:
        `who writes this share needs the right to get secretkeys ${names} of group ` +
        'sallyport.dev, or to get Secret "db"',
    });
  });

  it('are none if the spec is unchanged', () => {
    expect(written({ keys }, [], share({ keys })).asked).toEqual([]);
    expect(written({ keys }, [], share({})).denial).toBeDefined();
  });

  it('do not help to share with the own namespace', () => {
    const to = [{ namespace: 'shop' }, { namespace: 'pay' }];
    const message = 'a share is for other namespaces: remove "pay" from spec.to';
    const denial = { policy: 'sallyport-share-rights', message };
    expect(written({ to }, ['secrets/db']).denial).toEqual(denial);
  });

  it('are told in words that stand in the shipped policy', () => {
    for (const words of [
      'who writes this share needs the right to get secretkeys ',
      'of group sallyport.dev, or to get Secret "',
      'a share is for other namespaces: remove "',
      '" from spec.to',
    ]) {
      expect(policy).toContain(words);
    }
  });

  it('are asked for as many keys as a definition allows', () => {
    const indexes = [...policy.matchAll(/\[(\d+), (\d+)\]\.all/g)].flatMap(([, ...pair]) => pair);
    expect(indexes.map(Number)).toEqual(Array.from({ length: 16 }, (_, index) => index));
  });
});
