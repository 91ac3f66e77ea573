import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../packages/kube-sandbox/src/model/kube-object.js';
import { syncCauses } from '../../../../../src/app/sandbox/admission/sync-rules.js';
import { parseSync } from '../../../../../src/sync/domain/sync-spec.js';
import { secretSync } from '../../../../support/sync-manifests.js';
import { anObject } from '../../../shares/domain/sharing.builder.js';
import { ruleMessages } from './rule-messages.js';

type Spec = Readonly<Record<string, unknown>>;

function messagesOf(spec: Spec): readonly string[] {
  return syncCauses(secretSync('db', spec) as KubeObject, []).map(
    ({ field, message }) => `${field}: ${message.replace('Invalid value: ', '')}`,
  );
}

const broken: readonly Spec[] = [
  { direction: 'push', firstSync: 'pull' },
  { direction: 'pull', firstSync: 'push' },
  { remote: { name: 'db', format: 'perKey' } },
];

describe('the rules of a sync', () => {
  it('are those of the shipped definition, word for word', () => {
    const told = broken.flatMap((spec) => messagesOf(spec));
    expect(told).toHaveLength(broken.length);
    expect(told.every((text) => text.startsWith('spec: '))).toBe(true);
    const words = told.map((text) => text.slice('spec: '.length));
    expect([...new Set(words)]).toEqual([...ruleMessages('deploy/crds/secretsyncs.yaml')]);
  });

  it('are broken by what the gateway refuses as well, and by nothing else', () => {
    for (const direction of ['push', 'pull', 'both']) {
      for (const firstSync of ['fail', 'push', 'pull', 'merge']) {
        const { spec } = secretSync('db', { direction, firstSync }) as { readonly spec: Spec };
        const object = anObject({ namespace: 'pay', name: 'db', spec });
        const isRefused = parseSync(object, '').problem !== undefined;
        expect(messagesOf({ direction, firstSync }).length > 0).toBe(isRefused);
      }
    }
  });

  it.each([
    [{ format: 'json' }, undefined],
    [{ format: 'json' }, [{ name: 'a' }]],
    [{ format: 'perKey' }, undefined],
    [{ format: 'perKey' }, [{ name: 'a' }]],
  ])('are broken by a format without its keys, as for the gateway: %j %j', (format, keys) => {
    const change = { remote: { name: 'db', ...format }, keys };
    const { spec } = secretSync('db', change) as { readonly spec: Spec };
    const { problem } = parseSync(anObject({ namespace: 'pay', name: 'db', spec }), '');
    expect(messagesOf(change).length > 0).toBe(problem !== undefined);
  });

  it('are not checked if the schema is broken already', () => {
    const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.remote' };
    expect(syncCauses(secretSync('db', broken[0]) as KubeObject, [cause])).toEqual([
      expect.objectContaining({ message: expect.stringContaining('were not checked') }),
    ]);
  });
});
