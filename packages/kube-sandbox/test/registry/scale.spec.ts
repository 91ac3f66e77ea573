import { describe, expect, it } from 'vitest';
import { ApiStatusError } from '../../src/model/api-status.js';
import { customResources } from '../../src/registry/custom-resources.js';
import { scaleOf, withScale } from '../../src/registry/scale.js';
import { bodyOf, definitionOf } from './registry.builder.js';
import { widgets } from './widget.builder.js';

/* What kube-apiserver 1.37.2 answered. */
const selector = {
  matchLabels: { a: 'b' },
  matchExpressions: [
    { key: 'q', operator: 'In', values: ['z', 'a'] },
    { key: 'e', operator: 'Exists' },
  ],
};
const wanted = (replicas?: number) => ({ spec: replicas === undefined ? {} : { replicas } });

describe('the scale of a workload', () => {
  const definition = definitionOf('statefulsets');
  const metadata = { uid: 'u', resourceVersion: '7', labels: { a: 'b' }, generation: 2 };
  const object = bodyOf('statefulsets', {
    metadata,
    spec: { replicas: 2, selector },
    status: { replicas: 1 },
  });

  it('shows what is wanted, what there is and what is counted', () => {
    expect(scaleOf(object, definition)).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'x', namespace: 'pay', uid: 'u', resourceVersion: '7' },
      spec: { replicas: 2 },
      status: { replicas: 1, selector: 'a=b,e,q in (a,z)' },
    });
  });

  it('wants one where nothing is said, and leaves out none', () => {
    const shown = (spec: object) =>
      scaleOf(bodyOf('deployments', { spec: spec as never }), definitionOf('deployments'))['spec'];
    expect(shown({})).toEqual({ replicas: 1 });
    expect(shown({ replicas: 0 })).toEqual({});
  });

  it('changes the replicas of a copy, and none means zero', () => {
    expect(withScale(object, wanted(5), definition)['spec']).toEqual({ selector, replicas: 5 });
    expect(withScale(object, wanted(), definition)['spec']).toEqual({ selector, replicas: 0 });
    expect(object['spec']).toEqual({ selector, replicas: 2 });
  });

  it('is not negative', () => {
    const act = () => withScale(object, wanted(-5), definition);
    expect(act).toThrow(ApiStatusError);
    expect(act).toThrow(
      'Scale.autoscaling "x" is invalid: spec.replicas: Invalid value: -5: must be greater than or equal to 0',
    );
  });
});

it('the scale of a custom resource lies where its definition says', () => {
  const [definition] = customResources(widgets());
  if (definition === undefined) throw new Error('nothing is served');
  const object = {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    status: { replicas: 7, selector: 'a=b' },
  };
  expect(scaleOf(object, definition)).toMatchObject({
    spec: {},
    status: { replicas: 7, selector: 'a=b' },
  });
  expect(withScale(object, wanted(4), definition)).toEqual({ ...object, spec: { replicas: 4 } });
});
