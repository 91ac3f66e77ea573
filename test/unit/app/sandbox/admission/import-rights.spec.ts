import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { denyImportWithoutRights } from '../../../../../src/app/sandbox/admission/import-rights.js';
import { secretImport } from '../../../../support/share-manifests.js';

type Spec = Readonly<Record<string, unknown>>;

const policy = readFileSync('deploy/rbac/policies/rights/share-rights.yaml', 'utf8');
const target = { secretName: 'pay-db' };

function imported(spec: Spec): KubeObject {
  return secretImport('db', spec, { namespace: 'shop' }) as KubeObject;
}

/** Writes as a user with these verbs on Secrets, and returns the denial and all questions. */
function written(spec: Spec, verbs: readonly string[], old?: KubeObject) {
  const asked: string[] = [];
  const denial = denyImportWithoutRights(imported(spec), old, {
    isAllowed: ({ verb, group, resource, namespace, name }) => {
      asked.push(`${verb} ${group}/${resource}/${name} in ${namespace}`);
      return verbs.includes(verb);
    },
  });
  return { denial, asked };
}

describe('the rights that an import needs', () => {
  it('are those to create and to patch its target', () => {
    const { denial, asked } = written({ target }, ['create', 'patch']);
    expect(denial).toBeUndefined();
    expect(asked).toEqual(['create', 'patch'].map((verb) => `${verb} /secrets/pay-db in shop`));
  });

  it.each(['create', 'patch'])('are told if one is missing: %s', (verb) => {
    const others = ['create', 'patch'].filter((other) => other !== verb);
    expect(written({ target }, others).denial).toEqual({
      policy: 'sallyport-import-rights',
      message:
        `who writes this import needs the right to ${verb} Secret "pay-db", ` +
        'which receives the values',
    });
  });

  it('are none without a target, or if the spec is unchanged', () => {
    expect(written({}, []).asked).toEqual([]);
    expect(written({ target }, [], imported({ target })).asked).toEqual([]);
    expect(written({ target }, [], imported({})).denial).toBeDefined();
  });

  it('are told in words that stand in the shipped policy', () => {
    expect(policy).toContain('who writes this import needs the right to create Secret "');
    expect(policy).toContain('who writes this import needs the right to patch Secret "');
    expect(policy).toContain('", which receives the values');
  });
});
