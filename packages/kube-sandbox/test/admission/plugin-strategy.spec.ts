import { describe, expect, it } from 'vitest';
import type { AdmissionPlugin } from '../../src/admission/admission-plugin.js';
import { pluginStrategy } from '../../src/admission/plugin-strategy.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import type { StrategyContext } from '../../src/model/resource-definition.js';

const plugin: AdmissionPlugin = {
  group: 'example.dev',
  resource: 'widgets',
  rules: (_object, causes, old) => {
    const change = old === undefined ? '' : ` of ${old.metadata.name}`;
    return [
      { reason: 'FieldValueInvalid', message: `after ${causes.length}${change}`, field: 'spec' },
    ];
  },
  mutate: (object, _old, { user }) => {
    object.metadata.annotations = { author: user.username };
  },
  deny: (object) =>
    object.metadata.name === 'denied' ? { policy: 'widgets', message: 'not this one' } : undefined,
};
const own = { reason: 'FieldValueRequired', message: 'own', field: 'spec.size' };
const strategy = pluginStrategy({ validate: () => [own] }, plugin);
const context = { user: { username: 'jane', groups: [], uid: '' } } as unknown as StrategyContext;

function widget(name: string): KubeObject {
  return { kind: 'Widget', apiVersion: 'example.dev/v1', metadata: { name } } as KubeObject;
}

describe('a custom resource with a plug-in', () => {
  it('has the causes of its schema first, then those of the rules', () => {
    expect(strategy.validate?.(widget('a'))).toMatchObject([own, { message: 'after 1' }]);
    expect(strategy.validateStatus?.(widget('a'))).toMatchObject([{ message: 'after 0' }]);
  });

  it('is compared with the old object on update', () => {
    const causes = strategy.validate?.(widget('a'), widget('before'));
    expect(causes).toMatchObject([own, { message: 'after 1 of before' }]);
  });

  it('is changed by the plug-in as by a mutating policy', () => {
    const object = widget('a');
    strategy.applyMutatingPolicy?.(object, undefined, context);
    expect(object.metadata.annotations).toEqual({ author: 'jane' });
  });

  it('is denied in the words of the API server', () => {
    const write = (name: string) => () =>
      strategy.applyValidatingPolicy?.(widget(name), undefined, context);
    expect(write('a')).not.toThrow();
    expect(write('denied')).toThrow(
      'widgets.example.dev "denied" is forbidden: ValidatingAdmissionPolicy \'widgets\' with ' +
        "binding 'widgets' denied request: not this one",
    );
  });
});
