import { describe, expect, it } from 'vitest';
import { boundRules, namesFor } from '../../../../src/access/domain/named-rules.js';

const rule = { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['db'] };
const role = { kind: 'Role', name: 'reader', rules: [rule] };
const principal = { username: 'system:serviceaccount:pay:app', groups: ['ops'] };
const subject = { kind: 'ServiceAccount', name: 'app', namespace: 'pay' };

describe('rules that hold for a caller', () => {
  it.each([
    [subject, true],
    [{ ...subject, namespace: 'shop' }, false],
    [{ kind: 'Group', name: 'ops', namespace: '' }, true],
    [{ kind: 'Group', name: 'dev', namespace: '' }, false],
    [{ kind: 'User', name: principal.username, namespace: '' }, true],
    [{ kind: 'User', name: 'app', namespace: '' }, false],
    [{ kind: 'Robot', name: 'ops', namespace: '' }, false],
  ])('are those of roles bound to him: %j is %s', (one, isMeant) => {
    const binding = { role: { kind: 'Role', name: 'reader' }, subjects: [one] };
    expect(boundRules(principal, [binding], [role])).toEqual(isMeant ? [rule] : []);
  });

  it('are those of the kind of role that is bound', () => {
    const binding = { role: { kind: 'ClusterRole', name: 'reader' }, subjects: [subject] };
    expect(boundRules(principal, [binding], [role])).toEqual([]);
  });
});

describe('the names of a right', () => {
  const get = { verb: 'get', group: '', resource: 'secrets' };

  it.each([
    [{}, true],
    [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, true],
    [{ verbs: ['list'] }, false],
    [{ apiGroups: ['sallyport.dev'] }, false],
    [{ resources: ['secrets/status'] }, false],
  ])('are those of rules that allow it: %j is %s', (change, isMeant) => {
    expect(namesFor([{ ...rule, ...change }], get)).toEqual(isMeant ? ['db'] : []);
  });

  it.each([
    ['secretversions/restore', true],
    ['*/restore', true],
    ['*', true],
    ['secretversions', false],
  ])('of a subresource are those of rules for %s: %s', (resource, isMeant) => {
    const rules = [{ ...rule, resources: [resource] }];
    const right = { ...get, resource: 'secretversions', subresource: 'restore' };
    expect(namesFor(rules, right)).toEqual(isMeant ? ['db'] : []);
  });
});
