import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  context,
  definitionOf,
  prepared,
  refusals,
  updateRefusals,
} from '../registry.builder.js';

/* What kube-apiserver 1.37.2 answered to the same bodies. */
describe('ConfigMaps', () => {
  it('have every key once', () => {
    expect(refusals('configmaps', { data: { a: 'x' }, binaryData: { a: 'YQ==' } })).toEqual([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ]);
  });

  it('have 1 MiB at most, which is said of the whole object', () => {
    const refused = (length: number) =>
      refusals('configmaps', { data: { a: 'x'.repeat(length) }, binaryData: { b: 'YQ==' } });
    expect(refused(1048575)).toEqual([]);
    expect(refused(1048576)).toEqual(['[]: Too long: may not be more than 1048576 bytes']);
  });

  it('stay as they are once they are immutable', () => {
    const why = 'Forbidden: field is immutable when `immutable` is set';
    const before = { immutable: true, data: { a: 'x' } };
    expect(updateRefusals('configmaps', before, { ...before })).toEqual([]);
    expect(updateRefusals('configmaps', before, { binaryData: { b: '' } })).toEqual([
      `immutable: ${why}`,
      `data: ${why}`,
      `binaryData: ${why}`,
    ]);
  });
});

describe('Namespaces', () => {
  it('are active, labelled and held by a finalizer', () => {
    const status = { phase: 'Terminating' };
    expect(prepared('namespaces', { spec: { finalizers: ['a.b/c'] }, status })).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } },
      spec: { finalizers: ['a.b/c', 'kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  it('get the label of a name that is generated later', () => {
    const namespace = prepared('namespaces', { metadata: { name: '' } });
    namespace.metadata.name = 'pay-x';
    definitionOf('namespaces').strategy.admit?.(namespace, undefined, context);
    expect(namespace.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'pay-x' });
  });

  it('change neither finalizers nor status through the resource itself', () => {
    const old = prepared('namespaces');
    const namespace = bodyOf('namespaces', { spec: {}, status: { phase: 'Terminating' } });
    const { strategy } = definitionOf('namespaces');
    strategy.prepareForUpdate?.(namespace, old, context);
    strategy.completeForUpdate?.(namespace, old);
    expect(namespace).toEqual(old);
  });

  it('have finalizers that are known or qualified', () => {
    const why = 'name is neither a standard finalizer name nor is it fully qualified';
    expect(refusals('namespaces', { spec: { finalizers: ['foo', 'a.b/c'] } })).toEqual([
      `spec.finalizers: Invalid value: "foo": ${why}`,
    ]);
  });
});

describe('ServiceAccounts', () => {
  it('keep the names of their Secrets alone', () => {
    const secrets = [{ name: 'a', namespace: 'other', kind: 'Secret' }];
    expect(prepared('serviceaccounts', { secrets })['secrets']).toEqual([{ name: 'a' }]);
  });

  it('warn of an annotation that is deprecated', () => {
    const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
    const account = prepared('serviceaccounts', { metadata: { annotations } });
    expect(definitionOf('serviceaccounts').strategy.warnings?.(account)).toEqual([
      'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
    ]);
  });
});

describe('Events', () => {
  const elsewhere = 'involvedObject.namespace: Invalid value: "": does not match event.namespace';

  it('lie in the namespace of what they are about', () => {
    expect(refusals('events')).toEqual([elsewhere]);
    expect(refusals('events', { involvedObject: { namespace: 'pay' } })).toEqual([]);
    expect(refusals('events', { metadata: { namespace: 'default' } })).toEqual([]);
  });

  it('with a time of their own say who reports what', () => {
    const name = [
      'Invalid value: "": name part must be non-empty',
      expect.stringMatching(/^reportingComponent: Invalid value: "": name part must consist of/),
    ] as const;
    expect(refusals('events', { eventTime: '2020-01-01T00:00:00.000000Z' })).toEqual([
      elsewhere,
      'reportingComponent: Required value',
      `reportingComponent: ${name[0]}`,
      name[1],
      'reportingInstance: Required value',
      'action: Required value',
      'reason: Required value',
    ]);
    const reported = { reportingComponent: 'a', reportingInstance: 'b', action: 'c' };
    const event = { ...reported, involvedObject: { namespace: 'pay' }, reason: 'r'.repeat(129) };
    expect(refusals('events', { ...event, eventTime: '2020-01-01T00:00:00.000000Z' })).toEqual([
      'reason: Invalid value: "": can have at most 128 characters',
    ]);
  });
});

describe('Leases', () => {
  it('have a duration above zero and no negative transitions', () => {
    const spec = { leaseDurationSeconds: 0, leaseTransitions: -1 };
    expect(refusals('leases', { spec })).toEqual([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    ]);
    expect(refusals('leases')).toEqual([]);
  });

  it('lose what belongs to a feature that is off', () => {
    const spec = { holderIdentity: 'a', strategy: 'x', preferredHolder: 'b' };
    expect(prepared('leases', { spec })['spec']).toEqual({ holderIdentity: 'a' });
  });
});

describe('workloads', () => {
  it('begin with an empty status, and only its subresource changes it', () => {
    const status = { replicas: 9 };
    expect(prepared('deployments', { status })['status']).toEqual({});
    expect(prepared('replicasets', { status })['status']).toEqual({ replicas: 0 });
    expect(prepared('pods', { status: { phase: 'Running' } })['status']).toEqual({
      phase: 'Pending',
    });
    const pod = bodyOf('pods', { status: { phase: 'Running' } });
    definitionOf('pods').strategy.prepareForUpdate?.(pod, prepared('pods'), context);
    expect(pod['status']).toEqual({ phase: 'Pending' });
  });
});

describe('admission policies', () => {
  it('are stored with the defaults of the API server', () => {
    const matchConstraints = { resourceRules: [{ resources: ['secrets'] }] };
    expect(prepared('validatingadmissionpolicies', { spec: { matchConstraints } })).toMatchObject({
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          matchPolicy: 'Equivalent',
          namespaceSelector: {},
          objectSelector: {},
          resourceRules: [{ resources: ['secrets'], scope: '*' }],
        },
      },
      status: {},
    });
    const binding = { spec: { policyName: 'x' } };
    expect(prepared('mutatingadmissionpolicybindings', binding)).toMatchObject(binding);
  });
});
